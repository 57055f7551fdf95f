"""TLS: who is believed, who is not, and what is told of them."""

import asyncio
import datetime as dt
import ssl
import warnings
from contextlib import suppress
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from core.domain.errors import CertificateRefusedError, KnownError, Layer, VendorUnreachableError
from core.net.client import Answer, Call, GuardedClient
from core.net.guard import AddressPolicy, Place
from core.net.tls import checked, default_tls
from core.net.tls import refusal as tls_refusal
from tests.core.net.servers import Dial, Dns, Handler, client_tls, ok, serve, server_tls

HOST = "api.hotel-pms.com"
ISSUER = "Hotel Authority"
OK = ok()
LAST_YEAR = dt.datetime.now(dt.UTC) - dt.timedelta(days=365)
FAR = "3000-01-01"
"""Until when trustme's certificates are valid."""


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA(organization_name=ISSUER)


async def ask(
    tls: ssl.SSLContext | None,
    server: ssl.SSLContext | None,
    *,
    seen: list[Layer] | None = None,
    handle: Handler | bytes = OK,
    deadline_s: float = 5.0,
) -> Answer:
    """Send one call to a server that stands behind the vendor's public name."""
    async with serve(handle, server) as served:
        client = GuardedClient(
            AddressPolicy(),
            tls=tls,
            observe=None if seen is None else seen.append,
            resolve=Dns(["198.41.0.4"]),
            dial=Dial(served.port),
        )
        try:
            return await client.send(Call("GET", f"https://{HOST}/"), deadline_s=deadline_s)
        finally:
            await client.aclose()


async def refusal(
    tls: ssl.SSLContext | None,
    server: ssl.SSLContext | None,
    *,
    handle: Handler | bytes = OK,
    deadline_s: float = 5.0,
) -> KnownError:
    seen: list[Layer] = []
    with pytest.raises(KnownError) as caught:
        await ask(tls, server, seen=seen, handle=handle, deadline_s=deadline_s)
    assert seen == [Layer.POLICY, Layer.DNS, Layer.TCP]
    assert caught.value.layer is Layer.TLS
    return caught.value


VERSIONS = pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])


@VERSIONS
async def test_a_private_authority_can_be_trusted(ca: trustme.CA, version: ssl.TLSVersion) -> None:
    server = server_tls(ca.issue_cert(HOST))
    server.maximum_version = version
    assert (await ask(client_tls(ca), server)).status == 200


@VERSIONS
async def test_a_certificate_for_another_name_is_refused_and_its_names_told(
    ca: trustme.CA, version: ssl.TLSVersion
) -> None:
    server = server_tls(ca.issue_cert("www.elsewhere.com", "elsewhere.com"))
    server.maximum_version = version
    error = await refusal(client_tls(ca), server)
    assert (type(error), error.code) == (CertificateRefusedError, "tls.wrong_name")
    assert error.details == {
        "host": HOST,
        "port": "443",
        "certificate_for": "www.elsewhere.com, elsewhere.com",
        "issuer": ISSUER,
        "certificates": "1",
        "expires_on": FAR,
    }


@VERSIONS
async def test_an_expired_certificate_is_refused_and_its_last_day_told(
    ca: trustme.CA, version: ssl.TLSVersion
) -> None:
    expired = ca.issue_cert(HOST, not_before=LAST_YEAR - dt.timedelta(days=9), not_after=LAST_YEAR)
    server = server_tls(expired)
    server.maximum_version = version
    error = await refusal(client_tls(ca), server)
    assert (type(error), error.code) == (CertificateRefusedError, "tls.expired")
    assert error.details == {
        "host": HOST,
        "port": "443",
        "certificate_for": HOST,
        "expired_on": LAST_YEAR.date().isoformat(),
        "issuer": ISSUER,
        "certificates": "1",
    }


async def test_a_certificate_of_nobody_we_know_is_refused() -> None:
    """What a stranger's certificate says of its maker is cleaned before it is shown."""
    stranger = trustme.CA(organization_name="Proxy <!channel> *CA*")
    error = await refusal(client_tls(trustme.CA()), server_tls(stranger.issue_cert(HOST)))
    assert (type(error), error.code) == (CertificateRefusedError, "tls.untrusted")
    assert error.details == {
        "host": HOST,
        "port": "443",
        "certificate_for": HOST,
        "issuer": "Proxy channel *CA*",
        "certificates": "1",
        "expires_on": FAR,
    }


async def test_without_the_look_at_the_certificate_the_error_only_tells_less(ca: trustme.CA) -> None:
    """The hook that shows it is a debugging aid of CPython; nothing else hangs on it."""
    context = client_tls(ca)
    async with serve(ok(), server_tls(ca.issue_cert("elsewhere.com"))) as served:
        client = GuardedClient(
            AddressPolicy(), tls=context, resolve=Dns(["198.41.0.4"]), dial=Dial(served.port)
        )
        context._msg_callback = None  # type: ignore[attr-defined]
        with pytest.raises(CertificateRefusedError) as caught:
            await client.send(Call("GET", f"https://{HOST}/"))
        await client.aclose()
    assert (caught.value.code, caught.value.details) == ("tls.wrong_name", {"host": HOST, "port": "443"})


