"""What a hotel agrees on with Planet before protel I/O works: where protel calls with its answers.

In the real world people write letters about it. Here it is a page, `/_sandbox/reply-address`, for a person,
and JSON for a test, which may also say how long protel takes.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from core.pms.sandbox.control import for_this_machine
from core.pms.sandbox.posting import Post, is_loopback
from core.pms.sandbox.wire import CONTROL_PREFIX

PATH: Final = f"{CONTROL_PREFIX}reply-address"

ANSWERS_AFTER_S: Final = 6.0
"""Longer than a test waits in one piece, so that a newcomer sees how waiting looks."""

_PAGE: Final = """<!doctype html><meta charset="utf-8"><title>protel I/O: address for answers</title>
<style>body{font:16px system-ui;max-width:40em;margin:3em auto;padding:0 1em}
input{width:100%;font:inherit}</style>
<h1>Where shall protel send its answers?</h1>
<p>Paste the address that Innkeeper's form shows for protel I/O.</p>
<form><p><input name="address" aria-label="Address for answers" autofocus required></p>
<p><button>Enter it for Hotel Aurora</button></p><output role="status"></output></form>
<script>document.forms[0].onsubmit=async(event)=>{event.preventDefault();const form=event.target;
const answer=await fetch("",{method:"PUT",headers:{"content-type":"application/json"},
body:JSON.stringify({address:form.address.value.trim()})});
form.querySelector("output").textContent=answer.ok
  ?"Entered. Go back to Slack.":"That is no address of this machine."}
</script>"""


class Agreement:
    """The address that protel calls for its one hotel."""

    def __init__(self, post: Post | None) -> None:
        self._post = post
        self._address = ""
        self._answers_after_s = ANSWERS_AFTER_S

    @property
    def routes(self) -> list[Route]:
        """The page, and what it sends."""
        return [Route(PATH, for_this_machine(self._answer), methods=["GET", "PUT"])]

    async def deliver(self, headers: Mapping[str, str], body: bytes) -> None:
        """Bring a message to the address that was agreed, after a while; without one it is lost."""
        await asyncio.sleep(self._answers_after_s)
        if self._post is not None and self._address:
            await self._post(self._address, headers, body)

    async def _answer(self, request: Request) -> Response:
        if request.method == "GET":
            return HTMLResponse(_PAGE)
        try:
            wish = json.loads(await request.body())
            address, after_s = str(wish["address"]), float(wish.get("answers_after_s", ANSWERS_AFTER_S))
        except (ValueError, TypeError, KeyError):
            return JSONResponse({"error": "expected address"}, 400)
        if not is_loopback(address):
            return JSONResponse({"error": "only for addresses of this machine"}, 400)
        self._address, self._answers_after_s = address, after_s
        return JSONResponse({"address": address, "answers_after_s": after_s})
