# SPDX-License-Identifier: MIT
"""Options and queries that are not allowed: refused by name, and nothing is sent."""

import tempfile

import pytest
from inwise_ffi import CAMPAIGN, PAGED, QUESTIONS, RECENT, Client, ProgressFunction, Status, call, encode, lib, open_handle
from mirrors import mirror

DEEP = 100_000
#: Texts that are not a JSON object. The API takes NULL for none, but no empty text.
NOT_OBJECTS = [
    b"", b" ", b"{", b"}", b"[]", b'"x"', b"42", b"null", b"{} x", b"{'a': 1}", b'{"a": NaN}', b'{"a": 1,}', b"{a: 1}",
    b"\xff\xfe", b'{"\xff": 1}', b'{"user_agent": "\xc3\x28"}', b'{"params": {"a": "\xed\xa0\x80"}}', b"\xef\xbb\xbf{}",
    b'{"a": 1e999}', b'{"a": "\\ud800"}', b'{"a": "\\u0000"}', b'{"a\\u0000b": 1}', b'{"page_size": 5, "page_size": 6}',
    b"[" * DEEP, b"[" * DEEP + b"]" * DEEP, b'{"a":' * DEEP, b'{"params":' * DEEP + b"1" + b"}" * DEEP,
]

#: (options, the key that must be named)
BAD_OPTIONS = [
    *[({"nonsense": 1}, "nonsense"), ({"": 1}, None), ({"Api_Key": "x"}, "Api_Key")],
    *[({key: value}, key) for key, values in {
        "timeout_seconds": ["30", 0, 0.0001, -1, 86401, 1e300, True, [], {}],
        "connect_timeout_seconds": ["1", 0, -1, 86401],
        "max_retries": [1.5, -1, 21, "4", True],
        "max_retry_delay_seconds": [-1, 3601, "60"],
        "pages_in_flight": [0, 65, 1.5, "4", False],
        "requests_per_second": [0, -1, 10001, "5"],
        "page_size": [0, 1001, -1, 2.5, "100", 2**63, -2**70],
        "page_base": [2, -1, "1", "first", True, 0.5],
        "proxy": [5, True],
        "ca_file": [5, {}],
        "user_agent": [5, "a\r\nX-Injected: yes", "a\nb", "a\x00b", "\x7f"],
        "max_response_bytes": [1023, 2**30 + 1, "16777216", 2048.5],
        "allow_insecure": [1, "true", {}],
        "paths": [[], "x", {"activities": 5}, {"nope": "/x"}, {"activities": "/a\r\nb"}],
        "parameter_names": [[], "x", {"page_size": 5}, {"nope": "x"}],
        "api_key": [5, {}, "canary\r\nX-Injected: yes", "canary\n", "canary\x00", "canary\x7f", "canary\u05d0", "\tcanary"],
    }.items() for value in values],
]


def check_refused(outcome, key: str | None = None) -> None:
    assert outcome.status is Status.ARGUMENT, outcome
    error = outcome.value
    assert error["status"] == "argument" and error["code"] == -1
    assert "http_status" not in error and "attempts" not in error
    message = error["message"]
    assert len(message) > 20 and len(message) < 1000, message
    assert "canary" not in message
    if key:
        assert key in message, message
        assert error.get("parameter", key) == key


def open_with(url, options) -> object:
    outcome, handle = open_handle(lib.inwise_open, url, encode(options))
    lib.inwise_close(handle)
    return outcome


@pytest.mark.parametrize("text", NOT_OBJECTS, ids=lambda text: repr(text[:24]))
def test_options_must_be_a_json_object(text):
    check_refused(open_with(b"http://127.0.0.1:1/", text))


@pytest.mark.parametrize("options, key", BAD_OPTIONS, ids=str)
def test_options_are_checked_by_name(options, key):
    check_refused(open_with(b"http://127.0.0.1:1/", options), {"paths": None, "parameter_names": None}.get(key, key))


