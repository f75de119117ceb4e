"""The verdict in words: Fair, Change, Rain or Storm; rising, steady or falling; and the one reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from data import statistics
from data.metrics.definition import Direction
from data.reading import Reading, Standing

if TYPE_CHECKING:
    from data.board import AudienceSign, BacklogSign, NpsSign, SlaSign

FEW = 5
"""A backlog that is fewer tickets than this above the usual is no news, however small the usual is."""

FAR = 0.15
"""A share this far below its goal is a storm."""


class Weather(IntEnum):
    """How things stand. The verdict is the worst of the four signs, never a mean."""

    UNKNOWN = 0
    FAIR = 1
    CHANGE = 2
    RAIN = 3
    STORM = 4


class Tendency(StrEnum):
    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class SignVerdict:
    """What one of the four signs says. sign: nps, backlog, sla, audiences. reason: a plain sentence."""

    sign: str
    weather: Weather
    tendency: Tendency
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The worst of the signs, with its reason, and each sign's own, to show why."""

    weather: Weather
    tendency: Tendency
    reason: str
    signs: tuple[SignVerdict, ...]


def judge(nps: NpsSign, backlog: BacklogSign, sla: SlaSign, audiences: AudienceSign) -> Verdict:
    """The worst of the four signs (the first of them, where several are as bad)."""
    signs = (
        judge_nps(nps),
        judge_backlog(backlog),
        judge_sla(sla),
        judge_audiences(audiences),
    )
    worst = max(signs, key=lambda sign: sign.weather)
    if worst.weather is Weather.UNKNOWN:
        return Verdict(Weather.UNKNOWN, Tendency.STEADY, "There is not enough data yet.", signs)
    if worst.weather is Weather.FAIR:
        tendency = next((s.tendency for s in signs if s.tendency is not Tendency.STEADY), Tendency.STEADY)
        return Verdict(Weather.FAIR, tendency, "All signs hold.", signs)
    return Verdict(worst.weather, worst.tendency, worst.reason, signs)


def judge_nps(sign: NpsSign) -> SignVerdict:
    """Fair at the goal; Change below it or after a real fall; Rain surely below; Storm surely below 0."""
    nps = sign.nps
    if nps.value is None or nps.is_thin:
        return _unknown("nps", "Too few answers to judge the NPS.")
    tendency = _tendency(nps)
    high = nps.interval.high if nps.interval else nps.value
    if high < 0:
        return SignVerdict("nps", Weather.STORM, tendency, "There are more detractors than promoters.")
    if nps.standing is Standing.BAD:
        return SignVerdict("nps", Weather.RAIN, tendency, f"NPS is below its goal of {nps.target:+.0f}.")
    if tendency is Tendency.FALLING:
        return SignVerdict("nps", Weather.CHANGE, tendency, "NPS has really fallen.")
    if nps.standing is Standing.WATCH:
        reason = f"NPS is under its goal of {nps.target:+.0f}, within noise."
        return SignVerdict("nps", Weather.CHANGE, tendency, reason)
    return SignVerdict("nps", Weather.FAIR, tendency, "NPS holds.")


def judge_backlog(sign: BacklogSign) -> SignVerdict:
    """Against the goal, else the usual level (median of the days before): 1.15, 1.5 and 2 times that."""
    level = sign.backlog.value
    days = sorted(point.value for point in sign.trend[:-1] if point.value is not None)
    goal = sign.backlog.target
    usual = goal if goal is not None else (days[len(days) // 2] if days else None)
    if level is None or usual is None or not any(days):
        return _unknown("backlog", "There is no usual backlog to compare with yet.")
    week_ago = sign.trend[-8].value if len(sign.trend) > 8 else None
    step = 0.0 if not week_ago else (level - week_ago) / week_ago
    tendency = Tendency.STEADY if abs(step) < 0.1 else Tendency.FALLING if step > 0 else Tendency.RISING
    more = level - usual
    name = "its goal" if goal is not None else "usual"
    reason = f"The backlog is {level:.0f}, {name} is {usual:.0f}."
    for factor, weather in ((2.0, Weather.STORM), (1.5, Weather.RAIN), (1.15, Weather.CHANGE)):
        if level > usual * factor and more > FEW:
            return SignVerdict("backlog", weather, tendency, reason)
    return SignVerdict("backlog", Weather.FAIR, tendency, "The backlog holds.")


def judge_sla(sign: SlaSign) -> SignVerdict:
    """Fair at the goal; Change within noise or for one priority; Rain surely below; Storm far below."""
    share = sign.attainment
    if share.value is None or share.is_thin or share.target is None:
        return _unknown("sla", "Too few targets have ended to judge the SLA.")
    tendency = _tendency(share)
    figures = f"{_percent(share.value)} of {_percent(share.target)}"
    if share.standing is Standing.BAD:
        weather = Weather.STORM if share.target - share.value > FAR else Weather.RAIN
        return SignVerdict("sla", weather, tendency, f"Tickets miss their target ({figures}).")
    missed = [
        (name, item) for name, item in sign.attainment_by_priority.items() if item.standing is Standing.BAD
    ]
    if missed:
        name, item = min(missed, key=lambda pair: pair[1].value or 0)
        figures = f"{_percent(item.value or 0)} of {_percent(share.target)}"
        reason = f"{name.capitalize()}-priority tickets miss their target ({figures})."
        return SignVerdict("sla", Weather.CHANGE, tendency, reason)
    if share.standing is Standing.WATCH:
        reason = f"Slightly too few tickets are inside target ({figures}), within noise."
        return SignVerdict("sla", Weather.CHANGE, tendency, reason)
    return SignVerdict("sla", Weather.FAIR, tendency, "Tickets keep their target.")


def judge_audiences(sign: AudienceSign) -> SignVerdict:
    """Change when decision-makers are really less happy than end users; Rain when surely below 0."""
    deciders = sign.decision_makers.nps
    if sign.apart is None or deciders.is_thin or deciders.value is None:
        return _unknown("audiences", "Too few decision-makers have answered.")
    tendency = _tendency(deciders)
    if deciders.interval is not None and deciders.interval.high < 0:
        reason = "Decision-makers would advise against us."
        return SignVerdict("audiences", Weather.RAIN, tendency, reason)
    if sign.apart.verdict is statistics.Verdict.REAL and sign.apart.difference < 0:
        reason = f"Decision-makers are {-sign.apart.difference:.0f} points less happy than end users."
        return SignVerdict("audiences", Weather.CHANGE, tendency, reason)
    return SignVerdict("audiences", Weather.FAIR, tendency, "Decision-makers and end users agree.")


def _tendency(reading: Reading) -> Tendency:
    """Only a real change is a tendency."""
    change = reading.change
    if change is None or change.verdict is not statistics.Verdict.REAL or not change.difference:
        return Tendency.STEADY
    better = (change.difference > 0) == (reading.metric.direction is Direction.HIGHER_IS_BETTER)
    return Tendency.RISING if better else Tendency.FALLING


def _unknown(sign: str, reason: str) -> SignVerdict:
    return SignVerdict(sign, Weather.UNKNOWN, Tendency.STEADY, reason)


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
