# SPDX-License-Identifier: MIT
"""Reads include/inwise.h: its comments, taken apart, and what stands below each.

What a comment may hold: paragraphs; "- " points; a table, its columns two blanks apart or more and the first one "key",
with a paragraph that leads to it; a list of names and meanings, its columns set likewise; any other indented text, shown as
it is. "Errors: ..." and "Any thread ..." end a comment. A table that isn't aligned, a function without a comment and errors
that can't be read are refused.
"""

import pathlib
import re
import textwrap
from dataclasses import dataclass, field

SECTION = re.compile(r"/\* -{10,} (\w+) \*/")
FUNCTION = re.compile(r"\b(inwise_\w+)\(")


@dataclass
class Table:
    """Rows of cells; a list of names and meanings is one without columns."""

    columns: list[str]
    rows: list[list[str]]


@dataclass
class Points:
    items: list[list]


@dataclass
class Literal:
    lines: list[str]


@dataclass
class Page:
    """A comment, the functions below it, and the types that stand before it."""

    section: str
    text: list
    functions: list[str]
    types: list[tuple[str, list]]
    errors: dict[str, str]
    threads: str
    tables: list[tuple[str, Table]]

    @property
    def names(self) -> list[str]:
        return [FUNCTION.search(function).group(1) for function in self.functions]


@dataclass
class Header:
    version: str
    introduction: list
    #: Of inwise_status: name, number, meaning.
    statuses: list[tuple[str, str, str]]
    pages: list[Page] = field(default_factory=list)


def table(lines: list[str]) -> Table:
    """Cells begin where the first line's do."""
    starts = [match.start() for match in re.finditer(r"(?:(?<=  )|^)\S", lines[0])]
    if lines[0].split()[0] != "key":
        starts = starts[:2]
    rows: list[list[str]] = []
    for line in lines:
        cells = [line[start:end] for start, end in zip(starts, [*starts[1:], None])]
        if any(cell[:1] == " " and cell.strip() for cell in cells) or any(not cell.endswith(" ") for cell in cells[:-1] if cell):
            raise SystemExit(f"inwise.h: a line of a table isn't aligned with its first: {line}")
        cells = [cell.strip() for cell in cells]
        if cells[0]:
            rows.append(cells)
        else:
            rows[-1] = [f"{above} {cell}".strip() for above, cell in zip(rows[-1], cells)]
    return Table(rows[0], rows[1:]) if rows[0][0] == "key" else Table([], rows)


def blocks(lines: list[str]) -> list:
    """A comment's lines as texts, Points, Tables and Literals."""
    found, rest = [], list(lines)

    def take(condition) -> list[str]:
        taken = [rest.pop(0)]
        while rest and rest[0] and condition(rest[0]):
            taken.append(rest.pop(0))
        return taken

    while rest:
        if not rest[0]:
            rest.pop(0)
        elif rest[0].startswith("- "):
            item = blocks([line[2:] for line in take(lambda line: line.startswith("  "))])
            if found and isinstance(found[-1], Points):
                found[-1].items.append(item)
            else:
                found.append(Points([item]))
        elif match := re.match(r"( *)\S+ {2,}\S", rest[0]):
            found.append(table([line[match.end(1):] for line in take(lambda line: line.startswith(match.group(1)))]))
        elif rest[0].startswith("  "):
            found.append(Literal(textwrap.dedent("\n".join(take(lambda line: line.startswith("  ")))).split("\n")))
        else:
            found.append(" ".join(take(lambda line: not line.startswith(("  ", "- ")))))
    return found


def comment_blocks(comment: str) -> list:
    return blocks([line[3:].rstrip() for line in comment.removesuffix("*/").rstrip().split("\n")])


def enumerators(declaration: str) -> list[tuple[str, str, str]]:
    return [(name, number, " ".join((meaning or "").split())) for name, number, meaning in
            re.findall(r"^ +(INWISE_\w+) = (-?\d+),?(?: +/\* (.*?) \*/)?$", declaration, re.M)]


def page(section: str, text: list, functions: list[str], types: list) -> Page:
    """Takes apart what has a place of its own on the page."""
    rest, tables, errors, threads = [], [], {}, ""
    for block in text:
        if isinstance(block, Table) and block.columns:
            tables.append((rest.pop(), block))
            continue
        if isinstance(block, str) and (match := re.search(r" ?(Any thread\b.*)$", block)):
            block, threads = block[:match.start()], match.group(1)
        if isinstance(block, str) and (match := re.search(r"(?:^| )Errors: (.*)\.$", block)):
            block, listed = block[:match.start()], match.group(1)
            errors = dict(re.findall(r"([A-Z_]{4,}|as for inwise_\w+)(?: \((.*?)\))?(?:, |$)", listed))
            if len(errors) != len(re.sub(r"\(.*?\)", "", listed).split(",")):
                raise SystemExit(f"inwise.h: these errors can't be read: {listed}")
        if block:
            rest.append(block)
    return Page(section, rest, functions, types, errors, threads, tables)


def read(path: pathlib.Path) -> Header:
    text = path.read_text(encoding="utf-8")
    introduction = re.match(r"/\* .*?\n \*\n(.*?)\*/", text, re.S).group(1)
    version = re.search(r'#define INWISE_VERSION "(.*)"', text).group(1)
    header = Header(version, blocks([line[3:] for line in introduction.split("\n")]), [])
    section, comment, types = "", None, []
    body = text[SECTION.search(text).start():text.rindex("#ifdef __cplusplus")]
    for part in re.findall(r"/\*.*?\*/|[^/\s](?:[^;{]|\{[^}]*\})*;", body, re.S):
        if match := SECTION.fullmatch(part):
            section, comment = match.group(1), None
        elif part.startswith("/*"):
            comment = comment_blocks(part)
        elif part.startswith("enum"):
            if not header.statuses:
                header.statuses, types = enumerators(part), []
            else:
                types[-1][1].append(Table([], [[f"{name} ({number})", meaning] for name, number, meaning in enumerators(part)]))
        elif part.startswith("typedef"):
            types.append((part, comment or []))
            comment = None
        elif comment is not None:
            header.pages.append(page(section, comment, [part], types))
            comment, types = None, []
        elif header.pages and header.pages[-1].section == section:
            header.pages[-1].functions.append(part)
        else:
            raise SystemExit(f"inwise.h: a function without a comment: {part}")
    return header
