"""The address policy: what an admin may type, and what DNS may answer."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from core.net.guard import AddressPolicy, Door, Reason, RefusalError, Verdict, judge, read_url
from tests.shared import shared_json

PUBLIC = "198.41.0.4"
ALLOW = ("127.0.0.1:9400", "localhost:9400", "[::1]:9400")


class Dns:
    """Answers the same for every name and remembers what it was asked."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        return self._answers


ALLOWED = [
    ("https://api.hotel-pms.com", "api.hotel-pms.com"),
    ("https://api.hotel-pms.com/", "api.hotel-pms.com"),
    ("hTTpS://API.Hotel-PMS.com/v2/", "api.hotel-pms.com"),
    ("https://api.hotel-pms.com:8443/ows", "api.hotel-pms.com"),
    ("https://api.hotel-pms.com.:443/", "api.hotel-pms.com"),
    ("https://3.hotel-pms.com/", "3.hotel-pms.com"),
    ("https://hotel-pms.com/a-b_c~d/$e;f=1/@g:h!/(i)*+,='", "hotel-pms.com"),
    ("https://hotel-pms.com/caf%C3%A9/a%20b", "hotel-pms.com"),
    ("https://hotel-pms.com/v1.0/...", "hotel-pms.com"),
    ("https://gästehaus.example/", "xn--gstehaus-0za.example"),
    ("https://отель.рф/", "xn--e1amhq6c.xn--p1ai"),
]

