"""A vendor with a consent page: it lets us in with codes, and gives tokens as it is told to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from core.domain.errors import KnownError
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.pms.tokens import Grant
from core.pms.vendor import Access, Authorization, AuthorizationRequest, CredentialField, Vendor
from core.pms.vendors.mews.description import VENDOR as MEWS
from tests.core.onboarding.pms import Pms

PUBLIC_URL: Final = "https://innkeeper.example"
CONSENT_URL: Final = "https://vendor.example/consent"
APP: Final = "APALEO_CLIENT_ID"
CODE: Final = "canary-code-77"
TOKENS: Final = {"access_token": Secret("canary-access-1"), "refresh_token": Secret("canary-refresh-1")}


@dataclass
class ConsentPage:
    """What the vendor does with codes, and which it was shown."""

    failure: KnownError | None = None
    shown: list[tuple[str, AuthorizationRequest]] = field(default_factory=list)

    def url(self, access: Access, request: AuthorizationRequest) -> str:
        query = {"state": request.state, "challenge": request.challenge, "back": request.redirect_uri}
        return f"{CONSENT_URL}?{urlencode(query | {'app': access.apps[APP].reveal()})}"

    async def exchange(self, access: Access, code: str, request: AuthorizationRequest) -> Grant:
        self.shown.append((code, request))
        if self.failure:
            raise self.failure
        return Grant(TOKENS["access_token"], 3600.0, TOKENS["refresh_token"])


def consenting(pms: Pms, page: ConsentPage) -> Vendor:
    """Return a vendor with a key to type or a page to consent at, and a property to choose either way."""
    return replace(
        MEWS,
        key=VendorKey.APALEO,
        connect=pms.connect,
        fields=(
            CredentialField("api_key", "Key", "in a drawer", secret=True),
            CredentialField("property_id", "Property", "on the door", required=False, after_consent=True),
        ),
        origins=_origins,
        authorization=Authorization((APP,), (), page.url, page.exchange),
    )


def _origins(values: Mapping[str, str], addresses: Mapping[str, str]) -> tuple[str, ...]:
    return ("https://vendor.example",)
