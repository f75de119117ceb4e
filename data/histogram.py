"""Histograms of durations that keep what a quantile needs: whole seconds in, at most 0.5 % off when read.

Durations up to 200 seconds, early or late, stand in a bucket of their own each. Beyond, each bucket is one
per cent wider than the one before (a log-linear histogram, as DDSketch has it: Masson, Rim and Lee 2019,
"DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", PVLDB 12), and is
read as the value from which neither of its ends is further away than 0.5 %. Histograms add up and can be
taken away from each other, which is why they can be stored by day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from math import ceil, log
from struct import pack, unpack
from typing import Any

import numpy as np

RELATIVE_ERROR = 0.005
WIDTH = 1.01
EXACT_SECONDS = 200
_LOG_WIDTH = log(WIDTH)
_SHIFT = 1 << 40
_MIDDLE = 1 << 39
_SMALL = 256
_DENSE = 20_000
_BUCKETS = 4_100  # far more seconds than a database holds
ENTRY = 12  # bytes of a key and its count

Keys = np.ndarray[Any, np.dtype[np.int64]]
Counts = np.ndarray[Any, np.dtype[np.int32]]
Delta = Mapping[int, int]
"""By key (see `key_of`): how many to add; negative to take away."""


@lru_cache(maxsize=200_000)
def bucket_of(seconds: int) -> int:
    """The bucket of a duration in whole seconds; of an early one the same below zero."""
    size = abs(seconds)
    if size <= EXACT_SECONDS:
        return seconds
    number = EXACT_SECONDS + ceil(log(size / EXACT_SECONDS) / _LOG_WIDTH)
    return number if seconds > 0 else -number


@lru_cache(maxsize=20_000)
def seconds_of(bucket: int) -> float:
    """What a duration in this bucket is taken for: at most 0.5 % from any that is in it."""
    size = abs(bucket)
    if size <= EXACT_SECONDS:
        return float(bucket)
    high: float = EXACT_SECONDS * WIDTH ** (size - EXACT_SECONDS)
    middle = 2 * high / (1 + WIDTH)
    return middle if bucket > 0 else -middle


@cache
def _minutes() -> np.ndarray[Any, np.dtype[np.float64]]:
    """What every bucket is read as, from -_BUCKETS on."""
    return np.array([seconds_of(bucket) / 60 for bucket in range(-_BUCKETS, _BUCKETS + 1)])


def key_of(series: int, bucket: int) -> int:
    """One number for a series of durations (0 to 255) and a bucket, or any number of seconds, of it."""
    return series * _SHIFT + bucket + _MIDDLE


def packed(delta: Delta) -> bytes:
    """The entries that are not zero, in the order of their keys: one set of counts has one form."""
    keys = sorted(key for key, count in delta.items() if count)
    return pack(f"<{len(keys)}q{len(keys)}i", *keys, *(delta[key] for key in keys))


def unpacked(data: bytes) -> tuple[Keys, Counts]:
    """Keys and counts."""
    n = len(data) // ENTRY
    return np.frombuffer(data, "<i8", n), np.frombuffer(data, "<i4", n, 8 * n)


def merged(data: bytes, delta: Delta) -> bytes:
    """Stored counts with a difference put in."""
    n = len(data) // ENTRY
    if n <= _SMALL:
        values = unpack(f"<{n}q{n}i", data)
        found = dict(zip(values[:n], values[n:], strict=True))
        for key, count in delta.items():
            found[key] = found.get(key, 0) + count
        return packed(found)
    new = np.fromiter(delta.keys(), "<i8", len(delta)), np.fromiter(delta.values(), "<i4", len(delta))
    keys, counts = _added([unpacked(data), new])
    return keys.tobytes() + counts.tobytes()


def counted(parts: Iterable[tuple[Keys, Counts]], series: range, *, is_exact: bool) -> Counter[float]:
    """How often each duration of some series, taken together, occurs in all parts, in minutes.

    is_exact: keys are seconds.
    """
    chosen = []
    for keys, counts in parts:
        first, last = np.searchsorted(keys, (series.start * _SHIFT, series.stop * _SHIFT))
        chosen.append(((keys[first:last] & (_SHIFT - 1)) - _MIDDLE, counts[first:last]))
    if not chosen:
        return Counter()
    buckets, counts = _added(chosen)
    minutes = buckets / 60 if is_exact else _minutes()[buckets + _BUCKETS]
    return Counter(dict(zip(minutes.tolist(), counts.tolist(), strict=True)))


def as_read(minutes: float, *, is_exact: bool) -> float:
    """What an exact duration, in minutes, is taken for once it has been through a histogram."""
    seconds = round(minutes * 60)
    return (seconds if is_exact else seconds_of(bucket_of(seconds))) / 60


def _added(parts: Iterable[tuple[Keys, Counts]]) -> tuple[Keys, Counts]:
    """Equal keys put together, in the order of the keys; those with nothing left go."""
    pairs = list(parts)
    found, weights = (np.concatenate(side) for side in zip(*pairs, strict=True))
    if len(found) and int(found.max()) - int(found.min()) < _DENSE:  # much faster than to sort
        lowest = found.min()
        sums = np.bincount(found - lowest, weights=weights).astype("<i4")
        places = np.flatnonzero(sums)
        return places + lowest, sums[places]
    keys, places = np.unique(found, return_inverse=True)
    sums = np.bincount(places, weights=weights, minlength=len(keys)).astype("<i4")
    kept = sums != 0
    return keys[kept], sums[kept]
