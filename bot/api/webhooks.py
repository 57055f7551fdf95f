"""The hotel's own systems over REST: as in Slack, admins change them and managers look."""

from typing import Final

from bot import outbound_texts
from bot.api.given import Done, FieldProblem
from bot.api.operations import PREFIX, Call, Operation, Reply, expect
from bot.api.problems import ProblemError, pointer
from bot.api.webhook_shapes import (
    DeliveriesWanted,
    DeliveryGiven,
    DeliveryPage,
    NewWebhook,
    SentAgain,
    Webhook,
    WebhookAnswer,
    WebhookChange,
    WebhookIssued,
    WebhookList,
    WebhookTested,
)
from core.outbound.attempts import Result
from core.outbound.endpoints import CHANGE, LOOK, Endpoints, Refusal, Standing
from core.store.webhook_messages import Delivery, DeliveryState

NO_WEBHOOK: Final = "There is no such webhook."

_PATH: Final = "/webhooks"
_ONE: Final = "/webhooks/{webhookId}"


class Webhooks:
    """What can be asked about the hotel's own systems."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Return what this part of the API offers."""
        return (*self._reads, *self._changes, *self._sends)

    @property
    def _reads(self) -> tuple[Operation, ...]:
        return (
            Operation(
                "listWebhooks", "GET", _PATH, "List the hotel's own systems", LOOK, self.list, WebhookList
            ),
            Operation(
                "readWebhook", "GET", _ONE, "Show how one system stands", LOOK, self.read, WebhookAnswer
            ),
            Operation(
                "listDeliveries",
                "GET",
                f"{_ONE}/deliveries",
                "List what was sent to a system, or is on its way",
                LOOK,
                self.deliveries,
                DeliveryPage,
                query=DeliveriesWanted,
            ),
        )

    @property
    def _changes(self) -> tuple[Operation, ...]:
        return (
            Operation(
                "addWebhook",
                "POST",
                _PATH,
                "Add a system that is told what happens; its secret is shown once",
                CHANGE,
                self.add,
                WebhookIssued,
                status=201,
                body=NewWebhook,
                is_kept=True,
                problems=(409,),
            ),
            Operation(
                "changeWebhook",
                "PATCH",
                _ONE,
                "Choose what a system is told, pause or resume it",
                CHANGE,
                self.change,
                WebhookAnswer,
                body=WebhookChange,
                is_kept=True,
            ),
            Operation(
                "removeWebhook",
                "DELETE",
                _ONE,
                "Delete a system; what waits for it is dropped",
                CHANGE,
                self.remove,
                Done,
                is_kept=True,
            ),
        )

    @property
    def _sends(self) -> tuple[Operation, ...]:
        return (
            Operation(
                "rotateWebhookSecret",
                "POST",
                f"{_ONE}/secret",
                "Make another secret; the old one signs beside it for 24 hours",
                CHANGE,
                self.rotate,
                WebhookIssued,
                is_kept=True,
            ),
            Operation(
                "testWebhook",
                "POST",
                f"{_ONE}/test",
                "Send a signed test message now, and tell what came back",
                CHANGE,
                self.test,
                WebhookTested,
                is_kept=True,
            ),
            Operation(
                "replayDeliveries",
                "POST",
                f"{_ONE}/replay",
                "Send all messages again that were given up",
                CHANGE,
                self.replay_all,
                SentAgain,
                is_kept=True,
            ),
            Operation(
                "replayDelivery",
                "POST",
                f"{_ONE}/deliveries/{{messageId}}/replay",
                "Send one message again that was given up",
                CHANGE,
                self.replay,
                SentAgain,
                is_kept=True,
            ),
        )

    async def list(self, call: Call) -> Reply:
        """List the hotel's systems."""
        found = await self._endpoints.all(call.tenant)
        return Reply(WebhookList(webhooks=[_webhook(one) for one in found]))

    async def read(self, call: Call) -> Reply:
        """Show one system."""
        return Reply(await self._answer(call, "Here it is."))

    async def add(self, call: Call) -> Reply:
        """Add a system."""
        wanted = expect(NewWebhook, call.body)
        added = await self._endpoints.add(call.tenant, wanted.url, wanted.event_types)
        if isinstance(added, Refusal):
            raise _refused(added)
        content = WebhookIssued(
            message="It is told from now on.", webhook=_webhook(Standing(added.endpoint, 0, 0))
        )
        location = {"Location": f"{PREFIX}{_PATH}/{added.endpoint.id}"}
        return Reply(content, location, shown_once={"signingSecret": added.secret})

    async def change(self, call: Call) -> Reply:
        """Choose what a system is told, pause or resume it."""
        endpoint_id, wanted = call.path["webhookId"], expect(WebhookChange, call.body)
        if wanted.event_types is not None:
            await self._endpoints.choose_types(call.tenant, endpoint_id, wanted.event_types)
        if wanted.is_paused is not None:
            turn = self._endpoints.pause if wanted.is_paused else self._endpoints.resume
            await turn(call.tenant, endpoint_id)
        return Reply(await self._answer(call, "It is changed."))

    async def remove(self, call: Call) -> Reply:
        """Delete a system."""
        if not await self._endpoints.remove(call.tenant, call.path["webhookId"]):
            raise ProblemError(404, NO_WEBHOOK)
        return Reply(Done(message="It is told nothing any more."))

    async def rotate(self, call: Call) -> Reply:
        """Make another secret."""
        issued = await self._endpoints.rotate(call.tenant, call.path["webhookId"])
        if issued is None:
            raise ProblemError(404, NO_WEBHOOK)
        answer = await self._answer(call, "For 24 hours messages are signed with both secrets.")
        content = WebhookIssued(message=answer.message, webhook=answer.webhook)
        return Reply(content, shown_once={"signingSecret": issued.secret})

    async def test(self, call: Call) -> Reply:
        """Send a test message."""
        made = await self._endpoints.test(call.tenant, call.path["webhookId"])
        if made is None:
            raise ProblemError(404, NO_WEBHOOK)
        is_well, message = made.result is Result.DELIVERED, outbound_texts.sentence(made.result, made.status)
        return Reply(WebhookTested(success=is_well, message=message, status=made.status, result=made.result))

    async def deliveries(self, call: Call) -> Reply:
        """List deliveries."""
        wanted = expect(DeliveriesWanted, call.query)
        found = await self._endpoints.deliveries(
            call.tenant, call.path["webhookId"], wanted.state, before=wanted.before, limit=wanted.limit + 1
        )
        if found is None:
            raise ProblemError(404, NO_WEBHOOK)
        page = found[: wanted.limit]
        next_before = page[-1].message.created_at if len(found) > len(page) else None
        return Reply(DeliveryPage(deliveries=[_delivery(one) for one in page], next_before=next_before))

    async def replay(self, call: Call) -> Reply:
        """Send one message again."""
        count = await self._endpoints.send_again(call.tenant, call.path["webhookId"], call.path["messageId"])
        if not count:
            raise ProblemError(404, "There is no such message that was given up.")
        return Reply(SentAgain(message="It is on its way again.", count=count))

    async def replay_all(self, call: Call) -> Reply:
        """Send all messages again that were given up."""
        await self._answer(call, "")
        count = await self._endpoints.send_again(call.tenant, call.path["webhookId"])
        return Reply(SentAgain(message=f"{count} on the way again.", count=count))

    async def _answer(self, call: Call, message: str) -> WebhookAnswer:
        """Return the system that the path names. Raises: ProblemError (404)."""
        one = await self._endpoints.one(call.tenant, call.path["webhookId"])
        if one is None:
            raise ProblemError(404, NO_WEBHOOK)
        return WebhookAnswer(message=message, webhook=_webhook(one))


