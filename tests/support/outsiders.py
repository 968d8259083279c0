"""People of organisations that take part in nothing, one for every role, and what is stored.

They have the roles of the parties of a case, so whatever they are refused, they are refused for
whose object it is. The authority is left out: it may read everything by law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Engine, MetaData

from api.demo.seed import Seeded, seed
from api.demo.world import DemoOrganisation, DemoPerson
from labels.access import Role
from tests.support.instance import Instance

_KINDS = {
    Role.MANUFACTURER: "manufacturer",
    Role.VERIFIER: "verification-body",
    Role.REVIEWER: "certification-body",
    Role.CERTIFIER: "certification-body",
    Role.BANK: "bank",
    Role.ADMINISTRATOR: "operator",
}
_PASSING = frozenset({"session", "sign_in_attempt"})
_WHEN_USED = frozenset({"last_seen_at", "last_used_at"})


def outsider(role: Role) -> str:
    """The outsider with that role."""
    return f"outside.{role}"


OUTSIDERS = tuple(outsider(role) for role in _KINDS)


def with_outsiders(instance: Instance) -> Instance:
    """The instance with one more organisation and person for every role."""
    organisations = tuple(
        DemoOrganisation(
            key=outsider(role),
            kind=kind,
            names={"zh-Hans": f"外人{ordinal}（虚构）", "en": f"Outside {role} (fictional)"},
            legal_id=f"SPECIMEN-OUTSIDE-{role}",
            region="CN-GD",
            accreditation="SPECIMEN-X" if kind.endswith("-body") else "",
            contact="complaints@outside.example" if kind.endswith("-body") else "",
        )
        for ordinal, (role, kind) in zip("甲乙丙丁戊己", _KINDS.items(), strict=True)
    )
    people = tuple(
        DemoPerson(key=outsider(r), name=f"Outsider {r}", organisation=outsider(r), role=r)
        for r in _KINDS
    )
    added = seed(instance.context, organisations, people, with_inventory=False)
    seeded = Seeded(
        {**instance.seeded.organisations, **added.organisations},
        {**instance.seeded.keys, **added.keys},
    )
    return replace(instance, seeded=seeded)


def contents(engine: Engine, *, but: frozenset[str] = _PASSING) -> Mapping[str, list[str]]:
    """Every row of every table as text, to see whether anything changed."""
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: sorted(
                repr([value for name, value in row._mapping.items() if name not in _WHEN_USED])
                for row in connection.execute(table.select())
            )
            for table in metadata.sorted_tables
            if table.name not in but and not table.name.startswith("alembic")
        }
