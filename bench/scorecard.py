"""`python -m bench.scorecard`: does the connection test name the right layer and the right party?

Every fault that the sandboxes can play is put to every vendor of this version, over real HTTP, and the
verdict is compared with the one written down here. Writes var/scorecard.json.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console

from bench.results import Goal, Result, show, write
from bot.playground.sandboxes import Sandboxes, open_sandboxes
from core.domain.clock import SystemClock
from core.domain.errors import Layer
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.jobs import schema
from core.net.budget import Budget, PacedClient
from core.net.client import GuardedClient
from core.net.guard import AddressPolicy
from core.pms.check import Ladder, check
from core.pms.diagnosis import explain
from core.pms.guide import Party
from core.pms.registry import Registry
from core.pms.report import CheckReport
from core.pms.sandbox.faults import Fault
from core.pms.vendor import Access, PmsAdapter
from core.store.database import Database

FILE: Final = Path("var/scorecard.json")

Verdict = tuple[Layer, frozenset[Party]]


def _verdict(layer: Layer, *parties: Party) -> Verdict:
    return layer, frozenset(parties)


EXPECTED: Final[Mapping[Fault, Verdict]] = {
    Fault.WRONG_KEY: _verdict(Layer.AUTHENTICATION, Party.YOU),
    Fault.EXPIRED_KEY: _verdict(Layer.AUTHENTICATION, Party.YOU),
    Fault.FORBIDDEN: _verdict(Layer.PERMISSIONS, Party.YOU, Party.VENDOR),
    Fault.PROPERTY_MISSING: _verdict(Layer.PROPERTY, Party.YOU, Party.VENDOR),
    Fault.NOT_FOUND: _verdict(Layer.HTTP, Party.YOU, Party.VENDOR, Party.US),
    Fault.RATE_LIMITED: _verdict(Layer.HTTP, Party.US, Party.YOU),
    Fault.SERVER_ERROR: _verdict(Layer.HTTP, Party.VENDOR),
    Fault.UNAVAILABLE: _verdict(Layer.HTTP, Party.VENDOR),
    Fault.DRIP: _verdict(Layer.HTTP, Party.VENDOR),
    Fault.HUGE: _verdict(Layer.HTTP, Party.YOU, Party.VENDOR, Party.US),
    Fault.HTML: _verdict(Layer.HTTP, Party.YOU, Party.YOUR_IT),
    Fault.BROKEN_JSON: _verdict(Layer.HTTP, Party.US, Party.VENDOR),
    Fault.REDIRECT: _verdict(Layer.HTTP, Party.YOU),
    Fault.BREAK_OFF: _verdict(Layer.HTTP, Party.VENDOR, Party.YOUR_IT),
}
"""What the test must say of each fault; several parties where the vendors differ in who can mend it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One fault at one vendor, and what was said of it."""

    vendor: VendorKey
    fault: Fault
    report: CheckReport
    layer_right: bool
    party_right: bool


async def judge() -> list[Case]:
    """Play every fault to every vendor."""
    cases = []
    async with open_sandboxes() as sandboxes, _open_budget() as budget:
        for key in sandboxes.urls:
            for fault, (layer, parties) in EXPECTED.items():
                sandboxes.faults[key].clear()
                sandboxes.faults[key].on(fault, entity="guests" if fault is Fault.FORBIDDEN else None)
                report = await _test(sandboxes, budget, key, account=f"{key.value} {fault.value}")
                failure = report.failure
                vendor = Registry({})[key]
                party = explain(vendor, failure).party if failure else None
                right = failure is not None and failure.layer is layer
                cases.append(Case(key, fault, report, right, party in parties))
    return cases


@asynccontextmanager
async def _open_budget() -> AsyncIterator[Budget]:
    """Keep the sandboxes' limits as the product does, with the book in a database of its own."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'budget.db'}"
        await asyncio.to_thread(schema.prepare, url)
        database = Database.open(url)
        try:
            yield Budget(database, SystemClock())
        finally:
            await database.aclose()


async def _test(sandboxes: Sandboxes, budget: Budget, key: VendorKey, account: str) -> CheckReport:
    vendor = Registry({})[key]
    typed = sandboxes.form(key)
    values = {field.key: typed.get(field.key, "") for field in vendor.fields if not field.secret}
    secrets = {field.key: Secret(typed.get(field.key, "")) for field in vendor.fields if field.secret}
    connect = vendor.connect
    assert connect is not None

    def open_line(observe: Callable[[Layer], None]) -> PmsAdapter:
        client = GuardedClient(AddressPolicy("development", sandboxes.loopback), observe=observe)
        paced = PacedClient(client, budget, account, vendor.rate_limit, SystemClock())
        return connect(Access(values, secrets, paced, SystemClock(), sandboxes.addresses))

    return await check(Ladder(tuple(sorted(vendor.entities))), open_line)


def scored(cases: list[Case]) -> list[Result]:
    """Return the figures."""
    total = len(cases)
    wrong = [case for case in cases if not (case.layer_right and case.party_right)]
    remark = "; ".join(f"{case.vendor.value}/{case.fault.value}: {_said(case)}" for case in wrong)
    slowest = max(case.report.took_ms for case in cases) / 1000
    missed = sum(1 for case in cases if case.report.failure is None)
    return [
        Result(
            "Wrong layer", sum(not case.layer_right for case in cases), f"of {total}", goal=Goal("value", 0)
        ),
        Result(
            "Wrong party",
            sum(not case.party_right for case in cases),
            f"of {total}",
            goal=Goal("value", 0),
            remark=remark,
        ),
        Result("Faults not noticed", missed, f"of {total}", goal=Goal("value", 0)),
        Result("Slowest verdict", slowest, "s", goal=Goal("value", 15)),
    ]


def _said(case: Case) -> str:
    failure = case.report.failure
    if failure is None:
        return "passed"
    return f"{failure.layer.value}, {explain(Registry({})[case.vendor], failure).party.value}"


def main() -> None:
    """Print the card and write it."""
    logging.disable(logging.ERROR)  # the sandboxes misbehave on purpose, and their server says so
    results = scored(asyncio.run(judge()))
    show(results, Console())
    write(results, FILE)


if __name__ == "__main__":
    main()
