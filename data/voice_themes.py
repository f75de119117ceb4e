"""The themes of a group of comments, read from the store, and how often they were said before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from data.readings import Readings
from data.themes import Terms, Theme, is_enough, themes
from data.voice_stream import Group, Text, texts
from data.window import DAWN, Filters, Window
from data.words import terms

MOST_READ = 2_000
"""Comments of either side that themes are told from, the newest ones."""
SHOWN = 12
"""Themes that are shown at most, those that stand out most."""
MONTHS = 12
YEAR = timedelta(days=365)


class Against(StrEnum):
    """What comments are held against, to see what sets them apart."""

    OTHERS = "others"  # the other groups in the same window
    PROMOTERS = "promoters"  # in the same window
    BEFORE = "before"  # the same group in the year before the window


CHOICES: dict[Group | None, tuple[Against, ...]] = {
    None: (Against.BEFORE,),
    Group.DETRACTORS: (Against.OTHERS, Against.BEFORE),
    Group.PASSIVES: (Against.PROMOTERS, Against.OTHERS, Against.BEFORE),
    Group.PROMOTERS: (Against.OTHERS, Against.BEFORE),
}
"""What each group can be held against, the usual first."""


@dataclass(frozen=True, slots=True)
class Month:
    """first: its first day. hits: comments with the theme, of `of` comments of the group that were read."""

    first: date
    hits: int
    of: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A theme with its past: how many said it in the year before the window, and month by month."""

    theme: Theme
    before_hits: int
    before_of: int
    months: tuple[Month, ...]

    @property
    def before_share(self) -> float | None:
        """Of the group's comments in the year before, 0 to 1; None: there are none."""
        return self.before_hits / self.before_of if self.before_of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes:
    """some, usual: comments on either side. is_enough: whether they can tell themes. is_cut: there were
    more than MOST_READ on a side, of which the newest were read. found: how many themes there are, of which
    at most SHOWN are shown."""

    against: Against
    some: int
    usual: int
    is_enough: bool
    is_cut: bool
    found: int
    shown: tuple[Shown, ...]


def told(
    readings: Readings,
    window: Window,
    filters: Filters,
    group: Group | None,
    against: Against | None,
    some: Sequence[Text],
) -> Themes:
    """The themes of these comments of the group in the window, of `read` by at most MOST_READ + 1.

    Raises ValueError for a comparison that the group does not have.
    """
    against = against or CHOICES[group][0]
    if against not in CHOICES[group]:
        known = " or ".join(CHOICES[group])
        raise ValueError(f"{(group or 'all').capitalize()} can be held against {known}, not {against}.")
    before = read(readings, year_before(window), filters, (group,))
    usual = before
    if against is not Against.BEFORE:
        usual = read(readings, window, filters, _held_against(group, against))
    mine, earlier = _terms(some), _terms(before)
    theirs = earlier if usual is before else _terms(usual)
    found = themes(mine, theirs)
    past = [text.on.replace(day=1) for text in (*some[:MOST_READ], *before[:MOST_READ])]
    return Themes(
        against=against,
        some=len(mine),
        usual=len(theirs),
        is_enough=is_enough(mine, theirs),
        is_cut=max(len(some), len(usual)) > MOST_READ,
        found=len(found),
        shown=tuple(_with_past(theme, mine, earlier, past) for theme in found[:SHOWN]),
    )


def read(readings: Readings, window: Window, filters: Filters, groups: Sequence[Group | None]) -> list[Text]:
    """The newest comments, one more than MOST_READ where there are more. Nothing in an empty window."""
    if window.start >= window.end:
        return []
    return texts(readings.scope(window, filters), groups, limit=MOST_READ + 1)


def year_before(window: Window) -> Window:
    """The 365 days before a window; empty where the window reaches back to the dawn."""
    start = max(window.start - YEAR, DAWN) if window.start > DAWN else window.start
    return replace(window, start=start, end=window.start, label=f"the year before {window.label}")


def says(comment: str, term: str) -> bool:
    """Whether a comment holds the term."""
    if comment.isascii():  # looked for first, since to take the words apart takes far longer
        small = comment.lower()
        if not all(word in small for word in term.split(" ")):
            return False
    return term in terms(comment)


def _held_against(group: Group | None, against: Against) -> tuple[Group, ...]:
    if against is Against.PROMOTERS:
        return (Group.PROMOTERS,)
    return tuple(other for other in Group if other is not group)


def _terms(comments: Sequence[Text]) -> list[Terms]:
    return [terms(text.comment) for text in comments[:MOST_READ]]


def _with_past(
    theme: Theme, mine: Sequence[Terms], earlier: Sequence[Terms], months: Sequence[date]
) -> Shown:
    """months: of each of these comments, then of each of the earlier ones."""
    hits = Counter(month for month, said in zip(months, (*mine, *earlier), strict=True) if theme.term in said)
    of = Counter(months)
    return Shown(
        theme,
        before_hits=sum(theme.term in said for said in earlier),
        before_of=len(earlier),
        months=tuple(Month(month, hits[month], of[month]) for month in sorted(of)[-MONTHS:]),
    )
