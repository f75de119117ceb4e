"""The address of a view of what customers say: from a URL's parameters to the question, and back to links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from dashboard.controls import Query, parse_query
from dashboard.receipt_query import page_number
from data.review import AskReview
from data.voice import PER_PAGE, AskVoices
from data.voice_stream import Group
from data.voice_themes import Against
from data.words import normal_term

PATH = "/voice"
WINDOW = "90d"
LAST_PAGE = 200
REVIEW = "promoters"
"""The view of the promoters who could be asked for a review."""
_LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceQuery:
    """What the URL asks for. query: what all pages share. is_review: the view of whom to ask for a review."""

    query: Query
    group: Group | None = None
    theme: str | None = None
    against: Against | None = None
    page: int = 1
    is_review: bool = False

    def asked(self) -> AskVoices:
        """The question to the store."""
        return AskVoices(
            filters=self.query.filters,
            window=self.query.window or WINDOW,
            group=self.group,
            theme=self.theme,
            against=self.against,
            page=self.page,
            as_of=self.query.as_of,
        )

    def asked_review(self) -> AskReview:
        """The question whom to ask for a review."""
        return AskReview(
            filters=self.query.filters,
            window=self.query.window or WINDOW,
            offset=(self.page - 1) * PER_PAGE,
            as_of=self.query.as_of,
        )

    def carried(self) -> dict[str, str]:
        """What a link or the filter form takes along besides the filters, but for the page."""
        given = {
            "view": REVIEW if self.is_review else "",
            "group": self.group or "",
            "theme": self.theme or "",
            "against": self.against or "",
        }
        return {name: str(value) for name, value in given.items() if value}

    def href(self, *, path: str = PATH) -> str:
        """The link to this very view."""
        parts = [
            self.query.text(),
            urlencode(self.carried() | ({"page": str(self.page)} if self.page > 1 else {})),
        ]
        text = "&".join(part for part in parts if part)
        return f"{path}?{text}" if text else path

    def at_page(self, page: int) -> VoiceQuery:
        return replace(self, page=page)

    def of_group(self, group: Group | None) -> VoiceQuery:
        """The same window and filters for another group; its themes and comparisons are its own."""
        return VoiceQuery(query=self.query, group=group)

    def for_review(self) -> VoiceQuery:
        return VoiceQuery(query=self.query, is_review=True)

    def about(self, theme: str | None) -> VoiceQuery:
        return replace(self, theme=theme, page=1)

    def held_against(self, against: Against) -> VoiceQuery:
        return replace(self, against=against, theme=None, page=1)


def parse_voice(given: Mapping[str, str], *, at: datetime, zone: str) -> VoiceQuery:
    """Raises ValueError, in words, for what nobody can mean."""
    known = {name: value.strip() for name, value in given.items() if value.strip()}
    for name in ("group", "theme", "against", "view", "page"):
        if len(known.get(name, "")) > _LONGEST:
            raise ValueError(f"The part {name} of the address is too long.")
    query = parse_query(given, at=at, zone=zone)
    if query.known_then:
        raise ValueError("What customers said is shown as it is known now: leave out known=then.")
    query = replace(query, filters=replace(query.filters, priority=None))
    return VoiceQuery(
        query=query,
        group=_group(known.get("group", "all")),
        theme=_theme(known.get("theme")),
        against=_against(known.get("against")),
        page=page_number(known.get("page", "1"), LAST_PAGE),
        is_review=_is_review(known.get("view", "")),
    )


def _group(text: str) -> Group | None:
    if text == "all":
        return None
    if text not in set(Group):
        raise ValueError(f"group is all, {', '.join(Group)}, not {text[:40]!r}.")
    return Group(text)


def _theme(text: str | None) -> str | None:
    if text is None:
        return None
    if not (term := normal_term(text)):
        raise ValueError(f"A theme is a word, or two words in a row, not {text[:40]!r}.")
    return term


def _against(text: str | None) -> Against | None:
    if text is not None and text not in set(Against):
        raise ValueError(f"against is {', '.join(Against)}, not {text[:40]!r}.")
    return Against(text) if text else None


def _is_review(text: str) -> bool:
    if text not in ("", REVIEW):
        raise ValueError(f"view is {REVIEW} or nothing, not {text[:40]!r}.")
    return text == REVIEW
