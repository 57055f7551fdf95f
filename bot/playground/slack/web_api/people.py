"""People and workspaces."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.playground.slack.state import Json, Person
from bot.playground.slack.web_api.call import ApiError, Call, Method, Methods, page


def users_info(call: Call) -> Json:
    """Describe a person whom the workspace can see."""
    if call.standin.faults.users_info_error.take():
        raise ApiError("internal_error")
    person = call.standin.world.person_in(call.team_id, call.need("user"))
    if person is None:
        raise ApiError("user_not_found")
    return {"user": _user(call, person)}


def users_list(call: Call) -> Json:
    """List the people whom the workspace can see."""
    people = call.standin.world.people_seen_from(call.team_id)
    return page([_user(call, person) for person in people], call, "members")


def team_info(call: Call) -> Json:
    """Describe the workspace of the token."""
    team = call.standin.world.teams.get(call.maybe("team") or call.team_id)
    if team is None or team.id != call.team_id:
        raise ApiError("team_not_found")
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


def _user(call: Call, person: Person) -> Json:
    first, _, last = person.real_name.partition(" ")
    profile = {
        "title": person.title,
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "first_name": first,
        "last_name": last,
        "team": person.team_id,
        "status_text": "",
        "status_emoji": "",
    }
    if "users:read.email" in call.installation.scopes and not person.is_bot:
        profile["email"] = f"{person.name}@{call.standin.world.teams[person.team_id].domain}.example"
    user: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": profile,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if call.standin.world.is_stranger(person, call.team_id):
        user["is_stranger"] = True
    return user if person.deleted else user | _active(call, person)


def _active(call: Call, person: Person) -> Json:
    """Return what Slack tells of a person only while they are a member."""
    here = datetime.fromtimestamp(call.standin.world.now(), ZoneInfo(person.tz))
    offset = here.utcoffset()
    active: Json = {
        "real_name": person.real_name,
        "color": person.color,
        "tz": person.tz,
        "tz_label": here.tzname(),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_primary_owner": person.is_owner,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_email_confirmed": True,
    }
    return active | ({"locale": person.locale} if call.flag("include_locale") else {})


METHODS: Methods = {
    "users.info": Method(users_info, ("users:read",)),
    "users.list": Method(users_list, ("users:read",)),
    "team.info": Method(team_info, ("team:read",)),
}
