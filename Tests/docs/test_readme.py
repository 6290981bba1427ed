# SPDX-License-Identifier: MIT
"""The README's examples run as they stand, and print the same funnel in every language; a failure they tell."""

import json
import os
import pathlib
import re
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
    (folder / "funnel.py").write_text(block("python", "import inwise"))
    return run(ROOT / "build/venv/bin/python", folder / "funnel.py")


def in_php(folder: pathlib.Path) -> str:
    """Composer's autoloader is shown by Tests/php; here the package's own stands for it."""
    (folder / "vendor").mkdir()
    (folder / "vendor/autoload.php").write_text(f"<?php require '{ROOT}/bindings/php/autoload.php';")
    (folder / "funnel.php").write_text(block("php", "new Inwise"))
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
