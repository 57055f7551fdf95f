"""What the admin typed, read once: which gateway, which hotel, and by which of Oracle's two schemes.

Nobody is asked for the scheme by name, because a copied label is the usual mistake: an Enterprise ID means
client credentials (OCIM, all newer environments), an integration user means the older password grant (SSD).
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from core.domain.errors import InputRefusedError, Layer
from core.domain.secret import Secret
from core.net.names import to_ascii
from core.pms.vendors.opera.wire import SCOPES

GATEWAY: Final = "Gateway URL"
APP_KEY: Final = "Application key"
CLIENT_ID: Final = "Client ID"
CLIENT_SECRET: Final = "Client secret"  # noqa: S105 - what the field is called
HOTEL_ID: Final = "Hotel ID"
ENTERPRISE_ID: Final = "Enterprise ID"
USER: Final = "Integration user"
PASSWORD: Final = "Integration user's password"  # noqa: S105 - what the field is called

EXTERNAL_SYSTEM: Final = "External system code"

Form = Mapping[str, str | Secret]
"""The fields of a token request."""

_PORTS: Final = {"https": 443, "http": 80}
_VISIBLE: Final = re.compile(r"[!-~]*")
_APP_KEY: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_ENTERPRISE_ID: Final = re.compile(r"[A-Z0-9]{1,8}")
_HOTEL_ID: Final = re.compile(r"[!-.0-~]{1,20}")
_EXTERNAL_SYSTEM: Final = re.compile(r"[!-.0-~]{1,40}")


@dataclass(frozen=True, slots=True)
class Account:
    """Who calls, and for which hotel. `client` is the Authorization header of the token call.

    `forms` are the token requests to try, one after the other while the scope is refused. `external_system`
    is whose queue of business events is ours.
    """

    gateway: str
    hotel_id: str
    app_key: Secret
    client: Secret
    enterprise_id: str | None
    forms: tuple[Form, ...]
    external_system: str | None = None


def account_of(values: Mapping[str, str], secrets: Mapping[str, Secret]) -> Account:
    """Return what was typed as an account.

    Raises: InputRefusedError (`input.missing`, `input.malformed`; `opera.scheme_missing` and
    `opera.scheme_unclear` when neither or both of the schemes are filled in).
    """
    enterprise_id = _optional(values.get("enterprise_id")).upper() or None
    client_id = _typed(values.get("client_id"), CLIENT_ID)
    client_secret = _typed(_revealed(secrets, "client_secret"), CLIENT_SECRET)
    return Account(
        gateway=gateway_of(values),
        hotel_id=_typed(values.get("hotel_id"), HOTEL_ID),
        # The gateways give keys in lower case; typed capitals are the same key.
        app_key=Secret(_typed(_revealed(secrets, "app_key"), APP_KEY).lower()),
        client=Secret(f"Basic {b64encode(f'{client_id}:{client_secret}'.encode()).decode()}"),
        enterprise_id=enterprise_id,
        forms=_forms(enterprise_id, _optional(values.get("username")), _revealed(secrets, "password")),
        external_system=_optional(values.get("external_system")) or None,
    )


def gateway_of(values: Mapping[str, str]) -> str:
    """Return the gateway as scheme://host:port, the port spelled out.

    Raises: InputRefusedError (`input.missing`, `input.malformed`) when the values name no address.
    """
    text = _typed(values.get("gateway_url"), GATEWAY)
    if (reason := refuse_gateway(text)) is not None:
        raise InputRefusedError("input.malformed", Layer.INPUT, details={"field": GATEWAY, "reason": reason})
    parts = urlsplit(text)
    return f"{parts.scheme}://{_host(parts)}:{parts.port or _PORTS[parts.scheme]}"


def origins(values: Mapping[str, str], addresses: Mapping[str, str]) -> tuple[str, ...]:
    """Return the one address that may ever receive the credentials: the gateway's own."""
    return (gateway_of(values),)


def refuse_gateway(text: str) -> str | None:
    """Say why the text cannot be a gateway's address."""
    try:
        parts = urlsplit(text.strip())
        is_port = parts.port != 0
    except ValueError:
        return "This is no web address. Copy the Gateway URL from the environment in the portal."
    if "@" in parts.netloc:
        return "Leave user name and password out of the address. They have fields of their own."
    if parts.scheme not in _PORTS or not is_port or _host(parts) is None:
        return "Start with https:// and the gateway's name, as the environment in the portal shows it."
    if parts.path not in ("", "/") or "?" in text or "#" in text:
        return "Only the gateway itself: leave out everything behind its name, such as /oauth or /rsv."
    return None


def refuse_app_key(text: str) -> str | None:
    """Say why the text cannot be an application key: Oracle publishes their pattern, a UUID of version 4."""
    if _APP_KEY.fullmatch(text.strip().lower()):
        return None
    return "An application key has 36 characters, in groups of 8, 4, 4, 4 and 12 with hyphens in between."


def refuse_client_id(text: str) -> str | None:
    """Say why the text cannot be a client id. Older ones are GUIDs, newer ones name the environment."""
    if ":" in text:
        return "There is a colon in it. Copy only the Client ID."
    return refuse_secret(text)


def refuse_secret(text: str) -> str | None:
    """Say why the text cannot be what Oracle has made up: visible ASCII without blanks."""
    if _VISIBLE.fullmatch(text.strip()):
        return None
    return "There is a blank, a line break or a special character in it. Copy it again, in one piece."


def refuse_hotel_id(text: str) -> str | None:
    """Say why the text cannot be a property code."""
    if _HOTEL_ID.fullmatch(text.strip()):
        return None
    return "The Hotel ID is the short property code in OPERA, without blanks and slashes."


def refuse_external_system(text: str) -> str | None:
    """Say why the text cannot be an external system's code."""
    if _EXTERNAL_SYSTEM.fullmatch(text.strip()):
        return None
    return "The code is one short word, without blanks and slashes, as OPERA lists it under External Systems."


def refuse_enterprise_id(text: str) -> str | None:
    """Say why the text cannot be an enterprise id: up to eight capitals and digits, as Oracle publishes."""
    if _ENTERPRISE_ID.fullmatch(text.strip().upper()):
        return None
    return "The Enterprise ID has at most 8 letters and digits. The portal shows it with the environment."


def _forms(enterprise_id: str | None, user: str, password: str) -> tuple[Form, ...]:
    if enterprise_id is not None and (user or password):
        raise InputRefusedError("opera.scheme_unclear", Layer.INPUT, details={"field": ENTERPRISE_ID})
    if enterprise_id is not None:
        return tuple({"grant_type": "client_credentials", "scope": scope} for scope in SCOPES)
    if not user and not password:
        raise InputRefusedError("opera.scheme_missing", Layer.INPUT, details={"field": ENTERPRISE_ID})
    return (
        {
            "grant_type": "password",
            "username": _typed(user, USER),
            "password": Secret(_typed(password, PASSWORD)),
        },
    )


def _typed(text: str | None, field: str) -> str:
    if not (typed := _optional(text)):
        raise InputRefusedError("input.missing", Layer.INPUT, details={"field": field})
    return typed


def _optional(text: str | None) -> str:
    return (text or "").strip()


def _revealed(secrets: Mapping[str, Secret], key: str) -> str:
    secret = secrets.get(key)
    return _optional(secret.reveal()) if secret else ""


def _host(parts: SplitResult) -> str | None:
    """Return the host's one ASCII spelling; None when there is none."""
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else to_ascii(host)
