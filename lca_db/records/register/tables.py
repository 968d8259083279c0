"""Tables of the public register and of what is signed about it; all append-only."""

from datetime import datetime

from sqlmodel import Field

from lca_db.rows import Row, check, index, table_args, unique
from lca_db.types import Count, Identifier, Octets, Sha256, UtcDateTime


class RegisterEntryRow(Row, table=True):
    """One public fact: its canonical bytes and their RFC 6962 leaf hash; no gap in the index."""

    __tablename__ = "register_entry"
    __table_args__ = table_args(
        check("idx_not_negative", "idx >= 0"), index("ix_register_entry_label_url", "label_url")
    )

    idx: int = Field(sa_type=Count, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str = Field(sa_type=Identifier)
    label_url: str | None = Field(default=None, sa_type=Identifier)
    body: bytes = Field(sa_type=Octets)
    leaf_sha256: str = Field(sa_type=Sha256)


class CheckpointRow(Row, table=True):
    """A signed statement of the register's size and root."""

    __tablename__ = "checkpoint"
    __table_args__ = table_args(check("size_not_negative", "size >= 0"))

    size: int = Field(sa_type=Count, primary_key=True)
    root_sha256: str = Field(sa_type=Sha256)
    note: bytes = Field(sa_type=Octets)
    signed_at: datetime = Field(sa_type=UtcDateTime)


class StatusListRow(Row, table=True):
    """A signed status list, served as it is."""

    __tablename__ = "status_list"
    __table_args__ = table_args(check("expiry_later", "valid_until > valid_from"))

    url: str = Field(sa_type=Identifier, primary_key=True)
    sequence: int = Field(sa_type=Count, primary_key=True)
    content: bytes = Field(sa_type=Octets)
    valid_from: datetime = Field(sa_type=UtcDateTime)
    valid_until: datetime = Field(sa_type=UtcDateTime)


class StatusSlotRow(Row, table=True):
    """A credential's place in a status list, given once and never again."""

    __tablename__ = "status_slot"
    __table_args__ = table_args(
        unique("credential_id"), check("slot_in_list", "slot >= 0 AND slot < 65536")
    )

    list_url: str = Field(sa_type=Identifier, primary_key=True)
    slot: int = Field(sa_type=Count, primary_key=True)
    credential_id: str = Field(sa_type=Identifier)
