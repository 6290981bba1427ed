# SPDX-License-Identifier: MIT
"""What a mirror's file can be instead of one: each is an error that names it and helps, and none is touched."""

import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import zlib
from urllib.parse import quote

import pytest
from children import in_child
from inwise_ffi import Client, Outcome, Status, encode, lib, open_handle
from mirrors import EVER, NOW, check_account, contents, files, fill, mirror, sql
from simulated_http import Service

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0) + b"\x3a\x7e\x9b\x55" + zlib.compress(b"\0\0")


@pytest.fixture
def path(filled, tmp_path):
    return pathlib.Path(shutil.copy(filled, tmp_path / "mirror.db"))


def opened(path, **options) -> Outcome:
    outcome, handle = open_handle(lib.inwise_open, f"file:{quote(str(path))}".encode(), encode(options))
    lib.inwise_close(handle)
    return outcome


def everything_in(directory: pathlib.Path) -> dict:
    return {str(entry): (entry.read_bytes() if entry.is_file() else None) for entry in sorted(directory.rglob("*"))}


def check_refused(path, *words: str, **options) -> None:
    before = everything_in(path.parent)
    outcome = opened(path, **options)
    assert outcome.status is Status.STORE, outcome
    message = outcome.value["message"]
    assert path.name in message and len(message) > len(str(path)) + 20, message
    assert not words or any(word in message.lower() for word in words), message
    assert everything_in(path.parent) == before, "it was touched"


def test_a_mirror_that_was_closed_is_one_file(filled):
    """Beside it lies what a sync locks, which is empty."""
    found = files(filled)
    assert found.pop("mirror.db") and found == {"mirror.db-sync": b""}


# ---------------------------------------------------------------- what is no mirror

FOREIGN = {
    "text": b"Dear diary,\n" * 400, "a short text": b"x", "png": PNG, "zeros": bytes(8192), "half a header": b"SQLite format 3\0\x10\0",
    "a header alone": b"SQLite format 3\0" + bytes(84), "a gzip": b"\x1f\x8b\x08\0" + bytes(100),
}


@pytest.mark.parametrize("options", [{}, {"read_only": True}], ids=["writing", "reading"])
@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_file(tmp_path, name, options):
    (tmp_path / "other").write_bytes(FOREIGN[name])
    check_refused(tmp_path / "other", **options)


@pytest.mark.parametrize("options", [{}, {"read_only": True}], ids=["writing", "reading"])
@pytest.mark.parametrize("script", [
    "CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')",
    "PRAGMA journal_mode = WAL; CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')",
    "CREATE TABLE activities (id INTEGER PRIMARY KEY); PRAGMA user_version = 1",
    "PRAGMA application_id = 1234; CREATE TABLE x (y)", "PRAGMA encoding = 'UTF-16'; CREATE TABLE x (y)",
], ids=range(5))
def test_another_programs_database(tmp_path, script, options):
    sql(tmp_path / "other.db", script)
    check_refused(tmp_path / "other.db", "not a mirror", "no mirror", "another", "other program", **options)


def test_a_database_that_another_program_is_writing(tmp_path):
    """In WAL, with its side files there: they are not touched either."""
    script = ("import sqlite3,sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('PRAGMA journal_mode = WAL'); "
              "c.execute('CREATE TABLE x (y)'); c.execute('BEGIN IMMEDIATE'); c.execute('INSERT INTO x VALUES (1)'); print(flush=True); sys.stdin.read()")
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "other.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        outcome = opened(tmp_path / "other.db")
        assert outcome.status is Status.STORE and "other.db" in outcome.value["message"]
        other.stdin.close()


def test_a_newer_mirror(path):
    sql(path, "PRAGMA user_version = 1000000")
    check_refused(path, "newer")
    check_refused(path, "newer", read_only=True)


# ---------------------------------------------------------------- where there is none

def test_read_only_makes_no_file(tmp_path):
    check_refused(tmp_path / "mirror.db", read_only=True)


