"""How the pretended gateway refuses: in Oracle's form, in OAuth's, in plain text, or without a word.

The words are those of Oracle's user guide where it has them; those of the token endpoint and the codes were
published by other integrators.
"""

import json
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

JSON: Final = "application/json;charset=UTF-8"

_REASONS: Final = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 500: "Internal Server Error"}

NOT_YOUR_HOTEL: Final = "User is not authorized to access data for resort."


class RefusalError(Exception):
    """The request is answered with an error: a status, and perhaps a body."""

    def __init__(
        self,
        status: int,
        body: bytes = b"",
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """Return the answer."""
        return Response(self.body, self.status, self.headers, media_type=self.content_type)


def detail(status: int, words: str, code: str | None = None, said_status: object = None) -> RefusalError:
    """Return a refusal in the form `exceptionDetailType`, with the reason phrase in `type`, as OPERA does."""
    body: dict[str, object] = {
        "type": _REASONS[status],
        "title": words,
        "status": status if said_status is None else said_status,
        "detail": words,
    }
    if code is not None:
        body["o:errorCode"] = f"OPERAWS-{code}"
    return RefusalError(status, json.dumps(body | {"language": "en"}).encode(), JSON)


def oauth(status: int, error: str) -> RefusalError:
    """Return a refusal in OAuth's form."""
    return RefusalError(status, json.dumps({"error": error}).encode(), JSON)


def plain(status: int, words: str) -> RefusalError:
    """Return a refusal in plain text."""
    return RefusalError(status, words.encode(), "text/plain; charset=utf-8")


def invalid(parameter: str) -> RefusalError:
    """Return the refusal of a parameter, which comes before any look at permissions."""
    return detail(400, f"Invalid value of: Query ({parameter}).", "GEN01346")


def too_many(most: int, given: int) -> RefusalError:
    """Return the refusal of a page that is too large. Its `status` is no number: hospitality-api-docs#92."""
    words = f"The maximum limit for this API is {most}. However, it is currently being invoked with {given}."
    return detail(400, words, "ODE09998", "NotProcessed")
