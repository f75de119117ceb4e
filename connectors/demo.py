"""The demo source: an invented service provider with a past of eighteen months, alive on the clock.

The world is made by demo_world.py out of the settings and one moment, that of the first sync (the anchor),
which the bookmark keeps. A restart runs the same world again up to the bookmark and goes on from there, so
that nothing comes twice and nothing is left out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from connectors.base import Connector, Field, Stream
from connectors.demo_inflow import HISTORY_DAYS
from connectors.demo_mentions import mentions_of
from connectors.demo_promises import DAY
from connectors.demo_records import history_of, moment, people_of, survey_record_of
from connectors.demo_survey import Answer, Invite
from connectors.demo_world import USUAL_TICKETS, World
from connectors.errors import ConfigError
from connectors.paging import Bookmark
from data.records import Page, Record

PAGE_RECORDS = 6_000
RECENT_SECONDS = 100 * DAY
"""What the screens show first is also sent first."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that the world follows from. anchor: seconds since 1970."""

    seed: int
    tickets: int
    pace: float
    anchor: int


class Demo(Connector):
    """Forty agents, four teams, sixty accounts and their tickets and answers, all made up."""

    kind = "demo"
    label = "Demo"
    is_invented = True
    fields = (
        Field(name="seed", help="another number makes another world", kind=int, default=7),
        Field(name="tickets", help="size of the history", kind=int, default=USUAL_TICKETS),
        Field(name="pace", help="seconds between two replies while it is alive", kind=float, default=3.0),
    )
    streams = (Stream(name="life", read="read_life"),)
    _life: Life | None = None

    def read_life(self, bookmark: Bookmark) -> Iterator[Page]:
        """The history, most wanted pages first, then what has happened since the last time.

        Raises ConfigError when the settings no longer are those that the stored world was made with.
        """
        recipe = self._recipe(bookmark)
        if "at" not in bookmark:
            life = Life(recipe)
            for number, records in enumerate(life.history(), start=1):
                if number > bookmark.get("page", 0):
                    yield Page(records=records, bookmark={"world": asdict(recipe), "page": number})
            life.go_live(recipe.anchor)
            self._life, at = life, recipe.anchor
            yield Page(bookmark={"world": asdict(recipe), "at": at})
        else:
            at = int(bookmark["at"])
        if self._life is None or not self._life.has_told(recipe, at):
            self._life = Life(recipe)
            self._life.go_live(at)
        for end, records in self._life.news(at, until=int(self.context.clock().timestamp())):
            yield Page(records=records, bookmark={"world": asdict(recipe), "at": end})

    def _recipe(self, bookmark: Bookmark) -> Recipe:
        """The stored world's recipe, or a new one, anchored at this moment."""
        asked = {
            "seed": self._number("seed", int, 0, 2**31),
            "tickets": self._number("tickets", int, 400, 400_000),
            "pace": self._number("pace", float, 0.5, 3600.0),
        }
        stored = bookmark.get("world")
        if stored is None:
            return Recipe(**asked, anchor=int(self.context.clock().timestamp()))
        for name, value in asked.items():
            if stored[name] != value:
                raise ConfigError(
                    f"Source {self.source}: the setting '{name}' is {value}, but the store holds a demo that"
                    f" was made with {stored[name]}. Set it back, or start with an empty store.",
                    setting=name,
                )
        return Recipe(**stored)

    def _number(self, name: str, kind: type, low: float, high: float) -> Any:
        given = self.config[name]
        try:
            value = kind(given)
        except (TypeError, ValueError):
            value = None
        if value is None or isinstance(given, bool) or not low <= value <= high:
            raise ConfigError(
                f"Source {self.source}: the setting '{name}' must be a number from {low} to {high}.",
                setting=name,
            )
        return value


class Life:
    """One world on its way: first its history, read once, then its news.

    What was told and is not known to be stored is kept, so that a page that failed can be asked for again.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._world = World(recipe.seed, recipe.anchor, recipe.tickets, recipe.pace)
        self._forgotten_until = recipe.anchor  # news up to then are gone
        self._unstored: deque[tuple[int, tuple[Record, ...]]] = self._world.told

    def history(self) -> Iterator[tuple[Record, ...]]:
        """Pages: everybody; the backlog; the recent answers and tickets, newest first; all others; posts."""
        world, anchor = self._world, self.recipe.anchor
        launched = moment(anchor) - timedelta(days=HISTORY_DAYS)
        yield tuple(people_of(world.cast, today=world.today, launched=launched))
        world.keeps = True
        world.run(anchor)
        unsolved = world.desk.unsolved
        yield from _pages(history_of(unsolved[number]) for number in sorted(unsolved, reverse=True))
        border = anchor - RECENT_SECONDS
        surveys: tuple[Sequence[Invite | Answer], ...] = (world.answers, world.invites)
        for is_recent in (True, False):
            for items in surveys:
                yield from _pages(
                    (survey_record_of(item),)
                    for item in reversed(items)
                    if (item.happened >= border) is is_recent
                )
            yield from _pages(
                history_of(case)
                for case in reversed(world.cases)
                if case.number not in unsolved and (case.created >= border) is is_recent
            )
        bad = world.bad_month
        yield tuple(mentions_of(self.recipe.seed, anchor, bad_from=bad.start, bad_until=bad.end))

    def go_live(self, told_until: int) -> None:
        """Let time run to `told_until` in silence; from then on there is news."""
        self._world.forget_history()
        self._world.run(self.recipe.anchor)
        self._world.go_live()
        self._world.run(told_until)
        self._world.listening = True
        self._forgotten_until = told_until

    def has_told(self, recipe: Recipe, at: int) -> bool:
        """Whether this is that world and nothing after `at` has been forgotten."""
        return self.recipe == recipe and self._forgotten_until <= at

    def news(self, at: int, *, until: int) -> Iterator[tuple[int, tuple[Record, ...]]]:
        """Pages of what happened after the second `at` and until `until`, each with its last second."""
        unstored = self._unstored
        while unstored and unstored[0][0] <= at:
            unstored.popleft()
        self._forgotten_until = at
        self._world.run(until)
        page: list[Record] = []
        told = list(unstored)
        for place, (happened, records) in enumerate(told):
            page.extend(records)
            is_last = place + 1 == len(told)
            # A second is never cut in two: the bookmark could not say where.
            if is_last or (len(page) >= PAGE_RECORDS and told[place + 1][0] > happened):
                yield (max(happened, until) if is_last else happened), tuple(page)
                page = []


def _pages(groups: Iterable[tuple[Record, ...]]) -> Iterator[tuple[Record, ...]]:
    """Pages of about equal size; what belongs together stays together."""
    page: list[Record] = []
    for group in groups:
        page.extend(group)
        if len(page) >= PAGE_RECORDS:
            yield tuple(page)
            page = []
    if page:
        yield tuple(page)
