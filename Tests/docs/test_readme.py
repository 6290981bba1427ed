# SPDX-License-Identifier: MIT
"""The README's examples run as they stand, and print the same funnel in every language; a failure they tell."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "Tests/host"))

from inwise_ffi import PAGED, Client, Funnel, Status  # noqa: E402

LIBRARIES = ROOT / "build/lib"
README = (ROOT / "README.md").read_text()


def block(language: str, containing: str) -> str:
    found = [text for text in re.findall(rf"```{language}\n(.*?)```", README, re.S) if containing in text]
    assert len(found) == 1, f"{len(found)} {language} blocks hold {containing}"
    return found[0]


def run(*command, cwd=ROOT, **environment) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=900,
                          env={**os.environ, "LD_LIBRARY_PATH": str(LIBRARIES), **environment})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def compiled(folder: pathlib.Path, compiler: list[str], source: str, text: str) -> str:
    (folder / source).write_text(text)
    flags = run("pkg-config", "--cflags", "--libs", "inwise", PKG_CONFIG_PATH=str(LIBRARIES / "pkgconfig")).split()
    run(*compiler, "-Wall", "-Wextra", "-Werror", source, *flags, "-o", "funnel", cwd=folder)
    return run(folder / "funnel")


def in_c(folder: pathlib.Path) -> str:
    return compiled(folder, ["cc"], "funnel.c", block("c", "int main"))


def in_cpp(folder: pathlib.Path) -> str:
    return compiled(folder, ["c++", "-std=c++17"], "funnel.cpp", block("cpp", "int main"))


def in_python(folder: pathlib.Path) -> str:
    (folder / "funnel.py").write_text(block("python", "inwise.Funnel"))
    return run(ROOT / "build/venv/bin/python", folder / "funnel.py")


def in_php(folder: pathlib.Path) -> str:
    """Composer's autoloader is shown by Tests/php; here the package's own stands for it."""
    (folder / "vendor").mkdir()
    (folder / "vendor/autoload.php").write_text(f"<?php require '{ROOT}/bindings/php/autoload.php';")
    (folder / "funnel.php").write_text(block("php", "new Inwise\\Funnel"))
    return run("php", "-d", "ffi.enable=true", folder / "funnel.php", cwd=folder)


def in_swift(folder: pathlib.Path) -> str:
    """As a package of its own that depends on this one, as a Swift developer's does."""
    (folder / "Sources/funnel").mkdir(parents=True)
    (folder / "Sources/funnel/main.swift").write_text(block("swift", "import Inwise"))
    (folder / "Package.swift").write_text(
        "// swift-tools-version: 6.1\nimport PackageDescription\n"
        f'let package = Package(name: "funnel", dependencies: [.package(name: "inwise", path: "{ROOT}")], targets: [\n'
        '    .executableTarget(name: "funnel", dependencies: [.product(name: "Inwise", package: "inwise")])])\n')
    return run("swift", "run", "--disable-build-manifest-caching", "--package-path", folder, "--scratch-path", ROOT / ".build-readme", "-q", "funnel")


EXAMPLES = {"c": in_c, "cpp": in_cpp, "python": in_python, "php": in_php, "swift": in_swift}
#: Those that print counts and rows; the others print the funnel's JSON.
TYPED = ["python", "php", "swift"]


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> dict:
    return json.loads(in_c(tmp_path_factory.mktemp("c")))


@pytest.fixture(scope="module")
def lines(tmp_path_factory) -> list[str]:
    return in_python(tmp_path_factory.mktemp("python")).splitlines()


def test_the_funnel_is_one_that_tells_something(expected):
    assert expected["sent"] > expected["opens"] > expected["opens_unique"] > expected["clicks_unique"] > 0
    assert all(rate is not None for rate in expected["rates"].values())


def test_cpp_prints_the_same_funnel(tmp_path, expected):
    assert json.loads(in_cpp(tmp_path)) == expected


@pytest.mark.parametrize("language", TYPED)
def test_the_ten_lines_print_the_same_counts_and_rows(language, tmp_path, expected, lines):
    printed = EXAMPLES[language](tmp_path).splitlines()
    assert printed[0] == f"{expected['sent']} sent, {expected['opens_unique']} opened, {expected['clicks_unique']} clicked"
    assert printed == lines and len(lines) > 5
    assert re.fullmatch(r"2024-09-\d\d \d\d:\d\d:\d\d email[A-Z]\w+ \d+", lines[1])


