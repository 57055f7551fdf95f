"""The made-up hotels, their people and channels, and the app's credentials: where every playground begins."""

from dataclasses import dataclass
from typing import Final

from bot.playground.slack.state import Channel, Person, Team


@dataclass(frozen=True, slots=True)
class AppIdentity:
    """Who the app is to Slack. None of these values opens anything outside the stand-in."""

    id: str = "A0INNKEEPER"
    client_id: str = "1000.2000"
    client_secret: str = "made-up-client-secret"
    app_token: str = "xapp-1-A0INNKEEPER-made-up"


@dataclass(frozen=True, slots=True)
class Seed:
    """The beginning of a world; `installed` names the workspaces that have the app from the start."""

    teams: tuple[Team, ...]
    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    installed: tuple[str, ...]
    app: AppIdentity = AppIdentity()

    def bot_token(self, team_id: str) -> str:
        """Return the bot token with which a workspace of `installed` begins."""
        return f"xoxb-{team_id}-made-up"


HOTEL, PARTNER, SISTER = "T0INN", "T0OTA", "T0SEA"
STAFF = ("U0ADA", "U0BEN", "U0CHLOE")

PEOPLE: Final = (
    Person(
        "U0ADA",
        HOTEL,
        "ada",
        "Ada Lindqvist",
        "General manager",
        color="8a4fff",
        is_admin=True,
        is_owner=True,
    ),
    Person("U0BEN", HOTEL, "ben", "Ben Okafor", "Front office manager", color="00857a"),
    Person("U0CHLOE", HOTEL, "chloe", "Chloé Martin", "Receptionist", color="c2410c", locale="fr-FR"),
    Person(
        "U0DEV",
        HOTEL,
        "dev",
        "Dev Patel",
        "IT, outside contractor",
        color="1d6fd1",
        is_restricted=True,
        is_ultra_restricted=True,
    ),
    Person("U0EVA", PARTNER, "eva", "Eva Novak", "Partner manager", color="a3266e", tz="Europe/Prague"),
    Person(
        "U0FINN",
        SISTER,
        "finn",
        "Finn Berg",
        "Owner",
        color="4d7c0f",
        is_admin=True,
        is_owner=True,
        tz="Europe/Oslo",
    ),
    Person("U0GRO", SISTER, "gro", "Gro Dahl", "Manager", color="9f6700", tz="Europe/Oslo"),
)

CHANNELS: Final = (
    Channel("C0GENERAL", HOTEL, "general", topic="Everybody at Hotel Aurora", members=[*STAFF]),
    Channel("C0MANAGERS", HOTEL, "managers", topic="What needs a decision", members=["U0ADA", "U0BEN"]),
    Channel(
        "C0FRONTDESK",
        HOTEL,
        "front-desk",
        topic="Arrivals, departures, keys",
        members=[*STAFF, "U0DEV"],
        app_is_member=True,
    ),
    Channel(
        "C0PARTNER",
        HOTEL,
        "partner-desk",
        topic="With our booking partner",
        members=["U0ADA", "U0BEN", "U0EVA"],
        app_is_member=True,
        shared_with=[PARTNER],
    ),
    Channel(
        "C0SEAGENERAL", SISTER, "general", topic="Everybody at Hotel Seaview", members=["U0FINN", "U0GRO"]
    ),
    Channel(
        "C0SEADESK",
        SISTER,
        "front-desk",
        topic="Arrivals and departures",
        members=["U0FINN", "U0GRO"],
        app_is_member=True,
    ),
)
"""The world that begins from a seed copies what it takes: these records never change."""


def hotel_seed(*, installed: tuple[str, ...] = (HOTEL, SISTER)) -> Seed:
    """Return two hotels and a booking partner who shares one channel with the first."""
    return Seed(
        teams=(
            Team(HOTEL, "Hotel Aurora", "hotel-aurora"),
            Team(SISTER, "Hotel Seaview", "hotel-seaview"),
            Team(PARTNER, "Booking partner", "booking-partner"),
        ),
        people=PEOPLE,
        channels=CHANNELS,
        installed=installed,
    )
