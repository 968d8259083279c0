"""Links prepared processes to one another and to our background, and builds datasets of them.

Rules:

* A demand is linked inside the file (``suppliers.py``), else by an id of the shipped inventory,
  else by the mapping table, else it is unlinked; an unlinked one is never dropped in silence.
* Who names a provider by a shipped id means that one, whatever in the file has the flow's name.
  A negative amount of it is a credit, as our sign has it, and a finding says so.
* An id that is nobody's is told with the nearest one that is somebody's.
* Under *refuse* its process does not come in, and then whatever depends on that, until nothing
  changes. Under *cut-off* the flow is named in ``cut_offs`` with amount and estimate, and the
  estimate is an emission of CO2e; without an estimate for its dimension the process is refused.
* The consumer of a treatment (reference below zero) has its sign turned; what is negative then,
  and what is avoided, is a credit.
* A flow that is cut off never lowers a total: waste handed over (a waste output, a negative input)
  is estimated by its amount and as waste (``options.py``), an avoided product at nothing.
* Every imported dataset is a draft.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from footprint.errors import FootprintError
from footprint.inventory import Process
from footprint.quantities import SMALLEST, in_range
from lca_db.inventory.importers.building import CutFlow, Link, Source, built, cut_entry
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.mapping import NAMED, PROXY, BackgroundMap, Counterpart
from lca_db.inventory.importers.nearest_id import NearestId
from lca_db.inventory.importers.options import ImportOptions, Unlinked
from lca_db.inventory.importers.preparing import Demand, Prepared
from lca_db.inventory.importers.raw import FlowKind
from lca_db.inventory.importers.report import Fate
from lca_db.inventory.importers.suppliers import Lost, Suppliers, Supply
from lca_db.inventory.importers.tally import ImportNote, MappedFlow, Tally
from lca_db.inventory.importers.units import EXACT, factor_between

Found = Supply | Counterpart | FootprintError


@dataclass(slots=True)
class _Plan:
    """A process and what was found for each of its demands."""

    process: Prepared
    found: list[Found]
    refusal: FootprintError | None = None


def linked(
    processes: Sequence[Prepared],
    lost: Lost,
    options: ImportOptions,
    background: BackgroundMap | None,
    source: Source,
    tally: Tally,
) -> tuple[Process, ...]:
    """The datasets that come in, by id; the tally says what became of everything.

    Args:
        processes: With identifiers that are all different.
        lost: What was refused before.
        background: The shipped inventory, by ids and foreign names; None where there is none.
    """
    suppliers = Suppliers(processes, lost)
    nearest = NearestId((*suppliers.process_ids(), *(background.ids() if background else ())))
    plans = [
        _Plan(p, [nearest.told(d, _find(d, p, suppliers, background)) for d in p.demands])
        for p in processes
    ]
    while True:
        _refuse(plans, options)
        datasets = [_built(plan, options, source) for plan in plans if plan.refusal is None]
        if None not in datasets:  # else one could not be built: what depends on it goes as well
            break
    for plan in plans:
        _count(plan, options, tally)
    came_in = (dataset for dataset in datasets if dataset is not None)
    return tuple(sorted(came_in, key=lambda process: process.id))


def _find(
    demand: Demand, consumer: Prepared, suppliers: Suppliers, background: BackgroundMap | None
) -> Found:
    if background is None:
        return suppliers.find(demand, consumer)
    is_own = suppliers.has_process(demand.provider_id)
    named = None if is_own else background.named(demand.provider_id)
    if named is not None:
        return _measured(named, demand)
    found = suppliers.find(demand, consumer)
    if isinstance(found, Supply):
        return found
    named = background.named(demand.name)
    if named is not None:
        return _measured(named, demand)
    return background.find(demand, demand.location) or found


def _measured(named: Counterpart, demand: Demand) -> Counterpart | ImportRefused:
    """The dataset, unless the demand is measured in something else than it is."""
    unit, expected = demand.unit, named.dataset_unit
    if not unit or factor_between(unit, expected) is not None:
        return named
    return ImportRefused("unit-wrong-dimension", demand.place, unit=unit, expected=expected)


def _refuse(plans: Sequence[_Plan], options: ImportOptions) -> None:
    """Marks what cannot come in, and what depends on it, until nothing changes."""
    consumers: dict[str, list[_Plan]] = defaultdict(list)
    by_id = {plan.process.id: plan for plan in plans}
    for plan in plans:
        for found in plan.found:
            if isinstance(found, Supply):
                consumers[found.process.id].append(plan)
    waiting = [plan for plan in plans if plan.refusal is None]
    while waiting:
        plan = waiting.pop()
        if plan.refusal is None:
            plan.refusal = _refusal(plan, by_id, options)
            if plan.refusal is not None:
                waiting += consumers[plan.process.id]


def _refusal(
    plan: _Plan, by_id: Mapping[str, _Plan], options: ImportOptions
) -> FootprintError | None:
    """Why a process cannot come in, None where it can as things stand."""
    for position, demand in enumerate(plan.process.demands):
        found = plan.found[position]
        if isinstance(found, Supply) and by_id[found.process.id].refusal is not None:
            flow, provider = demand.name[:120], found.process.raw.name[:120]
            found = ImportRefused(
                "import-provider-refused", demand.place, flow=flow, provider=provider
            )
            plan.found[position] = found
        if not isinstance(found, FootprintError):
            continue
        if options.unlinked is Unlinked.REFUSE:
            return found
        if estimated_kg_co2e(demand, options) is None:
            flow, unit = demand.name[:120], demand.unit
            example = f"{'waste:' if _is_handed_over(demand) else ''}{unit or 'kg'}=1"
            return ImportRefused(
                "import-estimate-missing", demand.place, flow=flow, unit=unit, example=example
            )
    return None


def _is_handed_over(demand: Demand) -> bool:
    """Whether a flow is waste that leaves the process, and no product that it takes."""
    is_negative_input = demand.kind is FlowKind.PRODUCT_INPUT and demand.amount < 0
    return demand.kind is FlowKind.WASTE_OUTPUT or is_negative_input


def estimated_kg_co2e(demand: Demand, options: ImportOptions) -> Decimal | None:
    """The estimate of a flow that is cut off; None where its dimension has none."""
    estimate = options.estimate_kg_co2e(
        demand.amount.copy_abs(), demand.unit, demand.name, is_waste=_is_handed_over(demand)
    )
    is_avoided = demand.kind is FlowKind.AVOIDED_PRODUCT
    return Decimal(0) if is_avoided and estimate is not None else estimate


def _built(plan: _Plan, options: ImportOptions, source: Source) -> Process | None:
    """The dataset of a plan; None, and its refusal set, where its amounts are impossible."""
    links: list[Link] = []
    cuts: list[CutFlow] = []
    try:
        for demand, found in zip(plan.process.demands, plan.found, strict=True):
            if isinstance(found, FootprintError):
                estimate = estimated_kg_co2e(demand, options) or Decimal(0)
                cuts.append(CutFlow(demand, found.code, estimate))
            else:
                links.append(_link(demand, found))
        return built(plan.process, links, cuts, source)
    except FootprintError as error:
        plan.refusal = error if error.place else error.at(plan.process.raw.place)
        return None


def _link(demand: Demand, found: Supply | Counterpart) -> Link:
    """The input a demand becomes, its sign turned where the supplier takes waste in."""
    if isinstance(found, Counterpart):
        in_its_unit = EXACT.multiply(demand.amount, factor_between(demand.unit, found.unit) or 1)
        amount = EXACT.multiply(in_its_unit, found.factor)
        provider, unit, takes_waste = found.dataset, found.dataset_unit, found.takes_waste
    else:
        product, takes_waste = found.product, found.process.is_treatment
        is_bare = not demand.unit  # the file leaves the unit to the flow
        provider, unit = product.id, product.unit if is_bare else demand.unit
        amount = EXACT.multiply(demand.amount, product.factor) if is_bare else demand.amount
    is_turned = takes_waste and demand.kind is FlowKind.PRODUCT_INPUT
    if is_turned or demand.kind is FlowKind.AVOIDED_PRODUCT:
        amount = amount.copy_negate()
    is_nothing = amount.copy_abs() < SMALLEST
    return Link(
        provider=provider,
        amount=Decimal(0) if is_nothing else in_range(amount, demand.place),
        unit=unit,
        stands_for=_stands_for(demand, found),
    )


def _stands_for(demand: Demand, found: Supply | Counterpart) -> str:
    """What a proxy is taken for, "" for the product itself."""
    if isinstance(found, Supply) or found.fit != PROXY:
        return ""
    place = f" ({demand.location})" if demand.location else ""
    return f"{demand.provider_name or demand.name}{place}"


def _count(plan: _Plan, options: ImportOptions, tally: Tally) -> None:
    """What became of the exchanges of one process, now that it is known."""
    process = plan.process
    for demand, found in zip(process.demands, plan.found, strict=True):
        if isinstance(found, FootprintError):
            _count_unlinked(demand, found, tally)
    if plan.refusal is not None:
        tally.refuse(process.raw.name, plan.refusal, process.exchange_count)
        return
    tally.processes["came_in"] += 1
    tally.processes["treatments"] += process.is_treatment
    tally.processes["products"] += len(process.products)
    tally.exchanges.update(process.fates)
    tally.ignore(process.ignored)
    tally.ignore(process.resources)
    tally.conversions.update(process.conversions)
    for demand, found in zip(process.demands, plan.found, strict=True):
        if isinstance(found, Supply):
            tally.exchanges[Fate.LINKED_INSIDE] += 1
        elif isinstance(found, Counterpart):
            is_named = found.fit == NAMED
            tally.exchanges[Fate.LINKED_BY_ID if is_named else Fate.LINKED_BY_MAPPING] += 1
            if is_named and demand.amount < 0 and demand.kind is not FlowKind.AVOIDED_PRODUCT:
                tally.note(_credit(demand, found))
            _count_mapped(demand, found, tally)
        else:
            tally.exchanges[Fate.CUT_OFF] += 1
            estimate = estimated_kg_co2e(demand, options) or Decimal(0)
            tally.cut_offs.add(cut_entry(process, CutFlow(demand, found.code, estimate)))


def _credit(demand: Demand, found: Counterpart) -> ImportNote:
    """That a negative amount of a dataset of ours lowers the total; many files mean waste by it."""
    flow, dataset = demand.name[:120], found.dataset
    return ImportNote("import-credit-by-id", demand.place, flow=flow, dataset=dataset)


def _count_unlinked(demand: Demand, found: FootprintError, tally: Tally) -> None:
    candidates = found.parameters.get("candidates", "") or found.parameters.get("nearest", "")
    named = tuple(candidates.split("; ")) if candidates else ()
    tally.leave_unlinked(demand.name[:200], demand.location, demand.unit, found.code, named)


def _count_mapped(demand: Demand, found: Counterpart, tally: Tally) -> None:
    flow = MappedFlow(
        name=demand.provider_name or demand.name,
        product=found.product,
        location=demand.location,
        dataset=found.dataset,
        fit=found.fit,
        note=found.note,
    )
    tally.mapped[flow] += 1
    if found.factor != 1:
        foreign = f"{found.unit} ({found.product})"
        tally.conversions[(foreign, found.dataset_unit, found.factor)] += 1
