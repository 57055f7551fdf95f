"""The sync in words: a run under way, what it changed, and the history."""

from datetime import datetime
from typing import Final

from bot import ids, record_texts, sync_texts, texts
from bot.views.parts import (
    Block,
    actions,
    bullets,
    button,
    context,
    divider,
    fields,
    header,
    instant,
    mention,
    safe,
    section,
)
from core.domain.errors import Layer
from core.domain.hotel import Entity
from core.pms.diagnosis import diagnose
from core.pms.report import Failure
from core.pms.vendor import Vendor
from core.sync.ending import Outcome
from core.sync.overview import Run, SyncOverview
from core.sync.progress import Part, State, Tally
from core.sync.requests import Cause

HISTORY_MOST: Final = 12
_BARS: Final = "▁▂▃▄▅▆▇█"


def watched(vendor: Vendor, run: Run, now: datetime) -> tuple[str, list[Block]]:
    """Return the message that follows a run: its sentence for notifications, and its blocks."""
    if run.outcome is None:
        title = f"⏳ Syncing with {vendor.display_name}"
        lines = [_part_line(part) for part in run.progress.parts] or ["Starting …"]
        blocks = [section(f"*{title}*\n" + "\n".join(lines))]
        return title, [*blocks, context(_pace(vendor, run, now))]
    title = sync_texts.OUTCOMES[run.outcome]
    blocks = [section(f"*{title}*\n{bullets(_lines(vendor, run))}")]
    return title, [*blocks, context(_small_print(run))]


def summary(vendor: Vendor, overview: SyncOverview) -> list[Block]:
    """Return what the dashboard says of the sync."""
    pairs = [
        ("Records", _counts(overview)),
        ("How often", sync_texts.FREQUENCIES[overview.settings.frequency]),
        ("Next sync", instant(overview.next_at) if overview.open is None else "under way"),
    ]
    if last := overview.last:
        pairs.insert(0, ("Last sync", f"{_badge(last)} {_when(last)}"))
    blocks = [divider(), section("*Sync*"), fields(pairs)]
    if overview.troubled_since:
        blocks.append(section(f"⚠️ Not up to date since {instant(overview.troubled_since)}."))
    if (running := overview.open) is not None:
        blocks.append(context(f"⏳ {_now(running)}"))
    if last and (told := _lines(vendor, last)):
        blocks.append(section(bullets(told)))
    if chart := _chart(overview):
        blocks.append(context(chart))
    return blocks


def controls(overview: SyncOverview) -> list[Block]:
    """Return the dashboard's buttons for whoever may sync."""
    row = actions(
        button("Sync Now", ids.SYNC_NOW, style="primary"),
        button("Sync Settings", ids.SYNC_SETTINGS),
        button("Field Mapping", ids.MAPPING),
        button("History", ids.SYNC_HISTORY),
    )
    if not overview.conflicts:
        return [row]
    told = record_texts.CONFLICTS_WAIT.format(count=overview.conflicts)
    return [section(told, accessory=button("Conflicts", ids.CONFLICTS)), row]


def history(vendor: Vendor, overview: SyncOverview) -> list[Block]:
    """Return the latest runs, a paragraph each."""
    if not overview.runs:
        return [section("No sync has run yet. The first one starts by itself within a minute.")]
    blocks: list[Block] = [header("Latest syncs")]
    for run in overview.runs[:HISTORY_MOST]:
        told = "; ".join(_lines(vendor, run)) or "nothing yet"
        blocks.append(
            section(
                f"*{_badge(run)}*  ·  {_when(run)}  ·  {sync_texts.CAUSES[Cause(run.stored.cause)]}\n{told}"
            )
        )
        blocks.append(context(_small_print(run)))
    return blocks


def _part_line(part: Part) -> str:
    name = texts.ENTITIES[part.entity].capitalize()
    match part.state:
        case State.WAITING:
            return f"▫️  {name}"
        case State.RUNNING:
            return f"⏳  {name}: {part.tally.read:,} read, page {part.pages + 1}"
        case State.REFUSED:
            return f"❌  {name}: these credentials may not read them"
        case State.DONE:
            return f"✅  {name}: {_in_words(part.tally, part.entity) or 'nothing changed'}"


