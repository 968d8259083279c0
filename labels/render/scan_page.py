"""What the public label page says: the label's facts, its state, what was checked, its history.

Rules (policy.md 5.2; visual.md, "The scan page"):

* The page of a language depends on these values and the language alone, so it can be stored as
  bytes and served without login, cookie or script.
* Ended labels keep their page, with the reason and the date; a label is never "not found" again.
* Status first, then the product to compare with the one in the hand, then the figure.
* The fields and their order are the policy's. What is not known is said to be not stated; what
  the page does not show yet is listed in docs/certification-cycle.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from labels.label import LabelFacts, LocalText, StageShare
from labels.locale import LANGUAGES, Translator, template_globals, translator
from labels.render.charts import stage_bars
from labels.render.printed import (
    biogenic_carbon_texts,
    biogenic_texts,
    category_text,
    figure_text,
    geography_text,
    host_of,
    is_counted,
    method_text,
    partition_texts,
    per_text,
    power_claims,
    quality_text,
    scheme_text,
    supply_texts,
    uncertainty_text,
    unmet_texts,
    uptake_texts,
)

_EMAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}")
_GOOD = frozenset({"valid", "active"})


@dataclass(frozen=True)
class Check:
    """One thing that was looked at when the page was made.

    Attributes:
        name: form, issuer, signature, validity, status, content or register.
        outcome: passed, failed, uncertain or not-made.
    """

    name: str
    outcome: str


@dataclass(frozen=True)
class HistoryEntry:
    """One public event of the label, newest first on the page.

    Attributes:
        on: The day it took effect.
        event: A kind of register entry: label-issued, label-suspended ...
        version: Which version of the label, 0 where that says nothing.
        reason_class: The published class of reason, "" where there is none.
    """

    on: date
    event: str
    version: int = 0
    reason_class: str = ""


@dataclass(frozen=True)
class EarlierVersion:
    """A version of the same number that this one took over from.

    Attributes:
        value: Its certified figure, kgCO2e to three significant figures.
        url: Path of its page.
    """

    version: int
    value: str
    url: str


@dataclass(frozen=True)
class Recognition:
    """Another scheme's own statement on this label.

    Attributes:
        since: Day since when the state is so, or is known to be; for an ended one its last day.
        state: recognised, suspended, revoked, ended or unconfirmed.
        conditions: Those of the arrangement; empty where it is not at hand or names none.
        confirmed_on: Day as of which a state that can still change was last confirmed.
    """

    region: str
    body: LocalText
    since: date
    state: str = "recognised"
    conditions: tuple[LocalText, ...] = ()
    confirmed_on: date | None = None


@dataclass(frozen=True)
class Document:
    """A file to download; ``kind`` is a key of ``document.*``."""

    kind: str
    url: str


@dataclass(frozen=True, kw_only=True)
class ScanPage:
    """Everything the public page of one label shows.

    Attributes:
        state: A label state (active, suspended ...) or a verdict (tampered, unknown-issuer ...).
        state_on: Since when.
        checked_at: When the checks were made; aware.
        earlier: Versions before this one, newest first.
        newer_url: Path of the version that replaced this one, "" where none did.
        contact: Where to complain or appeal, as the certification body states it; "" if not.
    """

    facts: LabelFacts
    state: str
    state_on: date
    checks: tuple[Check, ...]
    checked_at: datetime
    documents: tuple[Document, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    recognitions: tuple[Recognition, ...] = ()
    earlier: tuple[EarlierVersion, ...] = ()
    reason_class: str = ""
    newer_url: str = ""
    contact: str = ""

    @property
    def contact_url(self) -> str:
        """The contact as a link where it is an e-mail address and nothing more, else ""."""
        return f"mailto:{self.contact}" if _EMAIL.fullmatch(self.contact) else ""

    @property
    def is_signature_good(self) -> bool:
        """True when the signer is known and signed exactly what the page says."""
        passed = {check.name for check in self.checks if check.outcome == "passed"}
        return {"signature", "issuer", "content"} <= passed


def scan_context(page: ScanPage, language: str, *, path: str = "") -> dict[str, object]:
    """Everything ``label.html`` reads, words included.

    Args:
        page: What to show.
        language: One of ``LANGUAGES``.
        path: The page's own path, for the language switch.
    """
    reader = translator(language)
    facts = page.facts
    context: dict[str, object] = {
        **template_globals(language),
        "page": page,
        "facts": facts,
        "figure": figure_text(facts, reader),
        "per": per_text(facts, reader),
        "state_words": _state_words(page, reader),
        "chart": stage_bars(facts.footprint.stages, language),
        "included": _stage_names(facts.footprint.stages, reader, counts=True),
        "excluded": _stage_names(facts.footprint.stages, reader, counts=False),
        "parts": partition_texts(facts, reader),
        "uptake": uptake_texts(facts, reader),
        "biogenic": biogenic_texts(facts, reader),
        "geography": geography_text(facts, reader),
        "scheme": scheme_text(facts, reader),
        "category": category_text(facts, reader),
        "method": method_text(facts, reader),
        "unmet": unmet_texts(facts, reader),
        "carbon": biogenic_carbon_texts(facts, reader),
        "quality": quality_text(facts, reader),
        "uncertainty": uncertainty_text(facts, reader, is_sentence=True),
        "supplies": supply_texts(facts, reader),
        "power_claims": power_claims(facts, reader),
        "host": _public_host(facts.url),
        "path_with_lang": _switch(path),
    }
    return context


def _public_host(url: str) -> str:
    """The host a reader should find in the browser; "" on loopback, where nobody else can look."""
    return host_of(url) if url.lower().startswith("https:") else ""


def _switch(path: str) -> Callable[[str], str]:
    return lambda language: f"{path}?lang={language if language in LANGUAGES else ''}"


def _state_words(page: ScanPage, reader: Translator) -> str:
    if page.state in _GOOD:
        return reader.text("scan.state_valid", date=reader.date(page.facts.valid_until))
    key = f"scan.state_{page.state}"
    if not reader.has(key):
        key = "scan.state_unknown"
    return reader.text(key, date=reader.date(page.state_on))


def _stage_names(stages: tuple[StageShare, ...], reader: Translator, *, counts: bool) -> str:
    """The stages counted, or those not counted each with its reason, as one list in words."""
    names = []
    for stage in stages:
        name = reader.text(f"stage.{stage.stage}")
        inclusion = reader.text(f"inclusion.{stage.inclusion}")
        if is_counted(stage) is not counts:
            continue
        is_plain = stage.inclusion == "included"
        names.append(
            name if is_plain else reader.text("scan.stage_note", stage=name, note=inclusion)
        )
    return ("、" if reader.language.startswith("zh") else ", ").join(names)
