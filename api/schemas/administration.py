"""Organisations, bodies and invitations on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.schemas.bom_members import LocalName, Strict
from api.schemas.cases import Identifier
from api.schemas.footprints import Out
from api.schemas.numbers import WholeNumber
from api.views import BodyView, NamedBodyEvent
from labels.access import Body, BodyKind, Role
from labels.access import (
    OrganisationKind as OrganisationKind,  # noqa: PLC0414  handed on to the routers
)
from labels.identity_document import (
    PASSPORT_ISSUERS as PASSPORT_ISSUERS,  # noqa: PLC0414  handed on to the pages
)
from labels.identity_document import (
    IdentityDocument,
)
from labels.identity_document import (
    IdentityKind as IdentityKind,  # noqa: PLC0414  handed on to the pages
)
from lca_db.records.organisations.values import AccreditedBody, Organisation

ShortText = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Category = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,8}-[0-9]{1,8}$")]


class OrganisationIn(Strict):
    """A new organisation."""

    kind: OrganisationKind
    names: LocalName
    legal_id: ShortText
    region: Literal["CN-GD", "HK", "MO"]


class OrganisationOut(Out):
    """An organisation as everybody may know it."""

    id: str
    kind: str
    names: dict[str, str]
    legal_id: str
    region: str

    @classmethod
    def from_core(cls, organisation: Organisation) -> OrganisationOut:
        """From the value."""
        return cls(
            id=organisation.id,
            kind=organisation.kind.value,
            names=dict(organisation.names),
            legal_id=organisation.legal_id,
            region=organisation.region,
        )


class BodyScopeIn(Strict):
    """What a verification or certification body is accredited for.

    ``is_suspended``, ``affiliates`` and ``contact`` stay as they are entered where they are left
    out; null is a contact taken back.
    """

    kind: BodyKind
    accreditation: ShortText
    categories: Annotated[tuple[Category, ...], Field(min_length=1, max_length=100)]
    scope_from: date
    scope_until: date
    is_suspended: bool = Field(
        default_factory=bool, description="Left out: as it is entered; at first, not suspended"
    )
    affiliates: tuple[Identifier, ...] = Field(
        default_factory=tuple,
        max_length=100,
        description="Organisations of its group. Left out: as they are entered; at first, none",
    )
    contact: Annotated[str, Field(max_length=200)] | None = Field(
        default_factory=str,
        description="Where the public complains or appeals (e-mail address, telephone or "
        "postal address), shown on the page of every label the body issues; null or empty: the "
        "page says that none is stated. Left out: as it is entered; at first, none",
    )
    seen: Annotated[WholeNumber, Field(ge=0)] | None = Field(
        default=None,
        description="How many entries the history of the body had when it was looked at: where it "
        "has more by now the request is refused (409). Left out: whatever it has",
    )

    @property
    def left_out(self) -> frozenset[str]:
        """What nobody spoke of."""
        return frozenset({"is_suspended", "affiliates", "contact"}) - self.model_fields_set

    def to_core(self, organisation_id: str) -> Body:
        """The core value."""
        return Body(
            organisation_id=organisation_id,
            kind=self.kind,
            categories=self.categories,
            scope_from=self.scope_from,
            scope_until=self.scope_until,
            is_suspended=self.is_suspended,
            affiliates=frozenset(self.affiliates),
        )


class EnteredBodyOut(Out):
    """What was entered of a body."""

    kind: str
    accreditation: str
    categories: list[str]
    scope_from: date
    scope_until: date
    is_suspended: bool
    affiliates: list[str]
    contact: str

    @classmethod
    def from_core(cls, entered: AccreditedBody) -> EnteredBodyOut:
        """From the value."""
        body = entered.body
        return cls(
            kind=body.kind.value,
            accreditation=entered.accreditation,
            categories=list(body.categories),
            scope_from=body.scope_from,
            scope_until=body.scope_until,
            is_suspended=body.is_suspended,
            affiliates=sorted(body.affiliates),
            contact=entered.contact,
        )


class BodyOut(Out):
    """A verification or certification body as everybody may know it.

    ``entered`` has the members that ``PUT`` takes; null where nothing was entered. ``standing``
    says whether it may act today for its categories: in-force, not-yet, suspended or over.
    """

    organisation_id: str
    names: dict[str, str]
    standing: str | None
    entered: EnteredBodyOut | None

    @classmethod
    def from_core(cls, view: BodyView) -> BodyOut:
        """From the value."""
        return cls(
            organisation_id=view.organisation.id,
            names=dict(view.organisation.names),
            standing=view.standing.value if view.standing else None,
            entered=EnteredBodyOut.from_core(view.entered) if view.entered else None,
        )


class BodyEventOut(Out):
    """One change of what is entered of a body."""

    number: int
    at: datetime
    person: str
    entered: EnteredBodyOut

    @classmethod
    def from_core(cls, named: NamedBodyEvent) -> BodyEventOut:
        """From the value."""
        return cls(
            number=named.event.number,
            at=named.event.at,
            person=named.person,
            entered=EnteredBodyOut.from_core(named.event.entered),
        )


class IdentityIn(Strict):
    """An identity document of a person: kept as a salted hash, and the same one is one person."""

    identity_kind: Annotated[
        IdentityKind, Field(description="The first of the list that the person has")
    ]
    identity_issuer: Annotated[
        str,
        Field(
            pattern=r"^([A-Z]{2})?$",
            description="Of a passport, whose it is (ISO 3166-1 alpha-2; CN for those of Hong "
            "Kong and Macao); empty for every other kind",
        ),
    ] = ""
    identity_number: Annotated[
        ShortText,
        Field(
            description="As printed, with its check digit, of a passport without the one of the "
            "machine-readable line; blanks, hyphens and brackets do not count"
        ),
    ]

    def document(self) -> IdentityDocument:
        """The core value."""
        return IdentityDocument(
            kind=self.identity_kind, issuer=self.identity_issuer, number=self.identity_number
        )


class InvitationIn(IdentityIn):
    """A one-time link for one more person of an organisation, who must show the document too."""

    organisation_id: Identifier
    roles: Annotated[frozenset[Role], Field(min_length=1, max_length=7)]


class InvitationOut(Out):
    """The link, shown once."""

    url: str
