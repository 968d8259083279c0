"""The report of a study is asked for, made once, and read by those who may read the study."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
import rfc8785
from typer.testing import CliRunner

from api.cli import app
from api.demo.world import DemoProduct
from api.jobs.work import run_due_jobs
from api.workflows.describe_study import describe_study
from footprint.methods import method_profile
from labels.access import Scope
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import ALUMINIUM, LFP, PV, Instance, a_bom_file
from tests.support.walk import VERIFIER, a_reviewed_case
from tests.unit.render.test_report import assert_inside, attached, text_of


def a_study(instance: Instance, product: DemoProduct = ALUMINIUM) -> str:
    stored = instance.post("/v1/footprints", product.preparer, a_bom_file(product))
    return str(stored["id"])


def ask(instance: Instance, study: str, lang: str = "en", once: str | None = None) -> Any:
    path = f"/v1/studies/{study}/report?lang={lang}"
    answer = instance.send("POST", path, ALUMINIUM.preparer, once=once)
    assert answer.status_code == 202, answer.text
    return answer.json()


def test_a_report_is_asked_for_made_and_read(instance: Instance) -> None:
    study = a_study(instance)
    path = f"/v1/studies/{study}/report.pdf?lang=en"
    before = instance.send("GET", path, ALUMINIUM.preparer)
    assert (before.status_code, before.json()["code"]) == (409, "report-not-made")

    job = ask(instance, study)
    assert (job["kind"], job["state"]) == ("render-report", "queued")
    assert run_due_jobs(instance.context) == 1

    answer = instance.send("GET", path, ALUMINIUM.preparer)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert f'filename="{study}-en.pdf"' in answer.headers["Content-Disposition"]
    twin = instance.send("GET", f"/v1/studies/{study}/report.json", ALUMINIUM.preparer).content
    assert attached(answer.content) == twin
    done = instance.get(f"/v1/jobs/{job['id']}", ALUMINIUM.preparer)
    assert done["state"] == "succeeded", done
    assert done["result"]["report.pdf"] == hashlib.sha256(answer.content).hexdigest()


def test_the_document_holds_bill_and_result_to_the_byte(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    twin = json.loads(describe_study(sqlite_instance.context, study))
    assert (
        hashlib.sha256(rfc8785.dumps(twin["result"])).hexdigest() == twin["study"]["result_sha256"]
    )
    assert hashlib.sha256(rfc8785.dumps(twin["bill"])).hexdigest() == twin["study"]["bom_sha256"]
    named = {line["dataset"] for line in twin["result"]["lines"]}
    assert named <= twin["datasets"].keys()
    used = {source for dataset in twin["datasets"].values() for source in dataset["sources"]}
    assert used == twin["sources"].keys()


@pytest.mark.parametrize("product", [ALUMINIUM, LFP, PV], ids=lambda p: p.preparer)
def test_the_document_holds_the_merged_flows_of_the_result(
    sqlite_instance: Instance, product: DemoProduct
) -> None:
    study = a_study(sqlite_instance, product)
    twin = json.loads(describe_study(sqlite_instance.context, study))
    flows = twin["flows"]
    limits = f"cutoff={flows['cutoff']}&datasets={flows['most_datasets']}"
    asked = sqlite_instance.get(f"/v1/studies/{study}/sankey?{limits}", product.preparer)
    assert {name: flows[name] for name in ("nodes", "links")} == {
        name: asked[name] for name in ("nodes", "links")
    }
    assert float(flows["total_kg_co2e"]) == pytest.approx(
        float(twin["result"]["total_kg_co2e"]), rel=1e-5
    )
    assert 0 < sum(node["kind"] == "dataset" for node in flows["nodes"]) <= flows["most_datasets"]


def test_flows_of_another_total_are_not_told(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile that changed since would draw flows of a figure the study does not have."""
    study = a_study(sqlite_instance)
    changed = replace(method_profile("gbt24067-2024", "AR6"), gwp_set="AR5")
    monkeypatch.setattr("api.workflows.describe_flows.method_profile", lambda *_: changed)
    assert json.loads(describe_study(sqlite_instance.context, study))["flows"] is None


