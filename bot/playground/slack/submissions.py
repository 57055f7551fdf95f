"""Modals sent off and closed, and what the app's answer does to them."""

from typing import Any

from bot.playground.slack import payloads
from bot.playground.slack.blocks import lint_view, walk
from bot.playground.slack.controls import StaleControlError, with_raw
from bot.playground.slack.delivery import NotDeliveredError, Parcel
from bot.playground.slack.interactions import Interactions, RefusedError
from bot.playground.slack.modals import MOST_STACKED
from bot.playground.slack.payloads import Act
from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Json, View
from bot.playground.slack.validation import input_errors
from bot.playground.slack.wire import Exchange


class InputsRefusedError(Exception):
    """The client itself refuses what was typed; `errors` by block_id."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("inputs refused")
        self.errors = errors


class Submissions:
    """Sends modals off and closes them."""

    def __init__(self, standin: Standin, interactions: Interactions) -> None:
        self._standin = standin
        self._interactions = interactions

    async def submit(self, act: Act, view_id: str, state: Any) -> dict[str, str]:
        """Send the modal off; return the errors that the app puts under its inputs, by block_id.

        Raises: InputsRefusedError, RefusedError.
        """
        view = self._interactions.open_modal(act, view_id)
        try:
            values = with_raw(view.blocks, view.values, state)
        except StaleControlError:
            raise RefusedError(409, "This form has changed.") from None
        view.errors = input_errors(view.blocks, values)
        if view.errors:
            raise InputsRefusedError(view.errors)
        view.values = values
        trigger_id = self._standin.tickets.trigger(act.team.id, act.person.id)
        body = payloads.view_submission(self._standin.world, act, view, trigger_id)
        parcel = Parcel("interactive", "view_submission", act.team.id, body, accepts_answer=True)
        try:
            answer = await self._interactions.ask(act, parcel, {"type": "view", "view_id": view.id})
        except NotDeliveredError:
            raise RefusedError(504, self._interactions.silence()) from None
        return self._follow(act, view, answer or {})

    def _follow(self, act: Act, view: View, answer: Json) -> dict[str, str]:
        """Do what the app answered."""
        modals = self._standin.modals
        match answer.get("response_action"):
            case None:
                modals.close(view)
            case "clear":
                modals.clear(view.user)
            case "errors":
                errors = self._errors(act, view, answer)
                modals.show_errors(view, errors)
                return errors
            case "update":
                modals.update(view, self._spec(act, answer))
            case "push" if len(modals.stack(view.user)) < MOST_STACKED:
                modals.push(act.team.id, view.user, self._spec(act, answer))
            case action:
                raise self._senseless(act, answer, [f"response_action {action} is not possible here"])
        return {}

    def _errors(self, act: Act, view: View, answer: Json) -> dict[str, str]:
        errors = answer.get("errors")
        inputs = {block["block_id"] for _, block in walk(view.blocks) if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
            raise self._senseless(act, answer, ["errors must be keyed by the block_id of an input block"])
        return errors

    def _spec(self, act: Act, answer: Json) -> Json:
        spec = answer.get("view")
        errors = [str(finding) for finding in lint_view(spec) if finding.severity == "error"]
        if not isinstance(spec, dict) or spec.get("type") != "modal" or errors:
            raise self._senseless(act, answer, errors or ["must be a modal"])
        return spec

    def _senseless(self, act: Act, answer: Json, findings: list[str]) -> RefusedError:
        """Write down an answer that Slack could not follow, and return what the person sees."""
        self._standin.wire.add(
            Exchange(
                "app→slack",
                "response_action",
                act.team.id,
                answer,
                ok=False,
                error="invalid_arguments",
                warnings=findings,
            )
        )
        app = self._standin.world.manifest.name
        return RefusedError(502, f"{app} answered with something that cannot be shown. Please try again.")

    async def close(self, act: Act, view_id: str, *, everything: bool) -> None:
        """Close the modal on top, or all of them; the app hears of those that asked for it.

        Raises: RefusedError.
        """
        top = self._interactions.open_modal(act, view_id)
        is_cleared = everything or top.spec.get("clear_on_close") is True
        stack = self._standin.modals.stack(act.person.id)
        closed = list(reversed(stack)) if is_cleared else [top]
        for view in closed:
            self._standin.modals.close(view)
        for view in closed:
            if view.spec.get("notify_on_close"):
                await self._tell_closed(act, view, is_cleared=is_cleared)

    async def _tell_closed(self, act: Act, view: View, *, is_cleared: bool) -> None:
        body = payloads.view_closed(self._standin.world, act, view, is_cleared=is_cleared)
        parcel = Parcel("interactive", "view_closed", act.team.id, body)
        try:
            await self._standin.courier.carry(parcel)
        except NotDeliveredError:
            return  # the person has moved on; the wire log tells
