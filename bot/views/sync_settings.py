"""The form in which managers set how often is synced, what, and how long the history is kept."""

from collections.abc import Collection, Mapping
from typing import Final

from bot import ids, record_texts, sync_texts, texts
from bot.views.parts import Block, Element, choice_input, modal, option
from core.domain.hotel import Entity
from core.pms.vendor import Vendor
from core.sync.choice import Choice
from core.sync.plan import Frequency, Retention, SyncSettings

ALL_DAYS: Final = "all"


def settings_form(vendor: Vendor, settings: SyncSettings) -> Block:
    """Return the form for how often, what, and for how long."""
    often = {str(frequency.value): words for frequency, words in sync_texts.FREQUENCIES.items()}
    kept = {str(retention.value): words for retention, words in sync_texts.RETENTIONS.items()}
    what = {
        entity.value: texts.ENTITIES[entity].capitalize() for entity in Entity if entity in vendor.entities
    }
    blocks = [
        choice_input(ids.FREQUENCY_BLOCK, "How often", _menu(often, str(settings.frequency.value))),
        choice_input(
            ids.ENTITIES_BLOCK,
            "What is synced",
            _boxes(what, settings.choice.entities),
            hint="What you leave out is not read any more; what was read before stays until you disconnect.",
        ),
        *_bookings_inputs(settings.choice),
        choice_input(
            ids.STRATEGY_BLOCK,
            "When something was changed here and in the PMS",
            _menu(
                {strategy.value: words for strategy, words in record_texts.STRATEGIES.items()},
                settings.choice.strategy,
            ),
            hint="Innkeeper never writes to the PMS.",
        ),
        choice_input(
            ids.RETENTION_BLOCK,
            "How long the history is kept",
            _menu(kept, str(settings.kept.value)),
            hint=sync_texts.RETENTION_HINT,
        ),
    ]
    return modal(ids.SYNC_FORM, "Sync settings", blocks, submit="Save")


def days_in(value: str) -> int | None:
    """Return the days that a form's value stands for; None is no limit."""
    return None if value == ALL_DAYS else int(value)


def frequency_in(value: str) -> Frequency:
    """Return the frequency that a form's value stands for."""
    return Frequency(int(value))


def retention_in(value: str) -> Retention:
    """Return how long a form's value means; one that was drawn by an older version has none."""
    return Retention(int(value)) if value else Retention.QUARTER


def _bookings_inputs(choice: Choice) -> list[Block]:
    """Return what narrows bookings down."""
    what = {status.value: words for status, words in record_texts.BOOKING_STATUSES.items()}
    return [
        choice_input(ids.STATUSES_BLOCK, "Which bookings", _boxes(what, choice.statuses)),
        choice_input(ids.PAST_BLOCK, "Past bookings", _days_menu(record_texts.PAST, choice.past_days)),
        choice_input(
            ids.FUTURE_BLOCK,
            "Bookings to come",
            _days_menu(record_texts.FUTURE, choice.future_days),
            hint="Bookings outside all this are put aside in silence; they are not counted as cancelled.",
        ),
    ]


def _days_menu(offered: Mapping[int | None, str], days: int | None) -> Element:
    words = {_days_value(one): told for one, told in offered.items()}
    words.setdefault(_days_value(days), f"{days} days")
    return _menu(words, _days_value(days))


def _menu(words: Mapping[str, str], chosen: str) -> Element:
    offered = [option(told, value) for value, told in words.items()]
    initial = next(one for one in offered if one["value"] == chosen)
    return {"type": "static_select", "options": offered, "initial_option": initial}


def _boxes(words: Mapping[str, str], chosen: Collection[str]) -> Element:
    """Return boxes to tick; Slack wants at least one ticked, or no word of it."""
    offered = [option(told, value) for value, told in words.items()]
    ticked = [one for one in offered if one["value"] in chosen]
    return {"type": "checkboxes", "options": offered, **({"initial_options": ticked} if ticked else {})}


def _days_value(days: int | None) -> str:
    return ALL_DAYS if days is None else str(days)
