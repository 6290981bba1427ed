# SPDX-License-Identifier: MIT
"""Funnels: whatever rows come in as, the same counts come out."""

import copy
import json
import multiprocessing
import pickle
import subprocess
import sys
from types import MappingProxyType

import inwise
import pytest
from conftest import SANDBOX
from inwise.funnel_summary import FunnelSummary

EVERYTHING = {"date_from": "2024-01-01"}


def counted(*additions) -> FunnelSummary:
    with inwise.Funnel() as funnel:
        for addition in additions:
            funnel.add(*addition)
        return funnel.summary(group_by="campaign")


def test_every_way_in_gives_the_same(client):
    walk = client.activities(**EVERYTHING)
    pages = list(walk.json_pages())
    dicts = [row for page in pages for row in json.loads(page)]
    ways = [
        [(walk,)],
        [("activities", page) for page in pages],
        [("activities", bytearray(page)) for page in pages],
        [("activities", page.decode()) for page in pages],
        [("activities", memoryview(page)) for page in pages],
        [("activities", dicts)],
        [("activities", map(MappingProxyType, dicts))],
        [("activities", (row for row in dicts))],
        [("activities", walk)],
        [("activities", list(walk))],
    ]
    first = counted(*ways[0])
    assert first.opens > 1000
    for way in ways[1:]:
        assert counted(*way) == first


def test_the_funnel_agrees_with_the_service(client):
    with inwise.Funnel() as funnel:
        for walk in (client.sent_emails, client.undelivered, client.activities):
            funnel.add(walk(campaign_id=1958368, **EVERYTHING))
        summary, stated = funnel.summary(), client.activities_summary(1958368)
    names = [name for name in stated.__dataclass_fields__ if name != "extra"]
    assert names == list(FunnelSummary.__dataclass_fields__)[:15]
    assert {name: getattr(summary, name) for name in names} == stated.as_dict()
    assert summary.rates.delivered == summary.sent - summary.bounces_unique
    assert summary.rates.open_rate == pytest.approx(summary.opens_unique / summary.rates.delivered)
    assert summary.time_to_open.contacts and summary.time_to_open.p10 <= summary.time_to_open.p90
    assert summary.types and summary.groups is None


@pytest.mark.parametrize("group_by, by, kind", [
    ("campaign", "campaign_id", int), ("day", "day", str), ("hour", "hour", str), ("sending_source", "sending_source", str),
    ("domain", "domain", str)])
def test_groups(client, group_by, by, kind):
    with inwise.Funnel() as funnel:
        funnel.add(client.sent_emails(**EVERYTHING))
        funnel.add("activities", [{"action_type": "emailOpened"}])
        summary = funnel.summary(group_by=group_by)
        ranged = funnel.summary(group_by=group_by, date_from="2024-01-01", campaign_id=1958368)
    assert summary.groups[-1].name is None and all(type(group.name) is kind and group.by == by for group in summary.groups[:-1])
    assert sum(group.sent for group in summary.groups) == summary.sent
    assert list(summary.groups[0].as_dict())[0] == by
    assert 0 < ranged.sent < summary.sent


def test_what_a_newer_library_tells_is_kept():
    text = (b'{"opens":1,"new":2,"types":{"x":{"count":1,"unique":1,"new":3}},"rates":{"new":4},"time_to_open":{"contacts":1,"new":5},'
            b'"groups":[{"campaign_id":7,"opens":1,"new":6}]}')
    summary = FunnelSummary._decode(text)
    assert summary.extra == {"new": 2} and summary.types["x"].extra == {"new": 3} and summary.rates.extra == {"new": 4}
    assert summary.time_to_open.extra == {"new": 5} and summary.groups[0].extra == {"new": 6} and summary.groups[0].name == 7
    for other in (pickle.loads(pickle.dumps(summary)), copy.deepcopy(summary)):
        assert other == summary


def test_saved_merged_loaded_and_pickled(client):
    with inwise.Funnel() as one, inwise.Funnel() as other, inwise.Funnel() as whole:
        one.add(client.sent_emails(**EVERYTHING))
        other.add(client.activities(**EVERYTHING))
        whole.add(client.activities(**EVERYTHING))
        whole.add(client.sent_emails(**EVERYTHING))
        one.merge(other)
        assert one.save() == whole.save()
        with inwise.Funnel.load(bytearray(whole.save())) as loaded, pickle.loads(pickle.dumps(whole)) as pickled, copy.copy(whole) as copied:
            assert loaded.summary() == pickled.summary() == copied.summary() == whole.summary()


