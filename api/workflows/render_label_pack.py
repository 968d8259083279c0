"""Renders certificate and marks of a label in the spawned child and keeps them by their hash."""

from __future__ import annotations

import hashlib

from api.child.label_pack import MEDIA_TYPES, LabelPack
from api.child.process import ChildTask, run_in_child
from api.context import Context
from api.workflows.publish_label_pages import publish_label_pages
from labels.access import Scope
from lca_db.records.certification.values import LabelArtefact
from lca_db.records.jobs.values import Job
from lca_db.unit_of_work import UnitOfWork


def render_label_pack(context: Context, job: Job) -> dict[str, object]:
    """The hashes of what was rendered; doing it twice gives the same files.

    Raises:
        LabelError: What the renderer refuses (glyphs missing, code not readable).
        ChildFailed: The child died or ran out of its limits.
        Conflict: ``job-attempt-superseded`` for a late twin, which then changes nothing.
    """
    label_id = str(job.input["label_id"])
    scope = Scope.everything("render label", is_test=job.is_test)
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        record = uow.labels.get(label_id)
    pack = LabelPack.from_bytes(run_in_child(ChildTask.RENDER_LABEL_PACK, record.credential or b""))
    hashes: dict[str, object] = {
        name: context.files.put(content) for name, content in pack.files.items()
    }
    now = context.now()
    with UnitOfWork(context.engine, scope) as uow:
        for name, content in pack.files.items():
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
        uow.jobs.succeed(job.id, job.attempt, hashes, now)
        uow.commit()
    publish_label_pages(context, record.label.serial)
    return hashes
