# SPDX-License-Identifier: MIT
"""The pages of section 3: libinwise(3), and one for each comment of the header that functions stand below."""

import re
import textwrap

from header import Header, Literal, Page, Points
from roff import Writer, bold, escape, macro, title

_LIBRARY = [".SH LIBRARY", "libinwise", ".RI ( \\-linwise ;", ".IR \"pkg\\-config inwise\" )"]


class Pages:
    """The manual of a header; modified is when the header was, as a Unix time."""

    def __init__(self, header: Header, modified: float) -> None:
        self._header, self._modified = header, modified
        points = next(block.items for block in header.introduction if isinstance(block, Points))
        self._statuses_returned = next(point for point in points if "returns inwise_status" in point[0])
        self._texts_returned = next(point for point in points if "out-parameter" in point[0])

    def all(self) -> dict[str, list[str]]:
        """Each page's name and lines."""
        pages = {"libinwise": self.overview()}
        for page in self._header.pages:
            first, *others = page.names
            pages[first] = self.functions(page)
            pages |= {name: [f".so man3/{first}.3"] for name in others}
        return pages

    # ------------------------------------------------------------ a page of functions

    def functions(self, page: Page) -> list[str]:
        writer = Writer({name for other in self._header.pages if other is not page for name in other.names})
        lines = [*self._opening(page.names[0], ", ".join(page.names), _summary(page)), ".SH SYNOPSIS", ".nf",
                 bold("#include <inwise.h>"), ".PP"]
        for declaration in [*(declaration for declaration, _ in page.types), *page.functions]:
            lines += _synopsis(declaration)
        lines += [".fi", ".SH DESCRIPTION", *writer.blocks(page.text)]
        for lead, table in page.tables:
            lines += [macro("SH", re.split(r",| of ", lead)[0].upper()), writer.inline(lead), *writer.table(table)]
        if page.types:
            lines += [".SH TYPES", *(line for declaration, text in page.types for line in _type(writer, declaration, text))]
        if any(function.startswith("inwise_status ") for function in page.functions):
            lines += [".SH RETURN VALUE", *writer.blocks(self._statuses_returned)]
            if any("char **" in function for function in page.functions):
                lines += writer.blocks(self._texts_returned)
        if page.errors:
            lines += [".SH ERRORS", *self._errors(writer, page)]
        if page.threads:
            lines += [".SH THREADS", writer.inline(page.threads)]
        return [*lines, ".SH SEE ALSO", *_references([*self._related(page), ("libinwise", 3)])]

    def _opening(self, name: str, names: str, summary: str) -> list[str]:
        return [*title(name, 3, self._header.version, self._modified), ".SH NAME", f"{escape(names)} \\- {escape(summary)}", *_LIBRARY]

    def _errors(self, writer: Writer, page: Page) -> list[str]:
        errors = page.errors
        if (alike := next(iter(errors))).startswith("as for "):
            theirs = next(other.errors for other in self._header.pages if alike.split()[-1] in other.names)
            errors = {**theirs, **{error: remark for error, remark in errors.items() if error != alike}}
        meanings = {name: meaning for name, _, meaning in self._header.statuses}
        lines = []
        for error, remark in errors.items():
            lines += [".TP", bold(f"INWISE_ERR_{error}"), writer.inline(meanings[f"INWISE_ERR_{error}"])]
            lines += [".br", writer.inline(f"Here: {remark}.")] if remark else []
        return lines

    def _related(self, page: Page) -> list[tuple[str, int]]:
        """The pages of the same section of the header, and those that this one names."""
        named = set(re.findall(r"inwise_\w+", repr(page)))
        return [(other.names[0], 3) for other in self._header.pages
                if other is not page and (other.section == page.section or named & set(other.names))]

    # ------------------------------------------------------------ libinwise(3)

    def overview(self) -> list[str]:
        header, writer = self._header, Writer({name for page in self._header.pages for name in page.names})
        headline, *introduction = header.introduction
        at = next(index for index, block in enumerate(introduction) if isinstance(block, str) and block.startswith("Conventions"))
        about, conventions = introduction[:at], introduction[at:]
        lines = [*self._opening("libinwise", "libinwise", headline.partition(": ")[2].removesuffix(".")), ".SH SYNOPSIS", ".nf",
                 bold("#include <inwise.h>"), ".PP", bold("cc program.c $(pkg-config --cflags --libs inwise)"), ".fi",
                 ".SH DESCRIPTION", *writer.blocks([block for block in about if isinstance(block, str)]),
                 ".SH CONVENTIONS", *writer.blocks(conventions), ".SH ERRORS", "The values of", ".IR inwise_status :"]
        for name, number, meaning in header.statuses:
            lines += [".TP", bold(f"{name} ({number})"), writer.inline(meaning) or "success"]
        lines += [".SH FUNCTIONS"]
        section = ""
        for page in header.pages:
            if page.section != section:
                section = page.section
                lines += [macro("SS", section)]
            lines += [".TP", ", ".join(f"{bold(name)}(3)" for name in page.names), escape(_summary(page))]
        return [*lines, ".SH EXAMPLES", *writer.blocks([block for block in about if isinstance(block, Literal)]),
                ".SH SEE ALSO", *_references([("inwise", 1), *((page.names[0], 3) for page in header.pages)])]


def _summary(page: Page) -> str:
    """The first sentence of a comment, or what of it stands by itself, as NAME has it."""
    first = re.split(r"[.:;](?= |$)", page.text[0])[0]
    return first[0].lower() + first[1:]


def _synopsis(declaration: str) -> list[str]:
    """A declaration in lines that don't break within a parameter, which are set in italics."""
    head, paren, parameters = " ".join(declaration.split()).rpartition("(")
    text = head + paren + ", ".join(parameter.replace(" ", "\0") for parameter in parameters.split(", "))
    lines = textwrap.wrap(text, 76, subsequent_indent=" " * (len(head) + 1), break_long_words=False, break_on_hyphens=False)
    return [re.sub(r"\b(?!void\b|inwise_)(\w+)(?=[,)])", r"\\fI\1\\fB", bold(line.replace("\0", " "))) for line in lines]


def _type(writer: Writer, declaration: str, text: list) -> list[str]:
    name = re.search(r"(inwise_\w+)(?:;|\))", declaration).group(1)
    first, rest = (text[0], text[1:]) if isinstance(text[0], str) else ("", text)
    return [".TP", bold(name), writer.inline(first) or "\\&", *([".RS", *writer.blocks(rest), ".RE"] if rest else [])]


def _references(pages: list[tuple[str, int]]) -> list[str]:
    return [f".BR {name} ({section})" + ("," if index < len(pages) - 1 else "") for index, (name, section) in enumerate(pages)]
