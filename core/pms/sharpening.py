"""From what an adapter says and what was seen on the line to the finest name that both allow. Pure.

An adapter speaks the vendor's language and takes whoever answers for the vendor. Often it is somebody else: a
proxy, a captive portal, a firewall, a sign-in page. The line shows it, for every vendor alike.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from core.domain.errors import Layer
from core.net.exchanges import Exchange
from core.net.likeness import Likeness
from core.pms.report import Failure

CLOCK_OFF_S: Final = 300
"""By how much clocks may differ: what token servers usually bear."""

_ANSWERED: Final = frozenset({Layer.HTTP, Layer.AUTHENTICATION, Layer.PROPERTY, Layer.PERMISSIONS})
_NAMED_WELL: Final = re.compile(r"\w+\.(?:blocked|rate_limited)")
"""Codes for which a page in between has been taken into account already."""

_GENERAL: Final = frozenset(
    {"http.not_found", "vendor.request_refused", "permission.missing", "vendor.unavailable"}
)
"""Codes that only repeat a status; a better reason goes before them."""

_REFUSALS: Final = re.compile(r"auth\.(?:refused|expired)|\w+\.token_refused")
"""Codes of refused sign-ins that clocks may be the reason of."""

_BY_STATUS: Final[Mapping[int, str]] = {
    407: "http.proxy_login",
    426: "http.protocol_refused",
    451: "http.blocked",
    505: "http.protocol_refused",
    511: "http.captive_portal",
}
_BY_PAGE: Final[Mapping[Likeness, str]] = {
    Likeness.CAPTIVE_PORTAL: "http.captive_portal",
    Likeness.PROXY: "http.proxy_page",
}
_INSTEAD_OF_DATA: Final[Mapping[Likeness, str]] = {
    Likeness.NOTHING: "http.empty",
    Likeness.JSON: "http.wrong_type",
    Likeness.CUT_JSON: "http.cut_off",
    Likeness.BROKEN_JSON: "http.broken_json",
    Likeness.PACKED: "http.garbled",
    Likeness.GARBLED: "http.garbled",
    Likeness.SHIELD: "http.blocked",
    Likeness.MAINTENANCE: "vendor.maintenance",
    Likeness.SIGN_IN: "http.login_page",
    Likeness.PAGE: "http.not_json",
    Likeness.TEXT: "http.not_json",
}
_SHIELDED: Final = frozenset({400, 401, 403, 405, 406, 429, 503})
"""With what a protective firewall turns callers away; with others, it tells of the server behind it."""
_GATEWAYS: Final = frozenset({502, 504})
"""What the vendor's own gateway says of the vendor, in words that proxies use, too."""
_CAPTIVE: Final = re.compile(
    r"captive|hot-?spot|wi-?fi|\bwlan|^(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?::[0-9]+)?$", re.IGNORECASE
)


def sharpened(failure: Failure, exchanges: Sequence[Exchange]) -> Failure:
    """Return the failure with what was seen, under a finer code and layer where the line shows one."""
    if (exchange := _culprit(failure, exchanges)) is None:
        return failure
    failure = replace(failure, seen=exchange.facts, request_id=failure.request_id or exchange.request_id)
    if exchange.status is None or failure.layer not in _ANSWERED:
        return failure
    code = _in_between(failure, exchange) or _instead(failure, exchange) or _better(failure, exchange)
    if code is None:
        return failure
    layer = Layer.AUTHENTICATION if code == "clock.skewed" else Layer.HTTP
    return replace(failure, code=code, layer=layer, entity=None)


def remark(exchanges: Sequence[Exchange]) -> Failure | None:
    """Return what a test that passed should tell all the same: clocks that differ."""
    for exchange in reversed(exchanges):
        if _is_skewed(exchange):
            return Failure("clock.skewed", Layer.HTTP, seen=exchange.facts)
    return None


def _culprit(failure: Failure, exchanges: Sequence[Exchange]) -> Exchange | None:
    """Return the exchange that the failure is about: the latest, or the latest of the status it names."""
    status = failure.details.get("status")
    same = [exchange for exchange in exchanges if status is None or status == str(exchange.status)]
    return next(iter(reversed(same)), None)


def _in_between(failure: Failure, seen: Exchange) -> str | None:
    """Return a code when it was not the vendor who answered, whatever the adapter took it for."""
    assert seen.status is not None
    if seen.status in _BY_STATUS:
        return _BY_STATUS[seen.status]
    if seen.likeness in _BY_PAGE and seen.status not in _GATEWAYS:
        return _BY_PAGE[seen.likeness]
    if _NAMED_WELL.fullmatch(failure.code):
        return None
    if 300 <= seen.status < 400 and seen.to_host:
        return _led_away(seen)
    if not seen.likeness.is_page:
        return None
    if seen.likeness is Likeness.SHIELD and seen.status in _SHIELDED:
        return "http.blocked"
    if seen.status == 401:
        return "http.guarded"
    return "http.blocked" if seen.status == 403 else None


def _led_away(seen: Exchange) -> str:
    """Return a code for a redirect; a guest network leads to a name or a bare address of its own."""
    if _CAPTIVE.search(seen.to_host):
        return "http.captive_portal"
    return "http.login_redirect" if seen.to_sign_in else "http.redirect"


def _instead(failure: Failure, seen: Exchange) -> str | None:
    """Return a code for a success that did not bring the data it promised."""
    assert seen.status is not None
    if failure.code not in {"http.not_json", "vendor.answer_unreadable"} or not 200 <= seen.status < 300:
        return None
    if failure.code == "vendor.answer_unreadable" and seen.likeness is Likeness.JSON:
        return None  # whole and sound, but not what the vendor documents
    return _INSTEAD_OF_DATA.get(seen.likeness)


def _better(failure: Failure, seen: Exchange) -> str | None:
    """Return a code that says why, where the adapter could only repeat the status."""
    if _REFUSALS.fullmatch(failure.code):
        return "clock.skewed" if _is_skewed(seen) else None
    if failure.code not in _GENERAL:
        return None
    if seen.status == 410 or seen.of_version:
        return "version.gone"
    if seen.spent and seen.status in {403, 503}:
        return "vendor.rate_limited"
    if seen.status == 402:
        return "vendor.unpaid"
    if seen.status == 503 and (seen.waits or seen.likeness is Likeness.MAINTENANCE):
        return "vendor.maintenance"
    return None


def _is_skewed(seen: Exchange) -> bool:
    return seen.clock_off_s is not None and abs(seen.clock_off_s) >= CLOCK_OFF_S
