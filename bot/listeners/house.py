"""Everybody behind the listeners."""

from dataclasses import dataclass

from bot.answering import Answering
from bot.caution import Caution
from bot.conflict_desk import ConflictDesk
from bot.conversation import Conversation
from bot.dashboard import HomeTab
from bot.expiry_desk import ExpiryDesk
from bot.founding import Founding
from bot.front_desk import FrontDesk
from bot.guidebook import Guidebook
from bot.installations import Installations
from bot.mapping_desk import MappingDesk
from bot.outbound_desk import OutboundDesk
from bot.post_desk import PostDesk
from bot.sync_desk import SyncDesk
from bot.talk import Talk


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
