# SPDX-License-Identifier: MIT
"""Saved funnels through the C ABI: what is loaded is what was saved, and other bytes are refused."""

import ctypes
import random
from ctypes import byref, c_size_t, c_void_p

import pytest
from children import in_child
from inwise_ffi import PAGED, UNTOUCHED, Client, Funnel, Status, call, lib, open_handle

EVER = {"date_from": "2000-01-01"}
QUESTIONS = [None, *({"group_by": group, "date_from": "2024-09-03"} for group in ("campaign", "day", "hour", "sending_source", "domain"))]


@pytest.fixture(scope="module")
def rows():
    with Client("sandbox:?seed=3&contacts=200&now=2024-09-20T12:00:00") as client:
        return {kind: client.drain(kind, EVER) for kind in PAGED}


@pytest.fixture(scope="module")
def saved(rows) -> bytes:
    return saved_of(rows)


def saved_of(rows: dict[str, list[dict]]) -> bytes:
    with Funnel() as funnel:
        for kind, of_kind in rows.items():
            assert funnel.add(kind, of_kind).status is Status.OK
        return funnel.save()


def answers(funnel: Funnel) -> list[dict]:
    return [funnel.summary(query) for query in QUESTIONS]


def refusal(data: bytes | None, length: int | None = None) -> str:
    outcome, handle = open_handle(lib.inwise_funnel_load, data, len(data) if length is None else length)
    assert outcome.status is Status.ARGUMENT and handle is None, (outcome, data)
    assert outcome.value["parameter"] == "bytes" and len(outcome.value["message"]) > 20
    return outcome.value["message"]


def test_what_is_loaded_is_what_was_saved(rows, saved):
    with Funnel() as funnel, Funnel(saved) as loaded:
        for kind, of_kind in rows.items():
            funnel.add(kind, of_kind)
        assert answers(loaded) == answers(funnel)
        assert loaded.save() == saved == funnel.save()


def test_rows_in_another_order_are_saved_as_the_same_bytes(rows, saved):
    chance = random.Random(5)
    kinds = [*PAGED, *PAGED]
    chance.shuffle(kinds)
    left = {kind: chance.sample(rows[kind], len(rows[kind])) for kind in PAGED}
    with Funnel() as funnel:
        for place, kind in enumerate(kinds):
            now = left[kind] if kind not in kinds[place + 1:] else left[kind][: len(left[kind]) // 2]
            left[kind] = left[kind][len(now):]
            funnel.add(kind, now)
        assert funnel.save() == saved


def test_a_loaded_funnel_goes_on(rows, saved):
    half = {kind: of_kind[: len(of_kind) // 2] for kind, of_kind in rows.items()}
    rest = {kind: of_kind[len(of_kind) // 2:] for kind, of_kind in rows.items()}
    with Funnel(saved_of(half)) as added, Funnel(saved_of(half)) as merged, Funnel(saved_of(rest)) as other:
        for kind, of_kind in rest.items():
            added.add(kind, of_kind)
        assert merged.merge(other) is Status.OK
        assert added.save() == merged.save() == saved


def test_a_saved_funnel_can_be_freed_after_its_handle_is_closed(saved):
    pointer, length = c_void_p(), c_size_t()
    with Funnel(saved) as funnel:
        assert lib.inwise_funnel_save(funnel.handle, byref(pointer), byref(length)) == Status.OK
    assert ctypes.string_at(pointer.value, length.value) == saved
    lib.inwise_free_bytes(pointer)


@pytest.mark.parametrize("place, words", [
    (0, "no funnel"), (7, "no funnel"), (9, "newer version"), (20, "breaks off"), (24, "damaged"), (31, "damaged"), (32, "damaged"), (-1, "damaged")])
def test_a_changed_byte_is_noticed(saved, place, words):
    changed = bytearray(saved)
    changed[place] ^= 0x10
    assert words in refusal(bytes(changed))


def test_damaged_bytes_are_refused(saved):
    chance = random.Random(6)
    for _ in range(2000):
        changed = bytearray(saved)
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        if changed != saved:
            refusal(bytes(changed))


def test_bytes_cut_off_are_refused(saved):
    for length in [*range(64), *range(64, len(saved), 97), len(saved) - 1]:
        refusal(saved, length)
    refusal(saved + b"\0")


@pytest.mark.parametrize("data, length", [(None, 0), (None, 100), (b"", 0), (b"x" * 100, 100), (b"[]", 2), (b"x", 2**63), (b"x", 2**64 - 1)])
def test_what_is_no_funnel_is_refused(data, length):
    refusal(data, length)


def test_loading_needs_somewhere_for_the_handle(saved):
    outcome = call(lib.inwise_funnel_load, saved, len(saved), None)
    assert outcome.status is Status.ARGUMENT and len(outcome.value["message"]) > 20
    assert lib.inwise_funnel_load(saved, len(saved), None, None) == Status.ARGUMENT


def test_saving_needs_somewhere_for_bytes_and_length(saved):
    with Funnel(saved) as funnel:
        pointer, length = c_void_p(UNTOUCHED), c_size_t(UNTOUCHED)
        assert lib.inwise_funnel_save(funnel.handle, byref(pointer), None) == Status.ARGUMENT and pointer.value is None
        assert lib.inwise_funnel_save(funnel.handle, None, byref(length)) == Status.ARGUMENT and length.value == 0
        assert lib.inwise_funnel_save(funnel.handle, None, None) == Status.ARGUMENT


def test_a_child_goes_on_with_a_loaded_funnel(rows, saved):
    with Funnel(saved) as funnel:
        told = answers(funnel)

        def work() -> None:
            assert answers(funnel) == told and funnel.save() == saved
            with Funnel(saved) as other:
                assert funnel.merge(other) is Status.OK and answers(other) == told
            assert funnel.add("activities", rows["activities"]).status is Status.OK
            assert funnel.save() != saved

        for _ in range(3):
            in_child(work)
        assert funnel.save() == saved, "what a child adds is its own"
