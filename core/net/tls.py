"""TLS: whom we trust, and what to tell of a server that we do not."""

import ssl
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from typing import Final

import certifi
import httpcore
from cryptography import x509
from cryptography.x509.oid import NameOID

from core.domain.errors import CertificateRefusedError, KnownError, Layer, VendorUnreachableError
from core.net.guard import Place

_CODES: Final = {
    10: "tls.expired",  # X509_V_ERR_CERT_HAS_EXPIRED
    62: "tls.wrong_name",  # X509_V_ERR_HOSTNAME_MISMATCH
    64: "tls.wrong_name",  # X509_V_ERR_IP_ADDRESS_MISMATCH
    9: "tls.not_yet_valid",  # X509_V_ERR_CERT_NOT_YET_VALID
    18: "tls.self_signed",  # X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT
    66: "tls.too_weak",  # X509_V_ERR_EE_KEY_TOO_SMALL
    67: "tls.too_weak",  # X509_V_ERR_CA_KEY_TOO_SMALL
    68: "tls.too_weak",  # X509_V_ERR_CA_MD_TOO_WEAK
}
_MAKER_MISSING: Final = frozenset({2, 20, 21})
"""X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, the same locally, and ..._TO_VERIFY_LEAF_SIGNATURE."""

CLOCK_S: Final = 12 * 3600.0
"""A certificate that begins within this time is as good as certainly valid already: authorities date them
back, and nobody installs one for tonight. It is our clock that is behind."""

_REASONS: Final = {
    **dict.fromkeys(
        (
            "WRONG_VERSION_NUMBER",
            "HTTP_REQUEST",
            "HTTPS_PROXY_REQUEST",
            "UNKNOWN_PROTOCOL",
            "PACKET_LENGTH_TOO_LONG",
            "RECORD_LAYER_FAILURE",
            "BAD_RECORD_TYPE",
            "UNEXPECTED_MESSAGE",
        ),
        "tls.not_tls",
    ),
    **dict.fromkeys(
        (
            "UNSUPPORTED_PROTOCOL",
            "UNSUPPORTED_SSL_VERSION",
            "WRONG_SSL_VERSION",
            "VERSION_TOO_LOW",
            "TLSV1_ALERT_PROTOCOL_VERSION",
            "INAPPROPRIATE_FALLBACK",
        ),
        "tls.too_old",
    ),
    **dict.fromkeys(
        (
            "TLSV13_ALERT_CERTIFICATE_REQUIRED",
            "TLSV1_ALERT_UNKNOWN_CA",
            "SSLV3_ALERT_BAD_CERTIFICATE",
            "SSLV3_ALERT_NO_CERTIFICATE",
            "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
            "TLSV1_ALERT_ACCESS_DENIED",
        ),
        "tls.client_certificate",
    ),
    **dict.fromkeys(("DH_KEY_TOO_SMALL", "EE_KEY_TOO_SMALL", "CA_MD_TOO_WEAK"), "tls.too_weak"),
    "TLSV1_UNRECOGNIZED_NAME": "tls.name_unknown",
    "TLSV1_ALERT_NO_APPLICATION_PROTOCOL": "tls.http_two_only",
}
"""OpenSSL's reasons for a handshake that failed; any other is `tls.failed`."""

