"""From what an adapter says and what the line shows to the finest name that both allow.

Nothing is taken for the vendor's word that somebody in between has said, and a vendor's own word stays.
"""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import Layer
from core.domain.hotel import Entity
from core.net.exchanges import Exchange
from core.net.likeness import Likeness
from core.pms.report import Failure
from core.pms.sharpening import CLOCK_OFF_S, remark, sharpened

JSON, PAGE = Likeness.JSON, Likeness.PAGE


def seen(status: int | None, likeness: Likeness = JSON, **more: object) -> Exchange:
    exchange = Exchange("GET", "pms.example", 443, "/v1/rooms", 120, status, likeness=likeness)
    return replace(exchange, **more)  # type: ignore[arg-type]  # fields by name


def said(code: str, layer: Layer = Layer.HTTP, **details: str) -> Failure:
    return Failure(code, layer, details)


REFUSED: Final = said("auth.refused", Layer.AUTHENTICATION)
FORBIDDEN: Final = said("permission.missing", Layer.PERMISSIONS)
NOT_JSON: Final = said("http.not_json")
UNREADABLE: Final = said("vendor.answer_unreadable")
GENERAL: Final = said("vendor.request_refused")
DOWN: Final = said("vendor.unavailable")
MISSING: Final = said("http.not_found")

FINER: Final = [
    (FORBIDDEN, seen(407), "http.proxy_login"),
    (REFUSED, seen(511), "http.captive_portal"),
    (GENERAL, seen(451), "http.blocked"),
    (GENERAL, seen(426), "http.protocol_refused"),
    (DOWN, seen(505), "http.protocol_refused"),
    (NOT_JSON, seen(200, Likeness.CAPTIVE_PORTAL), "http.captive_portal"),
    (FORBIDDEN, seen(403, Likeness.PROXY), "http.proxy_page"),
    (FORBIDDEN, seen(403, Likeness.SHIELD), "http.blocked"),
    (DOWN, seen(503, Likeness.SHIELD), "http.blocked"),
    (FORBIDDEN, seen(403, PAGE), "http.blocked"),
    (REFUSED, seen(401, PAGE), "http.guarded"),
    (said("opera.token_refused", Layer.AUTHENTICATION), seen(401, Likeness.SIGN_IN), "http.guarded"),
    (said("http.redirect"), seen(302, to_host="login.example", to_sign_in=True), "http.login_redirect"),
    (said("http.redirect"), seen(302, to_host="wifi.hotel.example"), "http.captive_portal"),
    (said("http.redirect"), seen(302, to_host="10.0.0.1:8080"), "http.captive_portal"),
    (NOT_JSON, seen(200, Likeness.SIGN_IN), "http.login_page"),
    (NOT_JSON, seen(200, Likeness.SHIELD), "http.blocked"),
    (NOT_JSON, seen(200, Likeness.MAINTENANCE), "vendor.maintenance"),
    (NOT_JSON, seen(200, Likeness.NOTHING), "http.empty"),
    (UNREADABLE, seen(200, Likeness.NOTHING), "http.empty"),
    (NOT_JSON, seen(200, JSON), "http.wrong_type"),
    (UNREADABLE, seen(200, Likeness.CUT_JSON), "http.cut_off"),
    (UNREADABLE, seen(200, Likeness.BROKEN_JSON), "http.broken_json"),
    (UNREADABLE, seen(200, Likeness.PACKED), "http.garbled"),
    (UNREADABLE, seen(200, Likeness.GARBLED), "http.garbled"),
    (UNREADABLE, seen(200, PAGE), "http.not_json"),
    (MISSING, seen(410), "version.gone"),
    (MISSING, seen(404, of_version=True), "version.gone"),
    (GENERAL, seen(400, of_version=True), "version.gone"),
    (FORBIDDEN, seen(403, spent=True), "vendor.rate_limited"),
    (GENERAL, seen(402), "vendor.unpaid"),
    (DOWN, seen(503, waits=True), "vendor.maintenance"),
    (DOWN, seen(503, Likeness.MAINTENANCE), "vendor.maintenance"),
    (REFUSED, seen(401, clock_off_s=-3600), "clock.skewed"),
    (REFUSED, seen(401, clock_off_s=CLOCK_OFF_S), "clock.skewed"),
]


