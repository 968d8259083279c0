"""The OpenAPI document: one security scheme, problems on every route; committed and diffed."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "What happened and what to do"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Permanent identifier"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "code": {"type": "string"},
                    "pointer": {"type": "string", "description": "JSON Pointer, or sheet and cell"},
                    "detail": {"type": "string"},
                    "parameters": {"type": "object"},
                },
            },
        },
    },
}
_PROBLEM_ANSWER = {
    "description": "A problem (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def describe(app: FastAPI) -> None:
    """Makes ``app.openapi()`` give our document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title="Tanbiao",
        version="1",
        summary="Product carbon footprints, certification and verifiable carbon labels",
        routes=app.routes,
    )
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for operations in schema["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            answers.pop("422", None)
            answers["default"] = _PROBLEM_ANSWER
            if "public" not in operation.get("tags", []):
                operation["security"] = [{"key": []}]
    return schema
