"""Metrics for Prometheus: what this process has done, counted from its log, and how the installation stands.

What is logged is ids, codes and durations, so whatever may be logged may be counted. No label names a hotel
or a person: their number would be the number of time series, and monitoring is not where they belong.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.domain.clock import Clock
from core.domain.secret import Secret
from core.jobs.depth import depth
from core.store import figures
from core.store.database import Database

log = structlog.get_logger()

SHARES: Final = (0.5, 0.9, 0.99, 1.0)

Values = Iterable[tuple[tuple[str, ...], float]]
"""Values by their labels."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of one kind of log line: its labels, and which of its numbers (none: the lines)."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()
    amount: str = ""


COUNTED: Final[Mapping[str, tuple[Counted, ...]]] = {
    "sync_ended": (
        Counted("innkeeper_sync_runs", "Runs of the sync that have ended.", ("vendor", "outcome")),
        Counted("innkeeper_sync_pages", "Pages read in runs that have ended.", ("vendor",), "pages"),
        Counted("innkeeper_sync_records", "Records read in runs that have ended.", ("vendor",), "records"),
    ),
    "test_ended": (
        Counted("innkeeper_tests", "Connection tests, by diagnosis code or `passed`.", ("vendor", "code")),
    ),
    "vendor_limited": (Counted("innkeeper_vendor_429", "Answers of vendors that asked us to slow down."),),
    "advice": (
        Counted("innkeeper_advice", "Questions answered, by how the answer came about.", ("outcome",)),
    ),
    "notice_delivered": (Counted("innkeeper_notices", "Notices delivered to managers.", ("name",)),),
    "notice_not_posted": (Counted("innkeeper_notices_not_posted", "Tries to deliver that failed."),),
    "secret_pasted": (
        Counted("innkeeper_secrets_pasted", "Pasted secrets that were recognised.", ("where",)),
    ),
    "job.again": (Counted("innkeeper_job_failures", "Jobs that failed and are tried again.", ("error",)),),
    "job.set_aside": (Counted("innkeeper_jobs_set_aside", "Jobs that were given up.", ("error",)),),
    "webhook_sent": (
        Counted(
            "innkeeper_webhooks",
            "Attempts to tell a hotel's own system: delivered, failed (tried again) or dead (given up).",
            ("outcome", "code"),
        ),
    ),
    "webhooks_given_up": (
        Counted("innkeeper_webhooks_expired", "Messages given up that waited too long.", (), "messages"),
    ),
    "post_not_genuine": (Counted("innkeeper_posts_refused", "Posts without a vendor's proof.", ("vendor",)),),
}
"""By the name of the log line."""


class Metrics:
    """The figures of one process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._registry = CollectorRegistry()
        self._counters = {
            one.name: Counter(one.name, one.meaning, one.labels, registry=self._registry)
            for counted in COUNTED.values()
            for one in counted
        }

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count what is logged inside.

        The list of processors is changed in place, because loggers in use hold on to it.
        """
        processors = structlog.get_config()["processors"]
        processors.insert(0, self.note)
        try:
            yield
        finally:
            if self.note in processors:
                processors.remove(self.note)

    def note(self, _: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Count a log line, and pass it on as it is."""
        for one in COUNTED.get(str(line.get("event")), ()):
            counter = self._counters[one.name]
            labelled = (
                counter.labels(*(str(line.get(label, "")) for label in one.labels)) if one.labels else counter
            )
            labelled.inc(float(line.get(one.amount, 0)) if one.amount else 1)
        return line

    async def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self._registry) + generate_latest(await self._standing())

    async def _standing(self) -> CollectorRegistry:
        now = self._clock.now()
        async with self._database.system() as unit:
            seen = await figures.standing(unit, now, SHARES)
            line = await depth(unit, now)
        registry = CollectorRegistry()

        def gauge(name: str, meaning: str, values: Values, *labels: str) -> None:
            made = Gauge(name, meaning, labels, registry=registry)
            for key, value in values:
                (made.labels(*key) if labels else made).set(value)

        gauge("innkeeper_connections", "Connections.", seen.connections.items(), "vendor", "status")
        lags = [((f"{share:g}",), lag) for share, lag in seen.lags.items()]
        gauge(
            "innkeeper_sync_lag_seconds",
            "Seconds since the last sync, at shares of all hotels.",
            lags,
            "share",
        )
        gauge("innkeeper_never_synced", "Connected hotels without a first sync.", [((), seen.never_synced)])
        gauge("innkeeper_sync_overdue", "Hotels whose next sync should have begun.", [((), seen.overdue)])
        troubled = [((vendor,), number) for vendor, number in seen.troubled.items()]
        gauge("innkeeper_sync_troubled", "Hotels whose last sync failed.", troubled, "vendor")
        gauge("innkeeper_sync_runs_open", "Runs under way.", [((), seen.open_runs)])
        gauge("innkeeper_jobs", "Jobs in the line.", line.jobs.items(), "kind", "state")
        gauge(
            "innkeeper_jobs_overdue_seconds", "How late the oldest job that waits is.", [((), line.overdue_s)]
        )
        return registry


def metrics_route(metrics: Metrics, token: Secret) -> Route:
    """Return the route of the metrics, for whoever brings the token."""
    expected = f"Bearer {token.reveal()}".encode()

    async def answer(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, expected):
            return PlainTextResponse("not for you", 401, {"WWW-Authenticate": "Bearer"})
        try:
            return Response(await metrics.text(), media_type=CONTENT_TYPE_LATEST)
        except OperationalError as error:
            log.warning("metrics_put_off", error=type(error.orig).__name__)
            return PlainTextResponse("the database is away", 503)

    return Route("/metrics", answer)
