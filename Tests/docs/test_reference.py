# SPDX-License-Identifier: MIT
"""include/inwise.h, the reference, says what the library does: its functions, statuses, keys, ranges and defaults."""

import itertools
import json
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "Tests/host"), str(ROOT / "scripts/manual")]

import header  # noqa: E402
from inwise_ffi import LIBRARY, PAGED, QUESTIONS, RECENT, Client, Funnel, Status, call, encode, lib, open_handle  # noqa: E402
from loopback import Server  # noqa: E402

REFERENCE = header.read(ROOT / "include/inwise.h")
#: Each table of keys by its page and the first word of what leads to it.
TABLES = {(page.names[0], re.match(r"\w+", lead).group()): table for page in REFERENCE.pages for lead, table in page.tables}
OPTIONS, MIRROR, SANDBOX = (TABLES["inwise_open", lead] for lead in ("Options", "Mirror", "Sandbox"))
QUERY, FUNNEL = TABLES["inwise_sent_emails", "Query"], TABLES["inwise_funnel_summary", "Query"]
SYNC, ACKNOWLEDGEMENT = TABLES["inwise_sync", "Options"], TABLES["inwise_acknowledge", "Query"]
WEBHOOK, EVENTS = TABLES["inwise_webhook_parse", "Options"], TABLES["inwise_webhook_ingest", "Query"]
NOW = "now=2024-09-20T12:00:00"
INT64 = (-(2**63), 2**63 - 1)


def rows(table: header.Table) -> dict[str, dict[str, str]]:
    """A table's rows by key, each by column."""
    return {cells[0].strip('"'): dict(zip(table.columns, cells)) for cells in table.rows}


# ---------------------------------------------------------------- asking the library

def open_with(options=None, url: bytes = b"https://inwise.invalid/"):
    outcome, handle = open_handle(lib.inwise_open, url, encode(options))
    lib.inwise_close(handle)
    return outcome


def webhook_with(options=None, body: bytes = b"trigger_type=emailOpened"):
    return call(lib.inwise_webhook_parse, body, len(body), encode(options))


@pytest.fixture(scope="module")
def sandbox():
    with Client(f"sandbox:?contacts=3&{NOW}") as client:
        yield client


@pytest.fixture(scope="module")
def mirror_url(tmp_path_factory) -> str:
    return f"file:{tmp_path_factory.mktemp('mirror')}/mirror.db"


@pytest.fixture(scope="module")
def mirror(mirror_url):
    with Client(mirror_url) as client:
        yield client


@pytest.fixture(scope="module")
def funnel():
    with Funnel() as funnel:
        yield funnel


@pytest.fixture(scope="module")
def given(sandbox, mirror, mirror_url, funnel):
    """How a value is given to a key of each table."""
    def acknowledge(key, value):
        # What rows there are is no matter here: a sandbox has no consumers, which it says once it has read the rest.
        client = sandbox if key == "through" else mirror
        return call(lib.inwise_acknowledge, client.handle, encode({"consumer": "crm", "method": "recentActivities", key: value}))

    def webhook(key, value):
        # What the options need of each other.
        return webhook_with({"remote_address": "193.169.246.40", "url": "/", key: value})

    def events(key, value):
        outcome, cursor = open_handle(lib.inwise_cursor_open, mirror.handle, b"webhookEvents", encode({key: value}))
        lib.inwise_cursor_close(cursor)
        return outcome

    return {
        "Options": lambda key, value: open_with({key: value}),
        "Mirror": lambda key, value: open_with({key: value}, mirror_url.encode()),
        "Sandbox": lambda key, value: open_with(url=f"sandbox:?{key}={value}".encode()),
        "Query": lambda key, value: mirror.ask("recentActivities" if key == "consumer" else "activities", {key: value}),
        "Funnel": lambda key, value: call(lib.inwise_funnel_summary, funnel.handle, encode({key: value})),
        # It ends as soon as the options have been read.
        "Sync": lambda key, value: sandbox.sync(sandbox, **{key: value}),
        "Acknowledgement": acknowledge,
        "Webhook": webhook,
        "Events": events,
    }


#: A value that no key of a table takes.
WRONG = {"Options": [], "Mirror": "nonsense", "Sandbox": "nonsense", "Query": [], "Funnel": [], "Sync": "nonsense", "Acknowledgement": [],
         "Webhook": {}, "Events": []}


def refusal(outcome) -> str:
    assert outcome.status is Status.ARGUMENT, outcome
    return outcome.value["message"]


def takes(outcome, key: str) -> bool:
    """Whether the library found nothing to say against what it was given for a key."""
    return outcome.status is not Status.ARGUMENT or outcome.value["parameter"] != key


def taken(outcome) -> set[str]:
    """The keys that the library says it takes, when it is given one that it doesn't know."""
    return set(re.search(r"It takes: (.*)\.$", refusal(outcome)).group(1).split(", ")) - {""}


