# SPDX-License-Identifier: MIT
"""Every page of a walk over HTTP, decoded, until one is short."""
import asyncio

PATH = "/campaigns/email/activities"


def prepare(peer, url, page_size, in_flight, pages, encoding):
    page_size, headers = int(page_size), {"Accept-Encoding": "gzip" if encoding == "gzip" else "identity"}

    def parameters(index):
        return {"page_index": index, "page_size": page_size, "date_from": "2000-01-01"}

    def requests():
        import requests
        with requests.Session() as session:
            session.headers.update(headers)
            return walk(lambda index: checked(session.get(url + PATH, params=parameters(index))).json())

    def httpx():
        import httpx
        with httpx.Client(headers=headers) as client:
            return walk(lambda index: checked(client.get(url + PATH, params=parameters(index))).json())

    def walk(get):
        rows = ids = index = 0
        while True:
            page = get(index)
            rows, ids, index = rows + len(page), ids + sum(row["id"] for row in page), index + 1
            if len(page) < page_size:
                return rows, ids

    def aiohttp():
        return asyncio.run(gather())

    async def gather():
        import aiohttp
        import orjson
        state = {"next": 0, "ended": False, "rows": 0, "ids": 0}

        async def worker(session):
            while not state["ended"]:
                index, state["next"] = state["next"], state["next"] + 1
                async with session.get(url + PATH, params=parameters(index)) as response:
                    response.raise_for_status()
                    page = orjson.loads(await response.read())
                state["rows"] += len(page)
                state["ids"] += sum(row["id"] for row in page)
                state["ended"] = state["ended"] or len(page) < page_size

        async with aiohttp.ClientSession(headers=headers) as session:
            await asyncio.gather(*(worker(session) for _ in range(int(in_flight))))
        return state["rows"], state["ids"]

    return locals()[peer], lambda result: {"rows": result[0], "ids": str(result[1] % 2**64)}


def checked(response):
    response.raise_for_status()
    return response
