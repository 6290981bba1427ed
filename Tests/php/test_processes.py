# SPDX-License-Identifier: MIT
"""The package in processes as they are at its users': installed by Composer, under FPM, forked, for long, and without its library."""

import concurrent.futures
import getpass
import json
import pathlib
import re
import subprocess

import pytest

from conftest import BARE, LIBRARY, PROGRAMS, ROOT, php
from fpm import Fpm

OWN_LIBRARY = "vendor/inwise/inwise/lib/libinwise.so"


def funnel_in(project: pathlib.Path, *options: str, **environment) -> str:
    done = subprocess.run(["php", *options, str(PROGRAMS / "funnel.php")], capture_output=True, text=True, timeout=60, cwd="/",
                          env={**BARE, "PROJECT": str(project), **environment})
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def expected(project) -> str:
    return funnel_in(project)


def test_composer_installs_it_far_from_the_checkout(project, expected):
    package = project / "vendor/inwise/inwise"
    assert package.is_dir() and not package.is_symlink()
    printed = json.loads(expected)
    assert printed["library"] == str(project / OWN_LIBRARY)
    assert printed["funnel"]["sent"] > printed["funnel"]["opens_unique"] > 0 and len(printed["funnel"]["groups"]) > 5


FPM = {
    "plain": {"ffi.enable": "true"},
    "preloaded": {"ffi.enable": "preload", "opcache.preload": "{project}/vendor/inwise/inwise/preload.php",
                  "opcache.preload_user": getpass.getuser()},
}


@pytest.mark.parametrize("how", FPM)
def test_500_requests_over_4_children_are_answered_alike_with_flat_memory(how, project, expected, tmp_path):
    settings = {name: value.format(project=project) for name, value in FPM[how].items()}
    with Fpm(tmp_path, **settings) as fpm, concurrent.futures.ThreadPoolExecutor(4) as threads:
        children = fpm.children()

        def answers(count: int) -> set[str]:
            return set(threads.map(lambda _: fpm.get(PROGRAMS / "funnel.php", project), range(count)))

        assert answers(200) == {expected}
        warm = fpm.memory()
        assert answers(300) == {expected}
        assert fpm.memory() < warm * 1.05
        assert fpm.children() == children, "no child died"
    assert "WARNING" not in fpm.log.read_text()


#: For a child of FPM: no script is cut off by its own watchdog, however slow this machine is.
DYING = {"ffi.enable": "true", "hard_timeout": "600"}


@pytest.mark.parametrize("how, place", [("in PHP", "dies.php"), ("of an answer", "Library.php"), ("of a funnel", "Library.php")])
def test_requests_that_die_of_a_fatal_error_leave_nothing_behind(how, place, server, project, tmp_path):
    large = server.scenario(fault="amplify").url
    # One child: of several some may have had no request yet when memory is first looked at.
    with Fpm(tmp_path, children=1, **DYING) as fpm:

        def die(count: int) -> tuple[int, int]:
            for _ in range(count):
                message = fpm.get(PROGRAMS / "dies.php", project, DIES=how, LARGE=large)
                assert "Allowed memory size" in message and message.endswith(place)
            return fpm.memory(), fpm.files()

        memory, files = die(20)
        # What malloc may keep of a large text for the next one; 20 of them would be more than 100 MB.
        kept = 20_000 if place == "Library.php" else 0
        assert die(20) < (memory * 1.05 + kept, files + 1)


CUT = {"in a logger": "Allowed memory|Throwing from FFI", "of exit in a logger": "Throwing from FFI", "of time": "Maximum execution",
       "in progress": "Allowed memory|Throwing from FFI", "of exit in progress": "Throwing from FFI"}


@pytest.mark.parametrize("how", CUT)
def test_a_request_that_dies_within_a_call_hangs_nowhere_and_leaves_nothing_of_other_clients(how, server, project, expected, tmp_path):
    url = server.scenario(rows=100).url
    with Fpm(tmp_path, **DYING) as fpm:
        children, files, deaths = fpm.children(), fpm.files(), 2 if how == "of time" else 40
        for number in range(deaths):
            mirror = f"file:{tmp_path}/{number}.db"
            message, error = fpm.get(PROGRAMS / "dies.php", project, DIES=how, URL=url, MIRROR=mirror).splitlines()
            assert re.search(CUT[how], message)
            assert error == "Inwise\\Exception\\ClosedException"
        assert {fpm.get(PROGRAMS / "funnel.php", project) for _ in range(8)} == {expected}
        assert fpm.children() == children, "no child died"
        assert fpm.files() <= files + len(children), "no connection of another client stays, and no mirror"


