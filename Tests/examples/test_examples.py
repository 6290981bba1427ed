# SPDX-License-Identifier: MIT
"""The example programs: in every language the same output, the same exit codes, and the key in none of it.

Python's run with the interpreter that INWISE_PYTHON names, which has the package; build/venv's if it names none.
"""

import contextlib
import csv
import functools
import io
import json
import os
import pathlib
import pty
import re
import shlex
import socket
import subprocess

import pytest

import program
from odd_service import ACTIVITIES, OddService
from program import NOW, Sandbox

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES, BUILD = ROOT / "examples", ROOT / "build"
LANGUAGES = ["c", "python", "php", "swift"]
#: What a program takes beside the URL, and how its usage names that.
PROGRAMS = {"funnel": (["1958368"], "CAMPAIGN_ID"), "export": (["2024-09"], "YYYY-MM"), "follow": (["2", "0"], "[POLLS [SECONDS]]"),
            "mirror": (["file:{folder}/mirror.db", "1958368"], "MIRROR CAMPAIGN_ID")}
FIELDS = ["id", "action_date", "action_type", "campaign_id", "contact_id", "external_id", "ip", "remarks", "additional_data"]
KEY = "canary-of-the-examples-83b0"
#: A feed of more than one answer.
ACCOUNT = ["--seed", "7", "--contacts", "4000", "--now", NOW, "--api-key", KEY]

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy") and not name.startswith("INWISE_")}
ENVIRONMENT |= {"INWISE_API_KEY": KEY, "INWISE_LIB": str(BUILD / "lib" / "libinwise.so"), "PKG_CONFIG_PATH": str(BUILD / "lib" / "pkgconfig"),
                "LD_LIBRARY_PATH": str(BUILD / "lib"), "PYTHONDONTWRITEBYTECODE": "1"}


def tool(*command) -> str:
    """The output of a command that must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def arguments_of(name: str, folder: pathlib.Path) -> list[str]:
    return [argument.format(folder=folder) for argument in PROGRAMS[name][0]]


@functools.cache
def command(language: str, name: str) -> list[str]:
    """What starts a program; those that are compiled are compiled first, once, as their first comment says."""
    if language == "python":
        return [os.environ.get("INWISE_PYTHON") or str(BUILD / "venv" / "bin" / "python"), str(EXAMPLES / "python" / f"{name}.py")]
    if language == "php":
        return ["php", "-d", "ffi.enable=true", str(EXAMPLES / "php" / f"{name}.php")]
    if language == "swift":
        return [str(swift_products() / name)]
    made = BUILD / "examples" / "tested" / name
    made.parent.mkdir(parents=True, exist_ok=True)
    flags = shlex.split(tool("pkg-config", "--cflags", "--libs", "inwise", "jansson"))
    tool("cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", str(EXAMPLES / "c" / f"{name}.c"), *flags, "-o", str(made))
    return [str(made)]


@functools.cache
def swift_products() -> pathlib.Path:
    build = ["swift", "build", "--disable-build-manifest-caching", "--package-path", str(EXAMPLES / "swift"), "--scratch-path", str(ROOT / ".build-examples")]
    tool(*build)
    return pathlib.Path(tool(*build, "--show-bin-path").strip())


def run(language: str, name: str, *arguments: str, key: str = KEY) -> tuple[int, str, str]:
    """Exit code, output and what was said on the standard error stream. The key is in neither."""
    done = subprocess.run([*command(language, name), *arguments], capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                          env={**ENVIRONMENT, "INWISE_API_KEY": key})
    out, said = done.stdout.decode(), done.stderr.decode()
    assert KEY not in out + said
    return done.returncode, out, said


def good(*what: str) -> str:
    """The output of a run that ends with 0 and has nothing to say."""
    code, out, said = run(*what)
    assert (code, said) == (0, "")
    return out


def records(text: str) -> list[list[str]]:
    """CSV as RFC 4180 has it."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def line(row: dict) -> str:
    """A row as `follow` prints it."""
    return " ".join("-" if row.get(field) is None else str(row[field]) for field in FIELDS[1:5]) + "\n"


@pytest.fixture(scope="session")
def sandbox():
    with Sandbox(*ACCOUNT) as running:
        yield running


