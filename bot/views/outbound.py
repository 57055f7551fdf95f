"""The hotel's own systems: the list, the form, the secret on one admin's screen, what was not delivered."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot import ids, outbound_texts
from bot.views.parts import (
    Block,
    Element,
    actions,
    button,
    choice_input,
    confirm,
    context,
    divider,
    instant,
    modal,
    option,
    quoted,
    safe,
    section,
    text_input,
)
from core.domain.events import EndpointPaused
from core.outbound.attempts import Attempt, Result
from core.outbound.catalogue import TYPES, Topic
from core.outbound.endpoints import MOST, Issued, Standing
from core.store.webhook_endpoints import Endpoint, Paused
from core.store.webhook_messages import Delivery

URL_MOST: Final = 2000
SHOWN_MOST: Final = 90
FAILED_MOST: Final = 10


def listed(found: Sequence[Standing], *, may_change: bool, said: Mapping[str, str] | None = None) -> Block:
    """Return the list; `said` is what stands under an endpoint, by its id."""
    blocks = [section(outbound_texts.INTRO)]
    if not found:
        blocks.append(section(outbound_texts.NONE_YET))
    for one in found:
        blocks += [divider(), section(_summary(one))]
        if told := (said or {}).get(one.endpoint.id):
            blocks.append(context(told))
        if may_change:
            blocks.append(actions(*_controls(one)))
        elif one.dead:
            blocks.append(actions(_failed_button(one)))
    blocks.append(divider())
    if may_change and len(found) < MOST:
        blocks.append(actions(button("Add System", ids.SYSTEM_ADD, style="primary")))
    small = outbound_texts.FOR_DEVELOPERS
    if len(found) >= MOST:
        small = f"{outbound_texts.ENOUGH} {small}"
    blocks.append(context(small if may_change else f"{outbound_texts.ONLY_ADMINS} {small}"))
    return modal("note", outbound_texts.TITLE, blocks, submit=None, close="Close")


def form() -> Block:
    """Return the form for a new system; everything is ticked."""
    boxes = [
        option(outbound_texts.TOPICS[topic], topic.value, outbound_texts.TOPIC_HINTS[topic])
        for topic in Topic
    ]
    return modal(
        ids.SYSTEM_FORM,
        "Add a system",
        [
            text_input(
                ids.SYSTEM_URL,
                "Address",
                hint=outbound_texts.ADDRESS_HINT,
                placeholder="https://your.address/events",
                max_length=URL_MOST,
            ),
            choice_input(
                ids.SYSTEM_TOPICS,
                "Tell it about",
                {"type": "checkboxes", "options": boxes, "initial_options": boxes},
            ),
        ],
        submit="Add",
    )


def added(issued: Issued) -> Block:
    """Return the modal that shows a new system's secret."""
    text = outbound_texts.ADDED.format(host=safe(issued.endpoint.host))
    return _secret(issued, "Its secret", f"{text} {outbound_texts.AFTER_ADDING}")


def rotated(issued: Issued) -> Block:
    """Return the modal that shows another secret."""
    return _secret(issued, "New secret", outbound_texts.ROTATED.format(host=safe(issued.endpoint.host)))


def failed(standing: Standing, found: Sequence[Delivery], *, may_change: bool, said: str = "") -> Block:
    """Return what could not be delivered, the latest first."""
    blocks = [section(said)] if said else []
    if not found:
        blocks.append(section(outbound_texts.NO_FAILED))
        return modal("note", "Failed deliveries", blocks, submit=None, close="Back")
    blocks.append(section(outbound_texts.FAILED_INTRO))
    for one in found:
        value = f"{one.endpoint_id} {one.message.id}"
        again = button("Replay", ids.SYSTEM_REPLAY, value) if may_change else None
        told = outbound_texts.sentence(Result(one.last_result or Result.EXPIRED), one.last_status)
        line = f"*{safe(one.message.type)}*  ·  {instant(one.message.created_at)}\n{told}"
        blocks.append(section(line, accessory=again))
    if may_change:
        blocks.append(actions(button("Replay All", ids.SYSTEM_REPLAY_ALL, standing.endpoint.id)))
    if standing.dead > len(found):
        blocks.append(context(outbound_texts.MORE_FAILED.format(shown=len(found), count=standing.dead)))
    return modal("note", "Failed deliveries", blocks, submit=None, close="Back")


