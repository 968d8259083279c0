"""A study's page: every part of every line, and what was claimed of a supplier's footprint."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from api.demo.world import DemoProduct
from api.jobs.work import run_due_jobs
from api.web.rendering import four_figures, three_figures
from footprint.bom import Boundary
from footprint.canonical import canonical_json
from footprint.inventory import EmissionKey
from footprint.methods import method_profile, profile_ids
from footprint.quantities import significant_string
from labels.locale import LANGUAGES, translator
from tests.support.boms import a_bom_of_every_kind
from tests.support.browsing import Element, Page, signed_in
from tests.support.instance import ALUMINIUM, LFP, Instance, a_bom_file
from tests.support.many_studies import some_studies, store

NAME = "Primary aluminium ingot, smelter on"
GRID = "grid average electricity"
STATEMENT = ("statement.pdf", b"%PDF-1.7 SPECIMEN statement", "application/pdf")


def a_study_of(instance: Instance, document: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = instance.post("/v1/footprints", LFP.preparer, document)
    return answer


def page_of(instance: Instance, study: dict[str, Any]) -> Page:
    return signed_in(instance, LFP.preparer).open(f"/studies/{study['id']}")


def with_verification() -> dict[str, Any]:
    """The bill of every kind, the supplier's verification referenced."""
    document = a_bom_of_every_kind()
    document["lines"][1]["supplier_footprint"]["verification"] = {
        "verifier": "Specimen Verification Ltd",
        "statement": "PCF-7/2026",
        "document_sha256": hashlib.sha256(STATEMENT[1]).hexdigest(),
    }
    return document


def test_the_treatment_of_a_loss_is_a_row_of_its_own_in_its_own_stage(
    sqlite_instance: Instance,
) -> None:
    study = a_study_of(sqlite_instance, a_bom_of_every_kind())
    rows = [row for row in page_of(sqlite_instance, study).root.find_all("tr") if row.text]
    (treatment,) = [row for row in rows if "Treatment of the loss" in row.text]
    assert "Manufacturing" in treatment.text
    assert "10 kg × 0.05 / (1 - 0.05)" in treatment.text
    assert "waste-landfill-cn" in treatment.text
    for stage in study["result"]["stages"]:
        lines = [x for x in study["result"]["lines"] if x["stage"] == stage["stage"]]
        difference = sum(Decimal(x["kg_co2e"]) for x in lines) - Decimal(stage["kg_co2e"])
        assert abs(difference) <= Decimal(stage["kg_co2e"]) * Decimal("1e-10")


def test_a_verification_without_reference_is_shown_as_a_mere_claim(
    sqlite_instance: Instance,
) -> None:
    study = a_study_of(sqlite_instance, a_bom_of_every_kind())
    text = page_of(sqlite_instance, study).text
    assert "Said to be verified, without reference: counted as unverified" in text
    (part,) = [line for line in study["result"]["lines"] if line["ref"] == "part"]
    assert (part["verification"], part["primary_share"]) == ("without-reference", "0")


def test_a_referenced_verification_says_by_whom_and_whether_its_statement_is_filed(
    sqlite_instance: Instance,
) -> None:
    study = a_study_of(sqlite_instance, with_verification())
    text = page_of(sqlite_instance, study).text
    assert "Specimen Verification Ltd · PCF-7/2026" in text
    assert "statement not filed with this study" in text
    browser = signed_in(sqlite_instance, LFP.preparer)
    page = browser.open(f"/studies/{study['id']}")
    target = f"/studies/{study['id']}/evidence"
    page = browser.send(page, target, {"kind": "verification-report"}, file=STATEMENT)
    assert "statement filed with this study" in page.text


def test_the_masses_of_biogenic_carbon_dioxide_stand_beside_the_partition(
    sqlite_instance: Instance,
) -> None:
    """A partial footprint leaves both out of its figure; the page and the API show them."""
    document = a_bom_of_every_kind()
    gas = {"kind": "direct-emission", "substance": "CO2", "origin": "biogenic", "unit": "kg"}
    document["lines"] += [
        {**gas, "ref": "grown", "name": "uptake", "direction": "removal", "amount": "3"},
        {**gas, "ref": "rotted", "name": "release", "amount": "2"},
    ]
    study = a_study_of(sqlite_instance, document)
    masses = study["result"]["biogenic_co2"]
    assert {kind: Decimal(mass) for kind, mass in masses.items()} == {
        "emitted_kg": 2,
        "removed_kg": 3,
    }
    text = page_of(sqlite_instance, study).text
    assert "Mass of biogenic CO₂: 2.00 kg emitted, 3.00 kg removed" in text