@pytest.mark.parametrize("language", LANGUAGES)
def test_funnel_prints_what_the_service_counts(language, sandbox):
    out = good(language, "funnel", sandbox.url, "1958368")
    status, summary = sandbox.get("/campaigns/email/activitiesSummary?campaign_id=1958368", headers={"X-API-Key": KEY})
    counts = dict((fields[0], [int(number) for number in fields[1:3]]) for fields in map(str.split, out.splitlines()[3:18]))
    assert status == 200 and counts == {stage: [count, count] for stage, count in json.loads(summary).items()}
    assert out == good("c", "funnel", sandbox.url, "1958368")


@pytest.mark.parametrize("language", LANGUAGES)
def test_funnel_says_where_the_service_counts_otherwise(language):
    with OddService(KEY) as service:
        code, out, said = run(language, "funnel", service.url, "5")
        assert (code, said) == (1, "")
        assert out.count("they differ") == 14 and "differ in 14 of 15 counts" in out
        assert out == run("c", "funnel", service.url, "5")[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_export_has_every_activity_of_the_month(language, sandbox):
    out = good(language, "export", sandbox.url, "2024-09")
    wanted = program.good("activities", "--from", "2024-09-01", "--to", "2024-09-30", "--format", "csv", url=sandbox.url,
                          environment={"INWISE_API_KEY": KEY})
    # The command line has a column more, for fields that nobody knows.
    assert records(out) == [row[:-1] for row in records(wanted)] and len(records(out)) > 1000
    assert out.count("\r\n") == out.count("\n"), "lines end as RFC 4180 says"


@pytest.mark.parametrize("language", LANGUAGES)
def test_export_keeps_texts_as_they_are(language):
    with OddService(KEY) as service:
        out = good(language, "export", service.url, "2024-09")
    rows = [[row.get(field) for field in FIELDS] for row in ACTIVITIES]
    assert records(out) == [FIELDS, *[["" if value is None else str(value) for value in row] for row in rows]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_follow_prints_each_row_of_the_feed_once(language):
    with Sandbox(*ACCOUNT) as other:
        feed = []
        while rows := json.loads(other.get("/campaigns/email/recentActivities", headers={"X-API-Key": KEY})[1]):
            feed += rows
    assert len(feed) > 1000
    with Sandbox(*ACCOUNT) as fresh:
        assert good(language, "follow", fresh.url, "2", "0") == "".join(map(line, feed))
        assert good(language, "follow", fresh.url, "1", "0") == "", "reading consumes"


@pytest.mark.parametrize("language", LANGUAGES)
def test_follow_asks_again_at_once_after_a_full_answer(language):
    with OddService(KEY) as service:
        out = good(language, "follow", service.url, "1")
    assert out == "- - - -\n" * 1000 + "".join(map(line, ACTIVITIES))


@functools.cache
def mirrored_in_c(folder: pathlib.Path) -> str:
    with Sandbox(*ACCOUNT) as fresh:
        return good("c", "mirror", fresh.url, f"file:{folder}/c.db", "1958368")


@pytest.mark.parametrize("language", LANGUAGES)
def test_mirror_is_complete_and_hands_each_activity_over_once(language, tmp_path, tmp_path_factory):
    mirror = f"file:{tmp_path}/mirror.db"
    with Sandbox(*ACCOUNT) as fresh:
        sent, undelivered, activities, complete, funnel, *rows = good(language, "mirror", fresh.url, mirror, "1958368").splitlines()
        head = {"X-API-Key": KEY}
        summary = json.loads(fresh.get("/campaigns/email/activitiesSummary?campaign_id=1958368", headers=head)[1])
        every = program.good("activities", "--from", "2000-01-01", "--format", "json", url=fresh.url, environment={"INWISE_API_KEY": KEY})
        assert sorted(rows) == sorted(line(row)[:-1] for row in json.loads(every)) and len(rows) > 1000
        assert activities.split() == ["activities", str(len(rows)), "new", "rows"] and complete == "The mirror is complete."
        assert funnel == f"Campaign 1958368: {summary['sent']} sent, {summary['opens_unique']} opened, {summary['clicks_unique']} clicked"
        again = good(language, "mirror", fresh.url, mirror, "1958368").splitlines()
        assert [counted.split()[1] for counted in again[:3]] == ["0"] * 3 and again[3:] == [complete, funnel]
    assert "\n".join([sent, undelivered, activities, complete, funnel, *rows, ""]) == mirrored_in_c(tmp_path_factory.getbasetemp())


@functools.cache
def odd_mirror_in_c(folder: pathlib.Path) -> str:
    with OddService(KEY) as service:
        return run("c", "mirror", service.url, f"file:{folder}/odd.db", "5")[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_mirror_says_that_it_is_not_complete(language, tmp_path, tmp_path_factory):
    with OddService(KEY) as service:
        code, out, said = run(language, "mirror", service.url, f"file:{tmp_path}/mirror.db", "5")
    assert (code, said) == (1, "") and "The mirror is not complete: " in out and " 1 campaigns that differ." in out
    assert out == odd_mirror_in_c(tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("language", LANGUAGES)
def test_mirror_shows_its_progress_on_a_terminal(language, tmp_path, sandbox):
    ours, theirs = pty.openpty()
    done = subprocess.run([*command(language, "mirror"), f"sandbox:?seed=7&contacts=30&now={NOW}", f"file:{tmp_path}/mirror.db", "1958368"],
                          stdout=subprocess.DEVNULL, stderr=theirs, timeout=60, env=ENVIRONMENT)
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert done.returncode == 0 and re.fullmatch(r"(\r\d+ rows)+\r\n", shown), shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name, arguments", [
    ("mirror", []), ("mirror", ["URL"]), ("mirror", ["URL", "file:x"]), ("mirror", ["URL", "file:x", ""]), ("mirror", ["URL", "file:x", "-5"]),
    ("mirror", ["URL", "file:x", "x"]), ("mirror", ["URL", "file:x", "5", "6"]),
    ("funnel", []), ("funnel", ["URL"]), ("funnel", ["URL", ""]), ("funnel", ["URL", "x"]), ("funnel", ["URL", "-5"]), ("funnel", ["URL", "5", "6"]),
    ("export", []), ("export", ["URL"]), ("export", ["URL", "2024-13"]), ("export", ["URL", "2024-00"]), ("export", ["URL", "0000-01"]),
    ("export", ["URL", "2024-9"]), ("export", ["URL", "2024-09-01"]), ("export", ["URL", "2024-09", "x"]),
    ("follow", []), ("follow", ["URL", "x"]), ("follow", ["URL", "-1"]), ("follow", ["URL", "1", ""]), ("follow", ["URL", "1", "-1"]),
    ("follow", ["URL", "1", "0", "0"]),
])
def test_wrong_arguments_are_told_and_nothing_is_asked(language, name, arguments):
    code, out, said = run(language, name, *["http://127.0.0.1:1/" if argument == "URL" else argument for argument in arguments])
    assert (code, out) == (2, "")
    assert said.startswith("usage: ") and said.endswith(f" URL {PROGRAMS[name][1]}\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_key_that_is_not_accepted_is_told(language, name, sandbox, tmp_path):
    code, out, said = run(language, name, sandbox.url, *arguments_of(name, tmp_path), key=f"{KEY}-no-more")
    assert code == 2 and "API key" in said and "401" in said
    assert len(out.splitlines()) <= 1, "nothing but a header"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_service_that_is_not_there_is_told(language, name, tmp_path):
    with contextlib.closing(socket.socket()) as bound:
        # Bound and not listening: the port refuses connections.
        bound.bind(("127.0.0.1", 0))
        code, out, said = run(language, name, f"http://127.0.0.1:{bound.getsockname()[1]}/rest/v1", *arguments_of(name, tmp_path))
    assert code == 2 and "No connection to 127.0.0.1" in said
    assert len(out.splitlines()) <= 1, "nothing but a header"


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_programs_in_c_free_what_they_were_given(name, tmp_path):
    memcheck = ["valgrind", "-q", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite", "--error-exitcode=9"]
    for url, code in [(f"sandbox:?seed=7&contacts=30&now={NOW}", 0), ("sandbox:?fail_rate=1&contacts=2", 2)]:
        done = subprocess.run([*memcheck, *command("c", name), url, *arguments_of(name, tmp_path)], capture_output=True, text=True, env=ENVIRONMENT)
        assert done.returncode == code, done.stderr
