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
    9: "tls.failed",  # X509_V_ERR_CERT_NOT_YET_VALID: more often our clock than their certificate
}
_NOT_TLS: Final = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG"}
)

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

_seen: ContextVar[bytes] = ContextVar("certificate", default=b"")
"""The certificate that this task's handshake has shown."""


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

    Raises: CertificateRefusedError, whose details may hold `expired_on` (a date), `certificate_for` (names)
    and `issuer`; VendorUnreachableError (`tls.timeout`, `tls.broken`).
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
        code = _CODES.get(error.verify_code, "tls.untrusted")
        return CertificateRefusedError(code, Layer.TLS, details=place.details | _describe(_seen.get()))
    if isinstance(error, ssl.SSLError):
        code = "tls.not_tls" if error.reason in _NOT_TLS else "tls.failed"
        return CertificateRefusedError(code, Layer.TLS, details=place.details)
    return VendorUnreachableError("tls.broken", Layer.TLS, details=place.details)


def _note_certificate(
    _connection: object, direction: str, version: int, content: int, kind: int, message: bytes
) -> None:
    """Keep the server's certificate as DER: the first of its Certificate message (RFC 5246, RFC 8446)."""
    if (direction, content, kind) == ("read", _HANDSHAKE, _CERTIFICATE):
        context_length = 1 + int.from_bytes(message[4:5]) if version >= ssl.TLSVersion.TLSv1_3 else 0
        start = 4 + context_length + 3
        _seen.set(message[start + 3 : start + 3 + int.from_bytes(message[start : start + 3])])


def _describe(der: bytes) -> dict[str, str]:
    """Return what a certificate says of itself, as far as it can be read; it comes from a stranger."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        facts = {"certificate_for": _names(certificate), "issuer": _issuer(certificate)}
        if certificate.not_valid_after_utc < datetime.now(UTC):
            facts["expired_on"] = certificate.not_valid_after_utc.date().isoformat()
    except _UNREADABLE:
        return {}
    return {key: shown for key, value in facts.items() if (shown := _showable(value))}


def _names(certificate: x509.Certificate) -> str:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    return ", ".join(names.get_values_for_type(x509.DNSName)[:3])


def _issuer(certificate: x509.Certificate) -> str:
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in certificate.issuer.get_attributes_for_oid(kind):
            return str(attribute.value)
    return ""


def _showable(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or char in " .,*-_'()")[:_MAX_SHOWN]
