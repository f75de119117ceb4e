"""How often stable months are called bad, and how often 95 % intervals hold the truth, on many histories.

`python -m tests.benchmarks.bench_false_alarms [--histories 10000]`. Nothing changes in any history. Prints
each rate beside what is stated for it, also for somebody who looks every day; ends with 1 when a rate is
above what is stated, or a coverage below, by more than three standard errors.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Callable
from random import Random
from statistics import NormalDist
from typing import Any

from data.control import Side, fit_individuals
from data.funnel import share_funnel
from data.isotonic import dose_response
from data.resample import compare_quantiles, quantile_interval
from data.signals import MEASURES, RATES, SCORES, SHARES, Kind, Rule, judge, signals
from data.statistics import Verdict
from data.survival import lasting, survival
from tests.data.stable_months import is_bad, looks, score_month, share_month

ONE_SIDE = 0.010
"""With known limits, one side: 0.135 % beyond, 1 in 128 a run of seven, a little for trends and clusters."""

KINDS: list[tuple[str, Kind[Any], Callable[[Random], Any], Side]] = [
    ("shares of 70 %", SHARES, lambda rng: share_month(rng, rng.randint(20, 60), 0.7), Side.LOW),
    ("shares of 92 %", SHARES, lambda rng: share_month(rng, rng.randint(20, 60), 0.92), Side.LOW),
    ("shares of 98 %", SHARES, lambda rng: share_month(rng, rng.randint(20, 60), 0.98), Side.LOW),
    ("NPS +36", SCORES, lambda rng: score_month(rng, rng.randint(20, 60)), Side.LOW),
    ("NPS +80", SCORES, lambda rng: score_month(rng, rng.randint(20, 60), promoters=0.84, detractors=0.04),
     Side.LOW),
    ("counts, 6 a month", RATES, lambda rng: (share_month(rng, 60, 0.1)[0], 1.0), Side.HIGH),
]  # fmt: skip


class Report:
    """Prints rates beside what is stated, and remembers whether a statement was broken."""

    def __init__(self) -> None:
        self.is_kept = True

    def at_most(self, name: str, count: int, draws: int, stated: float) -> None:
        is_kept = count / draws <= stated + 3 * math.sqrt(stated * (1 - stated) / draws)
        self._line(name, count / draws, f"stated {stated:.1%}", is_kept)

    def at_least(self, name: str, count: int, draws: int, stated: float) -> None:
        is_kept = count / draws >= stated - 3 * math.sqrt(stated * (1 - stated) / draws)
        self._line(name, count / draws, f"at least {stated:.1%}", is_kept)

    def beside(self, name: str, count: int, draws: int) -> None:
        self._line(name, count / draws, "for comparison", True)

    def _line(self, name: str, rate: float, stated: str, is_kept: bool) -> None:
        self.is_kept &= is_kept
        print(f"{name:<64}{rate:>8.2%}   {stated}{'' if is_kept else '   BROKEN'}", flush=True)


def xmr(report: Report, rng: Random, histories: int) -> None:
    """Normal values; both sides, as the reference counted them, then the bad side alone."""
    for months, beyond, any_rule in ((12, 0.022, 0.029), (18, 0.015, 0.026), (24, 0.011, 0.024)):
        found: Counter[str] = Counter()
        for _ in range(histories):
            values = [rng.gauss(0, 1) for _ in range(months + 1)]
            chart = fit_individuals(values[:-1])
            assert chart is not None
            rules = {rule for side in Side for rule in signals(values[-7:], [chart.at()] * 7, side)}
            found["beyond"] += Rule.BEYOND in rules
            found["any"] += bool(rules)
            found["bad"] += is_bad(judge([(value, 30) for value in values], MEASURES, Side.LOW))
        name = f"XmR after {months} months"
        report.at_most(f"{name}, both sides: beyond the limits", found["beyond"], histories, beyond)
        report.at_most(f"{name}, both sides: any rule", found["any"], histories, any_rule)
        report.at_most(f"{name}: called bad", found["bad"], histories, any_rule * 0.6)
    aged = sum(
        is_bad(judge([(rng.gauss(0, 1), 30) for _ in range(37)], MEASURES, Side.LOW))
        for _ in range(histories)
    )
    report.at_most("XmR after 36 months, frozen after 24: called bad", aged, histories, 0.024)


def counted(report: Report, rng: Random, histories: int) -> None:
    """One new month of 20 to 60 answers; after 36 such months the limits are 12 months old."""
    for name, kind, draw, bad in KINDS:
        for months in (12, 24, 36):
            found = sum(
                is_bad(judge([draw(rng) for _ in range(months + 1)], kind, bad)) for _ in range(histories)
            )
            report.at_most(f"{name}: called bad after {months} months", found, histories, ONE_SIDE)


def every_day(report: Report, rng: Random, histories: int) -> None:
    """A month seen on each of its days and the 14 after; beside it, who would not wait for its end."""
    waited = hasty = 0
    for _ in range(histories):
        history, seed = [score_month(rng, 60) for _ in range(24)], rng.random()
        waited += any(map(is_bad, looks(Random(seed), history, 60)))
        hasty += any(map(is_bad, looks(Random(seed), history, 60, waits=False)))
    report.at_most("NPS +36, looked at every day: ever called bad", waited, histories, ONE_SIDE)
    report.beside("  the same, each day judged as if the month were over", hasty, histories)


def funnels(report: Report, rng: Random, histories: int) -> None:
    """Fifteen equal teams of 5 to 120 rows: at most 0.2 % are apart."""
    teams = apart = 0
    for _ in range(histories // 10):
        funnel = share_funnel([share_month(rng, rng.choice((5, 8, 15, 30, 60, 120)), 0.9) for _ in range(15)])
        assert funnel is not None
        teams += len(funnel.units)
        apart += sum(unit.verdict is Verdict.REAL for unit in funnel.units)
    report.at_most("equal teams on a funnel: called apart", apart, teams, 0.002)


def medians(report: Report, rng: Random, histories: int) -> None:
    """Log-normal durations: intervals of medians and 90th percentiles, and differences of medians."""
    for share, n, least in ((0.5, 10, 0.93), (0.5, 50, 0.94), (0.5, 500, 0.94), (0.9, 100, 0.93)):
        truth = math.exp(NormalDist().inv_cdf(share))
        held = 0
        for _ in range(histories // 5):
            interval = quantile_interval(durations(rng, n), share)
            held += interval is not None and truth in interval
        report.at_least(
            f"{share:.0%} quantile of {n} durations: interval holds it", held, histories // 5, least
        )
    for n in (20, 100):
        draws, real = histories // 10, 0
        for _ in range(draws):
            found = compare_quantiles(durations(rng, n), durations(rng, n))
            real += found is not None and found.verdict is Verdict.REAL
        report.at_most(f"medians of {n} equal durations each: called different", real, draws, 0.05)


def open_tickets(report: Report, rng: Random, histories: int) -> None:
    """Medians by Kaplan and Meier, a third still open; beside it, of the ended ones alone."""
    held = naive = 0
    for _ in range(histories // 5):
        ended: Counter[float] = Counter()
        still_open: Counter[float] = Counter()
        for _ in range(100):
            needs, age = rng.expovariate(1), rng.uniform(0, 3)
            (ended if needs <= age else still_open)[min(needs, age)] += 1
        found, alone = lasting(survival(ended, still_open)), lasting(survival(ended, {}))
        held += (found.low or 0) <= math.log(2) <= (found.high or math.inf)
        naive += (alone.low or 0) <= math.log(2) <= (alone.high or math.inf)
    report.at_least("median of 100 tickets, a third open: interval holds it", held, histories // 5, 0.94)
    report.beside("  the same without the open ones", naive, histories // 5)


def curves(report: Report, rng: Random, histories: int) -> None:
    """Score by dose, falling and then flat: bands at the single doses."""
    truth, draws = (60, 40, 10, 10, -20), histories // 50
    held = [0] * len(truth)
    for _ in range(draws):
        answers: Counter[tuple[float, float]] = Counter()
        for dose, score in enumerate(truth):
            month = score_month(
                rng, 60, promoters=(0.8 + score / 100) / 2, detractors=(0.8 - score / 100) / 2
            )
            for response, n in ((100.0, month.promoters), (0.0, month.passives), (-100.0, month.detractors)):
                answers[float(dose), response] += n
        for index, level in enumerate(dose_response(answers, is_rising=False)):
            held[index] += truth[index] in level.interval
    for index, score in enumerate(truth):
        least = 0.88 if truth.count(score) > 1 else 0.93
        report.at_least(
            f"curve at dose {index + 1} (true {score:+}): band holds it", held[index], draws, least
        )


def durations(rng: Random, n: int) -> Counter[float]:
    return Counter(rng.lognormvariate(0, 1) for _ in range(n))


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--histories", type=int, default=10_000)
    histories = arguments.parse_args().histories
    report, rng = Report(), Random(20)
    for part in (xmr, counted, every_day, funnels, medians, open_tickets, curves):
        part(report, rng, histories)
    return 0 if report.is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
