"""The engine without a server: every example of the page and of the modules is executed."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import footprint
from api.sampling import sample
from footprint.bom import BillOfMaterials
from footprint.comparability import Audience
from footprint.csv_inventory import read_csv_inventory
from footprint.emitters import EmitterGroup
from footprint.errors import FootprintError, FootprintErrors
from footprint.inventory import DatasetKind, ReviewStatus
from footprint.notebook import Inventory, partial_study
from footprint.supply_chain import Ending, TreeLimits
from tests.support.builders import a_bom, a_material, an_energy

PAGE = Path(__file__).parents[3] / "docs" / "notebook.md"
MODULES = sorted(module.name for module in pkgutil.iter_modules(footprint.__path__))
HEAD = "dataset,unit,kind,flow,amount,flow_unit,origin"


def test_every_example_of_the_page_gives_what_it_says() -> None:
    outcome = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS)

    assert outcome.failed == 0
    assert outcome.attempted > 25


@pytest.mark.parametrize("name", MODULES)
def test_every_example_in_a_module_gives_what_it_says(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"footprint.{name}")).failed == 0


def refusals(text: str) -> list[tuple[str, str]]:
    with pytest.raises(FootprintError) as refused:
        read_csv_inventory(text)
    error = refused.value
    errors = error.errors if isinstance(error, FootprintErrors) else (error,)
    return [(e.code, e.place) for e in errors]


def test_rows_of_a_dataset_may_stand_anywhere_and_in_any_unit() -> None:
    """By hand: 2 kg of CO2 and 0.1 kg of a gas at 29.8, and 0.5 kg of b at 3 kgCO2e."""
    text = f"""{HEAD},per
a,kg,emission,CO2,4,kg,fossil,2
b,kg,factor,,3,,,
a,kg,input,b,1000,g,,2
a,kg,emission,CH4,200,g,fossil,2
"""
    table = Inventory.from_csv(text).table
    row = dict(zip(map(str, table.keys), table.intensities[table.row("a")], strict=True))

    assert row == pytest.approx(
        {
            "CO2:fossil:emission": 2,
            "CH4:fossil:emission": 0.1,
            "CO2e:unspecified:emission:gwp=unstated": 0.5 * 3,
        }
    )


def test_credits_and_co_products_are_read() -> None:
    text = f"""{HEAD},share
a,kg,emission,CO2,10,kg,fossil,
a,kg,co-product,c,2,kg,,0.25
a,kg,credit,b,1,kg,,
b,kg,factor,,3,,,
"""
    table = Inventory.from_csv(text).table
    of = {entry.id: table.intensities[row] for row, entry in enumerate(table.products)}

    assert of["a"] == pytest.approx([7.5, -0.75 * 3])
    assert of["c"] == pytest.approx([1.25, -0.125 * 3])


def test_a_file_of_factors_needs_three_columns_and_is_one_of_aggregated_drafts() -> None:
    snapshot = read_csv_inventory("\ufeffDataset , unit,kg_co2e\nsteel,t,2100\n\n")

    (steel,) = snapshot.processes
    assert (steel.kind, steel.review_status) == (DatasetKind.AGGREGATED, ReviewStatus.DRAFT)
    assert steel.emissions[0].amount_kg == 2100


def test_a_factor_is_for_one_unit_whatever_the_flows_are_written_for() -> None:
    table = Inventory.from_csv(f"{HEAD},per\na,kg,factor,,3,,,50\n").table
    assert table.intensities[0] == pytest.approx([3])


def test_every_fault_is_told_at_once_with_its_row() -> None:
    text = f"""{HEAD}
