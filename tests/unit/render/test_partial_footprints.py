"""What a partial footprint, a first version and biogenic carbon say on the label's page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labels.locale import translator
from tests.unit.render.labels_for_print import a_battery_label
from tests.unit.render.test_pages import a_scan_page, label_page


@pytest.mark.parametrize("version", [1, 2])
def test_a_label_without_a_public_version_before_it_is_the_first(version: int) -> None:
    """Version 1 may have been prepared and never shown."""
    page = replace(a_scan_page(), facts=replace(a_battery_label(), version=version), earlier=())
    assert "This is the first version" in label_page(page, "en")


def test_the_masses_of_biogenic_carbon_stand_beside_the_figure() -> None:
    counted = label_page(a_scan_page(), "en")
    assert "counted in the figure: 0.341 kg emitted, 0.110 kg removed" in counted
    footprint = replace(a_battery_label().footprint, uptake_basis="excluding-uptake")
    page = replace(a_scan_page(), facts=replace(a_battery_label(), footprint=footprint))
    assert "left out of the figure: 0.341 kg emitted" in label_page(page, "en")


def test_a_partial_footprint_is_for_business_whatever_its_unit_is_called() -> None:
    whole = a_battery_label()
    partial = replace(whole, footprint=replace(whole.footprint, boundary="cradle-to-gate"))
    notice = translator("en").text("scan.b2b_only")
    assert notice in label_page(replace(a_scan_page(), facts=partial), "en")
    assert notice not in label_page(a_scan_page(), "en")
