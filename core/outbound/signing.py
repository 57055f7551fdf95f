"""Signatures after Standard Webhooks 1.0.0 (symmetric, `v1`)."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from standardwebhooks import Webhook

from core.domain.secret import Secret

SIGNED: Final = ("webhook-id", "webhook-timestamp", "webhook-signature")
"""The headers that carry a signature and what it is made of, beside the body."""

_SECRET_BYTES: Final = 32


def new_secret() -> Secret:
    """Return a secret as the standard writes it."""
    return Secret("whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii"))


def signed(keys: Iterable[Secret], message_id: str, body: str, now: datetime) -> dict[str, str]:
    """Return the three headers of an attempt: who has only one of the secrets finds its signature among them.

    `now` is signed, too, so that an old attempt cannot be played again.
    """
    signatures = [Webhook(key.reveal()).sign(message_id, now, body) for key in keys]
    return dict(zip(SIGNED, (message_id, str(int(now.timestamp())), " ".join(signatures)), strict=True))
