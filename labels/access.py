"""Who may be whom: roles, actors, scopes, and the bodies that verify and certify.

Rules (ISO/IEC 17065 and 17029; policy clauses on conformity-assessment roles):

* A rule about people is a rule about natural persons: ``person_id``, never the account.
* The administrator runs the service and never acts in a case.
* A role belongs to a kind of organisation: a verifier to a verification body, and so on.
* The verification body and the certification body are two organisations; neither is the
  applicant or belongs to the applicant's group, and neither helped to compute the product within
  the look-back period of the scheme.
* A body acts only while its own accredited scope covers the product category.
* Test actors touch test objects only, live actors live objects only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from labels.errors import LabelError, NotAllowed


class Role(StrEnum):
    """What a person may do; one account can hold several."""

    MANUFACTURER = "manufacturer"
    VERIFIER = "verifier"
    REVIEWER = "reviewer"
    CERTIFIER = "certifier"
    BANK = "bank"
    REGULATOR = "regulator"
    ADMINISTRATOR = "administrator"


class OrganisationKind(StrEnum):
    """What an organisation is in the register."""

    MANUFACTURER = "manufacturer"
    VERIFICATION_BODY = "verification-body"
    CERTIFICATION_BODY = "certification-body"
    BANK = "bank"
    AUTHORITY = "authority"
    OPERATOR = "operator"


# Review and decision are both the certification body's (ISO/IEC 17065:2012, 7.5 and 7.6).
ROLES_BY_KIND: Mapping[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.MANUFACTURER: frozenset({Role.MANUFACTURER}),
    OrganisationKind.VERIFICATION_BODY: frozenset({Role.VERIFIER}),
    OrganisationKind.CERTIFICATION_BODY: frozenset({Role.REVIEWER, Role.CERTIFIER}),
    OrganisationKind.BANK: frozenset({Role.BANK}),
    OrganisationKind.AUTHORITY: frozenset({Role.REGULATOR}),
    OrganisationKind.OPERATOR: frozenset({Role.ADMINISTRATOR}),
}


def check_roles(kind: OrganisationKind, roles: frozenset[Role]) -> None:
    """People of that kind of organisation can have these roles, at least one.

    Raises:
        LabelError: ``role-not-of-kind`` with the first role that does not fit.
    """
    strange = sorted(roles - ROLES_BY_KIND[kind])
    if strange or not roles:
        role = strange[0].value if strange else ""
        raise LabelError("role-not-of-kind", "/roles", role=role, kind=kind.value)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who asks for a step.

    Attributes:
        person_id: The natural person behind the account; "" for the service itself.
        account_id: The account or key that was used.
        organisation_id: The organisation the person acts for.
        is_test: The account belongs to test mode.
        is_service: The service itself (expiry by date, finishing an interrupted issue).
    """

    person_id: str
    account_id: str
    organisation_id: str
    roles: frozenset[Role]
    is_test: bool = False
    is_service: bool = False

    def has_role(self, role: Role) -> bool:
        """Whether the account holds the role."""
        return role in self.roles

    @classmethod
    def service(cls, process: str, *, is_test: bool = False) -> Actor:
        """The service itself in one of its own duties, with no person and no role."""
        return cls(
            person_id="",
            account_id=f"service:{process}",
            organisation_id="",
            roles=frozenset(),
            is_test=is_test,
            is_service=True,
        )


