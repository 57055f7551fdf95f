"""What every vendor declares, and the one interface that its adapter offers."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from core.domain.clock import Clock
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview, Record, VendorKey
from core.domain.secret import Secret
from core.net.budget import RateLimit as RateLimit  # noqa: PLC0414 - vendors declare it from here
from core.net.budget import Sends
from core.pms.guide import Guide
from core.pms.mailbox import Mailbox
from core.pms.post import PostReader
from core.pms.quality import Quality
from core.pms.reshaping import Reshape, as_it_came
from core.pms.tokens import Grant, HeldTokens, KeepTokens


class FieldKind(StrEnum):
    """How a field is typed and checked."""

    TEXT = "text"
    URL = "url"
    CHOICE = "choice"
    """One of `choices`, picked from a menu and never preset: it is to be made knowingly."""


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One line of the credential form: draws the modal, checks the input, drives redaction.

    `where` tells in the vendor's own words where the value is found. `hint_check` returns a reason when the
    value looks wrong; vendors change their formats, so it only refuses what is certainly wrong.
    """

    key: str
    label: str
    where: str
    secret: bool = False
    required: bool = True
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()
    """What can be picked, where `kind` is CHOICE."""
    placeholder: str = ""
    default: str = ""
    max_length: int = 500
    refuse: Callable[[str], str | None] | None = None
    after_consent: bool = False
    """Whether it is asked for, too, when the person let us in at the vendor's own page."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of canonical records.

    `next_cursor` resumes after this page and is None on the last one. `unknown_values` counts vendor words
    we had no mapping for; `set_aside` counts records that could not be read at all.
    """

    records: tuple[Record, ...]
    next_cursor: str | None
    request_id: str | None = None
    unknown_values: int = 0
    set_aside: int = 0


class PmsAdapter(Protocol):
    """One open line to one property at one vendor.

    Every method raises the errors of `core.domain.errors`: CredentialsRefusedError, PermissionMissingError,
    PropertyNotFoundError, RateLimitedError, VendorUnreachableError, VendorUnavailableError,
    VendorAnswerUnreadableError, AddressRefusedError and their kin.
    """

    async def identify(self) -> PropertyIdentity:
        """Return the property; the cheapest signed call, which proves the credentials."""
        ...

    async def overview(self) -> PropertyOverview:
        """Return what the review step shows so that a manager recognises the own hotel."""
        ...

    def pages(
        self,
        entity: Entity,
        *,
        changed_since: datetime | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
    ) -> AsyncGenerator[Page, None]:
        """Yield the records of one kind, page by page, from `cursor` on; the vendor's page size if None."""
        ...

    async def aclose(self) -> None:
        """Hang up."""
        ...


Standing = Callable[[Entity, Sequence[str]], Awaitable[Mapping[str, datetime | None]]]
"""`standing(entity, ids)` returns those of them that are stored, each with the vendor's own instant of the
change that is: None where what belongs to the record may not have been written yet when it was read."""


async def nothing_stands(_: Entity, __: Sequence[str]) -> Mapping[str, datetime | None]:
    """Return nothing: everything that the vendor tells is news."""
    return {}


@dataclass(frozen=True, slots=True)
class Access:
    """All that an adapter needs to open its line: checked values, secrets, the way out, the time."""

    values: Mapping[str, str]
    secrets: Mapping[str, Secret]
    client: Sends
    clock: Clock
    addresses: Mapping[str, str]
    """Base addresses by setting name (`MEWS_URL` …), as the operator configured them."""
    apps: Mapping[str, Secret] = field(default_factory=dict)
    """The operator's own credentials at vendors, by setting name (`CLOUDBEDS_CLIENT_ID` …); often none."""
    keep_tokens: KeepTokens = HeldTokens
    """Who keeps access tokens for this line; a vendor without tokens never calls it."""
    mailbox: Mailbox | None = None
    """Where answers wait that come in calls of the vendor's own; None where no vendor can call us."""
    reshape: Reshape = as_it_came
    """How rows are turned into the vendor's own form, where `Vendor.read_row` says they may."""
    standing: Standing = nothing_stands
    """What is known already, so that what belongs to it is not asked for once more."""
    memory: dict[str, object] = field(default_factory=dict)
    """What was learnt of the hotel that rarely changes: this process keeps it from line to line."""


