"""What a newcomer can try at each vendor's sandbox: what works, and what fails in an instructive way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.types import ASGIApp

from core.domain.hotel import VendorKey
from core.pms.vendors.apaleo import sandbox as apaleo
from core.pms.vendors.cloudbeds import sandbox as cloudbeds
from core.pms.vendors.custom import sandbox as custom
from core.pms.vendors.mews import sandbox as mews
from core.pms.vendors.opera import sandbox as opera
from core.pms.vendors.protel import sandbox as protel


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One vendor's sandbox and what to type into its form.

    `form` is by field key; `{url}` stands for the sandbox's own address. `fails` are (why, the field, what to
    type there instead). `addresses` names the settings that must point to the sandbox, `apps` brings those
    of the operator's own app there.
    """

    create_sandbox: Callable[..., ASGIApp]
    form: Mapping[str, str]
    fails: tuple[tuple[str, str, str], ...] = ()
    addresses: tuple[str, ...] = ()
    apps: Mapping[str, str] = field(default_factory=dict)
    more: tuple[tuple[str, str], ...] = ()
    """Other ways that work, as (what to type where, the value); `{url}` as above."""
    posts: bool = False
    """Whether the sandbox calls the bot."""


REHEARSALS: Final[Mapping[VendorKey, Rehearsal]] = {
    VendorKey.OPERA: Rehearsal(
        opera.create_sandbox,
        {
            "gateway_url": "{url}",
            "app_key": opera.APP_KEY,
            "client_id": opera.CLIENT_ID,
            "client_secret": opera.CLIENT_SECRET,
            "hotel_id": opera.HOTEL_ID,
            "enterprise_id": opera.ENTERPRISE_ID,
        },
        (
            ("an application without the APIs", "app_key", opera.UNSUBSCRIBED_APP_KEY),
            ("may not read guests", "client_id", opera.NO_PROFILES_CLIENT_ID),
            ("a client id that was retired", "client_id", opera.RETIRED_CLIENT_ID),
            ("a hotel that was not assigned", "hotel_id", opera.OTHER_HOTEL_ID),
            ("an enterprise behind another gateway", "enterprise_id", opera.OTHER_ENTERPRISE_ID),
        ),
        more=(("business events (External system code)", opera.EXTERNAL_SYSTEM),),
    ),
    VendorKey.MEWS: Rehearsal(
        mews.create_sandbox,
        {"access_token": mews.ACCESS_TOKEN, "client_token": mews.CLIENT_TOKEN},
        (
            ("a switched-off integration", "access_token", mews.DISABLED_ACCESS_TOKEN),
            ("may not read guests", "access_token", mews.NO_CUSTOMERS_ACCESS_TOKEN),
            ("a token for a whole chain", "access_token", mews.PORTFOLIO_ACCESS_TOKEN),
        ),
        ("MEWS_URL",),
    ),
    VendorKey.CLOUDBEDS: Rehearsal(
        cloudbeds.create_sandbox,
        {"api_key": cloudbeds.FULL_KEY},
        (
            ("may not read guests", "api_key", cloudbeds.NO_GUESTS_KEY),
            ("a key that nobody used for 30 days", "api_key", cloudbeds.REVOKED_KEY),
            ("a key for a whole group, without a Property ID", "api_key", cloudbeds.GROUP_KEY),
            ("whoever made the key has left", "api_key", cloudbeds.INACTIVE_USER_KEY),
            ("a property that was closed", "api_key", cloudbeds.CLOSED_KEY),
            ("a Property ID of another hotel", "property_id", cloudbeds.SISTER),
        ),
        ("CLOUDBEDS_URL",),
        {
            "CLOUDBEDS_CLIENT_ID": cloudbeds.CLIENT_ID,
            "CLOUDBEDS_CLIENT_SECRET": cloudbeds.CLIENT_SECRET,
        },
        posts=True,
    ),
    VendorKey.PROTEL: Rehearsal(
        protel.create_sandbox,
        {
            "interface": "REST beta",
            "base_url": "{url}",
            "api_key": protel.FULL_KEY,
            "hotel_id": "2691",
            "time_zone": "Europe/Vienna",
        },
        (
            ("a key that may read nothing", "api_key", protel.LOCKED_KEY),
            ("a key that has ended", "api_key", protel.REFUSED_KEY),
        ),
        more=(
            ("protel I/O instead (Base URL or endpoint)", "{url}" + protel.IO_PATH),
            ("protel I/O instead (API key or token)", protel.IO_TOKEN),
            ("protel I/O: here you enter its address for answers", "{url}" + protel.REPLY_ADDRESS_PATH),
        ),
        posts=True,
    ),
    VendorKey.CUSTOM: Rehearsal(
        custom.create_sandbox,
        {"api_key": custom.FULL_KEY, "endpoint": "{url}", "version": "1"},
        (
            ("may read bookings only", "api_key", custom.BOOKINGS_ONLY_KEY),
            ("an expired key", "api_key", custom.EXPIRED_KEY),
            ("an address inside the hotel", "endpoint", "https://10.0.0.12/api"),
        ),
    ),
    VendorKey.APALEO: Rehearsal(
        apaleo.create_sandbox,
        {
            "client_id": apaleo.CLIENT_ID,
            "client_secret": apaleo.CLIENT_SECRET,
            "property_id": apaleo.PROPERTY_ID,
        },
        (
            ("may not read reservations", "client_id", apaleo.NO_RESERVATIONS_CLIENT_ID),
            ("made without names of guests", "client_id", apaleo.NO_NAMES_CLIENT_ID),
            ("an app of another account", "client_id", apaleo.OTHER_HOTEL_CLIENT_ID),
            ("a store app typed as a custom app", "client_id", apaleo.CONNECT_CLIENT_ID),
        ),
        ("APALEO_URL", "APALEO_IDENTITY_URL", "APALEO_WEBHOOK_URL"),
        {"APALEO_CLIENT_ID": apaleo.CONNECT_CLIENT_ID, "APALEO_CLIENT_SECRET": apaleo.CLIENT_SECRET},
        posts=True,
    ),
}
