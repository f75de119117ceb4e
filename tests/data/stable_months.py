"""Histories in which nothing ever changes, drawn with a seed: whoever calls a month bad there is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from data.control import Side
from data.signals import SCORES, JudgedMonth, MonthVerdict, judge
from data.statistics import NpsCounts

DAYS, CLOSING_DAYS = 30, 14
"""A month has 30 days; answers may still come for 14 days after it."""


def score_month(rng: Random, n: int, *, promoters: float = 0.52, detractors: float = 0.16) -> NpsCounts:
    """n answers with a true score of +36."""
    draws = [rng.random() for _ in range(n)]
    agreed = sum(draw < promoters for draw in draws)
    against = sum(draw >= 1 - detractors for draw in draws)
    return NpsCounts(agreed, n - agreed - against, against)


def share_month(rng: Random, n: int, share: float = 0.92) -> tuple[int, int]:
    return sum(rng.random() < share for _ in range(n)), n


def looks(rng: Random, history: Sequence[NpsCounts], n: int, *, waits: bool = True) -> list[JudgedMonth]:
    """What somebody sees of one more month on each of its days and the 14 after; about n answers arrive.

    waits: as Barometer does; else each day's month is judged as if it were over.
    """
    days = DAYS + CLOSING_DAYS
    seen, found = NpsCounts(0, 0, 0), []
    for day in range(1, days + 1):
        arrived = score_month(rng, sum(rng.random() < 1 / days for _ in range(n)))
        seen = NpsCounts(
            seen.promoters + arrived.promoters,
            seen.passives + arrived.passives,
            seen.detractors + arrived.detractors,
        )
        found.append(judge([*history, seen], SCORES, Side.LOW, is_complete=day == days or not waits))
    return found


def is_bad(judged: JudgedMonth) -> bool:
    return judged.verdict is MonthVerdict.BAD