Connect = Callable[[Access], PmsAdapter]


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """One person on the way to the vendor's consent page and back; `verifier` proves it is the same."""

    redirect_uri: str
    state: str
    verifier: Secret
    challenge: str
    """`verifier`'s SHA-256 as base64url, for vendors that support PKCE (S256)."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """How a person lets us in at the vendor's own page, instead of typing credentials (OAuth 2.0, code flow).

    It is offered when the operator has configured every one of `app_settings`.
    """

    app_settings: tuple[str, ...]
    scopes: tuple[str, ...]
    consent_url: Callable[[Access, AuthorizationRequest], str]
    exchange: Callable[[Access, str, AuthorizationRequest], Awaitable[Grant]]
    """`exchange(access, code, request)`; raises CredentialsRefusedError for a code that is no longer good."""
    lapses_after: timedelta | None = None
    """After how long without use a consent ends, where that is known."""


@dataclass(frozen=True, slots=True)
class Rereading:
    """What the sync does beyond asking for changes, because a vendor's word on changes is not all.

    Changes are asked for from `overlap` before the last known one; everything is read anew `every` so often.
    """

    overlap: timedelta = timedelta(minutes=5)
    every: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a vendor's secret looks like wherever it stands; `pattern` is searched in text without blanks."""

    what: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """How a vendor is asked to post to an address of ours.

    `prefix` is what every address of ours begins with: what does not is another program's, and is left alone.
    Each call raises what the vendor's calls raise.
    """

    ensure: Callable[[Access, Secret, str], Awaitable[None]]
    """`ensure(access, url, prefix)`: have it post to `url` alone of ours; harmless when repeated."""
    remove: Callable[[Access, str], Awaitable[int]]
    """`remove(access, prefix)`: have it post to none of ours; returns how many subscriptions went."""
    list: Callable[[Access, str], Awaitable[tuple[str, ...]]]
    """`list(access, prefix)`: the ids of our subscriptions."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """A PMS as the wizard, the docs and the sync know it.

    `connect` is None for a vendor that this version lists but cannot connect yet. `origins` tells which
    addresses (scheme://host:port) may ever receive the credentials: they are bound into the ciphertext.
    """

    key: VendorKey
    display_name: str
    tagline: str
    docs_url: str
    fields: tuple[CredentialField, ...]
    guide: Guide
    entities: frozenset[Entity]
    rate_limit: RateLimit
    connect: Connect | None
    origins: Callable[[Mapping[str, str], Mapping[str, str]], tuple[str, ...]]
    """`origins(values, addresses)`; raises InputRefusedError where the values name no address."""
    quality: Quality
    """How far the connector can be trusted; tests hold it against the rules of its level."""
    authorization: Authorization | None = None
    """The vendor's OAuth consent, where it has one."""
    post: PostReader | None = None
    """How the vendor's own calls to us are read, where it makes any."""
    subscribe: Subscriptions | None = None
    """How the vendor is asked to post, where it can be asked."""
    answers_later: bool = False
    """Whether questions may be answered in calls to us, so that the vendor must be told our address first."""
    rereading: Rereading = Rereading()
    read_row: Callable[[Entity, object], Record] | None = None
    """How one row is read, where fields may be mapped, else None; raises UnreadableRowError."""
    keep_alive: timedelta | None = None
    """How long credentials may lie unused, where they die of that: a connection that waits asks so often."""
    shapes: tuple[Shape, ...] = ()
    """Its secrets that look like nothing else, so that one that was pasted is recognised."""

    @property
    def is_told_the_address(self) -> bool:
        """Whether a person has to tell the vendor where to post: it posts, and cannot be asked to."""
        return self.post is not None and self.subscribe is None

    @property
    def is_available(self) -> bool:
        """Whether this version can connect it."""
        return self.connect is not None
