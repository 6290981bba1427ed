# SPDX-License-Identifier: MIT
"""Pages as files, for a web server to give: SET/PAGE_SIZE/PAGE_INDEX.json, the rows from PAGE_SIZE × PAGE_INDEX on."""
import gzip
import os

PAGE = 1000
# A libinwise cursor's first pages overlap, each a row shorter than the one before; then it goes on with full ones.
SHRINKING = 32
# Name -> rows. The last page is short, which tells a reader that it is the last. A libinwise cursor reads the first 64 pages of set
# 64, another reader 63: half a page is read twice, which shows that no row slipped between pages.
SETS = {"64": 62_400, "100": 99_400, "200": 199_400, "1000": 999_400}
COMPRESSED = "200"


def write(texts, ids, folder):
    """Writes every set; returns what a reader should find in each."""
    folder.mkdir()
    (folder / "empty.json").write_text("[]")
    found = {}
    for name, rows in SETS.items():
        total = 0
        for size in range(PAGE, PAGE - SHRINKING, -1):
            directory = folder / name / str(size)
            directory.mkdir(parents=True)
            for index in range(-(-rows // size)) if size == PAGE else [PAGE - size]:
                page = f"[{','.join(texts[index * size:min((index + 1) * size, rows)])}]".encode()
                total += len(page) if size == PAGE else 0
                write_page(directory / f"{index}.json", page, name == COMPRESSED)
        found[name] = {"rows": rows, "pages": -(-rows // PAGE), "bytes": total, "ids": str(sum(ids[:rows]) % 2**64)}
    return found


def write_page(path, page, compressed):
    path.write_bytes(page)
    if compressed:
        packed = path.with_suffix(".json.gz")
        packed.write_bytes(gzip.compress(page, 6, mtime=0))
        os.utime(packed, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
