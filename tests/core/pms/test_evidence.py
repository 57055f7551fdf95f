"""What is told as evidence: what is odd, in order, and nothing that is not on the list."""

from core.domain.errors import Layer
from core.domain.hotel import Entity
from core.net.likeness import Likeness
from core.pms.evidence import evidence
from core.pms.report import Failure


def test_what_is_as_it_should_be_takes_no_room() -> None:
    seen = {
        "host": "pms.example",
        "port": "8443",
        "status": "401",
        "likeness": Likeness.JSON.value,
        "content_type": "application/json",
        "seconds": "0.2",
        "clock_off_s": "-2",
    }
    assert evidence(Failure("auth.refused", Layer.AUTHENTICATION, seen=seen)) == (
        ("Server", "pms.example:8443"),
        ("Status", "401"),
        ("What came", "data (JSON)"),
    )


def test_what_is_odd_is_told_in_order() -> None:
    seen = {
        "host": "pms.example",
        "likeness": Likeness.JSON.value,
        "content_type": "text/plain",
        "seconds": "9.7",
        "clock_off_s": "-3600",
    }
    failure = Failure("x.y", Layer.HTTP, {"status": "200", "guest": "Ada"}, "track-1", Entity.ROOMS, seen)
    assert evidence(failure) == (
        ("Server", "pms.example:443"),
        ("Kind of record", "rooms"),
        ("Status", "200"),
        ("What came", "data (JSON)"),
        ("Labelled as", "text/plain"),
        ("Waited", "9.7 s"),
        ("Our clock is ahead by", "-3600 s"),
        ("The vendor's number of the call", "track-1"),
    )


def test_what_the_error_says_goes_before_what_was_seen() -> None:
    failure = Failure("x.y", Layer.HTTP, {"status": "401"}, seen={"status": "200", "seconds": "odd"})
    assert evidence(failure) == (("Status", "401"),)
