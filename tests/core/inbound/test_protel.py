"""protel calls with its answers and its notices: from whom, for whom, and what a stranger may try."""

from dataclasses import dataclass, replace
from typing import Final

import pytest
import sqlalchemy as sa

from core.domain.hotel import Entity, VendorKey
from core.domain.secret import Secret
from core.inbound.mailbox import MailRoom, TableMailbox
from core.inbound.protel import ProtelReceiver, Receipt
from core.lines import packing
from core.lines.proofs import protel_tokens
from core.pms.post import Hint
from core.pms.vendors.protel.io.envelope import CONTENT_TYPE, Envelope, opened, sealed
from core.pms.vendors.protel.io.markup import MAX_BYTES, Element, SubElement
from core.pms.vendors.protel.io.messages import NOTIFIED, RETRIEVED
from core.store import connections
from core.store.connections import Connection, ConnectionStatus
from core.store.database import TenantUnit
from core.store.mail import mail_question
from tests.core.inbound.desk import PUBLIC_URL, Desk
from tests.core.onboarding.house import BOREAL, House, as_hotel

OTA: Final = "{http://www.opentravel.org/OTA/2003/05}"
TOKEN: Final = "canary-protel-token"
HOTEL_ID: Final = "2691"
NOT_AT_ALL_S: Final = 0.0
HEADERS: Final = {"content-type": CONTENT_TYPE, "authorization": f"Bearer {TOKEN}"}
ORIGIN: Final = "https://io.protel.example:443"


def answer(number: str) -> bytes:
    """Return an answer without any stays."""
    root = Element(f"{OTA}{RETRIEVED}", {"CorrelationID": number, "Version": "6.500"})
    SubElement(root, f"{OTA}Success")
    return sealed(Envelope(number, root))


def notice(number: str = "RES#1", stay: str = "4711", hotel_id: str = HOTEL_ID) -> bytes:
    """Return a notice of one stay, as little of it as is looked at."""
    root = Element(f"{OTA}{NOTIFIED}", {"CorrelationID": number})
    source = SubElement(SubElement(root, f"{OTA}POS"), f"{OTA}Source")
    SubElement(source, f"{OTA}RequestorID", {"Type": "10", "ID": hotel_id})
    listed = SubElement(SubElement(root, f"{OTA}HotelReservations"), f"{OTA}HotelReservation")
    SubElement(listed, f"{OTA}UniqueID", {"Type": "14", "ID": stay, "ID_Context": "protelIO"})
    return sealed(Envelope(number, root))


@dataclass
class Door:
    """protel's door at a house, and the tokens that it may show there."""

    house: House
    receiver: ProtelReceiver
    address: str
    mailbox: TableMailbox

    async def post(self, body: bytes, **headers: str) -> Receipt:
        given = {**HEADERS, **{name.replace("_", "-"): text for name, text in headers.items()}}
        return await self.receiver.receive(self.address.rpartition("/")[2], given, body)

    async def answers(self) -> list[str | None]:
        async with self.house.database.system() as unit:
            rows = await unit.connection.execute(sa.select(mail_question.c.sealed_answer))
            return list(rows.scalars())


def connection(vendor: VendorKey = VendorKey.PROTEL) -> Connection:
    """Return a connection over protel I/O, whose secret is still to be sealed."""
    return Connection(
        id="c-1",
        vendor=vendor,
        sealed="",
        status=ConnectionStatus.ACTIVE,
        values={"interface": "protel I/O", "hotel_id": HOTEL_ID},
        origin=ORIGIN,
        property_id=HOTEL_ID,
        property_name="Hotel Aurora",
    )


async def connect(house: House, token: str = TOKEN, vendor: VendorKey = VendorKey.PROTEL) -> None:
    """Connect Aurora over protel I/O."""
    new = connection(vendor=vendor)
    async with house.database.transaction(as_hotel()) as unit:
        place = packing.slot(vendor, new.id, ORIGIN)
        text = await house.vault.seal(unit, place, packing.pack({"api_key": Secret(token)}))
        await connections.save(unit, replace(new, sealed=text), house.clock.now())


@pytest.fixture
async def door(house: House) -> Door:
    """Aurora is connected over protel I/O, and has asked nothing yet."""
    await connect(house)
    return await open_door(house)


async def open_door(house: House) -> Door:
    async def tokens(unit: TenantUnit) -> tuple[Secret, ...]:
        return await protel_tokens(unit, house.vault, house.clock)

    mail_room = MailRoom(house.database, house.queue, house.vault, house.clock, PUBLIC_URL)
    async with house.database.transaction(as_hotel()) as unit:
        address = await mail_room.address(unit)
    mailbox = mail_room.open(as_hotel())
    assert mailbox is not None
    receiver = ProtelReceiver(house.database, house.queue, house.clock, mail_room, tokens)
    return Door(house, receiver, address, mailbox)


