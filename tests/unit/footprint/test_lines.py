"""Lines of a bill of materials: each is impossible to make wrong, and says where it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from footprint.errors import FootprintError
from footprint.inventory import Origin
from footprint.lifecycle_lines import EndOfLifeLine, TransportLine, UseLine
from footprint.lines import (
    AssemblyLine,
    DirectEmissionLine,
    EnergyLine,
    Line,
    Loss,
    LossRoute,
    MaterialLine,
    Stage,
)
from footprint.quantities import Quantity
from footprint.suppliers import SupplierFootprint
from footprint.texts import check_text

HERE = "/lines/7"


def kg(amount: str) -> Quantity:
    return Quantity(Decimal(amount), "kg")


def a_material_line(
    ref: str = "m",
    name: str = "steel",
    note: str = "",
    quantity: Quantity | None = None,
    dataset: str | None = "steel",
    supplier: SupplierFootprint | None = None,
    pedigree: Mapping[str, int] | None = None,
    squared_deviation: Decimal | None = None,
) -> MaterialLine:
    return MaterialLine(
        ref=ref,
        name=name,
        note=note,
        stage=Stage.RAW_MATERIAL,
        place=HERE,
        quantity=quantity or kg("1"),
        dataset=dataset,
        supplier_footprint=supplier,
        pedigree=pedigree,
        squared_deviation=squared_deviation,
    )


def a_supplier(value: str = "2", share: str = "0", unit: str = "kg") -> SupplierFootprint:
    return SupplierFootprint(
        kg_co2e_per_unit=Decimal(value),
        unit=unit,
        gwp_set="AR6",
        document="PCF 17",
        primary_share=Decimal(share),
    )


def a_use_line(services: str) -> UseLine:
    return UseLine(
        ref="u",
        name="use",
        stage=Stage.USE,
        place=HERE,
        quantity_per_service=kg("1"),
        services=Decimal(services),
        dataset="grid",
    )


def an_assembly_line(quantity: str) -> AssemblyLine:
    return AssemblyLine(
        ref="a",
        name="cells",
        stage=Stage.MANUFACTURING,
        place=HERE,
        assembly="cell",
        quantity=Decimal(quantity),
    )


def an_end(share: str, mass: str = "1") -> EndOfLifeLine:
    return EndOfLifeLine(
        ref="z",
        name="landfill",
        stage=Stage.END_OF_LIFE,
        place=HERE,
        mass=kg(mass),
        share=Decimal(share),
        dataset="landfill",
    )


def a_leg(mass: str, distance: str) -> TransportLine:
    return TransportLine(
        ref="t",
        name="truck",
        stage=Stage.DISTRIBUTION,
        place=HERE,
        mass=kg(mass),
        distance=Quantity(Decimal(distance), "km"),
        dataset="truck",
    )


def a_gas(amount: str) -> DirectEmissionLine:
    return DirectEmissionLine(
        ref="g",
        name="SF6",
        stage=Stage.MANUFACTURING,
        place=HERE,
        substance="SF6",
        origin=Origin.FOSSIL,
        quantity=kg(amount),
    )


def an_energy_line(amount: str) -> EnergyLine:
    return EnergyLine(
        ref="e",
        name="power",
        stage=Stage.MANUFACTURING,
        place=HERE,
        quantity=Quantity(Decimal(amount), "kWh"),
        dataset="grid",
    )


def refusal(make: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(FootprintError) as refused:
        make()
    return refused.value.code, refused.value.place


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (lambda: a_material_line(quantity=kg("-1")), "/amount"),
        (lambda: an_energy_line("-1"), "/amount"),
        (lambda: a_gas("-1"), "/amount"),
        (lambda: a_leg("-1", "1"), "/mass"),
        (lambda: a_leg("1", "-1"), "/distance"),
        (lambda: a_use_line("-1"), "/services"),
        (lambda: an_end("1", mass="-1"), "/mass"),
        (lambda: an_assembly_line("-1"), "/quantity"),
    ],
)
def test_negative_amount_is_refused_at_its_member(make: Callable[[], Line], place: str) -> None:
    assert refusal(make) == ("amount-negative", HERE + place)


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize(
    "make",
    [
        a_use_line,
        an_assembly_line,
        an_end,
        lambda number: Loss(rate=Decimal(number), route=LossRoute.SOLD_SCRAP),
        lambda number: a_supplier(value=number),
        lambda number: a_supplier(share=number),
        kg,
    ],
)
def test_number_that_is_not_finite_is_refused_and_never_compared(
    make: Callable[[str], object], number: str
) -> None:
    """Comparing a NaN raises ``decimal.InvalidOperation``, which would be no answer to anybody."""
    assert refusal(lambda: make(number))[0] == "amount-out-of-range"


@pytest.mark.parametrize("rate", ["-0.01", "1", "1.5"])
def test_loss_rate_is_a_share_below_one(rate: str) -> None:
    loss = refusal(lambda: Loss(rate=Decimal(rate), route=LossRoute.SOLD_SCRAP))
    assert loss == ("loss-rate-out-of-range", "/loss/rate")


@pytest.mark.parametrize(
    ("route", "dataset"),
    [
        (LossRoute.WASTE_TREATMENT, None),
        (LossRoute.SOLD_SCRAP, "landfill"),
        (LossRoute.INTERNAL_REMELT, "landfill"),
    ],
)
def test_only_waste_treatment_has_a_dataset_and_always(
    route: LossRoute, dataset: str | None
) -> None:
    loss = refusal(lambda: Loss(rate=Decimal("0.1"), route=route, dataset=dataset))
    assert loss == ("loss-route-dataset-mismatch", "/loss/dataset")


def test_share_outside_zero_to_one_is_refused() -> None:
    assert refusal(lambda: an_end("1.01")) == ("share-out-of-range", f"{HERE}/share")
    assert refusal(lambda: a_supplier(share="-0.1"))[0] == "share-out-of-range"
    assert an_end("1").share == 1
    assert an_end("0").share == 0


def test_material_has_a_dataset_or_a_suppliers_footprint_never_both_or_none() -> None:
    both = refusal(lambda: a_material_line(supplier=a_supplier()))
    none = refusal(lambda: a_material_line(dataset=None))
    assert both == none == ("dataset-or-supplier-footprint", f"{HERE}/dataset")
    assert a_material_line(dataset=None, supplier=a_supplier()).supplier_footprint


def test_suppliers_footprint_below_zero_is_refused() -> None:
    """It would take another's credit or offset into the number, which holds neither."""
    assert refusal(lambda: a_supplier("-0.5")) == (
        "supplier-footprint-negative",
        "/supplier_footprint/kg_co2e_per_unit",
    )


