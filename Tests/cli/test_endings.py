# SPDX-License-Identifier: MIT
"""How it ends: exit codes, messages, signals and pipes; and the key that is seen nowhere."""

import fcntl
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import termios
import time

import pytest

from program import ACCOUNT, EVER, INWISE, WALKS, Sandbox, eventually, good, inwise, start
from service import Service

KEY = "k3y-that-nobody-may-see"


def closed_port_url() -> str:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{bound.getsockname()[1]}"


def test_help_reads_well():
    text = good("--help")
    for word in ("EXAMPLES", "EXIT CODES", "INWISE_API_KEY", "INWISE_URL", "sandbox", "activities", "sent", "undelivered", "summary", "recent", "sync", "audit", "73", "75", "77", "130", "143"):
        assert word in text
    assert good() == text
    assert max(map(len, text.splitlines())) <= 80
    for command in (*WALKS, "summary", "recent", "sync", "audit", "sandbox"):
        text = good(command, "--help")
        assert "EXAMPLE" in text and f"USAGE: inwise {command}" in text
        assert max(map(len, text.splitlines())) <= 80
    assert "CONSUMES" in good("recent", "--help")
    assert '"other"' in good("sent", "--help")


def test_the_version():
    header = pathlib.Path(__file__).resolve().parents[2] / "include" / "inwise.h"
    version = header.read_text().split('#define INWISE_VERSION "')[1].split('"')[0]
    assert good("--version") == version + "\n"


@pytest.mark.parametrize("arguments, words", [
    (["nonsense"], "nonsense"),
    (["activities", "--nonsense"], "--nonsense"),
    (["activities", "--campaign", "x"], "--campaign"),
    (["activities", "--format", "xml"], "--format"),
    (["activities", "--from", "2024-02-30"], "--from"),
    (["activities", "--from", "2024-02-03", "--to", "2024-02-01"], "--from"),
    (["activities", "--page-size", "1001"], "--page-size"),
    (["activities", "--timeout", "0"], "--timeout"),
    (["activities", "--type", ""], "--type"),
    (["activities", "--option", "nonsense=1"], "nonsense"),
    (["activities", "--option", "ca_file=/etc/x"], "quotes"),
    (["activities", "--option", "max_retries"], "key=json"),
    (["activities", "--option", "max_retries=1", "--option", "max_retries=2"], "twice"),
    (["activities", "--option", "max_retries=1,\"page_size\":2"], "JSON"),
    (["activities", "--param", "x"], "name=value"),
    (["sent", "--type", "emailOpened"], "--type"),
    (["summary"], "--campaign"),
    (["recent"], "feed"),
    (["recent", "nonsense"], "nonsense"),
    (["sandbox", "--port", "70000"], "--port"),
    (["sandbox", "--fail-rate", "2"], "fail_rate"),
    (["sandbox", "--order", "up"], "order"),
    (["sandbox", "--seed", "a&campaigns=9"], "seed"),
])
def test_wrong_arguments_are_refused_before_anything_is_sent(arguments, words):
    outcome = inwise(*arguments, environment={"INWISE_URL": closed_port_url()})
    assert outcome.status == 64 and outcome.out == ""
    assert outcome.error.startswith("inwise: ") and words in outcome.error


@pytest.mark.parametrize("command, option, range_", [
    ("activities", "--timeout", "0.001 to 86400"), ("activities", "--page-size", "1 to 1000"), ("activities", "--in-flight", "1 to 64"),
    ("sandbox", "--port", "--port <port>"), ("sandbox", "--campaigns", "1 to 1000"), ("sandbox", "--contacts", "1 to 1000000"), ("sandbox", "--days", "1 to 3650"),
    ("sandbox", "--page-base", "0 to 1"), ("sandbox", "--live", "0 to"), ("sandbox", "--latency-ms", "0 to 60000"), ("sandbox", "--fail-rate", "0 to 1"),
    ("sandbox", "--rate-limit", "0 to 1"), ("sandbox", "--drop-rate", "0 to 1"), ("sandbox", "--recent-drop-rate", "0 to 1"), ("sandbox", "--late-rate", "0 to 1"),
    ("sandbox", "--future-rate", "0 to 1"), ("sandbox --live 1 --webhook http://127.0.0.1:9/", "--webhook-events", "from 1"),
    ("sandbox --live 1 --webhook http://127.0.0.1:9/", "--webhook-duplicates", "0 to 1"), ("sandbox --live 1 --webhook http://127.0.0.1:9/", "--webhook-shuffle", "0 to 3600"),
    ("webhook --listen 127.0.0.1:0 --mirror never.db", "--max-body", "1 to 16777216"), ("webhook --listen 127.0.0.1:0 --mirror never.db", "--queue", "1 to 10000"),
    ("webhook --listen 127.0.0.1:0 --mirror never.db", "--client-timeout", "0.1 to 600"),
])
def test_a_negative_number_is_a_value_that_is_refused(command, option, range_, tmp_path):
    url = [] if command.split()[0] in ("sandbox", "webhook") else ["--url", ACCOUNT]
    run = subprocess.run([INWISE, *command.split(), *url, option, "-1"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout) == (64, "") and "Missing" not in run.stderr, run
    assert option[2:].replace("-", "_") in run.stderr.replace("-", "_") and range_ in run.stderr and "-1" in run.stderr, run.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("activities",), ("summary",)])
