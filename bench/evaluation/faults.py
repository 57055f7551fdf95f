"""The fault matrix: every way to go wrong, at every vendor; is the cause right, the actor, the first action?

What is expected was written down from what each fault means for whoever stands before it, not from what the
product says. Where an admin typed the address (`TYPED`) others must act than where nobody in the hotel ever
saw it (`SET`).
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.evaluation.network import Certificates, Line, Network, opened
from bench.evaluation.verdicts import AT_THE_VENDOR, DEMO, MISTAKES, ON_THE_LINE, Verdict, expected
from bench.evaluation.ways import answer, networks
from bench.results import Goal, Result
from bot.playground.rehearsals import REHEARSALS
from bot.playground.sandboxes import Sandboxes, open_sandboxes
from core.domain.clock import SystemClock
from core.domain.errors import Layer
from core.domain.hotel import Entity, VendorKey
from core.domain.secret import Secret
from core.net.budget import RateLimit, Sends
from core.net.client import Answer, Call, GuardedClient
from core.net.guard import AddressPolicy
from core.net.ladder import Observer
from core.pms.check import Ladder, check
from core.pms.diagnosis import Diagnosis, diagnose
from core.pms.registry import Registry
from core.pms.report import CheckReport
from core.pms.sandbox.allowance import Allowance
from core.pms.sandbox.faults import Fault
from core.pms.vendor import Access, PmsAdapter

GOAL_SHARE: Final = 0.98
TYPED_ADDRESS: Final = "https://pms.hotel-aurora.com"
DEMO_ADDRESS: Final = {"MEWS_URL": "https://api.mews-demo.com"}
AT_ONCE: Final = 4
"""How many cases run at a time, so that no handshake waits for a processor until it counts as failed."""
WAITING: Final = frozenset(
    {"silent name service", "packets vanish", "silent in the handshake", "slow headers", "half an answer"}
)
"""Faults that only wait; all of them may do so at once."""

Open = Callable[[Observer], Sends]
Wanted = Callable[[VendorKey, str], Verdict]


@dataclass(frozen=True, slots=True)
class Case:
    """One fault at one vendor: what was expected and what was said."""

    vendor: VendorKey
    fault: str
    wanted: Verdict
    report: CheckReport
    said: Diagnosis | None

    @property
    def is_cause_right(self) -> bool:
        """Whether the finer layer is the right one."""
        return self.said is not None and self.said.cause is self.wanted.cause

    @property
    def is_action_right(self) -> bool:
        """Whether the right party is told to do the right thing first."""
        return self.said is not None and (self.said.party, self.said.move) == (
            self.wanted.party,
            self.wanted.move,
        )

    @property
    def is_unknown(self) -> bool:
        """Whether something went wrong and nothing could be said of it."""
        return self.said is None or "no words for" in self.said.because

    def __str__(self) -> str:
        """Say what was wrong."""
        said = self.said
        told = f"{said.code}: {said.cause}, {said.party}, {said.move}" if said else "passed"
        wanted = self.wanted
        return f"{self.vendor.value}/{self.fault}: {told}; not {wanted.cause}, {wanted.party}, {wanted.move}"


async def judge(wanted: Wanted = expected) -> list[Case]:
    """Play every fault to every vendor and return what was said of each."""
    lines, vendors = await asyncio.gather(_on_the_line(wanted), _at_the_vendors(wanted))
    return [*lines, *vendors]


async def _demo(certificates: Certificates, wanted: Wanted) -> Case:
    """Type tokens of production where Innkeeper is set to Mews's demo."""
    refuses = Network(answer("401 Unauthorized", b'{"Message": "Unauthorized"}'))
    async with opened(refuses, certificates) as line:
        report = await _test(VendorKey.MEWS, REHEARSALS[VendorKey.MEWS].form, DEMO_ADDRESS, line.client)
    return _case(VendorKey.MEWS, DEMO, wanted(VendorKey.MEWS, DEMO), report)


async def _on_the_line(wanted: Wanted) -> list[Case]:
    """Play what goes wrong on the way, whatever vendor is behind it."""
    certificates, at_once = Certificates(), asyncio.Semaphore(AT_ONCE)
    ways = networks(certificates)
    assert ways.keys() == ON_THE_LINE.keys(), "every fault has an expected verdict"

    async def play(line: Line, key: VendorKey, fault: str) -> Case:
        async with contextlib.nullcontext() if fault in WAITING else at_once:
            typed = {name: text.format(url=TYPED_ADDRESS) for name, text in REHEARSALS[key].form.items()}
            return _case(key, fault, wanted(key, fault), await _test(key, typed, {}, line.client))

    async with contextlib.AsyncExitStack() as stack:
        lines = {
            name: await stack.enter_async_context(opened(way, certificates)) for name, way in ways.items()
        }
        playing = [play(line, key, fault) for fault, line in lines.items() for key in REHEARSALS]
        return [*await asyncio.gather(*playing), await _demo(certificates, wanted)]