def test_the_reason_for_a_stage_left_out_is_stored_and_shown(sqlite_instance: Instance) -> None:
    document = a_bom_of_every_kind()
    document["lines"] = [line for line in document["lines"] if line["kind"] != "use"]
    document["stages"]["use"] = "not-applicable"
    document["stage_reasons"] = {"use": "A spare that is never switched on."}
    study = a_study_of(sqlite_instance, document)
    (use,) = [s for s in study["result"]["stages"] if s["stage"] == "use"]
    assert use["reason"] == "A spare that is never switched on."
    assert "A spare that is never switched on." in page_of(sqlite_instance, study).text


def test_the_page_shows_what_other_power_of_the_smelter_would_make_of_the_profile(
    sqlite_instance: Instance,
) -> None:
    study = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_bom_file(ALUMINIUM))
    page = signed_in(sqlite_instance, ALUMINIUM.preparer).open(f"/studies/{study['id']}")
    rows = {row.text for row in page.root.find_all("tr") if "in place of" in row.text}
    assert rows == {
        f"{NAME} its own coal-fired power in place of {NAME} {GRID} 13,100 3,300",
        f"{NAME} delivered hydropower in place of {NAME} {GRID} 4,730 \N{MINUS SIGN}5,060",
    }
    targets = {a.attributes["href"] for a in page.root.find_all("a")}
    assert "/datasets/aluminium-primary-coal-cn" in targets


@pytest.mark.parametrize("method", profile_ids())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_a_method_that_nobody_confirmed_has_words(method: str, language: str) -> None:
    rules = method_profile(method).unconfirmed
    assert rules
    assert [rule for rule in rules if not translator(language).has(f"method_rule.{rule}")] == []


def test_what_nobody_confirmed_of_the_method_is_said_in_words(sqlite_instance: Instance) -> None:
    study = a_study_of(sqlite_instance, a_bom_file(LFP))
    text = page_of(sqlite_instance, study).text
    assert "the limit of the share known only as CO₂e" in text
    assert "unswitchable_share_limit" not in text


def test_the_box_of_the_application_lists_what_the_scheme_asks_for_as_advice(
    sqlite_instance: Instance,
) -> None:
    study = a_study_of(sqlite_instance, a_bom_file(LFP))
    browser = signed_in(sqlite_instance, LFP.preparer)
    page = browser.open(f"/studies/{study['id']}")
    assert "Activity data not filed yet" in page.text
    assert "One may apply without it" in page.text
    target = f"/studies/{study['id']}/evidence"
    page = browser.send(page, target, {"kind": "activity-data"}, file=STATEMENT)
    assert "Activity data filed" in page.text
    assert "Activity data not filed yet" not in page.text


@pytest.mark.parametrize(("product", "has_choice"), [(ALUMINIUM, True), (LFP, False)])
def test_a_study_without_another_choice_says_how_deep_sensitivity_looks(
    product: DemoProduct, has_choice: bool, sqlite_instance: Instance
) -> None:
    study = sqlite_instance.post("/v1/footprints", product.preparer, a_bom_file(product))
    assert bool(study["result"]["sensitivities"]) is has_choice
    page = signed_in(sqlite_instance, product.preparer).open(f"/studies/{study['id']}")
    assert "Sensitivity: the result by other choices" in page.text
    no_choice = "only for datasets that a line of the bill names itself, and no deeper"
    assert (no_choice in page.text) is not has_choice


