"""What a diagnosis has to say of each fault: the cause, who must act, what they do first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.domain.hotel import VendorKey
from core.pms.guide import Cause, Move, Party


@dataclass(frozen=True, slots=True)
class Verdict:
    """One right answer."""

    cause: Cause
    party: Party
    move: Move


@dataclass(frozen=True, slots=True)
class Expected:
    """The right answer where an admin typed the address, where it is set, and the exceptions."""

    typed: Verdict
    set: Verdict
    but: Mapping[VendorKey, Verdict]


TYPED: Final = frozenset({VendorKey.OPERA, VendorKey.PROTEL, VendorKey.CUSTOM})
_YOU, _IT, _VENDOR, _US = Party.YOU, Party.YOUR_IT, Party.VENDOR, Party.US
_MEWS, _CUSTOM, _PROTEL = VendorKey.MEWS, VendorKey.CUSTOM, VendorKey.PROTEL
_OPERA, _APALEO, _CLOUDBEDS = VendorKey.OPERA, VendorKey.APALEO, VendorKey.CLOUDBEDS

Act = tuple[Party, Move]
_ADDRESS: Final[Act] = (_YOU, Move.CHECK_ADDRESS)
_OPERATOR: Final[Act] = (_US, Move.TELL_OPERATOR)
_WAY: Final[Act] = (_IT, Move.CLEAR_THE_WAY)
_NETWORK: Final[Act] = (_IT, Move.OPEN_NETWORK)
_SERVER: Final[Act] = (_IT, Move.MEND_SERVER)
_CERTIFICATE: Final[Act] = (_IT, Move.MEND_CERTIFICATE)
_ASK: Final[Act] = (_VENDOR, Move.ASK_VENDOR)
_WAIT: Final[Act] = (_VENDOR, Move.WAIT)
_OURS_WAIT: Final[Act] = (_US, Move.WAIT)
_SHARED_KEY: Final[Act] = (_YOU, Move.WAIT)
_CLOCK: Final[Act] = (_US, Move.SET_CLOCK)
_COPY: Final[Act] = (_YOU, Move.COPY_CREDENTIALS)
_RIGHTS: Final[Act] = (_YOU, Move.GRANT_RIGHTS)
_PROPERTY: Final[Act] = (_YOU, Move.NAME_PROPERTY)


def _is(cause: Cause, typed: Act, set_: Act | None = None, **but: Act | Verdict) -> Expected:
    exceptions = {
        VendorKey(key.capitalize()): act if isinstance(act, Verdict) else Verdict(cause, *act)
        for key, act in but.items()
    }
    return Expected(Verdict(cause, *typed), Verdict(cause, *(set_ or typed)), exceptions)


_LIMITED: Final = _is(Cause.RATE_LIMIT, _OURS_WAIT, _SHARED_KEY)
_SIGN_IN: Final = _is(Cause.BETWEEN, _ADDRESS, _WAY)
_IN_THE_WAY: Final = _is(Cause.BETWEEN, _WAY)
_TROUBLE: Final = _is(Cause.VENDOR_ERROR, _WAIT)
_SLOW: Final = _is(Cause.HTTP, _WAIT)
_CUT: Final = _is(Cause.CONTENT, _WAIT)
_UNTRUSTED: Final = _is(Cause.TLS_CHAIN, _CERTIFICATE, _WAY)
_OUT_OF_DATE: Final = _is(Cause.TLS_EXPIRY, _CERTIFICATE, _ASK)
_PACKED: Final = _is(Cause.CONTENT, _SERVER, _WAY)

ON_THE_LINE: Final[Mapping[str, Expected]] = {
    "an address inside": _is(Cause.POLICY, _ADDRESS, _OPERATOR),
    "no such name": _is(Cause.DNS, _ADDRESS, _OPERATOR),
    "silent name service": _is(Cause.DNS, _OURS_WAIT),
    "refused": _is(Cause.TCP, _SERVER, _WAIT),
    "packets vanish": _is(Cause.TCP, _NETWORK),
    "no route": _is(Cause.TCP, _NETWORK),
    "expired certificate": _OUT_OF_DATE,
    "certificate of tomorrow": _OUT_OF_DATE,
    "our clock behind": _is(Cause.CLOCK, _CLOCK),
    "certificate of another name": _is(Cause.TLS_NAME, _ADDRESS, _OPERATOR),
    "self-signed certificate": _UNTRUSTED,
    "unknown authority": _UNTRUSTED,
    "no TLS on the port": _is(Cause.TLS, _SERVER, _WAY),
    "outdated TLS": _is(Cause.TLS, _SERVER, _WAY),
    "silent in the handshake": _is(Cause.TLS, _NETWORK),
    "cut in the handshake": _is(Cause.TLS, _NETWORK),
    "hangs up without a word": _SLOW,
    "another protocol": _is(Cause.HTTP, _ADDRESS, _WAY),
    "breaks off in the body": _SLOW,
    "slow headers": _SLOW,
    "half an answer": _SLOW,
    "captive portal": _IN_THE_WAY,
    "network log-in (511)": _IN_THE_WAY,
    "proxy log-in (407)": _IN_THE_WAY,
    "web filter": _IN_THE_WAY,
    # Cloudbeds keeps callers out for a while, and then lets them in again by itself.
    "protective firewall": _is(Cause.BETWEEN, _WAY, _ASK, cloudbeds=_WAIT),
    "redirect to sign in": _SIGN_IN,
    "redirect elsewhere": _is(Cause.HTTP, _ADDRESS, _OPERATOR),
    "sign-in page": _SIGN_IN,
    "some web page": _is(Cause.CONTENT, _ADDRESS, _WAY),
    "wrong content type": _is(Cause.CONTENT, _ASK),
    "empty answer": _is(Cause.CONTENT, _ASK),
    "cut JSON": _CUT,
    "packed unasked": _PACKED,
    "garbled": _PACKED,
    "JSON of something else": _is(Cause.CONTENT, _OPERATOR, custom=_ASK),
    "version gone": _is(Cause.VERSION, _OPERATOR, custom=_ASK),
    "maintenance": _TROUBLE,
    "gateway without backend": _TROUBLE,
    "rate limit": _LIMITED,
    "clocks differ": _is(Cause.CLOCK, _CLOCK),
}
"""What goes wrong between Innkeeper and the vendor, by the names of `ways.networks`."""

AT_THE_VENDOR: Final[Mapping[str, Expected]] = {
    "wrong_key": _is(Cause.AUTHENTICATION, _COPY),
    # Only the open contract says that a key has run out; with the others a new one is the second advice.
    # (Cloudbeds's keys never run out; the sandbox rehearses the user who made them and has left.)
    "expired_key": _is(
        Cause.AUTHENTICATION,
        _COPY,
        custom=(_YOU, Move.RENEW_CREDENTIALS),
        cloudbeds=(_YOU, Move.RENEW_CREDENTIALS),
    ),
    "forbidden": _is(Cause.PERMISSION, _RIGHTS, mews=_ASK, protel=_ASK),
    # protel's interface knows no property: a key without one finds nothing under its path. Mews's tokens
    # always lead to one, or to a portfolio.
    "property_missing": _is(
        Cause.PROPERTY,
        _PROPERTY,
        custom=_ASK,
        mews=(_YOU, Move.CHANGE_KIND),
        protel=Verdict(Cause.HTTP, *_ADDRESS),
    ),
    "not_found": _is(Cause.HTTP, _ADDRESS, _OPERATOR),
    "rate_limited": _LIMITED,
    "server_error": _TROUBLE,
    "unavailable": _TROUBLE,
    "drip": _SLOW,
    "huge": _is(Cause.CONTENT, _ADDRESS, _ASK, custom=_ASK),
    "html": _SIGN_IN,
    "broken_json": _CUT,
    "redirect": _SIGN_IN,
    "wrong_type": _is(Cause.CONTENT, _ASK),
    "break_off": _SLOW,
    "empty": _is(Cause.CONTENT, _ASK),
    "garbled": _PACKED,
    "wrong_shape": _is(Cause.CONTENT, _OPERATOR, custom=_ASK),
    "captive_portal": _IN_THE_WAY,
    "proxy_login": _IN_THE_WAY,
    "maintenance": _TROUBLE,
    "firewall": _is(Cause.BETWEEN, _WAY, _ASK, cloudbeds=_WAIT),
    "gone": _is(Cause.VERSION, _OPERATOR, custom=_ASK),
}
"""What goes wrong at the vendor, by the sandboxes' names of faults."""

