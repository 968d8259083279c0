"""Many product systems in columns: the form in which a portfolio is kept and recomputed.

A study is a stretch of two sparse rows: amounts of products, and masses of emission keys that the
study states itself. The same dataset (or key) twice in a study is one entry, the exactly rounded
sum, so that the order of the lines does not matter. What moves when a release changes is answered
by :mod:`footprint.portfolio_moves`.
"""

from __future__ import annotations

import io
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from footprint.canonical import canonical_json
from footprint.intensities import IntensityTable
from footprint.inventory import EmissionKey
from footprint.methods import MethodProfile, method_profile
from footprint.system import ProductSystem

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    Sparse = csr_array[Any, tuple[int, int]]

_FORMAT = 1
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Positions = NDArray[np.int32]  # half the memory, and what scipy would convert to anyway


@dataclass(frozen=True, order=True)
class Terms:
    """On what a study was calculated: its release, and profile, GWP set and basis."""

    release: str
    method: str
    gwp_set: str
    basis: str

    @property
    def profile(self) -> MethodProfile:
        """The method profile with the study's own GWP set."""
        return method_profile(self.method, self.gwp_set)


@dataclass(frozen=True, order=True)
class Product:
    """A dataset in the unit that amounts of it stand in."""

    dataset: str
    unit: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Portfolio:
    """Studies in columns.

    Attributes:
        studies: Ids, in the order of the rows.
        terms, terms_of: The terms that occur, and for each study which.
        products, keys: What the entries point to, sorted.
        offsets, rows, amounts: Demands of all studies, one study after the other; study ``i`` has
            the entries ``offsets[i]:offsets[i + 1]``.
        flow_offsets, flow_keys, flow_masses_kg: The same for what studies state themselves.
    """

    studies: tuple[str, ...]
    terms: tuple[Terms, ...]
    terms_of: Ints = field(repr=False)
    products: tuple[Product, ...] = field(repr=False)
    offsets: Ints = field(repr=False)
    rows: Positions = field(repr=False)
    amounts: Floats = field(repr=False)
    keys: tuple[EmissionKey, ...] = field(repr=False)
    flow_offsets: Ints = field(repr=False)
    flow_keys: Positions = field(repr=False)
    flow_masses_kg: Floats = field(repr=False)

    def demands(self, first: int, last: int) -> Sparse:
        """Demands of a stretch of studies: shape (last - first, products)."""
        shape = (last - first, len(self.products))
        return _stretch(self.amounts, self.rows, self.offsets[first : last + 1], shape)

    def flows(self, first: int, last: int) -> Sparse:
        """What a stretch of studies states itself: shape (last - first, keys)."""
        shape = (last - first, len(self.keys))
        offsets = self.flow_offsets[first : last + 1]
        return _stretch(self.flow_masses_kg, self.flow_keys, offsets, shape)

    def to_bytes(self) -> bytes:
        """As .npz without compression: the same portfolio gives the same bytes."""
        header = canonical_json(
            {
                "format": _FORMAT,
                "studies": list(self.studies),
                "terms": [[t.release, t.method, t.gwp_set, t.basis] for t in self.terms],
                "products": [[p.dataset, p.unit] for p in self.products],
                "keys": [str(key) for key in self.keys],
            }
        )
        buffer = io.BytesIO()
        np.savez(
            buffer,
            header=np.frombuffer(header, dtype=np.uint8),
            terms_of=self.terms_of,
            offsets=self.offsets,
            rows=self.rows,
            amounts=self.amounts,
            flow_offsets=self.flow_offsets,
            flow_keys=self.flow_keys,
            flow_masses_kg=self.flow_masses_kg,
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Portfolio:
        """The portfolio again."""
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            columns = {name: found[name] for name in found.files}
        header = json.loads(columns.pop("header").tobytes())
        return cls(
            studies=tuple(header["studies"]),
            terms=tuple(Terms(*one) for one in header["terms"]),
            products=tuple(Product(*one) for one in header["products"]),
            keys=tuple(EmissionKey.parse(text) for text in header["keys"]),
            **columns,
        )


@dataclass
class PortfolioBuilder:
    """Collects studies one by one; holds their entries and nothing else of them."""

    studies: list[str] = field(default_factory=list)
    terms: list[Terms] = field(default_factory=list)
    demands: list[dict[Product, float]] = field(default_factory=list)
    flows: list[dict[EmissionKey, float]] = field(default_factory=list)

    def add(
        self,
        study: str,
        terms: Terms,
        demands: Iterable[tuple[Product, float]],
        flows: Iterable[tuple[EmissionKey, float]] = (),
    ) -> None:
        """One more study with its amounts and the masses in kg it states itself."""
        self.studies.append(study)
        self.terms.append(terms)
        self.demands.append(_merged(demands))
        self.flows.append(_merged(flows))

    def add_system(
        self, study: str, terms: Terms, system: ProductSystem, table: IntensityTable
    ) -> None:
        """One more study, by the product system its bill became on its own release."""
        entries = [(table.products[d.row], d.amount) for d in system.demands]
        self.add(
            study,
            terms,
            ((Product(entry.id, entry.unit), amount) for entry, amount in entries),
            ((flow.key, flow.mass_kg) for flow in system.flows),
        )

    def without(self, studies: Set[str]) -> PortfolioBuilder:
        """The same studies but some."""
        kept = [number for number, study in enumerate(self.studies) if study not in studies]
        return PortfolioBuilder(
            studies=[self.studies[n] for n in kept],
            terms=[self.terms[n] for n in kept],
            demands=[self.demands[n] for n in kept],
            flows=[self.flows[n] for n in kept],
        )

    def built(self) -> Portfolio:
        """Everything so far, in columns."""
        terms = tuple(sorted(set(self.terms)))
        products = tuple(sorted({p for demands in self.demands for p in demands}))
        keys = tuple(sorted({k for flows in self.flows for k in flows}))
        numbers = {one: number for number, one in enumerate(terms)}
        offsets, rows, amounts = _columns(self.demands, products)
        flow_offsets, flow_keys, masses = _columns(self.flows, keys)
        return Portfolio(
            studies=tuple(self.studies),
            terms=terms,
            terms_of=np.array([numbers[one] for one in self.terms], dtype=np.int64),
            products=products,
            offsets=offsets,
            rows=rows,
            amounts=amounts,
            keys=keys,
            flow_offsets=flow_offsets,
            flow_keys=flow_keys,
            flow_masses_kg=masses,
        )


_Entry = TypeVar("_Entry", Product, EmissionKey)


def _merged(entries: Iterable[tuple[_Entry, float]]) -> dict[_Entry, float]:
    """One exactly rounded amount of everything that occurs."""
    parts: defaultdict[_Entry, list[float]] = defaultdict(list)
    for one, amount in entries:
        parts[one].append(amount)
    return {one: math.fsum(amounts) for one, amounts in parts.items()}


def _columns(
    studies: Sequence[Mapping[_Entry, float]], entries: Sequence[_Entry]
) -> tuple[Ints, Positions, Floats]:
    """Offsets, positions and amounts of the studies' entries, each study's in ascending order."""
    number_of = {one: number for number, one in enumerate(entries)}
    lengths = [len(study) for study in studies]
    numbered = [
        sorted((number_of[one], amount) for one, amount in study.items()) for study in studies
    ]
    return (
        np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)]),
        np.array([number for study in numbered for number, _ in study], dtype=np.int32),
        np.array([amount for study in numbered for _, amount in study], dtype=np.float64),
    )


def _stretch(values: Floats, columns: Positions, offsets: Ints, shape: tuple[int, int]) -> Sparse:
    """Some rows as views: the constructor of scipy would copy every part of a larger array."""
    from scipy.sparse import csr_array  # noqa: PLC0415  SciPy, which no start needs

    begin, end = int(offsets[0]), int(offsets[-1])
    matrix: Sparse = csr_array(shape, dtype=np.float64)
    matrix.data, matrix.indices = values[begin:end], columns[begin:end]
    matrix.indptr = (offsets - begin).astype(columns.dtype)
    return matrix
