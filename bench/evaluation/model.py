"""`python -m bench.evaluation.model`: whatever the model does, people get the guide's answer in time.

The whole way from the question to the last change of the message is walked with a server that plays each
fault, and with bodies that no server should send. With `--base-url` and `--model`, the questions of
questions.yaml are put to a real server instead, and the gate says whether that model may be used.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final

import structlog
import typer
import yaml
from llmock.pytest_plugin import LLMock
from llmock.testing import LLMockServer
from rich.console import Console

from bench.results import Goal, Result, show
from bot.desks.answering import Answering
from bot.payloads import Caller, Said
from bot.views.parts import section
from core.domain.access import Person, TenantContext
from core.domain.clock import SystemClock
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.guidance.advisor import Advisor
from core.guidance.asking import Asks
from core.guidance.entries import entries
from core.guidance.library import Library
from core.guidance.model import Model, ModelPlace
from core.guidance.sheets import Question, Sheets
from core.jobs import schema
from core.jobs.engine import open_engine
from core.membership import Membership
from core.onboarding.service import OnboardingService
from core.pms.pasted import Spotter
from core.pms.registry import Registry
from core.store import hotels
from core.store.database import Database
from tests.core.guidance.servers import BODIES, answering

QUESTIONS: Final = Path(__file__).with_name("questions.yaml")
STATIC: Final = "What the guide says"
TIRELESS: Final = 10**9
AT_ONCE: Final = 5
"""More would measure how these servers keep each other waiting."""
ASKED: Final = Question("Where do I find the access token?", VendorKey.MEWS)
TENANT: Final = TenantContext("hotel", Person("T1", "U1"))

_GOOD: Final = json.dumps(
    {"in_scope": True, "answer": "You find it in Mews.", "citations": ["mews/where-to-find"]}
)

FAULTS: Final[Mapping[str, Callable[[LLMock], object]]] = {
    "500": lambda mock: mock.fail(500, times=None),
    "503 for good": lambda mock: mock.outage(),
    "429 with a long Retry-After": lambda mock: mock.rate_limit(times=None, retry_after=60),
    "too long a prompt": lambda mock: mock.context_overflow(times=None),
    "hangs": lambda mock: mock.delay(30, times=None),
    "a slow first word": lambda mock: mock.slow_first_token(30, times=None),
    "stalls half-way": lambda mock: mock.reply(_GOOD).stall(after_chunks=3, times=None),
    "drips for a minute": lambda mock: mock.reply("word " * 600, times=None).pace(100),
    "hangs up half-way": lambda mock: mock.reply(_GOOD, times=None).disconnect(after_chunks=3, times=None),
    "ends early": lambda mock: mock.reply(_GOOD, times=None).truncate(after_chunks=3, times=None),
    "a corrupt event": lambda mock: mock.reply(_GOOD, times=None).corrupt(after_chunks=3, times=None),
    "prose instead of JSON": lambda mock: mock.reply("You find it in Settings.", times=None),
    "another schema": lambda mock: mock.reply('{"text": "In Settings."}', times=None),
}


@dataclass
class Notebook:
    """What the person saw, and after how many seconds: stands for Slack."""

    began: float = field(default_factory=time.monotonic)
    seen: list[tuple[float, str]] = field(default_factory=list)

    async def chat_postMessage(self, *, blocks: Any, **_: object) -> dict[str, str]:  # noqa: N802 - Slack's
        """Note a message."""
        self.seen.append((time.monotonic() - self.began, json.dumps(blocks)))
        return {"ts": f"{self.began}"}

    async def chat_update(self, *, blocks: Any, **_: object) -> None:
        """Note a change."""
        self.seen.append((time.monotonic() - self.began, json.dumps(blocks)))

    async def assistant_threads_setStatus(self, **_: object) -> None:  # noqa: N802 - Slack's
        """Show nothing."""

    agents_sessions_setStatus = assistant_threads_setStatus  # noqa: N815 - Slack's


@dataclass(frozen=True)
class Case:
    """One fault: what stood there at the end, and when the first and the last of it came."""

    fault: str
    ended: str
    first_s: float
    last_s: float

    @property
    def is_static(self) -> bool:
        """Whether the guide's answer, alone, is what the person is left with."""
        return STATIC in self.ended and "Written by AI" not in self.ended and "Stop" not in self.ended


async def play() -> list[Case]:
    """Play every fault: those on the wire a few at once, each with a server of its own."""
    _sheets()  # before the clocks run
    async with _open_hotel() as database:
        lanes = asyncio.Semaphore(AT_ONCE)
        on_the_wire = await asyncio.gather(*(_on_the_wire(database, fault, lanes) for fault in FAULTS))
        bodies = [await _ask(database, name, _sending(name)) for name in BODIES]
        nobody = Model(ModelPlace("http://127.0.0.1:9/v1", Secret("none"), "m"))
        return [*on_the_wire, *bodies, await _ask(database, "nobody there", nobody)]


def _sending(name: str) -> Model:
    return answering(lambda _: BODIES[name]())


async def _on_the_wire(database: Database, fault: str, lanes: asyncio.Semaphore) -> Case:
    async with lanes:
        server = await asyncio.to_thread(LLMockServer().start)
        try:
            mock = LLMock(server)
            FAULTS[fault](mock)
            return await _ask(database, fault, Model(ModelPlace(mock.base_url(), Secret("none"), "m")))
        finally:
            await asyncio.to_thread(server.stop)


