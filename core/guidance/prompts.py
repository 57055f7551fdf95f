"""What is said to a model: one Markdown file for each task, with its purpose, inputs and version in front.

The text has two parts, `## System` (rules, then what changes least: servers keep a common beginning) and
`## User`. Whatever a person wrote stands in it as a JSON string. Files of one task are numbered, never
changed once released; the hash of the file goes with every answer.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.guidance.checks import SCHEMAS, Answered

_BESIDE: Final = Path(__file__).with_name("prompts")
FOLDER: Final = _BESIDE if _BESIDE.is_dir() else Path(__file__).parent.parent.parent / "prompts"
"""Beside this file where the product is installed, at the root of a checkout."""

NEWEST: Final[Mapping[str, str]] = {"answer": "answer.v1", "explain": "explain.v1", "intent": "intent.v1"}
"""The file in use for each task."""

_FILE: Final = re.compile(
    r"---\n(?P<front>.*?)\n---\n+## System\n(?P<system>.*?)\n## User\n(?P<user>.*)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A prompt with its blanks filled in, ready to be sent."""

    system: str
    user: str
    schema: type[Answered]
    temperature: float
    max_tokens: int
    fingerprint: str

    @property
    def most_tokens(self) -> int:
        """How many tokens asking this can cost, at four characters each, as is usual."""
        return (len(self.system) + len(self.user)) // 4 + self.max_tokens


@dataclass(frozen=True, slots=True)
class Prompt:
    """One file. `inputs` are exactly the blanks of its text; `fingerprint` is the hash of its bytes."""

    id: str
    version: int
    purpose: str
    inputs: frozenset[str]
    schema: type[Answered]
    temperature: float
    max_tokens: int
    system: str
    user: str
    fingerprint: str

    def fill(self, **values: Any) -> Filled:
        """Return the prompt with these values in its blanks.

        Raises: ValueError when they are not exactly the declared inputs.
        """
        if values.keys() != self.inputs:
            raise ValueError(f"{self.id} takes {sorted(self.inputs)}, not {sorted(values)}")
        return Filled(
            _environment().from_string(self.system).render(values),
            _environment().from_string(self.user).render(values),
            self.schema,
            self.temperature,
            self.max_tokens,
            self.fingerprint,
        )


@cache
def load(task: str) -> Prompt:
    """Return the newest prompt of a task."""
    raw = (FOLDER / f"{NEWEST[task]}.md").read_bytes()
    parts = _FILE.fullmatch(raw.decode("utf-8"))
    if parts is None:
        raise ValueError(f"{NEWEST[task]} has no front matter, System and User part")
    front = yaml.safe_load(parts["front"])
    return Prompt(
        id=f"{front['id']}.v{front['version']}",
        version=front["version"],
        purpose=front["purpose"],
        inputs=frozenset(front["inputs"]),
        schema=SCHEMAS[front["output"]],
        temperature=float(front["temperature"]),
        max_tokens=front["max_tokens"],
        system=parts["system"].strip(),
        user=parts["user"].strip(),
        fingerprint=hashlib.sha256(raw).hexdigest(),
    )


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    """Return the template engine: no attribute leads out of it, and a blank that is not filled fails."""
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["tojson"] = _as_json  # Jinja's own writes for web pages: an apostrophe becomes a code
    return made


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
