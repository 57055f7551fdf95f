"""PMS_ENCRYPTION_KEY: which texts are keys, what the keys are called, and that no complaint shows them."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.credentials.envelope import Key, wrap_key
from core.credentials.keyset import CHEAP_ONLY_FOR_TESTS, LocalKeyset, generate
from core.domain.errors import UnreadableCredentialError
from tests.core.credentials.samples import KEY

RAW = bytes(range(50, 82))
OTHER_RAW = bytes(range(90, 122))
PASSPHRASE = "correct horse battery staple, and a hotel"
NAMED = {"primary": "b", "keys": {"a": RAW.hex(), "b": OTHER_RAW.hex()}}


def parse(text: str) -> LocalKeyset:
    return LocalKeyset.parse(text, cost=CHEAP_ONLY_FOR_TESTS)


def name_of(raw: bytes) -> str:
    """Return the fingerprint by which a single key goes."""
    return "k" + hmac.digest(raw, b"pms-cred/key-id", "sha256").hex()[:8]


async def opens_what(keyset: LocalKeyset, raw: bytes, kek_id: str) -> bool:
    """Return whether the keyset opens what the key of these bytes, under this name, wrapped."""
    try:
        key = await keyset.unwrap(wrap_key(Key(kek_id, raw), KEY, "hotel-1"), "hotel-1", KEY.id)
    except UnreadableCredentialError:
        return False
    return key.material == KEY.material


@pytest.mark.parametrize(
    "text",
    [
        RAW.hex(),
        RAW.hex().upper(),
        base64.b64encode(RAW).decode(),
        base64.b64encode(RAW).decode().rstrip("="),
        base64.urlsafe_b64encode(RAW).decode(),
        base64.urlsafe_b64encode(RAW).decode().rstrip("="),
    ],
)
async def test_a_key_is_the_same_in_every_spelling(text: str) -> None:
    keyset = parse(text)
    assert keyset.current_key_id == name_of(RAW)
    assert keyset.key_ids == {name_of(RAW)}
    assert await opens_what(keyset, RAW, name_of(RAW))
    assert not await opens_what(keyset, OTHER_RAW, name_of(RAW))


@pytest.mark.parametrize("alphabet", [b"+/", b"-_"])
async def test_base64_uses_either_alphabet(alphabet: bytes) -> None:
    """Both of the letters that the alphabets spell differently occur."""
    raw = b"\xfb\xff" * 16
    keyset = parse(base64.b64encode(raw, alphabet).decode())
    assert await opens_what(keyset, raw, name_of(raw))


async def test_several_keys_go_by_their_names_and_the_primary_wraps() -> None:
    keyset = parse(json.dumps(NAMED))
    assert keyset.current_key_id == "b"
    assert keyset.key_ids == {"a", "b"}
    assert await opens_what(keyset, RAW, "a")
    assert await opens_what(keyset, OTHER_RAW, "b")
    assert (await keyset.wrap(KEY, "hotel-1")).startswith("w1.b.")


async def test_what_was_wrapped_unwraps_for_its_hotel_and_name_only() -> None:
    keyset = parse(f"\n {json.dumps(NAMED)}")
    wrapped = await keyset.wrap(KEY, "hotel-1")
    assert (await keyset.unwrap(wrapped, "hotel-1", KEY.id)).material == KEY.material
    for text, hotel_id, dek_id in [
        (wrapped, "hotel-2", KEY.id),
        (wrapped, "hotel-1", "dek-2"),
        (wrapped.replace("w1.b.", "w1.a."), "hotel-1", KEY.id),
        (wrapped.replace("w1.b.", "w1.c."), "hotel-1", KEY.id),
        ("plaintext", "hotel-1", KEY.id),
    ]:
        with pytest.raises(UnreadableCredentialError):
            await keyset.unwrap(text, hotel_id, dek_id)


@pytest.mark.parametrize(
    "passphrase",
    [
        PASSPHRASE,
        PASSPHRASE + "\n",
        " " + PASSPHRASE,
        "schl\u00fcssel, with an umlaut, never to be normalised",
        "schlu\u0308ssel, with an umlaut, never to be normalised",
        "ホテルの鍵" * 7,
        RAW.hex() + "0",
        RAW.hex() + "\n",
        f'"{RAW.hex()}"',
        base64.b64encode(RAW).decode() + "=",
        "A" * 42 + "B",  # as long as base64 of 32 bytes, but no encoder spells it so
        "x" * 31 + "y",
    ],
)
async def test_any_other_long_text_is_a_passphrase_taken_as_it_is(passphrase: str) -> None:
    """The key is scrypt of exactly these characters, so no two of these texts share one."""
    raw = hashlib.scrypt(
        passphrase.encode(), salt=b"innkeeper/pms-cred/passphrase/1", n=2, r=1, p=1, dklen=32
    )
    keyset = parse(passphrase)
    assert keyset.current_key_id == name_of(raw)
    assert await opens_what(keyset, raw, name_of(raw))


def test_a_passphrase_costs_what_owasp_asks_for() -> None:
    """Frozen: with other figures every installation that has a passphrase would lose its secrets."""
    raw = hashlib.scrypt(
        PASSPHRASE.encode(),
        salt=b"innkeeper/pms-cred/passphrase/1",
        n=2**15,
        r=8,
        p=3,
        dklen=32,
        maxmem=2**26,
    )
    assert LocalKeyset.parse(PASSPHRASE).current_key_id == name_of(raw)


async def test_a_passphrase_can_stand_beside_the_key_that_replaces_it() -> None:
    """Or nobody who began with a passphrase could ever go on to a better key."""
    old = parse(PASSPHRASE)
    wrapped = await old.wrap(KEY, "hotel-1")
    both = parse(
        json.dumps(
            {
                "primary": "new",
                "keys": {"new": RAW.hex(), old.current_key_id: {"passphrase": PASSPHRASE}},
            }
        )
    )
    assert (await both.unwrap(wrapped, "hotel-1", KEY.id)).material == KEY.material


FORM = 'it is not of the form {"primary": "name", "keys": {"name": "key"}}, each name once'
NAME = "a key's name has 1 to 32 letters, digits, - or _"
VALUE = "one of its keys is neither 64 hex characters nor base64 of 32 bytes"
SHORT = "it is neither a key nor a passphrase of at least 32 characters; make a key with `innkeeper keys new`"
ONE_BYTE = "it is a placeholder, one byte repeated; make a key with `innkeeper keys new`"
ONE_CHARACTER = "it is a placeholder, one character repeated; make a key with `innkeeper keys new`"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "it is empty; make a key with `innkeeper keys new`"),
        ("hunter2-hunter2", SHORT),
        ("é" * 30 + "x", SHORT),
        (RAW.hex()[:30], SHORT),
        ("z" * 64, ONE_CHARACTER),
        (" " * 32, ONE_CHARACTER),
        ("0" * 64, ONE_BYTE),
        ("ab" * 32, ONE_BYTE),
        (base64.b64encode(bytes(32)).decode(), ONE_BYTE),
        ("hunter2-hunter2-hunter2-hunter2-\udcff", "it holds bytes that are not UTF-8"),
        ("{", FORM),
        ('{"primary": "hunter2"', FORM),
        ("{}", FORM),
        ('{"primary": "a", "keys": {}}', FORM),
        ('{"primary": "a", "keys": ["hunter2"]}', FORM),
        (json.dumps({"primary": 1, "keys": {"1": RAW.hex()}}), FORM),
        (json.dumps({"primary": "c", "keys": NAMED["keys"]}), FORM),
        (json.dumps({"keys": NAMED["keys"]}), FORM),
        (json.dumps({**NAMED, "comment": "hunter2"}), FORM),
        (f'{{"primary": "a", "keys": {{"a": "{RAW.hex()}", "a": "{OTHER_RAW.hex()}"}}}}', FORM),
        (f'{{"primary": "a", "primary": "b", "keys": {json.dumps(NAMED["keys"])}}}', FORM),
        ('{"primary": ' + "[" * 100_000, FORM),
        (json.dumps({"primary": "", "keys": {"": RAW.hex()}}), NAME),
        (json.dumps({"primary": "a.b", "keys": {"a.b": RAW.hex()}}), NAME),
        (json.dumps({"primary": "é", "keys": {"é": RAW.hex()}}), NAME),
        (json.dumps({"primary": "a" * 33, "keys": {"a" * 33: RAW.hex()}}), NAME),
        (json.dumps({"primary": "a", "keys": {"a": PASSPHRASE}}), VALUE),
        (json.dumps({"primary": "a", "keys": {"a": ""}}), VALUE),
        (json.dumps({"primary": "a", "keys": {"a": 7}}), VALUE),
        (json.dumps({"primary": "a", "keys": {"a": RAW.hex(), "b": "hunter2"}}), VALUE),
        (json.dumps({"primary": "a", "keys": {"a": {"passphrase": PASSPHRASE, "n": 2}}}), VALUE),
        (json.dumps({"primary": "a", "keys": {"a": {"passphrase": "hunter2"}}}), SHORT),
        (json.dumps({"primary": "a", "keys": {"a": "0" * 64}}), ONE_BYTE),
        (
            json.dumps({"primary": "a", "keys": {"a": RAW.hex(), "b": base64.b64encode(RAW).decode()}}),
            "it holds the same key under two names",
        ),
    ],
)
def test_anything_else_is_refused_by_a_sentence_that_shows_no_part_of_it(text: str, complaint: str) -> None:
    """Neither the sentence nor an error behind it: a parser's own error would quote the whole setting."""
    with pytest.raises(ValueError, match=r".") as caught:
        parse(text)
    assert str(caught.value) == complaint
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@given(st.text())
def test_any_text_is_a_key_or_a_complaint_about_it(text: str) -> None:
    try:
        keyset = parse(text)
    except ValueError as error:
        assert error.__context__ is None
    else:
        assert keyset.key_ids == {keyset.current_key_id}


def test_a_keyset_shows_no_key() -> None:
    keyset = parse(json.dumps(NAMED))
    shown = repr(keyset) + str(keyset) + repr(vars(keyset))
    assert "'a'" in shown
    for raw in (RAW, OTHER_RAW):
        assert raw.hex() not in shown
        assert repr(raw) not in shown


def test_a_new_key_is_a_key_and_each_is_another() -> None:
    texts = {generate() for _ in range(100)}
    assert len({parse(text).current_key_id for text in texts}) == 100
    assert all(len(bytes.fromhex(text)) == 32 for text in texts)
