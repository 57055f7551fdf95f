"""How the sandbox says no: in the words that Cloudbeds documents, or that integrators have seen.

The words of a refused page size, of too many requests and of a wrong client secret are our own; those of
Cloudbeds are not published.
"""

from collections.abc import Mapping
from typing import Final

Json = dict[str, object]

HTML: Final = "<!doctype html><title>Cloudbeds</title><h1>Everything your hotel needs</h1>"
"""What answers outside the API: a page that is no API's."""


class RefusalError(Exception):
    """The request is answered with this status and this body: JSON, or a web page."""

    def __init__(self, status: int, body: Json | str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(str(status))
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def no(message: str, status: int = 200) -> RefusalError:
    """Return a refusal in an envelope; most come with the status of a success."""
    return RefusalError(status, {"success": False, "message": message})


def parameter(name: str, why: str = "is not valid") -> RefusalError:
    """Return the refusal of a parameter."""
    return no(f"Parameter {name} {why}")


def unauthorized(hint: str) -> RefusalError:
    """Return what a call without a good credential is told."""
    return RefusalError(
        401,
        {
            "error": "access_denied",
            "error_description": "The resource owner or authorization server denied the request.",
            "hint": hint,
        },
    )


def bad_token() -> RefusalError:
    """Return what a key or a token is told that is not good, or not any more."""
    return unauthorized("Access token is invalid")


def oauth(status: int, error: str, **words: str) -> RefusalError:
    """Return a refusal of the token endpoint."""
    return RefusalError(status, {"error": error, **words})


def unknown_method() -> RefusalError:
    """Return what a method is told that does not exist, or not for this verb."""
    return RefusalError(404, {"status": False, "error": "Unknown method."})


def no_such_page() -> RefusalError:
    """Return what answers below no API."""
    return RefusalError(404, HTML)


USER_INACTIVE: Final = "User who approved this connection is not active anymore"
CLOSED: Final = (
    "Your request could not be fully completed. The property(ies) you are accessing have an invalid status. "
    "See details: canceled: 700012"
)
WRONG_PROPERTY: Final = "None of the included property id's match the access_token user's property id"
NAME_A_PROPERTY: Final = 'Please specify "propertyID" parameter for this call'
NO_SCOPE: Final = "Scope required for this call was not granted by property."
