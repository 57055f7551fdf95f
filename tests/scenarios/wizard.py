"""The wizard as a person goes through it, in one line a step."""

from core.domain.hotel import VendorKey
from core.pms.registry import Registry
from core.pms.vendors.mews.sandbox import ACCESS_TOKEN, CLIENT_TOKEN
from tests.scenarios.people import Person
from tests.scenarios.stage import Stage

MEWS = {"Access token": ACCESS_TOKEN, "Client token": CLIENT_TOKEN}


def custom(stage: Stage, **changes: str) -> dict[str, str]:
    """Return what to type into Custom's form; `changes` by label."""
    return form_of(stage, VendorKey.CUSTOM) | changes


def form_of(stage: Stage, key: VendorKey) -> dict[str, str]:
    """Return what to type into a vendor's form, by label."""
    typed = stage.sandboxes.form(key)
    return {field.label: typed[field.key] for field in Registry({})[key].fields if typed.get(field.key)}


async def begin(person: Person, vendor: str) -> None:
    """Type `/pms connect` and choose a PMS."""
    await person.types("/pms connect", "#general")
    await person.sees("Step 1 of 5")
    await person.clicks(vendor, in_="Step 1 of 5")
    await person.sees("Step 2 of 5")


async def enter(person: Person, form: dict[str, str], button: str = "Enter Credentials") -> None:
    """Open the private form, fill it in and send it."""
    await person.clicks(button)
    await person.modal()
    await person.fills(form)
    assert await person.submits() is None


async def review_and_save(person: Person) -> None:
    """Go from the passed test to the end."""
    await person.clicks("Next")
    await person.sees("Is this your hotel?")
    await person.clicks("I confirm the information is correct")
    await person.clicks("Save Configuration")
    await person.sees("Step 5 of 5", within_s=10)


async def connect(person: Person, vendor: str, form: dict[str, str]) -> None:
    """Connect a PMS, from the command to the end."""
    await begin(person, vendor)
    await enter(person, form)
    await person.sees("the credentials work", within_s=15)
    await review_and_save(person)
