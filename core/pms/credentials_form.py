"""What a person typed into a vendor's form: cleaned, checked field by field, open and secret parted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.secret import Secret
from core.pms.pasted.shapes import shaped
from core.pms.vendor import CredentialField, FieldKind

MISSING = "This is needed."
MISPLACED = "This looks like {what}. What is typed here is shown to your team; leave it out."


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked form: `values` may be shown and stored openly, `secrets` may not.

    A secret field that was left empty holds no secret, and stands among the values.
    """

    values: Mapping[str, str]
    secrets: Mapping[str, Secret]


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """What to say under each field that cannot be right, by field key."""

    texts: Mapping[str, str]


def read(fields: Sequence[CredentialField], raw: Mapping[str, Secret]) -> Typed | FieldErrors:
    """Clean and check every field that was asked for; whatever else was sent is ignored.

    Everything typed comes as a Secret, whichever field it is: a key pasted into the wrong field must not
    show up in a log either.
    """
    cleaned = {field.key: _clean(field, raw.get(field.key)) for field in fields}
    problems = {field.key: problem for field in fields if (problem := _problem(field, cleaned[field.key]))}
    if problems:
        return FieldErrors(problems)
    return Typed(
        values={
            field.key: cleaned[field.key] for field in fields if not field.secret or not cleaned[field.key]
        },
        secrets={
            field.key: Secret(cleaned[field.key]) for field in fields if field.secret and cleaned[field.key]
        },
    )


def _clean(field: CredentialField, typed: Secret | None) -> str:
    """Drop what copying adds: blanks around the value and line breaks inside it."""
    text = typed.reveal() if typed else ""
    return "".join(text.split("\n")).replace("\r", "").strip() or field.default


def _problem(field: CredentialField, text: str) -> str | None:
    if not text:
        return MISSING if field.required else None
    if len(text) > field.max_length:
        return f"At most {field.max_length} characters."
    if field.kind is FieldKind.CHOICE and text not in field.choices:
        return "Choose one of the list."
    if field.refuse and (reason := field.refuse(text)):
        return reason
    what = None if field.secret else shaped(text)
    return MISPLACED.format(what=what) if what else None
