"""Forms that were sent. Slack waits three seconds for the answer, so none of these asks Slack first."""

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids
from bot.listeners.house import House
from bot.payloads import Body, caller_of_interaction


def register(app: AsyncApp, house: House) -> None:
    """Register every form."""

    @app.view(ids.CREDENTIALS_FORM)
    async def credentials(ack: AsyncAck, body: Body, view: Body) -> None:
        await ack(**await house.conversation.submit(caller_of_interaction(body), view))

    @app.view(ids.ROLE_FORM)
    async def role(ack: AsyncAck, body: Body, view: Body) -> None:
        await ack(**await house.front_desk.change_role(caller_of_interaction(body), view))

    @app.view(ids.SYNC_FORM)
    async def sync(ack: AsyncAck, body: Body, view: Body) -> None:
        await ack(**await house.sync.change_settings(caller_of_interaction(body), view))

    @app.view(ids.EXPIRY_FORM)
    async def expiry(ack: AsyncAck, body: Body, view: Body) -> None:
        await ack(**await house.expiry.save(caller_of_interaction(body), view))

    @app.view(ids.HOTEL_FORM)
    async def hotel(ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient) -> None:
        caller = caller_of_interaction(body)
        response = await house.founding.save(client, caller, view)
        await ack(**response)
        if response["response_action"] == "clear":
            await house.founding.greet_channel(client, caller, view)
            await house.home.opened(client, caller)