@pytest.mark.parametrize("language", EXAMPLES)
def test_the_examples_do_not_take_an_error_for_an_empty_campaign(language, tmp_path, monkeypatch):
    """Against a source where every call fails."""
    monkeypatch.setenv("SWIFT_BACKTRACE", "enable=no")
    monkeypatch.setitem(globals(), "README", README.replace("sandbox:?seed=7&", "sandbox:?fail_rate=1&"))
    with pytest.raises(AssertionError, match="made this fault up"):
        EXAMPLES[language](tmp_path)


def test_a_funnel_answers_the_queries_of_the_table():
    queries = re.findall(r"^\| .* \| `(\{.*\})` \|$", README, re.M)
    assert len(queries) == 5
    with Client("sandbox:?seed=7&now=2024-09-20T12:00:00") as client, Funnel() as funnel:
        for kind in PAGED:
            assert funnel.add(kind, client.drain(kind, {"date_from": "2024-01-01"})).status is Status.OK
        for query in map(json.loads, queries):
            groups = funnel.summary(query)["groups"]
            assert len(groups) > 2 and all(group.keys() >= {"sent", "opens_unique", "rates"} for group in groups)
            assert query["group_by"] != "campaign" or groups[0]["time_to_open"]["contacts"] > 100


# ---------------------------------------------------------------- a mirror

#: What stands for the service in commands that name none.
SERVICE = {"INWISE_URL": "sandbox:?seed=7&now=2024-09-20T12:00:00", "INWISE_API_KEY": "", "PATH": f"{ROOT}/build/bin:{os.environ['PATH']}"}


def placed(command: str, folder: pathlib.Path) -> str:
    """A command that has its files in a folder, and a key."""
    (folder / "inwise.key").write_text("key\n")
    return re.sub(r"/(?:var/lib/inwise|var/log|etc)/", f"{folder}/", command)


def mirrored(folder: pathlib.Path) -> list[dict]:
    with Client(f"file:{folder}/account.db") as mirror:
        return mirror.drain("activities", {"date_from": "2000-01-01"})


def test_the_mirror_of_the_example_answers(tmp_path, expected):
    (tmp_path / "mirror.py").write_text(block("python", "service.sync"))
    first, opened, *feed = run(ROOT / "build/venv/bin/python", "mirror.py", cwd=tmp_path).splitlines()
    assert re.fullmatch(r"\d{4,} new rows, complete", first) and opened == f"{expected['opens_unique']} opened"
    assert sum(int(line.split()[0]) for line in feed) == len(mirrored(tmp_path)) > 100
    # What is acknowledged doesn't come again.
    assert run(ROOT / "build/venv/bin/python", "mirror.py", cwd=tmp_path).splitlines() == ["0 new rows, complete", opened]


def test_the_command_lines_of_a_mirror_run(tmp_path, expected):
    lines = [line for line in block("sh", "inwise sync account.db").splitlines() if "account.db" in line]
    assert len(lines) == 4
    _, summary, feed, audit = (run("sh", "-c", line, cwd=tmp_path, **SERVICE) for line in lines)
    assert json.loads(summary)["opens_unique"] == expected["opens_unique"]
    assert len(json.loads(feed)) == len(mirrored(tmp_path)) > 100
    assert "3 of 3 campaigns equal" in audit


def test_the_line_for_cron_is_silent_while_all_is_well(tmp_path):
    fields = block("crontab", "inwise sync").split(maxsplit=5)
    assert fields[:5] == ["*/10", "*", "*", "*", "*"]
    assert run("sh", "-c", placed(fields[5], tmp_path), **SERVICE) == ""
    assert len(mirrored(tmp_path)) > 100


def test_the_line_that_watches_goes_on_until_it_is_told_to_end(tmp_path):
    command = placed(block("sh", "--watch").strip(), tmp_path)
    log = tmp_path / "inwise.ndjson"
    os.mkfifo(log)
    with subprocess.Popen(["sh", "-c", f"exec {command}"], env={**os.environ, **SERVICE}) as watch, log.open() as lines:
        report = json.loads(lines.readline())
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(60) == 0
    assert report["complete"] is True and "at" in report


