# SPDX-License-Identifier: MIT
"""Webhooks as tests use them: bodies of what happened in an account, handed to the library, and what a mirror that was told of them must hold."""

import collections
from urllib.parse import urlencode

import counting
from inwise_ffi import Client, Outcome, call, encode, lib
from mirrors import check_rows, contents
from simulated import KINDS

#: What a body is called by; "onSite" is no e-mail's event, so that it has no row.
ROWLESS = ("onSite", "smsSent", "SmsReply", "MakeContactForm", "dynamicPage")


def parse(body: bytes, options=None) -> Outcome:
    return call(lib.inwise_webhook_parse, body, len(body), encode(options))


def ingest(mirror: Client, body: bytes, options=None) -> Outcome:
    return call(lib.inwise_webhook_ingest, mirror.handle, body, len(body), encode(options))


def hook(kind: str, row: dict, **more) -> bytes:
    """The webhook that tells of a row."""
    fields = {"timeStamp": row[KINDS[kind][1]], "trigger_type": type_of(kind, row), "trigger_description": "…", "channel_type": "Email",
              "campaign_id": row["campaign_id"], "group_id": 949732, "contact[id]": row["contact_id"]}
    for name, given in (("email", "contact[email]"), ("external_id", "contact[external_id]"), ("ip", "ip"), ("remarks", "remarks"),
                        ("additional_data", "additional_details"), ("reason", "reason")):
        if name in row:
            fields[given] = row[name]
    return urlencode({**fields, **more}).encode()


def type_of(kind: str, row: dict) -> str:
    return {"sentEmails": "emailSent", "undelivered": "undelivered"}.get(kind) or row["action_type"]


def identity(kind: str, row: dict) -> tuple:
    """What a webhook and the service's row of it have in common."""
    return kind, row["campaign_id"], row["contact_id"], row[KINDS[kind][1]], type_of(kind, row)


def events(mirror: Client, **query) -> list[dict]:
    return mirror.drain("webhookEvents", query or None)


def check_told(mirror: Client, rows: dict[str, list[dict]], told: list[tuple[str, dict]]) -> None:
    """That a mirror holds the service's rows, for each event without one a provisional row, and that its summaries count these.

    :param rows: of the service, that were synced.
    :param told: of each webhook, once: its kind and row.
    """
    given = collections.Counter(identity(kind, row) for kind in KINDS for row in rows[kind])
    heard = collections.Counter(identity(kind, row) for kind, row in told)
    lacking = heard - given
    found = contents(mirror)
    counted = {kind: list(rows[kind]) for kind in KINDS}
    for kind, of_kind in found.items():
        check_rows([row for row in of_kind if "provisional" not in row], rows[kind], kind)
        provisional = [row for row in of_kind if "provisional" in row]
        assert all(row["provisional"] is True and KINDS[kind][0] not in row for row in provisional)
        here = collections.Counter(identity(kind, row) for row in provisional)
        assert here == {key: count for key, count in lacking.items() if key[0] == kind}, kind
        counted[kind] += provisional
    for campaign in {row["campaign_id"] for of_kind in counted.values() for row in of_kind}:
        summary = mirror.ask("activitiesSummary", {"campaign_id": campaign}).good()
        assert summary == counting.summary(counted, campaign), campaign
    states = collections.Counter(event["state"] for event in events(mirror))
    assert states["provisional"] == lacking.total()
    assert states["confirmed"] == heard.total() - lacking.total()


def take_recent(mirror: Client, consumer: str) -> dict[str, list[dict]]:
    """All that a consumer has not had yet, and acknowledges."""
    taken = {}
    for kind in KINDS:
        feed, taken[kind] = f"recent{kind[0].upper()}{kind[1:]}", []
        while page := mirror.ask(feed, {"consumer": consumer}).good():
            taken[kind] += page
            mirror.acknowledge(feed, consumer)
    return taken
