"""A Secret is used and never seen: every way by which an object becomes text by accident shows the mask."""

import copy
import io
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass

import pytest
import structlog
from rich.console import Console
from rich.traceback import Traceback

from core.domain.secret import MASK, Secret

CANARY = "canary-7f3a9c51"


@dataclass
class Form:
    """Something that holds a secret, as most of our own classes would."""

    key: Secret


SECRET = Secret(CANARY)


@pytest.mark.parametrize(
    "shown",
    [
        repr(SECRET),
        str(SECRET),
        f"{SECRET}",
        f"{SECRET!r:>40}",
        f"{SECRET:>40}",
        "{:x}".format(SECRET),  # noqa: UP032 - a way of formatting of its own
        "%s %r" % (SECRET, SECRET),  # noqa: UP031 - as above
        ascii([SECRET]),
        pprint.pformat({"key": SECRET}),
        repr(Form(SECRET)),
        str(ValueError(SECRET)),
        repr(ValueError(SECRET)),
        json.dumps({"key": SECRET}, default=str),
    ],
)
def test_text_that_is_made_of_a_secret_shows_the_mask(shown: str) -> None:
    assert CANARY not in shown
    assert MASK in shown or ascii(MASK)[1:-1] in shown


def test_print_shows_the_mask(capsys: pytest.CaptureFixture[str]) -> None:
    print(SECRET, [SECRET], {"key": SECRET})
    assert capsys.readouterr().out == f"{MASK} [{MASK}] {{'key': {MASK}}}\n"


@pytest.mark.parametrize(
    "use",
    [
        json.dumps,
        copy.copy,
        copy.deepcopy,
        vars,
        bytes,
        list,
        "".join,
        hash,
        lambda secret: {secret},
        lambda secret: secret + "",
        lambda secret: asdict(Form(secret)),
        *(
            lambda secret, p=protocol: pickle.dumps(secret, p)
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
        ),
    ],
)
def test_what_would_copy_a_secret_fails_without_showing_it(use: Callable[[object], object]) -> None:
    with pytest.raises(TypeError) as caught:
        use(SECRET)
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_the_standard_log_shows_the_mask(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("tests.secret")
    with caplog.at_level(logging.DEBUG):
        log.debug("key %s %r", SECRET, SECRET)
        log.info("form %(key)s", {"key": SECRET})
        try:
            raise ValueError(SECRET)
        except ValueError:
            log.exception("failed", extra={"key": SECRET})
    assert CANARY not in caplog.text
    assert CANARY not in repr([vars(record) for record in caplog.records])
    assert caplog.text.count(MASK) == 4


LOCALS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=True)
)


@pytest.mark.parametrize(
    "processors",
    [
        [LOCALS, structlog.processors.JSONRenderer(ensure_ascii=False)],
        [LOCALS, structlog.processors.KeyValueRenderer()],
        [LOCALS, structlog.processors.LogfmtRenderer()],
        [structlog.dev.ConsoleRenderer(colors=False)],
    ],
)
def test_the_structured_log_shows_the_mask(processors: list[structlog.typing.Processor]) -> None:
    """With the local variables of every frame, where the renderer shows them."""
    out = io.StringIO()
    log = structlog.wrap_logger(structlog.PrintLogger(out), processors=processors)
    try:
        fail_with(SECRET)
    except ValueError:
        log.exception("failed", key=SECRET, form=Form(SECRET))
    assert CANARY not in out.getvalue()
    assert out.getvalue().count(MASK) >= 3


def test_a_traceback_with_local_variables_shows_the_mask() -> None:
    out = io.StringIO()
    try:
        fail_with(SECRET)
    except ValueError as error:
        plain = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        rich = Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True)
        Console(file=out, width=200).print(rich)
    for shown in (plain, out.getvalue()):
        assert f"secret = {MASK}" in shown
        assert f"form = Form(key={MASK})" in shown
        assert CANARY not in shown


def fail_with(secret: Secret) -> None:
    """Fail where the secret is held by a local variable, alone and inside of something."""
    form = Form(secret)
    raise ValueError(form)


def test_reveal_is_the_way_out() -> None:
    assert SECRET.reveal() == CANARY


def test_equal_texts_are_equal_secrets() -> None:
    assert Secret(CANARY) == SECRET
    assert Secret("another") != SECRET
    assert Secret("\ud800") == Secret("\ud800")
    assert Secret("\ud800") != Secret("?")


def test_a_secret_equals_no_text() -> None:
    """Or a comparison in a log filter, an assertion or a test would tell."""
    assert SECRET != CANARY
    assert SECRET != None  # noqa: E711 - the operator is what is tested


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert Secret(" ")
