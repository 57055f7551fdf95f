"""Everybody behind the listeners."""

from dataclasses import dataclass

from bot.conversation import Conversation
from bot.dashboard import HomeTab
from bot.founding import Founding
from bot.front_desk import FrontDesk
from bot.installations import Installations
from bot.talk import Talk


@dataclass(frozen=True, slots=True)
class House:
    """Whom the listeners hand over to."""

    conversation: Conversation
    founding: Founding
    front_desk: FrontDesk
    home: HomeTab
    talk: Talk
    installations: Installations
