"""How long does it take to open a receipt: to read a figure, and to fetch the first page of its rows?

    python -m tests.benchmarks.bench_evidence [--tickets 400000] [--store URL]

Promised: with more rows than data.evidence.LARGEST the first page costs no more memory than with few, and
about as long as the reading itself, since the rows are picked in SQL and the sum is checked over groups.
--store measures a store that tests.benchmarks.generate has filled, and fills none.
"""

from __future__ import annotations

import argparse
import resource
import time

from sqlalchemy import Engine

from data.engine import open_store
from data.readings import Readings
from tests.benchmarks.generate import NOW, SETTINGS, fill
from tests.benchmarks.stores import stores

ASKED = (
    ("sla_gap", "30d"), ("sla_gap", "180d"), ("sla_gap", "all"), ("sla_attainment", "all"),
    ("created", "all"),
    ("full_resolution_calendar_minutes", "all"), ("backlog", None), ("nps", "90d"), ("nps_accounts", "365d"),
)  # fmt: skip
PAGE = 50


def measure(engine: Engine) -> None:
    """Prints one line a figure."""
    with Readings(engine, SETTINGS, clock=lambda: NOW) as readings:
        for key, window in ASKED:
            begun = time.perf_counter()
            reading = readings.read(key, window=window, compare=False)
            read = time.perf_counter()
            found = readings.evidence(reading, limit=PAGE)
            opened = time.perf_counter()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{key:34} {window or 'now':5} {found.total_rows:>9,} rows"
                f"  read {read - begun:6.2f} s  evidence {opened - read:6.2f} s"
                f"  {'by rows' if found.is_whole else 'by groups'}, adds up: {found.adds_up}, peak {peak} MB"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=400_000)
    parser.add_argument("--store")
    given = parser.parse_args()
    if given.store:
        measure(open_store(given.store))
    else:
        with stores("sqlite") as make:
            filled = make()
            fill(filled, given.tickets)
            measure(filled)
