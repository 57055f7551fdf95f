"""A typed form: cleaned of what copying adds, checked field by field, and open parted from secret."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.secret import Secret
from core.pms.credentials_form import MISPLACED, MISSING, FieldErrors, Typed, read
from core.pms.registry import VENDORS
from core.pms.vendor import CredentialField, FieldKind, Vendor


def not_odd(text: str) -> str | None:
    return "An even number of letters, please." if len(text) % 2 else None


SAMPLE: Final = replace(
    VENDORS[0],
    fields=(
        CredentialField("token", "Token", "Under Settings.", secret=True, max_length=40),
        CredentialField("address", "Address", "As it opens.", kind=FieldKind.URL, refuse=not_odd),
        CredentialField("note", "Note", "If you like.", secret=True, required=False),
        CredentialField("version", "Version", "As it is.", required=False, default="v2", max_length=4),
    ),
)
GOOD: Final = {"token": "t0ken", "address": "host", "note": "", "version": ""}


def fill(**changes: str) -> Typed | FieldErrors:
    """Read the sample form, filled in well but for some fields."""
    return read(SAMPLE.fields, {key: Secret(text) for key, text in {**GOOD, **changes}.items()})


def test_what_is_secret_and_what_is_not_are_parted() -> None:
    """What was left empty is no secret, and nobody is made to believe that there is one."""
    address = {"address": "host", "version": "v2"}
    assert fill() == Typed({**address, "note": ""}, {"token": Secret("t0ken")})
    assert fill(note="n0te") == Typed(address, {"token": Secret("t0ken"), "note": Secret("n0te")})


def test_what_was_sent_beside_the_fields_is_ignored() -> None:
    assert fill(unasked="x", hotel_id="another") == fill()


@pytest.mark.parametrize("pasted", ["  t0ken ", "t0ken\n", "\r\nt0ken\r\n", "t0\nken", "\tt0\r\nken\t"])
def test_what_copying_adds_is_dropped(pasted: str) -> None:
    assert fill(token=pasted) == fill()


def test_a_blank_inside_a_value_is_the_vendors_to_judge() -> None:
    typed = fill(token="t0 ken")
    assert isinstance(typed, Typed)
    assert typed.secrets["token"] == Secret("t0 ken")


@pytest.mark.parametrize("nothing", ["", "  ", "\n", "\r\n\t"])
def test_a_field_that_is_needed_is_asked_for(nothing: str) -> None:
    assert fill(token=nothing, address=nothing) == FieldErrors({"token": MISSING, "address": MISSING})


def test_a_form_without_its_fields_is_an_empty_form() -> None:
    assert read(SAMPLE.fields, {}) == FieldErrors({"token": MISSING, "address": MISSING})


def test_a_field_that_was_left_empty_takes_its_default() -> None:
    typed = fill(version="  ")
    assert isinstance(typed, Typed)
    assert typed.values["version"] == "v2"
    typed = fill(version="v3")
    assert isinstance(typed, Typed)
    assert typed.values["version"] == "v3"


def test_every_field_that_cannot_be_right_is_named_at_once() -> None:
    assert fill(token="x" * 41, address="odd", version="v2.1.0") == FieldErrors(
        {
            "token": "At most 40 characters.",
            "address": "An even number of letters, please.",
            "version": "At most 4 characters.",
        }
    )


def test_the_longest_value_is_allowed_and_blanks_around_it_do_not_count() -> None:
    typed = fill(token=f"  {'x' * 40}  ")
    assert isinstance(typed, Typed)
    assert typed.secrets["token"] == Secret("x" * 40)


def test_an_empty_field_that_is_not_needed_is_not_judged() -> None:
    def never(text: str) -> str | None:
        raise AssertionError(text)

    lenient = replace(SAMPLE, fields=(CredentialField("note", "Note", "", required=False, refuse=never),))
    assert read(lenient.fields, {"note": Secret(" ")}) == Typed({"note": ""}, {})


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.key.value)
@given(data=st.data())
def test_whatever_is_typed_ends_in_a_form_or_in_errors_and_never_in_sight(
    vendor: Vendor, data: st.DataObject
) -> None:
    """For every vendor: the keys are the declared ones, secrets stay masked, and no error quotes them."""
    marker = "canary-8e1f"
    raw = {field.key: Secret(marker + data.draw(st.text(max_size=600))) for field in vendor.fields}
    form = read(vendor.fields, raw)
    if isinstance(form, FieldErrors):
        assert form.texts.keys() <= {field.key for field in vendor.fields}
        assert all(form.texts.values())
        assert marker not in repr(form)
        return
    assert form.values.keys() == keys(vendor, secret=False)
    assert form.secrets.keys() == keys(vendor, secret=True)
    assert marker not in repr(form.secrets)


def keys(vendor: Vendor, *, secret: bool) -> set[str]:
    """Return the keys of a vendor's fields of one sort."""
    return {field.key for field in vendor.fields if field.secret is secret}


def test_a_secret_in_an_open_field_is_refused() -> None:
    """Only what is certain by its shape; a secret field takes the same text."""
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    fields = tuple(
        CredentialField(key, key.title(), "Anywhere.", secret=secret)
        for key, secret in (("open", False), ("hidden", True))
    )

    refused = read(fields, {"open": Secret(token), "hidden": Secret(token)})

    assert refused == FieldErrors({"open": MISPLACED.format(what="a signed token (JWT)")})
    assert isinstance(read(fields, {"open": Secret("HOTEL1"), "hidden": Secret(token)}), Typed)
