# SPDX-License-Identifier: MIT
"""Measures libinwise beside its peers, in one run, and prints the tables. README.md says how it works."""
import argparse
import json
import pathlib
import sys

sys.dont_write_bytecode = True

from runner import groups, machine, rounds, setup, tables, wanted  # noqa: E402
from runner.paths import DATA  # noqa: E402
from runner.server import Server  # noqa: E402


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7, help="how often each peer runs")
    arguments.add_argument("--only", default="", help="groups, by how their names begin: decode,funnel-json,fetch-gzip")
    arguments.add_argument("--json", type=pathlib.Path, help="a file for the raw figures")
    asked = arguments.parse_args()

    setup.everything()
    manifest = json.loads((DATA / "manifest.json").read_text())
    server, results = Server(), {}
    try:
        chosen = [group for group in groups.all_groups(manifest, server) if group.name.startswith(tuple(asked.only.split(",")))]
        if not chosen:
            arguments.error("--only names no group")
        for group in chosen:
            results[group.name] = rounds.measure(group, asked.rounds)
    finally:
        server.stop()

    print(f"{machine.description()}; medians of {asked.rounds} rounds, the peers in turn; ratios by round.")
    for group in chosen:
        tables.print_group(group, results[group.name])
    tables.print_wanted(wanted.wanted(results))
    print("\n" + ", ".join(f"{name} {version}" for name, version in machine.versions().items()))
    if asked.json:
        figures = {"machine": machine.description(), "versions": machine.versions(), "results": results}
        asked.json.write_text(json.dumps(figures))


main()
