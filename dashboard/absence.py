"""What to say where a number is missing: loading, nothing connected, nothing in the window, too few.

Each says why it is so and what happens next or what to do, in words that need no manual.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import cards
from dashboard.format import number
from dashboard.stamp import Stamp
from data.health import SourceHealth, SourceState
from data.reading import Reading

_WHAT = {"tickets": "helpdesk", "surveys": "survey tool", "mentions": "source of public posts"}
_ROWS = {"tickets": "tickets", "surveys": "answers", "mentions": "posts"}


def is_missing(reading: Reading) -> bool:
    """No number to show: there is none, or it rests on too few rows."""
    return reading.value is None or reading.is_thin


def in_place(
    reading: Reading, stamp: Stamp, *, feed: str, sources: Sequence[SourceHealth]
) -> list[Component | None]:
    """What stands where the number would: a headline that is the figure, and a line that helps."""
    headline, hint = reason(reading, stamp, feed=feed, sources=sources)
    return [cards.blank(reading, stamp, headline), html.P(hint, className="hint"), cards.old_note(stamp)]


def reason(reading: Reading, stamp: Stamp, *, feed: str, sources: Sequence[SourceHealth]) -> tuple[str, str]:
    """Headline and hint for a reading that is missing or thin. feed: "tickets", "surveys" or "mentions"."""
    if stamp.as_of is None:
        return _not_yet(feed, sources)
    window = reading.window.label
    if reading.value is None:
        return "no data", f"no {_ROWS[feed]} in this window ({window})"
    return "too few to say", f"{cards.sample(reading)} of the {reading.metric.minimum_sample} it takes"


def _not_yet(feed: str, sources: Sequence[SourceHealth]) -> tuple[str, str]:
    loading = [s for s in sources if s.state is SourceState.LOADING and (feed in s.feeds or not s.feeds)]
    if loading:
        read = sum(s.record_count for s in loading)
        return "loading", f"first sync under way · {number(read)} records so far"
    mine = [s for s in sources if feed in s.feeds]
    if troubled := next((s for s in mine if s.state in (SourceState.FAILING, SourceState.STOPPED)), None):
        return "no data yet", f"{troubled.label} could not be read: see Sources"
    if mine or any(s.state is SourceState.WAITING for s in sources):
        return "no data yet", "waits for the first sync"
    return "no data yet", f"no {_WHAT[feed]} is connected: name one in barometer.toml"