_UNREADABLE: Final = (
    ValueError,
    TypeError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What reading a malformed certificate raises: the library's errors have no common base."""

_HANDSHAKE: Final = 22
_CERTIFICATE: Final = 11

_MAX_SHOWN: Final = 80
_MAX_CHAIN: Final = 10

_seen: ContextVar[bytes] = ContextVar("certificates", default=b"")
"""The list of certificates that this task's handshake has shown: each with its length in front."""


@cache
def default_tls() -> ssl.SSLContext:
    """Return the context that trusts the public authorities, whatever the environment says.

    `ssl.create_default_context` would obey SSL_CERT_FILE and write session keys to SSLKEYLOGFILE.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())
    return context


def checked(context: ssl.SSLContext) -> ssl.SSLContext:
    """Return a context that proves who the server is. Raises: ValueError for one that does not care."""
    if context.verify_mode is not ssl.CERT_REQUIRED or not context.check_hostname:
        raise ValueError("a TLS context must demand a certificate and check its name")
    # A refused certificate is thrown away before anyone can ask whose it was. This hook, which CPython has
    # for its own debugging, sees it pass; without the hook, errors just tell less. Nothing is trusted more.
    setattr(context, "_msg_callback", _note_certificate)  # noqa: B010 - the type stubs do not know it
    return context


async def shake_hands(
    stream: httpcore.AsyncNetworkStream, context: ssl.SSLContext, place: Place, timeout_s: float | None
) -> httpcore.AsyncNetworkStream:
    """Return the stream, encrypted to a server that proved to be the one asked for; close it otherwise.

    Raises: CertificateRefusedError, whose details may hold `expired_on`, `expires_on`, `valid_from` (dates),
    `certificate_for` (names), `issuer` and `certificates` (how many were shown); and
    VendorUnreachableError (`tls.timeout`, `tls.broken`).
    """
    try:
        return await stream.start_tls(context, place.host, timeout_s)
    except httpcore.ConnectTimeout:
        raise VendorUnreachableError("tls.timeout", Layer.TLS, details=place.details) from None
    except httpcore.ConnectError as error:
        raise refusal(error.__cause__, place) from None
    except BaseException:  # cancelled by the call's deadline
        await stream.aclose()
        raise


def refusal(error: BaseException | None, place: Place) -> KnownError:
    """Return our error for TLS that failed with `error`, with what is known of the certificate."""
    if isinstance(error, ssl.SSLCertVerificationError):
        shown = _shown(_seen.get())
        details = place.details | _describe(shown)
        return CertificateRefusedError(_verdict(error.verify_code, shown), Layer.TLS, details=details)
    if isinstance(error, ssl.SSLError):
        code = _REASONS.get(error.reason, "tls.failed")
        return CertificateRefusedError(code, Layer.TLS, details=place.details)
    return VendorUnreachableError("tls.broken", Layer.TLS, details=place.details)


def _note_certificate(
    _connection: object, direction: str, version: int, content: int, kind: int, message: bytes
) -> None:
    """Keep the certificates of the server's Certificate message as they stand (RFC 5246, RFC 8446)."""
    if (direction, content, kind) == ("read", _HANDSHAKE, _CERTIFICATE):
        is_new = version >= ssl.TLSVersion.TLSv1_3
        context_length = 1 + int.from_bytes(message[4:5]) if is_new else 0
        # With TLS 1.3, extensions stand behind each certificate; the mark tells how to read on.
        _seen.set((b"3" if is_new else b"2") + message[4 + context_length + 3 :])


def _shown(noted: bytes) -> list[x509.Certificate]:
    """Return the certificates that were shown, the server's own first, as far as they can be read."""
    certificates: list[x509.Certificate] = []
    is_new, left = noted[:1] == b"3", noted[1:]
    try:
        while left and len(certificates) < _MAX_CHAIN:
            length = int.from_bytes(left[:3])
            certificates.append(x509.load_der_x509_certificate(left[3 : 3 + length]))
            left = left[3 + length :]
            left = left[2 + int.from_bytes(left[:2]) :] if is_new else left
    except _UNREADABLE:
        pass  # it comes from a stranger: what can be read is enough
    return certificates


def _verdict(verify_code: int, shown: list[x509.Certificate]) -> str:
    """Return our code for OpenSSL's verdict on the certificates that were shown."""
    code = _CODES.get(verify_code, "tls.untrusted")
    if code == "tls.not_yet_valid" and shown and 0 < _begins_in_s(shown[0]) < CLOCK_S:
        return "tls.clock_behind"
    # An authority that the public trusts writes into its certificates where the one above it is found.
    if verify_code in _MAKER_MISSING and len(shown) == 1 and _has_maker_address(shown[0]):
        return "tls.chain_incomplete"
    return code


def _begins_in_s(certificate: x509.Certificate) -> float:
    return (certificate.not_valid_before_utc - datetime.now(UTC)).total_seconds()


def _has_maker_address(certificate: x509.Certificate) -> bool:
    try:
        certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except (x509.ExtensionNotFound, *_UNREADABLE):
        return False
    return True


def _describe(shown: list[x509.Certificate]) -> dict[str, str]:
    """Return what the server's certificate says of itself."""
    if not shown:
        return {}
    try:
        own, now = shown[0], datetime.now(UTC)
        begins, ends = own.not_valid_before_utc, own.not_valid_after_utc
        facts = {
            "certificate_for": _names(own),
            "issuer": _issuer(own),
            "certificates": str(len(shown)),
            "expired_on" if ends < now else "expires_on": ends.date().isoformat(),
            "valid_from": begins.isoformat(" ", "minutes") if begins > now else "",
        }
    except _UNREADABLE:
        return {}
    return {key: told for key, value in facts.items() if (told := _showable(value))}


def _names(certificate: x509.Certificate) -> str:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return _called(certificate.subject)
    return ", ".join(names.get_values_for_type(x509.DNSName)[:3])


def _issuer(certificate: x509.Certificate) -> str:
    return _called(certificate.issuer)


def _called(name: x509.Name) -> str:
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(kind):
            return str(attribute.value)
    return ""


def _showable(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or char in " .,:+*-_'()")[:_MAX_SHOWN]