@pytest.mark.parametrize("options", [None, {}, {
    "api_key": "k", "timeout_seconds": 86400, "connect_timeout_seconds": 0.001, "max_retries": 20, "page_base": "auto",
    "max_retry_delay_seconds": 3600, "pages_in_flight": 64, "requests_per_second": 0.1, "page_size": 1, "proxy": "",
    "user_agent": "x", "max_response_bytes": 1073741824, "allow_insecure": True, "paths": {}, "parameter_names": {},
}], ids=["none", "empty", "limits"])
def test_good_options_are_taken(options):
    assert open_with(b"https://api.inwise.com/rest/v1", options).status is Status.OK


BAD_URLS = [
    None, b"", b" ", b"nonsense", b"ftp://127.0.0.1/", b"http://", b"https://", b"http:///path", b"HTTP", b"javascript:1",
    b"https://exa mple.com/", b"https://example.com\r\nX: y/", b"https://example.com:99999/", b"https://example.com:port/",
    b"https://\xff/", b"https://example.com/\n", b"sandbox", b"http://inwise.invalid/rest/v1",
]
BAD_SANDBOXES = {
    "seed=x": "seed", "seed=1.5": "seed", "nope=1": "nope", "campaigns=0": "campaigns", "campaigns=1001": "campaigns",
    "contacts=0": "contacts", "contacts=1000001": "contacts", "days=0": "days", "days=3651": "days",
    "now=2024-02-30T00:00:00": "now", "now=2024-09-20": "now", "now=": "now", "page_base=2": "page_base", "order=up": "order",
    "ids=text": "ids", "live=-1": "live", "live=10001": "live", "latency_ms=60001": "latency_ms", "latency_ms=-1": "latency_ms",
    "fail_rate=1.5": "fail_rate", "rate_limit=-0.1": "rate_limit", "drop_rate=x": "drop_rate", "drop_rate=nan": "drop_rate",
    "recent_drop_rate=1.1": "recent_drop_rate", "recent_drop_rate=x": "recent_drop_rate", "late_rate=-0.1": "late_rate",
    "late_rate=2": "late_rate", "future_rate=1.01": "future_rate", "future_rate=": "future_rate",
    "seed=%ff": "seed", "seed=%4": "seed", "=": "", "seed": "seed", "contacts=99999999999999999999": "contacts",
}


@pytest.mark.parametrize("url", BAD_URLS)
def test_urls_are_checked(url):
    check_refused(open_with(url, None))


@pytest.mark.parametrize("query, key", BAD_SANDBOXES.items())
def test_a_sandboxes_keys_are_checked_by_name(query, key):
    check_refused(open_with(f"sandbox:?{query}".encode(), None), key)


BAD_DATES = ["2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-09-00", "2024-9-1", "24-09-01", "2024-09-02T10:00:00",
             "2024-09-02 24:00:00", "2024-09-02 10:60:00", "2024-09-02 10:00:60", "2024-09-02 10:00", "2024-09-02 10:00:00Z",
             "02/09/2024", "", "yesterday", " 2024-09-02", "2024-09-02\n", "\u0662\u0660\u0662\u0664-09-02", 20240902, True, []]

#: (method, query, the key that must be named)
BAD_QUERIES = [
    *[(method, {"nonsense": 1, **CAMPAIGN}, "nonsense") for method in PAGED],
    *[(method, {"nonsense": 1}, "nonsense") for method in RECENT],
    *[("activities", {key: date}, key) for key in ("date_from", "date_to") for date in BAD_DATES],
    *[(method, {"date_from": "2024-09-02", "date_to": "2024-09-01"}, "date_from") for method in PAGED],
    ("activities", {"date_from": "2024-09-02 00:00:01", "date_to": "2024-09-02 00:00:00"}, "date_from"),
    *[("activities", {key: value}, key) for key, values in {
        "campaign_id": ["12", 1.5, True, 2**63, [], 1e30], "contact_id": ["12", 1.5, -2**63 - 1],
        "page_index": [-1, 1.5, "0", 2**63], "page_size": [0, 1001, -1, "100", 1.5],
        "action_type": [5, True, ""], "params": [[], "x", 5, {"x": {}}, {"x": [1]}, {"x": None}],
    }.items() for value in values],
    ("activities", {"external_id": "42"}, "external_id"),  # for a sandbox; a remote service isn't known to take it
    ("activitiesSummary", None, "campaign_id"), ("activitiesSummary", {}, "campaign_id"),
    ("activitiesSummary", {**CAMPAIGN, "date_from": "2024-09-01"}, "date_from"),
    ("activitiesSummary", {**CAMPAIGN, "page_size": 5}, "page_size"),
    ("sentEmails", {"action_type": "emailOpened"}, "action_type"), ("undelivered", {"action_type": "x"}, "action_type"),
    *[(method, {key: 1}, key) for method in RECENT for key in ("campaign_id", "page_index", "page_size")],
]


