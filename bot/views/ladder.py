"""A test report in words: the rungs, and when one broke, why, how sure, who must act, and what to do."""

from typing import Final

from bot import texts
from bot.views.parts import Block, context, numbered, quoted, safe, section
from core.domain.errors import Layer
from core.pms.bundle import MAX_LENGTH, bundle
from core.pms.diagnosis import Diagnosis, diagnose
from core.pms.report import CheckReport, Failure, Mark
from core.pms.vendor import Vendor

SHOWN_EVIDENCE: Final = 8
"""How many lines of what was seen stand in the thread; the support bundle has them all."""


def rungs(report: CheckReport) -> str:
    """Return the ladder, a line for each rung; what was not tried says so."""
    lines = []
    for rung in report.rungs:
        label = texts.LAYERS[rung.layer]
        label += f" {texts.ENTITIES[rung.entity]}" if rung.entity else ""
        note = "  _not tried_" if rung.mark is Mark.SKIPPED else ""
        lines.append(f"{texts.MARKS[rung.mark]}  {label}{note}")
    return "\n".join(lines)


def explained(vendor: Vendor, report: CheckReport, run: int) -> list[Block]:
    """Return the ladder of a failed test, the `run`th of its attempt, and its explanation."""
    assert report.failure is not None, "only a failed test needs one"
    found = diagnose(vendor, report.failure, report.reference)
    sure = f"*How sure:* {texts.CONFIDENCES[found.confidence]}  ·  {safe(found.because)}"
    blocks = [section(rungs(report))] if report.rungs else []
    blocks += [
        section(f"*{safe(found.title)}*\n{safe(found.explanation)}"),
        section(f"*Who must act:* {texts.PARTIES[found.party]}\n{sure}"),
        section(f"*What to do*\n{numbered([safe(action) for action in found.actions])}"),
    ]
    if found.message:
        blocks.append(section(f"*A message you can send*\n{quoted(found.message)}"))
    return [*blocks, context(*_small_print(found, report.failure, run))]


def remarked(vendor: Vendor, report: CheckReport) -> list[Block]:
    """Return what a passed test found all the same, if anything."""
    if report.remark is None:
        return []
    found = diagnose(vendor, report.remark, report.reference)
    return [
        section(f"⚠️ {_in_short(found)}"),
        *([section(f"*A message you can send*\n{quoted(found.message)}")] if found.message else []),
    ]


def why(vendor: Vendor, report: CheckReport) -> list[Block]:
    """Return a failed test's explanation in short, for where the whole of it can be seen already."""
    assert report.failure is not None, "only a failed test needs one"
    return [section(_in_short(diagnose(vendor, report.failure, report.reference)))]


def _in_short(found: Diagnosis) -> str:
    return (
        f"*{safe(found.title)}.* {safe(found.explanation)}\n"
        f"*Who should act:* {texts.PARTIES[found.party]}. {safe(found.actions[0])}"
    )


def bundled(vendor: Vendor, report: CheckReport, run: int) -> list[Block]:
    """Return the support bundle of a test, to be copied."""
    return [section(texts.SUPPORT_BUNDLE), section(quoted(bundle(vendor, report, run), MAX_LENGTH))]


def in_one_line(vendor: Vendor, code: str) -> str:
    """Return why a person is back at the form."""
    found = diagnose(vendor, Failure(code, Layer.INPUT))
    return f"*{safe(found.title)}.* {safe(found.explanation)}"


def _small_print(found: Diagnosis, failure: Failure, run: int) -> list[str]:
    stopped = f"Test {run}  ·  Stopped at: {texts.TROUBLES[found.cause]}  ·  code: {safe(found.code)}"
    if found.reference:
        stopped += f"  ·  reference: {safe(found.reference)}"
    if failure.request_id:
        stopped += f"  ·  request number of the vendor: {safe(failure.request_id)}"
    # The number of the call stands in the line above already.
    seen = [f"{label} {safe(value, 80)}" for label, value in found.evidence if value != failure.request_id]
    return [*(["Seen: " + "  ·  ".join(seen[:SHOWN_EVIDENCE])] if seen else []), stopped]
