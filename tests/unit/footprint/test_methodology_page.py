"""The methodology page states figures of the program; a changed figure fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from footprint.bom import MAX_DEPTH, MAX_LINES, Boundary, Stage
from footprint.contribution import SUM_TOLERANCE
from footprint.inventory import EmissionKey, Origin
from footprint.linear import RESIDUAL_LIMIT
from footprint.methods import gwp100, method_profile, profile_ids
from footprint.quantities import LARGEST, SMALLEST, conversion_factor
from footprint.result import DIGITS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "methodology.md").read_text(encoding="utf-8")


def the_row_of(first: str) -> list[str]:
    rows = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith("| ")]
    return next([cell.strip() for cell in row] for row in rows if row[0].strip() == first)


def test_limits_are_those_of_the_program() -> None:
    assert f"at most {MAX_DEPTH} levels deep and {MAX_LINES:,} lines long" in PAGE
    assert f"from {SMALLEST:.0e} to {LARGEST:.0e}".replace("e+", "e") in PAGE
    assert SUM_TOLERANCE == RESIDUAL_LIMIT == 1e-9
    assert "misses 1e-9 of" in PAGE
    assert "within 1e-9 of the absolute contributions" in PAGE


def test_catty_of_hong_kong_weighs_what_the_page_says() -> None:
    grams = conversion_factor("catty-hk", "g")
    assert f"{grams} g in Hong Kong" in PAGE


def test_warming_potentials_are_those_of_the_profile() -> None:
    gwp_set = method_profile("gbt24067-2024").gwp_set

    def of(substance: str, origin: Origin = Origin.FOSSIL) -> str:
        return str(gwp100(gwp_set, EmissionKey(substance, origin)))

    assert (
        f"{gwp_set}, methane {of('CH4')} fossil and {of('CH4', Origin.BIOGENIC)} non-fossil, "
        f"nitrous oxide {of('N2O')}, SF6 {of('SF6')}, NF3 {of('NF3')}"
    ) in PAGE


def test_figures_of_a_result_are_those_of_the_program() -> None:
    words = {3: "three", 12: "twelve"}
    figures = words[method_profile("gbt24067-2024").significant_figures]
    assert f"the certified value has {figures}\nsignificant figures" in PAGE
    assert f"the hashed result holds {words[DIGITS]}" in PAGE


UNCONFIRMED = PAGE.partition("## What is unconfirmed")[2]
QUOTED = re.compile(r"`([^`]+)`")


def rows_of_profiles() -> list[list[str]]:
    """Members, profiles and reason of each row of the table of profiles."""
    table = UNCONFIRMED.partition("| member | profiles | why |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in rows]


def test_what_is_unconfirmed_in_profiles_is_the_same_on_the_page_and_in_the_program() -> None:
    on_page = [
        (profile, member)
        for members, profiles, _ in rows_of_profiles()
        for profile in QUOTED.findall(profiles)
        for member in QUOTED.findall(members)
    ]
    in_program = [
        (name, rule) for name in profile_ids() for rule in method_profile(name).unconfirmed
    ]
    assert sorted(on_page) == sorted(in_program)


@pytest.mark.parametrize("name", profile_ids())
def test_every_profile_is_on_the_page_and_its_cap_with_it(name: str) -> None:
    assert f"`{name}`" in PAGE.partition("## What is unconfirmed")[0]
    reasons = [
        why
        for members, profiles, why in rows_of_profiles()
        if f"`{name}`" in profiles and "`unswitchable_share_limit`" in members
    ]
    (reason,) = reasons
    assert reason.startswith(f"{method_profile(name).unswitchable_share_limit}:")


@pytest.mark.parametrize("boundary", Boundary)
def test_every_boundary_has_its_row_and_every_stage_its_place(boundary: Boundary) -> None:
    _, must, may, may_not = the_row_of(boundary.value.replace("-", " "))
    named = ", ".join([must, may, may_not])
    assert [s for s in Stage if s.value.replace("-", " ") not in named] == []