# ---------------------------------------------------------------- functions and statuses

def test_every_function_of_the_library_is_described_and_no_other():
    symbols = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], capture_output=True, text=True, check=True).stdout
    described = [name for page in REFERENCE.pages for name in page.names]
    assert sorted(described) == sorted(set(re.findall(r"\b(inwise_\w+)", symbols)))


def test_every_function_that_fails_says_how():
    silent = [page.names for page in REFERENCE.pages if not page.errors and any("inwise_status inwise_" in text for text in page.functions)]
    assert silent == []
    known = {name.removeprefix("INWISE_ERR_") for name, _, _ in REFERENCE.statuses}
    assert {error for page in REFERENCE.pages for error in page.errors} - known == {"as for inwise_activities", "as for inwise_webhook_parse"}


def test_every_status_has_its_name_its_meaning_and_its_row_in_the_readme():
    codes = {name: int(number) for name, number, _ in REFERENCE.statuses}
    names = {name.removeprefix("INWISE_").removeprefix("ERR_").lower(): code for name, code in codes.items()}
    assert names == {lib.inwise_status_name(code).decode(): code for code in range(-50, 50) if lib.inwise_status_name(code) != b"unknown"}
    assert [name for name, _, meaning in REFERENCE.statuses if not meaning] == ["INWISE_OK"]
    listed = re.findall(r'"(\w+)"', next(page.text[0] for page in REFERENCE.pages if page.names == ["inwise_status_name"]))
    assert sorted(listed) == sorted([*names, "unknown"])
    readme = re.findall(r"^\| `(\w+)` \| (-\d+) \|", (ROOT / "README.md").read_text(), re.M)
    assert {name: int(code) for name, code in readme} == {name: code for name, code in names.items() if code < 0}


# ---------------------------------------------------------------- keys

def test_the_options_are_those_that_the_library_takes():
    assert taken(open_with({"nope": 1})) == taken(open_with({"nope": 1}, b"sandbox:")) == set(rows(OPTIONS))


def test_a_mirror_takes_these_and_its_own(mirror_url):
    assert taken(open_with({"nope": 1}, mirror_url.encode())) == {*rows(OPTIONS), *rows(MIRROR)}
    assert not set(rows(OPTIONS)) & set(rows(MIRROR))


def test_the_sandbox_keys_are_those_that_the_library_takes():
    assert taken(open_with(url=b"sandbox:?nope=1")) == set(rows(SANDBOX))


@pytest.mark.parametrize("method", QUESTIONS)
def test_the_query_keys_are_those_that_a_method_takes(method, sandbox):
    cells = {key: row["recent" if method in RECENT else method] for key, row in rows(QUERY).items()}
    assert taken(sandbox.ask(method, {"nope": 1})) == {key for key, cell in cells.items() if cell}
    required = [key for key, cell in cells.items() if cell == "required"]
    outcome = sandbox.ask(method)
    assert [outcome.value["parameter"]] == required if required else outcome.status is Status.OK


@pytest.mark.parametrize("method", PAGED)
def test_a_walk_takes_the_same_but_for_what_is_not_for_cursors(method, sandbox):
    outcome, _ = open_handle(lib.inwise_cursor_open, sandbox.handle, method.encode(), b'{"nope":1}')
    assert taken(outcome) == {key for key, row in rows(QUERY).items() if row[method] and "not for cursors" not in row["value"]}


def test_the_keys_of_a_sync_and_an_acknowledgement_are_those_that_they_take(given):
    assert taken(given["Sync"]("nope", 1)) == set(rows(SYNC))
    assert taken(given["Acknowledgement"]("nope", 1)) == set(rows(ACKNOWLEDGEMENT))


def test_the_keys_of_a_webhook_and_its_events_are_those_that_they_take(given):
    assert taken(given["Webhook"]("nope", 1)) == set(rows(WEBHOOK))
    assert taken(given["Events"]("nope", 1)) == set(rows(EVENTS))


def test_the_funnels_keys_are_those_that_it_takes(given):
    assert taken(given["Funnel"]("nope", 1)) == set(rows(FUNNEL))
    assert taken(open_handle(lib.inwise_funnel_create, b'{"nope":1}')[0]) == set()


def test_parameter_names_are_query_keys():
    message = refusal(open_with({"parameter_names": {"nope": "x"}}))
    named = set(re.search(r"\((.*?)\)", message).group(1).split(", "))
    unsent = {key for key, row in rows(QUERY).items() if "remote source refuses" in row["value"] or key == "params"}
    assert named == set(rows(QUERY)) - unsent


# ---------------------------------------------------------------- ranges

