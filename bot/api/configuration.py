"""The hotel's connection over REST: tested, made, looked at and taken away, as the original offered it."""

from collections.abc import Mapping
from typing import Final

from bot.api.asked import Credentials, NewConfiguration
from bot.api.given import (
    Config,
    ConfigurationAnswer,
    Diagnosis,
    Done,
    FieldProblem,
    Property,
    Rung,
    TestDetails,
    TestResult,
)
from bot.api.operations import Call, Operation, Reply, expect
from bot.api.problems import ProblemError, pointer
from core.domain.access import Action
from core.domain.secret import Secret
from core.onboarding.direct import DirectConnector, Occupied
from core.onboarding.disconnecting import Disconnector
from core.pms import diagnosis
from core.pms.credentials_form import FieldErrors
from core.pms.registry import Registry
from core.pms.report import CheckReport
from core.pms.vendor import FieldKind, Vendor
from core.store import connections
from core.store.connections import Connection
from core.store.database import Database

NOTHING_CONNECTED: Final = "This hotel has no PMS connected."


class Configuration:
    """What can be asked about the connection."""

    def __init__(
        self, database: Database, registry: Registry, direct: DirectConnector, disconnector: Disconnector
    ) -> None:
        self._database = database
        self._registry = registry
        self._direct = direct
        self._disconnector = disconnector

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Return what this part of the API offers."""
        path = "/configuration"
        return (
            Operation(
                "testConnection",
                "POST",
                "/test-connection",
                "Test credentials, layer by layer, within 15 seconds; nothing is stored",
                Action.CONNECT,
                self.test,
                TestResult,
                body=Credentials,
            ),
            Operation(
                "connect",
                "POST",
                path,
                "Test credentials and, if they are good, connect the hotel or renew its credentials",
                Action.CONNECT,
                self.connect,
                ConfigurationAnswer,
                body=NewConfiguration,
                is_kept=True,
            ),
            Operation(
                "readConfiguration",
                "GET",
                path,
                "Tell what is connected; never a secret",
                Action.STATUS,
                self.read,
                ConfigurationAnswer,
                problems=(404,),
            ),
            Operation(
                "disconnect",
                "DELETE",
                path,
                "Disconnect the hotel: its credentials and records are deleted",
                Action.DISCONNECT,
                self.disconnect,
                Done,
                is_kept=True,
                problems=(404,),
            ),
        )

    async def test(self, call: Call) -> Reply:
        """Answer what the test found."""
        asked = expect(Credentials, call.body)
        vendor = self._registry[asked.pms_type]
        report = await self._direct.test(call.tenant, vendor.key, _raw(vendor, asked))
        if isinstance(report, FieldErrors):
            raise _unfit(vendor, asked, report)
        return Reply(_result(vendor, report))

    async def connect(self, call: Call) -> Reply:
        """Connect, or say why not."""
        asked = expect(NewConfiguration, call.body)
        vendor = self._registry[asked.pms_type]
        came = await self._direct.connect(call.tenant, vendor.key, _raw(vendor, asked), replace=asked.replace)
        match came:
            case FieldErrors():
                raise _unfit(vendor, asked, came)
            case CheckReport():
                raise _failed(vendor, came)
            case Occupied(other):
                raise self._occupied(other)
            case Connection():
                message = f"{came.property_name} is connected to {vendor.display_name}."
                return Reply(ConfigurationAnswer(message=message, config=_config(vendor, came)))

    async def read(self, call: Call) -> Reply:
        """Tell what is connected."""
        connection = await self._load(call)
        vendor = self._registry[connection.vendor]
        message = f"{connection.property_name} is connected to {vendor.display_name}."
        return Reply(ConfigurationAnswer(message=message, config=_config(vendor, connection)))

    async def disconnect(self, call: Call) -> Reply:
        """Disconnect the hotel."""
        connection = await self._load(call)
        if await self._disconnector.disconnect(call.tenant, connection.id) is None:
            raise ProblemError(404, NOTHING_CONNECTED)
        return Reply(
            Done(message=f"{connection.property_name} is disconnected; its credentials are deleted.")
        )

    def _occupied(self, other: Connection) -> ProblemError:
        name = self._registry[other.vendor].display_name
        detail = (
            f"{other.property_name} is connected to {name}. Send `replace: true` to replace it; its records "
            "are then deleted."
        )
        return ProblemError(409, detail)

    async def _load(self, call: Call) -> Connection:
        async with self._database.transaction(call.tenant) as unit:
            connection = await connections.load(unit)
        if connection is None:
            raise ProblemError(404, NOTHING_CONNECTED)
        return connection


def _short(vendor: Vendor, asked: Credentials) -> dict[str, tuple[str, str]]:
    """Return, by the PMS's own field, the short name that stands for it and what was sent under that."""
    fields = vendor.fields
    places = {
        "apiKey": next((field.key for field in fields if field.secret), None),
        "version": next((field.key for field in fields if field.key == "version"), None),
        "endpoint": next((field.key for field in fields if field.kind is FieldKind.URL), None),
    }
    sent = {
        "apiKey": asked.api_key.get_secret_value() if asked.api_key else None,
        "version": asked.version,
        "endpoint": asked.endpoint,
    }
    return {key: (name, text) for name, key in places.items() if key and (text := sent[name]) is not None}


