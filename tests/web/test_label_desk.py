"""The page of a label at the desk: its files, and asking for them again where they are missing."""

from __future__ import annotations

from typing import Any

import pytest

from api.child.label_pack import MEDIA_TYPES
from api.jobs.work import run_due_jobs
from labels.access import Scope
from lca_db.records.certification.values import LabelArtefact
from lca_db.unit_of_work import UnitOfWork
from tests.support.browsing import signed_in
from tests.support.instance import ALUMINIUM, Instance
from tests.support.walk import CERTIFIER, an_issued_label

MISSING = "Files are missing"
COMING = "The files are being made"


def test_a_certifier_has_missing_files_made_again_and_the_holder_is_told(
    sqlite_instance: Instance,
) -> None:
    label = an_issued_label(sqlite_instance)
    path = f"/labels/{label['id']}"
    certifier = signed_in(sqlite_instance, CERTIFIER)
    holder = signed_in(sqlite_instance, ALUMINIUM.preparer)
    for browser in (certifier, holder):
        page = browser.open(path)
        assert COMING in page.text
        assert not page.has_form(f"{path}/pack")
    (job,) = sqlite_instance.get("/v1/jobs", CERTIFIER)
    sqlite_instance.post(f"/v1/jobs/{job['id']}/cancel", CERTIFIER, None, status=200)
    page = holder.open(path)
    assert MISSING in page.text
    assert not page.has_form(f"{path}/pack")
    page = certifier.open(path)
    assert MISSING in page.text
    page = certifier.send(page, f"{path}/pack")
    assert "The files will be made again" in page.text, page.text
    assert COMING in holder.open(path).text
    assert run_due_jobs(sqlite_instance.context) == 1
    page = certifier.open(path)
    assert MISSING not in page.text
    assert COMING not in page.text
    assert not page.has_form(f"{path}/pack")


def test_the_desk_says_that_the_certificate_is_coming_while_the_marks_are_there(
    sqlite_instance: Instance,
) -> None:
    """Else whoever looks between the two believes that there is no certificate."""
    label = an_issued_label(sqlite_instance)
    content = b"<svg/>"
    with UnitOfWork(sqlite_instance.context.engine, Scope.everything("test")) as uow:
        uow.labels.add_artefact(
            label["id"],
            LabelArtefact(
                kind="label.svg",
                sha256=sqlite_instance.context.files.put(content),
                media_type=MEDIA_TYPES["label.svg"],
                size_bytes=len(content),
                made_at=sqlite_instance.context.now(),
            ),
        )
        uow.commit()
    page = signed_in(sqlite_instance, CERTIFIER).open(f"/labels/{label['id']}")
    assert f"/L/{label['url'].rpartition('/')[2]}/label.svg" in page.response.text
    assert COMING in page.text
    assert MISSING not in page.text


def with_another_certificate(instance: Instance, label: dict[str, Any]) -> None:
    """Another certificate is entered for the label already, and its file was lost."""
    with UnitOfWork(instance.context.engine, Scope.everything("test")) as uow:
        uow.labels.add_artefact(
            label["id"],
            LabelArtefact(
                kind="certificate.pdf",
                sha256="0" * 64,
                media_type=MEDIA_TYPES["certificate.pdf"],
                size_bytes=1,
                made_at=instance.context.now(),
            ),
        )
        uow.commit()


def test_marks_are_there_where_the_certificate_cannot_be_kept_and_the_desk_says_why(
    sqlite_instance: Instance,
) -> None:
    label = an_issued_label(sqlite_instance)
    with_another_certificate(sqlite_instance, label)
    assert run_due_jobs(sqlite_instance.context) == 1
    (job,) = sqlite_instance.get("/v1/jobs", CERTIFIER)
    assert (job["state"], job["problem"]["code"]) == ("failed", "artefact-differs")
    base = f"/L/{label['url'].rpartition('/')[2]}"
    found = {
        name: sqlite_instance.send("GET", f"{base}/{name}").status_code for name in MEDIA_TYPES
    }
    assert found.pop("certificate.pdf") == 404
    assert set(found.values()) == {200}
    assert f"{base}/label.svg" in sqlite_instance.http.get(f"{base}?lang=en").text
    for person in (CERTIFIER, ALUMINIUM.preparer):
        page = signed_in(sqlite_instance, person).open(f"/labels/{label['id']}")
        assert MISSING in page.text
        assert "Another file of this kind is kept for the label already" in page.text
        assert f"{base}/label.svg" in page.response.text
        assert f"{base}/certificate.pdf" not in page.response.text, "its file is not there"


def test_files_that_are_there_are_not_made_again_with_those_that_are_missing(
    sqlite_instance: Instance,
) -> None:
    """They are read, not rendered: a newer renderer could not draw the same bytes."""
    label = an_issued_label(sqlite_instance)
    with_another_certificate(sqlite_instance, label)
    run_due_jobs(sqlite_instance.context)
    ask = f"/v1/labels/{label['id']}/pack"
    assert sqlite_instance.send("POST", ask, CERTIFIER).status_code == 202
    run_due_jobs(sqlite_instance.context)
    newest, _ = sqlite_instance.get("/v1/jobs", CERTIFIER)
    assert newest["state"] == "failed"
    assert newest["done"] == 0, "nothing was made"


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-Hans", "文件未能生成"), ("zh-Hant", "文件未能產生"), ("pt", "O documento não pôde")],
)
def test_why_the_files_could_not_be_made_is_said_in_the_readers_language(
    sqlite_instance: Instance, language: str, words: str
) -> None:
    label = an_issued_label(sqlite_instance)
    (job,) = sqlite_instance.get("/v1/jobs", CERTIFIER)
    with UnitOfWork(sqlite_instance.context.engine, Scope.everything("jobs")) as uow:
        uow.jobs.fail(job["id"], 1, {"code": "rendering-failed"}, sqlite_instance.context.now())
        uow.commit()
    page = signed_in(sqlite_instance, CERTIFIER).open(f"/labels/{label['id']}?lang={language}")
    assert words in page.text
