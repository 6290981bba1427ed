# SPDX-License-Identifier: MIT
"""inwise(1), of what the command line says of itself."""

import itertools
import re

from roff import bold, escape, macro, title


def page(tool: dict, version: str, modified: float) -> list[str]:
    """tool is what `inwise --experimental-dump-help` prints, the form of all programs made with swift-argument-parser."""
    command = tool["command"]
    name = command["commandName"]
    commands = [entry for entry in command["subcommands"] if entry["commandName"] != "help"]
    lines = [*title(name, 1, version, modified), ".SH NAME", f"{name} \\- {_lowered(command['abstract'])}",
             ".SH SYNOPSIS", bold(name), escape("command [options]"), ".SH DESCRIPTION"]
    about, *sections = re.split(r"^([A-Z ]+)\n", command["discussion"], flags=re.M)
    lines += _text(about)
    for heading, text in zip(sections[::2], sections[1::2]):
        lines += [macro("SH", {"EXIT CODES": "EXIT STATUS"}.get(heading, heading)), *_text(text)]
    lines += [".SH COMMANDS", escape(f"What several commands take stands below, in OPTIONS; {name} help command lists all that one takes.")]
    every = [argument for entry in commands for argument in entry["arguments"]]
    shared = [argument for index, argument in enumerate(every) if every.count(argument) > 1 and argument not in every[:index]]
    for entry in commands:
        own = [argument for argument in entry["arguments"] if argument not in shared]
        lines += [macro("SS", f"{name} {entry['commandName']}"), escape(entry["abstract"])]
        lines += [*_text(entry.get("discussion", "")), *_arguments(own)]
    lines += [".SH OPTIONS"]
    for heading, group in itertools.groupby(shared, lambda argument: argument.get("sectionTitle", "ALL")):
        lines += [macro("SS", heading.capitalize()), *_arguments(list(group))]
    return [*lines, ".SH SEE ALSO", ".BR libinwise (3)"]


def _lowered(sentence: str) -> str:
    return escape(sentence[0].lower() + sentence[1:].removesuffix("."))


def _text(text: str) -> list[str]:
    """Paragraphs; one with an indented line is shown as it is."""
    lines = []
    for paragraph in filter(None, re.split(r"\n{2,}", text.strip("\n"))):
        if re.search(r"^  ", paragraph, re.M):
            lines += [".PP", ".EX", *map(escape, paragraph.split("\n")), ".EE"]
        else:
            lines += [".PP", escape(" ".join(paragraph.split("\n")))]
    return lines


def _arguments(arguments: list[dict]) -> list[str]:
    lines = []
    for argument in arguments:
        value = "" if argument["kind"] == "flag" else f"<{argument['valueName']}>"
        names = sorted(("-" if entry["kind"] == "short" else "--") + entry["name"] for entry in argument.get("names", []))
        default = f" (default: {argument['defaultValue']})" if "defaultValue" in argument else ""
        values = f" One of {', '.join(argument['allValues'])}." if "allValues" in argument else ""
        tag = ", ".join(map(bold, names)) + (" " if names and value else "") + escape(value)
        lines += [".TP", tag, escape(argument["abstract"] + default + values)]
    return lines
