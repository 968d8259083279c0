"""Roles, actors, scopes and bodies: whose records are seen, and who is independent of whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from labels.access import (
    ROLES_BY_KIND,
    Actor,
    BodyKind,
    BodyStanding,
    OrganisationKind,
    Role,
    Scope,
    check_bodies,
    check_body_scope,
    check_roles,
)
from labels.errors import LabelError, NotAllowed
from tests.support.cases import (
    CERTIFICATION_BODY,
    CERTIFYING_BODY,
    MAKER,
    PREPARER,
    VERIFICATION_BODY,
    VERIFYING_BODY,
    an_actor,
)


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.REGULATOR])
def test_a_scope_is_the_own_organisation_whatever_the_role(role: Role) -> None:
    scope = Scope.of(an_actor("per_x", MAKER, role))
    assert scope.admits(MAKER)
    assert scope.admits("org_other", MAKER)
    assert not scope.admits("org_other")
    assert not scope.admits()


def test_the_regulator_sees_every_organisation_and_the_scope_says_why() -> None:
    scope = Scope.of(an_actor("per_x", "org_authority", Role.REGULATOR))
    assert (scope.organisation_id, scope.purpose) == (None, "regulator")
    assert scope.admits("org_other")


@pytest.mark.parametrize("role", Role)
def test_a_scope_knows_for_whom_its_actor_acts_also_where_all_are_seen(role: Role) -> None:
    assert Scope.of(an_actor("per_x", "org_own", role)).acting_for == "org_own"
    assert Scope.everything("sweep").acting_for == ""


@pytest.mark.parametrize("kind", OrganisationKind)
def test_every_role_belongs_to_one_kind_of_organisation_and_to_no_other(
    kind: OrganisationKind,
) -> None:
    for role in Role:
        homes = [k for k, roles in ROLES_BY_KIND.items() if role in roles]
        assert len(homes) == 1
        if kind in homes:
            check_roles(kind, frozenset({role}))
        else:
            with pytest.raises(LabelError) as caught:
                check_roles(kind, frozenset({role, *ROLES_BY_KIND[kind]}))
            assert caught.value.code == "role-not-of-kind"
            assert caught.value.parameters == {"role": role.value, "kind": kind.value}


def test_an_account_without_a_role_fits_nowhere() -> None:
    with pytest.raises(LabelError):
        check_roles(OrganisationKind.BANK, frozenset())


@pytest.mark.parametrize("is_test", [False, True])
def test_a_scope_stays_in_the_mode_of_its_actor(is_test: bool) -> None:
    assert Scope.of(replace(PREPARER, is_test=is_test)).is_test is is_test
    assert Scope.everything("sweep", is_test=is_test).is_test is is_test


def test_the_service_has_no_scope_of_its_own_and_must_give_a_purpose() -> None:
    service = Actor.service("reconcile")
    assert (service.person_id, service.roles, service.account_id) == (
        "",
        frozenset(),
        "service:reconcile",
    )
    with pytest.raises(NotAllowed) as caught:
        Scope.of(service)
    assert caught.value.code == "scope-empty"
    with pytest.raises(NotAllowed):
        Scope.everything("")
    assert Scope.everything("reconcile").admits("org_other")


@pytest.mark.parametrize(
    ("verifying", "certifying"),
    [
        (replace(VERIFYING_BODY, affiliates=frozenset({CERTIFICATION_BODY})), CERTIFYING_BODY),
        (VERIFYING_BODY, replace(CERTIFYING_BODY, affiliates=frozenset({VERIFICATION_BODY}))),
        (replace(VERIFYING_BODY, organisation_id=CERTIFICATION_BODY), CERTIFYING_BODY),
    ],
)
def test_two_bodies_are_refused_when_they_are_one_or_of_one_group(
    verifying: object, certifying: object
) -> None:
    with pytest.raises(NotAllowed) as caught:
        check_bodies(MAKER, verifying, certifying)  # type: ignore[arg-type]
    assert caught.value.code == "bodies-not-separate"


def test_two_independent_bodies_are_accepted() -> None:
    check_bodies(MAKER, VERIFYING_BODY, CERTIFYING_BODY)
    assert VERIFYING_BODY.kind is BodyKind.VERIFICATION


@pytest.mark.parametrize(
    ("on", "standing", "when_suspended"),
    [
        (date(2023, 12, 31), BodyStanding.NOT_YET, BodyStanding.SUSPENDED),
        (date(2024, 1, 1), BodyStanding.IN_FORCE, BodyStanding.SUSPENDED),
        (date(2028, 12, 31), BodyStanding.IN_FORCE, BodyStanding.SUSPENDED),
        (date(2029, 1, 1), BodyStanding.OVER, BodyStanding.OVER),
    ],
)
def test_a_body_stands_in_force_on_the_days_of_its_scope_only(
    on: date, standing: BodyStanding, when_suspended: BodyStanding
) -> None:
    assert VERIFYING_BODY.standing(on) is standing
    assert replace(VERIFYING_BODY, is_suspended=True).standing(on) is when_suspended


@pytest.mark.parametrize(
    ("category", "on", "is_covered"),
    [
        ("cpc-46420", date(2024, 1, 1), True),
        ("cpc-46420", date(2028, 12, 31), True),
        ("cpc-46420", date(2023, 12, 31), False),
        ("cpc-46420", date(2029, 1, 1), False),
        ("cpc-22110", date(2026, 1, 1), False),
    ],
)
def test_a_body_acts_within_its_days_and_categories(
    category: str, on: date, is_covered: bool
) -> None:
    assert VERIFYING_BODY.covers(category, on) is is_covered
    if not is_covered:
        with pytest.raises(NotAllowed) as caught:
            check_body_scope(VERIFYING_BODY, category, on)
        assert caught.value.code == "body-scope-missing"
        with pytest.raises(NotAllowed) as caught:
            check_body_scope(replace(VERIFYING_BODY, is_suspended=True), category, on)
        is_over = on > VERIFYING_BODY.scope_until
        assert caught.value.code == ("body-scope-missing" if is_over else "body-suspended")
