"""Questions about records that were changed here and in the PMS: asked in the channel, shown in private."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot import ids, record_texts, texts
from bot.views.parts import Block, actions, bullets, button, context, divider, instant, modal, safe, section
from core.domain.events import ConflictFound
from core.domain.hotel import Entity
from core.pms.vendor import Vendor
from core.store.edits import Edit
from core.sync.conflicts import Settlement
from core.sync.editing import Question, spelled

_SLACK_USER: Final = re.compile(r"[UW][A-Z0-9]{4,}")


def notice(vendor: Vendor, event: ConflictFound) -> tuple[str, list[Block]]:
    """Return the question as the channel reads it: without what names somebody."""
    title = _title(vendor, event.entity, event.record)
    lines = []
    for one in event.fields:
        if one.ours is None or one.theirs is None:
            who = _who(one.by_whom)
            lines.append(f"*{field_name(one.field)}*, by {who}: {record_texts.WITHHELD}")
        else:
            lines.append(_line(vendor, one.field, one.ours, one.theirs, one.by_whom, one.made_at))
    private = any(one.ours is None for one in event.fields)
    return title, [
        section(f"*{title}*\n{bullets(lines)}"),
        _answers(event.conflict_id, event.version, private=private),
        context(record_texts.CONFLICT_RULE.format(vendor=vendor.display_name)),
    ]


def asked(vendor: Vendor, question: Question) -> list[Block]:
    """Return the question with all its values: for one person alone."""
    lines = [_contested(vendor, edit) for edit in question.contested]
    title = _title(vendor, question.conflict.entity, question.record)
    return [
        section(f"*{title}*\n{bullets(lines)}"),
        _answers(question.conflict.id, question.conflict.version, private=False),
    ]


def listed(vendor: Vendor, questions: Sequence[Question], said: str = "") -> Block:
    """Return the modal with open questions, the oldest first; `said` is what came of the last answer."""
    blocks: list[Block] = [section(said)] if said else []
    if not questions:
        blocks = blocks or [section(record_texts.NO_CONFLICTS)]
        return modal("note", "Conflicts", blocks, submit=None, close="Close")
    for question in questions:
        blocks += [*asked(vendor, question), divider()]
    blocks.append(context(record_texts.CONFLICT_RULE.format(vendor=vendor.display_name)))
    return modal("note", "Conflicts", blocks, submit=None, close="Close")


def settled(vendor: Vendor, question: Question) -> str:
    """Return what stands where the question stood."""
    conflict = question.conflict
    return record_texts.CONFLICT_SETTLED[Settlement(conflict.settlement or Settlement.AGREED)].format(
        record=record_name(conflict.entity, question.record),
        vendor=vendor.display_name,
        who=_who(conflict.settled_by) if conflict.settled_by else record_texts.BY_RULE,
    )


def record_name(entity: Entity, record: str) -> str:
    """Return `Booking HA-10042`."""
    return f"{texts.ENTITIES[entity].capitalize()[:-1]} {safe(record)}"


def field_name(field: str) -> str:
    """Return a field's name as people read it."""
    return record_texts.FIELD_NAMES.get(field, field.replace("_", " ")).capitalize()


def _title(vendor: Vendor, entity: Entity, record: str) -> str:
    return "✍️ " + record_texts.CONFLICT.format(record=record_name(entity, record), vendor=vendor.display_name)


def _contested(vendor: Vendor, edit: Edit) -> str:
    ours, theirs = spelled(edit.ours), spelled(edit.theirs)
    return _line(vendor, edit.field, ours, theirs, edit.by_whom, edit.made_at)


def _line(vendor: Vendor, field: str, ours: str, theirs: str, by_whom: str, made_at: datetime) -> str:
    if field == "status":
        ours, theirs = (value.replace("_", " ") for value in (ours, theirs))
    return (
        f"*{field_name(field)}*: here *{safe(ours)}*, by {_who(by_whom)} {instant(made_at)}; "
        f"in {vendor.display_name} *{safe(theirs)}*"
    )


def _who(by_whom: str) -> str:
    """Return a member of the workspace as a mention, and whoever came through the API by name."""
    return f"<@{by_whom}>" if _SLACK_USER.fullmatch(by_whom) else safe(by_whom, 60)


def _answers(conflict_id: str, version: int, *, private: bool) -> Block:
    value = f"{conflict_id}.{version}"
    buttons = [
        button("Keep Ours", ids.KEEP_OURS, value),
        button("Take Theirs", ids.TAKE_THEIRS, value),
    ]
    if private:
        buttons.append(button("Show Values", ids.SHOW_CONFLICT, value))
    return actions(*buttons)
