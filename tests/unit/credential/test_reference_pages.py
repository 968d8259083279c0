"""The reference pages name everything a reader of the data will meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from labels.credential.keys import Purpose
from labels.credential.status_list import TTL_MILLISECONDS
from labels.credential.trust_list import CLOCK_TOLERANCE, KeyState
from labels.credential.verdict import CheckName, Outcome, VerdictState
from labels.label_status import ReasonClass
from labels.register.entry import MEMBERS_OF, EntryKind

PAGES = Path(__file__).resolve().parents[3] / "docs" / "reference"
CREDENTIAL = (PAGES / "credential.md").read_text(encoding="utf-8")
REGISTER = (PAGES / "register.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*Purpose, *KeyState, *VerdictState, *CheckName, *Outcome])
def test_the_credential_page_names_every_purpose_state_check_and_outcome(name: str) -> None:
    assert f"`{name}`" in CREDENTIAL


@pytest.mark.parametrize("name", [*EntryKind, *ReasonClass])
def test_the_register_page_names_every_kind_and_reason(name: str) -> None:
    assert f"`{name}`" in REGISTER


@pytest.mark.parametrize("name", sorted({name for names in MEMBERS_OF.values() for name in names}))
def test_the_register_page_names_every_member(name: str) -> None:
    assert f"`{name}`" in REGISTER


def test_the_credential_page_gives_the_periods_of_the_code() -> None:
    assert f"{TTL_MILLISECONDS:,} ms" in CREDENTIAL
    assert f"{CLOCK_TOLERANCE.seconds} seconds" in CREDENTIAL
