"""Questions without a model: the guide answers at once, in the thread and outside of any attempt."""

from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import begin


async def test_a_question_in_the_thread_is_answered_from_that_pms_guide(stage: Stage) -> None:
    """In another language, too; a PMS that the question names goes before the wizard's."""
    ada = await found_hotel(stage)
    await begin(ada, "Mews")
    await ada.types("Wo finde ich den Client Token?", thread="Connect ")
    await ada.sees("Word for word from the guide: Mews")
    await ada.sees("It names the integration, not the property")
    await ada.types("And what would Cloudbeds cost?", thread="Connect ")
    await ada.sees("What Cloudbeds may cost")


async def test_what_no_guide_says_is_said_plainly_with_the_steps_own_help(stage: Stage) -> None:
    """Nobody is left alone with `I found nothing`."""
    ada = await found_hotel(stage)
    await begin(ada, "Mews")
    await ada.types("Write me a poem about the sea", thread="Connect ")
    await ada.sees("I found nothing on that in the guide.")
    await ada.sees("Common problems")


async def test_a_question_outside_of_any_attempt_is_answered(stage: Stage) -> None:
    """Nothing needs to be under way to ask."""
    ada = await found_hotel(stage)
    await ada.types("Where are my credentials stored?")
    await ada.sees("Where the credentials are kept")
    await ada.types("Who won the match yesterday?")
    await ada.sees("Who may connect the PMS?")


async def test_what_may_be_meant_is_offered_and_read_with_a_press(stage: Stage) -> None:
    """Also beneath an answer, for who asked for something else."""
    ada = await found_hotel(stage)
    await begin(ada, "Mews")
    await ada.types("somebody told me there is a waiting list at the vendor", thread="Connect ")
    await ada.sees("I am not sure that the guide answers this.")
    await ada.clicks("Mews has trouble")
    await ada.sees("*Mews has trouble*")
    await ada.sees("Word for word from the guide: Mews")

    await ada.types("Where do I find the access token?", thread="Connect ")
    await ada.sees("See also:")
    await ada.clicks("Mews: Client token", in_="See also:")
    await ada.sees("*Mews: Client token*")
