"""Asks for the import of a foreign inventory: the file is kept and a job promised.

The choices are read here, so that whoever made a wrong one hears of it at once; the file is read by
the job, in the spawned child.
"""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once, claim, keep
from api.problems import Problem
from api.security.policy import Action, require
from api.workflows.add_evidence import file_name_of
from labels.access import Actor, Scope
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.formats import FORMATS
from lca_db.inventory.importers.limits import UPLOAD
from lca_db.inventory.importers.options import ImportOptions
from lca_db.records.jobs.values import Job
from lca_db.unit_of_work import UnitOfWork

IMPORT_JOB = "import-inventory"


def ask_import(
    context: Context,
    actor: Actor,
    *,
    file_name: str,
    content: bytes,
    options: ImportOptions,
    once: Once[Job] | None = None,
) -> Job:
    """The job whose result will name the stored import.

    Raises:
        NotAllowed: ``role-missing``.
        Problem: 413 ``import-file-too-large``, 422 ``import-file-empty``.
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


def list_formats() -> tuple[tuple[str, str], ...]:
    """(key, title) of every format that can be imported."""
    return tuple((one.key, one.title) for one in FORMATS.values())
