"""Modals and the App Home."""

from typing import Any

from bot.playground.slack import payloads
from bot.playground.slack.blocks import MOST_VIEW_BYTES, lint_view, view_bytes
from bot.playground.slack.modals import MOST_STACKED
from bot.playground.slack.state import Json, View
from bot.playground.slack.tickets import Trigger
from bot.playground.slack.web_api.call import ApiError, Call, Method, Methods, invalid


def open_view(call: Call) -> Json:
    """Open a modal for the person of the trigger."""
    spec = _spec(call, "modal")
    _external_id_is_free(call, spec)
    trigger = _exchange(call)
    modals = call.standin.modals
    if modals.stack(trigger.user):
        call.remarks.append("a modal was open already; it gave way")
    return _answer(call, modals.open(call.team_id, trigger.user, spec))


def push_view(call: Call) -> Json:
    """Put a modal on top of those that the person has open."""
    spec = _spec(call, "modal")
    _external_id_is_free(call, spec)
    trigger = _exchange(call)
    modals = call.standin.modals
    depth = len(modals.stack(trigger.user))
    if depth == 0:
        raise ApiError("not_found")
    if depth >= MOST_STACKED:
        raise ApiError("push_limit_reached")
    return _answer(call, modals.push(call.team_id, trigger.user, spec))


def update_view(call: Call) -> Json:
    """Replace what an open modal shows."""
    spec = _spec(call, "modal")
    modals = call.standin.modals
    external_id, view_id = call.maybe("external_id"), call.maybe("view_id")
    if not external_id and not view_id:
        raise invalid("missing required field: view_id", "/view_id")
    view = modals.find_external(call.team_id, external_id) if external_id else modals.find(view_id or "")
    if view is None or view.team_id != call.team_id:
        raise ApiError("not_found")
    _external_id_is_free(call, spec, besides=view)
    _hash_fits(call, view)
    return _answer(call, modals.update(view, spec))


def publish_view(call: Call) -> Json:
    """Set a person's App Home."""
    spec = _spec(call, "home")
    user = call.need("user_id")
    person = call.standin.world.person_in(call.team_id, user)
    if person is None or person.is_bot:
        raise invalid("invalid `user_id`", "/user_id")
    view = call.standin.world.homes.get((call.team_id, user))
    if view is not None:
        _hash_fits(call, view)
    return _answer(call, call.standin.modals.publish(call.team_id, user, spec))


def _spec(call: Call, kind: str) -> Json:
    spec: Any = call.structure("view")
    if spec is None:
        raise invalid("missing required field: view", "/view")
    if isinstance(spec, dict) and spec.get("type") not in (None, kind):
        raise invalid(f"must be a {kind} here", "/view/type")
    if view_bytes(spec) > MOST_VIEW_BYTES:
        raise ApiError("view_too_large")
    call.refuse("invalid_arguments", lint_view(spec))
    found: Json = spec
    return found


def _exchange(call: Call) -> Trigger:
    expired = call.standin.faults.expire_triggers.take()
    trigger = call.standin.tickets.exchange(call.need("trigger_id"), call.team_id, expired=expired)
    if isinstance(trigger, str):
        raise ApiError(trigger)
    return trigger


def _hash_fits(call: Call, view: View) -> None:
    given = call.args.get("hash")
    stale = call.standin.faults.hash_conflict.take()
    if stale or (given is not None and given != view.hash):
        raise ApiError("hash_conflict")


def _external_id_is_free(call: Call, spec: Json, besides: View | None = None) -> None:
    external_id = spec.get("external_id")
    holder = call.standin.modals.find_external(call.team_id, external_id) if external_id else None
    if holder is not None and holder is not besides:
        raise ApiError("duplicate_external_id")


def _answer(call: Call, view: View) -> Json:
    return {"view": payloads.view(call.standin.world, view)}


METHODS: Methods = {
    "views.open": Method(open_view),
    "views.push": Method(push_view),
    "views.update": Method(update_view),
    "views.publish": Method(publish_view),
}
