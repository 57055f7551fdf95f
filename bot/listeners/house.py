"""Everybody behind the listeners."""

from dataclasses import dataclass

from bot.conversation import Conversation
from bot.dashboard import HomeTab
from bot.front_desk import FrontDesk
from bot.installations import Installations
from bot.talk import Talk


@dataclass(frozen=True, slots=True)
class House:
    """Whom the listeners hand over to."""

    conversation: Conversation
    front_desk: FrontDesk
    home: HomeTab
    talk: Talk
    installations: Installations