def _pace(vendor: Vendor, run: Run, now: datetime) -> str:
    if pause := run.progress.pause:
        why = diagnose(vendor, Failure(pause.code, Layer.HTTP))
        return f"Waiting: {safe(why.title)}. I look again {instant(pause.until)}, by myself."
    started = run.stored.started_at
    seconds = (now - started).total_seconds() if started else 0
    read = run.total.read
    rate = f"  ·  {read / seconds:,.0f} records a second" if seconds >= 1 and read else ""
    allowed = f"{vendor.rate_limit.requests:,} calls in {vendor.rate_limit.per_s:g} s"
    return f"{read:,} records read{rate}  ·  {vendor.display_name} allows {allowed}"


def _now(run: Run) -> str:
    part = run.progress.current
    if run.progress.pause:
        return "A sync is under way and waits for the PMS."
    name = f": {texts.ENTITIES[part.entity]}" if part else ""
    return f"A sync is under way{name}, {run.total.read:,} records read so far."


def _lines(vendor: Vendor, run: Run) -> list[str]:
    """Return what a run came to, in plain words."""
    lines = []
    for part in run.progress.parts:
        name = texts.ENTITIES[part.entity]
        if part.state is State.REFUSED:
            lines.append(f"{name.capitalize()} could not be read: the credentials do not reach them")
        elif words := _in_words(part.tally, part.entity):
            lines.append(words)
        if part.code == "sync.doubtful":
            lines.append(
                f"Many {name} seem to be missing at {vendor.display_name}. Nothing was taken away here yet; "
                "the next complete reading decides"
            )
    if run.stored.code and run.outcome and not run.outcome.went_well:
        lines.append(safe(diagnose(vendor, Failure(run.stored.code, Layer.HTTP)).title))
    if not lines and run.outcome is Outcome.COMPLETE:
        lines.append("Nothing has changed")
    return lines


def _in_words(tally: Tally, entity: Entity) -> str:
    """Return `12 new bookings, 3 moved dates, 2 cancelled`; empty when nothing happened."""
    one_kind = texts.ENTITIES[entity]
    said = []
    if tally.new:
        said.append(f"{tally.new:,} new {one_kind if tally.new != 1 else one_kind[:-1]}")
    for kind, words in sync_texts.KINDS.items():
        count = tally.kinds.get(kind, 0)
        if count:
            said.append(f"{count:,} {words}")
    if tally.set_aside:
        said.append(f"{tally.set_aside:,} could not be understood and were set aside")
    if not said:
        return ""
    return ", ".join(said) if tally.new else f"{one_kind.capitalize()}: {', '.join(said)}"


def _counts(overview: SyncOverview) -> str:
    told = [f"{count:,} {texts.ENTITIES[entity]}" for entity, count in sorted(overview.counts.items())]
    return ", ".join(told) or "none yet"


def _badge(run: Run) -> str:
    return sync_texts.OUTCOME_BADGES[run.outcome] if run.outcome else "⏳ Under way"


def _when(run: Run) -> str:
    return instant(run.stored.ended_at or run.stored.started_at or run.stored.requested_at)


def _small_print(run: Run) -> str:
    parts = [f"{run.total.read:,} records read"]
    if run.total.outside:
        parts.append(f"{run.total.outside:,} of them outside what you chose")
    if run.took:
        parts.append(f"in {max(1, round(run.took.total_seconds())):,} s")
    if run.stored.by_user_id:
        parts.append(f"asked for by {mention(run.stored.by_user_id)}")
    numbers = [number for part in run.progress.parts for number in part.request_ids][-1:]
    parts += [f"the PMS's own number: {safe(number)}" for number in numbers]
    return "  ·  ".join(parts)


def _chart(overview: SyncOverview) -> str:
    """Return the latest runs as bars of how much they changed, the oldest first."""
    ended = [run for run in reversed(overview.runs) if run.outcome]
    if len(ended) < 3:
        return ""
    sizes = [run.total.new + run.total.changed + run.total.gone for run in ended]
    most = max(sizes) or 1
    bars = "".join(
        _BARS[round(size / most * (len(_BARS) - 1))] if run.outcome and run.outcome.went_well else "✕"
        for run, size in zip(ended, sizes, strict=True)
    )
    failed = round((overview.error_share or 0) * 100)
    return f"Changes in the last {len(ended)} syncs: {bars}  ·  {failed} % failed"
