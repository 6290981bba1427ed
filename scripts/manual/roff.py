# SPDX-License-Identifier: MIT
"""Texts as man(7) source."""

import os
import re
import textwrap
from datetime import datetime, timezone

from header import Literal, Points, Table

_SPECIAL = {"\\": "\\e", "-": "\\-", "~": "\\(ti", "^": "\\(ha", "`": "\\(ga"}
_MARKED = re.compile(r"\b(inwise_[a-z_]+|INWISE_[A-Z_]+)\b|\*(\w+)\*")


def escape(text: str) -> str:
    plain = (character if character < "\x7f" else f"\\[u{ord(character):04X}]" for character in text)
    return _guarded("".join(_SPECIAL.get(character, character) for character in plain))


def _guarded(line: str) -> str:
    """What begins with a dot or an apostrophe would be a macro."""
    return "\\&" + line if line.startswith((".", "'")) else line


def bold(text: str) -> str:
    return f"\\fB{escape(text)}\\fP"


def macro(name: str, *arguments: str) -> str:
    return " ".join([f".{name}", *('"' + argument.replace('"', '\\(dq') + '"' for argument in arguments)])


def title(name: str, section: int, version: str, modified: float) -> list[str]:
    """Dated as SOURCE_DATE_EPOCH says, or as what the page is made of; names are not to be hyphenated."""
    moment = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", modified)), timezone.utc)
    return [macro("TH", escape(name.upper()), str(section), f"{moment:%Y-%m-%d}", f"libinwise {version}", "libinwise"), ".nh", ".ad l"]


def source(lines: list[str]) -> str:
    """Lines as a file: no paragraph begins right below a heading, and texts are folded, as manuals' authors have them."""
    folded, above, literal = [], "", False
    for line in lines:
        literal = line in (".EX", ".nf") or literal and line not in (".EE", ".fi")
        if line == ".PP" and above.startswith((".SH", ".SS")):
            continue
        if literal or line.startswith(".") or above == ".TP":
            folded.append(line)
        else:
            *wrapped, last = textwrap.wrap(line, 76, break_long_words=False, break_on_hyphens=False)
            # A line that ends with a dot would end a sentence, which is set apart; whether one does is chance here.
            folded += [_guarded(text + "\\&" * text.endswith((".", "?", "!", ")", '"'))) for text in wrapped] + [_guarded(last)]
        above = line
    return "\n".join(folded) + "\n"


class Writer:
    """Writes the blocks of comments; functions become references, where they are described elsewhere."""

    def __init__(self, functions: set[str]) -> None:
        self._functions = functions

    def inline(self, text: str) -> str:
        def mark(match: re.Match) -> str:
            name, emphasis = match.groups()
            return f"\\fI{emphasis}\\fP" if emphasis else f"\\fB{name}\\fP" + ("(3)" if name in self._functions else "")

        # JSON may break after a comma.
        return re.sub(r"(?<=,)(?=[^ ])", r"\\:", _MARKED.sub(mark, escape(text)))

    def blocks(self, blocks: list) -> list[str]:
        lines = []
        for block in blocks:
            match block:
                case str():
                    lines += [".PP", self.inline(block)]
                case Literal(code):
                    lines += [".PP", ".EX", *map(escape, map(_commented, code)), ".EE"]
                case Points(items):
                    for item in items:
                        lines += [".IP \\(bu 2", *('.IP "" 2' if line == ".PP" else line for line in self.blocks(item)[1:])]
                case Table():
                    lines += self.table(block)
        return lines

    def table(self, table: Table) -> list[str]:
        """A tagged paragraph for each row: its name, what the middle columns say, and the last one."""
        lines = []
        for name, *middle, meaning in table.rows:
            notes = _notes(dict(zip(table.columns[1:-1], middle)))
            lines += [".TP", bold(name) + (f"  ({self.inline(notes)})" if notes else ""), self.inline(meaning) or "\\&"]
        return lines


def _notes(cells: dict[str, str]) -> str:
    """What columns between the first and the last one say of a row, in words."""
    taken = ", ".join(column for column, cell in cells.items() if cell == "x")
    others = [f"{cell} for {column}" if cell == "required" else f"{column} {cell}"
              for column, cell in cells.items() if cell not in ("", "x")]
    return "; ".join([taken, *others] if taken else others)


def _commented(line: str) -> str:
    """A line of C in a comment holds no comment of its own: what follows it at a distance is one."""
    return re.sub(r"(?<=\S) {4,}(\S.*)$", r"  /* \1 */", line)