async def _ask(database: Database, fault: str, model: Model) -> Case:
    clock = SystemClock()
    person = Person("T1", f"U-{fault}")
    service = OnboardingService(database, open_engine(database, clock)[0], clock)
    answers = Answering(database, Membership(database, service, clock), _advisor(model, database), clock)
    said = Said(Caller("T1", person), "D1", fault, ASKED.text, fault)
    notebook = Notebook()
    await answers.answer(
        notebook,  # type: ignore[arg-type]  # as much of Slack as an answer needs
        said,
        TenantContext("hotel", person),
        ASKED,
        (STATIC, [section(STATIC)]),
        {},
    )
    await model.aclose()
    return Case(fault, notebook.seen[-1][1], notebook.seen[0][0], notebook.seen[-1][0])


def _advisor(model: Asks, database: Database) -> Advisor:
    return Advisor(model, _sheets(), database, SystemClock(), Spotter(Registry({})), TIRELESS)


@cache
def _sheets() -> Sheets:
    return Sheets(Library(entries(Registry({}))), Registry({}))


@asynccontextmanager
async def _open_hotel() -> AsyncIterator[Database]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'model.db'}"
        await asyncio.to_thread(schema.prepare, url)
        database = Database.open(url)
        try:
            async with database.system() as unit:
                hotel = hotels.Hotel("hotel", "Hotel", "UTC")
                await hotels.add_hotel(unit, hotel, "T1", SystemClock().now())
            yield database
        finally:
            await database.aclose()


def measure() -> list[Result]:
    """Return the figures of the faults, with everybody concerned keeping quiet."""
    logging.disable(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return scored(asyncio.run(play()))


def scored(cases: list[Case]) -> list[Result]:
    """Return the figures of the faults."""
    wrong = [case.fault for case in cases if not case.is_static]
    return [
        Result(
            "Model faults that did not end in the guide's answer",
            len(wrong),
            f"of {len(cases)}",
            goal=Goal("value", 0),
            remark="; ".join(wrong),
        ),
        Result(
            "Slowest end of a model's fault", max(case.last_s for case in cases), "s", goal=Goal("value", 8.5)
        ),
        Result(
            "Slowest first answer while the model fails",
            max(case.first_s for case in cases),
            "s",
            goal=Goal("value", 1),
        ),
    ]


@dataclass(frozen=True)
class Verdict:
    """What a real model made of one question of the set."""

    asked: str
    is_refusal: bool
    """Whether nothing should have been answered."""
    said: str | None
    cites: frozenset[str]
    gold: frozenset[str]
    took_s: float

    @property
    def is_right(self) -> bool:
        """Whether it was refused, or answered from an entry that answers it."""
        return self.said is None if self.is_refusal else bool(self.cites & self.gold)


async def examine(model: Asks, every: int = 1) -> list[Verdict]:
    """Put the questions of the set to a model, one after the other; every so-manieth where time is short."""
    async with _open_hotel() as database:
        advisor = _advisor(model, database)
        verdicts = []
        for number, asked in enumerate(yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))[::every]):
            vendor = VendorKey(asked["vendor"]) if asked.get("vendor") else None
            began = time.monotonic()
            tenant = TenantContext("hotel", Person("T1", f"U{number}"))
            words = (await advisor.advise(tenant, Question(asked["ask"], vendor))).words
            verdicts.append(
                Verdict(
                    asked["ask"],
                    "refuse" in asked,
                    words.text if words else None,
                    frozenset(entry.id for entry in words.entries) if words else frozenset(),
                    frozenset(asked.get("gold", ())),
                    time.monotonic() - began,
                )
            )
        return verdicts


def gate(verdicts: list[Verdict]) -> list[Result]:
    """Return the figures that a model must reach before hotels read it."""
    answerable = [verdict for verdict in verdicts if not verdict.is_refusal]
    refusable = [verdict for verdict in verdicts if verdict.is_refusal]
    wrong = [verdict.asked for verdict in verdicts if not verdict.is_right]
    return [
        Result(
            "Answered from an entry that answers it",
            _share(answerable),
            f"of {len(answerable)}",
            goal=Goal("value", least=0.90),
            remark="; ".join(wrong[:20]),
        ),
        Result(
            "Refused what must be refused",
            _share(refusable),
            f"of {len(refusable)}",
            goal=Goal("value", least=0.95),
        ),
        Result("Slowest answer", max(verdict.took_s for verdict in verdicts), "s", goal=Goal("value", 8.5)),
    ]


def _share(verdicts: list[Verdict]) -> float:
    return sum(verdict.is_right for verdict in verdicts) / max(1, len(verdicts))


def main(
    base_url: Annotated[
        str, typer.Option(help="A server that speaks Chat Completions; none: faults only.")
    ] = "",
    model: Annotated[str, typer.Option(help="What the model is called there.")] = "",
    key: Annotated[str, typer.Option(envvar="OPENAI_API_KEY", help="Its key, where it wants one.")] = "none",
    every: Annotated[int, typer.Option(min=1, help="Ask each so-manieth question only.")] = 1,
) -> None:
    """Play the faults, or put the questions to a real model; exit with 1 when a goal is missed."""
    if base_url:
        results = gate(asyncio.run(_examined(ModelPlace(base_url, Secret(key), model), every)))
    else:
        results = measure()
    show(results, Console())
    if not all(result.met for result in results):
        raise typer.Exit(1)


async def _examined(place: ModelPlace, every: int) -> list[Verdict]:
    model = Model(place)
    try:
        return await examine(model, every)
    finally:
        await model.aclose()


if __name__ == "__main__":
    typer.run(main)