DEMO: Final = "tokens of production at the demo"

MISTAKES: Final[Mapping[tuple[VendorKey, str], Verdict]] = {
    (_MEWS, DEMO): Verdict(Cause.ENVIRONMENT, *_OPERATOR),
    (_OPERA, "an application without the APIs"): Verdict(Cause.PERMISSION, *_RIGHTS),
    (_OPERA, "may not read guests"): Verdict(Cause.PERMISSION, *_RIGHTS),
    (_OPERA, "a client id that was retired"): Verdict(Cause.AUTHENTICATION, _YOU, Move.CHANGE_KIND),
    (_OPERA, "a hotel that was not assigned"): Verdict(Cause.PROPERTY, *_PROPERTY),
    (_OPERA, "an enterprise behind another gateway"): Verdict(
        Cause.ENVIRONMENT, _YOU, Move.CHANGE_ENVIRONMENT
    ),
    (_MEWS, "a switched-off integration"): Verdict(Cause.AUTHENTICATION, *_COPY),
    (_MEWS, "may not read guests"): Verdict(Cause.PERMISSION, *_ASK),
    (_MEWS, "a token for a whole chain"): Verdict(Cause.PROPERTY, _YOU, Move.CHANGE_KIND),
    (_CLOUDBEDS, "may not read guests"): Verdict(Cause.PERMISSION, *_RIGHTS),
    (_CLOUDBEDS, "a key that nobody used for 30 days"): Verdict(Cause.AUTHENTICATION, *_COPY),
    (_CLOUDBEDS, "a key for a whole group, without a Property ID"): Verdict(Cause.PROPERTY, *_PROPERTY),
    (_CLOUDBEDS, "whoever made the key has left"): Verdict(
        Cause.AUTHENTICATION, _YOU, Move.RENEW_CREDENTIALS
    ),
    (_CLOUDBEDS, "a property that was closed"): Verdict(Cause.PROPERTY, *_PROPERTY),
    (_CLOUDBEDS, "a Property ID of another hotel"): Verdict(Cause.PROPERTY, *_PROPERTY),
    (_PROTEL, "a key that may read nothing"): Verdict(Cause.PERMISSION, *_ASK),
    (_PROTEL, "a key that has ended"): Verdict(Cause.AUTHENTICATION, *_COPY),
    (_CUSTOM, "may read bookings only"): Verdict(Cause.PERMISSION, *_RIGHTS),
    (_CUSTOM, "an expired key"): Verdict(Cause.AUTHENTICATION, _YOU, Move.RENEW_CREDENTIALS),
    (_CUSTOM, "an address inside the hotel"): Verdict(Cause.POLICY, *_ADDRESS),
    (_APALEO, "may not read reservations"): Verdict(Cause.PERMISSION, *_RIGHTS),
    (_APALEO, "a store app typed as a custom app"): Verdict(Cause.AUTHENTICATION, _YOU, Move.CHANGE_KIND),
    (_APALEO, "an app of another account"): Verdict(Cause.PROPERTY, *_PROPERTY),
}
"""What people type into a vendor's form, by the names of the playground's rehearsals."""


def expected(key: VendorKey, fault: str) -> Verdict:
    """Return the right answer to a fault at a vendor."""
    if (key, fault) in MISTAKES:
        return MISTAKES[key, fault]
    wanted = ON_THE_LINE.get(fault) or AT_THE_VENDOR[fault]
    return wanted.but.get(key) or (wanted.typed if key in TYPED else wanted.set)