@pytest.mark.parametrize("how", CUT)
def test_on_the_command_line_dying_within_a_call_ends_the_program(how, project, tmp_path):
    done = subprocess.run(["php", "-d", "hard_timeout=600", str(PROGRAMS / "dies.php")], capture_output=True, text=True, timeout=60,
                          env={**BARE, "PROJECT": str(project), "DIES": how, "MIRROR": f"file:{tmp_path}/mirror.db"})
    assert done.returncode == 255 and re.search(CUT[how], done.stdout), done.stdout + done.stderr


HANDLERS = {
    "throws": "RuntimeException: from the handler\n1 rows\n",
    "exits": "exits\n",
    "closes": "1 rows\nInwise\\Exception\\ClosedException: ",
    "cancels": "1 rows\n1 rows\n",
    "asks": "1 rows in the handler\n1 rows\n1 rows\n",
}


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_signals_handler_runs_when_the_call_has_ended(handler):
    assert php(PROGRAMS / "signals.php", handler).startswith(HANDLERS[handler])


def test_a_php_without_what_is_needed_is_told_so(project):
    for options, text in ((["-n"], "extension=ffi"), (["-d", "disable_functions=getenv"], "getenv()"),
                          (["-d", "disable_functions=register_shutdown_function"], "register_shutdown_function()")):
        answer = funnel_in(project, *options)
        assert answer.startswith("Inwise\\Exception\\LibraryException: ") and text in answer, answer


def test_where_ffi_is_off_the_exception_says_which_lines_php_ini_lacks(project, tmp_path):
    with Fpm(tmp_path) as fpm:
        answer = fpm.get(PROGRAMS / "funnel.php", project)
    assert answer.startswith("Inwise\\Exception\\LibraryException: ")
    for line in ("ffi.enable=true", "ffi.enable=preload", f"opcache.preload={project}/vendor/inwise/inwise/preload.php"):
        assert re.search(rf"^\s*{re.escape(line)}$", answer, re.M), answer


def test_preloading_does_not_let_others_call_ffi(project, tmp_path):
    script = tmp_path / "other.php"
    script.write_text("<?php header('Content-Type: text/plain'); try { FFI::cdef('int abs(int);'); echo 'called'; }"
                      "catch (FFI\\Exception $e) { echo $e->getMessage(); }")
    settings = {name: value.format(project=project) for name, value in FPM["preloaded"].items()}
    with Fpm(tmp_path, **settings) as fpm:
        assert "ffi.enable" in fpm.get(script, project)


def test_children_forked_after_a_first_call_go_on(server):
    scenario = server.scenario(rows=950, cap=1000)
    printed = json.loads(php(PROGRAMS / "fork.php", scenario.url))
    assert printed == {"children": [0], "parent": 950}


def test_10000_rounds_leave_nothing_behind():
    printed = json.loads(php(PROGRAMS / "soak.php"))
    (warm, files), (end, files_at_the_end) = printed["warm"], printed["end"]
    assert printed["rows"] > 50_000
    assert end < warm * 1.05, f"{warm} kB became {end} kB"
    assert files_at_the_end == files
    assert printed["places"] == [0, 0, 0], "no handle is open"


def test_a_library_that_is_not_there_is_told_with_what_to_do(project):
    answer = funnel_in(project, INWISE_LIB="/nowhere/libinwise.so")
    assert answer.startswith("Inwise\\Exception\\LibraryException: ")
    for text in ("/nowhere/libinwise.so", "No such file", "INWISE_LIB", "make php", "libcurl4", "libjansson4", "libsqlite3-0"):
        assert text in answer


def test_a_library_of_another_version_is_refused(project, tmp_path):
    names = re.findall(r"^inwise_status (inwise_\w+)\(|^void +(inwise_\w+)\(", (ROOT / "include/inwise.h").read_text(), re.M)
    functions = "\n".join(f"void {one or other}(void) {{}}" for one, other in names)
    (tmp_path / "other.c").write_text(f'const char *inwise_version(void) {{ return "7.1.0"; }}\n'
                                      f"void inwise_status_name(void) {{}}\n{functions}\n")
    other = tmp_path / "libother.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(other), str(tmp_path / "other.c")], check=True)
    answer = funnel_in(project, INWISE_LIB=str(other))
    assert str(other) in answer and "7.1.0" in answer and "0.1" in answer


