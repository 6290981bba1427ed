# SPDX-License-Identifier: MIT
"""Mirrors in files: opened, refused, read by many processes, and their recent rows for consumers."""

import asyncio
import multiprocessing
import os
import sqlite3
from datetime import datetime, timezone

import inwise
import pytest
from children import check_children, forked, in_child
from conftest import KEY, SANDBOX, SMALL

EVER = "2000-01-01"
NOW = datetime(2024, 9, 20, 12)
RECENT = {"recentActivities": "activities", "recentSentEmails": "sent_emails", "recentUndelivered": "undelivered"}


@pytest.fixture
def url(tmp_path) -> str:
    """A mirror of SMALL."""
    url = f"file:{tmp_path}/mirror.db"
    with inwise.Client(SMALL) as source, inwise.Client(url, now=NOW) as mirror:
        assert source.sync(mirror).complete
    return url


@pytest.fixture
def mirror(url):
    with inwise.Client(url, now=NOW) as mirror:
        yield mirror


# ---------------------------------------------------------------- opening

def test_it_says_which_file_it_is(url, mirror):
    assert repr(mirror) == f"<inwise.Client {url}>"


def test_a_program_changes_over_by_the_url_alone(url):
    options = {"api_key": KEY, "timeout_seconds": 5, "max_retries": 1, "pages_in_flight": 2, "page_size": 7, "paths": {"activities": "/a"}}
    for place in (url, SMALL):
        with inwise.Client(place, **options) as client:
            assert len(next(client.activities(date_from=EVER).pages())) == 7


@pytest.mark.parametrize("option", [{"read_only": True}, {"read_only": False}, {"now": NOW}], ids=str)
@pytest.mark.parametrize("kind", [inwise.Client, inwise.AsyncClient])
def test_what_is_a_mirrors_alone_others_refuse(kind, option):
    for place in (SMALL, "https://inwise.invalid"):
        with pytest.raises(inwise.ArgumentError, match=f'"{next(iter(option))}"'):
            kind(place, **option)


@pytest.mark.parametrize("now", [NOW, "2024-09-20T12:00:00", NOW.replace(microsecond=5)], ids=str)
def test_its_clock(url, now):
    with inwise.Client(url, now=now) as mirror, inwise.Client(SMALL) as source:
        assert list(mirror.activities()) == list(source.activities()) != []
    with inwise.Client(url, now=datetime(2030, 1, 1)) as later:
        assert list(later.activities()) == [] != list(later.activities(date_from=EVER))


@pytest.mark.parametrize("now", ["noon", "2024-09-20", datetime(2024, 9, 2, tzinfo=timezone.utc), 5], ids=str)
def test_a_clock_that_is_none(url, now):
    with pytest.raises(inwise.ArgumentError, match='"now"'):
        inwise.Client(url, now=now)


def test_read_only(url, mirror, tmp_path):
    with inwise.Client(url, read_only=True, now=NOW) as reading, inwise.Client(SMALL) as source:
        assert list(reading.activities(date_from=EVER)) == list(mirror.activities(date_from=EVER))
        for change in (lambda: source.sync(reading), lambda: reading.acknowledge("recentActivities", consumer="crm")):
            with pytest.raises(inwise.ArgumentError, match="read_only"):
                change()
    with pytest.raises(inwise.StoreError):
        inwise.Client(f"file:{tmp_path}/none.db", read_only=True)
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_mirror_is_told_and_not_touched(tmp_path):
    text, foreign = tmp_path / "text", tmp_path / "foreign.db"
    text.write_text("a shopping list " * 1000)
    with sqlite3.connect(foreign) as database:
        database.execute("create table cats (name)")
    database.close()
    for file in (text, foreign, tmp_path):
        before = file.read_bytes() if file.is_file() else None
        with pytest.raises(inwise.StoreError) as caught:
            inwise.Client(f"file:{file}")
        assert caught.value.status == "store" and len(caught.value.message) > 20
        assert before is None or file.read_bytes() == before


# ---------------------------------------------------------------- consumers

@pytest.mark.parametrize("method", RECENT)
def test_a_consumer_gets_what_it_has_not_acknowledged(mirror, method):
    recent = getattr(mirror, f"recent_{RECENT[method]}")
    everything = recent(consumer="crm")
    assert len(everything) > 3 and len(everything) < 1000 and sorted(map(_id, everything)) == sorted(map(_id, getattr(mirror, RECENT[method])(date_from=EVER)))
    assert recent(consumer="crm") == everything == recent(consumer="crm", params={}), "again and again"
    mirror.acknowledge(method, consumer="crm", through=everything[2])
    assert recent(consumer="crm") == everything[3:]
    mirror.acknowledge(method, consumer="crm", through=_id(everything[0]))
    assert recent(consumer="crm") == everything[1:], "also back"
    mirror.acknowledge(method, consumer="crm")
    assert recent(consumer="crm") == [] and recent(consumer="warehouse") == everything, "each has its own place"
    mirror.acknowledge(method, consumer="crm", through=inwise.Through.BEGINNING)
    assert recent(consumer="crm") == everything
    mirror.acknowledge(method, consumer="crm", through=inwise.Through.GIVEN)
    assert recent(consumer="crm") == []
    assert recent() == everything and recent() == [], "without a consumer reading consumes"


