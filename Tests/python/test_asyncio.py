# SPDX-License-Identifier: MIT
"""asyncio: the same answers, many walks at once, and cancellation that stops one request and loses no row."""

import asyncio
import gc
import threading
import time

import inwise
import pytest
from children import in_child
from conftest import IMPATIENT, SANDBOX, SMALL
from handles import open_cursors
from loopback import FIRST_ID, eventually, promptly

EVERYTHING = {"date_from": "2024-01-01", "page_size": 50}


def test_the_same_answers_as_without(client):
    async def main() -> None:
        async with inwise.AsyncClient(SANDBOX) as other:
            for walk in ("activities", "sent_emails", "undelivered"):
                rows, theirs = getattr(other, walk)(**EVERYTHING), getattr(client, walk)(**EVERYTHING)
                assert [row async for row in rows] == list(theirs) == [row async for row in rows]
                assert [page async for page in rows.pages()] == list(theirs.pages())
                assert [page async for page in rows.json_pages()] == list(theirs.json_pages())
                assert await rows.page(1) == theirs.page(1)
                assert rows.info == theirs.info and rows.info.rows > 0
            assert await other.activities_summary(1958368) == client.activities_summary(1958368)
            for recent in ("recent_activities", "recent_sent_emails", "recent_undelivered"):
                assert await getattr(other, recent)() == getattr(client, recent)()
            with pytest.raises(inwise.ArgumentError, match="page_size"):
                await other.activities(page_size=0).page()
        with pytest.raises(inwise.ClosedError):
            await other.recent_activities()
        await other.aclose()

    asyncio.run(main())


@pytest.mark.parametrize("clients", [1, 20])
def test_twenty_walks_at_once(server, clients):
    scenario = server.scenario(rows=950, size="ignored", latency=1)

    async def main() -> None:
        opened = [inwise.AsyncClient(scenario.url) for _ in range(clients)]
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.001)

        async def walk(client: inwise.AsyncClient) -> None:
            ids = [row.id async for row in client.activities()]
            assert sorted(ids) == list(range(FIRST_ID, FIRST_ID + 950))

        ticking = asyncio.create_task(tick())
        await asyncio.gather(*(walk(opened[number % clients]) for number in range(20)))
        ticking.cancel()
        assert ticks > 5, "the loop went on meanwhile"
        assert sum(thread.name.startswith("inwise") for thread in threading.enumerate()) == clients, "a thread for each client"
        for client in opened:
            await client.aclose()

    asyncio.run(main())


def test_a_cancelled_task_stops_its_request_within_a_fifth_of_a_second(server):
    async def main() -> float:
        scenario = server.scenario(rows=5, fault="hang", only="activities")
        async with inwise.AsyncClient(scenario.url, **IMPATIENT) as client:
            hanging = asyncio.create_task(client.activities().page())
            await asyncio.to_thread(eventually, scenario.log)
            waiting = asyncio.create_task(client.undelivered().page())
            start = time.monotonic()
            hanging.cancel()
            with pytest.raises(asyncio.CancelledError):
                await hanging
            taken = time.monotonic() - start
            assert len(await waiting) == 5, "the other one is not hit"
            return taken

    promptly(0.2, lambda: asyncio.run(main()))


def test_cancelled_before_it_has_entered_the_library(server):
    """Cancelled in every phase from creation on: none hangs, and none hits its neighbour."""
    async def main() -> None:
        scenario = server.scenario(rows=5, fault="hang", only="activities")
        async with inwise.AsyncClient(scenario.url, **IMPATIENT) as client:
            for steps in [*range(6), 20]:
                hanging = asyncio.create_task(client.activities().page())
                for _ in range(steps):
                    await asyncio.sleep(0)
                neighbour = asyncio.create_task(client.undelivered().page())
                hanging.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await asyncio.wait_for(hanging, 20)
                assert len(await neighbour) == 5

    asyncio.run(main())


def test_cancelled_while_waiting_for_its_turn_it_just_leaves(server):
    async def main() -> None:
        scenario = server.scenario(rows=5, latency=200)
        async with inwise.AsyncClient(scenario.url, **IMPATIENT) as client:
            first = asyncio.create_task(client.activities().page())
            await asyncio.to_thread(eventually, scenario.log)
            second = asyncio.create_task(client.undelivered().page())
            await asyncio.sleep(0)
            second.cancel()
            with pytest.raises(asyncio.CancelledError):
                await second
            assert len(await first) == 5 and len(scenario.log()) == 1

    asyncio.run(main())


def test_cancelled_twice(server):
    async def main() -> None:
        scenario = server.scenario(rows=5, fault="hang", only="activities")
        async with inwise.AsyncClient(scenario.url, **IMPATIENT) as client:
            hanging = asyncio.create_task(client.activities().page())
            await asyncio.to_thread(eventually, scenario.log)
            hanging.cancel()
            await asyncio.sleep(0)
            hanging.cancel()
            with pytest.raises(asyncio.CancelledError):
                await hanging
            assert len(await client.undelivered().page()) == 5

    asyncio.run(main())


