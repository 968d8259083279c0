"""Table of the reviews of datasets: one row per step, refused attempts included; append-only.

That two people stand behind a confirmed status holds here too, as a guard (lca_db/guard_list.py).
"""

from datetime import datetime

from sqlmodel import Field

from footprint.inventory import ReviewStatus
from labels.dataset_review import ReviewMove
from lca_db.rows import Row, check, one_of, refers, table_args
from lca_db.types import Count, Flag, Identifier, Octets, Sha256, UtcDateTime

_ONE_STEP_UP = (
    "move NOT IN ('propose', 'confirm')"
    " OR (from_status = 'draft' AND to_status = 'reviewed')"
    " OR (from_status = 'reviewed' AND to_status = 'official')"
)


class DatasetReviewEventRow(Row, table=True):
    """One step about one content; what was said is in ``body``, the columns are what rules need."""

    __tablename__ = "dataset_review_event"
    __table_args__ = table_args(
        refers("person_id", "person.id"),
        refers("organisation_id", "organisation.id"),
        one_of("move", ReviewMove),
        one_of("from_status", ReviewStatus),
        one_of("to_status", ReviewStatus),
        check("one_step_up", _ONE_STEP_UP),
        check("withdrawn_to_draft", "move <> 'withdraw' OR to_status = 'draft'"),
    )

    dataset_id: str = Field(sa_type=Identifier, primary_key=True)
    content_sha256: str = Field(sa_type=Sha256, primary_key=True)
    is_test: bool = Field(sa_type=Flag, primary_key=True)
    number: int = Field(sa_type=Count, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    move: str = Field(sa_type=Identifier)
    from_status: str = Field(sa_type=Identifier)
    to_status: str = Field(sa_type=Identifier)
    person_id: str = Field(sa_type=Identifier)
    organisation_id: str = Field(sa_type=Identifier)
    body: bytes = Field(sa_type=Octets)
