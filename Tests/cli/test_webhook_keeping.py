# SPDX-License-Identifier: MIT
"""`inwise webhook`: what is kept when, and what it answers when it can't keep it."""

import concurrent.futures
import signal
import subprocess
import time

import pytest

from program import eventually
from receiver import HERE, Held, Receiver, at_once, event, events, files, handed_over, look, request, statuses


# ---------------------------------------------------------------- what is kept

def test_what_was_answered_is_there_after_a_kill(mirror):
    kept = 0
    for turn in range(5):
        receiver = Receiver(mirror, *HERE)
        asked = at_once(receiver, range(100 * turn, 100 * turn + 20))
        concurrent.futures.wait(asked, return_when=concurrent.futures.FIRST_COMPLETED)
        receiver.kill()
        kept += sum(one.exception() is None and one.result()[0] == 200 for one in asked)
        found = events(mirror)
        assert found >= kept > 0
        kept = found
    assert look(mirror, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_what_waits_is_kept_when_it_is_stopped(how, mirror, tmp_path):
    receiver = Receiver(mirror, *HERE, "--timeout", "60")
    with Held(mirror) as held:
        waiting = handed_over(receiver, [request(event(number)) for number in range(10)])
        half, = handed_over(receiver, [request(event(100), 1000)])
        receiver.process.send_signal(how)
        # Nobody is let in any more.
        eventually(lambda: refuses(receiver))
        held.release()
        assert statuses(waiting) == [200] * 10
    # What comes to its end now is put off.
    half.sendall(b"&pad=".ljust(1000 - len(event(100)), b"a"))
    assert statuses([half]) == [503]
    receiver.end()
    assert receiver.counts == {"new": 10, "repeated": 0, "refused": 2, "put off": 1}
    assert files(tmp_path) == ["account.db"] and events(mirror) == 10


def refuses(receiver) -> bool:
    try:
        receiver.connect().close()
    except OSError:
        return True
    return False


def test_a_second_signal_ends_it_at_once(mirror):
    receiver = Receiver(mirror, *HERE, "--timeout", "60")
    with Held(mirror):
        waiting = handed_over(receiver, [request(event(number)) for number in range(10)])
        receiver.process.send_signal(signal.SIGTERM)
        eventually(lambda: refuses(receiver))
        receiver.process.send_signal(signal.SIGTERM)
        assert statuses(waiting) == [503] * 10
        receiver.end()
    assert receiver.counts["put off"] == 10 and events(mirror) == 0


def test_idle_clients_do_not_keep_it(mirror):
    receiver = Receiver(mirror, *HERE)
    idle = [receiver.connect() for _ in range(5)]
    idle[0].sendall(b"POST / HTT")
    begun = time.monotonic()
    receiver.stop()
    assert time.monotonic() - begun < 4
    for connection in idle:
        connection.close()


# ---------------------------------------------------------------- when it can't keep up

def test_a_mirror_that_another_process_writes_is_waited_for(mirror):
    with Receiver(mirror, *HERE, "--timeout", "30") as receiver, Held(mirror) as held:
        waiting = handed_over(receiver, [request(event(number)) for number in range(3)])
        held.release()
        assert statuses(waiting) == [200] * 3


def test_a_mirror_that_another_process_goes_on_writing(mirror):
    with Receiver(mirror, *HERE, "--timeout", "0.2") as receiver:
        with Held(mirror) as held:
            for number in range(3):
                status, headers, text = receiver.ask(event(number))
                assert status == 503 and int(headers["Retry-After"]) > 0 and text.endswith("(On the command line: --timeout.)\n")
            held.release()
            assert [receiver.post(event(number)) for number in range(3)] == [200] * 3
        said = receiver.stop().splitlines()
    # Once, and that it is over.
    assert len(said) == 2 and "The mirror can't be written" in said[0] and said[1] == "inwise: The mirror can be written again."
    assert receiver.counts["put off"] == 3


def test_a_full_queue(mirror):
    with Receiver(mirror, *HERE, "--timeout", "60", "--queue", "3") as receiver:
        with Held(mirror) as held:
            asked = at_once(receiver, range(20))
            # Three wait, and up to three are being written.
            eventually(lambda: sum(one.done() for one in asked) >= 14)
            for one in asked:
                if one.done():
                    status, headers, _ = one.result()
                    assert status == 503 and headers["Retry-After"] == "1"
            held.release()
            statuses = [one.result()[0] for one in asked]
        kept = statuses.count(200)
        assert 3 <= kept <= 6 and statuses.count(503) == 20 - kept and events(mirror) == kept


# ---------------------------------------------------------------- a disk that is full

@pytest.fixture
def disk(tmp_path):
    """A file system in memory of 4 MiB."""
    path = tmp_path / "disk"
    path.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(path)], capture_output=True).returncode:
        pytest.skip("mounting a small file system takes root")
    yield path
    subprocess.run(["umount", "-l", str(path)], check=True)


def test_a_full_disk(disk):
    mirror, stuffing = disk / "account.db", disk / "stuffing"
    with Receiver(mirror, *HERE) as receiver:
        kept = 0
        for turn in range(3):
            assert receiver.post(event(1000 * turn)) == 200
            with open(stuffing, "wb", buffering=0) as out:
                try:
                    while True:
                        out.write(b"x" * 4096)
                except OSError:
                    pass
            number, status = 1000 * turn, 200
            while status == 200:
                number += 1
                status, headers, text = receiver.ask(event(number, pad="x" * 2000))
            assert status == 503 and int(headers["Retry-After"]) > 0 and "room" in text
            kept += number - 1000 * turn
            assert events(mirror) == kept
            stuffing.unlink()
            assert receiver.post(event(number, pad="x" * 2000)) == 200
            kept += 1
        said = receiver.stop()
        assert said.count("The mirror can't be written") == 3 == said.count("can be written again")
    assert events(mirror) == kept and look(mirror, "PRAGMA integrity_check") == [("ok",)]