async def cancelled_too_late(client: inwise.AsyncClient, *steps) -> None:
    """Starts steps, lets each one's call succeed while the loop is held, and cancels it then."""
    for task in [asyncio.create_task(step) for step in steps]:
        for _ in range(3):
            await asyncio.sleep(0)
        client._ours[2].submit(int).result(20)  # its only thread has finished the call
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def test_rows_of_a_call_that_succeeded_all_the_same_are_not_lost(server):
    async def main() -> None:
        scenario = server.scenario(rows=250, size="ignored")
        async with inwise.AsyncClient(scenario.url, pages_in_flight=1, **IMPATIENT) as client:
            await cancelled_too_late(client, client.recent_activities())
            assert await client.recent_activities(params={"other": "1"}) == [], "who asks something else gets another answer"
            assert [row.id for row in await client.recent_activities()] == list(range(FIRST_ID, FIRST_ID + 250))
            assert len(scenario.log()) == 2 and await client.recent_activities() == []

            for walk in (client.activities().pages(), client.activities().__aiter__()):
                await cancelled_too_late(client, walk.__anext__())
                items = [item async for item in walk]
                ids = [row.id for item in items for row in (item if isinstance(item, list) else [item])]
                assert sorted(ids) == list(range(FIRST_ID, FIRST_ID + 250))

    asyncio.run(main())


def test_steps_of_a_shared_walk_that_are_cancelled_lose_no_page(server):
    async def main() -> None:
        scenario = server.scenario(rows=950, size="ignored")
        async with inwise.AsyncClient(scenario.url, pages_in_flight=1, **IMPATIENT) as client:
            walk, ids = client.activities().pages(), []
            for _ in range(3):
                await cancelled_too_late(client, walk.__anext__(), walk.__anext__())
                ids += [row.id for row in await walk.__anext__()]
            ids += [row.id async for page in walk for row in page]
            assert sorted(ids) == list(range(FIRST_ID, FIRST_ID + 950))

    asyncio.run(main())


def test_tasks_share_a_walk(server):
    async def main() -> None:
        async with inwise.AsyncClient(server.scenario(rows=950, size="ignored").url) as client:
            walk, ids = client.activities().__aiter__(), []

            async def take() -> None:
                async for row in walk:
                    ids.append(row.id)
                    await asyncio.sleep(0)

            await asyncio.gather(*(take() for _ in range(4)))
            assert sorted(ids) == list(range(FIRST_ID, FIRST_ID + 950))

    asyncio.run(main())


def test_a_loop_that_ends_with_a_call_in_flight_loses_no_rows(server):
    scenario = server.scenario(rows=250, size="ignored", latency=50)
    with inwise.AsyncClient(scenario.url, pages_in_flight=1, **IMPATIENT) as client:
        walk = client.activities().pages()
        for step in (client.recent_activities, walk.__anext__):
            before, loop = len(scenario.log()), asyncio.new_event_loop()
            task = loop.create_task(step())
            loop.run_until_complete(asyncio.sleep(0))
            eventually(lambda: len(scenario.log()) > before)
            loop.close()
            del task
            gc.collect()
            client._ours[2].submit(int).result(20)

        async def rest() -> list:
            return await client.recent_activities(), [row async for page in walk for row in page]

        for rows in asyncio.run(rest()):
            assert sorted(row.id for row in rows) == list(range(FIRST_ID, FIRST_ID + 250))


def test_a_timed_out_step_can_be_repeated(server):
    async def main() -> None:
        scenario = server.scenario(rows=250, size="ignored", latency=150)
        async with inwise.AsyncClient(scenario.url, **IMPATIENT) as client:
            walk, ids, cancelled = client.activities().__aiter__(), [], 0
            while True:
                step = asyncio.create_task(walk.__anext__())
                if len(ids) == 100 and cancelled < 3:
                    cancelled += 1
                    await asyncio.sleep(0.01)
                    step.cancel()
                try:
                    ids.append((await step).id)
                except asyncio.CancelledError:
                    pass
                except StopAsyncIteration:
                    break
            assert cancelled and sorted(ids) == list(range(FIRST_ID, FIRST_ID + 250))

    asyncio.run(main())


def test_closing_ends_what_is_in_flight(server):
    async def main() -> None:
        scenario = server.scenario(fault="hang")
        client = inwise.AsyncClient(scenario.url, **IMPATIENT)
        hanging = [asyncio.create_task(client.activities().page()) for _ in range(3)]
        await asyncio.to_thread(eventually, scenario.log)
        await client.aclose()
        for task in hanging:
            with pytest.raises((inwise.CancelledError, inwise.ClosedError)):
                await task

    asyncio.run(main())