def _refused(refusal: Refusal) -> ProblemError:
    told = outbound_texts.REFUSALS[refusal]
    if refusal in (Refusal.KNOWN, Refusal.TOO_MANY):
        return ProblemError(409, told)
    return ProblemError(422, told, errors=[FieldProblem(detail=told, pointer=pointer("#", "url"))])


def _webhook(one: Standing) -> Webhook:
    endpoint = one.endpoint
    return Webhook(
        id=endpoint.id,
        url=endpoint.url,
        event_types=list(endpoint.types),
        is_paused=endpoint.paused is not None,
        paused_because=endpoint.paused,
        failing_since=endpoint.failing_since,
        last_delivered_at=endpoint.delivered_at,
        last_tried_at=endpoint.tried_at,
        last_status=endpoint.last_status,
        last_result=Result(endpoint.last_result) if endpoint.last_result else None,
        waiting=one.waiting,
        dead=one.dead,
        created_at=endpoint.created_at,
    )


def _delivery(one: Delivery) -> DeliveryGiven:
    return DeliveryGiven(
        message_id=one.message.id,
        event_type=one.message.type,
        state=one.state,
        attempts=one.attempts,
        created_at=one.message.created_at,
        next_attempt_at=one.next_at if one.state is DeliveryState.WAITING else None,
        last_tried_at=one.tried_at,
        last_status=one.last_status,
        last_result=Result(one.last_result) if one.last_result else None,
    )
