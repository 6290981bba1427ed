# SPDX-License-Identifier: MIT
"""Pages in memory into Python objects. Ids that come as strings become numbers, where a page may have them."""
import json
import pathlib

from dataset.answers import NUMBERS, Checksums


def prepare(peer, work, folder):
    odd = work == "decode-odd"
    paths = sorted((pathlib.Path(folder) / ("odd" if odd else "plain")).iterdir())[:100]
    pages = [path.read_bytes() for path in paths]
    decode, get = decoder(peer, odd)

    def run():
        for page in pages:
            decode(page)

    def answer(_):
        checksums = Checksums()
        for page in pages:
            for row in decode(page):
                checksums.add(lambda name: get(row, name))
        return checksums.answer()

    return run, answer


def decoder(peer, odd):
    """A function from bytes to rows, and one that gives a row's field."""
    if peer == "msgspec":
        import msgspec

        class Row(msgspec.Struct):
            id: int
            action_date: str
            contact_id: int
            campaign_id: int
            ip: str
            action_type: str
            remarks: str | None = None
            additional_data: str | None = None

        return msgspec.json.Decoder(list[Row], strict=not odd).decode, getattr
    if peer == "orjson":
        import orjson
        loads = orjson.loads
    else:
        loads = json.loads
    return (numbered(loads) if odd else loads), dict.get


def numbered(loads):
    def decode(page):
        rows = loads(page)
        for row in rows:
            for name in NUMBERS:
                if type(row[name]) is str:
                    row[name] = int(row[name])
        return rows
    return decode