def test_a_client_outlives_its_loop():
    client = inwise.AsyncClient(SMALL)

    async def both() -> list:
        return await asyncio.gather(client.undelivered().page(), client.activities_summary(1958368))

    assert asyncio.run(both()) == asyncio.run(both())
    asyncio.run(client.aclose())


def test_a_forked_child_goes_on_with_it():
    client = inwise.AsyncClient(SMALL)

    async def ask() -> list:
        return await client.undelivered().page()

    def work() -> None:
        assert asyncio.run(ask()) == rows

    rows = asyncio.run(ask())
    in_child(work)
    assert asyncio.run(ask()) == rows
    asyncio.run(client.aclose())


def test_an_abandoned_walk_is_closed(server):
    async def main() -> None:
        async with inwise.AsyncClient(server.scenario(rows=950, size="ignored").url) as client:
            gc.collect()
            before = open_cursors(client)
            for _ in range(20):
                async for _ in client.activities():
                    break
            gc.collect()
            assert open_cursors(client) == before
            walk = client.activities().pages()
            await walk.__anext__()
            await walk.aclose()
            assert [page async for page in walk] == []

    asyncio.run(main())


def test_it_warns_if_it_was_not_closed():
    with pytest.warns(ResourceWarning, match="AsyncClient"):
        inwise.AsyncClient(SMALL)
        gc.collect()


# ---------------------------------------------------------------- mirrors

SLOW = {"page_size": 50, "pages_in_flight": 1, **IMPATIENT}


def mirror_of(tmp_path, name: str = "mirror") -> inwise.AsyncClient:
    return inwise.AsyncClient(f"file:{tmp_path}/{name}.db")


def test_a_sync_is_awaited_while_the_loop_and_the_mirror_go_on(server, tmp_path):
    async def main() -> None:
        url = server.scenario(rows=500, latency=20).url
        async with inwise.AsyncClient(url, **SLOW) as client, mirror_of(tmp_path) as mirror:
            told, counts = [], []

            def tell(state: inwise.SyncProgress) -> None:
                assert threading.current_thread() is threading.main_thread(), "the loop's"
                told.append(state)

            syncing = asyncio.create_task(client.sync(mirror, audit="none", progress=tell))
            while not syncing.done():
                counts.append(len(await mirror.activities(date_from="2000-01-01").page()))
                await asyncio.sleep(0.01)
            report = await syncing
            assert report.complete and told[-1].new == report.new_rows == 1500 and len(counts) > 3
            assert (await client.sync(mirror, audit="none", progress=lambda state: False)).stopped == "progress"

    asyncio.run(main())


def test_a_cancelled_task_ends_its_sync_and_the_next_goes_on(server, tmp_path):
    async def main() -> float:
        url = server.scenario(rows=500, latency=20).url
        async with inwise.AsyncClient(url, **SLOW) as client, mirror_of(tmp_path, str(time.monotonic_ns())) as mirror:
            begun = asyncio.Event()
            syncing = asyncio.create_task(client.sync(mirror, audit="none", progress=lambda state: begun.set()))
            await begun.wait()
            start = time.monotonic()
            syncing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await syncing
            taken = time.monotonic() - start
            assert (await client.sync(mirror, audit="none")).complete
            assert len([row async for row in mirror.activities(date_from="2000-01-01")]) == 500
            return taken

    promptly(0.2, lambda: asyncio.run(main()))


def test_what_progress_raises_comes_out_of_the_awaited_sync(tmp_path):
    async def main() -> None:
        async with inwise.AsyncClient(SMALL) as client, mirror_of(tmp_path) as mirror:
            with pytest.raises(ZeroDivisionError):
                await client.sync(mirror, progress=lambda state: 1 / 0)
            assert (await client.sync(mirror)).complete

    asyncio.run(main())


@pytest.mark.parametrize("end", ["client", "mirror"])
def test_closing_on_the_loops_thread_does_not_wait_for_progress_on_it(server, tmp_path, end):
    async def main() -> None:
        clients = {"client": inwise.AsyncClient(server.scenario(rows=500, latency=20).url, **SLOW), "mirror": mirror_of(tmp_path)}
        begun = asyncio.Event()
        syncing = asyncio.create_task(clients["client"].sync(clients["mirror"], audit="none", progress=lambda state: begun.set()))
        await begun.wait()
        clients.pop(end).close()
        with pytest.raises((inwise.CancelledError, inwise.ClosedError)):
            await syncing
        for other in clients.values():
            await other.aclose()

    asyncio.run(main())


def test_a_loop_that_ends_during_a_sync_leaves_nobody_waiting(server, tmp_path):
    with inwise.AsyncClient(server.scenario(rows=500, latency=20).url, **SLOW) as client, mirror_of(tmp_path) as mirror:
        loop, told = asyncio.new_event_loop(), []
        syncing = loop.create_task(client.sync(mirror, audit="none", progress=told.append))
        while not told:
            loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()
        del syncing
        gc.collect()
        client._ours[2].submit(int).result(20)
        assert asyncio.run(client.sync(mirror, audit="none")).complete
