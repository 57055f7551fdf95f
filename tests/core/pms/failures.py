"""Every error that core/ can raise: found in its source, and some of them as they are really made."""

import ast
import re
import ssl
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

import pytest

import core
from core.domain import errors
from core.domain.errors import KnownError, Layer
from core.net import tls
from core.net.client import Answer
from core.net.connection import refused
from core.net.guard import Place, Reason, RefusalError
from core.pms.common_guide import COMMON
from core.pms.http import error_for
from core.pms.vendors.custom import endpoint, problems
from core.pms.vendors.mews import line
from tests.clock import START

SOURCE: Final = Path(core.__file__).parent
CODE: Final = re.compile(r"[a-z]+\.[a-z_]+")
GUIDES: Final = {"common_guide.py", "guide.py", "suggestions.py", "aliases.py"}

TIMEOUTS: Final = {f"{layer.value}.timeout" for layer in (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP)}

PLACE: Final = Place("pms.example", 443)
WHERE: Final = frozenset(PLACE.details)


@cache
def trees() -> dict[str, ast.Module]:
    """Return every file under core/ but the guides and the sandboxes, which speak the vendors' words."""
    return {
        str(path.relative_to(SOURCE)): ast.parse(path.read_text(encoding="utf-8"))
        for path in SOURCE.rglob("*.py")
        if not {"sandbox", "words"} & set(path.parts) and path.name not in GUIDES
    }


@cache
def error_kinds() -> frozenset[str]:
    """Return the names of KnownError and all that descends from it, wherever it is defined."""
    kinds = {
        name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, KnownError)
    }
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base) in kinds for base in node.bases):
                kinds.add(node.name)
    return frozenset(kinds)


def raised_in(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield the first argument of every error that is made in a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in error_kinds() and node.args:
            yield node.args[0]


@cache
def codes_in_source() -> dict[str, set[str]]:
    """Return every code that can be raised, or that stands anywhere as a literal, and in which files.

    A literal is taken for a code when it begins like one: `tls.expired`, because `tls.broken` is raised.
    """
    found = {code: {"net/client.py"} for code in TIMEOUTS}
    for name, tree in trees().items():
        for argument in raised_in(tree):
            if isinstance(argument, ast.Constant):
                found.setdefault(str(argument.value), set()).add(name)
    families = {code.partition(".")[0] for code in [*found, *COMMON]}
    for name, tree in trees().items():
        # Names of jobs look like codes; they, and no code, stand in constants of their own.
        jobs = [node.value for node in tree.body if isinstance(node, ast.AnnAssign)]
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) else None
            is_code = isinstance(text, str) and CODE.fullmatch(text) and node not in jobs
            if isinstance(text, str) and is_code and text.partition(".")[0] in families:
                found.setdefault(text, set()).add(name)
    return found


def certificate_error(verify_code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_code = verify_code
    return error


def tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError()
    error.reason = reason
    return error


def answer(status: int, body: bytes = b"{}", content_type: str = "application/json") -> Answer:
    return Answer(status, {"content-type": content_type}, body)


def endpoint_error(text: str) -> KnownError:
    with pytest.raises(KnownError) as caught:
        endpoint.endpoint_of({"endpoint": text})
    return caught.value


def unreadable() -> KnownError:
    with pytest.raises(KnownError) as caught:
        answer(200, content_type="text/html").json()
    return caught.value


def real_errors() -> Iterator[KnownError]:
    """Yield errors as their own makers make them, as many kinds as can be had without a network."""
    yield from (error_for(answer(status), START) for status in chain(range(300, 600), [100]))
    yield from (tls.refusal(certificate_error(code), PLACE) for code in (9, 10, 18, 20, 62, 64, 66))
    yield from (
        tls.refusal(error, PLACE)
        for error in (
            OSError(),
            *map(tls_error, ("NO_CIPHERS", "WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL")),
            *map(tls_error, ("TLSV1_UNRECOGNIZED_NAME", "TLSV1_ALERT_NO_APPLICATION_PROTOCOL")),
            tls_error("TLSV13_ALERT_CERTIFICATE_REQUIRED"),
        )
    )
    yield refused(RefusalError(Reason.NAME, "pms.example"))
    yield unreadable()
    yield from (endpoint_error(text) for text in ("", "pms", "https://u:p@pms.example"))
    for word in ("invalid_api_key", "key_expired", "forbidden", "unsupported_version", "invalid_cursor"):
        error = problems.refine(answer(400, f'{{"code": "{word}"}}'.encode()))
        assert error is not None
        yield error
    for status, body in ((400, b'{"Message": "Invalid AccessToken."}'), (400, b"{}"), (408, b""), (409, b"")):
        error = line.refine(answer(status, body))
        assert error is not None
        yield error


REAL: Final = {(type(error).__name__, error.code): error for error in real_errors()}
