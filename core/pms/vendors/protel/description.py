"""What the wizard, the docs and the sync know of protel."""

from typing import Final

from core.domain.hotel import Entity, VendorKey
from core.pms.quality import Basis, Level, Quality
from core.pms.vendor import CredentialField, FieldKind, RateLimit, Vendor
from core.pms.vendors.protel import account
from core.pms.vendors.protel.guide import GUIDE
from core.pms.vendors.protel.rest.adapter import ProtelRestAdapter

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
            where=f"Type {account.REST_BETA} to use protel's REST interface. It is unofficial: protel has "
            "published nothing about it, and it may change or stop without notice. Innkeeper only reads.",
            placeholder=account.REST_BETA,
            max_length=40,
            refuse=account.refuse_interface,
        ),
        CredentialField(
            key="base_url",
            label=account.BASE_URL,
            where="From protel or Planet, together with the key. There is no public address to fall back on.",
            kind=FieldKind.URL,
            placeholder="https://",
            refuse=account.refuse_base_url,
        ),
        CredentialField(
            key="api_key",
            label=account.API_KEY,
            where="From protel or Planet: the value that is sent as X-Api-Key, for your hotel alone.",
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
    connect=ProtelRestAdapter,
    origins=account.origins,
    quality=Quality(
        level=Level.BETA,
        reason="unofficial interface, bookings only",
        basis=Basis.OBSERVED,
        tells_changes=frozenset({Entity.BOOKINGS}),
        seen_live=None,
    ),
)
