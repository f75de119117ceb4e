"""How Zendesk's time exports and its rating list are walked; their quirks are kept in here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from connectors.base import Stream
from connectors.errors import AuthError, ConfigError, PermanentError, RecordError
from connectors.helpdesks.zendesk_account import LIST
from connectors.helpdesks.zendesk_values import moment_or_none
from connectors.http import JsonSource
from connectors.paging import Ask, Bookmark, dig

BEGINNING = 1
FULL_PAGE = 1000
TOO_RECENT = "StartTimeTooRecent"
RATINGS_CHANGE_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One page: its rows as they came, where to go on, and whether it is the last one for now."""

    rows: Any
    bookmark: Bookmark | None
    is_last: bool

    @property
    def day(self) -> date | None:
        """The day that the reading has reached."""
        start = (self.bookmark or {}).get("start_time")
        return datetime.fromtimestamp(start, UTC).date() if start else None


def time_export(http: JsonSource, stream: Stream, bookmark: Bookmark, *, latest: int) -> Iterator[Stretch]:
    """A stream's rows from the bookmark's second on; `latest` is the last second that may be asked for.

    A reply keeps whole seconds together. Where one second fills a page, the export would repeat it for
    ever, so the walk goes on with the next second.
    """
    start = min(int(bookmark.get("start_time", BEGINNING)), latest)
    while start <= latest:
        try:
            body = http.get_json(stream.path, {**stream.params, "start_time": str(start)})
        except PermanentError as error:
            if error.code == TOO_RECENT:  # our clock is ahead of theirs
                return
            raise
        rows, end, ended = (dig(body, key) for key in (stream.items, "end_time", "end_of_stream"))
        is_last = len(rows or ()) < FULL_PAGE if ended is None else bool(ended)
        known = isinstance(end, int)
        yield Stretch(rows, {"start_time": end} if known else None, is_last or not known)
        if is_last or not known:
            return
        start = max(end, start + 1)


def ratings(http: JsonSource, stream: Stream, bookmark: Bookmark) -> Iterator[Stretch]:
    """Ratings from two weeks before the newest one known: an offered one changes when it is answered.

    The list is in no order that could be relied on, so the window moves at the end of a walk only; a walk
    that was broken off goes on where it was.
    """
    start, newest = int(bookmark.get("start_time", BEGINNING)), int(bookmark.get("newest", 0))
    whole = Ask(stream.path, {**stream.params, "start_time": str(start)})
    resumed = bookmark.get("after")
    ask: Ask | None = Ask(whole.path, whole.params | {LIST.param: str(resumed)}) if resumed else whole
    while ask is not None:
        try:
            body = http.get_json(ask.path, ask.params)
        except PermanentError as error:
            if isinstance(error, AuthError | ConfigError) or not resumed:
                raise
            ask, resumed = whole, None  # a cursor of an earlier run that is no longer taken
            continue
        resumed = None
        rows = dig(body, stream.items)
        newest = max([newest, *(_created(row) for row in rows or ())])
        ask = LIST.advance(ask, body).next
        if ask is None:
            opened = max(BEGINNING, newest - int(RATINGS_CHANGE_FOR.total_seconds()))
            yield Stretch(rows, {"start_time": opened, "newest": newest}, is_last=True)
        else:
            kept = {"start_time": start, "newest": newest, "after": ask.params[LIST.param]}
            yield Stretch(rows, kept, is_last=False)


def _created(row: Any) -> int:
    """When a rating was made, in seconds; 0 where that can't be read (its parse then says why)."""
    try:
        at = moment_or_none(row.get("created_at")) if isinstance(row, Mapping) else None
    except (RecordError, TypeError, ValueError):
        return 0
    return int(at.timestamp()) if at else 0
