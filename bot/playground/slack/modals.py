"""Modals and App Homes: opened, stacked, replaced, closed; kept and shown."""

import secrets
from dataclasses import dataclass

from bot.playground.slack.controls import initial_values, kept_values, with_ids
from bot.playground.slack.live import LiveHub
from bot.playground.slack.state import Json, View
from bot.playground.slack.world import World, fresh_id

MOST_STACKED = 3


@dataclass(slots=True)
class Modals:
    """Each person's stack of modals, and each person's App Home per workspace."""

    world: World
    hub: LiveHub

    def find(self, view_id: str) -> View | None:
        """Return an open modal."""
        return next((view for view in self.world.views() if view.id == view_id), None)

    def find_external(self, team_id: str, external_id: str) -> View | None:
        """Return an open modal by the app's own id."""
        return next(
            (
                view
                for view in self.world.views()
                if view.team_id == team_id and view.spec.get("external_id") == external_id
            ),
            None,
        )

    def stack(self, user: str) -> list[View]:
        """Return a person's modals, the top one last."""
        return self.world.stacks.setdefault(user, [])

    def open(self, team_id: str, user: str, spec: Json) -> View:
        """Open a modal; one that is open already gives way."""
        self.stack(user).clear()
        return self.push(team_id, user, spec)

    def push(self, team_id: str, user: str, spec: Json) -> View:
        """Put a modal on top of a person's stack."""
        stack = self.stack(user)
        view = self._new(team_id, user, spec)
        if stack:
            view.previous_view_id, view.root_view_id = stack[-1].id, stack[0].id
        stack.append(view)
        self.hub.modal(user)
        return view

    def update(self, view: View, spec: Json) -> View:
        """Replace what a modal shows; typed values stay where block_id and action_id stay."""
        view.spec = {**spec, "blocks": with_ids(spec["blocks"])}
        view.values = kept_values(view.blocks, view.values)
        view.errors = {}
        view.hash = self._hash()
        self.hub.modal(view.user)
        return view

    def show_errors(self, view: View, errors: dict[str, str]) -> None:
        """Put a line under the inputs that were refused."""
        view.errors = errors
        self.hub.modal(view.user)

    def close(self, view: View) -> None:
        """Close a modal and those on top of it; the one below comes back."""
        stack = self.stack(view.user)
        if view in stack:
            del stack[stack.index(view) :]
            self.hub.modal(view.user)

    def clear(self, user: str) -> None:
        """Close all modals of a person."""
        self.stack(user).clear()
        self.hub.modal(user)

    def publish(self, team_id: str, user: str, spec: Json) -> View:
        """Set a person's App Home."""
        view = self.world.homes.get((team_id, user))
        if view is None:
            view = self.world.homes[(team_id, user)] = self._new(team_id, user, spec)
        else:
            view.spec = {**spec, "blocks": with_ids(spec["blocks"])}
            view.values = kept_values(view.blocks, view.values)
            view.hash = self._hash()
        self.hub.home(view)
        return view

    def _new(self, team_id: str, user: str, spec: Json) -> View:
        view_id = fresh_id("V")
        blocks = with_ids(spec["blocks"])
        return View(
            view_id,
            team_id,
            user,
            {**spec, "blocks": blocks},
            self._hash(),
            root_view_id=view_id,
            values=initial_values(blocks),
        )

    def _hash(self) -> str:
        return f"{int(self.world.now())}.{secrets.token_hex(4)}"