def test_the_interval_and_what_to_improve_first_are_on_the_page(sqlite_instance: Instance) -> None:
    study = a_study_of(sqlite_instance, a_bom_file(LFP))
    result = study["result"]
    page = page_of(sqlite_instance, study)
    lower = four_figures(result["uncertainty"]["lower_kg_co2e"])
    assert f"95% interval {lower} to" in page.text
    assert "uncertainty not assessed" not in page.text
    assert "What to improve first" in page.text

    def gain(line: dict[str, Any]) -> float:
        return abs(float(line["kg_co2e"])) * (float(line["data_quality_rating"] or 1) - 1)

    first = max(result["lines"], key=gain)
    (table,) = [t for t in page.root.find_all("table") if "Share of the spread" in t.text]
    assert first["name"] in table.find_all("tr")[1].text


def test_the_shares_of_data_and_the_rating_are_on_the_page(sqlite_instance: Instance) -> None:
    result = (study := a_study_of(sqlite_instance, a_bom_file(LFP)))["result"]
    text = page_of(sqlite_instance, study).text
    assert {"Reviewed data", "Official data"} <= {
        words for words in ("Reviewed data", "Official data") if words in text
    }
    assert f"{three_figures(result['data_quality_rating'])}, of" in text
    shares = [float(result[f"{name}_share"]) for name in ("draft", "reviewed", "official")]
    assert 0 < sum(shares) <= 1 + 1e-9


def test_a_line_of_an_assembly_says_what_one_unit_of_the_product_holds_of_it(
    sqlite_instance: Instance,
) -> None:
    """The figure is per kilowatt-hour, the bill's amounts are per pack of many of them."""
    study = a_study_of(sqlite_instance, a_bom_file(LFP))
    place = ("pack", "electricity")
    (line,) = [x for x in study["result"]["lines"] if (x["assembly"], x["ref"]) == place]
    assert line["held_count"] == "0.0175"
    page = page_of(sqlite_instance, study)
    (row,) = [r for r in page.root.find_all("tr") if "pack/electricity" in r.text]
    assert "2.142857 kWh per 1 pack" in row.text
    assert "× 0.0175: 0.0375 kWh per unit of the product" in row.text
    assert "One unit of the product holds:" in page.text
    assert "pack × 0.0175" in page.text


def test_the_lines_of_an_assembly_are_exported_with_their_amounts_per_unit_of_the_product(
    sqlite_instance: Instance,
) -> None:
    study = a_study_of(sqlite_instance, a_bom_file(LFP))
    browser = signed_in(sqlite_instance, LFP.preparer)
    text = browser.fetch(f"/studies/{study['id']}/lines.csv").content.decode("utf-8-sig")
    place = ("pack", "electricity")
    rows = csv.DictReader(io.StringIO(text))
    (row,) = [row for row in rows if (row["Assembly"], row["Reference"]) == place]
    assert row["Amount"] == "2.142857 kWh"
    assert row["Times in one unit of the product"] == "0.0175"
    assert row["Amount per unit of the product"] == "0.0375 kWh"


def test_the_recomputation_of_a_study_shows_its_verdict_and_both_hashes(
    sqlite_instance: Instance,
) -> None:
    study = a_study_of(sqlite_instance, a_bom_file(LFP))
    browser = signed_in(sqlite_instance, LFP.preparer)
    target = f"/studies/{study['id']}/recomputation"
    page = browser.open(f"/studies/{study['id']}")
    assert target in {a.attributes.get("href") for a in page.root.find_all("a")}
    page = browser.open(target)
    assert "Recomputed: the same bytes." in page.text
    assert page.text.count(study["result_sha256"]) == 2, "stored and recomputed"
    assert not page.root.find_all("table"), "nothing differs"


def test_a_study_whose_result_does_not_come_again_says_so_and_where(
    sqlite_instance: Instance,
) -> None:
    ((study, bill),) = some_studies(sqlite_instance, 1)
    result = json.loads(study.result)
    total, result["total_kg_co2e"] = result["total_kg_co2e"], "1.00000000000"
    content = canonical_json(result)
    sha256 = hashlib.sha256(content).hexdigest()
    (stored,) = store(
        sqlite_instance, [(replace(study, result=content, result_sha256=sha256), bill)]
    )
    browser = signed_in(sqlite_instance, ALUMINIUM.preparer)
    page = browser.open(f"/studies/{stored}/recomputation")
    assert "Recomputed: the result differs." in page.text
    assert sha256 in page.text
    assert study.result_sha256 in page.text
    (_, row) = page.root.find_all("tr")
    assert "/total_kg_co2e" in row.text
    assert [cell.text for cell in row.find_all("td")] == ["1.00000000000", total]


