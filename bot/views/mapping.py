"""The form that maps fields: what is typed, what a preview came to, and what is wrong with it."""

import json
from collections.abc import Sequence
from typing import Any, Final

from bot import ids, record_texts, texts
from bot.views.conflicts import field_name
from bot.views.parts import (
    Block,
    actions,
    bullets,
    button,
    choice_input,
    context,
    modal,
    option,
    safe,
    section,
)
from core.domain.hotel import Entity
from core.pms.vendor import Vendor
from core.sync.editing import spelled
from core.sync.mapping import FieldMapping, Problem, Texts, Tried, Wrong, names_of

TYPED_MOST: Final = 3000
SHOWN_MOST: Final = 120
TITLE: Final = "Field Mapping"


def form(vendor: Vendor, entity: Entity, mapping: FieldMapping, result: Sequence[Block] = ()) -> Block:
    """Return the form for one kind of record; `result` stands below what was typed."""
    menu = {
        "type": "static_select",
        "action_id": ids.MAPPING_ENTITY,
        "options": [_option(one) for one in Entity if one in vendor.entities],
        "initial_option": _option(entity),
    }
    blocks = [section(record_texts.MAPPING_INTRO if vendor.read_row else _fixed(vendor), accessory=menu)]
    if vendor.read_row:
        blocks.append(
            _lines(
                f"{ids.MAPPING_FIELDS}:{entity.value}",
                "Fields that differ",
                mapping.fields.get(entity, {}),
                example="status = pick({CI: 'checked_in', CO: 'checked_out'}, state)",
                hint=f"Fields: {', '.join(names_of(entity))}",
            )
        )
    blocks.append(
        _lines(
            f"{ids.MAPPING_EXTRAS}:{entity.value}",
            "Extra fields",
            mapping.extras.get(entity, {}),
            example="channel_number = references[0].value",
            hint="Up to 10 more, read from Innkeeper's own record; the API shows them beside it.",
        )
    )
    blocks += [actions(button("Preview", ids.MAPPING_PREVIEW)), *result]
    blocks.append(context(record_texts.MAPPING_PRIVATE))
    return modal(ids.MAPPING_FORM, TITLE, blocks, submit="Save", metadata=f"{entity.value}.{mapping.version}")


def previewed(tried: Tried | None) -> list[Block]:
    """Return what a mapping made of one record: before and after."""
    if tried is None:
        return [section(record_texts.MAPPING_NONE)]
    if tried.problems:
        return wrong(tried.problems)
    line = tried.line or {}
    shown = [
        f"*{field_name(name)}*:  {_value(sent)}  →  {_value(line.get(_canonical(name)))}"
        for name, sent in tried.sent.items()
    ]
    shown += [f"*{safe(name)}*  →  {_value(value)}" for name, value in tried.extras.items()]
    whole = [
        f"{field_name(name)}: {_value(value)}" for name, value in line.items() if value not in (None, [])
    ]
    return [
        section(f"*On the newest record*\n{bullets(shown)}" if shown else "*The newest record*"),
        context("  ·  ".join(whole)),
    ]


def wrong(problems: Sequence[Problem], tried: int = 0) -> list[Block]:
    """Return what is wrong, a line each."""
    said = [f"❌  {sentence(problem, tried)}" for problem in problems]
    return [section("\n".join(said))]


def sentence(problem: Problem, tried: int = 0) -> str:
    """Return what is wrong with one field, in words."""
    wanted = record_texts.WANTED.get(problem.name, record_texts.WANTED_TEXT)
    flaw = record_texts.MAPPING_FLAWS[problem.flaw].format(column=problem.column, wanted=wanted)
    often = f" (in {problem.failing} of {tried} records)" if tried and problem.failing else ""
    is_name = problem.flaw in (Wrong.UNKNOWN_FIELD, Wrong.NAME, Wrong.TOO_MANY)
    return f"*{safe(problem.name, 40)}* {'' if is_name else ': '}{flaw}{often}".replace("* :", "*:")


def said(text: str) -> Block:
    """Return the modal while something is under way, or at its end."""
    return modal("note", TITLE, [section(text)], submit=None, close="Close")


def _fixed(vendor: Vendor) -> str:
    return record_texts.MAPPING_FIXED.format(vendor=vendor.display_name)


def _option(entity: Entity) -> dict[str, Any]:
    return option(texts.ENTITIES[entity].capitalize(), entity.value)


def _lines(block_id: str, label: str, typed: Texts, *, example: str, hint: str) -> Block:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "multiline": True,
        "max_length": TYPED_MOST,
        "placeholder": {"type": "plain_text", "text": example},
    }
    if typed:
        element["initial_value"] = "\n".join(f"{name} = {text}" for name, text in typed.items())
    return choice_input(block_id, label, element, hint=hint, optional=True)


def _canonical(name: str) -> str:
    return "external_id" if name == "id" else name


def _value(value: object) -> str:
    """Return what stands in a field, of whatever shape the PMS sent it."""
    if isinstance(value, dict) and value.keys() != {"amount", "currency"}:
        return safe(json.dumps(value, ensure_ascii=False, default=str), SHOWN_MOST)
    if isinstance(value, list):
        return safe(", ".join(map(str, value)), SHOWN_MOST)
    return f"_{safe(spelled(value), SHOWN_MOST)}_"