def _id(row) -> int:
    return row.row_index if isinstance(row, inwise.SentEmail) else row.id


@pytest.mark.parametrize("arguments, parameter", [
    ({"method": "activities"}, "method"), ({"consumer": ""}, "consumer"), ({"consumer": "x" * 201}, "consumer"), ({"through": None}, "through"),
    ({"through": 7}, "through"), ({"through": "7"}, "through"), ({"through": 2**63}, "through"), ({"through": inwise.Activity()}, "through"),
    ({"through": inwise.SentEmail(row_index=1)}, "through"), ({"through": object()}, "through"),
], ids=str)
def test_what_can_t_be_acknowledged_is_told(mirror, arguments, parameter):
    before = mirror.recent_activities(consumer="crm")
    with pytest.raises(inwise.ArgumentError, match=f'"{parameter}"') as caught:
        mirror.acknowledge(**{"method": "recentActivities", "consumer": "crm", **arguments})
    assert caught.value.parameter == parameter
    assert mirror.recent_activities(consumer="crm") == before


def test_only_a_mirror_has_consumers(client):
    for ask in (client.recent_activities, client.recent_sent_emails, client.recent_undelivered):
        with pytest.raises(inwise.ArgumentError, match='"consumer"'):
            ask(consumer="crm")
    with pytest.raises(inwise.ArgumentError):
        client.acknowledge("recentActivities", consumer="crm")
    assert client.recent_activities(), "nothing was consumed"


def test_rows_of_a_consumer_that_died_come_again(url):
    def dying() -> None:
        with inwise.Client(url, now=NOW) as mirror:
            mirror.acknowledge("recentActivities", consumer="crm", through=mirror.recent_activities(consumer="crm")[4])
            assert mirror.recent_activities(consumer="crm")

    with inwise.Client(url, now=NOW) as mirror:
        everything = mirror.recent_activities(consumer="crm")
        in_child(dying)
        assert mirror.recent_activities(consumer="crm") == everything[5:]


def test_asyncio(url):
    async def main() -> None:
        async with inwise.AsyncClient(url, now=NOW) as mirror:
            everything = await mirror.recent_activities(consumer="crm")
            await mirror.acknowledge("recentActivities", consumer="crm", through=everything[1])
            assert await mirror.recent_activities(consumer="crm") == everything[2:]
            assert await mirror.recent_sent_emails(consumer="crm") and await mirror.recent_undelivered(consumer="crm")
            await mirror.acknowledge("recentActivities", consumer="crm")
            assert await mirror.recent_activities(consumer="crm") == []

    asyncio.run(main())


# ---------------------------------------------------------------- processes

def test_a_forked_child_goes_on_with_it(mirror):
    rows = list(mirror.activities(date_from=EVER, page_size=20))
    walk = iter(mirror.activities(date_from=EVER, page_size=20))
    first = [next(walk) for _ in range(20)]

    def work() -> None:
        assert first + list(walk) == rows and mirror.activities_summary(1958368).sent > 0
        mirror.acknowledge("recentActivities", consumer=str(os.getpid()), through=mirror.recent_activities(consumer=str(os.getpid()))[0])
        mirror.close()

    check_children([forked(work) for _ in range(4)])
    assert first + list(walk) == rows


MIRROR: "list[inwise.Client]" = []


def consistent(campaign: int) -> bool:
    """Whether a summary is what its rows add up to. They are two questions: the answer before and after them is the same, or it is no use."""
    while True:
        before = MIRROR[0].activities_summary(campaign)
        with inwise.Funnel() as funnel:
            for rows in (MIRROR[0].sent_emails, MIRROR[0].undelivered, MIRROR[0].activities):
                funnel.add(rows(campaign_id=campaign, date_from=EVER))
            counted = funnel.summary(campaign_id=campaign)
        if MIRROR[0].activities_summary(campaign) == before:
            return all(getattr(counted, name) == value for name, value in before.as_dict().items())


def test_a_pool_reads_while_this_process_syncs(tmp_path):
    url = f"file:{tmp_path}/mirror.db"
    with inwise.Client(SANDBOX, page_size=100) as source, inwise.Client(url, now=NOW) as mirror:
        source.sync(mirror, max_seconds=0.001)
        MIRROR[:] = [mirror]
        campaigns = {row.campaign_id for row in source.sent_emails(date_from=EVER).page()}
        with multiprocessing.get_context("fork").Pool(2) as pool:
            reading = pool.map_async(consistent, [*campaigns] * 4)
            assert source.sync(mirror).complete
            assert all(reading.get(60))
        MIRROR.clear()
        assert mirror.activities_summary(1958368) == source.activities_summary(1958368)


def test_a_mirror_that_a_child_synced_into_is_whole_for_its_parent(tmp_path):
    with inwise.Client(SMALL) as source, inwise.Client(f"file:{tmp_path}/mirror.db", now=NOW) as mirror:
        source.sync(mirror, max_seconds=0.001)
        in_child(lambda: _check(source.sync(mirror).complete))
        assert list(mirror.activities(date_from=EVER)) == list(source.activities(date_from=EVER))
        assert source.sync(mirror).new_rows == 0


def _check(condition: bool) -> None:
    assert condition
