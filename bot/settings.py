"""Every setting, read once from the environment (or `.env`), checked together, frozen.

This is the only file that reads the environment. A missing or malformed setting is reported with all the
others at once, by name and never with its value.
"""

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.credentials.keyset import LocalKeyset
from core.domain.errors import SettingsError
from core.domain.secret import Secret
from core.net.guard import AddressPolicy

Profile = Literal["production", "development"]
Transport = Literal["socket", "http"]

VENDOR_ADDRESSES: Final = {
    "MEWS_URL": "https://api.mews.com",
    "CLOUDBEDS_URL": "https://api.cloudbeds.com",
    "APALEO_URL": "https://api.apaleo.com",
    "APALEO_IDENTITY_URL": "https://identity.apaleo.com",
}
"""Where the vendors live unless the operator says otherwise (a region, a demo environment, a sandbox)."""


class Settings(BaseSettings):
    """What the operator decided. Field names are the environment's, in lower case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True)

    innkeeper_profile: Profile = "production"
    """`production` or `development`; only the latter may talk to loopback addresses."""
    database_url: str = "sqlite:///var/innkeeper.db"
    """`sqlite:///path` (one machine) or `postgresql://user:password@host/name` (many processes)."""
    pms_encryption_key: SecretStr
    """The key that seals credentials; make one with `innkeeper keys new`. Lose it, and they are lost."""

    slack_bot_token: SecretStr = SecretStr("")
    """The bot token (`xoxb-…`) of the one workspace this installation serves."""
    slack_client_id: str = ""
    """Instead of a bot token: the app's client id, to be installed in many workspaces by OAuth."""
    slack_client_secret: SecretStr = SecretStr("")
    """Belongs to SLACK_CLIENT_ID."""
    slack_app_token: SecretStr = SecretStr("")
    """The app-level token (`xapp-…`) for Socket Mode."""
    slack_signing_secret: SecretStr = SecretStr("")
    """Proves that a request over HTTP comes from Slack; needed for the `http` transport."""
    slack_api_url: str = "https://slack.com/api/"
    """Where Slack's Web API is; ends with a slash."""
    slack_transport: Transport = "socket"
    """`socket` needs no public address; `http` needs PUBLIC_URL behind https."""
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

    @field_validator("innkeeper_allow_loopback", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        if not value.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("must start with https://")
        if not value.endswith("/"):
            raise ValueError("must end with a slash")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return value

    @field_validator("pms_encryption_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        LocalKeyset.parse(value.get_secret_value())
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _is_a_bot_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not value.get_secret_value().startswith("xoxb-"):
            raise ValueError("must be a bot token, which starts with xoxb-")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> "Settings":
        problems = self._installation_problems()
        if self.slack_transport == "socket" and not self.slack_app_token.get_secret_value().startswith(
            "xapp-"
        ):
            problems.append("SLACK_APP_TOKEN: the socket transport needs it; it starts with xapp-")
        if self.slack_transport == "http" and not self.slack_signing_secret.get_secret_value():
            problems.append("SLACK_SIGNING_SECRET: the http transport needs it")
        try:
            AddressPolicy(self.innkeeper_profile, self.innkeeper_allow_loopback)
        except ValueError as error:
            problems.append(f"INNKEEPER_ALLOW_LOOPBACK: {error}")
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _installation_problems(self) -> list[str]:
        """The app acts either with one bot token, or with those that its installations bring."""
        if not self.slack_client_id:
            missing = not self.slack_bot_token.get_secret_value()
            hint = "SLACK_BOT_TOKEN: is missing (or SLACK_CLIENT_ID, to be installed in many workspaces)"
            return [hint] if missing else []
        problems = []
        if not self.slack_client_secret.get_secret_value():
            problems.append("SLACK_CLIENT_SECRET: SLACK_CLIENT_ID needs it")
        if not self.public_url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            problems.append("PUBLIC_URL: installing by OAuth needs the public https address of this bot")
        return problems

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
    problems: dict[str, str] = {}
    for detail in error.errors(include_input=False, include_url=False):
        if detail["loc"]:
            text = (
                "is missing" if detail["type"] == "missing" else detail["msg"].removeprefix("Value error, ")
            )
            problems[str(detail["loc"][0]).upper()] = text
            continue
        for line in detail["msg"].removeprefix("Value error, ").splitlines():
            name, _, text = line.partition(": ")
            problems[name] = text
    return problems