async def _at_the_vendors(wanted: Wanted) -> list[Case]:
    """Play what goes wrong at the vendors themselves, in their own words."""
    async with open_sandboxes() as sandboxes:
        played = await asyncio.gather(*(_at(sandboxes, key, wanted) for key in sandboxes.urls))
        return [case for cases in played for case in cases]


async def _at(sandboxes: Sandboxes, key: VendorKey, wanted: Wanted) -> list[Case]:
    vendor, faults, typed = Registry({})[key], sandboxes.faults[key], sandboxes.form(key)
    allowance = _allowance(vendor.rate_limit)
    spared = min(vendor.entities, key=lambda one: one is not Entity.GUESTS)

    async def play(name: str, typed: Mapping[str, str]) -> Case:
        def client(observe: Observer) -> Sends:
            guarded = GuardedClient(AddressPolicy("development", sandboxes.loopback), observe=observe)
            return _Paced(guarded, allowance)

        return _case(key, name, wanted(key, name), await _test(key, typed, sandboxes.addresses, client))

    cases = []
    for name in AT_THE_VENDOR:
        fault = Fault(name)
        faults.on(fault, entity=spared.value if fault is Fault.FORBIDDEN else None)
        cases.append(await play(name, typed))
        faults.clear()
    for why, field, instead in REHEARSALS[key].fails:
        if (key, why) in MISTAKES:
            cases.append(await play(why, {**typed, field: instead}))
    return cases


async def _test(
    key: VendorKey, typed: Mapping[str, str], addresses: Mapping[str, str], client: Open
) -> CheckReport:
    """Run the connection test, as the wizard does, with what is typed."""
    vendor = Registry({})[key]
    values = {field.key: typed.get(field.key, "") for field in vendor.fields if not field.secret}
    secrets = {field.key: Secret(typed.get(field.key, "")) for field in vendor.fields if field.secret}
    connect = vendor.connect
    assert connect is not None

    def open_line(observe: Callable[[Layer], None]) -> PmsAdapter:
        return connect(Access(values, secrets, client(observe), SystemClock(), addresses))

    return await check(Ladder(tuple(sorted(vendor.entities))), open_line)


def _case(key: VendorKey, fault: str, wanted: Verdict, report: CheckReport) -> Case:
    failure = report.failure
    said = diagnose(Registry({})[key], failure, report.reference) if failure else None
    return Case(key, fault, wanted, report, said)


class _Paced:
    """A client that keeps below a sandbox's limit by itself; the product's own way takes a database."""

    def __init__(self, client: GuardedClient, allowance: Allowance) -> None:
        self._client = client
        self._allowance = allowance

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        """Wait for a turn, and send."""
        while (wait_s := self._allowance.spend("all")) is not None:  # noqa: ASYNC110 - time alone opens it
            await asyncio.sleep(wait_s)
        return await self._client.send(call, deadline_s=deadline_s)

    async def aclose(self) -> None:
        """Hang up."""
        await self._client.aclose()


def _allowance(limit: RateLimit) -> Allowance:
    """Return what may be sent: a little less than the sandbox allows, whose clock starts elsewhere."""
    return Allowance(RateLimit(max(1, limit.requests - 1), limit.per_s * 1.1), SystemClock())


def measure() -> list[Result]:
    """Play the whole matrix and return its figures."""
    return scored(asyncio.run(judge()))


def scored(cases: Sequence[Case]) -> list[Result]:
    """Return the figures."""
    total = len(cases)
    wrong = [case for case in cases if not (case.is_cause_right and case.is_action_right)]
    right = Goal("value", least=GOAL_SHARE)
    return [
        Result("Faults played", total, f"cases, {len({case.fault for case in cases})} faults x 6 vendors"),
        Result("Right layer", _share([case.is_cause_right for case in cases]), "share", goal=right),
        Result(
            "Right actor and first action",
            _share([case.is_action_right for case in cases]),
            "share",
            goal=right,
        ),
        Result(
            "Right layer, actor and first action",
            1 - len(wrong) / total,
            "share",
            goal=right,
            remark="; ".join(map(str, wrong)),
        ),
        Result(
            "Unknown errors", sum(case.is_unknown for case in cases), f"of {total}", goal=Goal("value", 0)
        ),
        Result(
            "Slowest verdict", max(case.report.took_ms for case in cases) / 1000, "s", goal=Goal("value", 15)
        ),
    ]


def _share(marks: Sequence[bool]) -> float:
    return sum(marks) / len(marks)
