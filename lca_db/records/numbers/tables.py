"""Table of the counters that give numbers without gaps."""

from sqlmodel import Field

from lca_db.rows import Row, check, table_args
from lca_db.types import Count, Identifier


class CounterRow(Row, table=True):
    """A number that only grows: entries of the register, numbers of a year, lists of an address."""

    __tablename__ = "counter"
    __table_args__ = table_args(check("value_positive", "value > 0"))

    name: str = Field(sa_type=Identifier, primary_key=True)
    value: int = Field(sa_type=Count)
