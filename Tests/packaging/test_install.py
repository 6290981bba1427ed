# SPDX-License-Identifier: MIT
"""`make install` puts what hosts look for where they look, and `make uninstall` takes it away again."""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
IN_CXX = '#include <inwise.hpp>\nint main() { return inwise::Funnel().summary().empty(); }\n'
PROGRAM = '#include <inwise.h>\n#include <stdio.h>\nint main(void) { return puts(inwise_version()) < 0; }\n'


def run(*command, cwd=ROOT, **environment) -> str:
    # The make that runs the tests hands its own flags down.
    inherited = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=900,
                          env={**inherited, **environment})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def files(folder: pathlib.Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


@pytest.fixture(scope="module")
def prefix(tmp_path_factory) -> pathlib.Path:
    prefix = tmp_path_factory.mktemp("prefix")
    run("make", "install", f"PREFIX={prefix}")
    return prefix


def test_pkg_config_finds_it(prefix, tmp_path):
    settings = {"PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}
    assert run("pkg-config", "--modversion", "inwise", **settings) == run("pkg-config", "--variable=prefix", "inwise", **settings).replace(str(prefix), "0.1.0")
    (tmp_path / "main.c").write_text(PROGRAM)
    flags = run("pkg-config", "--cflags", "--libs", "inwise", **settings).split()
    run("cc", "main.c", *flags, "-o", "main", cwd=tmp_path)
    assert run(tmp_path / "main", LD_LIBRARY_PATH=str(prefix / "lib")) == "0.1.0"
    (tmp_path / "wrapped.cpp").write_text(IN_CXX)
    run("c++", "-std=c++17", "wrapped.cpp", *flags, "-o", "wrapped", cwd=tmp_path)
    run(tmp_path / "wrapped", LD_LIBRARY_PATH=str(prefix / "lib"))


def test_cmake_finds_it(prefix, tmp_path):
    (tmp_path / "main.c").write_text(PROGRAM)
    (tmp_path / "wrapped.cpp").write_text(IN_CXX)
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(main C CXX)\nset(CMAKE_CXX_STANDARD 17)\nfind_package(inwise 0.1 REQUIRED)\n"
        "add_executable(main main.c)\ntarget_link_libraries(main inwise::inwise)\n"
        "add_executable(wrapped wrapped.cpp)\ntarget_link_libraries(wrapped inwise::inwise)\n")
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", tmp_path / "build")
    assert run(tmp_path / "build/main") == "0.1.0"
    run(tmp_path / "build/wrapped")


def test_man_finds_its_pages(prefix):
    functions = sorted(set(re.findall(r"\b(inwise_\w+)\(", re.sub(r"/\*.*?\*/", "", (prefix / "include/inwise.h").read_text(), flags=re.S))))
    assert files(prefix / "share/man") == ["man1/inwise.1", *(f"man3/{name}.3" for name in [*functions, "libinwise"])]
    shown = run("mandoc", "-T", "ascii", "man3/inwise_recent_activities.3", cwd=prefix / "share/man")
    assert "inwise_sent_emails" in re.sub(".\b", "", shown)  # by way of the page that it leads to


def test_uninstall_leaves_nothing(tmp_path):
    staged = ["make", f"DESTDIR={tmp_path}", "PREFIX=/usr", "LIBDIR=/usr/lib/x86_64-linux-gnu"]
    run(*staged, "install")
    assert "usr/lib/x86_64-linux-gnu/libinwise.so.0" in files(tmp_path) and "usr/bin/inwise" in files(tmp_path)
    assert {"usr/include/inwise.hpp", "usr/share/man/man1/inwise.1", "usr/share/man/man3/inwise_open.3"} <= set(files(tmp_path))
    text = (tmp_path / "usr/lib/x86_64-linux-gnu/pkgconfig/inwise.pc").read_text()
    assert str(tmp_path) not in text and "libdir=/usr/lib/x86_64-linux-gnu" in text
    run(*staged, "uninstall")
    assert files(tmp_path) == []
