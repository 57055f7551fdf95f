"""What the wizard, the docs and the sync know of a PMS that speaks the open contract."""

from typing import Final

from core.domain.hotel import Entity, VendorKey
from core.pms.quality import Basis, Level, Quality
from core.pms.vendor import CredentialField, FieldKind, RateLimit, Vendor
from core.pms.vendors.custom.adapter import CustomAdapter
from core.pms.vendors.custom.endpoint import (
    ENDPOINT_LABEL,
    KNOWN_VERSIONS,
    VERSION_LABEL,
    origins,
    refuse_endpoint,
    refuse_key,
    refuse_version,
)
from core.pms.vendors.custom.guide import GUIDE
from core.pms.vendors.custom.normalise import read_row
from core.pms.vendors.custom.post import POST

VENDOR: Final = Vendor(
    key=VendorKey.CUSTOM,
    display_name="Custom PMS",
    tagline="Any PMS, or one of your own, that speaks our open contract",
    docs_url="",  # the contract travels with this repository: docs/custom-pms.md
    fields=(
        CredentialField(
            key="api_key",
            label="API key",
            where="From whoever runs your PMS: a key that may read property, bookings, guests and rooms.",
            secret=True,
            refuse=refuse_key,
        ),
        CredentialField(
            key="endpoint",
            label=ENDPOINT_LABEL,
            where="It comes with the key: the address in front of /v1, as it opens from the internet.",
            kind=FieldKind.URL,
            placeholder="https://pms.your-hotel.com/innkeeper",
            refuse=refuse_endpoint,
        ),
        CredentialField(
            key="version",
            label=VERSION_LABEL,
            where="Leave it as it is unless whoever runs your PMS tells you otherwise.",
            required=False,
            default=KNOWN_VERSIONS[-1],
            max_length=3,
            refuse=refuse_version,
        ),
    ),
    guide=GUIDE,
    entities=frozenset(Entity),
    rate_limit=RateLimit(requests=120, per_s=30),
    connect=CustomAdapter,
    origins=origins,
    quality=Quality(
        level=Level.CHECKED,
        reason="every call fits our published contract",
        basis=Basis.PUBLISHED,
        tells_changes=frozenset(Entity),
        seen_live=None,
    ),
    post=POST,
    read_row=read_row,
)
