# SPDX-License-Identifier: MIT
"""The manual's pages hold all that the headers say, read well, and their examples run."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts/manual"))

import header  # noqa: E402

HEADER = ROOT / "include/inwise.h"
REFERENCE = header.read(HEADER)
LIBRARIES = {**os.environ, "LD_LIBRARY_PATH": str(ROOT / "build/lib")}


#: What a comment may have that no page has: "Errors:" becomes a heading.
NOT_FOR_PAGES = {"SPDX-License-Identifier", "INWISE_H", "Errors"}


def run(*command, **settings) -> subprocess.CompletedProcess:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, **settings)


@pytest.fixture(scope="module")
def manual(tmp_path_factory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("man")
    made = run(sys.executable, "-B", ROOT / "scripts/manual", HEADER, ROOT / "build/bin/inwise", folder)
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    return folder


@pytest.fixture(scope="module")
def pages(manual) -> dict[str, str]:
    """Each page as its reader sees it, in wide lines."""
    shown = {path.stem: run("mandoc", "-T", "utf8", "-O", "width=400", path, cwd=manual).stdout for path in manual.rglob("*.[13]")}
    return {name: re.sub(".\b", "", text) for name, text in shown.items()}


def test_every_function_has_a_page(manual, pages):
    assert set(pages) == {"inwise", "libinwise", *(name for page in REFERENCE.pages for name in page.names)}
    for page in REFERENCE.pages:
        first, *others = page.names
        for name in page.names:
            assert name in pages[first].partition("LIBRARY")[0] and f"{name}(3)" in pages["libinwise"]
        assert all((manual / f"man3/{name}.3").read_text() == f".so man3/{first}.3\n" for name in others)


def test_a_page_has_its_keys_and_errors(pages):
    meanings = {name: meaning for name, _, meaning in REFERENCE.statuses}
    errors = {name: page.errors for page in REFERENCE.pages for name in page.names}
    for page in REFERENCE.pages:
        text = pages[page.names[0]].replace("(3)", "")  # of functions that are named
        for key, *_, meaning in (row for _, table in page.tables for row in table.rows):
            assert re.search(rf"^ +{re.escape(key)}(?: +\(.*\))?\n? +{re.escape(meaning[:200])}", text, re.M), key
        others = [name.removeprefix("as for ") for name in page.errors if name.startswith("as for ")]
        for error in {*page.errors, *(error for name in others for error in errors[name])} - {f"as for {name}" for name in others}:
            assert meanings[f"INWISE_ERR_{error}"] in text.partition("ERRORS\n")[2], (page.names, error)


def test_the_statuses_stand_in_the_introduction(pages):
    assert all(f"{name} ({number})" in pages["libinwise"] and meaning in pages["libinwise"] for name, number, meaning in REFERENCE.statuses)


def test_nothing_that_the_header_says_is_lost(pages):
    manual = " ".join(pages.values())
    said = re.sub(r"^ \*   key .*$", "", HEADER.read_text(), flags=re.M)  # the heads of tables
    for comment in re.findall(r"/\*(.*?)\*/", said, re.S):
        if not comment.startswith(" ----"):
            lost = [word for word in re.findall(r"[^\s*.,;:()]+", comment) if word not in manual]
            assert set(lost) <= NOT_FOR_PAGES, comment


@pytest.mark.parametrize("command", [["mandoc", "-T", "lint"], ["groff", "-man", "-ww", "-Tutf8", "-z"]], ids=lambda command: command[0])
def test_no_page_has_a_fault_of_form(command, manual):
    paths = [path for path in sorted(manual.rglob("*.[13]")) if not path.read_text().startswith(".so")]
    assert len(paths) > 20
    for path in paths:
        checked = run(*command, path)
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
        assert path.read_text().isascii()


def test_the_command_lines_page_has_every_option(pages):
    for command in ("activities", "sent", "undelivered", "summary", "recent", "sync", "audit", "sandbox"):
        options = re.findall(r"^ +(?:-\w, )?(--[\w-]+)", run(ROOT / "build/bin/inwise", command, "--help").stdout, re.M)
        assert f"inwise {command}\n" in pages["inwise"] and len(options) > 3
        assert [option for option in options if option not in pages["inwise"]] == []


@pytest.mark.parametrize("change", [
    ('   "max_retries"              4 ', '   "max_retries"               4 ', "isn't aligned"),
    ("\n/* Frees a text that a function of this library gave. NULL is fine. Any thread. */", "", "without a comment"),
    ("Errors: ARGUMENT, STORE, MEMORY.", "Errors: ARGUMENT, or what else.", "can't be read"),
], ids=["a cell beside its column", "no comment", "errors in prose"])
def test_a_header_that_cannot_be_read_is_refused(change, tmp_path):
    old, new, complaint = change
    text = HEADER.read_text()
    assert text.count(old) == 1
    (tmp_path / "inwise.h").write_text(text.replace(old, new))
    with pytest.raises(SystemExit, match=complaint):
        header.read(tmp_path / "inwise.h")


def test_the_introductions_example_runs(manual, pages, tmp_path):
    code = pages["libinwise"].partition("EXAMPLES\n")[2].partition("\nSEE ALSO")[0]
    (tmp_path / "main.c").write_text(f"#include <inwise.h>\n#include <stdio.h>\nint main(void) {{\n{code}\nreturn 0;\n}}\n")
    printed = compiled("cc", "-std=c99", tmp_path / "main.c")
    assert printed.startswith('{"opens":')


def test_the_wrappers_example_runs(tmp_path):
    comment = (ROOT / "include/inwise.hpp").read_text().partition("*/")[0]
    code = "\n".join(line[7:] for line in re.findall(r"^ \*     .*$", comment, re.M))
    (tmp_path / "main.cpp").write_text(f"#include <inwise.hpp>\n#include <iostream>\nint main() {{\n{code}\n}}\n")
    assert '"rates":{' in compiled("c++", "-std=c++17", tmp_path / "main.cpp")


def compiled(compiler: str, standard: str, source: pathlib.Path) -> str:
    """What the program prints."""
    flags = run("pkg-config", "--cflags", "--libs", "inwise", env={**os.environ, "PKG_CONFIG_PATH": str(ROOT / "build/lib/pkgconfig")})
    program = source.with_suffix("")
    built = run(compiler, standard, "-Wall", "-Wextra", "-Werror", "-pedantic", source, *flags.stdout.split(), "-o", program)
    assert built.returncode == 0, built.stderr
    done = run(program, env=LIBRARIES)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout
