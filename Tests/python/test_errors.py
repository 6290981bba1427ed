# SPDX-License-Identifier: MIT
"""Failures: each its own class, Python's own among its bases, with the facts, and a client that goes on."""

import builtins
import copy
import pickle
import re
import threading

import inwise
import pytest
from conftest import IMPATIENT, KEY, ROOT, SMALL
from inwise import _library
from inwise.errors import BY_CODE
from loopback import closed_port, eventually

#: What the server does wrong -> the class, and Python's own.
FAILURES = {
    "status=401": (inwise.AuthError, PermissionError),
    "status=403": (inwise.AuthError, PermissionError),
    "status=404": (inwise.NotFoundError, LookupError),
    "status=429,retry_after=120": (inwise.RateLimitError, Exception),
    "status=418": (inwise.HTTPError, Exception),
    "status=302,to=path": (inwise.HTTPError, Exception),
    "status=503": (inwise.ServerError, Exception),
    "fault=reset-before": (inwise.NetworkError, ConnectionError),
    "fault=hang": (inwise.TimeoutError, builtins.TimeoutError),
    "fault=html": (inwise.ProtocolError, Exception),
}


def check(error: inwise.InwiseError, method: "str | None" = "activities") -> None:
    assert len(error.message) > 20 and str(error) == error.message == error.details["message"]
    assert error.status == error.details["status"] and error.code == error.details["code"] < 0
    assert error.method == method
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(other) is type(error) and other.details == error.details and str(other) == str(error)
    assert KEY not in repr(error) and KEY.encode() not in pickle.dumps(error) and KEY not in str(vars(error))


@pytest.mark.parametrize("what", FAILURES)
def test_each_failure_has_its_class_and_the_client_goes_on(server, what):
    kind, own = FAILURES[what]
    scenario = server.scenario(rows=5, only="activities", **dict(part.split("=") for part in what.split(",")))
    with inwise.Client(scenario.url, timeout_seconds=0.3 if "hang" in what else None, **IMPATIENT) as client:
        for ask in (client.activities().page, lambda: list(client.activities())):
            with pytest.raises(own) as caught:
                ask()
            assert type(caught.value) is kind
            check(caught.value)
            status = re.search(r"status=(\d+)", what)
            assert caught.value.http_status == (int(status[1]) if status else None)
            assert caught.value.attempts == 1
        assert len(client.undelivered().page()) == 5


def test_the_pause_that_the_service_asks_for(server):
    with inwise.Client(server.scenario(status=429, retry_after=120).url, **IMPATIENT) as client:
        with pytest.raises(inwise.RateLimitError) as caught:
            client.recent_activities()
    assert caught.value.retry_after == 120 and caught.value.http_status == 429
    assert caught.value.method == "recentActivities"


def test_nobody_listens():
    with closed_port() as port, inwise.Client(f"http://127.0.0.1:{port}/rest/v1", **IMPATIENT) as client:
        with pytest.raises(ConnectionError, match=str(port)) as caught:
            client.activities_summary(1)
    check(caught.value, "activitiesSummary")


def test_a_value_that_is_not_allowed(client):
    with pytest.raises(ValueError, match="page_size") as caught:
        client.activities(page_size=1001).page()
    assert type(caught.value) is inwise.ArgumentError and caught.value.parameter == "page_size"
    check(caught.value)


def test_closed():
    client = inwise.Client(SMALL)
    client.close()
    for ask in (lambda: client.activities_summary(1), client.activities().page, lambda: list(client.activities()),
                client.recent_activities):
        with pytest.raises(inwise.ClosedError) as caught:
            ask()
        assert len(caught.value.message) > 20
    funnel = inwise.Funnel()
    funnel.close()
    for use in (funnel.save, funnel.summary, lambda: funnel.add("activities", b"[]"), lambda: funnel.merge(funnel)):
        with pytest.raises(inwise.ClosedError) as caught:
            use()
        check(caught.value, None)


def test_cancelled_by_another_thread(server):
    scenario = server.scenario(fault="hang")
    with inwise.Client(scenario.url, **IMPATIENT) as client:
        caught = []

        def work() -> None:
            try:
                list(client.activities())
            except inwise.InwiseError as error:
                caught.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        eventually(scenario.log)
        client.cancel()
        thread.join(20)
        assert type(caught[0]) is inwise.CancelledError
        check(caught[0])
        client.cancel()  # none in flight: nothing happens


@pytest.mark.parametrize("code", BY_CODE)
def test_every_status_of_the_contract_has_its_class(code):
    header = (ROOT / "include/inwise.h").read_text()
    statuses = {int(number) for number in re.findall(r"INWISE_ERR_\w+ = (-\d+)", header)}
    assert set(BY_CODE) == statuses
    name = _library.lib.inwise_status_name(code).decode()
    kind = BY_CODE[code]
    assert (kind().status, kind().code) == (name, code)
    assert issubclass(kind, inwise.InwiseError) and kind.__name__ in inwise.__all__
    with pytest.raises(kind):
        _library.check(code)  # as of a function that gives no text
    with pytest.raises(kind) as caught:
        _library.check(code, b'{"status":"%s","code":%d,"message":"Something happened, so do this.","new":1}' % (name.encode(), code))
    assert caught.value.details["new"] == 1
    check(caught.value, None)


@pytest.mark.parametrize("kind, own", [
    (inwise.OutOfMemoryError, MemoryError), (inwise.ArgumentError, ValueError), (inwise.TimeoutError, OSError)])
def test_pythons_own(kind, own):
    assert issubclass(kind, own)


def test_a_status_of_a_newer_library():
    with pytest.raises(inwise.InwiseError) as caught:
        _library.check(-99, b'{"status":"lunar","code":-99,"message":"The moon is in the way: wait for it to set."}')
    assert type(caught.value) is inwise.InwiseError and caught.value.status == "lunar" and caught.value.code == -99
