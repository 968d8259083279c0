"""Asks for the import of a foreign inventory: the file is kept and a job promised.

The choices are read here, so that whoever made a wrong one hears of it at once; the file is read by
the job, in the spawned child.
"""

from __future__ import annotations

from dataclasses import asdict

from api.context import Context
from api.idempotency import Once, claim, keep
from api.problems import Problem
from api.security.policy import Action, require
from api.workflows.add_evidence import file_name_of
from footprint.texts import check_text
from labels.access import Actor, Scope
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.formats import FORMATS
from lca_db.inventory.importers.limits import UPLOAD
from lca_db.inventory.importers.options import ImportOptions
from lca_db.inventory.stored_imports import ImportTerms
from lca_db.records.jobs.values import Job
from lca_db.unit_of_work import UnitOfWork

IMPORT_JOB = "import-inventory"
MOST_OF_LICENCE = 200


def ask_import(
    context: Context,
    actor: Actor,
    *,
    file_name: str,
    content: bytes,
    options: ImportOptions,
    terms: ImportTerms,
    once: Once[Job] | None = None,
) -> Job:
    """The job whose result will name the stored import.

    Raises:
        NotAllowed: ``role-missing``.
        Problem: 413 ``import-file-too-large``, 422 ``import-file-empty`` or
            ``import-licence-missing``.
        BomError: ``name-length`` or ``name-character-refused`` for the licence.
        ImportRefused: ``import-choice-unknown`` for a format that is none.
    """
    require(actor, Action.KEEP_INVENTORY)
    name = file_name_of(file_name)
    if not content:
        raise Problem(422, "import-file-empty", "/file", parameters={"name": name})
    if len(content) > UPLOAD.file_bytes:
        most = {"most": str(UPLOAD.file_bytes)}
        raise Problem(413, "import-file-too-large", "/file", parameters=most)
    if options.format and options.format not in FORMATS:
        raise ImportRefused("import-choice-unknown", "/format", value=options.format[:60])
    check_terms(terms)
    now = context.now()
    job = Job(
        id=context.ids("job"),
        kind=IMPORT_JOB,
        organisation_id=actor.organisation_id,
        input={
            "file_name": name,
            "file_sha256": context.files.put(content),
            "size_bytes": len(content),
            "options": options.to_json(),
            "terms": asdict(terms),
            "person_id": actor.person_id,
        },
        created_at=now,
        heartbeat_at=now,
        is_test=actor.is_test,
    )
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        uow.jobs.add(job)
        keep(once, uow, job)
        uow.commit()
    return job


def check_terms(terms: ImportTerms) -> None:
    """Nothing for terms an import may have.

    Raises:
        Problem: 422 ``import-licence-missing``.
        BomError: ``name-length`` or ``name-character-refused``.
    """
    if terms.licence:
        check_text(terms.licence, "/licence", most=MOST_OF_LICENCE)
    elif terms.is_publishable:
        raise Problem(422, "import-licence-missing", "/licence")


def list_formats() -> tuple[tuple[str, str], ...]:
    """(key, title) of every format that can be imported."""
    return tuple((one.key, one.title) for one in FORMATS.values())
