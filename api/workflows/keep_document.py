"""Keeps a document that is named by its hash alone: a signed agreement, a sales record.

Unlike evidence it belongs to no study and is shown to nobody: what names its hash (the agreement
in a case, a posting) can be audited against the kept bytes.
"""

from __future__ import annotations

from api.context import Context
from api.problems import Problem
from api.workflows.add_evidence import MAX_BYTES, MEDIA_TYPES
from labels.access import Actor


def keep_document(context: Context, actor: Actor, media_type: str, content: bytes) -> str:
    """The SHA-256 the document is kept under; the same bytes again are already there.

    Raises:
        Problem: 401 ``sign-in-needed`` for the service itself, 413 ``evidence-too-large``, 415
            ``evidence-type-not-supported``, 422 ``evidence-empty``.
    """
    if not actor.person_id:
        raise Problem(401, "sign-in-needed")
    if not content:
        raise Problem(422, "evidence-empty", "/file")
    if len(content) > MAX_BYTES:
        raise Problem(413, "evidence-too-large", "/file", parameters={"limit": "50"})
    if media_type not in MEDIA_TYPES:
        raise Problem(415, "evidence-type-not-supported", "/file")
    return context.files.put(content)
