"""What does keeping the tallies cost while pages are stored?

    python -m tests.benchmarks.bench_tallies [--tickets 20000] [--rounds 5] [--database sqlite|postgres|both]

The same pages go into two new stores, one that keeps its tallies and one that does not, page by page in
turn, so that whatever else the machine does hits both alike. First the tickets as they come for the first
time, then each of them reopened, which takes its old counts away. Medians over the rounds. Promised: at most
35 % of the time that storing the rows takes. Ends with 1 when that is broken.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import signature
from statistics import median
from typing import Any

from sqlalchemy import Engine

from data.records import Page
from data.store import Store
from tests.benchmarks.pages import KEY, SETTINGS, pages, people, reopened, tickets, write
from tests.benchmarks.stores import stores

MOST = 0.35
CAN_CHOOSE = "keeps_tallies" in signature(Store).parameters


def door(engine: Engine, *, keeps_tallies: bool) -> Store:
    more: dict[str, Any] = {"keeps_tallies": keeps_tallies} if CAN_CHOOSE else {}
    return Store(engine, SETTINGS, KEY, **more)


@dataclass(slots=True)
class Taken:
    """Seconds by the clock, and of a processor in this process."""

    clock: float = 0.0
    own: float = 0.0


def in_turn(without: Store, keeping: Store, ready: Sequence[Page]) -> tuple[Taken, Taken]:
    """What both took; each is first with every other page."""
    taken = {without: Taken(), keeping: Taken()}
    for number, page in enumerate(ready):
        for store in (without, keeping) if number % 2 else (keeping, without):
            own = time.process_time()
            taken[store].clock += write(store, [page])
            taken[store].own += time.process_time() - own
    return taken[without], taken[keeping]


def measure(new: Callable[[], Engine], count: int, rounds: int) -> dict[str, list[tuple[Taken, Taken]]]:
    """What storing took without and with the tallies, round by round, by step."""
    made = list(tickets(count))
    steps = {"stored": list(pages(made)), "reopened": list(pages(reopened(made)))}
    found: dict[str, list[tuple[Taken, Taken]]] = {step: [] for step in steps}
    for _ in range(rounds):
        engines = [new(), new()]
        both = [door(engines[0], keeps_tallies=False), door(engines[1], keeps_tallies=True)]
        for store in both:
            write(store, [Page(records=tuple(people()))])
        for step, ready in steps.items():
            found[step].append(in_turn(both[0], both[1], ready))
        for engine in engines:
            engine.dispose()
    return found


def report(name: str, new: Callable[[], Engine], count: int, rounds: int) -> bool:
    is_kept = True
    for step, runs in measure(new, count, rounds).items():
        without, keeping = (median(run[side].clock for run in runs) for side in (0, 1))
        own = median(run[1].own for run in runs) / median(run[0].own for run in runs) - 1
        more = keeping / without - 1
        is_kept &= more <= MOST
        print(
            f"{name:<10}{count:,} tickets {step}: {without:.1f} s, with tallies {keeping:.1f} s: {more:+.0%}"
            f" (own {own:+.0%}; at most {MOST:.0%} is promised){'' if more <= MOST else '  BROKEN'}",
            flush=True,
        )
    return is_kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    given = parser.parse_args()
    if not CAN_CHOOSE:
        print("The store keeps no tallies: both ways are the same, and the difference is noise.")
    kept = []
    for name in ("sqlite", "postgres") if given.database == "both" else (given.database,):
        with stores(name) as new:
            kept.append(report(name, new, given.tickets, given.rounds))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
