"""The description of the API (OpenAPI 3.1), made from the operations that serve it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from bot.api.asked import NO_CONTROLS, Asked
from bot.api.given import Problem
from bot.api.operations import PREFIX, Operation
from bot.api.problems import MEDIA_TYPE, TITLES
from core.domain.access import REQUIRED_ROLE
from core.domain.hotel import Entity
from core.outbound.catalogue import TYPES
from core.outbound.signing import SIGNED

REF: Final = "#/components/schemas/{model}"

_ALWAYS: Final = (401, 403, 422, 429, 503)
_WITH_BODY: Final = (400, 413, 415)
_KEPT: Final = (400, 409)
_RETRY: Final = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
_HEADERS: Final[Mapping[int, Mapping[str, Any]]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    429: _RETRY,
    503: _RETRY,
}
_KEY_PARAMETER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any text of your own. The same request under the same key is done once, and answered "
    "alike for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\u0021-\u007e]+$"},
}
_PATH_PARAMETERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "entity": {"type": "string", "enum": [entity.value for entity in Entity]},
    "runId": {"type": "string", "minLength": 1, "maxLength": 36, "pattern": r"^[0-9a-zA-Z-]+$"},
    "webhookId": {"type": "string", "minLength": 1, "maxLength": 36, "pattern": r"^[0-9a-zA-Z-]+$"},
    "messageId": {"type": "string", "minLength": 1, "maxLength": 40, "pattern": r"^[0-9a-zA-Z_]+$"},
    "externalId": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": NO_CONTROLS},
}


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the description of the operations."""
    listed = tuple(operations)
    paths: dict[str, dict[str, Any]] = {}
    schemas = _schemas(listed)
    for one in listed:
        paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = _operation(one, schemas)
    used = {one.query.__name__ for one in listed if one.query}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Innkeeper",
            "version": "1",
            "description": "A hotel's connection to its PMS, and what is read from it. The hotel and the "
            "role come from the token alone.",
        },
        "paths": paths,
        "webhooks": _webhooks(schemas),
        "components": {
            "schemas": {name: schema for name, schema in schemas.items() if name not in used},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
        "security": [{"token": []}],
    }


def _schemas(operations: tuple[Operation, ...]) -> dict[str, Any]:
    modes: dict[type[BaseModel], JsonSchemaMode] = {Problem: "serialization"}
    for one in operations:
        modes[one.answer] = "serialization"
        modes |= {model: "validation" for model in (one.query, one.body) if model}
    modes |= {type(one.example): "serialization" for one in TYPES.values()}
    _, described = models_json_schema(list(modes.items()), ref_template=REF)
    return dict(described["$defs"])


def _webhooks(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the hotel's own systems are sent, by type."""
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in SIGNED
    ]
    described = {}
    for name, one in TYPES.items():
        schema = {
            "type": "object",
            "required": ["type", "timestamp", "data"],
            "properties": {
                "type": {"const": name},
                "timestamp": {"type": "string", "format": "date-time"},
                "data": {"$ref": REF.format(model=type(one.example).__name__)},
            },
        }
        described[name] = {
            "post": {
                "summary": one.meaning,
                "parameters": headers,
                "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
                "responses": {"2XX": {"description": "Taken; anything else is tried again."}},
            }
        }
    return described


def _operation(one: Operation, schemas: Mapping[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": one.id,
        "summary": one.summary,
        "description": f"Takes the role {REQUIRED_ROLE[one.action].name.lower()} or a higher one.",
        "parameters": [*_path_parameters(one.path), *_query_parameters(one.query, schemas)],
        "responses": {
            str(one.status): _content("It was done.", "application/json", one.answer.__name__),
            **{str(status): _problem(status) for status in _problems(one)},
        },
    }
    if one.is_kept:
        described["parameters"].append(_KEY_PARAMETER)
    if one.body:
        content = {"application/json": {"schema": {"$ref": REF.format(model=one.body.__name__)}}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _problems(one: Operation) -> list[int]:
    found = {*_ALWAYS, *one.problems, *(_WITH_BODY if one.body else ()), *(_KEPT if one.is_kept else ())}
    if "{" in one.path:
        found.add(404)
    return sorted(found)


def _problem(status: int) -> dict[str, Any]:
    described = _content(TITLES[status], MEDIA_TYPE, Problem.__name__)
    return {**described, "headers": _HEADERS[status]} if status in _HEADERS else described


def _content(description: str, media_type: str, model: str) -> dict[str, Any]:
    schema = {"$ref": REF.format(model=model)}
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _PATH_PARAMETERS[name]}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _query_parameters(model: type[Asked] | None, schemas: Mapping[str, Any]) -> list[dict[str, Any]]:
    if model is None:
        return []
    described = schemas[model.__name__]["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "schema": _present(schema),
            **({"description": schema["description"]} if "description" in schema else {}),
        }
        for name, schema in described.items()
    ]


def _present(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that is there: one that is not asked for is left out, never null."""
    kept = {name: value for name, value in schema.items() if name not in ("title", "description", "default")}
    options = [one for one in kept.pop("anyOf", ()) if one != {"type": "null"}]
    return {**kept, **options[0]} if options else kept
