"""The app's own token in a workspace, sealed before that workspace leads to any hotel.

It has a data key to itself, wrapped beside it, so it needs no hotel's key and dies with its row.
"""

import secrets
from typing import Final

from core.credentials import envelope
from core.credentials.envelope import KEY_BYTES, Binding, Key
from core.credentials.vault import KeyProvider
from core.domain.secret import Secret

_KEY_ID: Final = "workspace"


async def seal_token(provider: KeyProvider, workspace_id: str, origin: str, token: Secret) -> tuple[str, str]:
    """Return (wrapped key, sealed token) for one workspace; the token may be sent to `origin` alone."""
    key = Key(_KEY_ID, secrets.token_bytes(KEY_BYTES))
    wrapped = await provider.wrap(key, _scope(workspace_id))
    return wrapped, envelope.seal_credential(key, _binding(workspace_id, origin), token)


async def open_token(
    provider: KeyProvider, workspace_id: str, origin: str, wrapped: str, sealed: str
) -> Secret:
    """Return the token.

    Raises: UnreadableCredentialError for another workspace's, or one sealed for another address.
    """
    key = await provider.unwrap(wrapped, _scope(workspace_id), _KEY_ID)
    return envelope.open_credential(key, _binding(workspace_id, origin), sealed)


def _scope(workspace_id: str) -> str:
    return f"workspace:{workspace_id}"


def _binding(workspace_id: str, origin: str) -> Binding:
    return Binding(_scope(workspace_id), "workspace", workspace_id, "bot_token", origin)
