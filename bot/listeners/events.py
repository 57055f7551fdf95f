"""Events: the dashboard was opened, somebody wrote to the app."""

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.desks.caution import Where
from bot.listeners.house import House
from bot.payloads import Body, Place, caller_of_event, overheard, said
from bot.views.parts import Block


def register(app: AsyncApp, house: House) -> None:
    """Register every event."""

    @app.event("app_home_opened")
    async def home_opened(body: Body, client: AsyncWebClient) -> None:
        if body["event"].get("tab") == "home":
            await house.home.opened(client, caller_of_event(body))

    @app.event("message")
    async def message(body: Body, client: AsyncWebClient) -> None:
        if body["event"].get("channel_type") != "im":
            return
        if heard := said(body):
            await house.talk.heard(client, heard)
        elif written := overheard(body):
            await house.talk.overheard(client, written)

    @app.event("app_uninstalled")
    async def uninstalled(body: Body) -> None:
        await house.installations.forget(body["team_id"])

    @app.event("tokens_revoked")
    async def revoked(body: Body) -> None:
        """The app's own token ends; which of the two events comes first is not promised."""
        if body["event"].get("tokens", {}).get("bot"):
            await house.installations.forget(body["team_id"])

    _register_stop(app, house)
    _register_mention(app, house)


def _register_stop(app: AsyncApp, house: House) -> None:
    @app.event("agent_session_stopped")
    async def stopped(body: Body, client: AsyncWebClient) -> None:
        """Slack's own *Stop*, under the thread."""
        event = body["event"]
        thread = Place(event["channel"], event["thread_ts"])
        await house.answering.stop_thread(client, caller_of_event(body), thread)


def _register_mention(app: AsyncApp, house: House) -> None:
    @app.event("app_mention")
    async def mention(body: Body, client: AsyncWebClient) -> None:
        """Point to the private conversation: nothing about the hotel is said in a channel."""
        event = body["event"]

        async def reply(text: str, blocks: list[Block] | None = None) -> None:
            await client.chat_postEphemeral(
                channel=event["channel"],
                user=event["user"],
                text=text,
                blocks=blocks,
                thread_ts=event.get("thread_ts"),
            )

        text = event.get("text", "")
        if not await house.caution.warned(caller_of_event(body), reply, text, Where.CHANNEL):
            await reply(_HERE)


_HERE = "I answer in private: type `/pms`, or write to me in *Messages*."
