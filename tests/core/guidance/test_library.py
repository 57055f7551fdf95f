"""How the guides are searched: whose guide, which entry, and when nothing is the right answer."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.domain.hotel import VendorKey
from core.guidance import index as index_module
from core.guidance import library as library_module
from core.guidance import scope
from core.guidance.entries import entries
from core.guidance.library import Library, StaticAnswer
from core.guidance.likeness import Likeness, Pieces, Rows
from core.pms.registry import VENDORS


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(entries(VENDORS))


def found(library: Library, question: str, vendor: VendorKey | None = None) -> str | None:
    hits = library.answer(question, vendor).hits
    return hits[0].entry.id if hits else None


@pytest.mark.parametrize("vendor", list(VendorKey))
def test_the_guide_of_the_wizards_pms_answers(library: Library, vendor: VendorKey) -> None:
    assert found(library, "How long does it take?", vendor) == f"{vendor.lower()}/time"


def test_a_pms_that_is_named_goes_before_the_wizards(library: Library) -> None:
    assert found(library, "What does it cost with Cloudbeds?", VendorKey.MEWS) == "cloudbeds/cost"


def test_without_any_pms_the_comparison_answers(library: Library) -> None:
    assert found(library, "How long does it take to connect?") == "general/time"


def test_another_vendors_guide_never_answers(library: Library) -> None:
    for question in ("Where is the enterprise ID?", "scopes", "401", "property ID", "cbat"):
        hits = library.search(question, VendorKey.MEWS, limit=50)
        assert {hit.entry.vendor for hit in hits} <= {None, VendorKey.MEWS}


def test_a_vendors_own_word_on_a_failure_stands_for_the_common_one(library: Library) -> None:
    ids = {hit.entry.id for hit in library.search("401 unauthorized", VendorKey.MEWS, limit=50)}
    assert "mews/error/auth.refused" in ids
    assert "general/error/auth.refused" not in ids


@pytest.mark.parametrize(
    "question",
    [
        "Where do I find the access token?",
        "whre do i find the acess tokne",
        "WHERE IS THE ACCESS TOKEN???",
        "Wo finde ich den Zugriffstoken?",
        "Où se trouve le jeton d'accès ?",
        "¿Dónde está el token de acceso?",
        "Dove trovo il token di accesso?",
        "Waar vind ik het toegangstoken?",
    ],
)
def test_one_question_in_many_spellings_and_languages(library: Library, question: str) -> None:
    assert found(library, question, VendorKey.MEWS) in {"mews/where-to-find", "mews/field/access_token"}


@pytest.mark.parametrize(
    "question",
    ["", "   ", "???", "🏨", "x" * 5000, "' OR 1=1 --", '"*" AND NEAR(', "the of and", "\x00\ud800"],
)
def test_what_says_nothing_is_answered_with_nothing(library: Library, question: str) -> None:
    answer = library.answer(question, VendorKey.MEWS)
    assert (answer.hits, answer.in_scope) == ((), False)


@pytest.mark.parametrize(
    "question",
    ["The printer at reception is out of paper", "Reserviere uns einen Tisch", "Mostra la password salvata"],
)
def test_what_sounds_like_nothing_of_ours_is_refused(
    library: Library, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words of ours are in it; that it is more like other questions is what counts."""
    monkeypatch.setattr(scope, "is_foreign", lambda question: False)
    assert not library.answer(question, None).in_scope
    monkeypatch.setattr(library_module, "_AGAINST", 0.0)
    assert library.answer(question, None).in_scope


@pytest.mark.parametrize(
    "question",
    ["My restaurant is full and my coffee cold, and Mews says that the demo token is not for production"],
)
def test_a_question_that_fits_well_is_answered_whatever_else_is_told(
    library: Library, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scope.is_foreign(question)
    answer = library.answer(question, VendorKey.MEWS)
    assert (answer.hits[0].entry.id, answer.in_scope) == ("mews/error/mews.demo_token", True)
    monkeypatch.setattr(library_module, "_ASTRAY", 50.0)
    assert library.answer(question, VendorKey.MEWS) == StaticAnswer((), in_scope=False)


def test_what_may_be_meant_is_offered_and_not_called_an_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between what is surely answered and what is surely none of ours."""
    sure = library.answer("Where do I find the access token?", VendorKey.MEWS)
    assert sure.in_scope
    monkeypatch.setattr(library_module, "_ENOUGH", 50.0)
    unsure = library.answer("Where do I find the access token?", VendorKey.MEWS)
    assert unsure == StaticAnswer(sure.hits, in_scope=False)


def test_an_entry_is_found_by_its_id(library: Library) -> None:
    assert [library.entry(entry.id) for entry in library.entries] == list(library.entries)
    assert library.entry("mews/nowhere") is None


def test_one_sentence_of_a_long_story_is_enough(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The story around a question does not water it down."""
    story = "We had forty check-outs and the phone rang all day. Who can see my password? Then I went home."
    told = library.search(story, None)[0]
    assert told.entry.id == "general/who-sees-credentials"
    monkeypatch.setattr(library_module, "_SENTENCES", 0)
    assert library.search(story, None)[0].score < told.score - 1


def test_the_best_come_first_and_what_fits_far_less_is_left_out(library: Library) -> None:
    scores = [
        hit.score for hit in library.search("Where do I find the API key in Cloudbeds?", None, limit=500)
    ]
    assert scores == sorted(scores, reverse=True)
    assert 3 < len(scores) < len(library.entries) / 3
    assert scores[-1] > scores[0] / 4


def test_many_threads_get_the_same_answers(library: Library) -> None:
    questions = ["Where is the access token?", "Is it safe?", "Was kostet das?", "combien de temps ?"] * 25
    alone = [library.answer(question, VendorKey.MEWS) for question in questions]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda question: library.answer(question, VendorKey.MEWS), questions))
    assert together == alone


def test_however_many_libraries_the_sayings_are_read_once(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes seconds: those who open at the same time wait for one, and who comes later finds it done."""
    built: list[object] = []

    class Counted(Likeness):
        def __init__(self, rows: Rows, pieces: Pieces) -> None:
            built.append(pieces)
            super().__init__(rows, pieces)

    monkeypatch.setattr(index_module, "Likeness", Counted)
    few = library.entries[:5]
    with ThreadPoolExecutor(4) as threads:
        for opened in [threads.submit(Library(few).open) for _ in range(4)]:
            opened.result()
    Library(few).open()
    assert len(built) == 2  # by letters, and by meanings


def test_a_long_question_is_answered_at_once(library: Library) -> None:
    """A second is the goal for the first useful answer; the machine may be busy with other things."""
    text = " ".join(f"wrod{number} misspeled{number} question" for number in range(200))
    began = time.perf_counter()
    library.answer(text, None)
    assert time.perf_counter() - began < 1
