# SPDX-License-Identifier: MIT
"""Runs a group: each round runs each peer once, and the next round begins with another one."""
import os
import sys

from .workers import Worker


def measure(group, rounds):
    """Peer name -> what each round gave. Peers whose program is missing are left out, aloud."""
    peers = []
    group.prepare()
    for peer in group.peers:
        if Worker.exists(peer.command):
            peers.append(peer)
        else:
            print(f"{group.name}: {peer.name} is left out, {peer.command[0]} is missing", file=sys.stderr)
    workers = {}
    try:
        for peer in peers:
            if not peer.fresh:
                workers[peer.name] = Worker(peer.command)
        results = {peer.name: [] for peer in peers}
        for turn in range(rounds):
            print(f"{group.name}: round {turn + 1} of {rounds}", file=sys.stderr)
            for peer in peers[turn % len(peers):] + peers[:turn % len(peers)]:
                if turn >= peer.rounds:
                    continue
                if group.stores:
                    os.sync()  # what others have left to write
                result = run_fresh(peer) if peer.fresh else workers[peer.name].run()
                check(group, peer, result["answer"])
                results[peer.name].append(result)
        return results
    finally:
        for worker in workers.values():
            worker.stop()


def run_fresh(peer):
    worker = Worker(peer.command)
    try:
        return worker.run()
    finally:
        worker.stop()


def check(group, peer, answer):
    expected = group.answer if peer.answer is None else peer.answer
    if isinstance(expected, dict):
        wrong = [f"{key} is {answer.get(key)}, not {value}" for key, value in expected.items() if answer.get(key) != value]
    else:
        found = sorted([campaign, group.types[kind] if isinstance(kind, int) else kind, *counts]
                       for campaign, kind, *counts in answer)
        wrong = [f"{len(found)} counts, not {len(expected)}"] if len(found) != len(expected) else \
            [f"{got}, not {wanted}" for got, wanted in zip(found, expected) if got != wanted]
    if wrong:
        raise SystemExit(f"{group.name}: {peer.name} answers wrongly: {'; '.join(wrong[:5])}")