KEYS = [(kind, key, " ".join(row.values()))
        for kind, table in {"Options": OPTIONS, "Mirror": MIRROR, "Sandbox": SANDBOX, "Query": QUERY, "Funnel": FUNNEL, "Sync": SYNC,
                            "Acknowledgement": ACKNOWLEDGEMENT, "Webhook": WEBHOOK, "Events": EVENTS}.items()
        for key, row in rows(table).items()]


def stated(text: str) -> tuple[float, float] | None:
    """The range of numbers in what the header says of a key; how long a text or an array may be is none, nor what is in one."""
    if re.search(r"\bany 64-bit integer| integer\b", text):
        return INT64
    if match := re.search(r"(\d+) or more\b", text):
        return int(match[1]), INT64[1]
    match = re.search(r"(?<!of )(?<!each )\b(\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)|\b(0) or (1)\b", text)
    return tuple(json.loads(number) for number in match.groups() if number) if match else None


@pytest.mark.parametrize("kind, key, text", KEYS)
def test_a_range_is_the_one_that_the_library_keeps(kind, key, text, given):
    wanted = refusal(given[kind](key, WRONG[kind]))
    assert key in wanted
    match = re.search(r"must be (an integer|a number|a time) from (\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)", wanted)
    kept = INT64 if "must be a 64-bit integer" in wanted else tuple(map(json.loads, match.groups()[1:])) if match else None
    assert stated(text) == kept
    if kept is None:
        return
    lowest, highest = kept
    if key == "now":
        inside, outside = ["1970-01-01T00:00:00", "9890-12-31T23:59:59"], ["1969-12-31T23:59:59", "9999-01-01T00:00:00"]
    elif match and match.group(1) == "a number":
        inside, outside = [lowest, highest], [lowest - 0.0001, highest + 0.001]
    else:
        inside, outside = [int(lowest), int(highest)], [int(lowest) - 1, int(highest) + 1]
    for value in inside:
        assert takes(given[kind](key, value), key), value
    for value in outside:
        assert key in refusal(given[kind](key, value)), value


@pytest.mark.parametrize("kind, key, text", [(kind, key, text) for kind, key, text in KEYS if re.search(r"of (up|\d+) to \d", text)])
def test_a_length_is_the_one_that_the_library_keeps(kind, key, text, given):
    least, most, of_what = re.search(r"of (up|\d+) to (\d+) (\w+)", text).groups()
    make = {"bytes": lambda length: "x" * length, "characters": lambda length: "à" * length, "integers": lambda length: list(range(1, length + 1)),
            "addresses": lambda length: ["192.0.2.1"] * length}[of_what]
    least, most = 0 if least == "up" else int(least), int(most)
    for length in (least, most):
        assert takes(given[kind](key, make(length)), key), length
    for length in (least - 1, most + 1):
        assert length < 0 or not takes(given[kind](key, make(length)), key), length


def test_an_age_is_in_the_range_that_the_library_keeps(given):
    least, most = map(int, re.search(r"each (\d+) to (\d+)", rows(SYNC)["late_ages"]["meaning"]).groups())
    assert all(takes(given["Sync"]("late_ages", [age]), "late_ages") for age in (least, most))
    assert not any(takes(given["Sync"]("late_ages", [age]), "late_ages") for age in (least - 1, most + 1))


def test_the_methods_to_mirror_are_those_that_the_library_takes(given):
    methods = re.findall(r'"(\w+)"', rows(SYNC)["methods"]["meaning"])
    assert methods == re.findall(r'"(\w+)"', refusal(given["Sync"]("methods", [*methods, "nonsense"])))[1:]
    assert takes(given["Sync"]("methods", methods), "methods")


@pytest.mark.parametrize("kind, key", [("Options", "page_base"), ("Sandbox", "order"), ("Sandbox", "ids"), ("Funnel", "group_by"),
                                       ("Sync", "audit"), ("Acknowledgement", "method")])
def test_the_choices_are_those_that_the_library_takes(kind, key, given):
    said = next(text for a_kind, a_key, text in KEYS if (a_kind, a_key) == (kind, key))
    choices = re.search(r"must be (?:one of )?(.*), not", refusal(given[kind](key, "nonsense"))).group(1)
    for choice in re.findall(r'[^\s",]+', choices.replace(" or ", " ")):
        assert re.search(rf"\b{choice}\b", said), choice
        assert takes(given[kind](key, int(choice) if choice.isdigit() else choice), key), choice


def test_a_sandbox_holds_as_many_mails_as_the_header_says():
    most = int(re.search(r"is at most (\d+)", rows(SANDBOX)["contacts"]["meaning"]).group(1))
    assert open_with(url=f"sandbox:?contacts=1000000&campaigns={most // 1000000}".encode()).status is Status.OK
    assert str(most) in refusal(open_with(url=f"sandbox:?contacts=1000000&campaigns={most // 1000000 + 1}".encode()))


