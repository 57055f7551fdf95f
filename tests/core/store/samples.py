"""A hotel with a row in every table, each value marked as its own."""

from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

import core.jobs.embedded  # noqa: F401 - its table belongs to the metadata
from core.credentials.startup import SETTING  # noqa: F401
from core.domain.access import Person, Role, TenantContext
from core.domain.hotel import VendorKey
from core.store import audit_log, connections, conversations, drafts, hotels, inbox, keys, notices
from core.store.audit_log import AuditLine
from core.store.connections import Connection, ConnectionStatus
from core.store.conversations import Conversation
from core.store.database import Database, TenantUnit, metadata
from core.store.drafts import Draft, Form
from core.store.hotels import Hotel
from tests.clock import START
