"""What workflows hand to the doors about the inventory: datasets, releases and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import islice

from api.review_views import PublicReview
from footprint.inventory import DatasetSource, EmissionKey
from footprint.supply_chain import SupplyNode
from labels.label import LocalText
from lca_db.inventory.checks.finding import Finding
from lca_db.inventory.description import Uncertainty
from lca_db.inventory.release_diff import DatasetChange, relative_change
from lca_db.inventory.stored_imports import StoredImport
from lca_db.inventory.values import DatasetEntry, Release


@dataclass(frozen=True)
class GasIntensity:
    """The cumulative mass of one gas per unit of a product, and its kgCO2e."""

    key: EmissionKey
    mass_kg: float
    kg_co2e: float


@dataclass(frozen=True)
class DatasetView:
    """A dataset, the release it is read from, and what it carries per unit of its product."""

    entry: DatasetEntry
    release: Release
    method: str
    total_kg_co2e: float
    draft_share: float
    gases: tuple[GasIntensity, ...]
    review: PublicReview


@dataclass(frozen=True, kw_only=True)
class InputView:
    """An input with its provider's names and the sources of its figure.

    Attributes:
        maker: The dataset that makes it; another id where it is made beside something.
        names: Of the maker.
        stands_for: What the process takes, where another product has to stand in; else "".
    """

    provider: str
    maker: str
    names: LocalText
    amount: str
    unit: str
    is_credit: bool
    sources: tuple[str, ...]
    derivation: str
    note: str
    stands_for: str


@dataclass(frozen=True, kw_only=True)
class EmissionView:
    """An emission of the process itself.

    Attributes:
        notes: What else its key says: ``removal``, ``aircraft``, ``gwp=AR5``.
    """

    substance: str
    origin: str
    notes: tuple[str, ...]
    amount_kg: str
    sources: tuple[str, ...]
    derivation: str
    note: str


@dataclass(frozen=True, kw_only=True)
class ComparisonView:
    """How a total compares with a published one: the verdict, never the value.

    Attributes:
        what: The document, or the entry in the collection of facts.
        excuse: Why a verdict outside may stand; "" for none.
        not_comparable: In what the published value differs in kind; "" where it is comparable.
    """

    what: str
    verdict: str
    checked_on: date
    excuse: str
    not_comparable: str


class VersionState(StrEnum):
    """What became of a dataset from one release to the next."""

    FIRST = "first"
    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    ABSENT = "absent"


@dataclass(frozen=True, kw_only=True)
class VersionView:
    """A dataset in one release, held against the release before it.

    Attributes:
        members: Names of the members that differ.
        kg_co2e: Total per unit; None where the release lacks the dataset.
        relative: How far the total moved; None where there is nothing to compare with.
    """

    release: Release
    state: VersionState
    members: tuple[str, ...]
    unit: str
    kg_co2e: float | None
    relative: float | None


@dataclass(frozen=True, kw_only=True)
class SupplyChain:
    """The tree of a dataset with the names of what is in it.

    Attributes:
        makers: The dataset that makes each product.
        names: Of the makers.
    """

    release: Release
    method: str
    root: SupplyNode
    makers: Mapping[str, str]
    names: Mapping[str, LocalText]


@dataclass(frozen=True, kw_only=True)
class DatasetPage:
    """A dataset of a release with everything behind it.

    Attributes:
        proxy: What of it stands in for another place, time or product; "" where nothing does.
        pedigree: Scores 1 (best) to 5 by indicator; empty where none was given.
        confidence: Of its weakest figure; "" where none of its figures names a known source.
        total_kg_co2e: Cumulative, per one unit of the product, by the method's GWP set.
        gases: The gases that matter, largest first.
        sources: Every source a figure names, by id.
        uncertainty: Of every amount; None where there is no pedigree to derive it from.
    """

    found: DatasetView
    is_current: bool
    method_title: LocalText
    reference_amount: str
    technology: str
    comment: str
    proxy: str
    pedigree: Mapping[str, int]
    confidence: str
    inputs: tuple[InputView, ...]
    emissions: tuple[EmissionView, ...]
    cut_offs: tuple[Mapping[str, str], ...]
    co_products: tuple[Mapping[str, str], ...]
    total_kg_co2e: Decimal
    draft_share: Decimal
    gases: tuple[GasIntensity, ...]
    sources: Mapping[str, DatasetSource]
    findings: tuple[Finding, ...]
    comparisons: tuple[ComparisonView, ...]
    uncertainty: Uncertainty | None

    @property
    def entry(self) -> DatasetEntry:
        """The stored dataset."""
        return self.found.entry

    @property
    def release(self) -> Release:
        """Where it was read."""
        return self.found.release

    @property
    def documents(self) -> tuple[tuple[DatasetSource, ...], ...]:
        """The sources, those of one document and licence together, in the order of their ids."""
        found: dict[tuple[str, str, str, str], list[DatasetSource]] = {}
        for source in self.sources.values():
            key = (source.document, source.issuing_body, source.year, source.licence)
            found.setdefault(key, []).append(source)
        return tuple(tuple(sources) for sources in found.values())

    @property
    def text_language(self) -> str:
        """Of technology, comment and notes: English in the inventory's own files, else unknown."""
        return "" if "imported" in self.entry.content else "en"


