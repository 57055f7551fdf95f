"""Installs the bot in the playground's workspaces as a browser would: through its own OAuth pages."""

import asyncio
import re
from collections.abc import Iterable
from typing import Final

import httpx

WAIT_S: Final = 60.0


async def install_everywhere(bot_url: str, workspace_ids: Iterable[str]) -> None:
    """Say yes to the app in each workspace, once the bot answers.

    Raises: TimeoutError when it does not within a minute; RuntimeError when a page is not as expected.
    """
    async with httpx.AsyncClient(trust_env=False) as browser, asyncio.timeout(WAIT_S):
        for workspace_id in workspace_ids:
            await _install(browser, bot_url, workspace_id)


async def _install(browser: httpx.AsyncClient, bot_url: str, workspace_id: str) -> None:
    begun = await _when_up(browser, f"{bot_url}/slack/install?team={workspace_id}")
    # The cookie is marked Secure, which a browser honours on loopback and a plain client does not.
    cookie = begun.headers["set-cookie"].partition(";")[0]
    question = await browser.get(begun.headers["location"])
    proof = re.search(r'name="proof" value="([^"]+)"', question.text)
    if proof is None:
        raise RuntimeError("the workspace did not ask whether to install the app")
    answer = {"proof": proof.group(1), "team": workspace_id, "answer": "allow"}
    consent = await browser.post(begun.headers["location"], data=answer)
    done = await browser.get(consent.headers["location"], headers={"Cookie": cookie})
    if done.status_code != 200:
        raise RuntimeError(f"the bot did not take the installation (status {done.status_code})")


async def _when_up(browser: httpx.AsyncClient, url: str) -> httpx.Response:
    while True:
        try:
            return await browser.get(url)
        except httpx.TransportError:
            await asyncio.sleep(0.2)
