# SPDX-License-Identifier: MIT
"""`inwise sandbox --webhook`: what it posts, how often, and what it does when nobody takes it."""

import collections
import datetime
import http.server
import json
import re
import threading
from urllib.parse import parse_qs, parse_qsl

import pytest

from program import NOW, Sandbox, eventually, good, inwise

ACCOUNT = ["--seed", "7", "--contacts", "400", "--now", NOW, "--live", "500"]


class Taker:
    """Takes webhooks, as a test says how."""

    def __init__(self, answer=lambda number: 200) -> None:
        self.bodies, self.connections = [], set()
        taker, lock = self, threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                with lock:
                    status = answer(len(taker.bodies))
                    taker.bodies.append((status, self.headers["Content-Type"], body))
                    taker.connections.add(self.client_address)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def taken(self) -> list[str]:
        return [body for status, _, body in self.bodies if status == 200]

    def __enter__(self) -> "Taker":
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._server.server_close()


def told(sandbox) -> dict[str, int]:
    line = sandbox.process.stdout.readline().decode()
    assert re.fullmatch(r"webhooks: sent \d+, repeated \d+, failed \d+\n", line), line
    return {name: int(count) for name, count in re.findall(r"(\w+) (\d+)", line)}


def posted(*options, answer=lambda number: 200):
    """What a whole run posts, what it says of it, and the account's live activities."""
    with Taker(answer) as taker, Sandbox(*ACCOUNT, "--webhook", taker.url, *options) as sandbox:
        counts = told(sandbox)
        every = json.loads(good("activities", "--from", "2000-01-01", "--format", "json", url=sandbox.url))
        return taker, counts, [row for row in every if row["action_date"] >= NOW.replace("T", " ")]


def of_body(body: str) -> tuple:
    """What a webhook tells, out of either spelling and form of date."""
    fields = {name.lower(): values[0] for name, values in parse_qs(body, keep_blank_values=True, strict_parsing=True).items()}
    date = fields["timestamp"]
    if "/" in date:
        date = datetime.datetime.strptime(date, "%m/%d/%Y %H:%M:%S").isoformat(" ")
    campaign = fields.get("campaign_id")
    return (fields["trigger_type"], date, int(fields["contact[id]"]), campaign and int(campaign), fields.get("ip"), fields.get("remarks"),
            fields.get("additional_details"), fields.get("contact[external_id]"))


def of_row(row: dict) -> tuple:
    more = [row.get(name) for name in ("campaign_id", "ip", "remarks", "additional_data")] if row["action_type"].startswith("email") else [None] * 4
    return row["action_type"], row["action_date"], row["contact_id"], *more, row.get("external_id")


def test_each_live_activity_is_posted_once():
    taker, counts, live = posted("--webhook-events", 400)
    assert counts == {"sent": 400, "repeated": 0, "failed": 0} and len(live) == 400
    assert collections.Counter(map(of_body, taker.taken)) == collections.Counter(map(of_row, live))
    assert {content for _, content, _ in taker.bodies} == {"application/x-www-form-urlencoded"}
    # Few connections, and kept.
    assert len(taker.connections) <= 16
    mailed = [body for body in taker.taken if "trigger_type=emailOpened" in body]
    assert re.fullmatch(
        r"timeStamp=2024-09-20\+12%3a\d\d%3a\d\d&trigger_type=emailOpened&trigger_description=Email\+Opened&channel_type=Email&campaign_id=\d+&group_id=\d+"
        r"&contact%5bid%5d=\d+&contact%5bemail%5d=[^&]+%40[^&]+(&contact%5bexternal_id%5d=[^&]+)?&contact%5bfield1%5d=&ip=[^&]+(&remarks=\d+)?", mailed[0])
    site = [dict(parse_qsl(body)) for body in taker.taken if "trigger_type=onSite" in body]
    assert site and all("campaign_id" not in fields and "channel_type" not in fields for fields in site)
    assert {json.loads(fields["custom_data"])[0]["Key"] for fields in site if "custom_data" in fields} <= {"externalId"}


def test_duplicates_and_order_and_spelling():
    options = ("--webhook-events", 400, "--webhook-duplicates", "0.25", "--webhook-shuffle", "0.5", "--webhook-mixed")
    taker, counts, live = posted(*options)
    assert counts["sent"] == 400 and 60 < counts["repeated"] < 140 and len(taker.taken) == 400 + counts["repeated"]
    rows, bodies = collections.Counter(map(of_row, live)), collections.Counter(map(of_body, taker.taken))
    assert set(bodies) == set(rows) and not rows - bodies and (bodies - rows).total() == counts["repeated"]
    # In which order the first of each came.
    assert list(dict.fromkeys(map(of_body, taker.taken))) != list(dict.fromkeys(map(of_row, sorted(live, key=lambda row: row["id"]))))
    assert {(body.split("=")[0], "%2f" in body.split("&")[0]) for body in taker.taken} == {
        (name, american) for name in ("timeStamp", "Timestamp") for american in (False, True)}
    # The same again for the same seed, in another order.
    assert collections.Counter(posted(*options)[0].taken) == collections.Counter(taker.taken)


def test_it_posts_until_it_is_taken():
    taker, counts, live = posted("--webhook-events", 100, answer=lambda number: (503, None, 500, 404)[number % 4] if number < 60 else 200)
    refused = sum(status not in (None, 200) for status, *_ in taker.bodies)
    # libcurl asks once more by itself where a connection that was kept ends without an answer.
    assert counts["sent"] == 100 and refused <= counts["failed"] <= len(taker.bodies) - 100
    assert collections.Counter(map(of_body, taker.taken)) == collections.Counter(map(of_row, live))


def test_nobody_takes_them():
    with Taker() as taker:
        url = taker.url
    with Sandbox(*ACCOUNT, "--webhook", url) as sandbox:
        # It serves all the while, and ends at once.
        eventually(lambda: len(json.loads(sandbox.get("/campaigns/email/recentActivities")[1])) > 100)
        sandbox.process.terminate()
        out, error = sandbox.process.communicate(timeout=20)
    assert sandbox.process.returncode == 0 and error == b""
    assert re.fullmatch(rb"webhooks: sent 0, repeated 0, failed \d+, waiting \d+\n", out), out


def test_the_recent_feed_loses_nothing_by_it():
    with Taker() as taker, Sandbox(*ACCOUNT, "--webhook", taker.url, "--webhook-events", 300) as sandbox:
        assert told(sandbox)["sent"] == 300
        fresh = [row for row in json.loads(good("recent", "activities", "--all", "--format", "json", url=sandbox.url))
                 if row["action_date"] >= NOW.replace("T", " ")]
        assert len(fresh) == 300


@pytest.mark.parametrize("arguments, words", [
    (["--webhook", "http://127.0.0.1:1/"], "--live"), (["--live", "5", "--webhook", "127.0.0.1:80"], "--webhook"),
    (["--live", "5", "--webhook", "file:///etc/passwd"], "--webhook"), (["--live", "5", "--webhook-events", "5"], "--webhook,"),
    (["--live", "5", "--webhook-mixed"], "--webhook,"), (["--live", "5", "--webhook", "http://a/", "--webhook-events", "0"], "--webhook-events"),
    (["--live", "5", "--webhook", "http://a/", "--webhook-duplicates", "1.5"], "--webhook-duplicates"),
    (["--live", "5", "--webhook", "http://a/", "--webhook-shuffle", "3601"], "--webhook-shuffle"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else None)
def test_wrong_arguments(arguments, words):
    outcome = inwise("sandbox", *arguments)
    assert outcome.status == 64 and words in outcome.error and outcome.out == ""
