# SPDX-License-Identifier: MIT
"""Prints what was measured, as Markdown."""
from .figures import peak_mb, ratio, stored, typical
from .names import OURS


def print_group(group, results):
    print(f"\n### {group.title}\n")
    columns = group_columns(group, results)
    print(f"| who | {' | '.join(columns)} |\n| --- |{' ---: |' * len(columns)}")
    for name, runs in results.items():
        print(f"| {name} | {' | '.join(cell(name, runs) for cell in columns.values())} |")


def group_columns(group, results):
    """A column's title -> what stands in it for a peer."""
    columns = {"wall, ms": lambda _, runs: number(typical(runs, "wall") * 1e3),
               "CPU, ms": lambda _, runs: number(typical(runs, "cpu") * 1e3)}
    if group.unit:
        columns[group.unit] = lambda _, runs: number(typical(runs, "wall") * group.scale)
    if group.bytes:
        columns["MB/s"] = lambda _, runs: number(group.bytes / typical(runs, "wall") / 1e6)
    if group.stores:
        columns["written, MB"] = lambda _, runs: number(stored(runs, "written") / 1e6)
        columns["file, MB"] = lambda _, runs: number(stored(runs, "file") / 1e6)
        columns["written / file"] = lambda _, runs: number(stored(runs, "written") / stored(runs, "file"), 1)
    columns["peak, MB"] = lambda _, runs: number(peak_mb(runs))
    if group.ours in results:
        columns["ours / it, wall"] = lambda name, _: compared(group, results, name, "wall")
        columns["CPU"] = lambda name, _: compared(group, results, name, "cpu")
    return columns


def compared(group, results, name, metric):
    return "" if name.startswith(OURS) else number(ratio(results, group.ours, name, metric), 2)


def print_wanted(rows):
    print("\n### What was wanted\n\n| work | peer | wanted | measured | |\n| --- | --- | ---: | ---: | --- |")
    for row in rows:
        measured = number(row.value, 3) + (row.unit if row.value is not None else "")
        met = "not measured" if row.value is None else "yes" if row.value <= row.limit else "no"
        print(f"| {row.work} | {row.peer} | ≤ {row.limit:g}{row.unit} | {measured} | {met} |")


def number(value, places=None):
    """Three digits that count, or so many places."""
    if value is None:
        return "—"
    if places is None:
        places = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{places}f}"
