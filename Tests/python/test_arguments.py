# SPDX-License-Identifier: MIT
"""What is passed to the library, and what is refused before."""

import inspect
import pathlib
import re
from collections import ChainMap
from datetime import date, datetime, timezone
from types import MappingProxyType

import inwise
import pytest
from conftest import KEY, ROOT, SANDBOX

HEADER = (ROOT / "include/inwise.h").read_text()


def table(heading: str, after: str = "") -> "dict[str, str]":
    """The keys of a table in the header, and the rest of their lines: it begins below its heading and ends with an empty line."""
    text = HEADER[HEADER.index(after):]
    lines = text[re.search(rf"^ \*   {heading}", text, re.MULTILINE).end():].split("\n *\n")[0]
    return dict(re.findall(r'^ \*   "(\w+)" *(.*)', lines, re.MULTILINE))


#: Options of a mirror alone.
MIRROR = list(table("key +default +meaning", '"parameter_names" '))


def test_the_options_are_those_of_the_header():
    options = [*table("key +default +meaning"), *MIRROR]
    assert len(options) > 12
    for kind in (inwise.Client, inwise.AsyncClient):
        parameters = list(inspect.signature(kind).parameters.values())
        assert [parameter.name for parameter in parameters] == ["url", *options]
        assert all(parameter.kind is parameter.KEYWORD_ONLY and parameter.default is None for parameter in parameters[1:])


def test_the_query_keys_are_those_of_the_header():
    keys = list(table("key +sentEmails +undelivered +activities"))
    assert len(keys) > 5
    for kind in (inwise.Client, inwise.AsyncClient):
        for method, without in {"activities": set(), "sent_emails": {"action_type"}, "undelivered": {"action_type"}}.items():
            parameters = list(inspect.signature(getattr(kind, method)).parameters)[1:]
            assert parameters == [key for key in keys if key not in without | {"page_index", "consumer"}]
        for method in ("recent_activities", "recent_sent_emails", "recent_undelivered"):
            assert list(inspect.signature(getattr(kind, method)).parameters)[1:] == ["consumer", "params"]


def test_the_options_of_a_sync_are_those_of_the_header():
    options = list(table("key +default +meaning", "inwise_progress_fn)"))
    assert len(options) == 10
    for kind in (inwise.Client, inwise.AsyncClient):
        parameters = list(inspect.signature(kind.sync).parameters.values())[1:]
        assert [parameter.name for parameter in parameters] == ["mirror", *options, "progress"]
        assert all(parameter.kind is parameter.KEYWORD_ONLY and parameter.default is None for parameter in parameters[1:])
        keys = table("key +value", "Tells a mirror up to which")
        assert set(inspect.signature(kind.acknowledge).parameters) - {"self"} == set(keys) and len(keys) == 3


def test_the_options_of_a_webhook_are_those_of_the_header():
    options, keys = list(table("key +default +meaning", "Reads one webhook: the body")), list(table("key +value", 'Query of "webhookEvents"'))
    assert len(options) == len(keys) == 7
    for function in (inwise.parse_webhook, inwise.Client.ingest_webhook, inwise.AsyncClient.ingest_webhook):
        parameters = list(inspect.signature(function).parameters.values())
        assert [parameter.name for parameter in parameters if parameter.name != "self"] == ["body", *options]
        assert all(parameter.kind is parameter.KEYWORD_ONLY and parameter.default is None for parameter in parameters[-7:])
    for kind in (inwise.Client, inwise.AsyncClient):
        parameters = list(inspect.signature(kind.webhook_events).parameters.values())[1:]
        assert [parameter.name for parameter in parameters] == keys
        assert all(parameter.kind is parameter.KEYWORD_ONLY and parameter.default is None for parameter in parameters)


def test_every_option_reaches_the_library(server):
    scenario = server.scenario(rows=250)
    options = {
        "api_key": KEY, "timeout_seconds": 5, "connect_timeout_seconds": 5.0, "max_retries": 1, "max_retry_delay_seconds": 1,
        "pages_in_flight": 1, "requests_per_second": 1000, "page_size": 100, "page_base": 0, "proxy": "",
        "ca_file": pathlib.Path("/etc/ssl/certs/ca-certificates.crt"), "user_agent": "tests/1", "max_response_bytes": 1 << 20,
        "allow_insecure": True, "paths": {"activities": "/a/activities"}, "parameter_names": {"campaign_id": "campaign"},
    }
    assert [*options, *MIRROR] == list(inspect.signature(inwise.Client).parameters)[1:]
    with inwise.Client(scenario.url, **options) as client:
        assert len(list(client.activities(campaign_id=5, params={"more": "1"}))) == 250
    first = scenario.log()[0]
    assert first.path.startswith("/a/activities") and first.header("User-Agent") == "tests/1" and first.header("X-API-Key") == KEY
    assert {"campaign": "5", "more": "1", "page_size": "100"}.items() <= first.parameters.items()


