"""The operations of the committed API as the tests that are generated from it read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Operation:
    """One method on one path."""

    method: str
    path: str
    is_public: bool
    body: Mapping[str, Any]
    schemas: Mapping[str, Any]
    query: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the path's parameters."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def is_write(self) -> bool:
        """Whether the method may change something."""
        return self.method in UNSAFE

    def at(self, ids: Mapping[str, str]) -> str:
        """The path with its parameters filled in."""
        return re.sub(r"{(\w+)}", lambda found: ids[found[1]], self.path)

    @property
    def json_schema(self) -> Mapping[str, Any] | None:
        """The schema of its JSON body, where it has one that is described."""
        content = self.body.get("content", {}).get("application/json")
        return None if content is None else self.resolved(content["schema"])

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """A schema with its reference followed."""
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
        return schema


def operations(app: FastAPI) -> Iterator[Operation]:
    """Every operation of the JSON API."""
    document = app.openapi()
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            yield Operation(
                method=method.upper(),
                path=path,
                is_public="security" not in described,
                body=described.get("requestBody", {}),
                schemas=schemas,
                query=frozenset(
                    p["name"] for p in described.get("parameters", ()) if p["in"] == "query"
                ),
            )