REFUSED_UNASKED = [
    # the grammar
    ("https://", Reason.MALFORMED),
    ("https:///v1", Reason.MALFORMED),
    ("//api.hotel-pms.com/", Reason.MALFORMED),
    ("https:/api.hotel-pms.com/", Reason.MALFORMED),
    ("https://:443/", Reason.MALFORMED),
    ("https://hotel-pms.com:/", Reason.MALFORMED),
    ("https://hotel-pms.com:0443/", Reason.MALFORMED),
    ("https://hotel-pms.com:٤٤٣/", Reason.MALFORMED),
    ("https://hotel-pms.com:443:443/", Reason.MALFORMED),
    ("https://hotel-pms.com:999999/", Reason.MALFORMED),
    ("https://hotel-pms.com:-1/", Reason.MALFORMED),
    ("https://hotel-pms.com\\.evil.com/", Reason.MALFORMED),
    ("https://hotel-pms.com/\\evil.com", Reason.MALFORMED),
    ("https://hotel-pms.com/\n", Reason.MALFORMED),
    ("\x00https://hotel-pms.com/", Reason.MALFORMED),
    ("https://hotel-pms.com/\x7f", Reason.MALFORMED),
    ("https://hotel-pms.com/\x85", Reason.MALFORMED),
    ("https://hotel\u200b-pms.com/", Reason.MALFORMED),
    ("https://hotel-pms.com/\u202egnp", Reason.MALFORMED),
    ("https://hotel-pms.com\u2028/", Reason.MALFORMED),
    ("https://hotel-pms.com\u00a0/", Reason.MALFORMED),
    ("https://hotel-pms.com/\ud800", Reason.MALFORMED),
    ("https://[hotel-pms.com]/", Reason.MALFORMED),
    ("https://[::1", Reason.MALFORMED),
    ("https://[::1]9400/", Reason.MALFORMED),
    ("https://[::1%25lo]/", Reason.MALFORMED),
    ("https://hotel-pms.com/" + "a" * 2048, Reason.MALFORMED),
    # schemes
    ("http://hotel-pms.com/", Reason.SCHEME),
    ("http://hotel-pms.com:443/", Reason.SCHEME),
    ("ws://hotel-pms.com/", Reason.SCHEME),
    ("gopher://hotel-pms.com:443/_x", Reason.SCHEME),
    ("https+x://hotel-pms.com/", Reason.SCHEME),
    # user information, query, fragment
    ("https://hotel-pms.com@evil.com/", Reason.USER_INFORMATION),
    ("https://@hotel-pms.com/", Reason.USER_INFORMATION),
    ("https://a:b@hotel-pms.com/", Reason.USER_INFORMATION),
    ("https://hotel-pms.com/?", Reason.QUERY),
    ("https://hotel-pms.com?key=1", Reason.QUERY),
    ("https://hotel-pms.com/#", Reason.QUERY),
    ("https://10.0.0.1#@hotel-pms.com/", Reason.QUERY),
    # ports
    ("https://hotel-pms.com:444/", Reason.PORT),
    ("https://hotel-pms.com:22/", Reason.PORT),
    ("https://hotel-pms.com:99999/", Reason.PORT),
    # literals, in the spellings that some library or the C library reads as one
    ("https://10.1.2.3/", Reason.LITERAL),
    ("https://198.41.0.4/", Reason.LITERAL),
    ("https://198.41.0.4./", Reason.LITERAL),
    ("https://127.1/", Reason.LITERAL),
    ("https://0300.0250.1/", Reason.LITERAL),
    ("https://3232235777/", Reason.LITERAL),
    ("https://0XC0A80101/", Reason.LITERAL),
    ("https://1.2.3.4.5/", Reason.LITERAL),
    ("https://[2606:4700::1111]/", Reason.LITERAL),
    ("https://[::ffff:198.41.0.4]/", Reason.LITERAL),
    # names
    ("https://a..b.com/", Reason.NAME),
    ("https://.hotel-pms.com/", Reason.NAME),
    ("https://hotel-pms.com../", Reason.NAME),
    ("https://-hotel.com/", Reason.NAME),
    ("https://hotel_pms.com/", Reason.NAME),
    ("https://hotel%2dpms.com/", Reason.NAME),
    ("https://hotel-pms.com%00.evil.com/", Reason.NAME),
    ("https://hotel-pms.com,evil.com/", Reason.NAME),
    ("https://" + "a" * 64 + ".com/", Reason.NAME),
    ("https://" + "a." * 126 + "com/", Reason.NAME),
    ("https://\uff11\uff10.0.0.\uff43om/", Reason.NAME),
    ("https://hotel-pms\uff0ecom/", Reason.NAME),
    ("https://xn--a-ecp.ru/", Reason.NAME),
    ("https://intranet/", Reason.SPECIAL_NAME),
    ("https://com./", Reason.SPECIAL_NAME),
    ("https://pms.localhost/", Reason.SPECIAL_NAME),
    ("https://vault.INTERNAL./", Reason.SPECIAL_NAME),
    ("https://nas.lan/", Reason.SPECIAL_NAME),
    ("https://4.3.2.1.in-addr.arpa/", Reason.SPECIAL_NAME),
    ("https://pms.default.svc/", Reason.SPECIAL_NAME),
    ("https://h\u043etel-pms.com/", Reason.MIXED_SCRIPTS),
    # paths
    ("https://hotel-pms.com/v1/..", Reason.PATH),
    ("https://hotel-pms.com/./v1", Reason.PATH),
    ("https://hotel-pms.com/%2E%2e/v1", Reason.PATH),
    ("https://hotel-pms.com/v1/.%2e;x/admin", Reason.PATH),
    ("https://hotel-pms.com/v1/..;/admin", Reason.PATH),
    ("https://hotel-pms.com/a%2fb", Reason.PATH),
    ("https://hotel-pms.com/a%5Cb", Reason.PATH),
    ("https://hotel-pms.com/%252e%252e/", Reason.PATH),
    ("https://hotel-pms.com/%0d%0aX:y", Reason.PATH),
    ("https://hotel-pms.com/%C2%85", Reason.PATH),
    ("https://hotel-pms.com/%ff", Reason.PATH),
    ("https://hotel-pms.com/%", Reason.PATH),
    ("https://hotel-pms.com/100%zz", Reason.PATH),
    ("https://hotel-pms.com//evil.com/", Reason.PATH),
    ("https://hotel-pms.com/<script>", Reason.PATH),
    ("https://hotel-pms.com/café", Reason.PATH),
]