def tested(made: Attempt) -> str:
    """Return what came of a test."""
    if made.result is Result.DELIVERED:
        return outbound_texts.TESTED.format(status=made.status)
    return outbound_texts.TEST_FAILED.format(why=outbound_texts.why(made.result, made.status))


def paused_notice(event: EndpointPaused) -> tuple[str, list[Block]]:
    """Return what managers read when a system is told nothing any more."""
    text = f"⏸️ {safe(event.host)} is no longer told what happens here."
    reason = outbound_texts.PAUSED_NOTICE[Paused(event.why)].format(since=instant(event.since))
    return text, [
        section(f"*{text}*\n{reason}"),
        context("An admin can try and resume it: *Home › Your Systems*."),
    ]


def _secret(issued: Issued, title: str, text: str) -> Block:
    blocks = [
        section(text),
        section(f"*Signing secret*\n{quoted(issued.secret.reveal())}"),
        context(f"🔒 {outbound_texts.SHOWN_ONCE}"),
    ]
    return modal("note", title, blocks, submit=None, close="Close")


def _summary(one: Standing) -> str:
    endpoint = one.endpoint
    address = endpoint.url.partition("?")[0]  # people put keys behind it
    counts = [outbound_texts.WAITING.format(count=one.waiting)] if one.waiting else []
    counts += [outbound_texts.DEAD.format(count=one.dead)] if one.dead else []
    lines = [f"*{safe(address, SHOWN_MOST)}*", _badge(endpoint), "  ·  ".join(counts), _hears_of(endpoint)]
    return "\n".join(filter(None, lines))


def _badge(endpoint: Endpoint) -> str:
    if endpoint.paused:
        return outbound_texts.PAUSED[endpoint.paused]
    if endpoint.failing_since and endpoint.last_result:
        told = outbound_texts.why(Result(endpoint.last_result), endpoint.last_status)
        return outbound_texts.FAILING.format(since=instant(endpoint.failing_since), why=told)
    if endpoint.delivered_at:
        return outbound_texts.WORKING.format(at=instant(endpoint.delivered_at))
    return outbound_texts.UNUSED


def _hears_of(endpoint: Endpoint) -> str:
    topics = dict.fromkeys(TYPES[name].topic for name in endpoint.types if name in TYPES)
    return outbound_texts.HEARS_OF.format(
        topics=", ".join(outbound_texts.TOPICS_SHORT[topic] for topic in topics)
    )


def _controls(one: Standing) -> list[Element]:
    value = one.endpoint.id
    rotation = confirm(
        "Make a new secret?",
        "You see it once. The old one stays good for 24 hours beside it.",
        "Make one",
        "Not now",
        danger=False,
    )
    deletion = confirm(
        "Delete this system?",
        "It is told nothing any more, and what waits for it is dropped.",
        "Delete",
        "Keep it",
    )
    controls = [button("Test", ids.SYSTEM_TEST, value)]
    if one.endpoint.paused:
        controls.append(button("Resume", ids.SYSTEM_RESUME, value))
    else:
        controls.append(button("Pause", ids.SYSTEM_PAUSE, value))
    controls.append(button("Rotate Secret", ids.SYSTEM_ROTATE, value, confirm=rotation))
    if one.dead:
        controls.append(_failed_button(one))
    return [*controls, button("Delete", ids.SYSTEM_DELETE, value, style="danger", confirm=deletion)]


def _failed_button(one: Standing) -> Element:
    return button("Failed Deliveries", ids.SYSTEM_FAILED, one.endpoint.id)
