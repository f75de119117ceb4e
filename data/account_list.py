"""All accounts as one page shows them: worth, renewal, what was kept for them, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from data import facts
from data.metrics import metric_of
from data.metrics.definition import Value
from data.metrics.stakes import is_at_risk
from data.reading import Reading
from data.readings import Readings, standing
from data.study import Offered
from data.tallies_stakes import contracts, last_said
from data.tally_perception import Stake
from data.window import Filters

WINDOW = "90d"
UNHAPPY = 0.0
"""Below this score more people advise against us than for us."""
DRAWN = 300
"""Dots that a picture holds at the most."""
NOTHING = Value(None, 0)

SORTS = ("risk", "value", "renewal", "nps", "attainment", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One account. None: not known, or nothing to read it from.

    value: a year, in the installation's currency; size: its third among the values known, 1 the lowest; 0:
    not known. renews_in: days, below 0 where it has passed. score, said_at: the last NPS answer of its
    decision-makers within 365 days. nps, attainment: of the answers and the targets of the window.
    is_watermelon: its targets are kept as aimed for, and its people are unhappy all the same; is_thin: too
    few answers or targets to say.
    """

    account: str
    name: str
    value: float | None = None
    size: int = 0
    renewal_on: date | None = None
    renews_in: int | None = None
    score: float | None = None
    said_at: datetime | None = None
    is_at_risk: bool = False
    nps: Value = NOTHING
    attainment: Value = NOTHING
    is_thin: bool = True
    is_watermelon: bool = False

    @property
    def is_placed(self) -> bool:
        """Whether it has both what a place in the picture takes."""
        return self.nps.value is not None and self.attainment.value is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountList:
    """Every account, by name, with the readings over them all. value_at_risk: what the accounts at risk add
    up to. asked: response rates by audience, of the window."""

    as_of: datetime
    zone: str
    is_invented: bool
    offered: Offered
    lines: tuple[AccountLine, ...]
    nps: Reading
    attainment: Reading
    value_at_risk: Reading
    asked: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class AccountsQuestion:
    """filters: source and audience; the audience narrows the score and the targets, not who is at risk."""

    filters: Filters
    as_of: datetime | None = None

    def answer(self, readings: Readings) -> AccountList:
        """Each account's rows of 90 days are added up in two queries. Indexes: response (kind,
        responded_at), ticket (sla_ended_at)."""
        source = Filters(source=self.filters.source)
        nps, attainment = (
            readings.read(key, window=WINDOW, filters=self.filters, compare=False)
            for key in ("nps", "sla_attainment")
        )
        return AccountList(
            as_of=readings.as_of,
            zone=readings.zone,
            is_invented=readings.is_invented,
            offered=Offered({}, {}, {item.name: item.label for item in readings.sources}),
            lines=_lines(readings, nps, attainment),
            nps=nps,
            attainment=attainment,
            value_at_risk=readings.read("value_at_risk", filters=source, compare=False),
            asked=tuple(readings.split("response_rate", "audience", window=WINDOW, filters=source)),
        )


def _lines(readings: Readings, nps: Reading, attainment: Reading) -> tuple[AccountLine, ...]:
    scope = readings.scope(nps.window, Filters(source=nps.filters.source))
    known, said = contracts(scope), last_said(scope)
    names = facts.account_names(readings.connection)
    scores, kept = _values(readings, nps), _values(readings, attainment)
    sizes = _sizes([value for value, _, _ in known.values() if value is not None])
    found = []
    for key, (value, renewal_on, renews_in) in known.items():
        score, said_at = said.get(key, (None, None))
        mine, share = scores.get(key, NOTHING), kept.get(key, NOTHING)
        is_thin = mine.n < nps.metric.minimum_sample or share.n < attainment.metric.minimum_sample
        line = AccountLine(
            account=key,
            name=names.get(key, key),
            value=value,
            size=0 if value is None else 1 + sum(value > limit for limit in sizes),
            renewal_on=renewal_on,
            renews_in=renews_in,
            score=score,
            said_at=said_at,
            is_at_risk=is_at_risk(Stake(score=score)),
            nps=mine,
            attainment=share,
            is_thin=is_thin,
            is_watermelon=not is_thin and _is_watermelon(mine, share, attainment.target),
        )
        found.append(line)
    return tuple(sorted(found, key=lambda line: (line.name.casefold(), line.account)))


def _values(readings: Readings, total: Reading) -> dict[str, Value]:
    """What a figure reads for each account that has rows of it."""
    if total.n == 0:
        return {}
    metric = metric_of(total.metric.key)
    groups = metric.tally(readings.scope(total.window, total.filters), ("account",))
    return {key: metric.read(tally) for (key,), tally in groups.items() if key is not None}


def _sizes(values: Sequence[float]) -> tuple[float, ...]:
    """Where the middle and the highest third begin."""
    ranked = sorted(values)
    return tuple(ranked[len(ranked) * part // 3 - 1] for part in (1, 2)) if len(ranked) >= 3 else ()


def _is_watermelon(nps: Value, attainment: Value, target: float | None) -> bool:
    if target is None or nps.value is None or attainment.value is None:
        return False
    return attainment.value >= target and nps.value < UNHAPPY


def reading_of(total: Reading, account: str, value: Value) -> Reading:
    """One account's reading, from that over them all."""
    return replace(
        total,
        value=value.value,
        n=value.n,
        interval=value.interval,
        counts=value.counts,
        left_out=value.left_out,
        standing=standing(total.metric, value, total.target),
        by="account",
        group=account,
    )


def ordered(lines: Sequence[AccountLine], sort: str) -> list[AccountLine]:
    """By one of SORTS, what needs a call first; what is not known comes last. ValueError: no such order."""
    if sort == "risk":
        return sorted(lines, key=_most_at_stake)
    if sort == "value":
        return sorted(lines, key=lambda line: _last(None if line.value is None else -line.value))
    if sort == "renewal":
        return sorted(lines, key=_renewal)
    if sort == "nps":
        return sorted(lines, key=lambda line: _last(line.nps.value))
    if sort == "attainment":
        return sorted(lines, key=lambda line: _last(line.attainment.value))
    if sort == "name":
        return list(lines)
    raise ValueError(f"Accounts are not sorted by {sort[:40]!r}. Possible: {', '.join(SORTS)}.")


def drawn(lines: Sequence[AccountLine]) -> list[AccountLine]:
    """Those that a picture shows: the watermelons, then the most valuable, at most DRAWN."""
    placed = [line for line in lines if line.is_placed]
    by_value = sorted(placed, key=lambda line: (not line.is_watermelon, -(line.value or 0.0)))
    return by_value[:DRAWN]


def _most_at_stake(line: AccountLine) -> tuple[object, ...]:
    """At risk first, then other watermelons; each by value, and of equal value the next renewal first."""
    renews = _renewal(line)
    value = line.value
    return (
        not line.is_at_risk,
        not (line.is_at_risk or line.is_watermelon),
        value is None,
        -(value or 0.0),
        *renews,
    )


def _renewal(line: AccountLine) -> tuple[bool, float]:
    """The next first; then those that have passed or are not known."""
    days = line.renews_in
    return _last(None if days is None or days < 0 else days)


def _last(value: float | None) -> tuple[bool, float]:
    return value is None, value or 0.0
