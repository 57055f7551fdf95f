"""One call of the app: its arguments, who it speaks for, and the ways in which it can be refused."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NoReturn

from bot.playground.slack.shapes import Finding
from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Channel, Installation, Json

STRUCTURES: Final = frozenset(
    {"attachments", "blocks", "chunks", "loading_messages", "metadata", "prompts", "view"}
)
"""Arguments that are JSON; in a form they arrive as JSON inside a string."""


class ApiError(Exception):
    """The call is refused; `code` is Slack's word for why."""

    def __init__(self, code: str, *, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra
        if messages:
            self.extra["response_metadata"] = {"messages": messages}


def invalid(message: str, pointer: str) -> ApiError:
    """Return the refusal of one argument."""
    return ApiError("invalid_arguments", messages=[str(Finding(pointer, message))])


@dataclass(slots=True)
class Call:
    """A call with its arguments decoded; `installation` is whom the token belongs to, if it is a bot's."""

    standin: Standin
    name: str
    args: Json
    origin: str
    basic: tuple[str, str] | None = None
    """Client id and secret, when they came as the Authorization header."""
    token: str | None = None
    owner: Installation | None = None
    warnings: list[str] = field(default_factory=list)
    """Slack's words; they go with the answer."""
    remarks: list[str] = field(default_factory=list)
    """Sentences for the wire log."""

    @property
    def installation(self) -> Installation:
        """The installation that calls."""
        assert self.owner is not None
        return self.owner

    @property
    def team_id(self) -> str:
        """The workspace that the token belongs to."""
        return self.installation.team_id

    def maybe(self, name: str) -> str | None:
        """Return an optional argument; numbers become text as in a form."""
        value = self.args.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, (dict, list)):
            raise invalid("must be a string", f"/{name}")
        return str(value)

    def need(self, name: str) -> str:
        """Return a required argument.

        Raises: ApiError.
        """
        value = self.maybe(name)
        if value is None:
            raise invalid(f"missing required field: {name}", f"/{name}")
        return value

    def flag(self, name: str) -> bool:
        """Return an optional yes or no, however it is spelled."""
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def structure(self, name: str) -> Any:
        """Return an argument that is JSON, decoded; None when it was not given.

        Raises: ApiError when it is not JSON.
        """
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            code = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
            raise ApiError(code, messages=[str(Finding(f"/{name}", "must be JSON"))]) from None

    def limit(self, default: int, most: int) -> int:
        """Return the page size that was asked for.

        Raises: ApiError.
        """
        text = self.maybe("limit") or str(default)
        if not text.isdecimal():
            raise ApiError("invalid_limit")
        return max(1, min(int(text), most))

    def channel(self, name: str = "channel", *, as_member: bool = False) -> Channel:
        """Return the channel that an argument names.

        Raises: ApiError when it is not there for this token, or (as_member) the app is not in it.
        """
        found = self.standin.world.channel_in(self.team_id, self.need(name))
        if found is None or (found.kind == "private" and not found.app_is_member):
            raise ApiError("channel_not_found")
        if as_member and not found.app_is_member:
            raise ApiError("not_in_channel")
        return found

    def demand(self, *scopes: str) -> None:
        """Refuse the call unless the token has one of the scopes.

        Raises: ApiError.
        """
        held = self.installation.scopes
        if scopes and not set(scopes) & set(held):
            raise ApiError("missing_scope", needed=scopes[0], provided=",".join(held))

    def refuse(self, code: str, findings: list[Finding]) -> None:
        """Refuse the call if the linter found errors; its warnings go to the wire log.

        Raises: ApiError.
        """
        errors = [str(finding) for finding in findings if finding.severity == "error"]
        if errors:
            raise ApiError(code, messages=errors, errors=errors)
        self.remarks.extend(str(finding) for finding in findings)


Handler = Callable[[Call], Json]
TokenKind = Literal["bot", "app", "either", "none"]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: what does it, which scopes allow it (any one of them), and which token it takes."""

    handler: Handler
    scopes: tuple[str, ...] = ()
    token: TokenKind = "bot"


Methods = Mapping[str, Method]


def page(rows: Sequence[Json | str], call: Call, key: str, *, default: int = 100, most: int = 1000) -> Json:
    """Return one page of rows under a key, with the cursor of the next."""
    start = int(call.maybe("cursor") or 0) if (call.maybe("cursor") or "0").isdecimal() else _bad_cursor()
    end = start + call.limit(default, most)
    return {
        key: rows[start:end],
        "response_metadata": {"next_cursor": str(end) if end < len(rows) else ""},
    }


def _bad_cursor() -> NoReturn:
    raise ApiError("invalid_cursor")
