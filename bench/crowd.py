"""People in a hurry, each the manager of a hotel of their own, who do not wait for one another.

They do what the stand-in's page would let them do, through the same code; only the page's own HTTP is left
out, so that the crowd takes little from the machine that is measured.
"""

import asyncio
import random
from collections.abc import Iterator, Mapping
from typing import Final

from bot import ids
from bot.playground.slack.controls import controls
from bot.playground.slack.interactions import Interactions, RefusedError
from bot.playground.slack.payloads import Act
from bot.playground.slack.seed import Seed
from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Json, Person, Team, View
from bot.playground.slack.submissions import InputsRefusedError, Submissions
from core.domain.hotel import VendorKey

THINK_S: Final = (0.5, 1.5)
"""How long somebody looks before the next click."""
MISTYPED: Final = 0.7
"""The share of forms sent with a version that nobody speaks: they come back with a line under the field."""
HABITS: Final = {"thread": 50, "home": 20, "command": 20, "words": 10}
"""What somebody does next, in per cent; whoever has a form open sends it instead."""

CHOICE: Final = f"{ids.CHOOSE}:{VendorKey.CUSTOM}"
IN_THREAD: Final = frozenset(
    {CHOICE, ids.OPEN_FORM, ids.NEXT, ids.BACK, ids.RETRY, ids.CONFIRM_BOX, ids.SAVE, ids.DASHBOARD}
)
"""What is pressed in the thread: everything that goes to and fro, and nothing that ends it."""
AT_HOME: Final = frozenset({ids.REFRESH, ids.BEGIN, ids.SHOW_TEAM, ids.SHOW_HELP})
COMMANDS: Final = ("/pms", "/pms connect", "/pms status", "/pms team", "/pms help")
WORDS: Final = ("status", "help", "How long does it take?")

PATIENCE_S: Final = 60.0

Place = tuple[Json, Json, Json]
"""The container, the block and the control of something that can be pressed."""


def crowd_seed(size: int) -> Seed:
    """Return so many workspaces that have the app, with one person each, who owns it."""
    teams = tuple(Team(f"T0B{n:03}", f"Hotel {n}", f"hotel-{n}") for n in range(size))
    people = tuple(
        Person(f"U0B{n:03}", team.id, f"manager-{n}", f"Manager {n}", is_admin=True, is_owner=True)
        for n, team in enumerate(teams)
    )
    return Seed(teams, people, channels=(), installed=tuple(team.id for team in teams))


class Manager:
    """One of them: goes through the wizard, to and fro, and looks around in between."""

    def __init__(self, standin: Standin, origin: str, person: Person, form: Mapping[str, str]) -> None:
        self._standin = standin
        self._interactions = Interactions(standin)
        self._submissions = Submissions(standin, self._interactions)
        self._act = Act(standin.world.teams[person.team_id], person, origin)
        self._direct = standin.world.direct(person.team_id, person.id)
        self._form = form
        self._chance = random.Random(person.id)  # noqa: S311 - the same crowd in every run

    async def begin(self, *, open_form: bool) -> None:
        """Type `/pms connect`, and go on until the form is open where that is asked for."""
        await self._say("/pms connect")
        await self._press(await self._sees(CHOICE))
        form = await self._sees(ids.OPEN_FORM)
        if open_form:
            await self._press(form)
            await self._standin.wait_until(lambda: self._modal, within_s=PATIENCE_S)

    async def work(self, seconds: float) -> None:
        """Do one thing after another for so long; what was begun last is seen to its end."""
        until = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < until:
            await asyncio.sleep(self._chance.uniform(*THINK_S))
            try:
                await self._act_once()
            except (RefusedError, InputsRefusedError):
                continue  # what was about to be pressed has just changed; look again

    async def _act_once(self) -> None:
        if modal := self._modal:
            await self._deal_with(modal)
            return
        match self._chance.choices(list(HABITS), list(HABITS.values()))[0]:
            case "thread" if seen := list(self._in_thread()):
                await self._press(self._chance.choice(seen))
            case "home" if seen := list(self._at_home()):
                await self._press(self._chance.choice(seen))
            case "words":
                await self._say(self._chance.choice(WORDS))
            case "command":
                await self._say(self._chance.choice(COMMANDS))
            case _:
                self._interactions.open_app(self._act, "home")

    @property
    def _modal(self) -> View | None:
        """The form or the note on top of the screen."""
        stack = self._standin.modals.stack(self._act.person.id)
        return stack[-1] if stack else None

    async def _deal_with(self, modal: View) -> None:
        if modal.spec.get("callback_id") != ids.CREDENTIALS_FORM:
            await self._submissions.close(self._act, modal.id, everything=True)
            return
        wrong = {"version": "99"} if self._chance.random() < MISTYPED else {}
        typed = {f"{ids.FIELD}{key}": {ids.VALUE: text} for key, text in {**self._form, **wrong}.items()}
        await self._submissions.submit(self._act, modal.id, typed)

    async def _say(self, text: str) -> None:
        await self._interactions.say(self._act, self._direct.id, text, None)

    async def _press(self, place: Place) -> None:
        container, block, part = place
        raw = ["yes"] if part["type"] == "checkboxes" else None
        await self._interactions.use(self._act, container, (block["block_id"], part["action_id"]), raw, {})

    async def _sees(self, action_id: str) -> Place:
        def find() -> Place | None:
            return next((place for place in self._in_thread() if place[2]["action_id"] == action_id), None)

        found = await self._standin.wait_until(find, within_s=PATIENCE_S)
        assert found is not None, "wait_until returns what holds"
        return found

    def _in_thread(self) -> Iterator[Place]:
        for message in self._standin.world.messages_for(self._direct.id, self._act.person.id):
            container = {"type": "message", "channel": message.channel, "ts": message.ts}
            for block, part in controls(message.blocks or []):
                if part["action_id"] in IN_THREAD:
                    yield container, block, part

    def _at_home(self) -> Iterator[Place]:
        home = self._standin.world.homes.get((self._act.team.id, self._act.person.id))
        for block, part in controls(home.blocks if home else []):
            if part["action_id"] in AT_HOME:
                yield {"type": "home"}, block, part
