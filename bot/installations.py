"""Which workspaces the app is installed in, and the client that speaks to each."""

from typing import Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from core.domain.secret import Secret

SLACK_TIMEOUT_S = 10


class Installations(Protocol):
    """Finds the client of a workspace."""

    @property
    def template(self) -> AsyncWebClient:
        """A client that Bolt copies for each request, with the token that `authorize` finds."""
        ...

    async def client(self, workspace_id: str) -> AsyncWebClient | None:
        """Return a client that acts as the app in this workspace; None where it is not installed."""
        ...

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Return as whom the app acts for a request; None turns the request away."""
        ...

    async def forget(self, workspace_id: str) -> None:
        """Note that a workspace has taken the app out. Harmless when repeated."""
        ...


def open_client(base_url: str, token: Secret | None = None) -> AsyncWebClient:
    """Return a client with patience: it obeys Retry-After and tries again after a hiccup."""
    client = AsyncWebClient(
        token=token.reveal() if token else None, base_url=base_url, timeout=SLACK_TIMEOUT_S
    )
    client.retry_handlers = [
        AsyncConnectionErrorRetryHandler(max_retry_count=1),
        AsyncRateLimitErrorRetryHandler(max_retry_count=2),
        AsyncServerErrorRetryHandler(max_retry_count=2),
    ]
    return client


class SingleInstallation:
    """The one workspace whose bot token is in the settings."""

    def __init__(self, token: Secret, base_url: str) -> None:
        self._token = token
        self._client = open_client(base_url, token)
        self.template = open_client(base_url)
        self._result: AuthorizeResult | None = None

    async def client(self, workspace_id: str) -> AsyncWebClient | None:
        """Return the client if it is for this workspace."""
        result = await self._identity()
        return self._client if result.team_id == workspace_id else None

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Return the app's identity for requests of its own workspace alone."""
        result = await self._identity()
        return result if team_id is None or result.team_id == team_id else None

    async def forget(self, workspace_id: str) -> None:
        """Ask again who the token is at the next request: it is the operator's to replace."""
        self._result = None

    async def _identity(self) -> AuthorizeResult:
        """Ask Slack once who the token is; a failure is not kept, so the next request asks again."""
        if self._result is None:
            answer = await self._client.auth_test()
            self._result = AuthorizeResult.from_auth_test_response(
                auth_test_response=answer, bot_token=self._token.reveal()
            )
        return self._result
