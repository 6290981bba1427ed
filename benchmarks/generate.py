# SPDX-License-Identifier: MIT
"""Writes what the benchmarks read, always the same, unless it is there: generate.py FOLDER

    plain/0000.json … 0999.json   1,000 pages of 1,000 activities, as the vendor's API writes them
    odd/0000.json … 0099.json     100 pages that need care: dataset/oddities.py
    plain.ndjson                  the rows of plain, one a line
    columns/                      10,000,000 events in binary columns
    http/                         pages for the web server: dataset/served.py
    largest/                      accounts with one large campaign, in binary columns: dataset/largest.py
    manifest.json                 how much there is, and what each work should answer
"""
import json
import pathlib
import random
import shutil
import sys

import numpy

from dataset import activities, events, largest, oddities, served
from dataset.answers import Checksums, Funnel

VERSION = 4
SEED = 20240920
PLAIN_PAGES, ODD_PAGES, PAGE, DECODED_PAGES = 1000, 100, 1000, 100
INGESTED_PAGES = (200, 1000)


def main(folder):
    try:
        if json.loads((folder / "manifest.json").read_text())["version"] == VERSION:
            return
    except (OSError, ValueError, KeyError):
        pass
    print("Generating the data", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    numbers = numpy.random.default_rng(SEED)
    manifest = {"version": VERSION, "types": activities.TYPES, "answers": {}}
    write_plain(numbers, folder, manifest)
    write_odd(numbers, folder, manifest)
    manifest["answers"]["funnel-columns"] = events.write(numbers, folder / "columns")
    manifest["largest"] = largest.write(numbers, folder / "largest")
    manifest["columns"] = {"rows": events.COUNT, "bytes": events.COUNT * 17}
    (folder / "manifest.json").write_text(json.dumps(manifest))  # last: it says that everything is there


def write_plain(numbers, folder, manifest):
    checksums, funnel, texts, ids = Checksums(), Funnel(), [], []
    for row in activities.make(numbers, PLAIN_PAGES * PAGE):
        texts.append(activities.text(row))
        ids.append(row.id)
        funnel.add(row)
        checksums.add(lambda name: getattr(row, name))
        if len(ids) == DECODED_PAGES * PAGE:
            manifest["answers"]["decode-plain"] = checksums.answer()
        if len(ids) in (pages * PAGE for pages in INGESTED_PAGES):
            manifest["answers"][f"ingest-{len(ids) // PAGE}"] = checksums.answer()
    manifest["plain"] = write_pages(texts, folder / "plain")
    (folder / "plain.ndjson").write_text("\n".join(texts) + "\n")
    manifest["http"] = served.write(texts, ids, folder / "http")
    manifest["answers"]["funnel-json"] = funnel.answer()


def write_odd(numbers, folder, manifest):
    choices, checksums, texts = random.Random(SEED), Checksums(), []
    for row in activities.make(numbers, ODD_PAGES * PAGE):
        row = oddities.disturb(row, choices)
        texts.append(oddities.text(row, choices))
        checksums.add(lambda name: getattr(row, name))
    manifest["odd"] = write_pages(texts, folder / "odd")
    manifest["answers"]["decode-odd"] = checksums.answer()


def write_pages(texts, folder):
    folder.mkdir()
    sizes = []
    for start in range(0, len(texts), PAGE):
        page = f"[{','.join(texts[start:start + PAGE])}]".encode()
        (folder / f"{start // PAGE:04}.json").write_bytes(page)
        sizes.append(len(page))
    return {"pages": len(sizes), "rows": len(texts), "bytes": sum(sizes), "decoded_pages": DECODED_PAGES,
            "decoded_bytes": sum(sizes[:DECODED_PAGES])}


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