@pytest.fixture(scope="module")
def silent(server):
    """A client whose service must not be asked for anything."""
    scenario = server.scenario()
    with Client(scenario.url) as client:
        yield client
        assert scenario.log() == []


@pytest.mark.parametrize("method, query, key", BAD_QUERIES, ids=str)
def test_queries_are_checked_by_name(silent, method, query, key):
    outcome = silent.ask(method, query)
    check_refused(outcome, key)
    assert outcome.value["method"] == method


@pytest.mark.parametrize("text", NOT_OBJECTS, ids=lambda text: repr(text[:24]))
def test_a_query_must_be_a_json_object(silent, text):
    for method in QUESTIONS:
        check_refused(silent.ask(method, text))
    check_refused(open_handle(lib.inwise_cursor_open, silent.handle, b"activities", text)[0])


@pytest.mark.parametrize("method", [None, b"", b"nope", b"activitiesSummary", b"recentActivities", b"Activities", b"\xff"])
def test_a_walk_needs_a_method_with_pages(silent, method):
    check_refused(open_handle(lib.inwise_cursor_open, silent.handle, method, None)[0])


@pytest.mark.parametrize("method, query, key", [
    ("activities", {"page_index": 0}, "page_index"), ("activities", {"date_to": "2024-02-30"}, "date_to"),
    ("undelivered", {"page_size": 0}, "page_size"), ("sentEmails", {"action_type": "x"}, "action_type"),
])
def test_a_walks_query_is_checked_when_it_is_opened(silent, method, query, key):
    check_refused(open_handle(lib.inwise_cursor_open, silent.handle, method.encode(), encode(query))[0], key)