def test_a_backup_of_a_mirror_that_is_open_is_a_mirror(tmp_path):
    """Made by another process, as the README's sqlite3 does it."""
    script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).backup(sqlite3.connect(sys.argv[2]))"
    with Client(SERVICE["INWISE_URL"]) as service, Client(f"file:{tmp_path}/account.db") as mirror:
        service.sync(mirror).good()
        (tmp_path / "copy").mkdir()
        run(sys.executable, "-c", script, tmp_path / "account.db", tmp_path / "copy/account.db")
        assert mirror.drain("activities", {"date_from": "2000-01-01"}) == mirrored(tmp_path / "copy") != []


def test_the_exit_codes_are_those_of_the_command_line():
    told = dict(re.findall(r"^  (\d+) +(\S.*)$", run(ROOT / "build/bin/inwise", "--help").partition("EXIT CODES")[2].partition("USAGE")[0], re.M))
    table = README.partition("| exit code |")[2].partition("\n\n")[0]
    codes = re.findall(r"\d+", "".join(line.split("|")[1] for line in table.splitlines()[2:]))
    assert set(codes) <= set(told) and {"0", "1", "75"} <= set(codes)


def test_what_a_report_may_lack_is_in_reports():
    header = (ROOT / "include/inwise.h").read_text()
    table = README.partition("### When a report isn't complete")[2].partition("\n\n###")[0]
    for name in re.findall(r"^\|[^|]*?`\"?(\w+)", table, re.M):
        assert re.search(rf"^ \*   {name} ", header, re.M), name


# ---------------------------------------------------------------- webhooks

def test_the_webhook_of_the_example_is_one_event_that_counts(tmp_path):
    (tmp_path / "webhook.py").write_text(block("python", "ingest_webhook"))
    assert run(ROOT / "build/venv/bin/python", "webhook.py", cwd=tmp_path).splitlines() == [
        "2021-12-19 13:48:29 emailClicked dana@example.com provisional", "False 1", "1 emailClicked"]


def test_the_receiver_of_the_example_keeps_what_the_sandbox_posts(tmp_path):
    """Its command lines as they stand, but for the port and an end."""
    receiver = block("sh", "inwise webhook").strip().replace(":8080", ":0") + " --allow 127.0.0.1"
    sandbox = re.search(r"`(inwise sandbox [^`]*--webhook [^`]*)`", README).group(1)
    with subprocess.Popen(["sh", "-c", f"exec {receiver}"], cwd=tmp_path, env={**os.environ, **SERVICE}, stdout=subprocess.PIPE, text=True) as server:
        url = re.search(r"http://\S+", server.stdout.readline()).group()
        sandbox = sandbox.replace("http://127.0.0.1:8080/", url).replace("--webhook-shuffle 60", "--webhook-shuffle 1")
        with subprocess.Popen(["sh", "-c", f"exec {sandbox} --webhook-events 20"], env={**os.environ, **SERVICE}, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True) as sender:
            assert any("webhooks" in line for line in sender.stdout)
            sender.send_signal(signal.SIGTERM)
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
    with Client(f"file:{tmp_path}/account.db") as mirror:
        assert 0 < len(mirror.drain("webhookEvents", {})) <= 20


# ---------------------------------------------------------------- the rest

def test_the_error_in_the_readme_is_one_that_the_library_gives():
    error = json.loads(block("json", "rate_limit"))
    header = (ROOT / "include/inwise.h").read_text()
    assert f'INWISE_ERR_{error["status"].upper()} = {error["code"]}' in header
    table = dict(re.findall(r"^\| `(\w+)` \| (-\d+) \|", README, re.M))
    assert {f"INWISE_ERR_{name.upper()} = {code}" for name, code in table.items()} == set(
        re.findall(r"INWISE_ERR_\w+ = -\d+", header))


def test_the_demo_says_that_rows_and_summary_agree():
    printed = run("scripts/demo.sh")
    assert "The rows add up to the service's summary in all 15 counts." in printed
