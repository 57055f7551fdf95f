"""Why a request was not done: problem details (RFC 9457), and no word that helps somebody guess."""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic_core import ErrorDetails
from starlette.responses import JSONResponse, Response

from bot.api.given import FieldProblem, Problem, TestDetails

HEADERS: Final[Mapping[str, str]] = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Nothing of the API is for a cache, or for a browser to guess at."""
MEDIA_TYPE: Final = "application/problem+json"

TITLES: Final[Mapping[int, str]] = {
    400: "The request cannot be read",
    401: "A valid token is needed",
    403: "This token does not allow that",
    404: "There is no such thing here",
    405: "This cannot be done here",
    409: "That does not fit how things stand",
    413: "The request is too large",
    415: "The request must be JSON",
    422: "Something in the request cannot be right",
    429: "Too many requests",
    500: "Something went wrong on our side",
    503: "Not now",
}


class ProblemError(Exception):
    """The request is not done; carries the answer that says why."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[FieldProblem] = (),
        suggestions: Sequence[str] = (),
        details: TestDetails | None = None,
    ) -> None:
        super().__init__(f"{status} {detail}")
        self.headers = dict(headers or {})
        self.problem = Problem(
            title=TITLES.get(status, "That did not work"),
            status=status,
            detail=detail,
            message=detail,
            errors=list(errors),
            suggestions=list(suggestions),
            details=details,
        )


def response(error: ProblemError) -> Response:
    """Return the answer."""
    body = error.problem.model_dump(mode="json", by_alias=True, exclude_none=True)
    return JSONResponse(body, error.problem.status, {**HEADERS, **error.headers}, media_type=MEDIA_TYPE)


def unfit(found: Sequence[ErrorDetails], where: str) -> ProblemError:
    """Return what is wrong with a request, value by value; never the value."""
    errors = [FieldProblem(detail=one["msg"], pointer=pointer(where, *one["loc"])) for one in found]
    return ProblemError(422, "Some values cannot be right; `errors` says which.", errors=errors)


def pointer(where: str, *path: str | int) -> str:
    """Return where a value stands: in the body as a JSON pointer, else named after its place."""
    escaped = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return f"{where}/{escaped}" if escaped else where
