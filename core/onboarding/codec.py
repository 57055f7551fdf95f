"""Steps as JSON and back. The name of the class is the tag; a step of an unknown shape is said to be so."""

from typing import Any, Final, get_args

from pydantic import TypeAdapter, ValidationError

from core.onboarding.steps import Step

_ADAPTERS: Final[dict[str, TypeAdapter[Step]]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Step)}


class UnreadableStepError(Exception):
    """A stored step is of a shape that this version does not know."""


def to_json(step: Step) -> dict[str, Any]:
    """Return a step as JSON values, tagged with its kind."""
    kind = type(step).__name__
    return {"kind": kind, **_ADAPTERS[kind].dump_python(step, mode="json")}


def from_json(stored: Any) -> Step:
    """Return the step that was stored.

    Raises: UnreadableStepError.
    """
    try:
        fields = dict(stored)
        return _ADAPTERS[fields.pop("kind")].validate_python(fields)
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise UnreadableStepError(str(type(error).__name__)) from None
