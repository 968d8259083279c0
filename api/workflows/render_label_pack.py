"""Renders certificate and marks of a label in the spawned child and keeps them by their hash.

Each part is rendered and stored by itself: where one cannot be made the other is there all the
same, and the job fails with the reason. What is stored already is not made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from api.child.label_making import make_label_parts
from api.child.label_pack import MEDIA_TYPES, LabelPart
from api.context import Context
from api.workflows.publish_label_pages import publish_label_pages
from labels.access import Scope
from lca_db.errors import Conflict
from lca_db.records.certification.values import LabelArtefact
from lca_db.records.jobs.values import Job
from lca_db.unit_of_work import UnitOfWork


def render_label_pack(context: Context, job: Job) -> dict[str, object]:
    """The hashes of the label's files by name; doing it twice gives the same files.

    Raises:
        FootprintError: What the renderer refuses (code not readable, no fonts).
        ChildFailed: The child died or ran out of its limits.
        Conflict: ``artefact-differs``, or ``job-attempt-superseded`` for a late twin, which then
            changes nothing.
    """
    label_id = str(job.input["label_id"])
    scope = Scope.everything("render label", is_test=job.is_test)
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        record = uow.labels.get(label_id)
        artefacts = uow.labels.list_artefacts(label_id)
    hashes = {a.kind: a.sha256 for a in artefacts if context.files.has(a.sha256)}
    failures: list[Exception] = []
    missing = [part for part in LabelPart if not part.kinds <= hashes.keys()]
    for _, made in make_label_parts(record.credential or b"", missing):
        if isinstance(made, Exception):
            failures.append(made)
            continue
        try:
            hashes |= _store(context, job, label_id, made, len(hashes))
        except Conflict as error:
            if error.code == "job-attempt-superseded":
                raise
            failures.append(error)
    publish_label_pages(context, record.label.serial)
    if failures:
        raise failures[0]
    with UnitOfWork(context.engine, scope) as uow:
        uow.jobs.succeed(job.id, job.attempt, hashes, context.now())
        uow.commit()
    return dict(hashes)


def _store(
    context: Context, job: Job, label_id: str, files: Mapping[str, bytes], done: int
) -> dict[str, str]:
    """Keeps the files of one part under the fence of the attempt; their hashes by name."""
    now = context.now()
    hashes = {name: context.files.put(content) for name, content in files.items()}
    scope = Scope.everything("render label", is_test=job.is_test)
    with UnitOfWork(context.engine, scope) as uow:
        for name, content in files.items():
            uow.labels.add_artefact(
                label_id,
                LabelArtefact(
                    kind=name,
                    sha256=hashlib.sha256(content).hexdigest(),
                    media_type=MEDIA_TYPES[name],
                    size_bytes=len(content),
                    made_at=now,
                ),
            )
        total = len(MEDIA_TYPES)
        if not uow.jobs.progress(job.id, job.attempt, min(done + len(files), total), total, now):
            raise Conflict("job-attempt-superseded", job=job.id)
        uow.commit()
    return hashes
