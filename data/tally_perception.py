"""Mergeable counts of what customers have lived through, what is at stake and what may be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ExperienceTally:
    """NPS and CSAT answers beside the outcomes of the targets that their givers have lived through.

    kept, ended: such resolution targets; one counts once for each answer that it lies before. The next four:
    answers before which all were kept, or at least one was broken, by whether they were the best marks.
    without_target: answers before which no target had ended; without_score: nothing that can be judged.
    doses: NPS answers by (class of resolution over target, 100, 0 or -100); without_dose: NPS answers with a
    score before which no target had ended, or only such whose minutes nobody knows.
    """

    kept: int = 0
    ended: int = 0
    kept_and_best: int = 0
    kept_and_below: int = 0
    broken_and_best: int = 0
    broken_and_below: int = 0
    without_target: int = 0
    without_score: int = 0
    without_dose: int = 0
    doses: Counter[tuple[float, float]] = field(default_factory=Counter)

    def __add__(self, other: ExperienceTally) -> ExperienceTally:
        return ExperienceTally(
            self.kept + other.kept,
            self.ended + other.ended,
            self.kept_and_best + other.kept_and_best,
            self.kept_and_below + other.kept_and_below,
            self.broken_and_best + other.broken_and_best,
            self.broken_and_below + other.broken_and_below,
            self.without_target + other.without_target,
            self.without_score + other.without_score,
            self.without_dose + other.without_dose,
            self.doses + other.doses,
        )


@dataclass(frozen=True, slots=True)
class Stake:
    """What hangs on one active account. None: not known.

    value: a year, in the installation's currency. renews_in: days to renewal_on, below 0 where it has passed.
    score, said_at: the last NPS answer of its decision-makers within a year.
    """

    value: float | None = None
    renewal_on: date | None = None
    renews_in: int | None = None
    score: float | None = None
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StakesTally:
    """Active accounts, by key."""

    accounts: Mapping[str, Stake] = field(default_factory=dict)

    def __add__(self, other: StakesTally) -> StakesTally:
        return StakesTally({**self.accounts, **other.accounts})


@dataclass(frozen=True, slots=True)
class ReachTally:
    """NPS answers and who gave the bad ones; people: a set, because one may stand in several groups.

    without_person: answers of 0 to 6 of people that nothing identifies. told_share, told_people: what was
    assumed, not counted: the share of those who tell others, and how many people each of them tells.
    """

    answers: int = 0
    detractors: int = 0
    without_score: int = 0
    people: frozenset[str] = frozenset()
    without_person: int = 0
    told_share: float = 0.0
    told_people: float = 0.0

    def __add__(self, other: ReachTally) -> ReachTally:
        return ReachTally(
            self.answers + other.answers,
            self.detractors + other.detractors,
            self.without_score + other.without_score,
            self.people | other.people,
            self.without_person + other.without_person,
            self.told_share,
            self.told_people,
        )


@dataclass(frozen=True, slots=True)
class MentionsTally:
    """Public posts; views: of those whose views are known (`viewed`)."""

    posts: int = 0
    viewed: int = 0
    views: int = 0

    def __add__(self, other: MentionsTally) -> MentionsTally:
        return MentionsTally(self.posts + other.posts, self.viewed + other.viewed, self.views + other.views)