def test_in_a_checkout_it_finds_what_make_lib_leaves_also_through_a_symlink(tmp_path):
    (tmp_path / "vendor").symlink_to(ROOT / "bindings/php")
    printed = json.loads(funnel_in(tmp_path))
    assert printed["library"] == str((ROOT / "build/lib/libinwise.so").resolve())


def test_with_opcache_on_the_command_line_it_is_the_same(project, expected):
    assert funnel_in(project, "-d", "opcache.enable_cli=1") == expected
    assert funnel_in(project, "-d", "opcache.enable_cli=1", "-d", "opcache.jit=tracing", "-d", "opcache.jit_buffer_size=16M") == expected


def test_the_library_in_use_is_the_one_under_test(project):
    assert (project / OWN_LIBRARY).read_bytes() == LIBRARY.read_bytes()


# ---------------------------------------------------------------- mirrors

MIRRORED = "sandbox:?seed=7&campaigns=2&contacts=200&now=2024-09-20T12:00:00"


def sync(mirror: str, at_each_step=lambda: None) -> dict:
    """What a process says that syncs; something is done while each of its steps but the first is under way."""
    with subprocess.Popen(["php", str(PROGRAMS / "syncs.php")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
                          env={**BARE, "INWISE_LIB": str(LIBRARY), "URL": MIRRORED, "MIRROR": mirror}) as process:
        while (line := process.stdout.readline()) == "step\n":
            process.stdin.write("\n")
            at_each_step()
    assert process.returncode == 0
    return json.loads(line)


@pytest.mark.parametrize("how", FPM)
def test_fpm_reads_a_mirror_while_a_process_syncs(how, project, tmp_path):
    mirror = f"file:{tmp_path}/mirror.db"
    settings = {name: value.format(project=project) for name, value in FPM[how].items()}
    with Fpm(tmp_path, **settings) as fpm, concurrent.futures.ThreadPoolExecutor(4) as threads:
        answers = []

        def read(_: int) -> dict:
            return json.loads(fpm.get(PROGRAMS / "reads.php", project, MIRROR=mirror))

        done = sync(mirror, lambda: answers.extend(threads.map(read, range(4))))
        assert done["complete"] and done["new"] > 300
        last = read(0)
    assert len(answers) > 20 and all(answer["equal"] for answer in answers) and last["equal"] and last["sent"] > 100
    assert 0 <= min(answer["sent"] for answer in answers) < max(answer["sent"] for answer in answers) <= last["sent"]
    assert "WARNING" not in fpm.log.read_text()


def test_a_mirror_whose_sync_died_in_a_web_server_can_be_synced_at_once(project, tmp_path):
    mirror = f"file:{tmp_path}/mirror.db"
    with Fpm(tmp_path, **DYING) as fpm:
        assert "Throwing from FFI" in fpm.get(PROGRAMS / "dies.php", project, DIES="of exit in progress", MIRROR=mirror)
        assert json.loads(fpm.get(PROGRAMS / "reads.php", project, MIRROR=mirror))["equal"]
        for finds in (True, False):
            done = sync(mirror)
            assert done["complete"] and (done["new"] > 0) == finds


SYNC_HANDLERS = {
    "throws": "handled before step 1\nRuntimeException\nmended\n",
    "cancels": "handled before step 1\nInwise\\Exception\\CancelledException\nmended\n",
    "sets": "handled before step 1\nprogress\nmended\n",
    "does nothing": "handled before step 1\ncomplete\nmended\n",
}


@pytest.mark.parametrize("logging", ["logging", "silent"])
@pytest.mark.parametrize("handler", SYNC_HANDLERS)
def test_a_signals_handler_runs_between_the_steps_of_a_sync(handler, logging):
    assert php(PROGRAMS / "sync_signals.php", handler, logging) == SYNC_HANDLERS[handler]


def test_a_handler_that_closes_a_client_ends_its_sync():
    said = php(PROGRAMS / "sync_signals.php", "closes", "silent")
    assert re.fullmatch(r"handled before step 1\nInwise\\Exception\\C(los|ancell)edException\nmended\n", said), said


def test_a_handler_that_exits_during_a_sync_ends_the_program():
    done = subprocess.run(["php", "-d", "display_errors=1", str(PROGRAMS / "sync_signals.php"), "exits", "silent"], capture_output=True,
                          text=True, timeout=60, env={**BARE, "INWISE_LIB": str(LIBRARY)})
    assert done.returncode == 255 and "Throwing from FFI" in done.stdout + done.stderr


def test_children_read_the_mirror_that_their_parent_syncs_into():
    printed = json.loads(php(PROGRAMS / "mirror_fork.php"))
    assert printed == {"children": [15], "parent": True, "equal": True}