def _raw(vendor: Vendor, asked: Credentials) -> dict[str, Secret]:
    """Return what was sent by the PMS's own fields.

    Raises: ProblemError where a field is none of the PMS's, or the PMS cannot be connected yet.
    """
    if not vendor.is_available:
        detail = f"{vendor.display_name} cannot be connected yet."
        raise ProblemError(422, detail, errors=[FieldProblem(detail=detail, pointer="#/pmsType")])
    known = {field.key for field in vendor.fields}
    if unknown := sorted(asked.credentials.keys() - known):
        detail = f"{vendor.display_name} has no such field."
        errors = [FieldProblem(detail=detail, pointer=pointer("#", "credentials", key)) for key in unknown]
        raise ProblemError(422, "Some fields are unknown; `errors` says which.", errors=errors)
    short = {key: Secret(text) for key, (_, text) in _short(vendor, asked).items()}
    return {**short, **{key: Secret(text.get_secret_value()) for key, text in asked.credentials.items()}}


def _unfit(vendor: Vendor, asked: Credentials, found: FieldErrors) -> ProblemError:
    short = {key: name for key, (name, _) in _short(vendor, asked).items() if key not in asked.credentials}
    labels = {field.key: field.label for field in vendor.fields}
    errors = [
        FieldProblem(
            detail=f"{labels[key]}: {text}",
            pointer=pointer("#", short[key]) if key in short else pointer("#", "credentials", key),
        )
        for key, text in found.texts.items()
    ]
    return ProblemError(422, "Some values cannot be right; `errors` says which.", errors=errors)


def _failed(vendor: Vendor, report: CheckReport) -> ProblemError:
    result = _result(vendor, report)
    errors = [FieldProblem(detail=text, pointer="#") for text in result.errors]
    return ProblemError(
        422, result.message, errors=errors, suggestions=result.suggestions, details=result.details
    )


def _result(vendor: Vendor, report: CheckReport) -> TestResult:
    details = _details(report)
    if report.failure is None:
        name = report.identity.name if report.identity else vendor.display_name
        return TestResult(success=True, message=f"{vendor.display_name} answers for {name}.", details=details)
    found = diagnosis.diagnose(vendor, report.failure, report.reference)
    told = Diagnosis(
        code=found.code,
        layer=report.failure.layer.value,
        cause=found.cause.value,
        party=found.party.name.lower(),
        confidence=found.confidence.value,
        title=found.title,
        explanation=found.explanation,
        message=found.message,
    )
    return TestResult(
        success=False,
        message=f"{found.title}.",
        details=details.model_copy(update={"diagnosis": told}),
        errors=[f"{found.title}. {found.explanation}"],
        suggestions=list(found.actions),
    )


def _details(report: CheckReport) -> TestDetails:
    rungs = [
        Rung(layer=one.layer.value, mark=one.mark.value, entity=one.entity, at_ms=one.at_ms)
        for one in report.rungs
    ]
    return TestDetails(
        reference=report.reference, took_ms=report.took_ms, rungs=rungs, property=_property(report)
    )


def _property(report: CheckReport) -> Property | None:
    identity, overview = report.identity, report.overview
    if identity is None:
        return None
    told: Mapping[str, int | None] = (
        {"rooms": overview.rooms, "arrivals_today": overview.arrivals_today} if overview else {}
    )
    return Property(
        id=identity.external_id,
        name=identity.name,
        city=identity.city,
        country=identity.country,
        timezone=identity.timezone,
        currency=identity.currency,
        **told,
    )


def _config(vendor: Vendor, connection: Connection) -> Config:
    typed = next(
        (connection.values.get(field.key) for field in vendor.fields if field.kind is FieldKind.URL), None
    )
    assert connection.created_at is not None, "the store says it of whatever it loads"
    assert connection.updated_at is not None, "as above"
    return Config(
        id=connection.id,
        pms_type=connection.vendor,
        version=connection.version,
        endpoint=connection.endpoint or typed,
        status=connection.status,
        last_synced_at=connection.last_synced_at,
        created_at=connection.created_at,
        updated_at=connection.updated_at,
    )
