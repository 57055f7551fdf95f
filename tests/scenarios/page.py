"""A person's open page: what the stand-in has told it, and what can be read and operated there."""

from collections.abc import Iterator
from typing import Any

from tests.scenarios.screen import Control, Json, control, lines_of, readable


class Page:
    """Mirrors the stand-in's news, as the browser UI does."""

    def __init__(self) -> None:
        self.facts: Json = {}
        self.problems: list[str] = []

    def take(self, news: Json) -> None:
        """Apply one piece of news; kinds that show nothing are ignored."""
        facts = self.facts
        match news["type"]:
            case "snapshot":
                self.facts = news["snapshot"]
            case "message":
                self._upsert(news["channel"], news["message"])
            case "message_deleted":
                messages = facts["messages"].get(news["channel"], [])
                messages[:] = [row for row in messages if row["ts"] != news["ts"]]
            case "view":
                facts["view"], facts["depth"] = news["view"], news["depth"]
            case "home":
                facts["home"] = {"blocks": news["blocks"]}
            case "channel":
                others = [row for row in facts["channels"] if row["id"] != news["channel"]["id"]]
                facts["channels"] = [*others, news["channel"]]
            case "problem":
                self.problems.append(news["text"])
            case _:
                pass

    def _upsert(self, channel_id: str, message: Json) -> None:
        messages = self.facts["messages"].setdefault(channel_id, [])
        messages[:] = [row for row in messages if row["ts"] != message["ts"]]
        messages.append(message)
        messages.sort(key=lambda row: float(row["ts"]))

    @property
    def view(self) -> Json | None:
        """The modal on top."""
        found: Json | None = self.facts["view"]
        return found

    @property
    def home(self) -> list[Json]:
        """The blocks of the App Home; none until it was published."""
        return (self.facts["home"] or {}).get("blocks") or []

    @property
    def activity(self) -> list[Json]:
        """What the app says of its work, thread by thread."""
        return [one for channel in self.facts["channels"] for one in channel["activity"]]

    def channel_id(self, channel: str | None) -> str:
        """Return the id of "#channel"; None stands for the conversation with the app."""
        if channel is None:
            direct: str = self.facts["app"]["dm_channel"]
            return direct
        named = (row["id"] for row in self.facts["channels"] if f"#{row['name']}" == channel)
        return next(named, channel)

    def messages(self, channel: str | None = None) -> list[Json]:
        """Return a channel's messages, oldest first."""
        found: list[Json] = self.facts["messages"].get(self.channel_id(channel), [])
        return found

    def root(self, channel: str | None, words: str) -> Json | None:
        """Return the newest message outside threads that shows the words."""
        for message in reversed(self.messages(channel)):
            if message["thread_ts"] in (None, message["ts"]) and shows(message, words):
                return message
        return None

    def texts(self) -> list[str]:
        """Return everything that can be read: problems, modal, Home, all conversations."""
        view = self.view or {}
        modal = [view.get("title"), *readable(view.get("blocks", [])), *view.get("errors", {}).values()]
        conversations = self.facts["messages"].values()
        return [
            *self.problems,
            *(line for line in modal if line),
            *readable(self.home),
            *(line for messages in conversations for message in messages for line in lines_of(message)),
        ]

    def control(self, label: str, in_: str | None) -> Control | None:
        """Return the button or option that says `label`, the newest first."""
        found = (control(label, blocks, container) for blocks, container in self._places(in_))
        return next((one for one in found if one is not None), None)

    def _places(self, in_: str | None) -> Iterator[tuple[Any, Json]]:
        """Yield what can be operated, best first: an open modal covers everything else."""
        if self.view and in_ in (None, "modal"):
            yield self.view["blocks"], {"type": "view", "view_id": self.view["view_id"]}
        if in_ == "modal" or (self.view and in_ is None):
            return
        if in_ != "home":
            for channel_id, message in self._newest_first():
                if in_ is None or self._is_in(channel_id, message, in_):
                    yield message["blocks"], {"type": "message", "channel": channel_id, "ts": message["ts"]}
        if in_ in (None, "home"):
            yield self.home, {"type": "home"}

    def _newest_first(self) -> list[tuple[str, Json]]:
        pairs = [
            (channel_id, message)
            for channel_id, messages in self.facts["messages"].items()
            for message in messages
        ]
        return sorted(pairs, key=lambda pair: float(pair[1]["ts"]), reverse=True)

    def _is_in(self, channel_id: str, message: Json, in_: str) -> bool:
        return channel_id == self.channel_id(in_) if in_.startswith("#") else shows(message, in_)


def shows(message: Json, words: str) -> bool:
    """Tell whether a message shows the words."""
    return any(words in line for line in lines_of(message))