@dataclass(frozen=True, kw_only=True)
class SourceUse:
    """A document a release was made of.

    Attributes:
        figures: How many of its figures (lines of the table of sources) are used.
        datasets: How many datasets name one of them.
    """

    document: str
    issuing_body: str
    year: str
    licence: str
    figures: int
    datasets: int


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """What a release holds and what it was made of; fixed with its snapshot.

    Attributes:
        statistics: Counts, as ``tanbiao inventory stats`` prints them.
        unlisted: How many sources are named whose document this instance does not know.
    """

    statistics: Mapping[str, object]
    sources: tuple[SourceUse, ...]
    unlisted: int

    def by_licence(self) -> dict[str, int]:
        """How many figures were read under each licence, the most first."""
        counted: dict[str, int] = {}
        for use in self.sources:
            counted[use.licence] = counted.get(use.licence, 0) + use.figures
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True, kw_only=True)
class ReleasePage:
    """A release with what it holds and how many findings of each severity it was frozen with.

    Attributes:
        solved_by: What made the numbers of its table (``footprint.intensities.SolvedBy``).
    """

    release: Release
    holdings: Holdings
    counts: Mapping[str, int]
    examined: Mapping[str, int]
    solved_by: str
    imports: tuple[StoredImport, ...] = ()

    @property
    def is_public(self) -> bool:
        """Whether everything in it may be published."""
        return all(each.terms.is_publishable for each in self.imports)


@dataclass(frozen=True, kw_only=True)
class ReleaseDiff:
    """What differs between two releases, by dataset."""

    before: Release
    after: Release
    changes: tuple[DatasetChange, ...]

    def page(
        self, kind: str, after: str, limit: int
    ) -> tuple[tuple[DatasetChange, ...], str | None]:
        """The changes of a kind, "" for all, behind a dataset's id; and where the next begins."""
        behind = (c for c in self.changes if c.dataset_id > after and kind in {"", c.kind.value})
        found = tuple(islice(behind, limit + 1))
        return found[:limit], found[limit - 1].dataset_id if len(found) > limit else None

    def counts(self) -> dict[str, int]:
        """How many datasets of each kind of change."""
        counted: dict[str, int] = {}
        for change in self.changes:
            counted[change.kind.value] = counted.get(change.kind.value, 0) + 1
        return counted


@dataclass(frozen=True, kw_only=True)
class StudyMove:
    """The newest study of a product on both releases.

    Attributes:
        before, after: kgCO2e per unit; None where the release cannot calculate the bill.
        reason: Codes of what stood in the way, "" where nothing did.
    """

    study_id: str
    product_id: str
    before: float | None
    after: float | None
    reason: str = ""

    @property
    def relative(self) -> float | None:
        """After over before, minus one; None where one of them is missing or nothing."""
        return relative_change(self.before, self.after)

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "study": self.study_id,
            "product": self.product_id,
            "before_kg_co2e": self.before,
            "after_kg_co2e": self.after,
            "relative": self.relative,
            "reason": self.reason,
        }


@dataclass(frozen=True, kw_only=True)
class StudyMoves:
    """The studies of one organisation that move, of how many that were calculated.

    Attributes:
        names: Of the products, by id.
        is_cut: There are more products than were calculated.
    """

    moves: tuple[StudyMove, ...]
    names: Mapping[str, LocalText]
    examined: int
    is_cut: bool