async def test_an_answer_is_kept_and_acknowledged(door: Door) -> None:
    await door.mailbox.expect("question", "q-1")
    receipt = await door.post(answer("q-1"))
    assert (receipt.status, receipt.headers) == (200, {"content-type": CONTENT_TYPE})
    assert opened(receipt.body).relates_to == "q-1"
    assert await door.mailbox.collect("q-1", deadline_s=NOT_AT_ALL_S) == answer("q-1")


@pytest.mark.parametrize("number", ["q-2", "Q-1", "' OR 1=1 --", "x" * 128])
async def test_what_nobody_asked_is_acknowledged_and_dropped(door: Door, number: str) -> None:
    """Else it would come for ever."""
    await door.mailbox.expect("question", "q-1")
    assert (await door.post(answer(number))).status == 200
    assert await door.answers() == [None]


async def test_a_second_and_a_late_answer_change_nothing(door: Door) -> None:
    await door.mailbox.expect("question", "q-1")
    assert (await door.post(answer("q-1"))).status == 200
    first = await door.answers()
    assert (await door.post(answer("q-1"))).status == 200
    assert await door.answers() == first
    door.house.clock.advance(3600)
    await door.mailbox.expect("question", "q-2")
    door.house.clock.advance(3600)
    assert (await door.post(answer("q-2"))).status == 200
    assert sorted(map(bool, await door.answers())) == [False, True]


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer x", "bearer ü", TOKEN, f"Basic {TOKEN}"]
)
async def test_who_does_not_show_the_token_is_nobody(door: Door, authorization: str) -> None:
    await door.mailbox.expect("question", "q-1")
    assert await door.post(answer("q-1"), authorization=authorization) == Receipt(401)
    assert await door.answers() == [None]


async def test_an_address_that_was_never_given_is_unknown(door: Door) -> None:
    for token in ("", "x" * 43, "x"):
        assert await door.receiver.receive(token, HEADERS, answer("q-1")) == Receipt(404)


async def test_another_hotels_address_answers_nothing_here(door: Door) -> None:
    """Boreal's door knows neither Aurora's token nor its questions."""
    await door.mailbox.expect("question", "q-1")
    mail_room = MailRoom(
        door.house.database, door.house.queue, door.house.vault, door.house.clock, PUBLIC_URL
    )
    async with door.house.database.transaction(as_hotel(BOREAL.id)) as unit:
        other = (await mail_room.address(unit)).rpartition("/")[2]
    assert await door.receiver.receive(other, HEADERS, answer("q-1")) == Receipt(401)
    assert await door.answers() == [None]


LAUGHS: Final = b"".join(
    [
        b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a0 'ha'>",
        *(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>".encode() for n in range(1, 10)),
        b"]><l>&a9;</l>",
    ]
)
XXE: Final = b"<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><x>&f;</x>"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (LAUGHS, 400),
        (XXE, 400),
        (b"<!DOCTYPE x SYSTEM 'http://127.0.0.1/x.dtd'><x/>", 400),
        (b"<a>" * 100_000, 400),
        (b"", 400),
        (b"\x00\xff", 400),
        (b" " * (10 * 1024 * 1024), 413),
        (b"<a>" + b" " * MAX_BYTES + b"</a>", 413),
    ],
    ids=["laughs", "xxe", "dtd", "deep", "empty", "garbage", "10 MB", "2 MB"],
)
async def test_what_is_hostile_is_refused_and_nothing_kept(door: Door, body: bytes, status: int) -> None:
    await door.mailbox.expect("question", "q-1")
    assert await door.post(body) == Receipt(status)
    assert await door.answers() == [None]


async def test_a_notice_becomes_post(door: Door) -> None:
    desk = Desk(door.house)
    for _ in range(2):
        assert (await door.post(notice())).status == 200
    [kept] = await desk.waiting()
    assert kept.hints == (Hint(Entity.BOOKINGS, "4711", None, NOTIFIED, HOTEL_ID),)
    assert len(await desk.jobs()) == 1
    assert (await door.post(notice("RES#2"))).status == 200
    assert len(await desk.waiting()) == 2


async def test_a_notice_of_another_hotel_is_dropped(door: Door) -> None:
    desk = Desk(door.house)
    assert (await door.post(notice(hotel_id="1"))).status == 200
    assert await desk.rows() == []


async def test_disconnecting_ends_it(door: Door) -> None:
    async with door.house.database.transaction(as_hotel()) as unit:
        await connections.remove(unit, "c-1")
    assert await door.post(notice()) == Receipt(401)


async def test_another_pms_has_no_say_here(house: House) -> None:
    """The key of a custom PMS opens nothing at protel's door."""
    await connect(house, vendor=VendorKey.CUSTOM)
    door = await open_door(house)
    assert await door.post(notice()) == Receipt(401)


async def test_a_flood_is_slowed_down(door: Door) -> None:
    statuses = [(await door.post(b"", authorization="Bearer x")).status for _ in range(202)]
    assert statuses.count(429) == 2
