"""The support bundle: complete, short enough to be sent, and without anything that must stay here."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import Layer
from core.domain.hotel import Entity, PropertyIdentity
from core.net.exchanges import Exchange
from core.net.likeness import Likeness
from core.pms.bundle import MAX_LENGTH, bundle
from core.pms.registry import VENDORS
from core.pms.report import CheckReport, Failure, Mark, Rung
from core.pms.vendor import Vendor

MEWS: Final = next(vendor for vendor in VENDORS if vendor.key.value == "Mews")

CALL: Final = Exchange(
    "POST",
    "api.mews.com",
    443,
    "/api/connector/v1/configuration/get",
    123,
    401,
    "application/json",
    Likeness.JSON,
    request_id="track-7",
)
REPORT: Final = CheckReport(
    rungs=(
        Rung(Layer.INPUT, Mark.PASSED, at_ms=0),
        Rung(Layer.AUTHENTICATION, Mark.FAILED, at_ms=140),
        Rung(Layer.PERMISSIONS, Mark.SKIPPED, Entity.GUESTS),
    ),
    took_ms=150,
    identity=PropertyIdentity("property-1", "Hotel Aurora"),
    failure=Failure("auth.refused", Layer.AUTHENTICATION, {"status": "401"}, "track-7", seen=CALL.facts),
    exchanges=(CALL,),
    began_at=datetime(2026, 11, 22, 23, 0, tzinfo=UTC),
    reference="C0FFEE11",
)


def test_it_holds_what_somebody_who_helps_will_ask_for() -> None:
    text = bundle(MEWS, REPORT, 2)
    for line in (
        "Reference  C0FFEE11",
        "When       2026-11-22 23:00:00 UTC, took 0.1 s, test 2 of its attempt",
        "Result     stopped: auth.refused (rung authentication, cause authentication)",
        "Who must act: you. How sure: likely (Mews gives one answer to several causes).",
        "  Server: api.mews.com:443",
        "  Status: 401",
        "  The vendor's number of the call: track-7",
        "  input: passed at 0 ms",
        "  authentication: failed at 140 ms",
        "  permissions guests: skipped",
        "  POST /api/connector/v1/configuration/get",
        "    api.mews.com:443: 401 application/json in 123 ms, number track-7",
        "  Address: set by whoever runs Innkeeper",
    ):
        assert line in text.splitlines(), line


def test_a_test_that_passed_or_was_interrupted_has_one_too() -> None:
    assert "Result     passed" in bundle(MEWS, CheckReport(), 1)
    assert "check.interrupted" in bundle(MEWS, CheckReport.interrupted(), 1)
    late = CheckReport(remark=Failure("clock.skewed", Layer.HTTP, seen={"clock_off_s": "3600"}))
    assert "passed, with a remark: clock.skewed" in bundle(MEWS, late, 1)


def test_the_oldest_calls_make_room() -> None:
    many = tuple(Exchange("GET", "pms.example", 443, f"/v1/{'x' * 150}", n, 200) for n in range(40))
    text = bundle(MEWS, CheckReport(exchanges=many), 1)
    assert len(text) <= MAX_LENGTH
    assert " in 39 ms" in text
    assert " in 0 ms" not in text
    assert text.endswith("No credentials and no guest data are in this text.")


def of_vendors(build: Callable[[Vendor], str]) -> list[str]:
    return [build(vendor) for vendor in VENDORS]


@pytest.mark.parametrize("hidden", ["Ada Lovelace", "sk-secret-7f3a"])
def test_details_that_are_not_known_to_be_harmless_stay_here(hidden: str) -> None:
    """A new detail has to be added to the list of what may be told before it is."""
    failure = Failure("http.timeout", Layer.HTTP, {"guest": hidden, "body": hidden, "host": "pms.example"})
    for text in of_vendors(lambda vendor: bundle(vendor, CheckReport(failure=failure), 1)):
        assert "pms.example" in text
        assert hidden not in text


@given(details=st.dictionaries(st.sampled_from(["host", "error", "issuer", "x"]), st.text(), max_size=4))
def test_no_details_break_it(details: dict[str, str]) -> None:
    failure = Failure("tls.untrusted", Layer.TLS, details)
    assert len(bundle(MEWS, CheckReport(failure=failure), 1)) <= MAX_LENGTH
