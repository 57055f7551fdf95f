"""One hotel with one attempt in a SQLite file, which every measured click finds at the same step."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bot import ids
from core.domain.access import Person, Role, TenantContext
from core.domain.errors import Layer
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview, VendorKey
from core.jobs import schema
from core.jobs.embedded import jobs
from core.onboarding import codec
from core.onboarding.steps import Closed, CloseReason, Reviewing, Step, Target, Tested, is_open
from core.pms.report import CheckReport, Mark, Rung
from core.store import conversations, drafts, hotels
from core.store.audit_log import audit_log
from core.store.conversations import Conversation, conversation
from core.store.database import Database, TenantUnit
from core.store.drafts import Draft
from core.store.hotels import Hotel

WORKSPACE: Final = "T0INN"
"""The stand-in's first hotel, so that its tokens and people fit."""
ADA: Final = Person(WORKSPACE, "U0ADA")
HOTEL: Final = Hotel("0f9d7a52-6a0c-4f0e-9d6e-2f0a8a0c1d11", "Hotel Aurora", "Europe/Stockholm")
ATTEMPT: Final = "5b1f4d0e-3c58-4a86-8c57-6b7a2f9f4e22"
DRAFT: Final = "c3a8a1de-7c55-4b1a-9d8b-0f6f1a2b3c33"
VALUES: Final = {"endpoint": "https://pms.hotel-aurora.example/api", "version": "1"}
VERSION: Final = 4

_LONG: Final = timedelta(days=1)

REPORT: Final = CheckReport(
    rungs=(
        *(Rung(layer, Mark.PASSED) for layer in Layer if layer is not Layer.PERMISSIONS),
        *(Rung(Layer.PERMISSIONS, Mark.PASSED, entity) for entity in sorted(Entity)),
    ),
    took_ms=812,
    identity=PropertyIdentity("aurora-1", "Hotel Aurora", "Stockholm", "SE", "Europe/Stockholm", "SEK"),
    overview=PropertyOverview(rooms=128, arrivals_today=23),
)
TARGET: Final = Target(VendorKey.CUSTOM)