# ---------------------------------------------------------------- defaults

def source_defaults(name: str) -> dict[str, str]:
    text = (ROOT / "Sources/Inwise" / name).read_text()
    return dict(re.findall(r'"(\w+)"[^\n"]*?\?\? ([\w.]+(?: << \d+)?)', text))


@pytest.mark.parametrize("table, source, least", [
    (OPTIONS, "Remote/RemoteOptions.swift", 6), (MIRROR, "Mirror/MirrorOptions.swift", 1), (SANDBOX, "Sandbox/SandboxOptions.swift", 6)],
    ids=["options", "mirror", "sandbox"])
def test_the_numbers_are_the_sources_defaults(table, source, least):
    defaults = source_defaults(source)
    numbers = {key: row["default"] for key, row in rows(table).items() if re.fullmatch(r"\d+|true|false", row["default"])}
    assert len(numbers) >= least
    for key, number in numbers.items():
        value, _, shift = defaults[key].partition(" << ")
        assert str(int(value) << int(shift) if shift else value) == number, key


def test_the_defaults_of_a_sandbox_are_what_it_is_without_them():
    def account(**keys) -> list:
        url = "sandbox:?" + "&".join([NOW, *(f"{key}={value}" for key, value in keys.items())])
        with Client(url) as client:
            return [client.serve(f"/campaigns/email/{method}?page_index={page}&date_from=2000-01-01")
                    for method, page in itertools.product(PAGED, (0, 1))]

    defaults = {key: row["default"] for key, row in rows(SANDBOX).items() if key != "now"}
    plain = account()
    assert plain == account(**defaults) and all(status == 200 for status, _ in plain)
    others = {"seed": 2, "campaigns": 4, "contacts": 2001, "days": 10, "page_base": 1, "order": "asc", "ids": "string", "fail_rate": 1,
              "rate_limit": 1, "drop_rate": 1}
    assert set(defaults) - set(others) == {"live", "latency_ms", "recent_drop_rate", "late_rate", "future_rate"}
    for key, value in others.items():
        assert account(**{key: value}) != plain, key


def test_the_defaults_of_a_sync_are_those_of_its_source():
    source = (ROOT / "Sources/Inwise/Sync/SyncOptions.swift").read_text()
    properties = re.findall(r"^    public var (\w+)(?:: [^=\n]+)?(?: = (.+))?$", source, re.M)
    defaults = {re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name.replace("IDs", "Ids")).lower(): value for name, value in properties}
    assert set(defaults) == set(rows(SYNC))
    said = {"campaign_ids": ("all", ""), "methods": ("all three", "Self.allMethods"), "audit": ('"touched"', "Audit.touched"), "max_seconds": ("none", "")}
    for key, row in rows(SYNC).items():
        if key in said:
            assert (row["default"], defaults[key]) == said[key]
        else:
            assert json.loads(row["default"]) == json.loads(defaults[key].replace("_", "")), key


def test_the_defaults_of_a_webhook_are_what_it_is_held_against_without_them():
    most = int(rows(WEBHOOK)["max_body_bytes"]["default"])
    event = b"trigger_type=emailOpened&remarks="
    assert [webhook_with(body=event.ljust(length, b"x")).status for length in (most, most + 1)] == [Status.OK, Status.PROTOCOL]
    theirs = re.search(r"the service sends from (\S+) and (\S+)\.", rows(WEBHOOK)["allow"]["meaning"]).groups()
    for address in (*theirs, *(f"::ffff:{address}" for address in theirs)):
        assert webhook_with({"remote_address": address}).status is Status.OK, address
    for address in ("193.169.246.41", "127.0.0.1", "::1"):
        assert webhook_with({"remote_address": address}).status is Status.AUTH, address
        assert webhook_with().status is Status.OK, "no address is looked at"


def test_the_service_sees_the_defaults():
    server = Server()
    try:
        scenario = server.scenario(rows=5)
        with Client(scenario.url) as client:
            client.drain("activities")
        (request, *_) = scenario.log()
        assert request.header("User-Agent") == rows(OPTIONS)["user_agent"]["default"].strip('"')
        assert request.parameters["page_size"] == rows(OPTIONS)["page_size"]["default"]
    finally:
        server.stop()


# ---------------------------------------------------------------- inwise.hpp

def test_the_wrapper_has_every_function_but_two():
    wrapper = (ROOT / "include/inwise.hpp").read_text()
    used = set(re.findall(r"\b(inwise_\w+)\b", re.sub(r"/\*.*?\*/", "", wrapper, flags=re.S)))
    every = {name for page in REFERENCE.pages for name in page.names}
    assert every - used == {"inwise_version", "inwise_handle"}
    assert re.findall(r"^ *# *define (\w+)", wrapper, re.M) == ["INWISE_HPP"]
