"""Large inventories made by us: the shape of USLCI, copies of a database, a net of hubs.

Everything comes from the seed alone; benchmarks and tests read the same ones everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from footprint.inventory import (
    CutOff,
    DatasetKind,
    Emission,
    EmissionKey,
    Exchange,
    Origin,
    Process,
    ReviewStatus,
)

SEED = 20261128
CROSS_LINKS = 0.02
_SUBSTANCES = ("CO2", "CH4", "N2O", "SF6", "NF3", "HFC134a", "CF4", "C2F6")
_KEYS = tuple(
    EmissionKey(substance, origin)
    for substance in _SUBSTANCES
    for origin in (Origin.FOSSIL, Origin.BIOGENIC, Origin.UNSPECIFIED)
)
_NOUNS = (
    "steel",
    "resin",
    "lumber",
    "corn",
    "aluminum",
    "electricity",
    "diesel",
    "plywood",
    "lime",
)
_PLACES = ("at plant", "at mill", "at refinery", "at farm", "at logyard", "transport by truck")


def like_uslci(count: int = 661, seed: int = SEED) -> tuple[Process, ...]:
    """An inventory of the size and sparsity of USLCI (JSON-LD, 2017): 661 datasets that came in.

    As there, a dataset has 4.6 inputs and 2.9 greenhouse gases in the mean, a tenth of the datasets
    deliver half of all inputs, and a few loops are closed through energy and transport.
    """
    random = Random(seed)
    hubs = max(1, count // 10)
    names = [f"process-{number:05d}" for number in range(count)]
    processes = []
    for number, name in enumerate(names):
        suppliers = sorted(
            random.sample(range(hubs), min(hubs, random.randint(1, 4)))
            + ([random.randrange(number) for _ in range(random.randint(0, 4))] if number else [])
        )
        made = {names[supplier]: random.uniform(0.01, 0.12) for supplier in suppliers}
        gases = sorted(random.sample(_KEYS, random.randint(1, 5)))
        title = f"{random.choice(_NOUNS)} {number}, {random.choice(_PLACES)}"
        processes.append(_process(name, title, made, {g: random.random() for g in gases}))
    return tuple(processes)


def net_of_hubs(count: int, hubs: int, seed: int = SEED) -> tuple[Process, ...]:
    """Datasets that each take from four hubs, and hubs that each take from thirty of them.

    Eliminating the others joins the hubs to each other, so that a direct solution holds about half
    the square of their number; every hub uses half of what it makes for itself, through the others.
    """
    random = Random(seed)
    names = [f"hub-{number:05d}" for number in range(hubs)]
    names += [f"part-{number:05d}" for number in range(count - hubs)]
    processes = []
    for number, name in enumerate(names):
        if number < hubs:
            chosen = random.sample(range(hubs, count), min(30, count - hubs))
        else:
            chosen = random.sample(range(hubs), min(4, hubs))
        shares = [random.uniform(0.1, 1) for _ in chosen]
        made = {
            names[supplier]: 0.9 * share / sum(shares)
            for supplier, share in zip(chosen, shares, strict=True)
        }
        gases = {key: random.random() for key in sorted(random.sample(_KEYS, 3))}
        processes.append(_process(name, f"{name} of a net", made, gases))
    return tuple(processes)


def relinked_copies(
    base: Sequence[Process], count: int, seed: int = SEED, cross_links: float = CROSS_LINKS
) -> Iterator[Process]:
    """The first ``count`` datasets of as many copies of an inventory as that needs.

    An input leads to the same product of another copy with the probability of a cross-link. A copy
    is whole as long as ``count`` is a multiple of the inventory's size; the datasets of a last,
    unfinished copy take what is missing there from the first copy. The mean of the copies behaves
    as the original, so that what is productive stays so.
    """
    random = Random(seed)
    copies = -(-count // len(base))
    last = {p for process in base[: count - (copies - 1) * len(base)] for p in _products(process)}

    def of_copy(product: str, copy: int) -> str:
        is_missing = copy == copies - 1 and product not in last
        return f"{product}-c{0 if is_missing else copy:04d}"

    for number in range(count):
        copy, process = number // len(base), base[number % len(base)]
        inputs = []
        for exchange in process.inputs:
            source = random.randrange(copies) if random.random() < cross_links else copy
            inputs.append(replace(exchange, provider=of_copy(exchange.provider, source)))
        yield replace(
            process,
            id=of_copy(process.id, copy),
            inputs=tuple(inputs),
            co_products=tuple(
                replace(co, product=of_copy(co.product, copy)) for co in process.co_products
            ),
            alternatives=tuple(of_copy(one, copy) for one in process.alternatives),
        )


def _products(process: Process) -> tuple[str, ...]:
    return (process.id, *(co.product for co in process.co_products))


def _process(
    name: str, title: str, inputs: dict[str, float], gases: dict[EmissionKey, float]
) -> Process:
    return Process(
        id=name,
        unit="kg",
        reference_amount=Decimal(1),
        location="US",
        year="2017",
        kind=DatasetKind.UNIT_PROCESS,
        review_status=ReviewStatus.DRAFT,
        inputs=tuple(
            Exchange(provider=provider, amount=Decimal(f"{amount:.6f}"), unit="kg")
            for provider, amount in inputs.items()
        ),
        emissions=tuple(
            Emission(key=key, amount_kg=Decimal(f"{amount:.6f}")) for key, amount in gases.items()
        ),
        cut_offs=(CutOff(flow="what is taken from nature", reason="generated"),),
        content={"name": {"en": title}, "synonyms": [title.upper()], "description": title * 20},
    )
