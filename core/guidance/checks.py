"""What a model's answer must be before anybody sees any of it; one flaw, and none of it is shown.

The checks know nothing of the model: an answer is read as if a stranger had sent it. What they cannot see is
a wrong meaning in the right words, which is why the cited entry always stands beneath, word for word.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from core.guidance.languages import language_of

LONGEST: Final = 1200
MOST_LINES: Final = 10
MOST_CITATIONS: Final = 3


class Answered(BaseModel):
    """What a model may return: these fields, all of them, and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Answer(Answered):
    """An answer to a question."""

    in_scope: bool
    answer: str
    citations: list[str]


class Intent(Answered):
    """What a text asks for: one of the offered wishes, or `none`."""

    wish: str


SCHEMAS: Final[Mapping[str, type[Answered]]] = {"Answer": Answer, "Intent": Intent}


class Flaw(StrEnum):
    """Why an answer is not shown."""

    SCHEMA = "schema"
    CITATION = "citation"
    LENGTH = "length"
    HIDDEN = "hidden_characters"
    CONTROL = "control_sequence"
    CANARY = "canary"
    SECRET_SHAPE = "secret_shape"  # noqa: S105 - a name
    SECRET_REQUEST = "secret_request"  # noqa: S105 - a name
    ADDRESS = "address"
    FIGURE = "figure"
    LANGUAGE = "language"


class FlawedError(Exception):
    """An answer that must not be shown. Holds nothing of it."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Given:
    """What the model was given: `sources` is everything that each entry says, links too, by its id."""

    sources: Mapping[str, str]
    question: str
    canary: str
    looks_secret: Callable[[str], bool]


def read_answer(text: str, given: Given) -> Answer | None:
    """Return the answer that a model's text holds; None when it says that the question is out of scope.

    Raises: FlawedError.
    """
    answer = _parsed(Answer, text)
    if not answer.in_scope:
        return None
    for flaw, has_it in _CHECKS.items():
        if has_it(answer, given):
            raise FlawedError(flaw)
    return answer


def read_wish(text: str, offered: Mapping[str, str]) -> str | None:
    """Return the wish that a model's text holds; None for `none`.

    Raises: FlawedError when it is none of those that were offered.
    """
    wish = _parsed(Intent, text).wish
    if wish == "none":
        return None
    if wish not in offered:
        raise FlawedError(Flaw.SCHEMA)
    return wish


def narrowed(schema: type[Answered], choices: Sequence[str]) -> dict[str, Any]:
    """Return a schema as JSON, in which citations or the wish can only be one of the choices."""
    written = schema.model_json_schema()
    properties = written["properties"]
    place = properties["wish"] if "wish" in properties else properties["citations"]["items"]
    place["enum"] = list(choices)
    return written


_Kind = TypeVar("_Kind", bound=Answered)


def _parsed(schema: type[_Kind], text: str) -> _Kind:
    try:
        return schema.model_validate_json(text)
    except ValidationError:  # whose words quote the answer
        raise FlawedError(Flaw.SCHEMA) from None


def _cites_badly(answer: Answer, given: Given) -> bool:
    cited = answer.citations
    return not 0 < len(cited) <= MOST_CITATIONS or not set(cited) <= given.sources.keys()


def _is_too_long(answer: Answer, _: Given) -> bool:
    text = answer.answer.strip()
    return not text or len(text) > LONGEST or text.count("\n") >= MOST_LINES


_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _hides_characters(answer: Answer, _: Given) -> bool:
    return any(letter != "\n" and unicodedata.category(letter) in _HIDDEN for letter in answer.answer)


_CONTROL: Final = re.compile(
    r"<\s*[!@#/a-z]|@(?:channel|here|everyone)\b|&(?:lt|gt|amp);|\]\(", re.IGNORECASE
)


def _holds_control_sequences(answer: Answer, _: Given) -> bool:
    """Slack's mentions and links, and the markup of other places."""
    return bool(_CONTROL.search(answer.answer))


def _tells_the_prompt(answer: Answer, given: Given) -> bool:
    return given.canary in re.sub(r"\W", "", answer.answer)


