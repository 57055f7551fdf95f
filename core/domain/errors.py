"""Every error we know by name, sorted by who must act next.

KnownError                          code · layer · details · request_id
├─ AdminMustActError                the hotel's admin can mend it; shown with the next step
│  ├─ InputRefusedError             a typed value cannot be right
│  ├─ AddressRefusedError           our address policy forbids the host (never contacted)
│  ├─ HostUnknownError              the name does not exist
│  ├─ CertificateRefusedError       the server's certificate does not prove who it is
│  ├─ CredentialsRefusedError       the vendor knows the caller and says no
│  ├─ CredentialsExpiredError       they were good once: re-authenticate
│  ├─ PermissionMissingError        good credentials, but not for this
│  ├─ PropertyNotFoundError         good credentials, but for no (or another) hotel
│  ├─ AddressMisdirectedError       something answered, but not the vendor's API
│  └─ FeatureUnsupportedError       this vendor cannot express it
├─ TryLaterError                    nobody need act: the job waits `retry_after_s`
│  ├─ VendorUnreachableError        no connection: DNS trouble, refused, timed out, reset
│  ├─ VendorUnavailableError        the vendor answered 5xx or asked for patience
│  └─ RateLimitedError              429
└─ VendorAnswerUnreadableError      ours to mend: an answer outside what we understand

UnreadableCredentialError and SettingsError stand outside the tree, so that no retry can swallow them.
Codes are stable keys: words live in the guides and in bot/texts.py. `details` are safe to show; a secret
never enters an exception.
"""

from collections.abc import Mapping
from enum import StrEnum


class Layer(StrEnum):
    """One rung of the connection test, in the order in which it is climbed."""

    INPUT = "input"
    POLICY = "policy"
    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"
    HTTP = "http"
    AUTHENTICATION = "authentication"
    PROPERTY = "property"
    PERMISSIONS = "permissions"


class KnownError(Exception):
    """An error we can explain. `code` finds its words, `layer` where it happened.

    `details` holds short, safe facts for the explanation (host, port, date); `request_id` is the vendor's
    own number of the call, which its support will ask for.
    """

    def __init__(
        self,
        code: str,
        layer: Layer,
        *,
        details: Mapping[str, str] | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.layer = layer
        self.details: dict[str, str] = dict(details or {})
        self.request_id = request_id


class AdminMustActError(KnownError):
    """The hotel's admin can mend it."""


class InputRefusedError(AdminMustActError):
    """A typed value cannot be right; `details["field"]` names it."""


class AddressRefusedError(AdminMustActError):
    """The address policy forbids the host; nothing was sent to it."""


class HostUnknownError(AdminMustActError):
    """DNS says that the name does not exist."""


class CertificateRefusedError(AdminMustActError):
    """The certificate is expired, for another name, or from nobody we trust."""


class CredentialsRefusedError(AdminMustActError):
    """The vendor refused the credentials."""


class CredentialsExpiredError(AdminMustActError):
    """The credentials were good once and are no longer."""


class PermissionMissingError(AdminMustActError):
    """The credentials are good but do not reach this data; `details["entity"]` names it."""


class PropertyNotFoundError(AdminMustActError):
    """The credentials lead to no property, or not to the one that was expected."""


class AddressMisdirectedError(AdminMustActError):
    """Something answered that is not the vendor's API: a web page, a redirect, a wrong path."""


class FeatureUnsupportedError(AdminMustActError):
    """The vendor has no way to do this; `details["feature"]` names it."""


class TryLaterError(KnownError):
    """Nobody need act; the same call may succeed after `retry_after_s` seconds (None: our own back-off)."""

    def __init__(
        self,
        code: str,
        layer: Layer,
        *,
        retry_after_s: float | None = None,
        details: Mapping[str, str] | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(code, layer, details=details, request_id=request_id)
        self.retry_after_s = retry_after_s


class VendorUnreachableError(TryLaterError):
    """No connection came about, or it broke."""


class VendorUnavailableError(TryLaterError):
    """The vendor is there but cannot serve now."""


class RateLimitedError(TryLaterError):
    """Too many calls; the vendor says when to come back, or not."""


class VendorAnswerUnreadableError(KnownError):
    """The answer is outside what we understand: ours to mend."""


class UnreadableCredentialError(Exception):
    """A sealed credential cannot be opened: wrong key, moved or altered text, unknown format."""


class SettingsError(Exception):
    """The process must not start: `problems` maps each setting's name to what is wrong with it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in problems.items()))
        self.problems = dict(problems)
