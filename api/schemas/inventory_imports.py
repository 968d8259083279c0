"""Imports of foreign inventories, and releases made with them, on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi.exceptions import RequestValidationError
from pydantic import Field, StringConstraints, ValidationError

from api.schemas.bom_members import Shown, Strict
from api.schemas.cases import Identifier
from api.schemas.footprints import Out
from api.schemas.inventory import FindingOut
from api.schemas.releases import ReleaseOut
from api.views import FrozenRelease, ImportView
from lca_db.inventory.checks.run import Report
from lca_db.inventory.importers.limits import UPLOAD
from lca_db.inventory.importers.options import ImportOptions, Unlinked, read_estimates
from lca_db.inventory.stored_imports import ImportTerms, StoredImport


class ImportChoices(Strict):
    """What an import may choose, as a form sends it.

    Attributes:
        estimates: kgCO2e per unit of what is cut off: ``kg=2,waste:kg=0.5,scrap:kg=0``.
    """

    format: Annotated[str, StringConstraints(max_length=60)] = ""
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 -]{0,40}$")] = ""
    unlinked: Unlinked = Unlinked.REFUSE
    estimates: Annotated[str, StringConstraints(max_length=500)] = ""
    uses_map: bool = True
    licence: Annotated[str, StringConstraints(max_length=200)] = ""
    is_publishable: bool = False

    def terms(self) -> ImportTerms:
        """Under what terms the file is given."""
        return ImportTerms(licence=self.licence.strip(), is_publishable=self.is_publishable)

    def to_core(self) -> ImportOptions:
        """As the importers take them, under the limits of an upload.

        Raises:
            ImportRefused: ``import-choice-unknown``.
            QuantityError: A unit or number of an estimate.
        """
        return ImportOptions(
            format=self.format,
            prefix=self.prefix,
            unlinked=self.unlinked,
            estimates=read_estimates(self.estimates),
            uses_map=self.uses_map,
            limits=UPLOAD,
        )


class InventoryImportOut(Out):
    """An import: who, when, what file, with what choices, and the hashes of what it gave."""

    id: str
    imported_at: datetime
    imported_by: Annotated[
        str | None, Field(description="The person; null for an import from the command line")
    ]
    file_name: str
    file_sha256: str
    size_bytes: int
    format: str
    options: dict[str, Any]
    dataset_count: int
    datasets_sha256: str | None
    report_sha256: str
    licence: Annotated[str, Field(description="Of the data, or whose they are")]
    is_publishable: Annotated[bool, Field(description="Whether anybody may see its datasets")]

    @classmethod
    def from_core(cls, stored: StoredImport) -> InventoryImportOut:
        """From what is stored."""
        return cls(
            id=stored.id,
            imported_at=stored.imported_at,
            imported_by=stored.imported_by,
            file_name=stored.file_name,
            file_sha256=stored.file_sha256,
            size_bytes=stored.size_bytes,
            format=stored.format,
            options=dict(stored.options),
            dataset_count=stored.dataset_count,
            datasets_sha256=stored.datasets_sha256,
            report_sha256=stored.report_sha256,
            licence=stored.terms.licence,
            is_publishable=stored.terms.is_publishable,
        )


class InventoryImportReportOut(InventoryImportOut):
    """An import with its report: what came in, was linked, converted, cut off, refused and why."""

    releases: Annotated[list[str], Field(description="Releases that hold its datasets")]
    report: dict[str, Any]

    @classmethod
    def from_core(cls, view: ImportView) -> InventoryImportReportOut:  # type: ignore[override]
        """From what is stored and its report."""
        shown = InventoryImportOut.from_core(view.stored).model_dump()
        return cls(**shown, report=view.report, releases=list(view.release_ids))


class ReleaseIn(Strict):
    """A release of the shipped inventory with the datasets of imports."""

    imports: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=20)]
    note: Annotated[str, StringConstraints(min_length=1, max_length=120), Shown]


class FrozenReleaseOut(ReleaseOut):
    """A release that was frozen, with what the gates found."""

    imports: list[str]
    findings: Annotated[
        dict[str, Any], Field(description="Counts by severity, how much was examined, findings")
    ]

    @classmethod
    def from_core(cls, frozen: FrozenRelease) -> FrozenReleaseOut:  # type: ignore[override]
        """From the release and its report."""
        shown = ReleaseOut.from_core(frozen.release).model_dump()
        return cls(**shown, imports=list(frozen.import_ids), findings=frozen.report.body())


class ReleaseCheckIn(Strict):
    """A release that may be frozen: the shipped inventory with the datasets of imports."""

    imports: Annotated[
        tuple[Identifier, ...],
        Field(max_length=20, description="None for the shipped inventory alone"),
    ]


class ReleaseCheckOut(Out):
    """What the gates find in such a release; nothing was frozen."""

    imports: list[str]
    dataset_count: int
    is_blocked: Annotated[bool, Field(description="A finding keeps it from being frozen")]
    is_public: Annotated[bool, Field(description="Anybody could read it, by the imports' terms")]
    counts: Annotated[dict[str, int], Field(description="Findings by severity")]
    examined: Annotated[dict[str, int], Field(description="How much each check looked at")]
    findings: Annotated[
        list[FindingOut],
        Field(description="The most serious first, of imported datasets before shipped ones"),
    ]

    @classmethod
    def from_core(
        cls, report: Report, import_ids: Sequence[str], language: str, *, is_public: bool
    ) -> ReleaseCheckOut:
        """From the report, findings told in a language."""
        return cls(
            imports=list(dict.fromkeys(import_ids)),
            dataset_count=report.examined["datasets"],
            is_blocked=bool(report.blocking),
            is_public=is_public,
            counts=report.counts(),
            examined=dict(report.examined),
            findings=[FindingOut.from_core(finding, language) for finding in report.findings],
        )


def import_choices(sent: dict[str, str]) -> ImportChoices:
    """The choices of a form.

    Raises:
        RequestValidationError: What is wrong with them, as for a JSON body.
    """
    given = {name: value for name, value in sent.items() if value}
    try:
        return ImportChoices.model_validate(given)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None