def count(contact: int) -> inwise.Funnel:
    funnel = inwise.Funnel()
    funnel.add("activities", [{"campaign_id": 1, "contact_id": contact, "action_type": "emailOpened"}])
    return funnel


def test_funnels_come_back_from_other_processes():
    with inwise.Funnel() as whole, multiprocessing.get_context("fork").Pool(2) as pool:
        for funnel in pool.map(count, [5, 5, 6]):
            with funnel:
                whole.merge(funnel)
        assert (whole.summary().opens, whole.summary().opens_unique) == (3, 2)


@pytest.mark.parametrize("kind, rows, error, word", [
    ("clicks", b"[]", inwise.ArgumentError, "kind"),
    ("clicks", [], inwise.ArgumentError, "kind"),
    (b"activities", [], inwise.ArgumentError, "kind"),
    (b"activities", b"[]", inwise.ArgumentError, "kind"),
    ("activities", None, inwise.ArgumentError, "rows"),
    ("sentEmails", [inwise.SentEmail(), inwise.Activity()], inwise.ArgumentError, "Activity"),
    ("activities", [b"[]"], inwise.ArgumentError, "pages"),
    ("activities", [[inwise.Activity()]], inwise.ArgumentError, "pages"),
    ("activities", b'[{"id": 1}, 7]', inwise.ProtocolError, "byte"),
    ("activities", '[{"a": "\ud800"}]', inwise.ProtocolError, "UTF-8"),
    ("activities", [7], inwise.ProtocolError, "byte"),
    ("activities", {"id": 7}, inwise.ProtocolError, "byte"),
    ("activities", [{"id": object()}], inwise.ArgumentError, "rows"),
    ("activities", [{"id": float("inf")}], inwise.ArgumentError, "rows"),
], ids=str)
def test_rows_that_are_none_are_refused(kind, rows, error, word):
    with inwise.Funnel() as funnel:
        with pytest.raises(error, match=word):
            funnel.add(kind, rows)
        assert funnel.summary() == FunnelSummary()


def test_what_can_t_be_added_alone_says_how_it_is_added(client):
    with inwise.Funnel() as funnel, inwise.AsyncClient(SANDBOX) as other:
        for thing in (other.activities(), client.activities().pages(), client.activities().json_pages(), iter(client.activities())):
            with pytest.raises(inwise.ArgumentError, match=f"{type(thing).__name__}.*json_pages"):
                funnel.add(thing)


def test_a_worker_that_gives_a_funnel_back_is_not_warned():
    code = "import gc, pickle, inwise; pickle.loads(pickle.dumps(inwise.Funnel())).close(); gc.collect()"
    done = subprocess.run([sys.executable, "-W", "always", "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_all_rows_of_a_walk_are_added_or_none(server):
    scenario = server.scenario(rows=950, size="ignored", status=503, page=4, times=1)
    with inwise.Client(scenario.url, max_retries=0, pages_in_flight=1) as client, inwise.Funnel() as funnel:
        rows = client.activities()
        with pytest.raises(inwise.ServerError):
            funnel.add(rows)
        assert rows.info.rows > 0 and funnel.summary() == FunnelSummary()
        funnel.add(rows)
        assert sum(count.count for count in funnel.summary().types.values()) + funnel.summary().opens > 300


def test_adding_a_walk_makes_no_typed_rows(monkeypatch):
    monkeypatch.setattr(inwise.Activity, "_decode_page", classmethod(lambda *_: pytest.fail("typed")))
    with inwise.Client(SANDBOX) as client, inwise.Funnel() as funnel:
        funnel.add(client.activities(**EVERYTHING))
        assert funnel.summary().opens


@pytest.mark.parametrize("damage", [b"", b"nonsense", lambda saved: saved[:-1], lambda saved: saved[:20] + bytes([saved[20] ^ 1]) + saved[21:]], ids=str)
def test_bytes_that_are_no_funnel(client, damage):
    with inwise.Funnel() as funnel:
        funnel.add(client.undelivered())
        saved = funnel.save()
    with pytest.raises(inwise.ArgumentError):
        inwise.Funnel.load(damage(saved) if callable(damage) else damage)


@pytest.mark.parametrize("thing", [10**13, "text", None, [1]], ids=repr)
def test_what_is_no_bytes_is_no_funnel(thing):
    with pytest.raises(TypeError, match="bytes-like"):
        inwise.Funnel.load(thing)
