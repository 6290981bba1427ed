# SPDX-License-Identifier: MIT
"""Medians, and ratios round by round."""
from statistics import median

MEGABYTE_KB = 1e6 / 1024


def typical(rounds, metric):
    return median(each[metric] for each in rounds)


def stored(rounds, what):
    """Bytes "written", or of the "file" that came of it, in works that store."""
    return median(each["answer"][what] for each in rounds)


def peak_mb(rounds):
    return max(each["peak_kb"] for each in rounds) / MEGABYTE_KB


def ratio(results, ours, peer, metric):
    """Ours / peer: the median of the rounds' ratios. None where either is missing."""
    if ours not in results or peer not in results:
        return None
    return median(a[metric] / b[metric] for a, b in zip(results[ours], results[peer]))