def test_what_is_made_or_under_way_is_not_made_again(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    first = ask(sqlite_instance, study)
    assert ask(sqlite_instance, study)["id"] == first["id"]
    run_due_jobs(sqlite_instance.context)
    assert ask(sqlite_instance, study)["id"] == first["id"]
    other = ask(sqlite_instance, study, lang="zh-Hans")
    assert other["id"] != first["id"]


def test_asked_twice_with_one_key_in_two_languages_is_refused(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    first = ask(sqlite_instance, study, once="k")
    assert ask(sqlite_instance, study, once="k") == first
    path = f"/v1/studies/{study}/report?lang=pt"
    answer = sqlite_instance.send("POST", path, ALUMINIUM.preparer, once="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


def test_a_new_document_asks_for_a_new_report(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    job = ask(sqlite_instance, study)
    run_due_jobs(sqlite_instance.context)
    sqlite_instance.client.upload(study, ALUMINIUM.preparer, "activity-data", b"SPECIMEN")
    path = f"/v1/studies/{study}/report.pdf?lang=en"
    assert sqlite_instance.send("GET", path, ALUMINIUM.preparer).status_code == 409
    assert ask(sqlite_instance, study)["id"] != job["id"]


def test_a_file_that_was_lost_is_made_again_byte_for_byte(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    path = f"/v1/studies/{study}/report.pdf?lang=en"
    ask(sqlite_instance, study)
    run_due_jobs(sqlite_instance.context)
    before = sqlite_instance.send("GET", path, ALUMINIUM.preparer).content
    sqlite_instance.context.files.path(hashlib.sha256(before).hexdigest()).unlink()
    assert sqlite_instance.send("GET", path, ALUMINIUM.preparer).status_code == 409
    ask(sqlite_instance, study)
    run_due_jobs(sqlite_instance.context)
    assert sqlite_instance.send("GET", path, ALUMINIUM.preparer).content == before


def test_a_job_that_failed_is_followed_by_a_new_one(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    job = ask(sqlite_instance, study)
    now = sqlite_instance.context.now()
    with UnitOfWork(sqlite_instance.context.engine, Scope.everything("jobs")) as uow:
        uow.jobs.start(job["id"], 1, now)
        uow.jobs.fail(job["id"], 1, {"code": "rendering-failed"}, now)
        uow.commit()
    assert ask(sqlite_instance, study)["id"] != job["id"]


@pytest.mark.parametrize("form", ["report.pdf", "report.html", "report.json"])
def test_nobody_else_reads_it(sqlite_instance: Instance, form: str) -> None:
    study = a_study(sqlite_instance)
    ask(sqlite_instance, study)
    run_due_jobs(sqlite_instance.context)
    path = f"/v1/studies/{study}/{form}"
    assert sqlite_instance.send("GET", path).status_code == 401
    assert sqlite_instance.send("GET", path, LFP.preparer).status_code == 404
    asked = sqlite_instance.send("POST", f"/v1/studies/{study}/report", LFP.preparer)
    assert asked.status_code == 404


def test_a_body_of_its_case_reads_it_with_the_statement(sqlite_instance: Instance) -> None:
    walk = a_reviewed_case(sqlite_instance)
    case = sqlite_instance.get(f"/v1/cases/{walk.case['id']}", VERIFIER)
    path = f"/v1/studies/{case['study_id']}"
    twin = sqlite_instance.get(f"{path}/report.json", VERIFIER)
    assert twin["critical_review"]["statement"]
    assert twin["critical_review"]["body"]["en"]
    html = sqlite_instance.send("GET", f"{path}/report.html?lang=en", VERIFIER).text
    assert twin["critical_review"]["statement"] in html
    assert "No verification or critical review statement" not in html


def test_a_language_that_is_none_is_refused(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    answer = sqlite_instance.send("POST", f"/v1/studies/{study}/report?lang=fr", ALUMINIUM.preparer)
    assert answer.status_code == 422


@pytest.mark.parametrize("product", [ALUMINIUM, LFP, PV], ids=lambda p: p.preparer)
def test_the_demo_products_fit_their_pages(
    sqlite_instance: Instance,
    product: DemoProduct,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = a_study(sqlite_instance, product)
    use_instance(sqlite_instance, monkeypatch)
    out = tmp_path / "report.pdf"
    run = CliRunner().invoke(app, ["footprint", "report", study, "--lang", "en", "--out", str(out)])
    assert run.exit_code == 0, run.output
    pdf = out.read_bytes()
    assert_inside(pdf)
    twin = json.loads(attached(pdf))
    text = text_of(pdf)
    for wanted in (
        study,
        twin["result"]["certified_value"],
        twin["result"]["bom_sha256"],
        *(stage["reason"] for stage in twin["result"]["stages"]),
    ):
        assert "".join(wanted.split()).replace(",", "") in text.replace(",", ""), wanted


def use_instance(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands find this instance by their environment."""
    settings = instance.context.settings
    for name, value in {
        "TANBIAO_DATA_DIR": str(settings.data_dir),
        "TANBIAO_DATABASE_URL": settings.resolved_database_url,
        "TANBIAO_KEY_DIR": str(settings.resolved_key_dir),
        "TANBIAO_PUBLIC_BASE_URL": settings.public_base_url,
    }.items():
        monkeypatch.setenv(name, value)


def test_the_command_writes_every_form_and_refuses_others(
    sqlite_instance: Instance, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = a_study(sqlite_instance)
    use_instance(sqlite_instance, monkeypatch)

    def write(name: str, of: str = study) -> int:
        arguments = ["footprint", "report", of, "--out", str(tmp_path / name)]
        return CliRunner().invoke(app, arguments).exit_code

    assert write("r.json") == 0
    assert (tmp_path / "r.json").read_bytes() == describe_study(sqlite_instance.context, study)
    assert write("r.html") == 0
    assert '<html lang="zh-Hans">' in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert write("r.docx") == 2
    assert write("r.json", "std_" + "0" * 26) == 1