REFUSED_ANSWERS = [
    (["10.0.0.1"], Reason.SPECIAL_ADDRESS),
    ([PUBLIC, "192.168.1.1"], Reason.SPECIAL_ADDRESS),
    (["::1", PUBLIC], Reason.SPECIAL_ADDRESS),
    (["168.63.129.16"], Reason.SPECIAL_ADDRESS),
    (["192.0.0.192"], Reason.SPECIAL_ADDRESS),
    (["100.100.100.200"], Reason.SPECIAL_ADDRESS),
    (["fd00:ec2::254"], Reason.SPECIAL_ADDRESS),
    (["::ffff:198.41.0.4"], Reason.SPECIAL_ADDRESS),
    (["2002:a00:1::"], Reason.SPECIAL_ADDRESS),
    (["2001:0:4136:e378:8000:63bf:3fff:fdd2"], Reason.SPECIAL_ADDRESS),
    (["fe80::1%eth0"], Reason.SPECIAL_ADDRESS),
    (["0x7f.1"], Reason.SPECIAL_ADDRESS),
    ([""], Reason.SPECIAL_ADDRESS),
    ([f"198.41.0.{n}" for n in range(17)], Reason.TOO_MANY_ADDRESSES),
    ([], Reason.UNRESOLVED),
]


@pytest.mark.parametrize(("url", "name"), ALLOWED)
def test_a_vendor_address_is_allowed_after_one_look_up_of_its_ascii_name(url: str, name: str) -> None:
    dns = Dns(PUBLIC, "2606:4700::1111")
    assert judge(url, resolve=dns) == Verdict(True, "allowed")
    assert dns.asked == [name]


@pytest.mark.parametrize("profile", ["production", "development"])
@pytest.mark.parametrize(("url", "reason"), REFUSED_UNASKED)
def test_a_bad_text_is_refused_in_both_profiles_before_anybody_is_asked(
    url: str, reason: Reason, profile: str
) -> None:
    dns = Dns(PUBLIC)
    assert judge(url, resolve=dns, profile=profile, allow=ALLOW) == Verdict(False, reason.value)
    assert dns.asked == []


@pytest.mark.parametrize("profile", ["production", "development"])
@pytest.mark.parametrize(("answers", "reason"), REFUSED_ANSWERS)
def test_a_bad_answer_refuses_the_name_in_both_profiles(
    answers: list[str], reason: Reason, profile: str
) -> None:
    verdict = judge("https://hotel-pms.com/", resolve=Dns(*answers), profile=profile, allow=ALLOW)
    assert verdict == Verdict(False, reason.value)


def test_sixteen_answers_are_not_too_many() -> None:
    assert judge("https://hotel-pms.com/", resolve=Dns(*(f"198.41.0.{n}" for n in range(16)))).allowed


def test_a_name_that_does_not_resolve_is_refused() -> None:
    """The resolver's own failure is a verdict, not an exception."""

    def fail(host: str) -> Sequence[str]:
        raise OSError(host)

    assert judge("https://hotel-pms.com/", resolve=fail) == Verdict(False, Reason.UNRESOLVED.value)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://127.0.0.1:9400/api", []),
        ("https://127.0.0.1:9400/api", []),
        ("http://[::1]:9400/", []),
        ("http://LocalHost:9400", ["localhost"]),
    ],
)
def test_development_opens_the_listed_ports_of_this_machine(url: str, asked: list[str]) -> None:
    dns = Dns("127.0.0.1", "::1")
    assert judge(url, resolve=dns, profile="development", allow=ALLOW).allowed
    assert dns.asked == asked
    assert not judge(url, resolve=dns, profile="production", allow=ALLOW).allowed
    assert not judge(url, resolve=dns, profile="staging", allow=ALLOW).allowed
    assert not judge(url, resolve=dns, profile="development").allowed


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9401/",
        "http://127.0.0.1/",
        "http://127.0.0.2:9400/",
        "http://127.1:9400/",
        "http://0177.0.0.1:9400/",
        "http://2130706433:9400/",
        "http://0.0.0.0:9400/",
        "http://localhost.:9400/",
        "http://pms.localhost:9400/",
        "http://[0:0:0:0:0:0:0:1]:9400/",
        "http://[::ffff:127.0.0.1]:9400/",
        "http://localhost:9400@hotel-pms.com/",
        "http://localhost:9400/?x",
        "ftp://localhost:9400/",
    ],
)
def test_development_opens_nothing_beside_the_listed_ports(url: str) -> None:
    assert not judge(url, resolve=Dns("127.0.0.1"), profile="development", allow=ALLOW).allowed


def test_an_open_door_leads_to_this_machine_only() -> None:
    """Whoever points `localhost` elsewhere gains nothing."""
    for answers in (["10.0.0.1"], [PUBLIC], ["127.0.0.1", PUBLIC]):
        verdict = judge("http://localhost:9400/", resolve=Dns(*answers), profile="development", allow=ALLOW)
        assert verdict == Verdict(False, Reason.SPECIAL_ADDRESS.value)


