# SPDX-License-Identifier: MIT
"""The API key is in nothing that a person or a program can look at."""

import asyncio
import itertools
import pickle
import traceback

import inwise
import pytest
from conftest import IMPATIENT, KEY
from strikes import can_strike, striking


def look(thing, seen=None) -> str:
    """All that vars(), repr() and slots show of an object and of what it holds."""
    seen = {} if seen is None else seen
    if id(thing) in seen or isinstance(thing, (type, int, float)) or callable(thing) and not hasattr(thing, "__self__"):
        return ""
    seen[id(thing)] = thing
    parts = [thing] if isinstance(thing, (str, bytes)) else list(getattr(thing, "__dict__", {}).values())
    parts += [getattr(thing, name, None) for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    if isinstance(thing, (list, tuple, set)) or type(thing).__name__ == "deque":
        parts += list(thing)
    if isinstance(thing, dict):
        parts += [*thing, *thing.values()]
    return " ".join([repr(thing), str(thing), *(look(part, seen) for part in parts)])


def frames(error: BaseException) -> str:
    """The traceback with the local variables of every frame of the package."""
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    shown, queue = [], [trace]
    while queue:
        trace = queue.pop()
        queue += [other for other in (trace.__cause__, trace.__context__) if other]
        shown += [str(frame.locals) for frame in trace.stack if "/inwise/" in frame.filename]
        shown += list(trace.format_exception_only())
    assert shown
    return "".join(shown)


@pytest.mark.parametrize("options", [
    {"timeout_seconds": -1}, {"timeout_seconds": object()}, {"page_base": float("nan")}, {"proxy": f"nonsense\n{KEY}"}], ids=str)
@pytest.mark.parametrize("kind", [inwise.Client, inwise.AsyncClient])
def test_a_failed_opening(kind, options):
    with pytest.raises(inwise.InwiseError) as caught:
        kind("http://127.0.0.1/rest/v1", **{"api_key": KEY, **options})
    assert KEY not in frames(caught.value) + look(caught.value)


def test_a_key_that_is_refused():
    with pytest.raises(inwise.ArgumentError) as caught:
        inwise.Client("http://127.0.0.1/rest/v1", api_key=f"{KEY}\0")
    assert KEY not in frames(caught.value) + look(caught.value)


@pytest.mark.parametrize("status", [400, 401, 503])
def test_a_service_that_repeats_the_key(server, status):
    scenario = server.scenario(status=status, body="echo")
    with inwise.Client(scenario.url, **IMPATIENT) as client:
        with pytest.raises(inwise.InwiseError) as caught:
            list(client.activities())
        assert KEY not in frames(caught.value) + look(caught.value)
        assert KEY.encode() not in pickle.dumps(caught.value)


def test_every_object(server):
    scenario = server.scenario(rows=5)
    with inwise.Client(scenario.url, **IMPATIENT) as client, inwise.Funnel() as funnel:
        rows = client.activities()
        pages, walk = rows.pages(), iter(rows)
        funnel.add(rows)
        things = [client, rows, pages, walk, next(pages), next(walk), rows.info, funnel, funnel.summary(), client.activities_summary(1)]
        assert all(KEY not in look(thing) for thing in things)
        for thing in (client, rows, pages):
            with pytest.raises(TypeError) as caught:
                pickle.dumps(thing)
            assert KEY not in frames_or_text(caught.value)


def frames_or_text(error: BaseException) -> str:
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))


def test_every_object_of_asyncio(server):
    async def main() -> None:
        async with inwise.AsyncClient(server.scenario(rows=5).url, **IMPATIENT) as client:
            rows = client.activities()
            pages = rows.pages()
            await pages.__anext__()
            assert all(KEY not in look(thing) for thing in (client, rows, pages))

    asyncio.run(main())


@pytest.mark.parametrize("url, shown", [
    ("http://user:secret@127.0.0.1:81/rest/v1?key=secret#secret", " http://127.0.0.1:81/rest/v1"),
    ("HTTPS://api.inwise.com/rest/v1", " https://api.inwise.com/rest/v1"),
    ("https:user:secret@127.0.0.1", ""),
    ("http://[::1", ""),
    ("secret", ""),
    ("sandbox:?seed=7", " sandbox:?seed=7"),
])
def test_a_url_is_shown_without_what_may_be_secret(url, shown):
    from inwise._source import _shown
    assert _shown(url) == shown


@pytest.mark.parametrize("url", [
    f"http://user:{KEY}@127.0.0.1/rest/v1", f"http://127.0.0.1/rest/v1?key={KEY}", f"https:user:{KEY}@127.0.0.1", KEY])
def test_a_url_that_is_refused_is_not_shown(url):
    with pytest.raises(inwise.ArgumentError) as caught:
        inwise.Client(url)
    assert KEY not in frames(caught.value) + look(caught.value)


class Struck(BaseException):
    """What a signal handler raises."""


class Path:
    def __fspath__(self) -> str:
        raise Struck


def test_a_path_that_raises():
    with pytest.raises(Struck) as caught:
        inwise.Client("http://127.0.0.1/rest/v1", api_key=KEY, ca_file=Path())
    assert KEY not in frames(caught.value)


@can_strike
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # finalizers of what was half made are struck too
def test_a_signal_that_strikes_while_it_opens():
    for place in itertools.count(1):  # place 0 is the constructor's entry, where it can catch nothing yet
        try:
            with striking(place, Struck):
                client = inwise.Client("http://127.0.0.1/rest/v1", api_key=KEY)
            client.close()
            break
        except Struck as error:
            assert KEY not in frames(error), place
    assert place > 15


def test_a_client_that_was_not_made_has_a_repr():
    assert repr(inwise.Client.__new__(inwise.Client)) == "<inwise.Client (closed)>"


def test_the_repr_tells_whether_it_is_closed():
    client = inwise.Client("http://127.0.0.1:81/rest/v1", api_key=KEY)
    assert repr(client) == "<inwise.Client http://127.0.0.1:81/rest/v1>" and not client.closed
    client.close()
    assert repr(client) == "<inwise.Client http://127.0.0.1:81/rest/v1 (closed)>" and client.closed
