"""The support bundle: one plain text with all that helps somebody to help, and nothing that must stay here.

It is made of typed facts alone (codes, marks, times, what was seen on the line, the vendor's numbers of its
calls). Nobody's words are in it but ours, so there is nothing to redact: no credential, no guest.
"""

import platform
import ssl
from importlib.metadata import version
from typing import Final

from core.net.client import CONNECT_S
from core.net.exchanges import Exchange
from core.pms.check import DEADLINE_S
from core.pms.diagnosis import diagnose
from core.pms.evidence import evidence
from core.pms.report import CheckReport, Failure, Rung
from core.pms.vendor import FieldKind, Vendor

MAX_LENGTH: Final = 2800
"""What fits into one message of a chat, with its frame."""

Lines = list[str]


def bundle(vendor: Vendor, report: CheckReport, run: int) -> str:
    """Return the bundle of a test, the `run`th of its attempt; the oldest calls are left out to make room."""
    head = [*_head(vendor, report, run), *_verdict(vendor, report), *_ladder(report)]
    tail = ["", "Settings", *_settings(vendor), "", "No credentials and no guest data are in this text."]
    calls = [_call(exchange) for exchange in report.exchanges]
    while calls and len("\n".join([*head, "", "Calls", *calls, *tail])) > MAX_LENGTH:
        del calls[0]
    shown = ["", f"Calls (last {len(calls)} of {len(report.exchanges)})", *calls] if calls else []
    return "\n".join([*head, *shown, *tail])[:MAX_LENGTH]


def _head(vendor: Vendor, report: CheckReport, run: int) -> Lines:
    when = report.began_at.strftime("%Y-%m-%d %H:%M:%S UTC") if report.began_at else "not noted"
    crypto = ssl.OPENSSL_VERSION.split(" (")[0]
    return [
        "INNKEEPER SUPPORT BUNDLE",
        f"Reference  {report.reference or 'none'}",
        f"When       {when}, took {report.took_ms / 1000:.1f} s, test {run} of its attempt",
        f"PMS        {vendor.display_name} (connector: {vendor.quality.in_short})",
        f"Innkeeper  {version('innkeeper')}, Python {platform.python_version()}, {crypto}",
    ]


def _verdict(vendor: Vendor, report: CheckReport) -> Lines:
    failure = report.failure or report.remark
    if failure is None:
        return ["Result     passed"]
    found = diagnose(vendor, failure, report.reference)
    result = "stopped" if report.failure else "passed, with a remark"
    return [
        f"Result     {result}: {found.code} (rung {failure.layer.value}, cause {found.cause.value})",
        "",
        found.title,
        f"Who must act: {found.party.value}. How sure: {found.confidence.value} ({found.because}).",
        f"First: {found.actions[0]}",
        "",
        "Seen",
        *_seen(failure),
    ]


def _seen(failure: Failure) -> Lines:
    return [f"  {label}: {value[:120]}" for label, value in evidence(failure)] or ["  nothing on the line"]


def _ladder(report: CheckReport) -> Lines:
    return ["", "Ladder", *map(_rung, report.rungs)] if report.rungs else []


def _rung(rung: Rung) -> str:
    name = f"{rung.layer.value} {rung.entity.value}" if rung.entity else rung.layer.value
    at = "" if rung.at_ms is None else f" at {rung.at_ms} ms"
    return f"  {name}: {rung.mark.value}{at}"


def _call(exchange: Exchange) -> str:
    came = f"{exchange.status} {exchange.content_type}".strip() if exchange.status else "no answer"
    number = f", number {exchange.request_id}" if exchange.request_id else ""
    place = f"{exchange.host}:{exchange.port}"
    return f"  {exchange.method} {exchange.path}\n    {place}: {came} in {exchange.took_ms} ms{number}"


def _settings(vendor: Vendor) -> Lines:
    is_typed = any(field.kind is FieldKind.URL for field in vendor.fields)
    return [
        f"  Address: {'typed in the form' if is_typed else 'set by whoever runs Innkeeper'}",
        f"  Reads: {', '.join(sorted(vendor.entities))}; {vendor.rate_limit.requests} calls in "
        f"{vendor.rate_limit.per_s:g} s at most",
        f"  Deadlines: {DEADLINE_S:g} s in all, {CONNECT_S:g} s to connect; redirects not followed, no proxy",
    ]
