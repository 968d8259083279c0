"""The one policy function: who may do what. Pure, table-driven, tested row by row.

Rules:

* A role grants an action; what the action touches must also belong to the actor's organisation
  (repositories take a Scope, so another organisation's object is simply not found).
* The steps of a case are not in this table: ``labels/case_steps.py`` alone decides who takes them.
* The administrator runs the service: accounts, keys, the inventory. Never a step in a case.
* The regulator reads and never writes in a case.
"""

from __future__ import annotations

from enum import StrEnum

from labels.access import Actor, Role
from labels.errors import NotAllowed


class Action(StrEnum):
    """Everything a signed-in person or key can ask for."""

    SUBMIT_BOM = "submit-bom"
    READ_STUDIES = "read-studies"
    ADD_EVIDENCE = "add-evidence"
    KEEP_DOCUMENT = "keep-document"
    READ_DOCUMENTS = "read-documents"
    OPEN_CASE = "open-case"
    READ_CASES = "read-cases"
    ISSUE_LABEL = "issue-label"
    CHANGE_LABEL_STATUS = "change-label-status"
    SURRENDER = "surrender"
    READ_LABELS = "read-labels"
    DECLARE_VOLUME = "declare-volume"
    REVERSE_POSTING = "reverse-posting"
    READ_ACCOUNT = "read-account"
    REPORT_INDICATOR = "report-indicator"
    GIVE_CONSENT = "give-consent"
    READ_RATING = "read-rating"
    KEEP_RATING = "keep-rating"
    READ_RATING_AS_BANK = "read-rating-as-bank"
    SET_BANK_TABLE = "set-bank-table"
    RECOGNISE = "recognise"
    SIGN_ARRANGEMENT = "sign-arrangement"
    PIN_TRUST_LIST = "pin-trust-list"
    MANAGE_ACCOUNTS = "manage-accounts"
    KEEP_INVENTORY = "keep-inventory"
    MANAGE_OWN_KEYS = "manage-own-keys"
    READ_JOBS = "read-jobs"
    MATCH_DATASETS = "match-datasets"
    CONFIRM_MATCH = "confirm-match"
    REVIEW_DATASET = "review-dataset"
    READ_DATASET_REVIEWS = "read-dataset-reviews"
    RECOMPUTE_PORTFOLIO = "recompute-portfolio"
    RECOMPUTE_REGISTER = "recompute-register"


_M, _V, _R, _C = Role.MANUFACTURER, Role.VERIFIER, Role.REVIEWER, Role.CERTIFIER
_B, _G, _A = Role.BANK, Role.REGULATOR, Role.ADMINISTRATOR

GRANTS: dict[Action, frozenset[Role]] = {
    Action.SUBMIT_BOM: frozenset({_M}),
    Action.READ_STUDIES: frozenset({_M, _V, _R, _C, _G}),
    Action.ADD_EVIDENCE: frozenset({_M, _V, _R, _C}),
    Action.KEEP_DOCUMENT: frozenset({_M, _R, _C, _G}),
    Action.READ_DOCUMENTS: frozenset({_M, _R, _C, _G}),
    Action.OPEN_CASE: frozenset({_M}),
    Action.READ_CASES: frozenset({_M, _V, _R, _C, _G}),
    Action.ISSUE_LABEL: frozenset({_C}),
    Action.CHANGE_LABEL_STATUS: frozenset({_C}),
    Action.SURRENDER: frozenset({_M}),
    Action.READ_LABELS: frozenset({_M, _V, _R, _C, _G}),
    Action.DECLARE_VOLUME: frozenset({_M}),
    Action.REVERSE_POSTING: frozenset({_M}),
    Action.READ_ACCOUNT: frozenset({_M, _G}),
    Action.REPORT_INDICATOR: frozenset({_M, _G}),
    Action.GIVE_CONSENT: frozenset({_M}),
    Action.READ_RATING: frozenset({_M, _G}),
    Action.KEEP_RATING: frozenset({_M}),
    Action.READ_RATING_AS_BANK: frozenset({_B}),
    Action.SET_BANK_TABLE: frozenset({_B}),
    Action.RECOGNISE: frozenset({_C}),
    Action.SIGN_ARRANGEMENT: frozenset({_A}),
    Action.PIN_TRUST_LIST: frozenset({_A}),
    Action.MANAGE_ACCOUNTS: frozenset({_A}),
    Action.KEEP_INVENTORY: frozenset({_A}),
    Action.MANAGE_OWN_KEYS: frozenset(Role),
    Action.READ_JOBS: frozenset({_M, _V, _R, _C, _A}),
    Action.MATCH_DATASETS: frozenset({_M, _V, _R, _C}),
    Action.CONFIRM_MATCH: frozenset({_M}),
    Action.REVIEW_DATASET: frozenset({_V, _R}),
    Action.READ_DATASET_REVIEWS: frozenset({_V, _R, _G}),
    Action.RECOMPUTE_PORTFOLIO: frozenset({_M, _G, _A}),
    Action.RECOMPUTE_REGISTER: frozenset({_G, _A}),
}


def can(actor: Actor, action: Action, *, organisations: tuple[str, ...] = ()) -> bool:
    """Whether the actor may do the action on something these organisations take part in.

    Args:
        actor: Who asks.
        action: What is asked.
        organisations: The organisations the thing belongs to; empty where nothing exists yet.
    """
    if not actor.roles & GRANTS[action]:
        return False
    is_reader_of_all = Role.REGULATOR in actor.roles and action.value.startswith("read-")
    return not organisations or is_reader_of_all or actor.organisation_id in organisations


def require(actor: Actor, action: Action, *, organisations: tuple[str, ...] = ()) -> None:
    """Nothing when :func:`can` says yes.

    Raises:
        NotAllowed: ``role-missing`` with the action asked for.
    """
    if not can(actor, action, organisations=organisations):
        raise NotAllowed("role-missing", action=action.value)
