"""What the wizard, the docs and the sync know of OPERA Cloud."""

from typing import Final

from core.domain.hotel import Entity, VendorKey
from core.pms.quality import Basis, Level, Quality
from core.pms.vendor import CredentialField, FieldKind, Vendor
from core.pms.vendors.opera import account
from core.pms.vendors.opera.adapter import OperaAdapter
from core.pms.vendors.opera.guide import GUIDE
from core.pms.vendors.opera.wire import RATE_LIMIT

VENDOR: Final = Vendor(
    key=VendorKey.OPERA,
    display_name="Oracle OPERA Cloud",
    tagline="The OPERA Cloud property system, through Oracle's integration platform (OHIP)",
    docs_url="https://docs.oracle.com/en/industries/hospitality/integration-platform/ohipu/",
    fields=(
        CredentialField(
            key="gateway_url",
            label=account.GATEWAY,
            where="In the Developer Portal under Environments, View Details: the address of your gateway.",
            kind=FieldKind.URL,
            placeholder="https://….hospitality-api.….ocs.oraclecloud.com",
            refuse=account.refuse_gateway,
        ),
        CredentialField(
            key="app_key",
            label=account.APP_KEY,
            where="In the Developer Portal under Applications, View Details: the Application Key.",
            secret=True,
            placeholder="xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx",
            refuse=account.refuse_app_key,
        ),
        CredentialField(
            key="client_id",
            label=account.CLIENT_ID,
            where="In the same environment: the Client ID of the client for Innkeeper.",
            refuse=account.refuse_client_id,
        ),
        CredentialField(
            key="client_secret",
            label=account.CLIENT_SECRET,
            where="Shown once when it is issued. If it is lost, issue a new one; the old one then ends.",
            secret=True,
            refuse=account.refuse_secret,
        ),
        CredentialField(
            key="hotel_id",
            label=account.HOTEL_ID,
            where="The code of your property in OPERA, not that of the chain or the hub.",
            placeholder="HOTEL1",
            max_length=20,
            refuse=account.refuse_hotel_id,
        ),
        CredentialField(
            key="enterprise_id",
            label=account.ENTERPRISE_ID,
            where="Beside the Gateway URL, if the environment's scheme is Client Credentials. Else leave it "
            "empty.",
            required=False,
            max_length=8,
            refuse=account.refuse_enterprise_id,
        ),
        CredentialField(
            key="username",
            label=account.USER,
            where="Only if the environment's scheme is Resource Owner (older environments). Else leave it "
            "empty.",
            required=False,
        ),
        CredentialField(
            key="password",
            label=account.PASSWORD,
            where="Only together with an integration user.",
            secret=True,
            required=False,
        ),
        CredentialField(
            key="external_system",
            label=account.EXTERNAL_SYSTEM,
            where="Only if your OPERA administrator has set up business events for Innkeeper: the code given "
            "to it under External Systems. Else leave it empty.",
            required=False,
            max_length=40,
            refuse=account.refuse_external_system,
        ),
    ),
    guide=GUIDE,
    entities=frozenset(Entity),
    rate_limit=RATE_LIMIT,
    connect=OperaAdapter,
    origins=account.origins,
    quality=Quality(
        level=Level.CHECKED,
        reason="every call fits Oracle's own documents",
        basis=Basis.PUBLISHED,
        tells_changes=frozenset({Entity.BOOKINGS, Entity.GUESTS}),
        seen_live=None,
    ),
)
