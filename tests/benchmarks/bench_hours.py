"""What a look-up in a business calendar costs, one by one and many at once, and how that grows.

    python -m tests.benchmarks.bench_hours [--pairs 200000]

Over 1, 10 and 100 years of timeline: nanoseconds for each pair with `seconds_between` in a loop and with
`seconds_between_many`, and the ratio of the two. The timelines are worked out beforehand.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from data.hours import Calendar, parse_hours
from data.open_time import year_start

FIRST = 2001
HOURS = "mon-fri 09:00-12:30 13:30-17:00; sat 10:00-14:00"
LONGEST = 30 * 86_400
ROUNDS = 3


def measured(years: int, pairs: int) -> tuple[int, float, float]:
    """(openings in the timeline, seconds in a loop, seconds at once) for so many pairs over so many years."""
    made = Calendar.weekly("Office", "Europe/London", parse_hours(HOURS), country="GB-ENG")
    low, high = year_start(FIRST), year_start(FIRST + years)
    rng = np.random.default_rng(1)
    starts = rng.integers(low, high - LONGEST, pairs)
    ends = starts + rng.integers(0, LONGEST, pairs)
    openings = len(list(made.open_spans(low, high)))
    plain = list(zip(starts.tolist(), ends.tolist(), strict=True))
    loop, one_by_one = _best(lambda: [made.seconds_between(start, end) for start, end in plain])
    at_once, together = _best(lambda: made.seconds_between_many(starts, ends))
    if one_by_one != together.tolist():
        sys.exit("The two ways differ.")
    return openings, loop, at_once


def _best(work: Callable[[], Any]) -> tuple[float, Any]:
    """The shortest of some rounds, and what came out."""
    found, times = None, []
    for _ in range(ROUNDS):
        begun = perf_counter()
        found = work()
        times.append(perf_counter() - begun)
    return min(times), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200_000)
    pairs = parser.parse_args().pairs
    sys.stdout.write("years  openings  loop ns/pair  at once ns/pair  ratio\n")
    for years in (1, 10, 100):
        openings, loop, at_once = measured(years, pairs)
        costs = (loop / pairs * 1e9, at_once / pairs * 1e9)
        line = f"{years:5}  {openings:8}  {costs[0]:12.0f}  {costs[1]:15.0f}  {loop / at_once:5.1f}\n"
        sys.stdout.write(line)


if __name__ == "__main__":
    main()