YEAR = 31_536_000
#: (options of a sync, the key that must be named)
BAD_SYNCS = [
    *[({"nonsense": 1}, "nonsense"), ({"": 1}, None), ({"Audit": "all"}, "Audit"), ({"consumer": "x"}, "consumer"), ({"page_size": 5}, "page_size")],
    *[({key: value}, key) for key, values in {
        "campaign_ids": [[], 5, "5", {}, ["5"], [1.5], [True], [None], [[5]], [2**63], list(range(10_001))],
        "methods": ["activities", ["recentActivities"], ["activitiesSummary"], ["Activities"], [5], [None], {}, 5],
        "date_from": BAD_DATES,
        "recent": [1, "true", [], 0],
        "overlap_seconds": [-1, YEAR + 1, 1.5, "600", True, []],
        "late_ages": [[0], [-1], [YEAR + 1], [1.5], ["60"], [True], 60, "60", {}, [60] * 9],
        "gap_reach_seconds": [-1, YEAR + 1, 0.5, "1"],
        "audit": ["", "some", "None", True, 1, []],
        "max_seconds": [0, 0.0001, -1, 86_401, "5", True, 1e300],
        "wait_seconds": [-0.001, 86_401, "5", True],
    }.items() for value in values],
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    with mirror(tmp_path_factory.mktemp("arguments") / "mirror.db") as client:
        yield client


def synced(source: Client, into: Client, options):
    return call(lib.inwise_sync, source.handle, into.handle, encode(options), ProgressFunction(), None)


@pytest.mark.parametrize("options, key", BAD_SYNCS, ids=lambda value: str(value)[:60])
def test_a_syncs_options_are_checked_by_name(silent, copy, options, key):
    check_refused(synced(silent, copy, options), key)


@pytest.mark.parametrize("text", NOT_OBJECTS, ids=lambda text: repr(text[:24]))
def test_what_is_told_to_a_mirror_must_be_a_json_object(silent, copy, text):
    check_refused(synced(silent, copy, text))
    check_refused(call(lib.inwise_acknowledge, copy.handle, text))
    check_refused(open_with(b"file:nowhere.db", text))


@pytest.mark.parametrize("options", [
    {"campaign_ids": [1, -5, 2**63 - 1, 1], "methods": ["activities", "activities"], "date_from": "2024-09-02 10:00:00", "recent": False,
     "overlap_seconds": 0, "late_ages": [], "gap_reach_seconds": 0, "audit": "none", "max_seconds": 0.001, "wait_seconds": 0},
    {"campaign_ids": [7], "methods": ["sentEmails", "undelivered", "activities"], "date_from": "1970-01-01", "recent": True, "overlap_seconds": YEAR,
     "late_ages": [YEAR, 1] * 4, "gap_reach_seconds": YEAR, "audit": "all", "max_seconds": 86_400, "wait_seconds": 86_400},
], ids=["least", "most"])
def test_good_options_of_a_sync_are_taken(options):
    with tempfile.TemporaryDirectory() as folder, Client("sandbox:?contacts=3&now=2024-09-20T12:00:00") as sandbox, mirror(f"{folder}/m.db") as into:
        synced(sandbox, into, options).good()


@pytest.mark.parametrize("options, key", [
    ({"read_only": 1}, "read_only"), ({"read_only": "true"}, "read_only"), ({"now": "2024-09-20"}, "now"), ({"now": ""}, "now"), ({"now": 5}, "now"),
    ({"now": "1969-12-31T23:59:59"}, "now"), ({"now": "9899-01-01T00:00:00"}, "now"), ({"now": "2024-02-30T00:00:00"}, "now"), ({"nonsense": 1}, "nonsense"),
    ({"timeout_seconds": 0}, "timeout_seconds"), ({"page_size": 0}, "page_size"), ({"api_key": "a\nb"}, "api_key"), ({"page_base": 2}, "page_base"),
], ids=str)
def test_a_mirrors_options_are_checked_by_name(options, key, tmp_path):
    check_refused(open_with(f"file:{tmp_path}/mirror.db".encode(), options), key)
    assert list(tmp_path.iterdir()) == [], "no file is made"


@pytest.mark.parametrize("url", [b"http://127.0.0.1:1/", b"sandbox:"])
@pytest.mark.parametrize("options", [{"read_only": True}, {"now": "2024-09-20T12:00:00"}], ids=str)
def test_a_mirrors_own_options_are_its_own(url, options):
    check_refused(open_with(url, options), next(iter(options)))


def test_a_mirror_takes_the_options_of_a_remote_source(tmp_path):
    options = {"api_key": "k", "timeout_seconds": 5, "max_retries": 3, "pages_in_flight": 2, "page_base": 1, "proxy": "", "paths": {}, "parameter_names": {},
               "user_agent": "x", "max_response_bytes": 2048, "requests_per_second": 5, "read_only": False, "now": "9890-12-31T23:59:59"}
    assert open_with(f"file:{tmp_path}/mirror.db".encode(), options).status is Status.OK


@pytest.mark.parametrize("options, key", [({"nonsense": 1}, "nonsense"), (b"[]", None), (b"\xff", None)])
def test_a_funnel_takes_no_options_yet(options, key):
    check_refused(open_handle(lib.inwise_funnel_create, encode(options))[0], key)


def test_only_a_sandbox_serves(silent):
    check_refused(call(lib.inwise_handle, silent.handle, b"GET", b"/campaigns/email/activities", None, None))


@pytest.mark.parametrize("text, says", [
    (b"{", "string or '}' expected, line 1 column 1"), (b'{"secret"', "':' expected, line 1 column 9"),
    (b'{"a":secret}', "invalid token, line 1 column "), (b'{"secret":1,"secret":2}', "duplicate object key, line 1 column "),
])
def test_what_is_no_json_is_told_by_its_place_and_not_shown(silent, text, says):
    message = silent.ask("activities", text).value["message"]
    assert says in message and "secret" not in message, message
