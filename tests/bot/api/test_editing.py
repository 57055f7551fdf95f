"""Records are edited over REST: ours beside the PMS's, each field with where it is from."""

from core.store import audit_log
from tests.bot.api.desk import Desk, token
from tests.clock import START
from tests.core.onboarding.house import as_hotel

B2 = "/records/bookings/b-2"


async def test_an_edit_is_shown_with_where_it_is_from(furnished: Desk) -> None:
    answer = await furnished.ask(
        "PATCH", B2, {"values": {"adults": 3}}, held=token("manager", subject="U-ada")
    )
    assert answer.status_code == 200
    shown = (await furnished.ask("GET", B2)).json()
    assert shown == answer.json()
    assert shown["record"]["adults"] == 3
    assert shown["origins"] == {
        "adults": {
            "isOurs": True,
            "byWhom": "api:U-ada",
            "at": START.isoformat().replace("+00:00", "Z"),
            "other": None,
            "isContested": False,
        }
    }
    assert [one["cause"] for one in shown["timeline"]] == ["edit"]
    async with furnished.house.database.transaction(as_hotel()) as unit:
        line = next(one for one in await audit_log.list_latest(unit) if one.action == "pms.record.edited")
    assert (line.user_id, line.details["fields"]) == ("api:U-ada", "adults")


async def test_what_does_not_fit_is_pointed_at(furnished: Desk) -> None:
    wrong = {"values": {"adults": "three", "colour": "blue"}}
    answer = await furnished.ask("PATCH", B2, wrong)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/values/colour"]
    answer = await furnished.ask("PATCH", B2, {"values": {"adults": "three"}})
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/values/adults"]
    assert "three" not in answer.text
    assert (await furnished.ask("GET", B2)).json()["origins"] == {}


async def test_what_is_not_there_is_not_edited(furnished: Desk) -> None:
    answer = await furnished.ask("PATCH", "/records/bookings/nobody", {"values": {"adults": 3}})
    assert answer.status_code == 404