BAD_ENTRIES = [
    "127.0.0.1",
    "127.0.0.1:",
    "127.0.0.1:0",
    "127.0.0.1:70000",
    "127.1:9400",
    "10.0.0.1:9400",
    "0.0.0.0:9400",
    "hotel-pms.com:443",
    "::1:9400",
    "[::]:9400",
    "[::ffff:127.0.0.1]:9400",
    "localhost.evil.com:9400",
    "*:9400",
    "http://127.0.0.1:9400",
    " 127.0.0.1:9400",
]


@pytest.mark.parametrize("entry", BAD_ENTRIES)
def test_an_entry_that_is_not_plainly_this_machine_is_reported(entry: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(entry))):
        AddressPolicy("development", (*ALLOW, entry))
    url = f"http://{entry}/" if "//" not in entry else entry
    assert not judge(url, resolve=Dns("127.0.0.1"), profile="development", allow=[entry]).allowed


def test_production_has_no_doors() -> None:
    assert AddressPolicy().doors == frozenset()
    with pytest.raises(ValueError, match=r"'localhost:9400'.*production"):
        AddressPolicy("production", ("localhost:9400",))
    with pytest.raises(ValueError, match="'prod'"):
        AddressPolicy("prod")


def test_a_policy_knows_its_doors() -> None:
    policy = AddressPolicy("development", ALLOW)
    assert policy.doors == {Door("127.0.0.1", 9400), Door("localhost", 9400), Door("::1", 9400)}


def test_a_request_may_carry_what_a_base_address_may_not() -> None:
    """Queries and encoded delimiters belong to requests; fragments, dot segments and the rest to nobody."""
    target = read_url("https://hotel-pms.com/a%2Fb//c?filter[x]=<1>&y=%0A", frozenset(), is_base=False)
    assert (target.authority, target.path_and_query) == ("hotel-pms.com", "/a%2Fb//c?filter[x]=<1>&y=%0A")
    for url in ("/a#b", "/../a", "/%2e%2e/a", "/%0a", "/a?b=\u00e9", "/\u00e9", "/a?b c"):
        with pytest.raises(RefusalError):
            read_url("https://hotel-pms.com" + url, frozenset(), is_base=False)


def test_the_authority_names_only_a_port_that_is_not_the_usual_one() -> None:
    doors = AddressPolicy("development", ("localhost:80", "[::1]:9400")).doors
    urls = [
        "https://a.com",
        "https://a.com:8443",
        "http://localhost",
        "https://localhost:80",
        "http://[::1]:9400",
    ]
    assert [read_url(url, doors).authority for url in urls] == [
        "a.com",
        "a.com:8443",
        "localhost",
        "localhost:80",
        "[::1]:9400",
    ]


def test_a_refusal_shows_a_host_only_when_it_is_plainly_one() -> None:
    """What is shown in Slack cannot carry markup, and user information is never part of it."""
    shown = []
    for url in ("https://nas.lan/", "https://<!channel>/", "https://user:pass@nas.lan/", "no url"):
        with pytest.raises(RefusalError) as caught:
            read_url(url, frozenset())
        shown.append(caught.value.host)
    assert shown == ["nas.lan", "?", "?", "?"]


@pytest.mark.parametrize(
    ("profile", "key"), [("production", "verdict"), ("development", "verdict_dev_profile")]
)
def test_the_reference_cases_are_judged_as_they_say(profile: str, key: str) -> None:
    """Every case of the reference, with DNS stubbed as it says and nobody asked where it says nothing."""

    def verdict(case: dict[str, Any]) -> tuple[str, list[str]]:
        dns = {host: answers[0] for host, answers in (case["dns"] or {}).items()}
        strangers: list[str] = []

        def resolve(host: str) -> list[str]:
            if host not in dns:
                strangers.append(host)
            return list(dns.get(host, []))

        allow = ("127.0.0.1:8090", "localhost:8090")
        allowed = judge(case["url"], resolve=resolve, profile=profile, allow=allow).allowed
        return ("allow" if allowed else "deny"), strangers

    cases = shared_json("security/ssrf_cases.json")["cases"]
    assert len(cases) > 90
    assert {case["id"]: verdict(case) for case in cases} == {case["id"]: (case[key], []) for case in cases}
