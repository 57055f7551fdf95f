"""Holds what was really sent and answered against Oracle's Swagger 2.0 documents.

Three things in them cannot be taken at their word: dates have at most 8 characters (Oracle's own examples
have 10), a `date-time` has in OPERA's answers a blank and no offset, and errors have a `language`. In return
an answer may only have fields that are documented, although Swagger would let any other pass.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft4Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT4

from core.domain.secret import Secret
from core.net.client import Answer, Call
from tests import shared

FOLDER = "vendors/specs/ohip"
RELEASES = ("25.5", "26.2")
MODULES = ("oauth", "rsv", "crm", "hsk", "entcfg", "bof", "int")

UNPUBLISHED = {402, 429}
"""Statuses that Oracle describes in words and leaves out of its documents."""

OF_ANY_SERVER = {404, 500, 503}
"""Statuses that the document of the token endpoint does not have, and that every server may give."""

NULL_PATTERN = "~*"
"""In front of the pattern of x-request-id; it means nothing to a regular expression of Python's either."""


class Release:
    """The documents of one OPERA release, all modules."""

    def __init__(self, documents: Iterable[Mapping[str, Any]]) -> None:
        self._documents = [strict(document, _name(document)) for document in documents]
        self._registry: Registry[Any] = Registry().with_resources(
            (_name(document), DRAFT4.create_resource(document)) for document in self._documents
        )
        self._validator: Any = extend(  # type: ignore[no-untyped-call]  # the library leaves it untyped
            Draft4Validator, {"items": self._each_once}
        )
        self._passed: set[tuple[int, str]] = set()
        """Which rows were valid under which schema: the same seeded rows come in page after page."""

    def check_call(self, call: Call) -> None:
        """Fail unless the call is a documented one, with its parameters, its headers and its form."""
        document, operation = self._operation(call)
        given = {
            "query": parse_qsl(urlsplit(call.url).query, keep_blank_values=True),
            "formData": parse_qsl((call.body or b"").decode(), keep_blank_values=True),
            "header": [
                (name.lower(), value.reveal() if isinstance(value, Secret) else value)
                for name, value in call.headers.items()
            ],
        }
        parameters = [self._parameter(document, item) for item in operation.get("parameters", [])]
        for place, pairs in given.items():
            known = {item["name"]: item for item in parameters if item["in"] == place}
            if place == "header":
                known = {name.lower(): item for name, item in known.items()}
            else:
                assert {name for name, _ in pairs} <= known.keys(), f"unknown {place}: {pairs}"
            for name, item in known.items():
                values = [value for other, value in pairs if other == name]
                assert values or not item.get("required"), f"missing {place}: {name}"
                self._check_values(item, values)
        assert call.body is None or "consumes" in operation, "no body belongs here"

    def check_answer(self, call: Call, answer: Answer) -> None:
        """Fail unless the answer is one that the document allows to this call."""
        document, operation = self._operation(call)
        is_token_call = document["basePath"] == "/oauth/v1"
        if answer.status in UNPUBLISHED | (OF_ANY_SERVER if is_token_call else set()):
            return
        assert str(answer.status) in operation["responses"], f"undocumented status {answer.status}"
        response = operation["responses"][str(answer.status)]
        if "$ref" in response:
            response = document["responses"][response["$ref"].rpartition("/")[2]]
        if answer.status == 204:
            assert answer.body == b""
        elif "schema" in response and answer.body:
            assert answer.media_type == "application/json"
            self._check(response["schema"], json.loads(answer.body), "answer")

    def _operation(self, call: Call) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        path = unquote(urlsplit(call.url).path)
        for document in self._documents:
            for template, item in document["paths"].items():
                pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(document["basePath"] + template))
                if re.fullmatch(pattern, path) and call.method.lower() in item:
                    return document, item[call.method.lower()]
        raise AssertionError(f"undocumented operation: {call.method} {path}")

    def _parameter(self, document: Mapping[str, Any], item: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in item:
            return item
        found: Mapping[str, Any] = document["parameters"][item["$ref"].rpartition("/")[2]]
        return found

    def _check_values(self, item: Mapping[str, Any], values: list[str]) -> None:
        is_array = item["type"] == "array"
        assert len(values) <= 1 or (is_array and item["collectionFormat"] == "multi"), item["name"]
        assert len(values) == len(set(values)) or not item.get("uniqueItems"), item["name"]
        schema = item["items"] if is_array else item
        for value in values:
            self._check(_plain(schema), _typed(schema, value), f"parameter {item['name']}")

    def _check(self, schema: Any, value: object, where: str) -> None:
        validator = self._validator(
            schema, registry=self._registry, format_checker=FormatChecker(formats=["date"])
        )
        problems = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(value)]
        assert not problems, f"{where}: {problems[:3]}"

    def _each_once(self, validator: Any, items: Any, rows: object, schema: Any) -> Iterator[ValidationError]:
        """Check a list's rows, but none that has passed before; the schemas live as long as we do."""
        for place, row in enumerate(rows if isinstance(rows, list) else []):
            told = (id(items), json.dumps(row))
            if told in self._passed:
                continue
            problems = list(validator.descend(row, items, path=place))
            yield from problems
            if not problems:
                self._passed.add(told)


@cache
def releases() -> Mapping[str, Release]:
    """Return Oracle's documents by release; none where they are not beside the checkout."""
    return {
        release: Release(
            json.loads((shared.ROOT / FOLDER / f"{release}-trimmed" / f"{module}.json").read_text("utf-8"))
            for module in MODULES
        )
        for release in RELEASES
        if (shared.ROOT / FOLDER / f"{release}-trimmed").exists()
    }


def strict(schema: Any, document: str) -> Any:
    """Return a document without what it does not mean, what it leaves open closed, its $refs made whole."""
    if isinstance(schema, list):
        return [strict(item, document) for item in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: strict(item, document) for name, item in schema.items()}
    if isinstance(reference := told.get("$ref"), str):
        told["$ref"] = document + reference
    if told.get("format") == "date":
        told.pop("maxLength", None)
    if told.get("type") == "object" and "properties" in told:
        told["additionalProperties"] = False
        if "o:errorCode" in told["properties"]:
            told["properties"]["language"] = {"type": "string"}
    return told


def _plain(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a parameter what is JSON schema."""
    kept = {
        name: parameter[name]
        for name in ("type", "enum", "format", "maximum", "minimum", "maxLength", "minLength", "pattern")
        if name in parameter
    }
    if "pattern" in kept:
        kept["pattern"] = kept["pattern"].removeprefix(NULL_PATTERN)
    return kept


def _typed(parameter: Mapping[str, Any], text: str) -> object:
    match parameter["type"]:
        case "integer" if text.isdecimal():
            return int(text)
        case "boolean" if text in ("true", "false"):
            return text == "true"
        case _:
            return text


def _name(document: Mapping[str, Any]) -> str:
    return f"urn:ohip:{document['basePath'].strip('/').replace('/', '-')}"
