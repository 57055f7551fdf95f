"""The hotel's own system, for the playground: takes messages, checks their signatures, shows what arrived."""

import html
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from core.domain.clock import Clock
from core.domain.secret import Secret

PATH: Final = "/events"
KEPT: Final = 50
MOST_BYTES: Final = 256 * 1024
ANSWERS: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.GONE)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One call as it came."""

    at: datetime
    headers: Mapping[str, str]
    body: str


class OwnSystem:
    """A receiver as a hotel's developer would write one, and a page that shows what it got."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._secret = Secret("")
        self._answer = ANSWERS[0]
        self._arrived: deque[Arrival] = deque(maxlen=KEPT)

    def app(self) -> Starlette:
        """Return it as a web application."""
        return Starlette(
            routes=[
                Route("/", self._page),
                Route("/settings", self._set, methods=["POST"]),
                Route(PATH, self._take, methods=["POST"]),
            ]
        )

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        if len(body) > MOST_BYTES:
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        headers = dict(request.headers)
        self._arrived.appendleft(Arrival(self._clock.now(), headers, body.decode("utf-8", "replace")))
        return Response(status_code=self._answer)

    async def _set(self, request: Request) -> Response:
        typed = await request.form()
        secret, answer = str(typed.get("secret", "")).strip(), str(typed.get("answer", ""))
        if secret:
            self._secret = Secret(secret)
        self._answer = next((one for one in ANSWERS if str(one.value) == answer), self._answer)
        return RedirectResponse("/", status_code=HTTPStatus.SEE_OTHER)

    async def _page(self, _: Request) -> Response:
        rows = (
            "".join(self._row(one) for one in self._arrived) or "<p class=none>Nothing has arrived yet.</p>"
        )
        choices = "".join(
            f"<option value={one.value}{' selected' if one is self._answer else ''}>"
            f"{one.value} {one.phrase}</option>"
            for one in ANSWERS
        )
        held = "A secret is set." if self._secret else "Paste the signing secret that was shown once."
        return HTMLResponse(_PAGE.format(rows=rows, choices=choices, held=held))

    def _row(self, one: Arrival) -> str:
        try:
            said = json.loads(one.body)
            kind, text = str(said["type"]), json.dumps(said["data"], indent=2, ensure_ascii=False)
        except (ValueError, KeyError, TypeError):
            kind, text = "not a message", one.body
        number = one.headers.get("webhook-id", "without an id")
        return (
            f"<article><h2>{html.escape(kind)} {self._mark(one)}</h2>"
            f"<p>{one.at:%H:%M:%S} UTC · {html.escape(number)}</p><pre>{html.escape(text)}</pre></article>"
        )

    def _mark(self, one: Arrival) -> str:
        """Say whether the signature is good, as of when it came."""
        if not self._secret:
            return "<span>not checked</span>"
        if self._is_signed(one):
            return "<span class=good>signature good</span>"
        return "<span class=bad>signature bad</span>"

    def _is_signed(self, one: Arrival) -> bool:
        try:
            sent_at = datetime.fromtimestamp(int(one.headers["webhook-timestamp"]), one.at.tzinfo)
            own = Webhook(self._secret.reveal()).sign(one.headers["webhook-id"], sent_at, one.body)
        except (KeyError, ValueError, OverflowError, WebhookVerificationError):
            return False
        return own in one.headers.get("webhook-signature", "").split(" ")


_PAGE: Final = """<!doctype html>
<html lang=en><meta charset=utf-8><title>Your own system</title>
<meta name=viewport content="width=device-width">
<style>
  body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}
  form {{ display: flex; gap: .5rem; flex-wrap: wrap; align-items: end; margin: 1rem 0 2rem }}
  label {{ display: grid; gap: .25rem; font-size: 13px }}
  input, select, button {{ font: inherit; padding: .35rem .6rem; border: 1px solid #bbb; border-radius: 6px }}
  button {{ background: #00857a; color: #fff; border-color: #00857a; cursor: pointer }}
  article {{ border: 1px solid #ddd; border-radius: 8px; padding: .6rem 1rem; margin: .75rem 0 }}
  h2 {{ font-size: 15px; margin: 0 }}  article p {{ margin: 0; color: #666; font-size: 13px }}
  span {{ font-weight: 400; color: #666; font-size: 13px; margin-left: .5rem }}
  .good {{ color: #00695f }}  .bad {{ color: #b3261e }}
  pre {{ white-space: pre-wrap; overflow-wrap: anywhere; background: #f6f6f6; padding: .6rem }}
</style>
<h1>Your own system</h1>
<p>A stand-in for a program of the hotel's. Add its address in <b>Home › Your Systems</b>; what Innkeeper
sends appears here.</p>
<form method=post action=/settings>
  <label>{held}<input type=password name=secret autocomplete=off placeholder="whsec_…"></label>
  <label>Answer with<select name=answer>{choices}</select></label>
  <button>Set</button>
</form>
<div id=rows aria-live=polite>{rows}</div>
<script>
  setInterval(async () => {{
    const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
    document.getElementById("rows").innerHTML = page.getElementById("rows").innerHTML;
  }}, 2000);
</script>
</html>"""