def test_suppliers_footprint_is_per_a_unit_we_know() -> None:
    assert refusal(lambda: a_supplier(unit="pound"))[0] == "unit-unknown"


@pytest.mark.parametrize("ref", ["", "a b", "-a", "行一", "a/b", "a" * 65, "a\n"])
def test_ref_is_short_and_plain(ref: str) -> None:
    assert refusal(lambda: a_material_line(ref=ref)) == ("line-ref-malformed", f"{HERE}/ref")


@pytest.mark.parametrize(
    "text",
    ["铝锭 A00", "Lingote primário, 99,7 %", "20\u00a0000 km", "铝锭\u3000A00", "m²·K/W ≥ 5", "♻"],
)
def test_ordinary_name_passes(text: str) -> None:
    assert a_material_line(name=text).name == text


@pytest.mark.parametrize(
    ("text", "code_point"),
    [
        ("steel\x00", "U+0000"),
        ("steel\x1b[2J", "U+001B"),
        ("steel\u202etxt", "U+202E"),  # turns round what follows
        ("st\u200beel", "U+200B"),
        ("\ufeffsteel", "U+FEFF"),
        ("steel\u2028x", "U+2028"),
        ("steel\ud800", "U+D800"),
        ("steel\ue000", "U+E000"),
        ("two\nlines", "U+000A"),
    ],
)
def test_name_that_reads_otherwise_than_it_is_written_is_refused(
    text: str, code_point: str
) -> None:
    with pytest.raises(FootprintError) as refused:
        a_material_line(name=text)
    assert refused.value.code == "name-character-refused"
    assert refused.value.place == f"{HERE}/name"
    assert refused.value.parameters == {"character": code_point}


@pytest.mark.parametrize("text", ["Việt Nam", "Z\u0301\u0302\u0303", "שּׁ", "བསྒྲུབས", "♻\ufe0f"])
def test_writing_that_needs_marks_keeps_them(text: str) -> None:
    check_text(text, "/name")


def test_marks_heaped_on_a_letter_are_refused_wherever_they_stand() -> None:
    """Four hundred of them would be drawn over the status of a label."""
    for heap in ("Z" + "\u0301" * 4, "steel Z" + "\u0301" * 400, "Z" + "\u20dd" * 4):
        assert refusal(lambda heap=heap: a_material_line(name=heap)) == (  # type: ignore[misc]
            "text-marks-heaped",
            f"{HERE}/name",
        )
        assert refusal(lambda heap=heap: a_material_line(note=heap))[0] == "text-marks-heaped"  # type: ignore[misc]


@pytest.mark.parametrize("text", ["", "  ", "\u3000", "x" * 501])
def test_name_is_there_and_not_endless(text: str) -> None:
    assert refusal(lambda: a_material_line(name=text)) == ("name-length", f"{HERE}/name")


def test_note_may_be_empty_and_have_line_breaks_but_nothing_hidden() -> None:
    assert a_material_line(note="weighed\n\tby hand").note
    assert refusal(lambda: a_material_line(note="\u202e"))[0] == "name-character-refused"
    assert refusal(lambda: a_material_line(note="x" * 2001))[0] == "name-length"
    check_text("", "/note", is_note=True)


A_PEDIGREE = {"reliability": 2, "completeness": 1, "time": 3, "geography": 1, "technology": 5}


@pytest.mark.parametrize("score", [0, 6])
def test_a_pedigree_has_scores_from_one_to_five(score: int) -> None:
    scores = {**A_PEDIGREE, "time": score}

    assert refusal(lambda: a_material_line(pedigree=scores)) == (
        "pedigree-malformed",
        f"{HERE}/pedigree",
    )
    assert a_material_line(pedigree=A_PEDIGREE).pedigree == A_PEDIGREE


def test_a_pedigree_scores_every_indicator() -> None:
    scores = {name: score for name, score in A_PEDIGREE.items() if name != "technology"}

    assert refusal(lambda: a_material_line(pedigree=scores))[0] == "pedigree-malformed"


@pytest.mark.parametrize("deviation", ["0.99", "10000.1"])
def test_a_squared_deviation_is_at_least_one(deviation: str) -> None:
    assert refusal(lambda: a_material_line(squared_deviation=Decimal(deviation))) == (
        "squared-deviation-out-of-range",
        f"{HERE}/squared_deviation",
    )
    assert a_material_line(squared_deviation=Decimal(1)).squared_deviation == 1


@pytest.mark.parametrize("text", ["\u00a0", " \u2003", "\u0301", "\ufe0f", "\U000e0101"])
def test_a_name_of_blanks_and_marks_is_none(text: str) -> None:
    assert refusal(lambda: a_material_line(name=text))[0] == "name-length"
    assert a_material_line(name="—").name == "—"
