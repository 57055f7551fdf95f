"""Where the API touches the rest: settings, the role that a token vouches for, how Slack names its people."""

from pathlib import Path

import pytest

from bot.settings import read_settings
from bot.views.parts import mention
from core.domain.access import Person, Role, TenantContext
from core.domain.errors import SettingsError
from core.store import hotels
from core.store.database import Database
from tests.bot.environment import ONE_TOKEN, enter
from tests.clock import FakeClock
from tests.core.onboarding.house import ADA, AURORA, House, as_

JWT_SECRET = "a-made-up-secret-of-32-bytes-ok!"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INNKEEPER_JWT_SECRET", JWT_SECRET[:31]),
        ("INNKEEPER_API_PER_MINUTE", "0"),
        ("METRICS_TOKEN", "fifteen-letters"),
    ],
)
def test_a_setting_that_would_open_a_door_too_wide_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    enter(monkeypatch, tmp_path, {**ONE_TOKEN, name: value})
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert refused.value.problems.keys() == {name}
    assert value not in str(refused.value) or name == "INNKEEPER_API_PER_MINUTE"


def test_without_settings_both_doors_are_shut(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    enter(monkeypatch, tmp_path, ONE_TOKEN)
    assert not read_settings().jwt_secret
    assert not read_settings().metrics_key


def test_a_secret_that_is_long_enough_opens_the_api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """32 bytes, however many characters; and it does not show."""
    for secret in (JWT_SECRET, "ü" * 16):
        enter(monkeypatch, tmp_path, {**ONE_TOKEN, "INNKEEPER_JWT_SECRET": secret})
        assert read_settings().jwt_secret.reveal() == secret
        assert secret not in repr(read_settings())


async def test_a_token_vouches_for_its_own_person_alone(database: Database, clock: FakeClock) -> None:
    """Whom it names has its role; everybody else the one that the hotel gave them."""
    await House(database, clock).furnish()
    caller = Person.of_token("U-ada")
    async with database.transaction(TenantContext(AURORA.id, caller, Role.STAFF)) as unit:
        assert await hotels.role_of(unit, caller) is Role.STAFF
        assert await hotels.role_of(unit, ADA) is Role.ADMIN
    async with database.transaction(as_(ADA)) as unit:
        assert await hotels.role_of(unit, caller) is Role.GUEST


def test_slack_mentions_members_and_names_the_others() -> None:
    assert mention("U0ADA") == "<@U0ADA>"
    assert mention(Person.of_token("front-desk").user_id) == "front-desk (REST API)"
    assert mention(Person.of_token("<!channel>").user_id) == "&lt;!channel&gt; (REST API)"
