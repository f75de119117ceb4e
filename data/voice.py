"""What the page of voices asks of one snapshot: the stream of comments, and its themes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.reading import Reading
from data.readings import Readings
from data.study import Offered, offered
from data.voice_stream import Group, Said, latest, these
from data.voice_themes import MOST_READ, Against, Themes, read, says, told
from data.window import Filters, Window

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """One page of the stream. nps: of all answers of the window and the filters, whatever the group.

    about: how many of the comments that were read say the theme that was asked for; None: no theme was.
    """

    as_of: datetime
    window: Window
    nps: Reading
    said: tuple[Said, ...]
    has_more: bool
    about: int | None
    themes: Themes
    offered: Offered
    is_invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskVoices:
    """window: words. theme: a term as `words.normal_term` writes it. against None: the group's usual one.

    page: from 1, of PER_PAGE comments. as_of None: now.
    """

    filters: Filters
    window: str
    group: Group | None = None
    theme: str | None = None
    against: Against | None = None
    page: int = 1
    as_of: datetime | None = None

    def answer(self, readings: Readings) -> Voices:
        """Raises ValueError for a window that is none, and for a comparison that the group does not have."""
        window = readings.window(self.window)
        scope = readings.scope(window, self.filters)
        some = read(readings, window, self.filters, (self.group,))
        offset, about = (self.page - 1) * PER_PAGE, None
        keys = [text.key for text in some[:MOST_READ] if self.theme is None or says(text.comment, self.theme)]
        if self.theme is None and offset + PER_PAGE >= MOST_READ:  # beyond what was read for the themes
            found = latest(scope, self.group, limit=PER_PAGE + 1, offset=offset)
        else:
            found = these(scope, keys[offset : offset + PER_PAGE + 1])
            about = None if self.theme is None else len(keys)
        return Voices(
            as_of=readings.as_of,
            window=window,
            nps=readings.read("nps", window=window, filters=self.filters, compare=False),
            said=found[:PER_PAGE],
            has_more=len(found) > PER_PAGE,
            about=about,
            themes=told(readings, window, self.filters, self.group, self.against, some),
            offered=offered(readings, self.filters),
            is_invented=readings.is_invented,
        )
