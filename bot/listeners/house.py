"""Everybody behind the listeners."""

from dataclasses import dataclass

from bot.desks.answering import Answering
from bot.desks.caution import Caution
from bot.desks.conflicts import ConflictDesk
from bot.desks.conversation import Conversation
from bot.desks.dashboard import HomeTab
from bot.desks.expiry import ExpiryDesk
from bot.desks.founding import Founding
from bot.desks.front import FrontDesk
from bot.desks.guidebook import Guidebook
from bot.desks.mapping import MappingDesk
from bot.desks.outbound import OutboundDesk
from bot.desks.post import PostDesk
from bot.desks.sync import SyncDesk
from bot.desks.talk import Talk
from bot.installations import Installations


@dataclass(frozen=True, slots=True)
class House:
    """Whom the listeners hand over to."""

    conversation: Conversation
    founding: Founding
    front_desk: FrontDesk
    home: HomeTab
    talk: Talk
    answering: Answering
    guidebook: Guidebook
    installations: Installations
    sync: SyncDesk
    post: PostDesk
    caution: Caution
    conflicts: ConflictDesk
    mapping: MappingDesk
    systems: OutboundDesk
    expiry: ExpiryDesk
