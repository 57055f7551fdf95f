"""What adapters remember of a hotel ends with the credentials, and with the room there is."""

from dataclasses import replace

from core.domain.hotel import VendorKey
from core.lines.memories import Memories
from core.store.connections import Connection, ConnectionStatus

CONNECTION = Connection("c-1", VendorKey.MEWS, "sealed", ConnectionStatus.ACTIVE, {}, "", "p", "P")


def test_a_connection_is_remembered_from_line_to_line() -> None:
    memories = Memories()
    memories.of(CONNECTION)["house"] = 1
    assert memories.of(replace(CONNECTION, last_error="http.hung")) == {"house": 1}


def test_with_new_credentials_it_begins_anew() -> None:
    memories = Memories()
    memories.of(CONNECTION)["house"] = 1
    assert memories.of(replace(CONNECTION, sealed="sealed again")) == {}
    assert memories.of(replace(CONNECTION, id="c-2")) == {}


def test_whose_turn_was_longest_ago_is_forgotten_first() -> None:
    memories = Memories(most=2)
    first, second, third = (replace(CONNECTION, id=id_) for id_ in "abc")
    for connection in (first, second):
        memories.of(connection)["house"] = connection.id
    memories.of(first)
    memories.of(third)
    assert memories.of(first) == {"house": "a"}
    assert memories.of(second) == {}
