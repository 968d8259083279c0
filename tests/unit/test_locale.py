"""The catalogue is complete in four languages, every key is used, every used key exists."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from api.security.policy import Action
from footprint.allocation import AllocationMethod
from footprint.bom import (
    ActivityOrigin,
    Boundary,
    LossRoute,
    Stage,
    StageInclusion,
    UnitKind,
    VerificationClaim,
)
from footprint.cuts import CutBasis
from footprint.instruments import InstrumentKind, RestMix
from footprint.inventory import ReviewStatus
from footprint.methods import UptakeBasis
from labels import locale
from labels.access import BodyKind, Role
from labels.accounts.books import BookKind
from labels.assessment import Criterion
from labels.assessment import Outcome as CriterionOutcome
from labels.case import AssuranceLevel, CaseState, FindingSeverity, FindingState, Opinion
from labels.case_steps import Side
from labels.credential.verdict import CheckName, VerdictState
from labels.credential.verdict import Outcome as CheckOutcome
from labels.dataset_review import ReviewMove
from labels.identity_document import IdentityKind
from labels.label_status import LabelMove, LabelState
from labels.label_status import ReasonClass as LabelReason
from labels.locale import LANGUAGES, VOCABULARIES, negotiate, translator
from labels.ratings.consent import ConsentPurpose
from labels.recognition import RecognitionState
from labels.register.entry import HOME_STATUS, EntryKind
from lca_db.inventory.checks.finding import Severity
from lca_db.inventory.description import Industry

ROOT = Path(__file__).parents[2]
PACKAGES = ("footprint", "labels", "lca_db", "api")
TEMPLATES = (ROOT / "api" / "web" / "templates", ROOT / "labels" / "render" / "templates")
PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
KEY = re.compile(r"[a-z_]+\.[A-Za-z0-9_.-]+")
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")

VOCABULARY_OF = (
    ("action", Action),
    ("activity_origin", ActivityOrigin),
    ("allocation_method", AllocationMethod),
    ("assurance", AssuranceLevel),
    ("body_kind", BodyKind),
    ("book", BookKind),
    ("boundary", Boundary),
    ("case_state", CaseState),
    ("check", CheckName),
    ("check_outcome", CheckOutcome),
    ("check_severity", Severity),
    ("consent_purpose", ConsentPurpose),
    ("criterion", Criterion),
    ("criterion_outcome", CriterionOutcome),
    ("cut_basis", CutBasis),
    ("event", EntryKind),
    ("finding_state", FindingState),
    ("identity_kind", IdentityKind),
    ("inclusion", StageInclusion),
    ("industry", Industry),
    ("instrument", InstrumentKind),
    ("label_move", LabelMove),
    ("label_state", LabelState),
    ("loss_route", LossRoute),
    ("opinion", Opinion),
    ("reason", LabelReason),
    ("recognition_state", RecognitionState),
    ("rest_mix", RestMix),
    ("review_move", ReviewMove),
    ("review_status", ReviewStatus),
    ("role", Role),
    ("seal", LabelState),
    ("seal", VerdictState),
    ("severity", FindingSeverity),
    ("side", Side),
    ("stage", Stage),
    ("supply", InstrumentKind),
    ("supply", RestMix),
    ("unit_kind", UnitKind),
    ("uptake_basis", UptakeBasis),
    ("verdict", VerdictState),
    ("verification_claim", VerificationClaim),
)


@cache
def messages(language: str) -> dict[str, str]:
    path = ROOT / "labels" / "locale" / language / "LC_MESSAGES" / "tanbiao.po"
    with path.open("rb") as stream:
        catalogue = read_po(stream, charset="utf-8", abort_invalid=True)
    assert not [m.id for m in catalogue if m.fuzzy and m.id], "fuzzy messages"
    return {str(m.id): str(m.string) for m in catalogue if m.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_read_as_any_other_reader_of_such_files_reads_it(language: str) -> None:
    assert locale.translations(language) == messages(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_missing_or_empty_in_any_language(language: str) -> None:
    assert messages(language).keys() == messages("en").keys()
    assert [key for key, text in messages(language).items() if not text.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    differing = {
        key: text
        for key, text in messages(language).items()
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(messages("en")[key]))
    }
    assert differing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_hold_no_markup_and_no_broken_placeholder(language: str) -> None:
    for key, text in messages(language).items():
        assert "<" not in text, key
        assert "{" not in PLACEHOLDER.sub("", text), key
        assert text == text.strip(), key


SIMPLIFIED_ONLY = (
    "产标签证书项数据为时会说请检验发销从这们还进过关开问题单价类"
    "级现实际录库页网输径层组织员认测条总减热电车钢铁铜铝锂阳压种"
)
TRADITIONAL_ONLY = (
    "產標籤證書項數據為時會說請檢驗發銷從這們還進過關開問題單價類"
    "級現實際錄庫頁網輸徑層組織員認測條總減熱電車鋼鐵銅鋁鋰陽壓種"
)


@pytest.mark.parametrize(
    ("language", "foreign"), [("zh-Hant", SIMPLIFIED_ONLY), ("zh-Hans", TRADITIONAL_ONLY)]
)
def test_a_chinese_catalogue_holds_no_character_of_the_other_script(
    language: str, foreign: str
) -> None:
    own_scripts = {"language.zh-Hans", "language.zh-Hant"}
    mixed = {
        key: sorted(set(text) & set(foreign))
        for key, text in messages(language).items()
        if set(text) & set(foreign) and key not in own_scripts
    }
    assert mixed == {}


def test_every_reason_has_an_enumerated_class() -> None:
    known = {reason.value for reason in LabelReason} | {HOME_STATUS}
    named = {key.removeprefix("reason.") for key in messages("en") if key.startswith("reason.")}
    assert named == known


@pytest.mark.parametrize(("family", "members"), VOCABULARY_OF)
def test_every_value_of_a_vocabulary_has_its_word(family: str, members: type[StrEnum]) -> None:
    missing = [m.value for m in members if f"{family}.{m.value}" not in messages("en")]
    assert missing == []


def test_everything_the_rating_models_name_has_its_word() -> None:
    for path in (ROOT / "labels" / "ratings" / "data").glob("*.json"):
        model = json.loads(path.read_text(encoding="utf-8"))
        keys = {f"rating_block.{block['id']}" for block in model["blocks"]}
        keys |= {f"indicator.{name}" for block in model["blocks"] for name in block["indicators"]}
        keys |= {f"gate.{gate['id']}" for gate in model["gates"]}
        keys |= {f"rating_colour.{grade['colour']}" for grade in model["grades"]}
        assert len(keys) > 10
        assert keys - messages("en").keys() == set(), path.name


def test_every_verdict_and_ended_state_has_its_sentence_on_the_label_page() -> None:
    states = {*LabelState, *VerdictState} - {LabelState.ACTIVE, VerdictState.VALID}
    missing = [s.value for s in states if f"scan.state_{s.value}" not in messages("en")]
    assert missing == []


def python_files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def template_files() -> Iterator[Path]:
    for folder in TEMPLATES:
        yield from folder.rglob("*.html")


@cache
def literals() -> tuple[frozenset[str], frozenset[str]]:
    """Every quoted string of code and templates, and every string used as a beginning of a key."""
    whole: set[str] = set()
    beginnings: set[str] = set()
    for path in python_files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
    for path in template_files():
        text = path.read_text(encoding="utf-8")
        whole |= set(re.findall(r"[\"']([a-z_]+\.[A-Za-z0-9_.-]+)[\"']", text))
        beginnings |= set(re.findall(r'"([a-z_]+\.[a-z_]*)" ~', text))
    return frozenset(whole), frozenset(b for b in beginnings if re.match(r"[a-z_]+\.", b))


def asked_keys() -> Iterator[tuple[str, str]]:
    """(key, file) of every literal key that code or a template asks for."""
    call = re.compile(
        r"(?<![\w.])(?:t2?|_|both|fact|row|\w+\.(?:text|gettext|has))\(\s*\"([a-z_]+\.[^\"\n]+)\"\s*[,)]"
    )
    for path in (*python_files(), *template_files()):
        if "lca_db" in path.parts:  # its .text("id") reads dataset files
            continue
        for key in call.findall(path.read_text(encoding="utf-8")):
            yield key, str(path.relative_to(ROOT))


def test_every_key_that_is_asked_for_exists() -> None:
    asked = list(asked_keys())
    assert len(asked) > 100, "the scan finds no keys"
    assert [(key, file) for key, file in asked if key not in messages("en")] == []


def test_every_key_of_the_catalogue_is_used() -> None:
    whole, beginnings = literals()
    unused = [
        key
        for key in messages("en")
        if key not in whole
        and not key.startswith(VOCABULARIES)
        and not any(key.startswith(beginning) for beginning in beginnings)
    ]
    assert unused == []


def error_classes() -> set[str]:
    """Names of every exception class of ours that carries a code."""
    parents: dict[str, set[str]] = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases = {b.id for b in node.bases if isinstance(b, ast.Name)}
                parents.setdefault(node.name, set()).update(bases)
    coded = {"FootprintError", "LabelError", "StorageError", "Problem", "Fault"}
    while more := {n for n, bases in parents.items() if bases & coded} - coded:
        coded |= more
    return coded - {"NotFound"}  # its argument is a kind of record, its code "not-found"


def raised_codes() -> Iterator[tuple[str, str]]:
    """(code, file) of every literal code given to an exception of ours."""
    coded = error_classes()
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            function = node.func
            name = function.id if isinstance(function, ast.Name) else ""
            if name not in coded:
                continue
            for argument in node.args[:2]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    if CODE.fullmatch(argument.value):
                        yield argument.value, str(path.relative_to(ROOT))
                    break


def test_every_error_code_has_a_sentence() -> None:
    codes = list(raised_codes())
    assert len(codes) > 50, "the scan finds no codes"
    missing = {(code, file) for code, file in codes if f"problem.{code}" not in messages("en")}
    assert missing == set()


def test_every_problem_sentence_belongs_to_a_code_in_the_source() -> None:
    whole, _ = literals()
    codes = [key.removeprefix("problem.") for key in messages("en") if key.startswith("problem.")]
    http = re.compile(r"http-[0-9]{3}")
    assert [code for code in codes if code not in whole and not http.fullmatch(code)] == []


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh-Hans"),
        ("", "zh-Hans"),
        ("*", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO, pt;q=0.8", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("yue-HK", "zh-Hant"),
        ("pt-BR", "pt"),
        ("pt-PT,en;q=0.5", "pt"),
        ("en-GB", "en"),
        ("fr, de;q=0.9, en;q=0.1", "en"),
        ("fr", "zh-Hans"),
        ("en;q=0.2, pt;q=0.9", "pt"),
        ("en;q=0, zh-HK;q=0.1", "zh-Hant"),
        ("en;q=many, pt", "pt"),
        ("ZH_hant_HK", "zh-Hant"),
        (",;,,;q=1," * 400, "zh-Hans"),
    ],
)
def test_negotiation_serves_the_readers_language(header: str | None, language: str) -> None:
    assert negotiate(header) == language


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("zh-Hans", "16,200.50"),
        ("zh-Hant", "16,200.50"),
        ("en", "16,200.50"),
        ("pt", "16 200,50"),
    ],
)
def test_numbers_keep_their_decimals_in_the_writing_of_the_language(
    language: str, written: str
) -> None:
    assert translator(language).number("16200.50").replace("\N{NO-BREAK SPACE}", " ") == written


def test_a_number_of_any_length_is_written_out() -> None:
    """The library's own rounding stops at 28 digits."""
    assert translator("en").number("-1234567890123456.123456789012345678") == (
        "−1,234,567,890,123,456.123456789012345678"
    )
    assert translator("pt").number("162" + "0" * 28).endswith("000\N{NO-BREAK SPACE}000")


