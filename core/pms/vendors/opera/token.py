"""How a token is fetched: one form to the gateway, in the way of the environment's scheme."""

import re
from contextlib import suppress
from typing import Final
from urllib.parse import urlencode

from core.domain.errors import KnownError, Layer, VendorAnswerUnreadableError
from core.domain.secret import Secret
from core.net.client import Call
from core.pms.http import VendorHttp
from core.pms.tokens import Grant
from core.pms.vendor import Access
from core.pms.vendors.opera.account import Account, Form
from core.pms.vendors.opera.problems import ScopeRefusedError, refine_token
from core.pms.vendors.opera.wire import TOKEN_LIFE_S, TOKENS, new_request_id

_TOKEN: Final = re.compile(r"[!-~]{1,7000}")
"""All headers of a call together may have 8 KB."""


class TokenDesk:
    """Fetches tokens for one account. A token is good at the gateway that gave it, and nowhere else."""

    def __init__(self, access: Access, account: Account) -> None:
        self._http = VendorHttp(access.client, access.clock, refine=refine_token)
        self._account = account

    async def fetch(self, refresh_token: Secret | None) -> Grant:
        """Return a new token; there are no refresh tokens, so the old one does not matter.

        Raises: CredentialsRefusedError, CredentialsExpiredError (the integration user's password), whatever
        the gateway's trouble is.
        """
        *others, last = self._account.forms
        for form in others:
            with suppress(ScopeRefusedError):
                return await self._ask(form)
        return await self._ask(last)

    async def _ask(self, form: Form) -> Grant:
        request_id = new_request_id()
        try:
            answer = await self._http.send(self._call(form, request_id))
            body = answer.json()
            token = body.get("access_token") if isinstance(body, dict) else None
            if not isinstance(body, dict) or not isinstance(token, str) or not _TOKEN.fullmatch(token):
                raise VendorAnswerUnreadableError("vendor.answer_unreadable", Layer.AUTHENTICATION)
        except KnownError as error:
            error.request_id = request_id
            raise
        return Grant(Secret(token), _life_s(body.get("expires_in")))

    def _call(self, form: Form, request_id: str) -> Call:
        account = self._account
        headers: dict[str, str | Secret] = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Authorization": account.client,
            "x-app-key": account.app_key,
            "x-request-id": request_id,
        }
        if account.enterprise_id is not None:
            headers["enterpriseId"] = account.enterprise_id  # without `x-`, as nowhere else
        fields = {
            name: value.reveal() if isinstance(value, Secret) else value for name, value in form.items()
        }
        return Call("POST", account.gateway + TOKENS, headers, urlencode(fields).encode())


def _life_s(said: object) -> float:
    """Return how long the token lives; numbers come as texts at times."""
    try:
        life_s = float(said) if isinstance(said, int | float | str) else 0.0
    except (ValueError, OverflowError):
        return TOKEN_LIFE_S
    return life_s if 0 < life_s <= TOKEN_LIFE_S * 24 else TOKEN_LIFE_S
