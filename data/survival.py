"""How long tickets last where some are still open: Kaplan-Meier, pure functions over counted durations.

Without it last month always looks fast: only its quick tickets have ended by now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

from data.statistics import Interval

_Z95 = NormalDist().inv_cdf(0.975)
_ROUNDING = 1e-12  # a curve that reaches one half as a product of fractions has reached it


@dataclass(frozen=True, slots=True)
class Step:
    """From this duration on, until the next step, the share `still_open` (0 to 1) has not ended.

    at_risk: those known to have lasted so long; ended: those of them that ended just then. interval: 95 %;
    None where nothing bounds it, after the last one has ended.
    """

    duration: float
    at_risk: int
    ended: int
    still_open: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Lasting:
    """A quantile of how long tickets last. None: not reached, so "longer than any seen"."""

    value: float | None
    low: float | None
    high: float | None


def survival(ended: Mapping[float, int], still_open: Mapping[float, int]) -> list[Step]:
    """Return a step for each duration at which something ended, in order; empty where nothing has.

    ended: how many ended after each duration; still_open: how many are open at each age. One that is still
    open at an age when others ended counts as at risk there. Kaplan and Meier (1958), "Nonparametric
    Estimation from Incomplete Observations", Journal of the American Statistical Association.
    """
    if any(count < 0 for counts in (ended, still_open) for count in counts.values()):
        message = "A count of tickets cannot be negative."
        raise ValueError(message)
    steps: list[Step] = []
    share, greenwood = 1.0, 0.0
    at_risk = sum(ended.values()) + sum(still_open.values())
    for duration in sorted(ended.keys() | still_open.keys()):
        gone = ended.get(duration, 0)
        if gone:
            share *= (at_risk - gone) / at_risk
            greenwood += gone / (at_risk * (at_risk - gone)) if gone < at_risk else 0.0
            steps.append(Step(duration, at_risk, gone, share, _interval(share, greenwood)))
        at_risk -= gone + still_open.get(duration, 0)
    return steps


def lasting(steps: Sequence[Step], share: float = 0.5) -> Lasting:
    """Return the duration by which this share has ended (0.5: the median), with its 95 % interval.

    The interval holds the durations at which the log-log interval of the curve reaches that share:
    Brookmeyer and Crowley (1982), "A Confidence Interval for the Median Survival Time", Biometrics.
    ValueError: share not between 0 and 1.
    """
    if not 0 < share < 1:
        message = f"No such quantile: {share}. It lies between 0 and 1."
        raise ValueError(message)
    left = 1 - share + _ROUNDING
    return Lasting(
        value=next((step.duration for step in steps if step.still_open <= left), None),
        low=next((step.duration for step in steps if _low(step) <= left), None),
        high=next((step.duration for step in steps if step.interval and step.interval.high <= left), None),
    )


def ended_within(steps: Sequence[Step], duration: float) -> tuple[float, Interval | None]:
    """Return the share that ends within this duration, 0 to 1, and its 95 % interval."""
    reached = [step for step in steps if step.duration <= duration]
    if not reached:
        return 0.0, None
    step = reached[-1]
    band = step.interval
    return 1 - step.still_open, Interval(1 - band.high, 1 - band.low) if band else None


def _interval(share: float, greenwood: float) -> Interval | None:
    """Greenwood's (1926) variance on the log(-log) scale, which keeps the interval within 0 and 1."""
    if not 0 < share < 1:
        return None
    width = _Z95 * sqrt(greenwood) / abs(log(share))
    return Interval(share ** exp(width), share ** exp(-width))


def _low(step: Step) -> float:
    return step.interval.low if step.interval else step.still_open