def test_an_empty_mirror_is_made(tmp_path):
    assert opened(tmp_path / "mirror.db").status is Status.OK
    with mirror(tmp_path / "mirror.db", read_only=True) as copy:
        assert contents(copy) == {"sentEmails": [], "undelivered": [], "activities": []}


def test_places_that_hold_no_file(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere" / "x.db")
    (tmp_path / "file").write_text("x")
    for place in ("folder", "missing/mirror.db", "dangling", "file/mirror.db"):
        check_refused(tmp_path / place)
        check_refused(tmp_path / place, read_only=True)
    assert "link that leads nowhere" in opened(tmp_path / "dangling").value["message"]
    assert opened("/dev/null").status is Status.STORE
    assert opened(f"{tmp_path}/{'x' * 300}.db").status is Status.STORE


def test_what_is_no_file_keeps_nobody_waiting(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    bound = socket.socket(socket.AF_UNIX)
    bound.bind(str(tmp_path / "socket"))
    for name in ("fifo", "socket"):
        for options in ({}, {"read_only": True}):
            # The child has an alarm.
            in_child(lambda: check_status(opened(tmp_path / name, **options)))
    bound.close()


def check_status(outcome: Outcome) -> None:
    assert outcome.status is Status.STORE, outcome


def as_nobody(work) -> None:
    """As a user who may only what everyone may."""
    def drop() -> None:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        work()

    in_child(drop)


def let_everyone_read(path) -> None:
    folder = path.parent
    while folder != folder.parent:
        folder.chmod(0o755)
        folder = folder.parent if "pytest" in str(folder.parent) else folder.parent.parent
    path.chmod(0o444)


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user takes root")
def test_what_may_not_be_written(path):
    let_everyone_read(path)

    def work() -> None:
        check_refused(path, "permission", "writ", "read_only")
        check_refused(path.with_name("new.db"), "permission", "writ")
        with mirror(path, read_only=True, now=NOW) as copy:
            assert len(copy.ask("activities", EVER).good()) == 100

    as_nobody(work)
    path.chmod(0o000)
    as_nobody(lambda: check_status(opened(path)))
    as_nobody(lambda: check_status(opened(path, read_only=True)))


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user takes root")
def test_a_sync_by_root_leaves_the_mirror_to_its_owner(path, account):
    path.parent.chmod(0o777)
    os.chown(path, 65534, 65534)
    with Service(account) as service:
        fill(service.url, path, target={"now": NOW})
    lock = path.with_name("mirror.db-sync").stat()
    assert (lock.st_uid, lock.st_gid, lock.st_mode & 0o777) == (65534, 65534, path.stat().st_mode & 0o666)


IN_THE_WAY = {"folder": pathlib.Path.mkdir, "fifo": os.mkfifo, "link": lambda place: place.symlink_to(place.with_name("elsewhere"))}


@pytest.mark.parametrize("make", IN_THE_WAY.values(), ids=IN_THE_WAY)
@pytest.mark.parametrize("suffix", ["-wal", "-journal", "-shm"])
def test_what_is_in_the_way_of_files_beside_it(path, suffix, make):
    for name, ways in ((path.name, ({}, {"read_only": True})), ("new.db", ({},))):
        place = path.with_name(name + suffix)
        make(place)
        for options in ways:
            before = everything_in(path.parent)
            outcome = opened(path.with_name(name), **options)
            assert outcome.status is Status.STORE and outcome.value["message"].startswith(f"{place} is ") and "Remove it" in outcome.value["message"], outcome
            assert everything_in(path.parent) == before
    # As it says.
    for entry in path.parent.glob(f"*{suffix}"):
        entry.rmdir() if entry.is_dir() else entry.unlink()
    assert opened(path).status is opened(path.with_name("new.db")).status is Status.OK


# ---------------------------------------------------------------- links

@pytest.fixture
def link(path):
    """To the mirror, from another folder."""
    place = path.parent / "elsewhere" / "link.db"
    place.parent.mkdir()
    place.symlink_to(path)
    return place


def write_and_die(path, script: str) -> None:
    """What a writer has committed stays in its log."""
    subprocess.run([sys.executable, "-c", "import os,signal,sqlite3,sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
                    "c.executescript(sys.argv[2]); os.kill(os.getpid(), signal.SIGKILL)", str(path), script])
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0


def told(path, **options) -> tuple:
    outcome = opened(path, **options)
    return outcome.status, outcome.value["message"].replace(str(path), "it")


@pytest.mark.parametrize("options", [{}, {"read_only": True}], ids=["writing", "reading"])
@pytest.mark.parametrize("harm", [
    lambda path: write_and_die(path, "DROP TABLE touched"), lambda path: write_and_die(path, "PRAGMA user_version = 1000000"),
    lambda path: (write_and_die(path, "DELETE FROM touched"), os.truncate(path, 0)), lambda path: os.truncate(path, 8192), lambda path: path.write_bytes(b"x" * 8192),
], ids=["table", "version", "log alone", "cut", "text"])
def test_a_file_is_judged_alike_through_a_link(path, link, harm, options):
    harm(path)
    kept = [path, path.with_name(f"{path.name}-wal")]
    before = [place.read_bytes() for place in kept if place.exists()]
    through_link = told(link, **options)
    assert [place.read_bytes() for place in kept if place.exists()] == before
    assert through_link == told(path, **options) and through_link[0] is Status.STORE
    assert list(link.parent.iterdir()) == [link]


def test_what_a_killed_writer_has_committed_is_seen_through_a_link(path, link):
    write_and_die(path, "DELETE FROM undelivered")
    with mirror(link, read_only=True, now=NOW) as copy:
        found = contents(copy)
    assert found["undelivered"] == [] and found["activities"]


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user takes root")
def test_a_log_that_cannot_be_read_is_no_less_there_through_a_link(path, link):
    """Where nothing can be put beside the file: the file without its log would be an earlier state of it."""
    write_and_die(path, "DELETE FROM undelivered")
    path.with_name(f"{path.name}-shm").unlink()
    for place in (path, link):
        let_everyone_read(place)
        as_nobody(lambda: check_status(opened(place, read_only=True)))


# ---------------------------------------------------------------- names

@pytest.mark.parametrize("name", ["a b.db", "100%.db", "what?.db", "#1.db", "\u05e9\u05dc\u05d5\u05dd.db", "a'b\"c.db", "a&b=c;d.db", ":memory:", "-x", "file:x", "~", "%41.db"])
def test_names_are_taken_as_they_are(tmp_path, account, name):
    with Service(account) as service:
        fill(service.url, tmp_path / name, target={"now": NOW})
    assert [entry.name for entry in tmp_path.iterdir() if not entry.name.startswith(name + "-")] == [name]
    with mirror(tmp_path / name, read_only=True) as copy:
        check_account(copy, account)


@pytest.mark.parametrize("url", ["file:", "file://", "file:?x", "file:x?mode=memory", "file:x#y", "file:a%00b", "file:%zz", "file:%ff.db", "file://elsewhere/x.db", "FILE"])
def test_urls_that_name_no_file(tmp_path, monkeypatch, url):
    monkeypatch.chdir(tmp_path)
    outcome, handle = open_handle(lib.inwise_open, url.encode(), None)
    assert outcome.status is Status.ARGUMENT and len(outcome.value["message"]) > 20, outcome
    assert list(tmp_path.iterdir()) == []


def test_a_relative_name_is_of_where_the_process_was(tmp_path, monkeypatch, account):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    monkeypatch.chdir(tmp_path / "one")
    with Client("file:mirror.db", now=NOW) as copy, Service(account) as service:
        monkeypatch.chdir(tmp_path / "two")
        with Client(service.url) as source:
            source.sync(copy).good()
        check_account(copy, account)
        in_child(lambda: check_account(copy, account))
    assert (tmp_path / "one" / "mirror.db").exists() and list((tmp_path / "two").iterdir()) == []
