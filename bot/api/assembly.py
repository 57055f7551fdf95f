"""Puts the REST API together, where the operator has set what its tokens are signed with."""

from typing import Final

from bot.api.auth import TokenReader
from bot.api.configuration import Configuration
from bot.api.idempotency import Once
from bot.api.records import Records
from bot.api.runs import Runs
from bot.api.serving import Api
from bot.api.webhooks import Webhooks
from bot.hotel_side import HotelSide
from bot.settings import Settings
from core.inbound.allowance import Allowance
from core.onboarding.direct import DirectConnector
from core.onboarding.saving import ConnectionKeeper
from core.sync.plan import Planner

BURST_SHARE: Final = 1 / 6
"""How much of a minute's requests may come at once."""


def open_api(settings: Settings, hotels: HotelSide) -> Api | None:
    """Return the API; None where it has no secret."""
    if not settings.jwt_secret:
        return None
    database, clock = hotels.database, hotels.clock
    keeper = ConnectionKeeper(hotels.queue, hotels.vault, clock)
    direct = DirectConnector(database, hotels.onboarding, hotels.registry, hotels.clients, keeper, clock)
    operations = (
        *Configuration(database, hotels.registry, direct, hotels.disconnector).operations,
        *Runs(database, hotels.requests, Planner(database, clock), clock).operations,
        *Records(database, clock).operations,
        *Webhooks(hotels.endpoints).operations,
    )
    per_minute = settings.innkeeper_api_per_minute
    return Api(
        operations,
        database,
        TokenReader(settings.jwt_secret, settings.innkeeper_jwt_issuer, settings.innkeeper_jwt_audience),
        Allowance(clock, per_s=per_minute / 60, at_once=max(1.0, per_minute * BURST_SHARE)),
        Once(database, hotels.vault, clock),
        clock,
    )
