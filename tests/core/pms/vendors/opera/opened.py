"""Opens the sandbox for an admin who types other values, and tells what was asked there."""

from collections.abc import Mapping
from dataclasses import replace

from core.domain.secret import Secret
from core.pms.vendors.opera.sandbox import (
    EXTERNAL_SYSTEM,
    HOTEL_ID,
    PASSWORD,
    SSD_CLIENT_ID,
    USER,
    create_sandbox,
)
from core.pms.vendors.opera.sandbox.queue import Queue
from core.pms.vendors.opera.wire import OPERATIONS, TOKENS
from tests.core.pms.benches.opera import SECRETS, UNLIMITED, bench, values
from tests.core.pms.contract import Bench, Line


def typed(*, secrets: Mapping[str, str] | None = None, **changes: str) -> Bench:
    """Return a bench whose admin types these values and secrets."""
    more = {name: Secret(text) for name, text in (secrets or {}).items()}
    return replace(
        bench(), values=lambda address: {**values(address), **changes}, secrets={**SECRETS, **more}
    )


def ssd(user: str = USER, password: str = PASSWORD) -> Bench:
    """Return a bench of an older environment."""
    secrets = {"password": password}
    return typed(client_id=SSD_CLIENT_ID, enterprise_id="", username=user, secrets=secrets)


def with_events(system: str = EXTERNAL_SYSTEM) -> Bench:
    """Return a bench of a hotel that has set up business events for us."""
    return typed(external_system=system)


def with_queue() -> tuple[Bench, Queue]:
    """Return the same, and its queue."""
    opened = with_events()
    queue = Queue(opened.hotel)
    app = create_sandbox(opened.hotel, faults=opened.faults, clock=opened.clock, limit=UNLIMITED, queue=queue)
    return replace(opened, app=app), queue


def asked(line: Line) -> list[str]:
    """Return what was asked, call by call, in Oracle's names of it."""
    typed_system = line.bench.values(line.address).get("external_system") or EXTERNAL_SYSTEM
    names = {
        operation.path.format_map({"hotel": HOTEL_ID, "system": system}): operation.name
        for operation in OPERATIONS
        for system in (EXTERNAL_SYSTEM, typed_system)
    }
    names[TOKENS] = "getToken"
    return [names[call.url.partition("?")[0].removeprefix(line.address)] for call in line.calls]
