"""What is said of the demo's company in public: a post every few weeks, and more in its bad month. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from connectors.demo_inflow import HISTORY_DAYS
from connectors.demo_promises import DAY
from connectors.demo_records import moment
from data.records import Mention

SITE = "https://forum.example/t"
GAP_DAYS = (6.0, 34.0)
BAD_GAP_DAYS = (2.0, 6.0)
LONGEST_TALK_DAYS = 20.0

TITLES = (
    "Anybody else waiting for days on a password reset?", "Support that picks up the phone, finally",
    "Outsourced helpdesk: ours is fast to answer, slow to solve", "How do you measure your IT provider?",
    "New laptops on day one: our experience", "Ticket closed in four minutes, problem still there",
    "Renewing our managed service contract, worth it?", "A kind word for the night shift",
    "Who do you call when the VPN is down on a Sunday?", "Green reports and unhappy people",
)  # fmt: skip
BAD_TITLES = (
    "Exchange migration went wrong, week two", "Half of our calendars are gone after the migration",
    "Migration weekend: nobody told us", "Is their mail team just two people?",
)  # fmt: skip


def mentions_of(seed: int, anchor: int, *, bad_from: int, bad_until: int) -> Iterator[Mention]:
    """The posts of the history, oldest first, as they stand at the anchor (seconds since 1970).

    Chance of its own: the rest of the world stays the same with and without them.
    """
    rng = Random(seed)  # noqa: S311 - the same posts every time is the point
    at, number = anchor - HISTORY_DAYS * DAY, 0
    while True:
        is_bad = bad_from <= at < bad_until
        gap = rng.uniform(*(BAD_GAP_DAYS if is_bad else GAP_DAYS)) * DAY
        # The bad month is not slept through: the first post of it comes as soon as those of any month.
        at = min(at + int(gap), bad_from + 2 * DAY) if at < bad_from else at + int(gap)
        if at >= anchor:
            return
        number += 1
        yield _post(rng, number, at, anchor, BAD_TITLES if bad_from <= at < bad_until else TITLES)


def _post(rng: Random, number: int, at: int, anchor: int, titles: tuple[str, ...]) -> Mention:
    views = int(rng.lognormvariate(5.6, 0.9))
    talked_for = min(anchor - at, int(rng.uniform(1, LONGEST_TALK_DAYS) * DAY))
    return Mention(
        id=f"M-{number}",
        posted_at=moment(at),
        url=f"{SITE}/{1000 + 7 * number}",
        title=rng.choice(titles),
        views=views,
        replies=int(views * rng.uniform(0.0, 0.04)),
        updated_at=moment(at) + timedelta(seconds=talked_for),
    )
