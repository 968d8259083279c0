"""Laws of imports: units come back, burdens are conserved, every exchange has one fate."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from footprint.inventory import InventorySnapshot, process_body
from footprint.quantities import conversion_factor
from lca_db.inventory.importers.options import ImportOptions, Unlinked, read_estimates
from lca_db.inventory.importers.raw import FlowKind, RawExchange, RawFault, RawProcess
from lca_db.inventory.importers.report import Fate
from lca_db.inventory.importers.units import EXACT, foreign_names, foreign_unit
from tests.support.raw_processes import (
    CUTTING,
    a_flow,
    a_process,
    also_makes,
    an_import,
    emits,
    makes,
    takes,
)

amounts = st.decimals("0.001", "100000", places=3)
nothing = st.sampled_from([Decimal(0), Decimal("1e-16"), Decimal("-1e-16")])
too_much = st.just(Decimal("1e16"))
# mostly sound: a file of which everything is refused says little
odd_amounts = st.one_of(amounts.map(lambda amount: -amount), nothing, nothing, nothing, too_much)
any_amount = st.integers(0, 9).flatmap(lambda n: odd_amounts if n < 2 else amounts)
sound_units = st.sampled_from(["kg", "t", "lb av"])  # else nearly every process is refused
any_units = st.sampled_from(["kWh", "MJ", "h", "ton", "EUR 2000", ""])
units = st.integers(0, 19).flatmap(lambda n: any_units if n == 0 else sound_units)
names = st.sampled_from([f"product {i}" for i in range(6)])
flows = st.sampled_from(["Carbon dioxide, fossil", "Carbon dioxide, in air", "Lead", "HFC-999"])
places = st.sampled_from(["CN", "RER", ""])


@given(st.sampled_from(foreign_names()), amounts)
def test_a_foreign_amount_comes_back_from_our_unit(name: str, amount: Decimal) -> None:
    unit = foreign_unit(name)
    back = EXACT.divide(unit.ours(amount), unit.factor)
    assert abs(back - amount) <= amount * Decimal("1e-30")


@given(st.sampled_from(foreign_names()), st.sampled_from(foreign_names()))
def test_two_names_of_one_of_our_units_differ_by_their_factors(first: str, second: str) -> None:
    one, other = foreign_unit(first), foreign_unit(second)
    if one.unit == other.unit:
        ratio = EXACT.divide(one.ours(Decimal(1)), other.ours(Decimal(1)))
        assert ratio == EXACT.divide(one.factor, other.factor)
        assert conversion_factor(one.unit, other.unit) == 1


@given(amounts, st.lists(amounts, min_size=1, max_size=5), st.booleans())
def test_allocation_gives_the_whole_burden_away_and_no_more(
    first: Decimal, others: Sequence[Decimal], are_stated: bool
) -> None:
    total = sum(others, first)
    stated = {i: EXACT.divide(a, total) if are_stated else None for i, a in enumerate(others)}
    imported = an_import(
        a_process(
            "plant",
            makes("p", str(first), share=EXACT.divide(first, total) if are_stated else None),
            *(also_makes(f"p{i}", str(a), share=stated[i]) for i, a in enumerate(others)),
        )
    )
    [plant] = imported.processes
    shares = [plant.reference_share, *(c.share for c in plant.co_products)]
    assert sum(shares, Decimal(0)) == 1
    assert min(shares) >= 0
    for share, amount in zip(shares, [first, *others], strict=True):
        assert abs(share - amount / total) < Decimal("1e-12")


def exchanges(kind: FlowKind) -> st.SearchStrategy[RawExchange]:
    is_elementary = kind in {FlowKind.EMISSION, FlowKind.RESOURCE}
    return st.builds(
        lambda name, amount, unit, place, flow: a_flow(
            kind,
            name,
            str(amount),
            unit,
            location="" if is_elementary else place,
            flow_id="" if is_elementary else flow,
            compartment=("air",) if is_elementary else (),
        ),
        flows if is_elementary else names,
        any_amount,
        units,
        places,
        st.sampled_from(["", "f1", "f2"]),
    )


others = st.lists(
    st.sampled_from([k for k in FlowKind if k is not FlowKind.REFERENCE]).flatmap(exchanges),
    max_size=6,
)
processes = st.builds(
    lambda name, place, reference, more: a_process(name, reference, *more, location=place),
    names,
    places,
    exchanges(FlowKind.REFERENCE),
    others,
)
faults = st.builds(RawFault, name=names, place=st.just("/x"), code=st.just("import-xml-malformed"))
choices = st.builds(
    ImportOptions,
    unlinked=st.sampled_from(Unlinked),
    estimates=st.sampled_from(["", "kg=2", "kg=2,kWh=0.6,h=1,waste:kg=0.5,steel:kg=3"]).map(
        read_estimates
    ),
)


zeros = a_process(
    "mill", makes("mill"), also_makes("b", "0"), takes("c", "0"), emits("Methane", "0")
)


@example([zeros], CUTTING)
@given(st.lists(st.one_of(processes, faults), min_size=1, max_size=8), choices)
def test_every_exchange_that_was_read_has_exactly_one_fate(
    read: list[RawProcess | RawFault], options: ImportOptions
) -> None:
    report = an_import(*read, options=options).report
    raws = [one for one in read if isinstance(one, RawProcess)]
    counted = [report.exchanges[fate.value] for fate in Fate]
    assert sum(counted) == report.exchanges["read"] == sum(len(raw.exchanges) for raw in raws)
    assert report.processes["came_in"] + report.processes["refused"] == len(raws)
    assert report.refused.count == report.processes["refused"] + report.processes["unreadable"]
    assert report.exchanges["cut-off"] == report.cut_offs.count


@given(st.lists(processes, min_size=1, max_size=8), choices)
def test_what_came_in_holds_as_much_as_the_report_says(
    read: list[RawProcess], options: ImportOptions
) -> None:
    imported = an_import(*read, options=options)
    counts = imported.report.exchanges
    assert sum(len(p.inputs) for p in imported.processes) == counts["linked-inside"]
    cut = [cut_off for process in imported.processes for cut_off in process.cut_offs]
    assert sum(one.flow != "resources from nature" for one in cut) == counts["cut-off"]
    assert sum(1 + len(p.co_products) for p in imported.processes) == counts["product"]
    assert len(imported.processes) == imported.report.came_in
    InventorySnapshot.of(imported.processes)  # raises where a link leads nowhere


@given(st.lists(processes, min_size=1, max_size=6, unique_by=lambda p: p.id), choices, st.randoms())
def test_the_order_of_a_file_changes_no_dataset(
    read: list[RawProcess], options: ImportOptions, random: object
) -> None:
    other = list(read)
    random.shuffle(other)  # type: ignore[attr-defined]
    first = an_import(*read, options=options)
    second = an_import(*other, options=options)
    assert [process_body(p) for p in first.processes] == [process_body(p) for p in second.processes]
    assert first.report.to_json() == an_import(*read, options=options).report.to_json()
