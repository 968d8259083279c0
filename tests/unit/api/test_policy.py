"""The policy function, role by role and action by action: the table a reviewer signs."""

from __future__ import annotations

import re

import pytest

from api.i18n import sentence
from api.security.policy import GRANTS, Action, can, require
from labels.access import Actor, Role
from labels.errors import NotAllowed
from tests.support.source_tree import ROOT

# one letter a role: Manufacturer Verifier Reviewer Certifier Bank reGulator Administrator
LETTERS = {
    "M": Role.MANUFACTURER,
    "V": Role.VERIFIER,
    "R": Role.REVIEWER,
    "C": Role.CERTIFIER,
    "B": Role.BANK,
    "G": Role.REGULATOR,
    "A": Role.ADMINISTRATOR,
}
TABLE = {
    "submit-bom": "M",
    "read-studies": "MVRCG",
    "add-evidence": "MVRC",
    "keep-document": "MRCG",
    "read-documents": "MRCG",
    "open-case": "M",
    "read-cases": "MVRCG",
    "issue-label": "C",
    "change-label-status": "C",
    "surrender": "M",
    "read-labels": "MVRCG",
    "declare-volume": "M",
    "reverse-posting": "M",
    "read-account": "MG",
    "report-indicator": "MG",
    "give-consent": "M",
    "read-rating": "MG",
    "keep-rating": "M",
    "read-rating-as-bank": "B",
    "set-bank-table": "B",
    "recognise": "C",
    "sign-arrangement": "A",
    "pin-trust-list": "A",
    "manage-accounts": "A",
    "keep-inventory": "A",
    "manage-own-keys": "MVRCBGA",
    "read-jobs": "MVRCA",
    "match-datasets": "MVRC",
    "confirm-match": "M",
    "review-dataset": "VR",
    "read-dataset-reviews": "VRG",
    "recompute-portfolio": "MGA",
    "recompute-register": "GA",
}
OFFICES_OF_A_LABEL = {
    "open-case",
    "issue-label",
    "change-label-status",
    "surrender",
}


def an_actor(*roles: Role, organisation: str = "org_1") -> Actor:
    return Actor(
        person_id="person_1",
        account_id="acc_1",
        organisation_id=organisation,
        roles=frozenset(roles),
    )


def test_the_table_names_every_action() -> None:
    """An action added to the product is a line added here, by a person who thought about it."""
    assert set(TABLE) == {action.value for action in Action} == {a.value for a in GRANTS}


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("action", TABLE)
def test_role_may_do_what_the_table_says_and_nothing_else(action: str, letter: str) -> None:
    assert can(an_actor(LETTERS[letter]), Action(action)) == (letter in TABLE[action])


@pytest.mark.parametrize("action", Action)
def test_nobody_without_a_role_may_do_anything(action: Action) -> None:
    assert not can(an_actor(), action)
    assert not can(Actor.service("sweep"), action)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", [r for r in Role if r is not Role.REGULATOR])
def test_thing_of_another_organisation_is_out_of_reach_for_every_role(
    action: Action, role: Role
) -> None:
    assert not can(an_actor(role), action, organisations=("org_2",))
    own = can(an_actor(role), action, organisations=("org_2", "org_1"))
    assert own == can(an_actor(role), action)


@pytest.mark.parametrize("action", Action)
def test_regulator_reads_everywhere_and_writes_nothing_of_another(action: Action) -> None:
    reaches = can(an_actor(Role.REGULATOR), action, organisations=("org_2",))
    assert reaches == (action.value.startswith("read-") and "G" in TABLE[action.value])


@pytest.mark.parametrize("action", sorted(OFFICES_OF_A_LABEL))
def test_administrator_and_regulator_neither_apply_nor_issue_nor_change_a_label(
    action: str,
) -> None:
    assert not can(an_actor(Role.ADMINISTRATOR, Role.REGULATOR), Action(action))


@pytest.mark.parametrize("action", sorted(OFFICES_OF_A_LABEL))
def test_who_decides_issues_and_watches_labels_but_applies_and_surrenders_none(action: str) -> None:
    allowed = {"issue-label", "change-label-status"}
    assert can(an_actor(Role.CERTIFIER), Action(action)) == (action in allowed)


def test_refusal_names_the_action() -> None:
    require(an_actor(Role.CERTIFIER), Action.ISSUE_LABEL, organisations=("org_1",))
    with pytest.raises(NotAllowed) as refused:
        require(an_actor(Role.MANUFACTURER), Action.ISSUE_LABEL)
    assert refused.value.code == "role-missing"
    assert refused.value.parameters == {"action": "issue-label"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", 'does not allow "issuing a label"'),
        ("zh-Hans", "不可执行“签发标签”"),
        ("zh-Hant", "不可執行「簽發標籤」"),
        ("pt", "não permite «emitir um rótulo»"),
    ],
)
def test_refusal_is_told_in_the_readers_words(language: str, words: str) -> None:
    said = sentence("role-missing", language, {"action": Action.ISSUE_LABEL.value})
    assert words in said
    assert "issue-label" not in said


def test_every_action_is_asked_for_somewhere() -> None:
    """An entry nobody asks about decides nothing: the steps of a case stand in case_steps alone."""
    asked = {
        name
        for path in sorted((ROOT / "api").rglob("*.py"))
        if path.name != "policy.py"
        for name in re.findall(r"Action\.([A-Z_]+)", path.read_text(encoding="utf-8"))
    }
    assert asked == {action.name for action in Action}
