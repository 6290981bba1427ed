# SPDX-License-Identifier: MIT
"""How many handles are open in the library. A handle's low 24 bits are its place in the library's table, and the lowest
places fill up first: of many that are opened at once, the last one's place tells how many others there are."""

from typing import Callable

import inwise

MANY = 1000


def open_ones(make: Callable[[], object], handle: Callable[[object], int]) -> int:
    made = [make() for _ in range(MANY)]
    last = max(handle(one) & 0xFFFFFF for one in made)
    for one in made:
        one.close()
    return last + 1 - MANY


def open_cursors(client: inwise.Client) -> int:
    return open_ones(lambda: inwise.Rows(client, inwise.Activity, {}).pages(), lambda pages: pages._cursor._handle)


def open_clients(url: str) -> int:
    return open_ones(lambda: inwise.Client(url), lambda client: client._handle)


def open_funnels() -> int:
    return open_ones(inwise.Funnel, lambda funnel: funnel._handle)
