"""The page of an expired label: it expired the day after its last one, whenever that is noticed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from api.workflows.change_label_status import expire_overdue_labels
from api.workflows.publish_label_pages import publish_label_pages
from labels.locale import LANGUAGES, translator
from tests.support.instance import Instance


@pytest.mark.parametrize("is_swept", [False, True])
def test_the_day_is_that_of_the_validity_not_of_the_sweep(
    issued_instance: Instance, is_swept: bool
) -> None:
    """Rendered before the expiry is written down, and swept long after it."""
    context = issued_instance.context
    serial = issued_instance.label["url"].rpartition("/")[2]
    valid_until = date.fromisoformat(issued_instance.label["valid_until"])
    issued_at = context.now()
    context.clock = lambda: issued_at + timedelta(days=3000)
    if is_swept:
        expire_overdue_labels(context)
    publish_label_pages(context, serial)
    for language in LANGUAGES:
        page = issued_instance.http.get(f"/L/{serial}?lang={language}").text
        reader = translator(language)
        day = reader.date(valid_until + timedelta(days=1))
        assert reader.text("scan.state_expired", date=day) in page, language