a,kg,emission,CO2,x,kg,fossil
a,kg,emission,XF9,1,kg,fossil
a,kg,gift,CO2,1,kg,fossil
a,kg,emission,CO2,1,kg,stone
a,kg,input,b,1,furlongs,
a,t,emission,CO2,1,kg,fossil
"""
    assert refusals(text) == [
        ("amount-not-a-number", "/rows/2/amount"),
        ("gas-unknown", "/rows/3/flow"),
        ("csv-value-unknown", "/rows/4/kind"),
        ("csv-value-unknown", "/rows/5/origin"),
        ("unit-unknown", "/rows/6/flow_unit"),
        ("csv-dataset-contradicts-itself", "/rows/7/dataset"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "csv-columns-wrong"),
        ("dataset,unit\na,kg\n", "csv-columns-wrong"),
        ("dataset,unit,kind,amount,colour\n", "csv-columns-wrong"),
        (HEAD, "release-empty"),
        (f'{HEAD}\na,kg,factor,"1\n', "csv-malformed"),
        (f"{HEAD}\na,kg,input,b,1,kg,\n", "provider-missing"),
        (f"{HEAD}\nA b,kg,factor,,1,,\n", "dataset-id-malformed"),
        (f"{HEAD}\na,kg,input,b,1,kWh,\nb,kg,factor,,1,,\n", "unit-wrong-dimension"),
    ],
)
def test_a_file_of_which_nothing_can_be_used_is_refused(text: str, code: str) -> None:
    assert code in [found for found, _ in refusals(text)]


def test_equal_studies_have_equal_hashes_and_others_do_not() -> None:
    inventory = Inventory.from_csv("dataset,unit,kg_co2e\nsteel,kg,2\n")

    def sha256(amount: str) -> str:
        lines = a_bom([a_material("m", "steel", amount), an_energy("e", "steel", "1", "kg")]).lines
        return inventory.footprint(partial_study("x", lines, year=2024)).bom_sha256

    assert sha256("1") == sha256("1") != sha256("2")


LOOP = f"""{HEAD},location
steel,kg,emission,CO2,2,kg,fossil,CN-GD
steel,kg,input,power,0.5,kWh,,CN-GD
power,kWh,emission,CO2,0.6,kg,fossil,MO
power,kWh,input,steel,0.02,kg,,MO
"""


def a_study(steel_kg: str = "1", power_kwh: str = "1") -> BillOfMaterials:
    bom = a_bom([a_material("m", "steel", steel_kg), an_energy("e", "power", power_kwh)])
    return partial_study("x", bom.lines, year=2024)


def test_footprint_is_drawn_as_a_release_of_the_same_datasets_would_be() -> None:
    inventory = Inventory.from_csv(LOOP, draws=200)
    interval = inventory.footprint(a_study()).uncertainty
    assert interval is not None
    drawn = sample(read_csv_inventory(LOOP), inventory.table, 200)
    assert drawn is not None
    assert (interval.draws, interval.seed) == (200, drawn.seed)
    assert interval.sampling_sha256 == drawn.sha256
    assert interval.lower_kg_co2e < interval.median_kg_co2e < interval.upper_kg_co2e


def test_inventory_without_draws_assesses_no_uncertainty() -> None:
    inventory = Inventory.from_csv(LOOP, draws=0)
    assert inventory.footprint(a_study()).uncertainty is None
    found = inventory.compare(a_study(), a_study("2"))
    assert (found.probability_lower, found.difference) == (None, None)
    assert found.comparison.difference_kg_co2e > 0


def test_two_studies_are_compared_on_the_same_draws() -> None:
    inventory = Inventory.from_csv(LOOP, draws=200)
    less, more = a_study(power_kwh="0.99"), a_study()
    found = inventory.compare(less, more)
    back = inventory.compare(more, less)
    assert (found.probability_lower, back.probability_lower) == (1, 0)
    assert found.difference is not None
    assert back.difference is not None
    own = float(found.comparison.difference_kg_co2e)
    assert 0 < found.difference.lower_kg_co2e < own < found.difference.upper_kg_co2e
    assert back.difference.upper_kg_co2e == pytest.approx(-found.difference.lower_kg_co2e)
    same = inventory.compare(more, more)
    assert same.probability_lower == 0.5
    assert same.difference is not None
    assert same.difference.upper_kg_co2e == same.difference.lower_kg_co2e == 0


def test_declared_units_are_compared_in_a_notebook_but_not_for_the_public() -> None:
    inventory = Inventory.from_csv(LOOP, draws=0)
    with pytest.raises(FootprintError) as refused:
        inventory.compare(a_study(), a_study(), audience=Audience.PUBLIC)
    assert refused.value.code == "comparison-declared-unit-public"


def test_tree_and_emitters_of_a_study_sum_to_it() -> None:
    """By hand: s = 1 + 0.02 p and p = 1 + 0.5 s kWh, so s = 1.02/0.99."""
    inventory = Inventory.from_csv(LOOP, draws=0)
    bill = inventory.prepared(a_study())
    steel = 1.02 / 0.99
    power = 1 + 0.5 * steel

    by_place = {e.name: e.kg_co2e for e in inventory.emitters(bill, EmitterGroup.COUNTRY)}
    assert by_place == pytest.approx({"CN": 2 * steel, "MO": 0.6 * power})
    tree = inventory.tree(bill, TreeLimits(cutoff=0, depth=1))
    assert sum(line.kg_co2e for line in tree.lines) == pytest.approx(2 * steel + 0.6 * power)
    assert {node.ending for line in tree.lines for node in line.inputs[0].children} == {
        Ending.DEPTH
    }
    whole = inventory.chain("steel")
    assert whole.kg_co2e == pytest.approx(2.3 / 0.99)
    assert inventory.sankey(bill).total_kg_co2e == pytest.approx(bill.impact.total)


def test_frozen_release_answers_what_it_was_opened_with_and_names_what_it_lacks() -> None:
    made = Inventory.from_csv(LOOP, draws=100)
    index, values = made.table.index_bytes(), made.table.values
    bare = Inventory.frozen(index, values)
    assert bare.footprint(a_study()).uncertainty is None
    with pytest.raises(FootprintError) as refused:
        bare.tree(bare.prepared(a_study()))
    assert refused.value.code == "release-without-datasets"

    whole = Inventory.frozen(index, values, sampled=made.sampled, snapshot=made.snapshot)
    assert whole.footprint(a_study()).sha256() == made.footprint(a_study()).sha256()
    assert whole.tree(whole.prepared(a_study())) == made.tree(made.prepared(a_study()))

    other = Inventory.from_csv("dataset,unit,kg_co2e\nsteel,kg,2\n", draws=10)
    for foreign in ({"sampled": other.sampled}, {"snapshot": other.snapshot}):
        with pytest.raises(FootprintError) as refused:
            Inventory.frozen(index, values, **foreign)
        assert refused.value.code == "release-not-of-table"
