"""What the wizard, the docs and the sync know of Mews."""

from typing import Final

from core.domain.hotel import Entity, VendorKey
from core.pms.quality import Basis, Level, Quality
from core.pms.vendor import CredentialField, Shape, Vendor
from core.pms.vendors.mews.adapter import MewsAdapter
from core.pms.vendors.mews.guide import GUIDE
from core.pms.vendors.mews.post import POST
from core.pms.vendors.mews.wire import RATE_LIMIT, origins, refuse_token

_SHAPE: Final = "32 characters, a hyphen, 31 characters"

VENDOR: Final = Vendor(
    key=VendorKey.MEWS,
    display_name="Mews",
    tagline="Mews Operations, over the Connector API",
    docs_url="https://docs.mews.com/connector-api",
    fields=(
        CredentialField(
            key="access_token",
            label="Access token",
            where="In Mews Operations under Marketplace, My subscriptions, or in the e-mail from Mews: the "
            "Access Token of your property for Innkeeper.",
            secret=True,
            placeholder=_SHAPE,
            refuse=refuse_token,
        ),
        CredentialField(
            key="client_token",
            label="Client token",
            where="In the e-mail from Mews about your private integration. It names the integration, not the "
            "property, and is the same for all of your hotels.",
            secret=True,
            placeholder=_SHAPE,
            refuse=refuse_token,
        ),
    ),
    guide=GUIDE,
    entities=frozenset(Entity),
    rate_limit=RATE_LIMIT,
    connect=MewsAdapter,
    origins=origins,
    quality=Quality(
        level=Level.CHECKED,
        reason="every call fits Mews's own documents",
        basis=Basis.PUBLISHED,
        tells_changes=frozenset(Entity),
        seen_live=None,
    ),
    post=POST,
    # All sixteen published tokens look so; Mews itself calls them opaque.
    shapes=(Shape("a token", r"[0-9A-Fa-f]{32}-[0-9A-Fa-f]{31}"),),
)
