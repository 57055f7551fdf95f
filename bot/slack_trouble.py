"""What can go wrong between us and Slack, and whether waiting helps."""

from collections.abc import Mapping
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

SLACK_TROUBLE: Final = (SlackClientError, ClientError, OSError, TimeoutError)
"""Slack refused (`SlackApiError`), or no answer came that can be read."""

RETRY_S: Final = 5.0
"""When to try again where Slack does not say."""

EXPIRED_TRIGGERS: Final = frozenset({"expired_trigger_id", "trigger_expired", "trigger_exchanged"})

_PASSING: Final = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable"})


def code_of(error: Exception) -> str:
    """Return Slack's own word for its refusal; empty where there is none.

    For a body that is no JSON the SDK hands over aiohttp's response instead of its own (slack_sdk 3.47).
    """
    answer = getattr(getattr(error, "response", None), "data", None)
    return str(answer.get("error", "")) if isinstance(answer, Mapping) else ""


def pause_after(error: Exception) -> float | None:
    """Return after how many seconds the same call may succeed; None where waiting does not help."""
    if not isinstance(error, SlackApiError):
        return RETRY_S
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None) or 0
    if code_of(error) not in _PASSING and status != 429 and status < 500:
        return None
    advice = str(error.response.headers.get("Retry-After", ""))
    return float(advice) if advice.isdecimal() else RETRY_S
