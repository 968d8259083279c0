"""Threat 10: no member beyond those of the wire model reaches a table.

To every writing operation every column of every table is sent, at the top of the body and inside
each of its objects: 422 with each of them named, and not one row has changed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from sqlalchemy import MetaData

from tests.support.api_routes import Operation, operations
from tests.support.instance import Instance
from tests.support.outsiders import contents
from tests.support.right_requests import ids_of, right_requests, writes

OPEN_MAPS = frozenset({"assemblies", "credential", "by_grade", "name", "names", "description"})


def columns(instance: Instance) -> set[str]:
    """Every column there is, and what such attacks usually name."""
    metadata = MetaData()
    metadata.reflect(instance.context.engine)
    names = {column.name for table in metadata.sorted_tables for column in table.columns}
    return {*names, "tenant", "tenant_id", "role", "roles", "is_admin", "__class__"}


def of_right(instance: Instance) -> set[str]:
    """Members that some wire model has: sent in the wrong place they are refused there too."""
    schemas = instance.app.openapi()["components"]["schemas"].values()
    return {name for schema in schemas for name in schema.get("properties", {})}


def objects_of(body: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Places of the objects in a body that have a wire model, the body itself first."""
    if isinstance(body, dict):
        if place[-1:] != ("stages",) and not OPEN_MAPS & set(place[-1:]):
            yield place
        for name, value in body.items():
            yield from objects_of(value, (*place, name))
    elif isinstance(body, list) and body:
        yield from objects_of(body[0], (*place, 0))


def with_members(body: dict[str, Any], place: tuple[Any, ...], names: set[str]) -> dict[str, Any]:
    """The body with these members more at a place."""
    changed = copy.deepcopy(body)
    target: Any = changed
    for step in place:
        target = target[step]
    target.update(dict.fromkeys(names, "1"))
    return changed


def test_threat_10_no_column_of_a_table_can_be_sent(issued_instance: Instance) -> None:
    instance = issued_instance
    operations_to_try = writes(instance)
    right = right_requests(instance)
    ids = ids_of(instance)
    names = columns(instance) - of_right(instance)
    assert {"state", "is_test", "person_id", "tenant"} <= columns(instance)
    before = contents(instance.context.engine)
    tried = 0
    for operation in operations_to_try:
        request = right.get(str(operation))
        if request is None or request.body is None:
            continue
        for place in objects_of(request.body):
            if "credential" in place:
                continue  # a document of somebody else's, judged as it is
            body = with_members(request.body, place, names)
            answer = instance.send(operation.method, operation.at(ids), request.person, body)
            assert answer.status_code == 422, (str(operation), place, answer.text)
            refused = {
                error["pointer"].rsplit("/", 1)[1]
                for error in answer.json()["errors"]
                if error["code"] == "member-unknown"
            }
            assert refused == names, (str(operation), place)
            tried += len(names)
    assert tried > 2000
    assert contents(instance.context.engine) == before


def test_threat_10_every_object_of_every_body_is_closed(sqlite_instance: Instance) -> None:
    """The same from the models' side, so that members some model has are covered too."""
    for operation in operations(sqlite_instance.app):
        if operation.json_schema is not None:
            _expect_closed(operation, operation.json_schema, str(operation), 0)


def _expect_closed(operation: Operation, schema: Any, place: str, depth: int) -> None:
    schema = operation.resolved(schema)
    if depth > 8:
        return
    if "properties" in schema:
        assert schema.get("additionalProperties") is False, place
    for name, member in schema.get("properties", {}).items():
        _expect_closed(operation, member, f"{place}/{name}", depth + 1)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            _expect_closed(operation, schema[key], place, depth + 1)
    for key in ("anyOf", "oneOf"):
        for branch in schema.get(key, ()):
            _expect_closed(operation, branch, place, depth + 1)
