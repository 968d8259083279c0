"""Signs the head of the public register, recomputed from the stored rows."""

from __future__ import annotations

from api.context import Context
from labels.access import Scope
from labels.credential.keys import Purpose
from labels.errors import CredentialError
from labels.register.audit import RegisterReport, verify_register
from labels.register.checkpoint import Checkpoint, sign_checkpoint
from labels.register.tree import leaf_hash, root_hash
from lca_db.records.register.values import StoredCheckpoint
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("publish checkpoint")


def publish_checkpoint(context: Context) -> StoredCheckpoint | None:
    """The head over all entries; None while the register is empty.

    Raises:
        CredentialError: ``register-leaf-differs`` where stored bytes and leaf hash disagree.
    """
    with UnitOfWork(context.engine, _SCOPE) as uow:
        latest = uow.register.latest_checkpoint()
        size = uow.register.size()
        if not size or (latest is not None and latest.size == size):
            return latest
        leaves = [leaf_hash(entry) for entry in uow.register.list_entries()]
        if leaves != list(uow.register.list_leaves()):
            raise CredentialError("register-leaf-differs")  # a flipped bit must not be signed
        root = root_hash(leaves)
        signed = sign_checkpoint(
            Checkpoint(context.register_origin, len(leaves), root),
            context.signer(Purpose.CHECKPOINT),
        )
        stored = StoredCheckpoint(
            size=len(leaves), root_sha256=root.hex(), note=signed, signed_at=context.now()
        )
        uow.register.add_checkpoint(stored)
        uow.commit()
    return stored


def audit_register(context: Context) -> RegisterReport:
    """Recomputes everything from the stored bytes and holds it to the newest signed head."""
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        entries = uow.register.list_entries()
        latest = uow.register.latest_checkpoint()
    return verify_register(
        entries,
        latest.note if latest else b"",
        origin=context.register_origin,
        key=context.signer(Purpose.CHECKPOINT).public_key,
    )
