"""Which footprints may be compared, and every reason why others may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from footprint.bom import Boundary, Stage, StageInclusion, StudyUnit, UnitKind
from footprint.comparability import Audience, Caution, Compared, compare
from footprint.errors import FootprintError, FootprintErrors
from tests.support.builders import a_bom, a_material, a_result, an_energy
from tests.unit.footprint.tables import a_table

GATE = {
    Stage.RAW_MATERIAL: StageInclusion.INCLUDED,
    Stage.MANUFACTURING: StageInclusion.INCLUDED,
    Stage.DISTRIBUTION: StageInclusion.NOT_SPECIFIED,
    Stage.USE: StageInclusion.NOT_SPECIFIED,
    Stage.END_OF_LIFE: StageInclusion.NOT_SPECIFIED,
}
GRAVE = dict.fromkeys(Stage, StageInclusion.INCLUDED)


def a_unit(
    amount: str = "1",
    unit: str = "kg",
    kind: UnitKind = UnitKind.DECLARED,
    description: Mapping[str, str] | None = None,
) -> StudyUnit:
    words = description or {"en": "1 kg of profile"}
    return StudyUnit(kind=kind, amount=Decimal(amount), unit=unit, description=words)


def a_partial(total: str = "10", **changes: object) -> Compared:
    made = Compared(
        unit=a_unit(),
        boundary=Boundary.CRADLE_TO_GATE,
        stages=GATE,
        rules=("gbt24067-2024", "AR6", "excluding-uptake"),
        release_sha256="9e" * 32,
        total_kg_co2e=Decimal(total),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def a_whole(total: str = "10", **changes: object) -> Compared:
    unit = a_unit(kind=UnitKind.FUNCTIONAL)
    return a_partial(
        total, **{"unit": unit, "boundary": Boundary.CRADLE_TO_GRAVE, "stages": GRAVE, **changes}
    )


def reasons(
    first: Compared, second: Compared, audience: Audience = Audience.BUSINESS
) -> list[tuple[str, str]]:
    try:
        compare(first, second, audience)
    except FootprintErrors as error:
        return [(one.code, one.place) for one in error.errors]
    except FootprintError as error:
        return [(error.code, error.place)]
    return []


def test_difference_is_the_second_against_the_first() -> None:
    found = compare(a_partial("10"), a_partial("7.5"), Audience.BUSINESS)
    assert found.difference_kg_co2e == Decimal("-2.5")
    assert found.share == Decimal("-0.25")
    assert found.cautions == ()


def test_the_same_energy_is_the_same_amount_whichever_unit_stands_first() -> None:
    in_mj, in_kwh = a_partial(unit=a_unit("3.6", "MJ")), a_partial(unit=a_unit("1", "kWh"))
    assert reasons(in_mj, in_kwh) == reasons(in_kwh, in_mj) == []


def test_difference_from_a_sink_keeps_its_sign_and_from_nothing_has_no_share() -> None:
    assert compare(a_partial("-10"), a_partial("-5"), Audience.BUSINESS).share == Decimal("0.5")
    assert compare(a_partial("0"), a_partial("5"), Audience.BUSINESS).share is None


def test_result_is_compared_with_itself() -> None:
    table = a_table(("grid", "kWh", 0.5), ("steel", "kg", 2.0))
    result = Compared.of(a_result(a_bom([a_material("m", "steel"), an_energy("e", "grid")]), table))
    assert compare(result, result, Audience.BUSINESS).difference_kg_co2e == 0


def test_declared_units_are_never_compared_in_public() -> None:
    assert reasons(a_partial(), a_partial(), Audience.PUBLIC) == [
        ("comparison-declared-unit-public", "/unit/kind")
    ]
    assert reasons(a_whole(), a_whole(), Audience.PUBLIC) == []


def test_functional_and_declared_units_are_not_compared() -> None:
    functional = a_partial(unit=a_unit(kind=UnitKind.FUNCTIONAL))
    assert reasons(a_partial(), functional, Audience.PUBLIC) == [
        ("comparison-unit-kinds-differ", "/unit/kind")
    ]


@pytest.mark.parametrize("other", [a_unit("2"), a_unit("1", "t"), a_unit("1", "kWh")])
def test_other_amount_or_unit_is_not_compared(other: StudyUnit) -> None:
    assert reasons(a_partial(), a_partial(unit=other)) == [("comparison-units-differ", "/unit")]


def test_same_amount_in_another_unit_is_the_same() -> None:
    assert reasons(a_partial(), a_partial(unit=a_unit("0.001", "t"))) == []


@pytest.mark.parametrize(
    ("words", "is_same"),
    [
        ({"en": "1 kg of  profile"}, True),
        ({"en": "1 kg of profile", "pt": "1 kg de perfil"}, True),
        ({"en": "1 kg of profile, painted"}, False),
        ({"pt": "1 kg de perfil"}, False),
    ],
)
def test_functional_unit_is_described_in_the_same_words(
    words: dict[str, str], is_same: bool
) -> None:
    other = a_whole(unit=a_unit(kind=UnitKind.FUNCTIONAL, description=words))
    expected = [] if is_same else [("comparison-functions-differ", "/unit/description")]
    assert reasons(a_whole(), other) == expected
    assert reasons(a_partial(), a_partial(unit=a_unit(description=words))) == []


def test_other_boundary_is_not_compared() -> None:
    site = {**GATE, Stage.DISTRIBUTION: StageInclusion.INCLUDED}
    other = a_partial(boundary=Boundary.CRADLE_TO_SITE, stages=site)
    assert reasons(a_partial(), other) == [("comparison-boundaries-differ", "/boundary")]


@pytest.mark.parametrize(
    ("state", "is_comparable"),
    [(StageInclusion.INCLUDED, True), (StageInclusion.PARTLY_INCLUDED, False)],
)
def test_partial_footprints_leave_out_the_same_stages(
    state: StageInclusion, is_comparable: bool
) -> None:
    other = a_partial(stages={**GATE, Stage.RAW_MATERIAL: state})
    expected = [] if is_comparable else [("comparison-stages-differ", "/stages/raw-material")]
    assert reasons(a_partial(), other) == expected


def test_gate_to_gate_with_and_without_raw_material_are_not_compared() -> None:
    cut = {**GATE, Stage.RAW_MATERIAL: StageInclusion.CUT}
    gate, alone = (a_partial(boundary=Boundary.GATE_TO_GATE, stages=s) for s in (GATE, cut))
    assert reasons(gate, alone) == [("comparison-stages-differ", "/stages/raw-material")]


def test_stage_that_both_leave_out_may_be_called_cut_or_not_specified() -> None:
    assert reasons(a_partial(), a_partial(stages={**GATE, Stage.USE: StageInclusion.CUT})) == []


def test_whole_life_without_a_use_is_compared_with_one_that_has_it() -> None:
    passive = a_whole(stages={**GRAVE, Stage.USE: StageInclusion.NOT_APPLICABLE})
    assert reasons(a_whole(), passive, Audience.PUBLIC) == []


@pytest.mark.parametrize(
    "rules",
    [
        ("pact-3", "AR6", "excluding-uptake"),
        ("gbt24067-2024", "AR5", "excluding-uptake"),
        ("gbt24067-2024", "AR6", "including-uptake"),
    ],
)
def test_other_rules_are_not_compared(rules: tuple[str, str, str]) -> None:
    assert reasons(a_partial(), a_partial(rules=rules)) == [
        ("comparison-methods-differ", "/method")
    ]


def test_every_reason_is_given_at_once() -> None:
    other = a_whole(rules=("pact-3", "AR6", "including-uptake"), unit=a_unit("2", "t"))
    assert [code for code, _ in reasons(a_partial(), other, Audience.PUBLIC)] == [
        "comparison-declared-unit-public",
        "comparison-units-differ",
        "comparison-boundaries-differ",
        "comparison-methods-differ",
    ]


def test_what_weakens_a_comparison_is_said_with_it() -> None:
    partly = {**GATE, Stage.RAW_MATERIAL: StageInclusion.PARTLY_INCLUDED}
    first, second = a_partial(stages=partly), a_partial(stages=partly, release_sha256="ab" * 32)
    assert compare(first, first, Audience.BUSINESS).cautions == (Caution.PARTLY_INCLUDED,)
    assert compare(first, second, Audience.BUSINESS).cautions == (
        Caution.RELEASES_DIFFER,
        Caution.PARTLY_INCLUDED,
    )