async def test_a_certificate_that_cannot_be_read_tells_nothing() -> None:
    """What is not well-formed is refused like any other; describing it must not fail."""
    context = client_tls(trustme.CA())
    checked(context)
    note = context._msg_callback  # type: ignore[attr-defined]
    for message in (b"", b"\x0b\x00\x00\x00", b"\x0b" + bytes(40), b"\x0b" + b"\xff" * 40):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            note(None, "read", version, 22, 11, message)
            error = tls_refusal(verification_error(), Place(HOST, 443))
            assert (error.code, error.details) == ("tls.untrusted", {"host": HOST, "port": "443"})


async def test_a_certificate_without_names_or_maker_tells_what_there_is(tmp_path: Path) -> None:
    """Old devices sign themselves and name nobody but, at best, themselves."""
    key = ec.generate_private_key(ec.SECP256R1())
    nameless = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "DE")])
    bare = (
        x509.CertificateBuilder(nameless, nameless, key.public_key(), serial_number=1)
        .not_valid_before(LAST_YEAR)
        .not_valid_after(LAST_YEAR + dt.timedelta(days=999))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "device.pem"
    pem.write_bytes(
        bare.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    error = await refusal(client_tls(trustme.CA()), server)
    expires_on = (LAST_YEAR + dt.timedelta(days=999)).date().isoformat()
    details = {"host": HOST, "port": "443", "certificates": "1", "expires_on": expires_on}
    assert (error.code, error.details) == ("tls.self_signed", details)


def verification_error() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_code = 20
    return error


@pytest.mark.parametrize(
    ("hours", "code"), [(24, "tls.not_yet_valid"), (13, "tls.not_yet_valid"), (1, "tls.clock_behind")]
)
async def test_a_certificate_that_is_not_yet_valid_is_theirs_to_mend_or_our_clocks(
    ca: trustme.CA, hours: int, code: str
) -> None:
    """Nobody installs a certificate for later today, so then it is our clock that is behind."""
    begins = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)
    early = ca.issue_cert(HOST, not_before=begins, not_after=begins + dt.timedelta(days=9))
    error = await refusal(client_tls(ca), server_tls(early))
    assert error.code == code
    assert error.details["valid_from"] == begins.replace(second=0, microsecond=0).isoformat(" ", "minutes")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_public_certificate_without_the_one_above_it_is_an_incomplete_chain(
    tmp_path: Path, version: ssl.TLSVersion
) -> None:
    """It says where the one above it is to be found; the certificate of a private authority does not."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(leaf_with_maker_address(tmp_path))
    server.maximum_version = version
    error = await refusal(client_tls(trustme.CA()), server)
    assert (error.code, error.details["certificates"]) == ("tls.chain_incomplete", "1")


def leaf_with_maker_address(folder: Path) -> Path:
    """Return a file with a key and a certificate that an authority has signed which is not in it."""
    key, maker = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    access = x509.AccessDescription(
        AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier("http://ca.example/1.cer")
    )
    leaf = (
        x509.CertificateBuilder(
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Public Authority R1")]),
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]),
            key.public_key(),
            serial_number=2,
        )
        .not_valid_before(LAST_YEAR)
        .not_valid_after(LAST_YEAR + dt.timedelta(days=999))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        .sign(maker, hashes.SHA256())
    )
    pem = folder / "leaf.pem"
    pem.write_bytes(
        leaf.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return pem


@pytest.mark.parametrize("reason", ["TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "NEWLY_INVENTED"])
def test_a_reason_of_the_handshake_is_named_or_at_least_said_to_be_one(reason: str) -> None:
    error = ssl.SSLError()
    error.reason = reason
    expected = {"NEWLY_INVENTED": "tls.failed"}.get(reason, "tls.http_two_only")
    assert tls_refusal(error, Place(HOST, 443)).code == expected


async def test_outdated_tls_is_refused(ca: trustme.CA) -> None:
    server = server_tls(ca.issue_cert(HOST))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        server.minimum_version = ssl.TLSVersion.TLSv1
        server.maximum_version = ssl.TLSVersion.TLSv1_1
    server.set_ciphers("DEFAULT:@SECLEVEL=0")
    error = await refusal(client_tls(ca), None, handle=tls_by_hand(server))
    assert (type(error), error.code) == (CertificateRefusedError, "tls.too_old")


def tls_by_hand(context: ssl.SSLContext) -> Handler:
    """Return a handler that shakes hands and, unlike asyncio's own, says why when it will not."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(incoming, outgoing, server_side=True)
        with suppress(ssl.SSLError):
            while True:
                try:
                    server.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    writer.write(outgoing.read())
                    incoming.write(await reader.read(65536))
        writer.write(outgoing.read())
        await writer.drain()
        await reader.read(100)

    return handle


async def plain_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    await writer.drain()


async def hang_up(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read(100)


async def hang(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def test_a_server_that_does_not_speak_tls_is_named(ca: trustme.CA) -> None:
    error = await refusal(client_tls(ca), None, handle=plain_http)
    assert (type(error), error.code) == (CertificateRefusedError, "tls.not_tls")


async def test_each_rung_is_told_when_it_is_climbed(ca: trustme.CA) -> None:
    """Whoever watches sees TLS stand before the answer comes, and silence after it is no fault of TLS."""
    seen: list[Layer] = []
    seen_by_then: list[Layer] = []

    async def handle(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        seen_by_then.extend(seen)
        await asyncio.Event().wait()

    with pytest.raises(VendorUnreachableError, match=r"http\.timeout"):
        await ask(client_tls(ca), server_tls(ca.issue_cert(HOST)), seen=seen, handle=handle, deadline_s=1.5)
    assert seen == seen_by_then == [Layer.POLICY, Layer.DNS, Layer.TCP, Layer.TLS]


async def test_a_server_that_hangs_up_on_tls_is_named(ca: trustme.CA) -> None:
    error = await refusal(client_tls(ca), None, handle=hang_up)
    assert (type(error), error.code) == (VendorUnreachableError, "tls.broken")


async def test_a_server_that_never_answers_the_handshake_is_named(ca: trustme.CA) -> None:
    error = await refusal(client_tls(ca), None, handle=hang, deadline_s=0.8)
    assert (type(error), error.code) == (VendorUnreachableError, "tls.timeout")


async def test_a_call_cancelled_in_the_handshake_hangs_up(ca: trustme.CA) -> None:
    greeted, hung_up = asyncio.Event(), asyncio.Event()

    async def handle(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        greeted.set()
        await reader.read()
        hung_up.set()

    async with serve(handle) as served:
        client = GuardedClient(
            AddressPolicy(), tls=client_tls(ca), resolve=Dns(["198.41.0.4"]), dial=Dial(served.port)
        )
        task = asyncio.create_task(client.send(Call("GET", f"https://{HOST}/")))
        await greeted.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(2):
            await hung_up.wait()
        await client.aclose()


async def test_a_client_certificate_that_is_missing_is_named_as_tls(ca: trustme.CA) -> None:
    """With TLS 1.3 the server says so only after the handshake, as the first thing that is read."""
    server = server_tls(ca.issue_cert(HOST))
    server.verify_mode = ssl.CERT_REQUIRED
    ca.configure_trust(server)
    with pytest.raises(CertificateRefusedError) as caught:
        await ask(client_tls(ca), None, handle=tls_by_hand(server))
    assert (caught.value.code, caught.value.layer) == ("tls.client_certificate", Layer.TLS)


async def test_only_http_1_1_is_offered(ca: trustme.CA) -> None:
    spoken: list[str | None] = []
    server = server_tls(ca.issue_cert(HOST))
    server.set_alpn_protocols(["h2", "http/1.1"])

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        spoken.append(writer.get_extra_info("ssl_object").selected_alpn_protocol())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ok())
        await writer.drain()

    assert (await ask(client_tls(ca), server, handle=handle)).status == 200
    assert spoken == ["http/1.1"]


async def test_development_opens_a_door_for_tls_too(ca: trustme.CA) -> None:
    async with serve(ok(), server_tls(ca.issue_cert("127.0.0.1"))) as served:
        policy = AddressPolicy("development", (f"127.0.0.1:{served.port}",))
        client = GuardedClient(policy, tls=client_tls(ca))
        assert (await client.send(Call("GET", served.url(scheme="https")))).status == 200
        await client.aclose()


async def test_the_environment_does_not_say_whom_to_trust(
    ca: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem, keys = tmp_path / "ca.pem", tmp_path / "keys.log"
    ca.cert_pem.write_to_path(str(pem))
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
    default_tls.cache_clear()
    try:
        error = await refusal(None, server_tls(ca.issue_cert(HOST)))
    finally:
        default_tls.cache_clear()
    assert error.code == "tls.untrusted"
    assert not keys.exists()


def test_a_context_that_does_not_care_is_refused(ca: trustme.CA) -> None:
    nameless, careless = client_tls(ca), client_tls(ca)
    nameless.check_hostname = False
    careless.verify_mode = ssl.CERT_OPTIONAL
    for context in (nameless, careless):
        with pytest.raises(ValueError, match="demand a certificate and check its name"):
            checked(context)
        with pytest.raises(ValueError, match="demand a certificate and check its name"):
            GuardedClient(AddressPolicy(), tls=context)


def test_the_default_context_is_made_once_and_trusts_the_public_authorities() -> None:
    context = default_tls()
    assert context is default_tls()
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert len(context.get_ca_certs()) > 50
