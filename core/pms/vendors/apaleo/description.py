"""What the wizard, the docs and the sync know of Apaleo."""

from typing import Final

from core.domain.hotel import Entity, VendorKey
from core.pms.quality import Basis, Level, Quality
from core.pms.vendor import CredentialField, Vendor
from core.pms.vendors.apaleo.adapter import ApaleoAdapter
from core.pms.vendors.apaleo.guide import GUIDE
from core.pms.vendors.apaleo.identity import AUTHORIZATION
from core.pms.vendors.apaleo.post import POST
from core.pms.vendors.apaleo.subscribe import SUBSCRIPTIONS_OF_APALEO
from core.pms.vendors.apaleo.wire import (
    RATE_LIMIT,
    origins,
    refuse_client_id,
    refuse_client_secret,
    refuse_property_id,
)

VENDOR: Final = Vendor(
    key=VendorKey.APALEO,
    display_name="Apaleo",
    tagline="The open, API-first property platform",
    docs_url="https://apaleo.dev/guides/oauth-connection/register-simple-client-app.html",
    fields=(
        CredentialField(
            key="client_id",
            label="Client ID",
            where="In Apaleo under Apps, Connected apps: of the custom app that you made for Innkeeper.",
            placeholder="ABCD-SP-INNKEEPER",
            refuse=refuse_client_id,
        ),
        CredentialField(
            key="client_secret",
            label="Client secret",
            where="Apaleo shows it when you save the custom app. If it is lost, add a new secret there.",
            secret=True,
            refuse=refuse_client_secret,
        ),
        CredentialField(
            key="property_id",
            label="Property ID",
            where="The short code of your hotel in Apaleo, not its name. Leave it empty if your account has "
            "only one property.",
            required=False,
            placeholder="MUC",
            max_length=50,
            refuse=refuse_property_id,
            after_consent=True,
        ),
    ),
    guide=GUIDE,
    entities=frozenset(Entity),
    rate_limit=RATE_LIMIT,
    connect=ApaleoAdapter,
    origins=origins,
    quality=Quality(
        level=Level.TESTED,
        reason="official interface, part of it known second-hand",
        basis=Basis.RECONSTRUCTED,
        tells_changes=frozenset({Entity.BOOKINGS, Entity.GUESTS}),
        seen_live=None,
    ),
    authorization=AUTHORIZATION,
    post=POST,
    subscribe=SUBSCRIPTIONS_OF_APALEO,
)
