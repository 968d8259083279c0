"""Templates render in four languages, keep to the Content-Security-Policy and escape names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined

from footprint.methods import method_profile
from labels.label_status import LabelState
from labels.locale import LANGUAGES, html_language, template_globals, translator
from labels.render.charts import stage_stack
from labels.render.scan_page import (
    Check,
    Document,
    EarlierVersion,
    HistoryEntry,
    Recognition,
    ScanPage,
    scan_context,
)
from labels.scheme import scheme
from tests.unit.render.labels_for_print import (
    STAGES,
    a_battery_label,
    an_aluminium_label,
)

WEB = Path(__file__).parents[3] / "api" / "web"
HONG_KONG = {
    "zh-Hant": "香港示範認證協會",
    "en": "Hong Kong Demonstration Certification Association",
}
CONDITION = {"zh-Hant": "只限樣本", "en": "Specimens only"}
WORKBENCH_PAGE = """
{% extends "base.html" %}{% import "macros.html" as m with context %}
{% block title %}{{ t("nav.cases") }}{% endblock %}
{% block content %}
<h1>{{ name }} {{ m.seal("active", small=true) }}</h1>
{{ m.figure("93.6", "1 kWh", "93.5700004") }}{{ m.chart(chart) }}
{% call m.table("Lines", [("Ref", ""), ("kg", "num")], "/lines.csv") %}
<tr><th scope="row">a</th><td class="num">{{ m.share_bar("0.4", "use") }}</td></tr>{% endcall %}
{% call m.table("None", [("Ref", "")], is_empty=true) %}never{% endcall %}
{{ m.badge("draft", "warn") }}{{ m.diff("1", "added") }}{{ m.facts_list([("a", name)]) }}
{% call m.form("/decide", "Go") %}{{ m.field("amount", "Amount", name, hint="h", error="e") }}
{{ m.area("reason", "Reason") }}{{ m.select("s", "S", [("a", "A")], "a") }}
{{ m.choices("c", "C", [("y", "Yes")]) }}{{ m.tick("t", "T") }}{% endcall %}
{% endblock %}
{% block aside %}{{ m.timeline([{"at": "1", "what": name, "who": "w", "note": ""}]) }}{% endblock %}
"""


def environment() -> Environment:
    loader = ChoiceLoader(
        [DictLoader({"page.html": WORKBENCH_PAGE}), FileSystemLoader(WEB / "templates")]
    )
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def a_scan_page(state: str = "active", reason_class: str = "") -> ScanPage:
    return ScanPage(
        facts=a_battery_label(),
        earlier=(EarlierVersion(1, "95.1", "/L/Y"),),
        state=state,
        state_on=date(2026, 12, 3),
        checks=(
            Check("form", "passed"),
            Check("issuer", "passed"),
            Check("signature", "passed"),
            Check("content", "passed"),
            Check("validity", "passed"),
            Check("status", "uncertain"),
            Check("register", "not-made"),
        ),
        checked_at=datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
        documents=(
            Document("certificate", "/L/X/certificate.pdf"),
            Document("credential", "/L/X/credential"),
        ),
        history=(
            HistoryEntry(date(2026, 12, 3), "label-suspended", 1, "material-change"),
            HistoryEntry(date(2026, 11, 21), "label-issued", 1),
        ),
        recognitions=(
            Recognition("HK", HONG_KONG, date(2026, 11, 22), conditions=(CONDITION, {"en": "B"})),
        ),
        reason_class=reason_class,
        contact="complaints@body.example",
    )


def label_page(page: ScanPage, language: str) -> str:
    return (
        environment().get_template("label.html").render(scan_context(page, language, path="/L/X"))
    )


def check_policy(html: str) -> None:
    """default-src 'none'; style-src 'self'; script-src 'self': nothing inline, nothing foreign."""
    assert "style=" not in html
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"\son[a-z]+=", html)
    assert "javascript:" not in html
    sources = re.findall(r'(?:src|href|action)="([^"]*)"', html)
    foreign = [s for s in sources if re.match(r"[a-z]+:|//", s)]
    assert [s for s in foreign if not s.startswith("mailto:")] == []
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_label_page_needs_no_script_cookie_login_or_second_page(language: str) -> None:
    html = label_page(a_scan_page(), language)
    check_policy(html)
    assert f'<html lang="{html_language(language)}">' in html
    assert "<script" not in html
    assert "<form" not in html
    assert re.findall(r'<link rel="stylesheet" href="([^"]*)">', html) == ["/static/label.css"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_label_page_with_its_style_stays_below_fifty_kilobytes(language: str) -> None:
    html = label_page(a_scan_page(), language).encode()
    assert len(html) + (WEB / "static" / "label.css").stat().st_size < 50_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_label_page_leaves_no_key_and_no_placeholder_unread(language: str) -> None:
    for state in LabelState:
        text = re.sub(r"<[^>]+>", " ", label_page(a_scan_page(state.value), language))
        text = text.replace("label.tanbiao.example", "")
        assert not re.search(r"\b(?:label|scan|stage|check|event|seal|reason)\.[a-z_]", text)
        assert not re.search(r"\{[a-z_]+\}", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ended_recognition_has_another_word_than_one_taken_back(language: str) -> None:
    lines = set()
    for state in ("recognised", "suspended", "revoked", "ended", "unconfirmed"):
        shown = Recognition("HK", HONG_KONG, date(2026, 11, 22), state)
        html = label_page(replace(a_scan_page(), recognitions=(shown,)), language)
        (line,) = re.findall(r"<li>([^<\n]*" + translator(language).text("region.HK") + ".*)", html)
        lines.add(line)
    assert len(lines) == 5


# policy.md 5.2, "QR page, in this order", field by field; None: not there yet, and said so in
# docs/certification-cycle.md. (12, offsets, is only for the neutral level, which is not granted.)
POLICY_FIELDS: tuple[tuple[str, str | None], ...] = (
    ("1 status banner", "This label is valid until 20 November 2027."),
    ("1 signature check result", "Signature checked: genuine"),
    ("2 product", "<h1>LFP energy storage battery system</h1>"),
    ("2 model", "Model NS-ESS-100"),
    ("2 photo", None),
    ("2 manufacturer", "Nansha Demonstration Battery Ltd"),
    ("2 plant place", "Place of manufacture · 中国广东省广州市南沙区 Nansha, Guangzhou"),
    ("3 value", "93.6"),
    ("3 unit", "kg CO<sub>2</sub>e"),
    ("3 functional unit", "per 1 kWh (1 kWh of nominal capacity)"),
    ("3 boundary", "Cradle to grave"),
    ("3 what is included", "Included: Raw material acquisition, Manufacturing"),
    ("4 grade", "<h2>Grade</h2>"),
    ("4 grade itself", "Not graded"),
    ("4 benchmark", "No benchmark has been approved for this category."),
    ("5 stage chart", "<svg"),
    ("6 fossil", "Fossil"),
    ("6 biogenic", "Biogenic, emitted"),
    ("6 land-use change", "Land-use change"),
    ("6 aircraft", "Aircraft"),
    ("6 biogenic carbon in the product", "Biogenic carbon in the product"),
    ("6 how much", "1.23\N{NO-BREAK SPACE}kg\N{NO-BREAK SPACE}C"),
    ("7 reference year", "1 January 2025 to 31 December 2025"),
    ("7 primary data share", "18%"),
    ("7 data quality rating", "2.1 of 5 (1 is best); 97% of the footprint is rated"),
    ("7 uncertainty", "Between 85.06 and 104.2 kg CO₂e with 95% probability"),
    ("7 GWP set", "AR6"),
    ("7 database version", "333333333333"),
    ("8 electricity", "Electricity and green power"),
    ("8 green power", "Public grid, covered by certificates"),
    ("8 how much of it", "48%"),
    ("8 one claim", "One megawatt-hour backs one claim"),
    ("9 verification body", "Pearl River Demonstration Verification Ltd"),
    ("9 accreditation number", "DEMO-V-0012"),
    ("9 statement number", "VS-2026-0042"),
    ("9 date of the statement", "18 November 2026"),
    ("9 level of assurance", "Limited assurance"),
    ("9 certification body", "Lingnan Demonstration Certification Centre"),
    ("9 issued on", "21 November 2026"),
    ("10 comparability text", "Footprints are comparable only when functional unit"),
    ("11 reduction since the last version", "A reduction against the version before is not"),
    ("13 recognised in", "Hong Kong: recognised by"),
    ("13 conditions", "Conditions: Specimens only"),
    ("13 each condition", "Conditions: B"),
    ("14 summary document", "Certificate (PDF)"),
    ("14 study summary", None),
    ("14 machine-readable, the credential", "Signed credential, machine-readable (JSON)"),
    ("15 report a problem, appeal", "Complaints and appeals"),
    ("15 where", '<a href="mailto:complaints@body.example">'),
    ("16 history", "Label suspended"),
    ("16 versions", '<a href="/L/Y">Version 1: 95.1 kg CO₂e</a>'),
)


def test_the_label_page_has_the_fields_of_the_policy_in_its_order() -> None:
    html = label_page(a_scan_page(), "en")
    place, missing = 0, []
    for name, text in POLICY_FIELDS:  # each is looked for behind the one before it
        found = html.find(text, place) if text is not None else place
        missing += [name] if found < 0 else []
        place = max(place, found)
    assert missing == []


def test_what_the_label_page_does_not_show_yet_is_said_in_the_documents() -> None:
    text = (WEB.parents[1] / "docs" / "certification-cycle.md").read_text(encoding="utf-8")
    table = text.partition("## What the public page says")[2].partition("\n## ")[0]
    not_yet = {name for name, shown in POLICY_FIELDS if shown is None}
    listed = set(re.findall(r"^\| ([0-9]+ [^|]+?) \| not there yet", table, re.MULTILINE))
    assert listed == not_yet


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_of_category_method_and_scheme_stand_beside_their_names(language: str) -> None:
    html = label_page(a_scan_page(), language)
    rules, profile = scheme("tanbiao-reference", "2026-11"), method_profile("gbt24067-2024")
    group = rules.find_category("cpc-46420")
    assert group is not None
    assert profile.title[language] in html
    assert rules.name[language] in html
    assert group.name[language] in html
    assert "<dd>cpc-46420" not in html
    assert "gbt24067" not in html
    assert "tanbiao-reference" not in html


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_chinese_pages_are_punctuated_as_chinese(language: str) -> None:
    text = re.sub(r"<[^>]+>", "", label_page(a_scan_page(), language))
    assert re.findall(r"[\u4e00-\u9fff][,:;] ?", text) == []


def test_the_criteria_a_grant_left_unmet_are_disclosed_on_the_page() -> None:
    html = label_page(a_scan_page(), "en")
    assert "<p>Not met: The share from draft data is within the limit</p>" in html
    assert "<p>Not assessed: Nothing that matters was left out</p>" in html
    facts = replace(a_battery_label(), unmet_criteria=(), unassessed_criteria=())
    html = label_page(replace(a_scan_page(), facts=facts), "en")
    assert "<dt>Criteria of the scheme not met or not assessed</dt><dd>None</dd>" in html


def test_a_contact_that_is_no_mail_address_is_text_and_no_link() -> None:
    contact = "javascript:alert(1)//a@b.example"
    html = label_page(replace(a_scan_page(), contact=contact), "en")
    assert f"<dd>{contact}</dd>" in html
    assert "mailto:" not in html


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("active", "Valid"),
        ("suspended", "Suspended"),
        ("withdrawn", "Withdrawn"),
        ("expired", "Expired"),
        ("superseded", "Superseded"),
        ("surrendered", "Surrendered"),
        ("tampered", "Not genuine"),
        ("unknown", "Unknown"),
    ],
)
def test_each_state_has_its_seal_with_a_word_and_an_icon(state: str, word: str) -> None:
    html = label_page(a_scan_page(state), "en")
    seal = re.search(r'<span class="seal seal-([a-z-]+)[^"]*">(.*?)</span></span>', html, re.S)
    assert seal
    assert seal[1] == state
    assert word in seal[2]
    assert "<path" in seal[2] or "<circle" in seal[2]


def test_an_ended_label_gives_its_date_and_reason_and_strikes_its_figure() -> None:
    html = label_page(a_scan_page("withdrawn", "material-change"), "en")
    assert "This label was withdrawn on 3 December 2026. Its figure no longer holds." in html
    assert "Reason: the product or its data changed" in html
    assert 'class="ended"' in html
    assert 'class="ended"' not in label_page(a_scan_page("suspended"), "en")


@pytest.mark.parametrize("missing", ["signature", "issuer", "content"])
def test_the_page_calls_a_label_genuine_only_with_signature_and_known_issuer(missing: str) -> None:
    page = a_scan_page()
    checks = tuple(
        replace(check, outcome="failed") if check.name == missing else check
        for check in page.checks
    )
    t = translator("en").text
    html = label_page(replace(page, checks=checks), "en")
    assert t("scan.signature_good") not in html
    assert t("scan.signature_bad") in html


def test_a_partial_footprint_names_the_stages_it_leaves_out() -> None:
    html = label_page(replace(a_scan_page(), facts=an_aluminium_label()), "en")
    assert "Not included: Distribution (Not counted), Use (Not applicable)" in html
    assert translator("en").text("scan.b2b_only") in html
    assert "SPECIMEN" not in html


def test_the_page_names_the_host_a_reader_should_see_but_none_that_only_this_machine_has() -> None:
    page = a_scan_page()
    assert "must begin with label.tanbiao.example" in label_page(page, "en")
    at_home = replace(page.facts, url="HTTP://127.0.0.1:8000/L/K7Q2M5XWZ4T6R3PJ2BVDNHCY5A")
    assert "must begin with" not in label_page(replace(page, facts=at_home), "en")


def test_the_language_switch_keeps_the_page() -> None:
    html = label_page(a_scan_page(), "pt")
    for language in LANGUAGES:
        assert f'<a href="/L/X?lang={language}" hreflang="{language}"' in html
    assert html.count('aria-current="true"') == 1


def test_hostile_names_are_text_on_the_label_page() -> None:
    facts = a_battery_label()
    name = dict.fromkeys(LANGUAGES, '"><img src=x onerror=alert(1)>')
    hostile = replace(facts, product=replace(facts.product, name=name))
    html = label_page(replace(a_scan_page(), facts=hostile), "zh-Hans")
    assert "<img" not in html
    assert "&lt;img src=x" in html


class Actor:
    name = "Lam <b>Ka Yan</b>"
    role = "certifier"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbench_page_keeps_the_policy_and_carries_its_token(language: str) -> None:
    html = environment().get_template("page.html").render(
        **template_globals(language),
        path_with_lang=lambda code: f"/cases?lang={code}",
        actor=Actor(),
        csrf_token="token-1",
        nav=[("/cases", "nav.cases", 3, True), ("/labels", "nav.labels", None, False)],
        flashes=[("good", "<i>saved</i>")],
        problem={
            "title": "",
            "detail": "d",
            "code": "unit-unknown",
            "errors": [{"message": "<b>", "place": "/lines/0"}],
        },
        is_demo=True,
        name="<script>alert(1)</script>",
        chart=stage_stack(STAGES, language),
    )  # fmt: skip
    check_policy(html)
    assert "<script" not in html
    assert html.count('name="csrf_token" value="token-1"') == 2
    assert html.count("&lt;script&gt;") == 4
    assert "Lam &lt;b&gt;Ka Yan" in html
    assert 'class="bench has-aside"' in html
    assert 'aria-current="page"' in html
    assert 'aria-describedby="amount-hint amount-error" aria-invalid="true"' in html
    assert translator(language).text("page.empty") in html


def test_a_page_without_actor_and_work_offers_sign_in_and_no_rail() -> None:
    page = environment().from_string('{% extends "base.html" %}{% block content %}x{% endblock %}')
    html = page.render(
        **template_globals("en"), path_with_lang=lambda code: code, actor=None, csrf_token=""
    )
    assert 'href="/sign-in"' in html
    assert 'class="rail"' not in html
    assert "<aside" not in html
    assert "csrf_token" not in html