def test_the_profiles_are_shown_with_what_their_factors_make_of_the_masses(
    sqlite_instance: Instance,
) -> None:
    document = a_bom_of_every_kind()
    gas = {"kind": "direct-emission", "substance": "SF6", "origin": "fossil", "unit": "kg"}
    document["lines"].append({**gas, "ref": "switch", "name": "switchgear", "amount": "0.01"})
    study = a_study_of(sqlite_instance, document)
    boundary = Boundary(study["result"]["boundary"])
    masses = {EmissionKey.parse(g["key"]): float(g["mass_kg"]) for g in study["result"]["gases"]}
    expected = {}
    for name in profile_ids():
        for gwp_set in method_profile(name).gwp_sets:
            profile = method_profile(name, gwp_set)
            if boundary in profile.boundaries and not profile.excluded_stages:
                basis = profile.certified_basis(boundary)
                total = sum(kg * profile.factor(key, basis) for key, kg in masses.items())
                expected[name, gwp_set] = significant_string(total, profile.significant_figures)
    root = page_of(sqlite_instance, study).root
    (table,) = [t for t in root.find_all("table") if "iso14067-2018" in t.text]
    shown, own = {}, []
    for row in table.find_all("tr")[1:]:
        (head,), (potentials, figure, _) = row.find_all("th"), row.find_all("td")
        method = head.text.split()[0]
        shown[method, potentials.text] = figure.text.replace(",", "")
        own += [(method, potentials.text)] * ("(used by this study)" in head.text)
    assert shown == expected
    assert len(set(expected.values())) > 1, "else nobody sees which row is which"
    used = study["result"]["method"], study["result"]["gwp_set"]
    assert shown[used] == study["result"]["certified_value"]
    assert own == [used]


def test_a_report_is_asked_for_on_the_page_and_offered_there_once_it_is_made(
    sqlite_instance: Instance,
) -> None:
    study = a_study_of(sqlite_instance, a_bom_file(LFP))
    browser = signed_in(sqlite_instance, LFP.preparer)
    path = f"/studies/{study['id']}"
    page = browser.send(browser.open(path), f"{path}/report", {"language": "en"})
    assert (page.status, page.path) == (200, path)
    assert "Being made: English" in page.text
    assert run_due_jobs(sqlite_instance.context) == 1
    page = browser.open(path)
    assert "Being made" not in page.text
    pdf = f"{path}/report.pdf?language=en"
    assert pdf in {a.attributes.get("href") for a in page.root.find_all("a")}
    answer = browser.fetch(pdf)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_stages_and_hot_spots_each_have_a_table_with_the_figures_of_the_chart(
    sqlite_instance: Instance,
) -> None:
    study = a_study_of(sqlite_instance, a_bom_file(LFP))
    figures = page_of(sqlite_instance, study).root.find_all("figure")
    stages, hot_spots = (
        [f for f in figures if f.find_all("th")[0].text == head] for head in ("Stage", "Item")
    )
    assert (len(stages), len(hot_spots)) == (2, 2), "for wide pages and for phones"
    for figure in (*stages, *hot_spots):
        rows = [[cell.text for cell in cells(row)] for row in figure.find_all("tr")[1:]]
        (drawing,) = figure.find_all("svg")
        texts = [text.text for text in drawing.find_all("text")]
        drawn = dict(zip(texts[::2], texts[1::2], strict=True))
        assert drawn == {row[0]: f"{row[-2]} kg CO₂e · {row[-1]}" for row in rows}
    of_stages = [row.find_all("td")[1].text for row in stages[0].find_all("tr")[1:]]
    assert of_stages == [three_figures(s["kg_co2e"]) for s in study["result"]["stages"]]
    heaviest = max(study["result"]["lines"], key=lambda line: abs(float(line["kg_co2e"])))
    first = [cell.text for cell in cells(hot_spots[0].find_all("tr")[1])]
    assert first[:2] == [heaviest["name"], three_figures(heaviest["kg_co2e"])]


def cells(row: Element) -> list[Element]:
    """Of a row of a table, its head first."""
    return [cell for cell in row.find_all() if cell.tag in {"th", "td"}]
