# SPDX-License-Identifier: MIT
"""Everything public in Swift is documented, every link in the documentation leads somewhere, and its examples run."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
CATALOGUE = ROOT / "Sources/Inwise/Inwise.docc"


def run(*command, cwd=ROOT) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def symbols(tmp_path_factory) -> pathlib.Path:
    """A folder with what is public in the module, as the compiler tells."""
    run("swift", "package", "dump-symbol-graph", "--minimum-access-level", "public")
    folder = tmp_path_factory.mktemp("symbols")
    found = [path for path in (ROOT / ".build").rglob("symbolgraph/Inwise.symbols.json") if "release" not in path.parts]
    shutil.copy(max(found, key=os.path.getmtime), folder)
    return folder


#: What the compiler writes, or whose meaning its protocol tells.
UNTOLD = re.compile(r"hashValue|hash\(into:\)|init\(unicodeScalarLiteral:\)|init\(extendedGraphemeClusterLiteral:\)|init\(rawValue:\)"
                    r"|(==|<|!=|>|<=|>=|\.\.\.|\.\.<)\(.*\)|init\(from:\)|encode\(to:\)|makeAsyncIterator\(\)|Element|Failure|AsyncIterator|next\(\)")


def test_everything_public_is_documented(symbols):
    graph = json.loads((symbols / "Inwise.symbols.json").read_text())
    names = {".".join(symbol["pathComponents"]) for symbol in graph["symbols"]}
    assert {"InwiseClient", "Rows", "Activity.extra", "InwiseError.Code.rateLimit", "Rows.pages"} <= names
    bare = {".".join(symbol["pathComponents"]) for symbol in graph["symbols"]
            if "docComment" not in symbol and not UNTOLD.fullmatch(symbol["pathComponents"][-1])}
    assert not bare


def test_the_catalogue_compiles_without_a_warning(symbols, tmp_path):
    run("docc", "convert", CATALOGUE, "--additional-symbol-graph-dir", symbols, "--output-path", tmp_path / "docs",
        "--fallback-display-name", "Inwise", "--fallback-bundle-identifier", "inwise", "--warnings-as-errors")


def blocks(article: str) -> list[str]:
    """An article's examples that can run."""
    text = (CATALOGUE / article).read_text()
    return [block for block in re.findall(r"```swift\n(.*?)```", text, re.S) if "dependencies:" not in block]


def printed_by(folder: pathlib.Path, functions: list[str], main: str) -> str:
    """What a package of its own prints that depends on this one."""
    source = folder / "Sources/started"
    source.mkdir(parents=True)
    (source / "Started.swift").write_text(
        "import Inwise\n\n" + "\n\n".join(functions) + f"\n\n@main struct Started {{\n    static func main() async throws {{\n{main}\n    }}\n}}\n")
    (folder / "Package.swift").write_text(
        "// swift-tools-version: 6.1\nimport PackageDescription\n"
        f'let package = Package(name: "started", dependencies: [.package(name: "inwise", path: "{ROOT}")], targets: [\n'
        '    .executableTarget(name: "started", dependencies: [.product(name: "Inwise", package: "inwise")])])\n')
    return run("swift", "run", "--disable-build-manifest-caching", "--package-path", folder, "--scratch-path", ROOT / ".build-readme", "-q", "started",
               cwd=folder)


def test_the_examples_of_getting_started_run(tmp_path):
    """Each in a function of its own, with the client that the article opens."""
    first, *rest = blocks("GettingStarted.md")
    assert len(rest) == 3
    opening, first = first.split("\n\n", 1)[1].split("\n", 1)
    functions = [f"func example{number}(_ client: InwiseClient) async throws {{\n{block}\n}}" for number, block in enumerate([first, *rest])]
    calls = "\n".join(f"        try await example{number}(client)" for number in range(len(functions)))
    assert printed_by(tmp_path, functions, f"        {opening}\n{calls}").count("emailOpened") > 10


def test_the_examples_of_webhooks_run(tmp_path):
    """Those that block one after the other, then the one that doesn't."""
    first, *rest, awaited = blocks("Webhooks.md")
    assert len(rest) == 2
    first = first.removeprefix("import Inwise\n")
    opening, blocking = first.partition("let event")[0], "\n".join([first, *rest])
    state, status, page, number = printed_by(tmp_path, [f"func blocking() throws {{\n{blocking}\n}}", f"func awaited() async throws {{\n{opening}\n{awaited}\n}}"],
                                             "        try blocking()\n        try await awaited()").splitlines()
    assert state == "emailOpened provisional" and status == "200" and page.startswith('[{"timestamp":"2022-02-10 15:58:01"') and number == "1"


def test_the_examples_of_the_mirror_run(tmp_path):
    """Those that block one after the other, then those that don't."""
    first, *rest = blocks("Mirror.md")
    assert len(rest) == 3
    opening = "\n".join(re.findall(r"^let (?:service|mirror) = .*$", first, re.M))
    blocking = "\n".join(block.removeprefix("import Inwise\n") for block in [first, *rest] if "await" not in block)
    awaited = "\n".join(block for block in rest if "await" in block)
    printed = printed_by(tmp_path, [f"func blocking() throws {{\n{blocking}\n}}", f"func awaited() async throws {{\n{opening}\n{awaited}\n}}"],
                         "        try blocking()\n        try await awaited()").splitlines()
    assert "complete" in printed and sum("emailOpened" in line for line in printed) > 100
    assert printed[-1] == "0 0"