def test_a_negative_number_has_a_minus_sign_and_no_hyphen() -> None:
    assert translator("en").number("-0.110") == "−0.110"
    assert translator("en").percent("-0.12") == "−12%"


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("zh-Hans", "2026年5月3日"),
        ("zh-Hant", "2026年5月3日"),
        ("en", "3 May 2026"),
        ("pt", "3 de maio de 2026"),
    ],
)
def test_dates_are_written_as_the_language_writes_them(language: str, written: str) -> None:
    assert translator(language).date(date(2026, 5, 3)) == written


def test_a_moment_carries_its_time_zone() -> None:
    at = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    assert all("08:30 UTC" in translator(language).moment(at) for language in LANGUAGES)


def test_a_parameter_is_text_and_is_never_read_as_a_placeholder() -> None:
    sentence = translator("en").problem("unit-unknown", {"unit": "{unit} {0.__class__} %s"})
    assert '"{unit} {0.__class__} %s"' in sentence


def test_a_parameter_may_have_any_name() -> None:
    said = translator("en").problem("import-climate-flow-by-cas", {"name": "CO2", "key": "CO2:x"})
    assert "CO2:x" in said
    assert translator("en").text("no.such.key", self="a", key="b") == "no.such.key"


def test_an_unknown_key_answers_itself_and_an_unknown_language_is_refused() -> None:
    assert translator("en").text("no.such.key") == "no.such.key"
    assert not translator("en").has("no.such.key")
    with pytest.raises(ValueError, match="fr"):
        translator("fr")


def test_a_text_in_few_languages_is_read_in_the_nearest_one() -> None:
    texts = {"zh-Hans": "铝", "en": "aluminium"}
    assert [locale.local_text(texts, tag) for tag in ("zh-Hant", "pt")] == ["铝", "aluminium"]
    assert [locale.local_text(t, "en") for t in ({}, {"fr": "aluminium"})] == ["", "aluminium"]