@pytest.mark.parametrize(("failure", "exchange", "code"), FINER)
def test_what_the_line_shows_gives_a_finer_name(failure: Failure, exchange: Exchange, code: str) -> None:
    found = sharpened(replace(failure, entity=Entity.GUESTS), [exchange])
    layer = Layer.AUTHENTICATION if code == "clock.skewed" else Layer.HTTP
    assert (found.code, found.layer, found.entity) == (code, layer, None)
    assert found.seen == exchange.facts


SAME: Final = [
    (FORBIDDEN, seen(403)),
    (FORBIDDEN, seen(403, Likeness.TEXT)),
    (REFUSED, seen(401, clock_off_s=CLOCK_OFF_S - 1)),
    (REFUSED, seen(401, Likeness.NOTHING)),
    (said("auth.refused", Layer.AUTHENTICATION, status="400"), seen(400)),
    (said("cloudbeds.blocked"), seen(403, PAGE)),
    (said("vendor.rate_limited"), seen(429, Likeness.SHIELD)),
    (said("opera.version_too_old"), seen(400, of_version=True)),
    (said("property.not_found", Layer.PROPERTY), seen(200)),
    (UNREADABLE, seen(200, JSON)),
    (UNREADABLE, seen(200, Likeness.XML)),
    (MISSING, seen(404, PAGE)),
    (MISSING, seen(404, Likeness.SHIELD)),
    (DOWN, seen(502, PAGE)),
    (DOWN, seen(502, Likeness.PROXY)),
    (DOWN, seen(520, Likeness.SHIELD)),
    (DOWN, seen(503)),
    (said("http.timeout"), seen(None, Likeness.NOTHING)),
    (said("tls.expired", Layer.TLS), seen(None, Likeness.NOTHING)),
    (said("http.redirect"), seen(304)),
]


@pytest.mark.parametrize(("failure", "exchange"), SAME)
def test_what_was_named_well_keeps_its_name_and_gains_what_was_seen(
    failure: Failure, exchange: Exchange
) -> None:
    assert sharpened(failure, [exchange]) == replace(failure, seen=exchange.facts)


def test_without_anything_on_the_line_nothing_changes() -> None:
    assert sharpened(REFUSED, []) == REFUSED


def test_the_exchange_that_is_meant_is_the_latest_of_the_status_that_is_named() -> None:
    """Mews is asked again with the same tokens before a 401 is taken for a missing right."""
    refused, again = seen(401, request_id="number-1"), seen(200, request_id="number-2")
    found = sharpened(Failure("permission.missing", Layer.PERMISSIONS, {"status": "401"}), [refused, again])
    assert (found.seen["status"], found.request_id) == ("401", "number-1")


def test_the_number_that_the_adapter_knows_goes_before_one_that_was_guessed() -> None:
    failure = replace(REFUSED, request_id="ours")
    assert sharpened(failure, [seen(401, request_id="theirs")]).request_id == "ours"


def test_a_passed_test_tells_of_clocks_that_differ() -> None:
    found = remark([seen(200, clock_off_s=-4000), seen(200)])
    assert found is not None
    assert (found.code, found.seen["clock_off_s"]) == ("clock.skewed", "-4000")
    assert remark([seen(200, clock_off_s=20), seen(200)]) is None


@given(exchange=st.builds(Exchange), code=st.sampled_from(["auth.refused", "http.not_json", "x.y"]))
def test_whatever_was_seen_there_is_a_name(exchange: Exchange, code: str) -> None:
    found = sharpened(said(code), [exchange])
    assert found.code
    assert "" not in found.seen.values()
