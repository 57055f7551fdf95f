"""What the wizard, the docs and the sync know of Plain."""

from typing import Final

from core.domain.hotel import Entity, VendorKey
from core.pms.quality import Basis, Level, Quality
from core.pms.vendor import CredentialField, FieldKind, Vendor
from core.pms.vendors.plain import account
from core.pms.vendors.plain.adapter import PlainAdapter
from core.pms.vendors.plain.guide import GUIDE

VENDOR: Final = Vendor(
    key=VendorKey.PLAIN,
    display_name="Plain",
    tagline="A property system with a plain REST interface",
    docs_url="https://plain.example.com/developers",
    fields=(
        CredentialField(
            key="base_url",
            label=account.BASE_URL,
            where="In Plain under Settings, Interfaces: the address in front of /api/v2.",
            kind=FieldKind.URL,
            placeholder="https://your-hotel.plain.example.com",
            refuse=account.refuse_base_url,
        ),
        CredentialField(
            key="api_key",
            label="API key",
            where="On the same page: Create key, with the right to read.",
            secret=True,
            refuse=account.refuse_key,
        ),
    ),
    guide=GUIDE,
    entities=frozenset(Entity),
    rate_limit=account.RATE_LIMIT,
    connect=PlainAdapter,
    origins=account.origins,
    quality=Quality(
        level=Level.CHECKED,
        reason="every call fits Plain's own documents",
        basis=Basis.PUBLISHED,
        tells_changes=frozenset(Entity),
        seen_live=None,
    ),
)
