"""A test report in words: the rungs, and when one broke, why, who must act, and what to do."""

from bot import texts
from bot.views.parts import Block, context, numbered, quoted, safe, section
from core.domain.errors import Layer
from core.pms.diagnosis import explain
from core.pms.report import CheckReport, Failure, Mark
from core.pms.vendor import Vendor


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
    suggestion = explain(vendor, report.failure)
    blocks = [section(rungs(report))] if report.rungs else []
    blocks += [
        section(f"*{safe(suggestion.title)}*\n{safe(suggestion.explanation)}"),
        section(f"*Who must act:* {texts.PARTIES[suggestion.party]}"),
        section(f"*What to do*\n{numbered([safe(action) for action in suggestion.actions])}"),
    ]
    if suggestion.message:
        blocks.append(section(f"*A message you can send*\n{quoted(suggestion.message)}"))
    return [*blocks, context(f"Test {run}  ·  {_reference(report.failure)}")]


def in_one_line(vendor: Vendor, code: str) -> str:
    """Return why a person is back at the form."""
    suggestion = explain(vendor, Failure(code, Layer.INPUT))
    return f"*{safe(suggestion.title)}.* {safe(suggestion.explanation)}"


def _reference(failure: Failure) -> str:
    number = f"  ·  request number of the vendor: {safe(failure.request_id)}" if failure.request_id else ""
    return f"Stopped at: {texts.LAYER_NAMES[failure.layer]}  ·  code: {safe(failure.code)}{number}"
