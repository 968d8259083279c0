"""The guards: what the tables refuse whatever statement asks for it, as data.

Rules:

* Append-only tables refuse every UPDATE and DELETE (and TRUNCATE): register, histories, bills,
  studies, documents, imports, releases, postings, ratings, readings, trust lists.
* A *fixed* column never changes after the insert; *set once* columns change from NULL to a value.
* A case and a label begin in their first state, move only as the tables of transitions allow, and
  their version grows by one with each change.
* A body is of its organisation's kind.
* A certificate of electricity is claimed by one product, whosever it is, while its case lives.
* The status of a dataset is confirmed or declined by another person than proposed it; one proposal
  is open at a time, and no step is left out of the count.
* An account's roles are those of its organisation's kind; one administrator always can sign in.
* A portfolio run counts its chunks one by one and is over once.
* The register has no gap; a counter grows by one; the posted periods of a product do not overlap,
  whichever of its labels they rest on; a declared volume is of a label of the product it is posted
  for; a reversal mirrors what it takes back.

The conditions say when to refuse, in SQL that both databases read; OLD and NEW are the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from labels.access import ROLES_BY_KIND


@dataclass(frozen=True)
class Guard:
    """A trigger that refuses.

    Attributes:
        name: What is reported; unique.
        table: The table.
        event: INSERT, UPDATE, DELETE, or TRUNCATE (on PostgreSQL only).
        condition: When to refuse; "" for always.
    """

    name: str
    table: str
    event: str
    condition: str = ""


APPEND_ONLY = (
    "arrangement",
    "bank_table",
    "body_event",
    "bom",
    "case_event",
    "checkpoint",
    "dataset_review_event",
    "declared_volume",
    "document",
    "evidence",
    "indicator",
    "instrument_claim",
    "inventory_import",
    "label_artefact",
    "label_event",
    "organisation_name",
    "person_identity",
    "portfolio_columns",
    "posting",
    "rating",
    "rating_reading",
    "register_entry",
    "release",
    "release_dataset",
    "release_import",
    "seen_withdrawn",
    "status_list",
    "status_slot",
    "study",
    "trust_list",
)

# Rows that may change but never go; their TRUNCATE is refused as well.
KEPT = (
    "account",
    "api_key",
    "certification_case",
    "consent",
    "counter",
    "label",
    "organisation",
    "person",
    "portfolio_chunk",
    "portfolio_run",
    "product",
    "recognition",
    "status_sighting",
)

FIXED_COLUMNS = {
    "account": ("id", "person_id", "organisation_id", "is_test", "created_at"),
    "api_key": ("id", "key_sha256", "prefix", "account_id", "is_test", "created_at"),
    "body": ("organisation_id", "kind"),
    "certification_case": (
        *("id", "study_id", "applicant_id", "verification_body_id", "certification_body_id"),
        *("scheme_id", "bom_sha256", "result_sha256", "preparer_id", "is_test", "submitted_at"),
    ),
    "consent": (
        *("id", "organisation_id", "bank_id", "purpose", "given_by", "given_at"),
        *("expires_at", "is_test"),
    ),
    "confirmed_match": ("id", "organisation_id", "text_sha256", "is_test"),
    "job": ("id", "kind", "organisation_id", "input", "created_at", "is_test"),
    "label": (
        *("id", "case_id", "study_id", "holder_id", "verification_body_id"),
        *("certification_body_id", "number", "version", "serial", "gtin", "issued_on"),
        *("valid_until", "is_test", "facts", "signing_bytes"),
    ),
    "organisation": ("id", "kind", "is_test"),
    "portfolio_chunk": ("run_id", "number", "job_id", "studies_sha256", "study_count"),
    "portfolio_run": (
        *("id", "organisation_id", "is_test", "scope", "release_id", "asked_by", "created_at"),
    ),
    "product": ("id", "organisation_id", "is_test"),
    "recognition": (
        *("id", "label_url", "label_number", "label_sha256", "label_credential", "home_issuer"),
        *("arrangement_id", "arrangement_sha256", "signing_bytes", "valid_until", "created_at"),
    ),
}

SET_ONCE_COLUMNS = {
    "api_key": ("revoked_at",),
    "certification_case": ("verifier_id", "reviewer_id", "decision_maker_id"),
    "consent": ("revoked_at",),
    "idempotency": ("status", "headers", "body"),
    "invitation": ("used_at",),
    "label": ("credential", "credential_sha256", "activated_at"),
    "portfolio_chunk": ("result_sha256",),
    "recognition": ("credential",),
    "session": ("revoked_at",),
}

_OVERLAPPING = (
    "NEW.reverses IS NULL AND NEW.product_id IS NOT NULL AND EXISTS (SELECT 1 FROM posting p"
    " WHERE p.organisation_id = NEW.organisation_id AND p.book = NEW.book"
    " AND p.is_test = NEW.is_test AND p.product_id = NEW.product_id AND p.reverses IS NULL"
    " AND p.period_from <= NEW.period_to AND NEW.period_from <= p.period_to"
    " AND NOT EXISTS (SELECT 1 FROM posting r WHERE r.reverses = p.id))"
)
_OF_ANOTHER_PRODUCT = (
    "NOT EXISTS (SELECT 1 FROM posting p JOIN label l ON l.id = NEW.label_id"
    " JOIN study s ON s.id = l.study_id WHERE p.id = NEW.posting_id"
    " AND s.product_id = p.product_id"
    " AND substr(p.label_full_number, 1, length(l.number)) = l.number)"
)
_NOT_MIRRORED = (
    "NEW.reverses IS NOT NULL AND NOT EXISTS (SELECT 1 FROM posting p WHERE p.id = NEW.reverses"
    " AND p.reverses IS NULL AND p.debit = NEW.credit AND p.credit = NEW.debit"
    " AND p.amount_mg = NEW.amount_mg)"
)
_NOT_BEGUN = (
    "NEW.state <> 'application-submitted' OR NEW.version <> 1"
    " OR NOT EXISTS (SELECT 1 FROM body b WHERE b.organisation_id = NEW.verification_body_id"
    " AND b.kind = 'verification-body')"
    " OR NOT EXISTS (SELECT 1 FROM body b WHERE b.organisation_id = NEW.certification_body_id"
    " AND b.kind = 'certification-body')"
)
_ILLEGAL_CASE_MOVE = (
    "NEW.version <> OLD.version + 1 OR NOT EXISTS (SELECT 1 FROM case_transition t"
    " WHERE t.from_state = OLD.state AND t.to_state = NEW.state AND t.kind <> 'attempt-refused')"
)
_ILLEGAL_LABEL_MOVE = (
    "NEW.state_version <> OLD.state_version + 1 OR NOT EXISTS (SELECT 1 FROM label_transition t"
    " WHERE t.from_state = OLD.state AND t.to_state = NEW.state)"
)
_NOT_GRANTED = (
    "NEW.state <> 'prepared' OR NEW.state_version <> 1 OR NOT EXISTS (SELECT 1"
    " FROM certification_case c WHERE c.id = NEW.case_id AND c.state = 'decided-granted')"
)
_CLAIMED_ELSEWHERE = (
    "EXISTS (SELECT 1 FROM instrument_claim c JOIN certification_case k ON k.id = c.case_id"
    " WHERE c.registry_code = NEW.registry_code AND c.prefix = NEW.prefix"
    " AND c.is_test = NEW.is_test"
    " AND c.first_number <= NEW.last_number AND NEW.first_number <= c.last_number"
    " AND k.state NOT IN ('refused', 'surrendered', 'void')"
    " AND NOT EXISTS (SELECT 1 FROM study a JOIN study b ON b.product_id = a.product_id"
    " WHERE a.id = c.study_id AND b.id = NEW.study_id))"
)

_OPEN_PROPOSAL = (
    "EXISTS (SELECT 1 FROM dataset_review_event p WHERE p.dataset_id = NEW.dataset_id"
    " AND p.content_sha256 = NEW.content_sha256 AND p.is_test = NEW.is_test"
    " AND p.move = 'propose' AND NOT EXISTS (SELECT 1 FROM dataset_review_event l"
    " WHERE l.dataset_id = p.dataset_id AND l.content_sha256 = p.content_sha256"
    " AND l.is_test = p.is_test AND l.number > p.number AND l.move <> 'attempt-refused')"
)
_PROPOSED_TWICE = "NEW.move = 'propose' AND " + _OPEN_PROPOSAL + ")"
_NOT_OF_TWO = (
    "NEW.move IN ('confirm', 'decline') AND NOT "
    + _OPEN_PROPOSAL
    + " AND p.person_id <> NEW.person_id"
    " AND (NEW.move = 'decline' OR p.to_status = NEW.to_status))"
)
_REVIEW_NUMBER = (
    "NEW.number <> (SELECT coalesce(max(e.number) + 1, 1) FROM dataset_review_event e"
    " WHERE e.dataset_id = NEW.dataset_id AND e.content_sha256 = NEW.content_sha256"
    " AND e.is_test = NEW.is_test)"
)


def _stored(roles: tuple[str, ...]) -> str:
    """Roles as a column has them: canonical JSON of the sorted words."""
    return "'[" + ",".join(f'"{role}"' for role in roles) + "]'"


def _role_not_of_kind() -> str:
    """No organisation of a kind whose people have exactly these roles."""
    fitting = []
    for kind, roles in ROLES_BY_KIND.items():
        words = sorted(roles)
        sets = [c for size in range(1, len(words) + 1) for c in combinations(words, size)]
        fitting.append(f"(o.kind = '{kind}' AND NEW.roles IN ({', '.join(map(_stored, sets))}))")
    of_organisation = "SELECT 1 FROM organisation o WHERE o.id = NEW.organisation_id"
    return f"NOT EXISTS ({of_organisation} AND ({' OR '.join(fitting)}))"


_BODY_NOT_OF_KIND = (
    "NOT EXISTS (SELECT 1 FROM organisation o"
    " WHERE o.id = NEW.organisation_id AND o.kind = NEW.kind)"
)
_LAST_ADMINISTRATOR = (
    "NEW.disabled_at IS NOT NULL AND OLD.disabled_at IS NULL"
    " AND OLD.roles = '[\"administrator\"]' AND NOT EXISTS (SELECT 1 FROM account a"
    " WHERE a.id <> OLD.id AND a.roles = '[\"administrator\"]' AND a.disabled_at IS NULL"
    " AND a.is_test = OLD.is_test)"
)

RULES = (
    Guard("account_roles", "account", "INSERT", _role_not_of_kind()),
    Guard("account_roles_changed", "account", "UPDATE", _role_not_of_kind()),
    Guard("account_last_administrator", "account", "UPDATE", _LAST_ADMINISTRATOR),
    Guard("body_kind", "body", "INSERT", _BODY_NOT_OF_KIND),
    Guard("case_begins", "certification_case", "INSERT", _NOT_BEGUN),
    Guard("case_moves", "certification_case", "UPDATE", _ILLEGAL_CASE_MOVE),
    Guard("claim_elsewhere", "instrument_claim", "INSERT", _CLAIMED_ELSEWHERE),
    Guard("label_begins", "label", "INSERT", _NOT_GRANTED),
    Guard("label_moves", "label", "UPDATE", _ILLEGAL_LABEL_MOVE),
    Guard(
        "register_gapless",
        "register_entry",
        "INSERT",
        "NEW.idx <> (SELECT coalesce(max(e.idx) + 1, 0) FROM register_entry e)",
    ),
    Guard("review_gapless", "dataset_review_event", "INSERT", _REVIEW_NUMBER),
    Guard("review_by_two", "dataset_review_event", "INSERT", _NOT_OF_TWO),
    Guard("review_one_proposal", "dataset_review_event", "INSERT", _PROPOSED_TWICE),
    Guard("counter_grows", "counter", "UPDATE", "NEW.value <> OLD.value + 1"),
    Guard("sighting_grows", "status_sighting", "UPDATE", "NEW.sequence <= OLD.sequence"),
    Guard("page_newer", "label_page", "UPDATE", "NEW.state_version < OLD.state_version"),
    Guard(
        "recognition_moves",
        "recognition",
        "UPDATE",
        "(OLD.state = 'revoked' AND NEW.state <> 'revoked')"
        " OR NEW.state_version < OLD.state_version"
        " OR (NEW.state <> OLD.state AND NEW.state_version = OLD.state_version)",
    ),
    Guard(
        "job_over",
        "job",
        "UPDATE",
        "OLD.state IN ('succeeded', 'failed', 'cancelled') OR NEW.attempt < OLD.attempt",
    ),
    Guard(
        "portfolio_run_moves",
        "portfolio_run",
        "UPDATE",
        "OLD.state IN ('succeeded', 'failed', 'cancelled')"
        " OR (OLD.state = 'running' AND (NEW.state = 'waiting'"
        " OR NEW.study_count <> OLD.study_count OR NEW.chunk_count <> OLD.chunk_count))"
        " OR NEW.chunks_done NOT IN (OLD.chunks_done, OLD.chunks_done + 1)",
    ),
    Guard("posting_period", "posting", "INSERT", _OVERLAPPING),
    Guard("volume_product", "declared_volume", "INSERT", _OF_ANOTHER_PRODUCT),
    Guard("posting_reversal", "posting", "INSERT", _NOT_MIRRORED),
)


def _changed(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)


def _set_twice(columns: tuple[str, ...]) -> str:
    return " OR ".join(
        f"(OLD.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name})" for name in columns
    )


GUARDS: tuple[Guard, ...] = (
    *(
        Guard(f"append_only_{table}_{event.lower()}", table, event)
        for table in APPEND_ONLY
        for event in ("UPDATE", "DELETE", "TRUNCATE")
    ),
    *(
        Guard(f"kept_{table}_{event.lower()}", table, event)
        for table in KEPT
        for event in ("DELETE", "TRUNCATE")
    ),
    *(
        Guard(f"fixed_{table}", table, "UPDATE", _changed(columns))
        for table, columns in FIXED_COLUMNS.items()
    ),
    *(
        Guard(f"fixed_once_{table}", table, "UPDATE", _set_twice(columns))
        for table, columns in SET_ONCE_COLUMNS.items()
    ),
    *RULES,
)
