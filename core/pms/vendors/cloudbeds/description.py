"""What the wizard, the docs and the sync know of Cloudbeds."""

from datetime import timedelta
from typing import Final

from core.domain.hotel import Entity, VendorKey
from core.pms.quality import Basis, Level, Quality
from core.pms.vendor import CredentialField, Shape, Vendor
from core.pms.vendors.cloudbeds.adapter import CloudbedsAdapter
from core.pms.vendors.cloudbeds.consent import AUTHORIZATION
from core.pms.vendors.cloudbeds.guide import GUIDE
from core.pms.vendors.cloudbeds.line import API_KEY_LABEL
from core.pms.vendors.cloudbeds.post import POST
from core.pms.vendors.cloudbeds.subscribe import SUBSCRIPTIONS_OF_CLOUDBEDS
from core.pms.vendors.cloudbeds.wire import RATE_LIMIT, origins, refuse_key, refuse_property_id

KEEP_ALIVE: Final = timedelta(days=7)
"""How long a connection may be silent. A key that is not used for 30 days dies, and cannot be revived; so a
paused connection still asks for its property this often.
https://developers.cloudbeds.com/docs/api-keys-authentication-guide-for-technology-partners"""

REREAD: Final = timedelta(days=1)
"""How often everything must be read anew: Cloudbeds says that some changes do not show in its times."""

VENDOR: Final = Vendor(
    key=VendorKey.CLOUDBEDS,
    display_name="Cloudbeds",
    tagline="Cloudbeds PMS, over its API",
    docs_url="https://developers.cloudbeds.com/docs/quickstart-guide-api-authentication-for-property-level-users",
    fields=(
        CredentialField(
            key="api_key",
            label=API_KEY_LABEL,
            where="In Cloudbeds under Account, Apps & Marketplace, API Credentials: in the column API Key of "
            "the entry for Innkeeper.",
            secret=True,
            placeholder="cbat_…",
            refuse=refuse_key,
        ),
        CredentialField(
            key="property_id",
            label="Property ID",
            where="The number of your property in Cloudbeds. Only needed when your key opens several "
            "properties; the test then lists them with their numbers.",
            required=False,
            placeholder="123456",
            max_length=20,
            refuse=refuse_property_id,
            after_consent=True,
        ),
    ),
    guide=GUIDE,
    entities=frozenset(Entity),
    rate_limit=RATE_LIMIT,
    connect=CloudbedsAdapter,
    origins=origins,
    quality=Quality(
        level=Level.CHECKED,
        reason="every call fits Cloudbeds's own documents",
        basis=Basis.PUBLISHED,
        tells_changes=frozenset({Entity.BOOKINGS, Entity.GUESTS}),
        seen_live=None,
    ),
    authorization=AUTHORIZATION,
    post=POST,
    subscribe=SUBSCRIPTIONS_OF_CLOUDBEDS,
    keep_alive=KEEP_ALIVE,
    # Only the beginning is promised; 32 letters and digits behind it is what has been seen.
    shapes=(Shape("an API key", r"cbat_[A-Za-z0-9_-]{12,200}"),),
)
