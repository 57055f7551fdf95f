"""What the wizard, the docs and the sync know of protel."""

from typing import Final

from core.domain.hotel import Entity, VendorKey
from core.pms.quality import Basis, Level, Quality
from core.pms.vendor import CredentialField, FieldKind, RateLimit, Vendor
from core.pms.vendors.protel import account
from core.pms.vendors.protel.account import Interface
from core.pms.vendors.protel.connecting import connect
from core.pms.vendors.protel.guide import GUIDE

RATE_LIMIT: Final = RateLimit(requests=120, per_s=60)
"""protel publishes no limit; two calls a second is our own restraint."""

VENDOR: Final = Vendor(
    key=VendorKey.PROTEL,
    display_name="protel",
    tagline="The protel systems by Planet",
    docs_url="https://confluence.protel.net/display/PIODOC/Integration+Process",
    fields=(
        CredentialField(
            key="interface",
            label=account.INTERFACE,
            where="protel I/O is the official one and takes an agreement with Planet. The REST interface is "
            "an unofficial beta: protel has published nothing about it, and it may change or stop.",
            kind=FieldKind.CHOICE,
            choices=tuple(Interface),
            placeholder="Choose what you have credentials for",
            max_length=40,
            refuse=account.refuse_interface,
        ),
        CredentialField(
            key="base_url",
            label=account.BASE_URL,
            where="From protel or Planet, together with the key or token. For protel I/O: the endpoint for "
            "asynchronous messages.",
            kind=FieldKind.URL,
            placeholder="https://",
            refuse=account.refuse_base_url,
        ),
        CredentialField(
            key="api_key",
            label=account.API_KEY,
            where="From protel or Planet, for your hotel alone. REST: what is sent as X-Api-Key. "
            "protel I/O: the token that is sent as Bearer.",
            secret=True,
            refuse=account.refuse_key,
        ),
        CredentialField(
            key="hotel_id",
            label=account.HOTEL_ID,
            where="The number by which protel or Planet knows your hotel. It names the connection here; the "
            "interface itself tells nothing of the hotel, so check that the key is yours.",
            max_length=32,
            refuse=account.refuse_hotel_id,
        ),
        CredentialField(
            key="time_zone",
            label=account.TIME_ZONE,
            where="Where the hotel stands, as region and city. The interface does not tell it, and dates "
            "hang on it.",
            placeholder="Europe/Vienna",
            max_length=60,
            refuse=account.refuse_zone,
        ),
    ),
    guide=GUIDE,
    entities=frozenset({Entity.BOOKINGS}),
    rate_limit=RATE_LIMIT,
    connect=connect,
    origins=account.origins,
    quality=Quality(
        level=Level.BETA,
        reason="bookings only",
        basis=Basis.OBSERVED,
        tells_changes=frozenset({Entity.BOOKINGS}),
        seen_live=None,
    ),
    answers_later=True,
)
