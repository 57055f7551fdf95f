"""Installations in many workspaces, each with a token of its own, installed by Slack's OAuth.

Bolt's own flow does the talking; what it stores goes sealed into our database. Token rotation stays off: a
rotating token can be lost between Slack's answer and our commit, and then only a reinstall helps.
"""

import secrets
from collections import OrderedDict
from datetime import timedelta
from logging import Logger, getLogger
from typing import Final

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot import pages
from bot.installations import open_client
from bot.manifest import SCOPES
from core.credentials.vault import KeyProvider
from core.credentials.workspace_token import open_token, seal_token
from core.domain.clock import Clock
from core.domain.secret import Secret
from core.store import installations as rows
from core.store.database import Database

STATE_LIFETIME: Final = timedelta(minutes=10)
CLIENTS_KEPT: Final = 500


class StoredInstallations:
    """Every workspace that has installed the app."""

    def __init__(self, database: Database, provider: KeyProvider, base_url: str, clock: Clock) -> None:
        self._database = database
        self._provider = provider
        self._base_url = base_url
        self._clock = clock
        self._clients: OrderedDict[str, tuple[str, AsyncWebClient]] = OrderedDict()
        self.template = open_client(base_url)

    async def client(self, workspace_id: str) -> AsyncWebClient | None:
        """Return the client of a workspace; None where the app is not installed (any more)."""
        async with self._database.system() as unit:
            found = await rows.find(unit, workspace_id)
        if found is None:
            return None
        kept = self._clients.get(workspace_id)
        if kept and kept[0] == found.sealed_token:
            return kept[1]
        client = open_client(self._base_url, await self._token(found))
        self._clients[workspace_id] = (found.sealed_token, client)
        if len(self._clients) > CLIENTS_KEPT:
            self._clients.popitem(last=False)
        return client

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Return as whom the app acts in the workspace that sent the request."""
        if team_id is None:
            return None
        async with self._database.system() as unit:
            found = await rows.find(unit, team_id)
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=found.workspace_id,
            bot_user_id=found.bot_user_id,
            bot_id=found.bot_id,
            bot_token=(await self._token(found)).reveal(),
        )

    async def forget(self, workspace_id: str) -> None:
        """Forget a workspace that has taken the app out. The hotel's own rows stay for a reinstall."""
        async with self._database.system() as unit:
            await rows.remove(unit, workspace_id)
        self._clients.pop(workspace_id, None)

    async def keep(self, installation: Installation) -> None:
        """Store what an installation brought."""
        workspace_id, token = installation.team_id, installation.bot_token
        if not workspace_id or not token:
            raise ValueError("only an installation into one workspace, with a bot token, can be kept")
        wrapped, sealed = await seal_token(self._provider, workspace_id, self._base_url, Secret(token))
        new = rows.Installed(
            workspace_id=workspace_id,
            bot_user_id=installation.bot_user_id or "",
            bot_id=installation.bot_id or "",
            scopes=",".join(installation.bot_scopes or ()),
            wrapped_key=wrapped,
            sealed_token=sealed,
            installed_by=installation.user_id,
        )
        async with self._database.system() as unit:
            await rows.save(unit, new, self._clock.now())

    async def _token(self, found: rows.Installed) -> Secret:
        return await open_token(
            self._provider, found.workspace_id, self._base_url, found.wrapped_key, found.sealed_token
        )


class _Store(AsyncInstallationStore):
    """Bolt's view of our installations: it only ever saves."""

    def __init__(self, installations: StoredInstallations) -> None:
        self._installations = installations

    @property
    def logger(self) -> Logger:
        return getLogger(__name__)

    async def async_save(self, installation: Installation) -> None:
        await self._installations.keep(installation)


class _States(AsyncOAuthStateStore):
    """Bolt's view of our single-use states."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def logger(self) -> Logger:
        return getLogger(__name__)

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        state = secrets.token_urlsafe(32)
        async with self._database.system() as unit:
            await rows.add_state(unit, state, self._clock.now() + STATE_LIFETIME)
        return state

    async def async_consume(self, state: str) -> bool:
        async with self._database.system() as unit:
            return await rows.use_state(unit, state, self._clock.now())


def install_flow(
    installations: StoredInstallations,
    database: Database,
    clock: Clock,
    *,
    client_id: str,
    client_secret: Secret,
    public_url: str,
    api_url: str,
) -> AsyncOAuthFlow:
    """Return Bolt's flow with our stores and pages; its redirect goes to exactly one address."""
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret.reveal(),
        scopes=SCOPES,
        redirect_uri=f"{public_url.rstrip('/')}/slack/oauth_redirect",
        install_page_rendering_enabled=False,
        authorization_url=api_url.removesuffix("api/") + "oauth/v2/authorize",
        installation_store=_Store(installations),
        state_store=_States(database, clock),
        state_expiration_seconds=int(STATE_LIFETIME.total_seconds()),
        callback_options=AsyncCallbackOptions(success=_succeeded, failure=_failed),
    )
    return AsyncOAuthFlow(client=open_client(api_url), settings=settings)


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    team = args.installation.team_name or "your workspace"
    page = pages.page(
        "Innkeeper is installed",
        f"It now lives in {team}. Open it in Slack, go to Home and set up your hotel; it takes a minute.",
    )
    return BoltResponse(status=200, headers=pages.HEADERS, body=page)


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    text = _REASONS.get(args.reason, "Please start again from the beginning.")
    page = pages.page("Innkeeper was not installed", text)
    return BoltResponse(status=args.suggested_status_code, headers=pages.HEADERS, body=page)


_REASONS: Final = {
    "access_denied": "You chose not to install it. Nothing was stored.",
    "invalid_browser": "The installation was begun in another browser. Please start again in this one.",
    "invalid_state": "This page was open for too long or was used before. Please start again.",
    "missing_code": "Slack sent no proof of your consent. Please start again.",
    "invalid_code": "Slack no longer accepts the proof of your consent. Please start again.",
}