SEES_ALL = frozenset({Role.REGULATOR})


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whose records may be touched: those of one organisation, or all of one mode.

    Attributes:
        organisation_id: None for all organisations.
        is_test: Test objects only, or live objects only.
        purpose: Why all organisations are seen; goes into the log.
        acting_for: The organisation of who acts, also where all are seen; "" for the service.
    """

    organisation_id: str | None
    is_test: bool = False
    purpose: str = ""
    acting_for: str = ""

    def __post_init__(self) -> None:
        if self.organisation_id == "" or (self.organisation_id is None and not self.purpose):
            raise NotAllowed("scope-empty")

    @classmethod
    def of(cls, actor: Actor) -> Scope:
        """The scope of an actor: everything for the regulator, else the own organisation."""
        seeing = sorted(actor.roles & SEES_ALL)
        own = actor.organisation_id
        if seeing:
            purpose = seeing[0].value
            return cls(organisation_id=None, is_test=actor.is_test, purpose=purpose, acting_for=own)
        return cls(organisation_id=own, is_test=actor.is_test, acting_for=own)

    @classmethod
    def everything(cls, purpose: str, *, is_test: bool = False) -> Scope:
        """All organisations, for a duty of the service itself (a job, a sweep, a reconciler)."""
        return cls(organisation_id=None, is_test=is_test, purpose=purpose)

    def admits(self, *organisation_ids: str) -> bool:
        """Whether a record in which these organisations take part may be seen."""
        return self.organisation_id is None or self.organisation_id in organisation_ids


class BodyKind(StrEnum):
    """The two kinds of conformity-assessment body."""

    VERIFICATION = "verification-body"
    CERTIFICATION = "certification-body"


class BodyStanding(StrEnum):
    """Whether a body may act on a day, whatever for."""

    NOT_YET = "not-yet"
    IN_FORCE = "in-force"
    SUSPENDED = "suspended"
    OVER = "over"


@dataclass(frozen=True, kw_only=True)
class Body:
    """A conformity-assessment body as it stands today.

    Attributes:
        categories: Product categories in its accredited scope, as prefixes of codes
            (``cpc-464`` covers ``cpc-46420``: the classification is decimal).
        scope_from: First day of the accredited scope.
        scope_until: Last day of the accredited scope.
        affiliates: Organisations of the same group, by id.
    """

    organisation_id: str
    kind: BodyKind
    categories: tuple[str, ...]
    scope_from: date
    scope_until: date
    is_suspended: bool = False
    affiliates: frozenset[str] = field(default_factory=frozenset)

    def standing(self, on: date) -> BodyStanding:
        """How it stands on that day; suspended comes before not yet, over before both."""
        if self.scope_until < on:
            return BodyStanding.OVER
        if self.is_suspended:
            return BodyStanding.SUSPENDED
        return BodyStanding.NOT_YET if on < self.scope_from else BodyStanding.IN_FORCE

    def covers(self, category: str, on: date) -> bool:
        """Whether the body may act for the category on that day."""
        return (
            not self.is_suspended
            and self.scope_from <= on <= self.scope_until
            and any(category.startswith(prefix) for prefix in self.categories)
        )


@dataclass(frozen=True, kw_only=True)
class Consultancy:
    """An organisation that helped to compute the product, and until when."""

    organisation_id: str
    ended_on: date


def check_body_entry(body: Body, kind: OrganisationKind) -> None:
    """What is entered of a body fits its organisation, and its days are in order.

    Args:
        body: What is to be entered.
        kind: Kind of the organisation, which never changes; nor does that of its body.

    Raises:
        LabelError: ``body-not-of-kind``, ``body-dates-reversed``.
    """
    if body.kind.value != kind.value:
        raise LabelError("body-not-of-kind", "/kind", kind=body.kind.value, found=kind.value)
    if body.scope_until < body.scope_from:
        first, last = body.scope_from.isoformat(), body.scope_until.isoformat()
        raise LabelError("body-dates-reversed", "/scope_until", first=first, last=last)


def check_affiliates(body: Body, known: frozenset[str]) -> None:
    """Every organisation entered as one of the body's group is there.

    Args:
        body: What is to be entered.
        known: Those of its affiliates that exist.

    Raises:
        LabelError: ``affiliate-unknown`` with the first one that is not.
    """
    unknown = sorted(body.affiliates - known)
    if unknown:
        raise LabelError("affiliate-unknown", "/affiliates", affiliate=unknown[0])


def check_bodies(
    applicant_id: str,
    verification_body: Body,
    certification_body: Body,
    consultancies: Sequence[Consultancy] = (),
    look_back_from: date = date.min,
) -> None:
    """The two bodies are of the right kind, apart from each other, and independent.

    Args:
        applicant_id: The organisation that asks for the label.
        verification_body: Who verifies.
        certification_body: Who reviews and decides.
        consultancies: Who helped to compute the product.
        look_back_from: Consultancies that ended before this day no longer matter.

    Raises:
        NotAllowed: ``body-wrong-kind``, ``bodies-not-separate``, ``body-is-applicant``,
            ``body-affiliated`` or ``body-consulted``.
    """
    if verification_body.kind is not BodyKind.VERIFICATION:
        raise NotAllowed("body-wrong-kind", body=verification_body.organisation_id)
    if certification_body.kind is not BodyKind.CERTIFICATION:
        raise NotAllowed("body-wrong-kind", body=certification_body.organisation_id)
    if verification_body.organisation_id == certification_body.organisation_id:
        raise NotAllowed("bodies-not-separate", body=verification_body.organisation_id)
    consulted = {c.organisation_id for c in consultancies if c.ended_on >= look_back_from}
    for body in (verification_body, certification_body):
        if body.organisation_id == applicant_id:
            raise NotAllowed("body-is-applicant", kind=body.kind.value)
        if applicant_id in body.affiliates:
            raise NotAllowed("body-affiliated", kind=body.kind.value)
        if body.organisation_id in consulted:
            raise NotAllowed("body-consulted", kind=body.kind.value)
    if certification_body.organisation_id in verification_body.affiliates or (
        verification_body.organisation_id in certification_body.affiliates
    ):
        raise NotAllowed("bodies-not-separate", body=verification_body.organisation_id)


def check_certifying(body: Body | None, category: str, on: date) -> None:
    """A certification body may put a label or a recognition in force on that day.

    Args:
        body: What is entered of it; None where nothing is.
        category: Category of the product.
        on: The day.

    Raises:
        NotAllowed: ``body-suspended``, ``body-scope-missing``.
    """
    if body is None:
        kind = BodyKind.CERTIFICATION.value
        raise NotAllowed("body-scope-missing", kind=kind, category=category, on=on.isoformat())
    check_body_scope(body, category, on)


def check_body_scope(body: Body, category: str, on: date) -> None:
    """The body may act for the category on that day.

    Raises:
        NotAllowed: ``body-suspended``, ``body-scope-missing``.
    """
    if body.standing(on) is BodyStanding.SUSPENDED:
        raise NotAllowed("body-suspended", kind=body.kind.value)
    if not body.covers(category, on):
        raise NotAllowed(
            "body-scope-missing", kind=body.kind.value, category=category, on=on.isoformat()
        )
