"""An address with a GTIN answers for the product of that GTIN and for no other."""

from __future__ import annotations

import pytest

from tests.support.instance import Instance
from tests.support.walk import an_issued_label

GTIN_13, OTHER_GTIN = "9521234543213", "09521234543220"
NO_GTINS = (OTHER_GTIN, "00000000000000", "12345", "x" * 14, "9521234543213 ", "%39521234543214")


def paths(gtin: str, serial: str) -> tuple[str, str]:
    address = f"/01/{gtin}/21/{serial}"
    return address, f"{address}/credential"


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en", "pt"])
def test_a_label_copied_under_another_gtin_is_not_known(
    issued_instance: Instance, language: str
) -> None:
    """The battery of the template has no GTIN: no address with one leads to its label."""
    label = issued_instance.label
    serial = label["url"].rpartition("/")[2]
    assert issued_instance.send("GET", f"/L/{serial}").status_code == 200
    for gtin in (GTIN_13, *NO_GTINS):
        page, credential = paths(gtin, serial)
        headers = {"Accept": "text/html", "Accept-Language": language}
        answer = issued_instance.send("GET", page, headers=headers)
        assert answer.status_code == 404, gtin
        assert f'lang="{language}' in answer.text
        assert label["number"] not in answer.text
        assert issued_instance.send("GET", credential).status_code == 404, gtin


def test_a_gtin_leads_to_its_own_label_in_every_length(instance: Instance) -> None:
    label = an_issued_label(instance, gtin=GTIN_13)
    serial = label["url"].rpartition("/")[2]
    assert label["url"].endswith(f"/01/0{GTIN_13}/21/{serial}")
    for gtin in (GTIN_13, f"0{GTIN_13}"):
        page, credential = paths(gtin, serial)
        assert label["number"] in instance.send("GET", f"{page}?lang=en").text
        assert instance.get(credential)["credentialSubject"]["id"] == label["url"]
    for gtin in NO_GTINS:
        for path in paths(gtin, serial):
            assert instance.send("GET", path).status_code == 404, path
    by_serial = instance.send("GET", f"/L/{serial}?lang=en")
    assert label["number"] in by_serial.text, "the files of a label lie under its serial"
