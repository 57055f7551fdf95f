"""Holds what was really sent and answered against a published OpenAPI document."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema.protocols import Validator
from openapi_schema_validator import (
    OAS30Validator,
    OAS31Validator,
    oas30_format_checker,
    oas31_format_checker,
)
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from core.net.client import Answer, Call

_NAME = "urn:document"


class Document:
    """An OpenAPI 3.0 or 3.1 document; `prefix` is what stands in front of its paths."""

    def __init__(self, document: Mapping[str, Any], prefix: str = "") -> None:
        self._document = document
        self._prefix = prefix
        self._registry: Registry[Any] = Registry().with_resource(
            _NAME, DRAFT202012.create_resource(dict(document))
        )
        self._is_31 = str(document["openapi"]).startswith("3.1")
        self._passed: set[str] = set()
        """What was valid once: the same seeded hotel says the same in test after test."""

    def check_call(self, call: Call) -> None:
        """Fail unless the call is one of the document's operations, with its parameters and its body."""
        operation = self._operation(call)
        given = dict(parse_qsl(urlsplit(call.url).query, keep_blank_values=True, strict_parsing=False))
        known = {
            parameter["name"]: parameter
            for parameter in map(self._followed, operation.get("parameters", []))
            if parameter["in"] == "query"
        }
        assert given.keys() <= known.keys(), f"unknown parameters: {given.keys() - known.keys()}"
        missing = {name for name, parameter in known.items() if parameter.get("required")} - given.keys()
        assert not missing, f"missing parameters: {missing}"
        for name, text in given.items():
            self._check(known[name]["schema"], self._typed(known[name]["schema"], text), f"parameter {name}")
        if "requestBody" in operation:
            content = self._followed(operation["requestBody"])["content"]
            assert call.body is not None, "a body is required"
            self._check(content["application/json"]["schema"], json.loads(call.body), "request body")
        else:
            assert call.body is None, "no body belongs here"

    def check_answer(self, call: Call, answer: Answer) -> None:
        """Fail unless the answer is one that the document allows to this call."""
        responses = self._operation(call)["responses"]
        status = str(answer.status)
        assert status in responses or "default" in responses, f"undocumented status {status}"
        response = self._followed(responses.get(status) or responses["default"])
        for name, header in response.get("headers", {}).items():
            rule, value = self._followed(header), answer.headers.get(name.lower())
            assert value is not None or not rule.get("required"), f"header {name} is missing"
            if value is not None:
                self._check(rule["schema"], value, f"header {name}")
        content = response.get("content", {})
        assert answer.media_type in content, f"undocumented content type {answer.media_type}"
        self._check(content[answer.media_type].get("schema", {}), json.loads(answer.body), "answer")

    def check_value(self, schema: str, value: object) -> None:
        """Fail unless the value fits the named schema of the document."""
        self._check({"$ref": f"#/components/schemas/{schema}"}, value, schema)

    def _operation(self, call: Call) -> Mapping[str, Any]:
        path = unquote(urlsplit(call.url).path)
        assert path.startswith(self._prefix), f"{path} is not below {self._prefix}"
        for template, item in self._document["paths"].items():
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path.removeprefix(self._prefix)) and call.method.lower() in item:
                found: Mapping[str, Any] = item[call.method.lower()]
                return found
        raise AssertionError(f"undocumented operation: {call.method} {path}")

    def _followed(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in item:
            found: Any = self._document
            for step in item["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            item = found
        return item

    def _typed(self, schema: Mapping[str, Any], text: str) -> object:
        is_number = self._followed(schema).get("type") == "integer" and text.isdecimal()
        return int(text) if is_number else text

    def _check(self, schema: Mapping[str, Any], value: Any, where: str) -> None:
        told = f"{json.dumps(schema)}\n{json.dumps(value)}"
        if told in self._passed:
            return
        rooted = json.loads(json.dumps(schema).replace('"$ref": "#/', f'"$ref": "{_NAME}#/'))
        kind: type[Validator] = OAS31Validator if self._is_31 else OAS30Validator
        formats = oas31_format_checker if self._is_31 else oas30_format_checker
        validator = kind(rooted, registry=self._registry, format_checker=formats)
        problems = [
            f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(value)
        ]
        assert not problems, f"{where}: {problems[:3]}"
        self._passed.add(told)
