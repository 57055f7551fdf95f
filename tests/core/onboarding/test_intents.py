"""What a few typed words ask for, and that a question is never taken for an order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import VendorKey
from core.onboarding.intents import Intent, Wish, understand
from core.pms.registry import VENDORS


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("next", Wish.NEXT),
        ("ok, continue please", Wish.NEXT),
        ("Go back one step!", Wish.BACK),
        ("return", Wish.BACK),
        ("try again", Wish.RETRY),
        ("Let's retry the test", Wish.RETRY),
        ("cancel", Wish.CANCEL),
        ("stop it now", Wish.CANCEL),
        ("STATUS", Wish.STATUS),
        ("help me", Wish.HELP),
        ("connect the PMS", Wish.CONNECT),
        ("I want to start", Wish.CONNECT),
        ("disconnect", Wish.DISCONNECT),
        ("team", Wish.TEAM),
        ("back, back, back", Wish.BACK),
        ("weiter", Wish.NEXT),
        ("Zurück bitte", Wish.BACK),
        ("noch einmal wiederholen", Wish.RETRY),
        ("Abbrechen!", Wish.CANCEL),
        ("Hilfe", Wish.HELP),
        ("PMS verbinden", Wish.CONNECT),
        ("suivant", Wish.NEXT),
        ("étape précédente", Wish.BACK),
        ("réessayer s'il vous plaît", Wish.RETRY),
        ("annuler", Wish.CANCEL),
        ("état", Wish.STATUS),
        ("Atrás, por favor", Wish.BACK),
        ("quiero cancelar", Wish.CANCEL),
        ("conectar el PMS", Wish.CONNECT),
        ("estado", Wish.STATUS),
        ("avanti", Wish.NEXT),
        ("torna indietro", Wish.BACK),
        ("riprova", Wish.RETRY),
        ("aiuto", Wish.HELP),
        ("volgende stap", Wish.NEXT),
        ("terug", Wish.BACK),
        ("opnieuw", Wish.RETRY),
        ("ik wil annuleren", Wish.CANCEL),
        ("PMS koppelen", Wish.CONNECT),
        ("retry again", Wish.RETRY),
    ],
)
def test_short_clear_requests_are_understood(text: str, wish: Wish) -> None:
    assert understand(text, VENDORS) == Intent(wish)


@pytest.mark.parametrize(
    ("text", "vendor"),
    [
        ("we use Mews", VendorKey.MEWS),
        ("mews", VendorKey.MEWS),
        ("connect Mews please", VendorKey.MEWS),
        ("our hotel runs on Oracle", VendorKey.OPERA),
        ("Opera (OHIP)", VendorKey.OPERA),
        ("it is protel by Planet", VendorKey.PROTEL),
        ("Cloudbeds!", VendorKey.CLOUDBEDS),
        ("apaleo", VendorKey.APALEO),
        ("a custom one", VendorKey.CUSTOM),
        ("wir benutzen Mews", VendorKey.MEWS),
        ("nous utilisons Cloudbeds", VendorKey.CLOUDBEDS),
        ("usamos Opera", VendorKey.OPERA),
        ("noi usiamo Apaleo", VendorKey.APALEO),
        ("wij gebruiken protel", VendorKey.PROTEL),
    ],
)
def test_a_named_pms_is_chosen(text: str, vendor: VendorKey) -> None:
    assert understand(text, VENDORS) == Intent(Wish.CHOOSE, vendor)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "…",
        "please",
        "next?",
        "can I go back?",
        "do you support Mews?",
        "next or back",
        "Mews or Opera",
        "don't cancel",
        "nicht abbrechen",
        "ne pas annuler",
        "no cancelar",
        "non annullare",
        "niet annuleren",
        "wie breche ich ab",
        "how do I cancel",
        "connect our pms and then tell the staff",
        "cancel the reservation of the guest",
        "we switched from our old system to Mews in spring and since then nobody knows where the key is",
        "mewsletter",
    ],
)
def test_questions_and_whatever_is_not_clear_are_no_request(text: str) -> None:
    assert understand(text, VENDORS) is None


def test_every_pms_can_be_named_by_its_key() -> None:
    for vendor in VENDORS:
        assert understand(f"We use {vendor.key.value}.", VENDORS) == Intent(Wish.CHOOSE, vendor.key)


@given(text=st.text() | st.lists(st.sampled_from(["next", "back", "mews", "?", "x"])).map(" ".join))
def test_any_text_is_understood_or_not_and_a_question_never(text: str) -> None:
    intent = understand(text, VENDORS)
    if "?" in text:
        assert intent is None
    if intent is not None:
        assert (intent.vendor is None) == (intent.wish is not Wish.CHOOSE)
