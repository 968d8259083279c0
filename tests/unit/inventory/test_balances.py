"""Carbon and mass balances: what fires, what does not, and what an explanation does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.errors import InventoryError
from footprint.inventory import (
    CoProduct,
    CutOff,
    InventorySnapshot,
    Origin,
    Process,
    ReviewStatus,
)
from lca_db.inventory.checks.carbon import carbon_of, check_carbon
from lca_db.inventory.checks.composition import (
    Basis,
    Composition,
    carbon_share,
    read_compositions,
)
from lca_db.inventory.checks.explained import Explanation, explained, read_explanations
from lca_db.inventory.checks.finding import Finding, Severity
from lca_db.inventory.checks.mass import check_mass
from tests.support.builders import a_process, an_emission, an_input

CARBON_OF_CALCITE = "0.12"
TABLE = """dataset,unit,basis,formula,amount,oxidation,sources,note
calcite,kg,formula,CaCO3,,,,
lime,kg,formula,CaO,,,,
polymer,kg,formula,C2H4,,,,
coal,MJ,carbon,,0.0261,0.93,a-source,
coal-burned,MJ,service,,,,,
rolling,kg,service,,,,,
water,m3,formula,H2O,,,,
burial,kg,waste,,,,,
ash,kg,none,,,,,
tar,kg,co2,,3.1,,a-source,
"""


@pytest.fixture
def known(tmp_path: Path) -> dict[str, Composition]:
    (tmp_path / "carbon_content.csv").write_text(TABLE, encoding="utf-8")
    return dict(read_compositions(tmp_path))


def offers(*names: str, unit: str = "kg") -> list[Process]:
    """Aggregated neighbours of the process under test; no check looks at them."""
    return [a_process(name, unit=unit, emissions=[an_emission()]) for name in names]


def findings(
    check: object, process: Process, others: Iterable[Process], known: dict[str, Composition]
) -> list[Finding]:
    snapshot = InventorySnapshot.of([process, *others])
    return [f for f in check(snapshot, known) if f.dataset == process.id]  # type: ignore[operator]


def a_kiln(co2_kg: str = "0.785") -> Process:
    """1.785 kg of calcite become 1 kg of lime."""
    calcite = [an_input("calcite", "1.785", "kg")]
    return a_process("lime", inputs=calcite, emissions=[an_emission("CO2", co2_kg)])


def test_carbon_that_leaves_with_the_gas_is_in_balance(known: dict[str, Composition]) -> None:
    assert findings(check_carbon, a_kiln(), offers("calcite"), known) == []


def test_an_input_that_stands_for_another_product_says_nothing_of_carbon(
    known: dict[str, Composition],
) -> None:
    """Limestone that stands for the mining of fluorspar sets no CO2 free."""
    stands_for = [{"member": "/inputs/0", "stands_for": "fluorspar"}]
    stand_in = replace(a_kiln("0.0785"), content={"derivations": stands_for})
    assert carbon_of(stand_in, known) is None
    itself = replace(stand_in, content={"derivations": [{**stands_for[0], "stands_for": ""}]})
    assert carbon_of(itself, known) is not None


@pytest.mark.parametrize("co2_kg", ["0.0785", "7.85", "0.7"])
def test_a_wrong_emission_is_a_blocking_imbalance(
    co2_kg: str, known: dict[str, Composition]
) -> None:
    (finding,) = findings(check_carbon, a_kiln(co2_kg), offers("calcite"), known)
    assert (finding.code, finding.severity) == ("carbon-not-balanced", Severity.BLOCKING)
    assert finding.parameters["carbon_in"] == "0.214"


def with_cut_off(process: Process) -> Process:
    return replace(process, cut_offs=(CutOff(flow="dust", reason="small"),))


def test_what_is_left_out_explains_a_gap_up_to_half(known: dict[str, Composition]) -> None:
    (little,) = findings(check_carbon, with_cut_off(a_kiln("0.6")), offers("calcite"), known)
    (much,) = findings(check_carbon, with_cut_off(a_kiln("0.3")), offers("calcite"), known)
    assert (little.severity, much.severity) == (Severity.WARNING, Severity.BLOCKING)


def test_an_input_of_unknown_composition_leaves_the_process_unexamined(
    known: dict[str, Composition],
) -> None:
    process = replace(a_kiln("9"), inputs=(an_input("mystery", "1", "kg"),))
    assert carbon_of(process, known) is None
    assert findings(check_carbon, process, offers("mystery"), known) == []


def test_a_credit_that_outweighs_the_inputs_is_an_imbalance_and_no_crash(
    known: dict[str, Composition],
) -> None:
    avoided = an_input("polymer", "-1", "kg", is_credit=True)
    process = a_process("lime", inputs=[avoided])
    (finding,) = findings(check_carbon, process, offers("polymer"), known)
    assert finding.parameters["carbon_in"].startswith("-0.856")


def test_biogenic_carbon_dioxide_is_no_fossil_carbon(known: dict[str, Composition]) -> None:
    breath = an_emission("CO2", "5", Origin.BIOGENIC)
    process = replace(a_kiln(), emissions=(*a_kiln().emissions, breath))
    assert findings(check_carbon, process, offers("calcite"), known) == []


def test_carbon_goes_into_co_products_and_wastes_as_well(known: dict[str, Composition]) -> None:
    tar = CoProduct(product="tar", amount=Decimal("0.1"), unit="kg", share=Decimal(0))
    inputs = [an_input("polymer", "1.0988", "kg"), an_input("burial", "2", "kg")]
    process = a_process("polymer-ash", inputs=inputs, co_products=[tar])
    balanced = known | {"polymer-ash": known["polymer"]}
    assert findings(check_carbon, process, offers("polymer", "burial"), balanced) == []
    without = replace(process, co_products=())
    (finding,) = findings(check_carbon, without, offers("polymer", "burial"), balanced)
    assert finding.code == "carbon-not-balanced"


def a_fire(co2_kg: str) -> Process:
    return a_process(
        "coal-burned",
        unit="MJ",
        inputs=[an_input("coal", "1", "MJ")],
        emissions=[an_emission("CO2", co2_kg)],
        is_fuel_combustion=True,
    )


def test_a_fuel_emits_its_carbon_times_its_oxidation(known: dict[str, Composition]) -> None:
    coal = offers("coal", unit="MJ")
    assert findings(check_carbon, a_fire("0.0890"), coal, known) == []
    (finding,) = findings(check_carbon, a_fire("0.0957"), coal, known)
    assert (finding.code, finding.severity) == ("combustion-carbon-differs", Severity.BLOCKING)
    assert finding.parameters["expected"].startswith("0.0889")


def test_a_fuel_nobody_knows_is_noted(known: dict[str, Composition]) -> None:
    process = replace(a_fire("0.09"), inputs=(an_input("peat", "1", "MJ"),))
    (finding,) = findings(check_carbon, process, offers("peat", unit="MJ"), known)
    assert (finding.code, finding.severity) == ("fuel-composition-unknown", Severity.NOTE)


@given(
    scale=st.decimals(min_value="0.001", max_value="1000", places=3),
    co2=st.decimals(min_value="0", max_value="3", places=3),
    has_cut_off=st.booleans(),
)
def test_scaling_a_process_leaves_its_verdict_unchanged(
    scale: Decimal, co2: Decimal, has_cut_off: bool
) -> None:
    known = {
        "calcite": a_composition(CARBON_OF_CALCITE),
        "lime": a_composition("0"),
    }
    process = a_kiln(str(co2))
    if has_cut_off:
        process = with_cut_off(process)
    scaled = replace(
        process,
        reference_amount=process.reference_amount * scale,
        inputs=tuple(replace(e, amount=e.amount * scale) for e in process.inputs),
        emissions=tuple(replace(e, amount_kg=e.amount_kg * scale) for e in process.emissions),
    )
    before, after = (
        [(f.code, f.severity) for f in findings(check_carbon, p, offers("calcite"), known)]
        for p in (process, scaled)
    )
    assert before == after


def a_composition(carbon_kg: str) -> Composition:
    return Composition(
        unit="kg",
        basis=Basis.CARBON,
        formula="",
        carbon_kg=Decimal(carbon_kg),
        oxidation=None,
        sources=("a-source",),
    )


def a_mill(sheet_kg: str = "1", **inputs: str) -> Process:
    links = [an_input(name, amount, "kg") for name, amount in inputs.items()]
    return a_process("sheet", reference_amount=sheet_kg, inputs=links)


def test_a_process_that_makes_no_more_than_it_takes_in_is_silent(
    known: dict[str, Composition],
) -> None:
    assert findings(check_mass, a_mill(ash="1.0"), offers("ash"), known) == []
    assert findings(check_mass, a_mill(ash="0.99"), offers("ash"), known) == []


def test_mass_out_of_nothing_blocks(known: dict[str, Composition]) -> None:
    (finding,) = findings(check_mass, a_mill(ash="0.9"), offers("ash"), known)
    assert (finding.code, finding.severity) == ("mass-not-balanced", Severity.BLOCKING)
    said = with_cut_off(a_mill(ash="0.9"))
    (finding,) = findings(check_mass, said, offers("ash"), known)
    assert finding.severity is Severity.WARNING


def test_an_imported_draft_cannot_close_its_balance_until_it_is_reviewed(
    known: dict[str, Composition],
) -> None:
    mill = a_mill(ash="0.9")
    content = {**mill.content, "imported": {"format": "jsonld"}}
    for status, severity in (
        (ReviewStatus.DRAFT, Severity.WARNING),
        (ReviewStatus.REVIEWED, Severity.BLOCKING),
    ):
        imported = replace(mill, content=content, review_status=status)
        (finding,) = findings(check_mass, imported, offers("ash"), known)
        assert (finding.code, finding.severity) == ("mass-not-balanced", severity)


def test_a_service_weighs_nothing(known: dict[str, Composition]) -> None:
    rolled = a_mill(ash="0.5", rolling="1")
    (finding,) = findings(check_mass, rolled, offers("ash", "rolling"), known)
    assert finding.parameters["mass_in"] == "0.500"


def test_a_waste_treated_is_mass_that_leaves(known: dict[str, Composition]) -> None:
    process = a_mill(ash="1.0", burial="0.5")
    (finding,) = findings(check_mass, process, offers("ash", "burial"), known)
    assert finding.parameters["mass_out"] == "1.50"


def test_water_by_volume_is_mass_taken_up(known: dict[str, Composition]) -> None:
    water = an_input("water", "0.0005", "m3")
    process = a_process("sheet", inputs=[an_input("ash", "0.5", "kg"), water])
    others = [*offers("ash"), *offers("water", unit="m3")]
    assert findings(check_mass, process, others, known) == []


def test_a_material_by_piece_cannot_be_weighed(known: dict[str, Composition]) -> None:
    process = a_process(
        "sheet", inputs=[an_input("ash", "0.1", "kg"), an_input("can", "1", "piece")]
    )
    others = [*offers("ash"), *offers("can", unit="piece")]
    assert findings(check_mass, process, others, known) == []


def test_an_explanation_holds_up_to_its_size_and_no_further(known: dict[str, Composition]) -> None:
    (finding,) = findings(check_carbon, a_kiln("0.7"), offers("calcite"), known)
    assert finding.size == pytest.approx(0.0231, abs=1e-3)
    explanations = {("carbon-not-balanced", "lime"): Explanation(0.03, "measured so")}
    told = explained(finding, explanations)
    assert (told.severity, told.explanation) == (Severity.WARNING, "measured so")
    (worse,) = findings(check_carbon, a_kiln("0.3"), offers("calcite"), known)
    assert explained(worse, explanations).severity is Severity.BLOCKING


@pytest.mark.parametrize(
    ("formula", "share"),
    [("CaCO3", 0.12000), ("C2H4", 0.85628), ("CO2", 0.27292), ("NaOH", 0), ("C10H8O4", 0.62502)],
)
def test_the_carbon_of_a_formula_follows_from_atomic_masses(formula: str, share: float) -> None:
    assert float(carbon_share(formula)) == pytest.approx(share, abs=1e-5)


@pytest.mark.parametrize("formula", ["", "Xy2", "C2(H4)", "c2h4", "C-2"])
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(InventoryError) as refused:
        carbon_share(formula)
    assert refused.value.code == "dataset-choice-unknown"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("x,kg,carbon,,0.5,,,", "dataset-without-source"),
        ("x,kg,guess,,0.5,,a-source,", "dataset-choice-unknown"),
        ("x,sack,carbon,,0.5,,a-source,", "dataset-choice-unknown"),
        ("x,kg,carbon,,half,,a-source,", "amount-not-a-number"),
        ("x,kg", "reference-file-malformed"),
        ("calcite,kg,none,,,,,", "source-twice"),
    ],
)
def test_a_table_of_compositions_that_cannot_be_trusted_is_refused(
    line: str, code: str, tmp_path: Path
) -> None:
    (tmp_path / "carbon_content.csv").write_text(TABLE + line + "\n", encoding="utf-8")
    with pytest.raises(Exception, match=code):
        read_compositions(tmp_path)


def test_an_explanation_without_a_reason_is_refused(tmp_path: Path) -> None:
    table = "code,dataset,up_to,reason\ncarbon-not-balanced,lime,0.1, \n"
    (tmp_path / "explained_findings.csv").write_text(table, encoding="utf-8")
    with pytest.raises(InventoryError) as refused:
        read_explanations(tmp_path)
    assert refused.value.code == "source-line-incomplete"
