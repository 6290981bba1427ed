# SPDX-License-Identifier: MIT
"""Makes the manual's pages: the header's comments and the command line's help are the one source of their text.

    python3 scripts/manual include/inwise.h build/bin/inwise build/share/man
"""

import json
import pathlib
import subprocess
import sys

import command
import header
import roff
from pages import Pages


def main(source: pathlib.Path, program: pathlib.Path, target: pathlib.Path) -> None:
    modified = source.stat().st_mtime
    parsed = header.read(source)
    help_text = subprocess.run([program.resolve(), "--experimental-dump-help"], capture_output=True, check=True).stdout
    write(target / "man3", "3", Pages(parsed, modified).all())
    write(target / "man1", "1", {"inwise": command.page(json.loads(help_text), parsed.version, modified)})


def write(folder: pathlib.Path, section: str, pages: dict[str, list[str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"*.{section}"):
        old.unlink()
    for name, lines in pages.items():
        (folder / f"{name}.{section}").write_text(roff.source(lines))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*map(pathlib.Path, sys.argv[1:]))