def _looks_secret(answer: Answer, given: Given) -> bool:
    return given.looks_secret(answer.answer)


_ASKS: Final = re.compile(
    r"\b(?:send|share|tell|give|paste|post|reply|type|write|enter|provide|e-?mail|forward|upload|submit|message|"
    r"schick|teil|gib|geben|nenn|schreib|tipp|mail|übermittel|füge?n?|"
    r"envoy|donne|partage|colle|écri|transmet|indique|communique|saisi|"
    r"enví|envi|compart|pegu?|escrib|dame|denos|mand|facilit|"
    r"invi|condivid|incoll|scriv|comunic|forni|stuur|deel|plak|typ|geef|vertel)",
    re.IGNORECASE,
)
_SECRETS: Final = re.compile(
    r"\b(?:api[- ]?key|key|token|secret|password|passcode|credential|"
    r"\w*schlüssel|passw|kennw|zugangsdaten|geheim|clés?\b|mots? de passe|jeton|identifiants|"
    r"clave|contraseñ|credencial|secreto|chiav|credenzial|segret|sleutel|wachtwoord|inloggegevens)",
    re.IGNORECASE,
)
_SAFE_PLACE: Final = re.compile(
    r"enter credentials|edit credentials|\bform\b|\w*formular|formulaire|formulario|\bmodulo\b|formulier",
    re.IGNORECASE,
)
_UNSAFE_PLACE: Final = re.compile(
    r"\b(?:here|chat|thread|messages?|e-?mails?|mail|slack|to me|to us|reply|support|hier|mir|uns|ici|aquí|"
    r"qui|nachricht|correo|courriel|bericht)\b",
    re.IGNORECASE,
)


def _asks_for_a_secret(answer: Answer, given: Given) -> bool:
    """A sentence that would have somebody hand a secret over, unless into the form or in an entry's words."""
    cited = " ".join(given.sources[one] for one in answer.citations).lower()
    for sentence in re.split(r"(?<=[.!?])\s+|\n", answer.answer):
        if not (_ASKS.search(sentence) and _SECRETS.search(sentence)):
            continue
        if sentence.strip().lower() in cited:
            continue
        if not _SAFE_PLACE.search(sentence) or _UNSAFE_PLACE.search(sentence):
            return True
    return False


_ADDRESS: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://[^\s<>|\"')]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:[a-z0-9-]+\.)+[a-z]{2,24}\b(?:/[^\s<>|\"')]*)?",
    re.IGNORECASE,
)


def _leads_elsewhere(answer: Answer, given: Given) -> bool:
    cited = " ".join(given.sources[one] for one in answer.citations)
    known = {found.rstrip(".,;:!?").lower() for found in _ADDRESS.findall(cited)}
    found = {found.rstrip(".,;:!?").lower() for found in _ADDRESS.findall(answer.answer)}
    return not found <= known


_FIGURE: Final = re.compile(r"\d+(?:[.,:]\d+)*")
_NUMBERING: Final = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)


def _has_new_figures(answer: Answer, given: Given) -> bool:
    cited = " ".join(given.sources[one] for one in answer.citations)
    told = _FIGURE.findall(_NUMBERING.sub("", answer.answer))
    return not set(told) <= set(_FIGURE.findall(cited))


def _speaks_otherwise(answer: Answer, given: Given) -> bool:
    asked, told = language_of(given.question), language_of(answer.answer)
    return asked is not None and told is not None and asked != told


_CHECKS: Final[Mapping[Flaw, Callable[[Answer, Given], bool]]] = {
    Flaw.CITATION: _cites_badly,
    Flaw.LENGTH: _is_too_long,
    Flaw.HIDDEN: _hides_characters,
    Flaw.CONTROL: _holds_control_sequences,
    Flaw.CANARY: _tells_the_prompt,
    Flaw.SECRET_SHAPE: _looks_secret,
    Flaw.SECRET_REQUEST: _asks_for_a_secret,
    Flaw.ADDRESS: _leads_elsewhere,
    Flaw.FIGURE: _has_new_figures,
    Flaw.LANGUAGE: _speaks_otherwise,
}
"""In this order: a citation that is not there would trip those that look the cited entries up."""
