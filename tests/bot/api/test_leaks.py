"""No secret comes out: not in an answer, a log, the audit or a row; with a control that it would be seen."""

import json
import logging
from typing import Any

import pytest

from bot import log_setup
from tests.bot.api.desk import BASE, CUSTOM, SIGNING_KEY, Desk, furnish, token
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import KEY

SECRET = "canary-secret-5f3a"


async def everything(desk: Desk) -> list[str]:
    """Send a secret in every way that there is, right and wrong; return all that is answered."""
    bodies: list[Any] = [
        {**CUSTOM, "apiKey": SECRET},
        {**CUSTOM, "apiKey": SECRET, "endpoint": "nonsense"},
        {"pmsType": "Custom", "credentials": {"api_key": SECRET, SECRET[:6]: SECRET}},
        {"pmsType": "Mews", "apiKey": SECRET},
        {"pmsType": SECRET},
        {**CUSTOM, "apiKey": {"value": SECRET}},
        {**CUSTOM, "apiKey": [SECRET]},
        {**CUSTOM, "apiKey": SECRET * 200},
        {**CUSTOM, "version": SECRET * 3},
        [SECRET],
    ]
    said = []
    for path in ("/test-connection", "/configuration"):
        for number, body in enumerate(bodies):
            key = {"Idempotency-Key": f"{path[1:4]}{number}"}
            for _ in range(2):
                said.append((await desk.ask("POST", path, body, **key)).text)
    broken = f'{{"apiKey": "{SECRET}"'.encode()
    headers = {**desk.headers, "Content-Type": "application/json"}
    said.append((await desk.client.post(f"{BASE}/configuration", content=broken, headers=headers)).text)
    for path in ("/configuration", "/runs", "/statistics", "/sync", "/records/bookings"):
        answer = await desk.ask("GET", path)
        said.append(answer.text + repr(answer.headers))
    said.append((await desk.ask("GET", "/runs", held=token(key=SECRET * 2))).text)
    return said


async def test_a_secret_never_comes_out(
    desk: Desk, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither the PMS's nor the one that tokens are signed with, nor a token."""
    await furnish(desk)
    with caplog.at_level(logging.DEBUG, "bot"):
        said = await everything(desk)
    out = capfd.readouterr()
    rows = json.dumps(await dump(desk.house.database), default=repr)
    written = "\n".join([*said, caplog.text, out.out, out.err, rows])
    assert "canary-secret" not in written
    assert KEY not in written
    assert SIGNING_KEY not in written
    assert token().split(".")[2] not in written
    assert "test_ended" in written  # the control: the log is part of what was searched,
    assert "pms.external.test.passed" in rows  # and so are the rows,
    assert any("Hotel Aurora" in text for text in said)  # and the answers


async def test_an_unforeseen_error_tells_nothing(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch, own_logging: None, capfd: pytest.CaptureFixture[str]
) -> None:
    """The log has the place where it happened, without values; the caller has nothing."""
    log_setup.set_up(as_json=True)

    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("at this very place")

    monkeypatch.setattr("core.onboarding.direct.DirectConnector.test", broken)
    answer = await sqlite_desk.ask("POST", "/test-connection", {**CUSTOM, "apiKey": SECRET})
    assert (answer.status_code, answer.json()["detail"]) == (500, "It is in our log.")
    logged = capfd.readouterr().err
    assert "ZeroDivisionError" in logged
    assert SECRET not in logged + answer.text
    assert token().split(".")[2] not in logged