def test_an_id_may_be_negative(command):
    assert "-5" not in good(*command, "--campaign", "-5", "--format", "json", url=ACCOUNT)


@pytest.mark.parametrize("url, status", [
    ("ftp://example.com", 64), ("http://example.com/rest", 64), ("sandbox:?seeds=1", 64), ("sandbox:?contacts=0", 64),
    (f"{ACCOUNT}&fail_rate=1", 69), (f"{ACCOUNT}&rate_limit=1", 69), (f"{ACCOUNT}&drop_rate=1", 69),
    (f"{ACCOUNT}&latency_ms=60000", 69),
])
def test_statuses_of_the_direct_sandbox(url, status):
    outcome = inwise("activities", "--timeout", "0.1", url=url)
    assert outcome.status == status and outcome.out == ""
    assert outcome.error.splitlines()[-1].startswith("inwise: ")


@pytest.mark.parametrize("http, status", [(401, 77), (403, 77), (404, 69), (400, 69), (429, 69), (500, 69), (302, 69)])
def test_statuses_of_a_service(http, status):
    with Service([{"id": 1}], status=http) as service:
        outcome = inwise("activities", *EVER, "--option", "max_retries=0", url=service.url, environment={"INWISE_API_KEY": KEY})
    assert outcome.status == status and outcome.out == "" and len(outcome.error.splitlines()) == 1


@pytest.mark.parametrize("answer", ["<html>no</html>", "{}", "", '[{"id":1]', '[{"id":1}, 2]'])
def test_an_answer_that_is_none(answer):
    with Service(summary=answer) as service:
        outcome = inwise("sent", *EVER, url=service.url)
    assert outcome.status == 65 and outcome.out == ""


def test_nobody_there():
    outcome = inwise("activities", *EVER, "--option", "max_retries=0", url=closed_port_url())
    assert outcome.status == 69 and "inwise: " in outcome.error


def test_too_slow():
    with Service([{"id": 1}], hang_from=0) as service:
        outcome = inwise("activities", *EVER, "--timeout", "0.2", url=service.url)
    assert outcome.status == 69


@pytest.mark.parametrize("format", ["json", "ndjson", "csv"])
def test_what_breaks_off_does_not_look_complete(format):
    with Service([{"id": number} for number in range(300)], fail_from=1) as service:
        outcome = inwise(
            "activities", *EVER, "--page-size", 100, "--option", "max_retries=0", "--format", format, url=service.url)
    assert outcome.status == 69 and "inwise: " in outcome.error
    assert outcome.out.count("\n") >= 99
    if format == "json":
        with pytest.raises(ValueError):
            json.loads(outcome.out)


# ---------------------------------------------------------------- the key

def test_the_key_comes_from_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text(f"  {KEY}\r\n")
    with Sandbox("--api-key", KEY) as guarded:
        assert inwise("undelivered", url=guarded.url).status == 77
        assert inwise("undelivered", url=guarded.url, environment={"INWISE_API_KEY": "wrong"}).status == 77
        assert inwise("undelivered", url=guarded.url, environment={"INWISE_API_KEY": KEY}).status == 0
        wrong = {"INWISE_API_KEY": "wrong"}
        assert inwise("undelivered", "--api-key-file", file, url=guarded.url, environment=wrong).status == 0
        file.write_text(KEY)
        assert inwise("undelivered", "--api-key-file", file, url=guarded.url).status == 0
        assert guarded.get("/campaigns/email/activities", headers={"x-api-key": KEY})[0] == 200
    for content in (b"", b" \n", b"x" * 5000):
        file.write_bytes(content)
        assert inwise("undelivered", "--api-key-file", file, url=ACCOUNT).status == 66
    assert inwise("undelivered", "--api-key-file", tmp_path / "none", url=ACCOUNT).status == 66
    assert inwise("undelivered", "--api-key-file", tmp_path, url=ACCOUNT).status == 66
    file.write_bytes(KEY.encode() + b"\nX-Evil: 1\n")
    outcome = inwise("undelivered", "--api-key-file", file, url="http://127.0.0.1:1")
    assert outcome.status == 64 and KEY not in outcome.error