@pytest.mark.parametrize("name", [name for name in inspect.signature(inwise.Client).parameters if name != "url"])
@pytest.mark.parametrize("value", [[object()], float("nan")])
def test_options_that_json_has_no_words_for_name_themselves(name, value):
    with pytest.raises(inwise.ArgumentError, match=f'"{name}"') as caught:
        inwise.Client(SANDBOX, **{name: value})
    assert caught.value.parameter == name


@pytest.mark.parametrize("open_it, name", [
    (lambda: inwise.Client("sandbox:\0?seed=7"), "url"),
    (lambda: inwise.Client(7), "url"),
    (lambda: inwise.Client("sandbox:?seed=\ud800"), "url"),
    (lambda: inwise.Client(SANDBOX, api_key="key\0"), "api_key"),
    (lambda: inwise.Funnel().add("activities\0", b"[]"), "kind"),
    (lambda: inwise.Client(SANDBOX).activities(action_type="email\0Opened").page(), "action_type"),
], ids=str)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_texts_that_c_would_cut_off_or_not_know_are_refused(open_it, name):
    with pytest.raises(inwise.ArgumentError, match=f'"{name}"|api_key'):
        open_it()


@pytest.mark.parametrize("value, sent", [
    (datetime(2024, 9, 2, 13, 59, 30, 999999), "2024-09-02 13:59:30"),
    (datetime(1, 1, 1), "0001-01-01 00:00:00"),
    (date(2024, 9, 2), "2024-09-02"),
    ("2024-09-02", "2024-09-02"),
    ("2024-09-02 13:59:30", "2024-09-02 13:59:30"),
])
def test_dates_are_sent_as_wall_clock_text(server, value, sent):
    scenario = server.scenario(rows=1)
    with inwise.Client(scenario.url) as client:
        client.activities(date_from=value, date_to=value).page()
    parameters = scenario.log()[0].parameters
    assert parameters["date_from"] == parameters["date_to"] == sent


@pytest.mark.parametrize("name", ["date_from", "date_to"])
def test_a_time_with_a_zone_is_refused(client, name):
    with inwise.Funnel() as funnel:
        for ask in (client.activities, client.sent_emails, client.undelivered, funnel.summary):
            with pytest.raises(inwise.ArgumentError, match=f'"{name}" has a time zone') as caught:
                ask(**{name: datetime(2024, 9, 2, tzinfo=timezone.utc)})
            assert caught.value.parameter == name


def test_integers_of_other_makes(client):
    class Integer:
        def __index__(self):
            return 1958368

    assert client.activities_summary(Integer()) == client.activities_summary(1958368)
    with pytest.raises(inwise.ArgumentError, match="campaign_id"):
        client.activities_summary(True)


@pytest.mark.parametrize("value, shown", [(2**63, str(2**63)), (-2**64, str(-2**64)), (10**400, "1329 bits"), (10**5000, "bits")],
                         ids=["64", "65", "1329", "16610"])
@pytest.mark.parametrize("open_it, name", [
    (lambda value: inwise.Client(SANDBOX, pages_in_flight=value), "pages_in_flight"),
    (lambda value: inwise.Client(SANDBOX, timeout_seconds=value), "timeout_seconds"),
    (lambda value: inwise.Client(SANDBOX).activities(campaign_id=value).page(), "campaign_id"),
    (lambda value: inwise.Client(SANDBOX).activities_summary(value), "campaign_id"),
    (lambda value: inwise.Client(SANDBOX).activities(params={"more": value}).page(), "params"),
    (lambda value: inwise.Funnel().summary(campaign_id=value), "campaign_id"),
])
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_integers_beyond_64_bits_are_named_as_given(open_it, name, value, shown):
    with pytest.raises(inwise.ArgumentError, match=f'"{name}".*{shown}') as caught:
        open_it(value)
    assert caught.value.parameter == name


@pytest.mark.parametrize("ask, name", [
    (lambda client, half: client.activities(external_id=half).page(), "external_id"),
    (lambda client, half: client.recent_activities(params={"more": half}), "params"),
    (lambda client, half: inwise.Client(SANDBOX, user_agent=half), "user_agent"),
    (lambda client, half: inwise.Client(SANDBOX, paths={"activities": half}), "paths"),
])
def test_half_a_surrogate_pair_is_named(client, ask, name):
    with pytest.raises(inwise.ArgumentError, match=f'"{name}"') as caught:
        ask(client, "\ud800")
    assert caught.value.parameter == name


def test_mappings_of_any_make(server):
    scenario = server.scenario(rows=5)
    options = {"paths": MappingProxyType({"activities": "/a/activities"}), "parameter_names": ChainMap({"campaign_id": "campaign"})}
    with inwise.Client(scenario.url, **options) as client:
        assert len(client.activities(campaign_id=5, params=MappingProxyType({"more": "1"})).page()) == 5
    request = scenario.log()[0]
    assert request.path.startswith("/a/activities") and request.parameters["campaign"] == "5" and request.parameters["more"] == "1"
