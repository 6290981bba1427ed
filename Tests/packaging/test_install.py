# SPDX-License-Identifier: MIT
"""`make install` puts what hosts look for where they look, and `make uninstall` takes it away again."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
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


def test_cmake_finds_it(prefix, tmp_path):
    (tmp_path / "main.c").write_text(PROGRAM)
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(main C)\nfind_package(inwise 0.1 REQUIRED)\n"
        "add_executable(main main.c)\ntarget_link_libraries(main inwise::inwise)\n")
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", tmp_path / "build")
    assert run(tmp_path / "build/main") == "0.1.0"


def test_uninstall_leaves_nothing(tmp_path):
    staged = ["make", f"DESTDIR={tmp_path}", "PREFIX=/usr", "LIBDIR=/usr/lib/x86_64-linux-gnu"]
    run(*staged, "install")
    assert "usr/lib/x86_64-linux-gnu/libinwise.so.0" in files(tmp_path) and "usr/bin/inwise" in files(tmp_path)
    text = (tmp_path / "usr/lib/x86_64-linux-gnu/pkgconfig/inwise.pc").read_text()
    assert str(tmp_path) not in text and "libdir=/usr/lib/x86_64-linux-gnu" in text
    run(*staged, "uninstall")
    assert files(tmp_path) == []
