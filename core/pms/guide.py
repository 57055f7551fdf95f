"""What a hotel admin needs to know of a vendor, as data: one source for wizard, diagnosis and docs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Party(StrEnum):
    """Who must act when a test fails."""

    YOU = "you"
    YOUR_IT = "your IT"
    VENDOR = "the vendor"
    US = "us"


class Cause(StrEnum):
    """What went wrong, finer than the rung of the ladder on which it shows."""

    INPUT = "input"
    POLICY = "policy"
    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"
    TLS_NAME = "tls_name"
    TLS_EXPIRY = "tls_expiry"
    TLS_CHAIN = "tls_chain"
    BETWEEN = "between"
    """Something stands in between: a proxy, a filter, a captive portal, a protective firewall."""
    HTTP = "http"
    CONTENT = "content"
    VENDOR_ERROR = "vendor_error"
    AUTHENTICATION = "authentication"
    ENVIRONMENT = "environment"
    PROPERTY = "property"
    PERMISSION = "permission"
    RATE_LIMIT = "rate_limit"
    CLOCK = "clock"
    VERSION = "version"
    INNKEEPER = "innkeeper"


class Confidence(StrEnum):
    """How sure a diagnosis is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Move(StrEnum):
    """What the first of the ranked actions is, as a key that does not change with its words."""

    MEND_INPUT = "mend_input"
    CHECK_ADDRESS = "check_address"
    COPY_CREDENTIALS = "copy_credentials"
    RENEW_CREDENTIALS = "renew_credentials"
    AUTHORIZE_AGAIN = "authorize_again"
    CHANGE_ENVIRONMENT = "change_environment"
    CHANGE_KIND = "change_kind"
    """Credentials of another kind: a custom app, a token of one property, the other way to sign in."""
    NAME_PROPERTY = "name_property"
    GRANT_RIGHTS = "grant_rights"
    RETRY = "retry"
    WAIT = "wait"
    MEND_CERTIFICATE = "mend_certificate"
    MEND_SERVER = "mend_server"
    OPEN_NETWORK = "open_network"
    CLEAR_THE_WAY = "clear_the_way"
    ASK_VENDOR = "ask_vendor"
    TELL_OPERATOR = "tell_operator"
    SET_CLOCK = "set_clock"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to say of one error code.

    Texts are plain (no markup) and may hold `{name}` for any of the error's `details`, and `{vendor}`.
    `actions` are ranked, the likeliest first; `move` says what that first one is. `message` is ready to be
    sent to the party that must act. What is left out (`move`, `cause`, `confidence` with its reason
    `because`) is taken from the common words of the code, or from where it happened.
    """

    title: str
    explanation: str
    party: Party
    actions: tuple[str, ...]
    message: str | None = None
    move: Move | None = None
    cause: Cause | None = None
    confidence: Confidence | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """A common problem and its cure, for the guide page."""

    problem: str
    cure: str


@dataclass(frozen=True, slots=True)
class Link:
    """A page worth opening; `text` says what it is."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything the wizard says about one vendor.

    `minutes` is the usual time to connect for somebody who has the right to create credentials.
    `unverified` lists what we could not check against the vendor itself; docs and guide pages say it.
    """

    in_short: str
    """What is needed, in a few words, for the card in step 1."""
    summary: str
    you_need: tuple[str, ...]
    where_to_find: tuple[str, ...]
    permissions: tuple[str, ...]
    minutes: int
    cost: str
    limits: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    next_steps: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    unverified: tuple[str, ...] = ()
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)
    """Error code → what to say; rows here go before the common ones in `core.pms.diagnosis`."""