def test_the_key_is_seen_nowhere():
    environment = {**os.environ, "INWISE_API_KEY": KEY}
    with Service([{"id": 1}], hang_from=0) as service:
        process = start("activities", *EVER, "--url", service.url, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        eventually(lambda: service.requests)
        assert service.requests[0][1]["X-API-Key"] == KEY
        # What ps shows to everybody.
        assert KEY.encode() not in pathlib.Path(f"/proc/{process.pid}/cmdline").read_bytes()
        service.status = 401
        service.released.set()
        out, error = process.communicate(timeout=60)
        assert process.returncode == 77
        assert KEY.encode() not in out + error


@pytest.mark.parametrize("arguments", [["--api-key", KEY], [f"--api-key={KEY}"], ["--option", f'api_key="{KEY}"']])
def test_the_key_does_not_belong_on_the_command_line(arguments):
    outcome = inwise("activities", *arguments, url=ACCOUNT)
    assert outcome.status == 64 and KEY not in outcome.error


# ---------------------------------------------------------------- pipes and signals

def test_head_is_quiet():
    for format in ("json", "ndjson", "csv", "table"):
        command = f"'{INWISE}' activities --from 2000-01-01 --page-size 10 --quiet --url '{ACCOUNT}' --format {format}"
        run = subprocess.run(
            ["bash", "-c", f"{command} | head -n 1; echo ${{PIPESTATUS[0]}}"], capture_output=True, text=True, timeout=60)
        lines = run.stdout.splitlines()
        assert len(lines) == 2 and lines[1] in ("0", "141"), (format, lines)
        assert run.stderr == ""


def test_a_reader_who_has_gone_costs_nothing():
    with Service([{"id": 1}]) as service:
        reading, writing = os.pipe()
        os.close(reading)
        process = start("recent", "activities", "--url", service.url, stdout=writing, stderr=subprocess.PIPE)
        os.close(writing)
        assert process.communicate(timeout=60)[1] == b"" and process.returncode == 141
        assert service.requests == []


@pytest.mark.parametrize("arguments", [["activities", "--url", ACCOUNT, *EVER], ["--help"], ["summary", "--url", ACCOUNT, "--campaign", "1"]])
def test_a_full_disk_is_an_error(arguments):
    with open("/dev/full", "wb") as full:
        run = subprocess.run([INWISE, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert run.returncode == 74 and b"inwise: Can't write the output" in run.stderr


def test_closed_streams():
    for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        run = subprocess.run(["bash", "-c", f"'{INWISE}' undelivered --url '{ACCOUNT}' {closed}"], capture_output=True, timeout=60)
        assert run.returncode == (74 if ">&-" in closed.replace("2>&-", "") else 0), closed


@pytest.mark.parametrize("command", [["activities", *EVER], ["summary", "--campaign", "1"], ["recent", "sent"]], ids=lambda command: command[0])
def test_ctrl_c_ends_a_call_that_waits(command):
    with Service([{"id": 1}], hang_from=0) as service:
        process = start(*command, "--url", service.url, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        eventually(lambda: service.requests)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, b"")
    # What a feed had sent off is consumed: that is said, and nothing else.
    assert (b"not handed out here again" in error) if "recent" in command else error == b""


def test_ctrl_c_ends_a_write_that_waits():
    reading, writing = os.pipe()
    size = fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    process = start("activities", *EVER, "--url", ACCOUNT, stdout=writing, stderr=subprocess.DEVNULL)
    os.close(writing)
    # Nobody reads.
    eventually(lambda: fcntl.ioctl(reading, termios.FIONREAD, bytes(4)) == size.to_bytes(4, sys.byteorder))
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    os.close(reading)


def test_a_background_job_ignores_ctrl_c():
    """A script's `inwise … &` has SIGINT ignored by the shell."""
    with Service([{"id": 1}], hang_from=0) as service:
        process = start("sent", *EVER, "--url", service.url, stdout=subprocess.PIPE,
                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        eventually(lambda: service.requests)
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        service.released.set()
        assert json.loads(process.communicate(timeout=20)[0]) == [{"id": 1}] and process.returncode == 0


def test_sigterm_ends_a_walk():
    with Service([{"id": 1}], hang_from=0) as service:
        process = start("sent", *EVER, "--url", service.url, stdout=subprocess.PIPE)
        eventually(lambda: service.requests)
        process.terminate()
        assert process.wait(20) == -signal.SIGTERM
        process.stdout.close()
