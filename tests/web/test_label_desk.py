"""The page of a label at the desk: its files, and asking for them again where they are missing."""

from __future__ import annotations

from api.jobs.work import run_due_jobs
from tests.support.browsing import signed_in
from tests.support.instance import ALUMINIUM, Instance
from tests.support.walk import CERTIFIER, an_issued_label

MISSING = "The files are missing"
COMING = "The files are being made"


def test_a_certifier_has_missing_files_made_again_and_the_holder_is_told(
    sqlite_instance: Instance,
) -> None:
    label = an_issued_label(sqlite_instance)
    path = f"/labels/{label['id']}"
    certifier = signed_in(sqlite_instance, CERTIFIER)
    holder = signed_in(sqlite_instance, ALUMINIUM.preparer)
    for browser in (certifier, holder):
        page = browser.open(path)
        assert COMING in page.text
        assert not page.has_form(f"{path}/pack")
    (job,) = sqlite_instance.get("/v1/jobs", CERTIFIER)
    sqlite_instance.post(f"/v1/jobs/{job['id']}/cancel", CERTIFIER, None, status=200)
    page = holder.open(path)
    assert MISSING in page.text
    assert not page.has_form(f"{path}/pack")
    page = certifier.open(path)
    assert MISSING in page.text
    page = certifier.send(page, f"{path}/pack")
    assert "The files will be made again" in page.text, page.text
    assert COMING in holder.open(path).text
    assert run_due_jobs(sqlite_instance.context) == 1
    page = certifier.open(path)
    assert MISSING not in page.text
    assert COMING not in page.text
    assert not page.has_form(f"{path}/pack")
