"""The CPU of one full wizard click, from the signed request to the drawn thread, beside a bare Bolt listener.

Both sides take the very bytes that Slack would send, in this process and through their whole web app, each
on a SQLite file of its own. The worker does not run: jobs are enqueued and nothing more. CPU is that of the
whole process, so the database's threads count. What puts the attempt back between clicks is not measured.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from starlette.types import ASGIApp

from bench import signed
from bench.attempt import ADA, CANCEL, CONTROL_AFTER, HOTEL, NEXT, VALUES, VERSION, Attempt, Click, at_step
from bench.bare import Draw, bare_web
from bench.results import Goal, Result
from bench.rounds import Comparison, Measure, Plan, compare
from bot.compose import compose
from bot.playground.slack.seed import hotel_seed
from bot.playground.slack.server import create_standin
from bot.playground.slack.serving import serve
from bot.settings import VENDOR_ADDRESSES, Settings
from bot.views.onboarding import Card, Scene, thread
from bot.web import create_web
from core.jobs import schema
from core.onboarding.steps import Step
from core.pms.registry import Registry
from core.store.database import Database

REGISTRY: Final = Registry(VENDOR_ADDRESSES)


class OtherStatementsError(Exception):
    """The product runs other statements than the bare listener: bench/bare.py must follow."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared. `draw` draws the thread where the listener itself does not."""

    web: ASGIApp
    attempt: Attempt
    draw: Callable[[], object] = tuple


async def measure_clicks(folder: Path, plan: Plan) -> list[Result]:
    """Measure a click that only moves on, and one that writes to the audit log, too."""
    return [_result(click, await _measure(folder, click, plan)) for click in (NEXT, CANCEL)]


def _result(click: Click, found: Comparison) -> Result:
    name, ours_ms, bare_ms = f"CPU of a click on {click.label}", found.ours_s * 1e3, found.bare_s * 1e3
    return Result(name, ours_ms, "ms", bare_ms, found.ratio, Goal("ratio", 1.5), found.spread)


async def _measure(folder: Path, click: Click, plan: Plan) -> Comparison:
    bodies = signed.clicks(click, _cards(click.before, VERSION)[-1].blocks)
    async with _ours(folder, click) as ours, _bare(folder, click) as bare:
        run_by_us = await _statements(ours, next(bodies))
        if run_by_us != (run_by_hand := await _statements(bare, next(bodies))):
            raise OtherStatementsError("\n".join([*run_by_us, "by hand:", *run_by_hand]))
        return await compare(_clicking(ours, bodies), _clicking(bare, bodies), plan)


@asynccontextmanager
async def _ours(folder: Path, click: Click) -> AsyncIterator[Side]:
    """Yield the product, composed as in production; it asks Slack once, who its token is."""
    async with serve(create_standin()) as slack:
        values = {
            "database_url": await _new_database(folder / f"ours-{click.label}.db"),
            "pms_encryption_key": "7f" * 31 + "01",
            "slack_bot_token": hotel_seed().bot_token(ADA.workspace_id),
            "slack_signing_secret": signed.SIGNING_SECRET,
            "slack_transport": "http",
            "slack_api_url": f"{slack}/api/",
        }
        settings = Settings(_env_file=None, **values)  # type: ignore[call-arg, arg-type]  # as the environment
        async with compose(settings) as innkeeper:
            web = create_web(innkeeper.database, innkeeper.app, settings.signing_secret, None, _is_connected)
            side = Side(web, Attempt(innkeeper.database, click), lambda: _cards(click.after, VERSION + 1))
            await side.attempt.found()
            yield side


@asynccontextmanager
async def _bare(folder: Path, click: Click) -> AsyncIterator[Side]:
    """Yield the bare listener, on an engine set up like the product's."""
    database = Database.open(await _new_database(folder / f"bare-{click.label}.db"))
    try:
        web = bare_web(database.engine, signed.SIGNING_SECRET, _by_hand(_cards(click.after, VERSION + 1)))
        side = Side(web, Attempt(database, click))
        await side.attempt.found()
        yield side
    finally:
        await database.aclose()


async def _new_database(path: Path) -> str:
    url = f"sqlite:///{path}"
    await asyncio.to_thread(schema.prepare, url)
    return url


async def _is_connected() -> bool:
    return True


def _cards(step: Step, version: int) -> list[Card]:
    return thread(Scene(at_step(step, version), REGISTRY, HOTEL.name, VALUES), step)


def _by_hand(cards: list[Card]) -> Draw:
    """Return the quickest way to draw the same: one literal; only the value of the controls varies."""
    literal = repr([{"text": card.text, "blocks": list(card.blocks)} for card in cards])
    source = f"lambda control: {literal.replace(repr(CONTROL_AFTER), 'control')}"
    draw: Draw = eval(source)  # noqa: S307 - made of our own view, a line above
    return draw


async def _statements(side: Side, body: bytes) -> list[str]:
    """Return what a click makes the database do, apart from beginning transactions."""
    noted: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        noted.append(statement)

    engine = side.attempt.database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    await signed.post(side.web, body)
    sa.event.remove(engine, "before_cursor_execute", note)
    await side.attempt.put_back()
    return [statement for statement in noted if not statement.startswith("BEGIN")]


def _clicking(side: Side, bodies: Iterator[bytes]) -> Measure:
    async def click(times: int) -> list[float]:
        return [await _click(side, next(bodies)) for _ in range(times)]

    return click


async def _click(side: Side, body: bytes) -> float:
    spent_s = await signed.post(side.web, body)
    began_s = time.process_time()
    side.draw()
    spent_s += time.process_time() - began_s
    await side.attempt.put_back()
    return spent_s
