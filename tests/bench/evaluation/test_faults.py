"""The fault matrix: every diagnosis is the right one, none is unknown, and the score can be missed."""

from dataclasses import replace
from typing import Final

import pytest

from bench.evaluation.faults import GOAL_SHARE, Case, judge, scored
from bench.evaluation.network import Certificates
from bench.evaluation.verdicts import AT_THE_VENDOR, MISTAKES, ON_THE_LINE, Verdict, expected
from bench.evaluation.ways import networks
from bot.playground.rehearsals import REHEARSALS
from core.domain.hotel import VendorKey
from core.pms.diagnosis import Diagnosis
from core.pms.guide import Cause, Confidence, Move, Party
from core.pms.report import CheckReport

FASTEST_PROMISE_S: Final = 15
RIGHTLY_WELL: Final = {"made without names of guests"}
"""What the playground calls a failure, and is a test that passes: bookings come without names."""


async def test_every_fault_at_every_vendor_is_diagnosed_in_time() -> None:
    """Over a faulty network and over live sandboxes: layer, actor and first action; nothing unknown."""
    cases = await judge()
    assert [str(case) for case in cases if not (case.is_cause_right and case.is_action_right)] == []
    assert [str(case) for case in cases if case.is_unknown] == []
    assert max(case.report.took_ms for case in cases) < FASTEST_PROMISE_S * 1000
    assert len({case.fault for case in cases}) >= 16
    for fault in (*ON_THE_LINE, *AT_THE_VENDOR):
        assert {case.vendor for case in cases if case.fault == fault} == set(VendorKey)
    assert all(result.met is not False for result in scored(cases))
    _a_wrong_verdict_is_counted(cases)
    for case in cases:
        assert case.said is not None
        assert case.said.message is not None or case.said.party is Party.YOU
        assert case.said.evidence or case.fault in {why for _, why in MISTAKES}


def _a_wrong_verdict_is_counted(cases: list[Case]) -> None:
    """The control, on the very cases that were just played: expectations that are wrong miss the goal."""
    wrong = [
        replace(case, wanted=_other(case.wanted)) if place % 20 == 0 else case
        for place, case in enumerate(cases)
    ]
    share = next(result for result in scored(wrong) if result.name == "Right layer, actor and first action")
    assert share.value < GOAL_SHARE
    assert share.met is False
    assert share.remark.count("not ") >= len(cases) // 20


def _other(wanted: Verdict) -> Verdict:
    return replace(wanted, move=Move.RETRY, cause=Cause.INNKEEPER)


@pytest.mark.parametrize("part", ["cause", "party", "move"])
def test_each_part_of_a_verdict_counts(part: str) -> None:
    """Layer, actor and action: one of them wrong is wrong."""
    right = Verdict(Cause.DNS, Party.US, Move.WAIT)
    others = {"cause": Cause.TCP, "party": Party.YOU, "move": Move.RETRY}
    case = Case(VendorKey.MEWS, "no such name", right, _report(), _said())
    off = replace(case, wanted=replace(right, **{part: others[part]}))  # type: ignore[arg-type]  # by name
    assert (case.is_cause_right, case.is_action_right) == (True, True)
    assert (off.is_cause_right, off.is_action_right) == (part != "cause", part == "cause")


def test_a_fault_that_passes_is_missed_and_unknown() -> None:
    case = Case(VendorKey.MEWS, "refused", expected(VendorKey.MEWS, "refused"), _report(), None)
    assert (case.is_cause_right, case.is_action_right, case.is_unknown) == (False, False, True)


def test_every_fault_and_every_rehearsed_mistake_has_an_expected_verdict() -> None:
    assert networks(Certificates()).keys() == ON_THE_LINE.keys()
    rehearsed = {(key, why) for key, one in REHEARSALS.items() for why, _, _ in one.fails}
    assert {why for _, why in rehearsed - MISTAKES.keys()} <= RIGHTLY_WELL


def _report() -> CheckReport:
    return CheckReport(took_ms=5)


def _said() -> Diagnosis:
    return Diagnosis(
        code="dns.failed",
        cause=Cause.DNS,
        party=Party.US,
        confidence=Confidence.LIKELY,
        because="",
        title="",
        explanation="",
        move=Move.WAIT,
        actions=("",),
        message=None,
        evidence=(),
    )
