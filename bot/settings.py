"""Every setting, read once from the environment (or `.env`), checked together, frozen.

This is the only file that reads the environment. A missing or malformed setting is reported with all the
others at once, by name and never with its value.
"""

import re
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import sqlalchemy as sa
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.credentials.keyset import LocalKeyset
from core.domain.errors import SettingsError
from core.domain.secret import Secret
from core.net.guard import AddressPolicy, RefusalError, read_url

Profile = Literal["production", "development"]
Transport = Literal["socket", "http"]

VENDOR_ADDRESSES: Final = {
    "MEWS_URL": "https://api.mews.com",
    "CLOUDBEDS_URL": "https://api.cloudbeds.com",
    "APALEO_URL": "https://api.apaleo.com",
    "APALEO_IDENTITY_URL": "https://identity.apaleo.com",
    "APALEO_WEBHOOK_URL": "https://webhook.apaleo.com",
}
"""Where the vendors live unless the operator says otherwise (a region, a demo environment, a sandbox)."""

_DOOR: Final = re.compile(r"[A-Za-z0-9.-]{1,253}:[1-9][0-9]{0,4}")
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Settings(BaseSettings):
    """What the operator decided. Field names are the environment's, in lower case.

    Every check belongs to one field, also to one that was left out, and a field stands below those that its
    check looks at: so one wrong setting never hides another.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True)

    innkeeper_profile: Profile = "production"
    """`production` or `development`; only the latter may talk to loopback addresses."""
    database_url: str = "sqlite:///var/innkeeper.db"
    """`sqlite:///path` (one machine) or `postgresql://user:password@host/name` (many processes)."""
    pms_encryption_key: SecretStr
    """The key that seals credentials; make one with `innkeeper keys new`. Lose it, and they are lost."""

    slack_transport: Transport = "socket"
    """`socket` needs no public address; `http` needs PUBLIC_URL behind https."""
    slack_app_token: SecretStr = SecretStr("")
    """The app-level token (`xapp-…`) for Socket Mode."""
    slack_signing_secret: SecretStr = SecretStr("")
    """Proves that a request over HTTP comes from Slack; needed for the `http` transport."""
    slack_client_id: str = ""
    """Instead of a bot token: the app's client id, to be installed in many workspaces by OAuth."""
    slack_client_secret: SecretStr = SecretStr("")
    """Belongs to SLACK_CLIENT_ID."""
    slack_bot_token: SecretStr = SecretStr("")
    """The bot token (`xoxb-…`) of the one workspace this installation serves."""
    slack_api_url: str = "https://slack.com/api/"
    """Where Slack's Web API is; ends with a slash."""
    public_url: str = ""
    """Under which address this installation is reached from outside; OAuth sends people back there."""

    innkeeper_allow_loopback: Annotated[tuple[str, ...], NoDecode] = ()
    """Development only: exact `host:port` pairs, separated by commas, that vendors may be reached under."""
    innkeeper_host: str = "127.0.0.1"
    """The address that the web role listens on."""
    innkeeper_port: int = Field(default=3000, ge=1, le=65535)
    """The port that the web role, or the playground, listens on."""

    mews_url: str = VENDOR_ADDRESSES["MEWS_URL"]
    cloudbeds_url: str = VENDOR_ADDRESSES["CLOUDBEDS_URL"]
    apaleo_url: str = VENDOR_ADDRESSES["APALEO_URL"]
    apaleo_identity_url: str = VENDOR_ADDRESSES["APALEO_IDENTITY_URL"]
    apaleo_webhook_url: str = VENDOR_ADDRESSES["APALEO_WEBHOOK_URL"]

    cloudbeds_client_id: str = ""
    """The operator's own app at Cloudbeds: with it, hotels can sign in there instead of typing a key."""
    cloudbeds_client_secret: SecretStr = SecretStr("")
    """Belongs to CLOUDBEDS_CLIENT_ID."""
    apaleo_client_id: str = ""
    """The operator's own connect app at Apaleo: with it, hotels can sign in there instead of typing a key."""
    apaleo_client_secret: SecretStr = SecretStr("")
    """Belongs to APALEO_CLIENT_ID."""

    openai_api_key: SecretStr = SecretStr("")
    """Lets a language model answer questions beside the guide; any text for a server that wants none."""
    openai_plain_http: Annotated[tuple[str, ...], NoDecode] = ()
    """Exact `host:port` pairs of one's own network, separated by commas, where the model is reached without
    TLS."""
    openai_base_url: str = "https://api.openai.com/v1"
    """Where the model is: any server that speaks Chat Completions."""
    openai_model: str = "gpt-4.1-mini"
    """What the model is called there."""
    openai_reasoning_effort: str = ""
    """For models that think before they answer, such as `none` or `low`; empty for all others."""
    openai_daily_tokens: int = Field(default=500_000, ge=0)
    """How many tokens each hotel's questions may cost in a day."""

    innkeeper_jwt_secret: SecretStr = SecretStr("")
    """Opens the REST API: what its bearer tokens are signed with (HS256); at least 32 bytes."""
    innkeeper_jwt_issuer: str = ""
    """The `iss` that every token must carry, if set."""
    innkeeper_jwt_audience: str = ""
    """The `aud` that every token must name, if set."""
    innkeeper_api_per_minute: int = Field(default=60, ge=1, le=100_000)
    """How many requests each caller of the REST API may make in a minute; a sixth of them at once."""
    metrics_token: SecretStr = SecretStr("")
    """Opens `/metrics`: what Prometheus sends as its bearer token; at least 16 characters."""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        try:
            has_name = bool(sa.make_url(value).database)
        except (sa.exc.ArgumentError, ValueError):  # their own words quote the address, password and all
            has_name = False
        if not has_name:
            raise ValueError("must be sqlite:///path or postgresql://user:password@host:port/name")
        return value

    @field_validator("pms_encryption_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        LocalKeyset.parse(value.get_secret_value())
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _opens_a_socket(cls, value: SecretStr, others: ValidationInfo) -> SecretStr:
        if others.data.get("slack_transport") == "socket" and not _starts_with(value, "xapp-"):
            raise ValueError("the socket transport needs it; it starts with xapp-")
        return value

    @field_validator("slack_signing_secret")
    @classmethod
    def _proves_slack(cls, value: SecretStr, others: ValidationInfo) -> SecretStr:
        if others.data.get("slack_transport") == "http" and not value.get_secret_value().strip():
            raise ValueError("the http transport needs it")
        return value

    @field_validator("slack_client_secret")
    @classmethod
    def _belongs_to_the_client(cls, value: SecretStr, others: ValidationInfo) -> SecretStr:
        if others.data.get("slack_client_id") and not value.get_secret_value():
            raise ValueError("SLACK_CLIENT_ID needs it")
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _is_a_bot_token(cls, value: SecretStr, others: ValidationInfo) -> SecretStr:
        """The app acts either with one bot token, or with those that its installations bring."""
        if not value.get_secret_value():
            if not others.data.get("slack_client_id"):
                raise ValueError("is missing (or SLACK_CLIENT_ID, to be installed in many workspaces)")
        elif not _starts_with(value, "xoxb-"):
            raise ValueError("must be a bot token, which starts with xoxb-")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _is_an_api(cls, value: str) -> str:
        if not _is_safe_address(value):
            raise ValueError("must start with https://")
        if not value.endswith("/"):
            raise ValueError("must end with a slash")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_public(cls, value: str, others: ValidationInfo) -> str:
        if not value and others.data.get("slack_client_id"):
            raise ValueError("installing by OAuth needs the public https address of this bot")
        if value and not _is_safe_address(value):
            raise ValueError("must start with https://")
        return value

    @field_validator("innkeeper_allow_loopback", "openai_plain_http", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("innkeeper_allow_loopback")
    @classmethod
    def _is_loopback(cls, value: tuple[str, ...], others: ValidationInfo) -> tuple[str, ...]:
        if value and others.data.get("innkeeper_profile") == "production":
            raise ValueError("is for the development profile only")
        try:
            AddressPolicy("development", value)
        except ValueError:
            raise ValueError("takes host:port pairs of this machine, such as 127.0.0.1:3101") from None
        return value

    @field_validator("mews_url", "cloudbeds_url", "apaleo_url", "apaleo_identity_url", "apaleo_webhook_url")
    @classmethod
    def _may_be_reached(cls, value: str, others: ValidationInfo) -> str:
        allowed = others.data.get("innkeeper_allow_loopback")
        profile = others.data.get("innkeeper_profile")
        if allowed is None or profile is None:
            return value  # what is wrong with these is said already
        try:
            read_url(value, AddressPolicy(profile, allowed).doors)
        except RefusalError as refusal:
            raise ValueError(f"cannot be used: {refusal.reason.value}") from None
        return value.rstrip("/")

    @field_validator("cloudbeds_client_secret", "apaleo_client_secret")
    @classmethod
    def _completes_an_app(cls, value: SecretStr, others: ValidationInfo) -> SecretStr:
        app = str(others.field_name).removesuffix("_secret") + "_id"
        if others.data.get(app) and not value.get_secret_value():
            raise ValueError(f"{app.upper()} needs it")
        if others.data.get(app) and not others.data.get("public_url"):
            raise ValueError(f"{app.upper()} needs PUBLIC_URL, where people are sent back to")
        return value

    @field_validator("openai_plain_http")
    @classmethod
    def _names_doors(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_DOOR.fullmatch(entry) for entry in value):
            raise ValueError("takes host:port pairs, such as models.internal:8000")
        return tuple(entry.lower() for entry in value)

    @field_validator("openai_base_url")
    @classmethod
    def _keeps_questions_private(cls, value: str, others: ValidationInfo) -> str:
        """With TLS, unless it stays on this machine or the operator has named the place as one without."""
        if not (_is_safe_address(value) or _door_of(value) in (others.data.get("openai_plain_http") or ())):
            raise ValueError("must start with https:// (or OPENAI_PLAIN_HTTP must name its host:port)")
        return value.rstrip("/")

    @field_validator("openai_model")
    @classmethod
    def _names_a_model(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("must name a model")
        return value.strip()

    @field_validator("innkeeper_jwt_secret")
    @classmethod
    def _is_long_enough(cls, value: SecretStr) -> SecretStr:
        """RFC 7518, section 3.2: a key as long as the hash, or longer."""
        if value.get_secret_value() and len(value.get_secret_value().encode()) < 32:
            raise ValueError("must have at least 32 bytes")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _cannot_be_guessed(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and len(value.get_secret_value()) < 16:
            raise ValueError("must have at least 16 characters")
        return value

    @property
    def apps(self) -> dict[str, Secret]:
        """The operator's own apps at vendors, by setting name."""
        typed = {
            "CLOUDBEDS_CLIENT_ID": self.cloudbeds_client_id,
            "CLOUDBEDS_CLIENT_SECRET": self.cloudbeds_client_secret.get_secret_value(),
            "APALEO_CLIENT_ID": self.apaleo_client_id,
            "APALEO_CLIENT_SECRET": self.apaleo_client_secret.get_secret_value(),
        }
        return {name: Secret(value) for name, value in typed.items() if value}

    @property
    def addresses(self) -> dict[str, str]:
        """The vendors' base addresses by setting name."""
        return {name: getattr(self, name.lower()) for name in VENDOR_ADDRESSES}

    @property
    def policy(self) -> AddressPolicy:
        """Which addresses may be reached."""
        return AddressPolicy(self.innkeeper_profile, self.innkeeper_allow_loopback)

    @property
    def bot_token(self) -> Secret:
        """The bot token, in a type that shows nothing."""
        return Secret(self.slack_bot_token.get_secret_value())

    @property
    def client_secret(self) -> Secret:
        """The app's client secret, in a type that shows nothing."""
        return Secret(self.slack_client_secret.get_secret_value())

    @property
    def signing_secret(self) -> Secret:
        """The signing secret, in a type that shows nothing."""
        return Secret(self.slack_signing_secret.get_secret_value())

    @property
    def openai_key(self) -> Secret:
        """The language model's key, in a type that shows nothing; empty where there is no model."""
        return Secret(self.openai_api_key.get_secret_value().strip())

    @property
    def jwt_secret(self) -> Secret:
        """What the REST API's tokens are signed with, in a type that shows nothing; empty without an API."""
        return Secret(self.innkeeper_jwt_secret.get_secret_value())

    @property
    def metrics_key(self) -> Secret:
        """What opens the metrics, in a type that shows nothing; empty where nobody may see them."""
        return Secret(self.metrics_token.get_secret_value())

    @property
    def sqlite_path(self) -> Path | None:
        """The database file; None on PostgreSQL."""
        if not self.database_url.startswith("sqlite:///"):
            return None
        return Path(self.database_url.removeprefix("sqlite:///"))


def read_settings() -> Settings:
    """Read and check every setting.

    Raises: SettingsError with what is wrong, by name; no value is ever part of it.
    """
    try:
        return Settings()  # type: ignore[call-arg]  # the environment brings what is required
    except ValidationError as error:
        raise SettingsError(_problems(error)) from None


def _problems(error: ValidationError) -> dict[str, str]:
    problems = {}
    for detail in error.errors(include_input=False, include_url=False):
        missing = detail["type"] == "missing"
        text = "is missing" if missing else detail["msg"].removeprefix("Value error, ")
        problems[str(detail["loc"][0]).upper()] = text
    return problems


def _starts_with(token: SecretStr, beginning: str) -> bool:
    return token.get_secret_value().startswith(beginning)


def _door_of(url: str) -> str:
    """Return the `host:port` of a plain http address; empty where there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or 80
    except ValueError:
        return ""
    return f"{parts.hostname}:{port}" if parts.scheme == "http" and parts.hostname else ""


def _is_safe_address(url: str) -> bool:
    """Whether an address is https, or http on this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _THIS_MACHINE))
