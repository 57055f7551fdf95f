"""Until when a server's certificate is good is seen at the handshake, by whoever wants to know."""

import datetime as dt

import trustme

from core.net import certificates
from core.net.certificates import Seen
from core.net.client import Call, GuardedClient
from core.net.guard import AddressPolicy
from tests.core.net.servers import Dial, Dns, client_tls, ok, serve, server_tls

HOST = "api.hotel-pms.com"
BEGINS = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ENDS = dt.datetime(2900, 1, 1, tzinfo=dt.UTC)


async def ask(ca: trustme.CA) -> None:
    certificate = ca.issue_cert(HOST, not_before=BEGINS, not_after=ENDS)
    async with serve(ok(), server_tls(certificate)) as served:
        client = GuardedClient(
            AddressPolicy(), tls=client_tls(ca), resolve=Dns(["198.41.0.4"]), dial=Dial(served.port)
        )
        try:
            assert (await client.send(Call("GET", f"https://{HOST}/"))).status == 200
        finally:
            await client.aclose()


async def test_who_watches_sees_the_certificate() -> None:
    ca = trustme.CA()
    with certificates.watching() as seen:
        await ask(ca)
    await ask(ca)  # nobody watches any more
    assert seen == {HOST: Seen(HOST, BEGINS, ENDS)}


async def test_without_tls_there_is_nothing_to_see() -> None:
    with certificates.watching() as seen:
        certificates.note(HOST, None)
    assert seen == {}
