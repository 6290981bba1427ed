# SPDX-License-Identifier: MIT
"""Typed rows as Python's own tools see them. How values become fields is shown by the golden vectors."""

import copy
import dataclasses
import json
import pickle
import random
import re
import sys
from datetime import datetime

import inwise
import pytest
from inwise._row import moment

ROW = inwise.Activity.from_dict({"id": "56", "action_date": "2024-09-02 10:00:00", "campaign_id": "unknown", "score": [1, {"a": None}]})
KINDS = [inwise.Activity, inwise.SentEmail, inwise.UndeliveredEmail]


def test_rows_cant_be_changed():
    for name in ("id", "extra", "new"):
        with pytest.raises((dataclasses.FrozenInstanceError, TypeError, AttributeError)):
            setattr(ROW, name, 1)
    for change in (lambda extra: extra.update(a=1), lambda extra: extra.__setitem__("a", 1), lambda extra: extra.pop("score"),
                   lambda extra: extra.clear(), lambda extra: extra.setdefault("a"), lambda extra: extra.popitem(),
                   lambda extra: extra.__delitem__("score"), lambda extra: extra.__ior__({"a": 1})):
        with pytest.raises(TypeError, match="read-only"):
            change(ROW.extra)
    assert ROW.extra == {"campaign_id": "unknown", "score": [1, {"a": None}]}


@pytest.mark.skipif(sys.version_info < (3, 10), reason="dataclasses have slots since 3.10")
def test_rows_have_slots():
    assert not hasattr(ROW, "__dict__")


def test_rows_are_copied_pickled_replaced_and_taken_apart():
    for other in (pickle.loads(pickle.dumps(ROW)), copy.copy(ROW), copy.deepcopy(ROW), dataclasses.replace(ROW)):
        assert other == ROW and type(other) is inwise.Activity and type(other.extra) is type(ROW.extra)
    assert dataclasses.replace(ROW, contact_id=7).contact_id == 7 and ROW.contact_id is None
    assert dataclasses.asdict(ROW)["extra"] == ROW.extra and dataclasses.asdict(ROW)["id"] == 56
    assert dataclasses.astuple(ROW)[:2] == (56, datetime(2024, 9, 2, 10))
    assert inwise.Activity() != inwise.SentEmail() and inwise.Activity() == inwise.Activity(id=None)


def test_records_can_be_hashed(client):
    with inwise.Funnel() as funnel:
        funnel.add("activities", [{"action_type": "new", "campaign_id": 1}])
        records = [
            ROW, inwise.Activity(), inwise.CursorInfo(), client.activities_summary(1958368), inwise.ActivitiesSummary(extra={"new": 1}),
            funnel.summary(), *funnel.summary(group_by="campaign").groups, funnel.summary().types["new"]]
    assert len(set(records)) == len(records)
    for record in records:
        assert hash(copy.copy(record)) == hash(record)


def test_a_row_in_the_services_spelling():
    assert ROW.as_dict() == {
        "id": 56, "action_date": "2024-09-02 10:00:00", "action_type": None, "campaign_id": "unknown", "contact_id": None,
        "external_id": None, "ip": None, "remarks": None, "additional_data": None, "score": [1, {"a": None}]}
    json.dumps(ROW.as_dict())


@pytest.mark.parametrize("kind", KINDS)
def test_the_short_way_and_the_long_one_agree(kind, client):
    """Rows with all kinds of values in all kinds of places, decoded as a page and one by one."""
    random.seed(7)
    values = [None, 1, -1, "1", "text", "", "2024-09-02 10:00:00", "2024-09-02T10:00:00", "2024-09-02", "2024-02-30", True, 1.5, [], {}]
    names = [*kind._takes, "unknown", "other"]
    rows = [{name: random.choice(values) for name in names if random.random() < 0.7} for _ in range(3000)]
    # And some as documented, which is what the short way is for.
    for row in rows[::3]:
        row.update({name: 5 if take.__name__ == "integer" else "2024-09-02" for name, take in kind._takes.items() if name in row})
    assert kind._decode_page(json.dumps(rows).encode()) == [kind.from_dict(row) for row in rows]


def test_no_other_date_is_taken():
    """Against the rule's own words: fromisoformat takes week dates, hour 24, zones and more."""
    random.seed(7)
    seeds = ["2024-09-02 10:00:00", "2024-09-02T10:00:00", "2024-09-02", "2024-W36-1 10:00:00", "20240902T10:00:00.5", "0000-01-01",
             "2024-09-02T10:00+01", "2024-09-02 24:00:00", "2024-09-02 10+01:00", "2024-02-30", "2024-09-02 10:00:60"]
    shape = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2}):([0-9]{2}))?")
    for _ in range(50_000):
        text = list(random.choice(seeds))
        for _ in range(random.randrange(4)):
            place = random.randrange(len(text))
            text[place:place + random.randrange(2)] = random.choice(["", *"0123456789-:TZ+W. ٣\n"])
        text = "".join(text) or "x"
        match = shape.fullmatch(text)
        try:
            expected = datetime(*(int(part or 0) for part in match.groups())) if match else None
        except ValueError:
            expected = None
        assert moment(text) == expected, text


def test_shapes_of_rows_are_not_collected_without_end():
    for number in range(3000):
        inwise.UndeliveredEmail._decode_page(json.dumps([{"id": 1, f"new{number}": 1, "email": [number]}]).encode())
    assert len(inwise.UndeliveredEmail._shapes) <= 2 ** len(inwise.UndeliveredEmail._takes)


def test_summaries_keep_what_they_have_no_field_for():
    summary = inwise.ActivitiesSummary._of({"opens": 5, "clicks": "many", "sent": None, "new": 1})
    assert (summary.opens, summary.clicks, summary.sent, summary.extra) == (5, None, None, {"clicks": "many", "new": 1})
    assert pickle.loads(pickle.dumps(summary)) == summary
    assert summary.as_dict() == {"opens": 5, "clicks": "many", "new": 1}
