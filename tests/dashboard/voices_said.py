"""Hand-made answers to the page of voices: full, empty, thin and hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from data.records import Audience, SurveyKind
from data.review import AskReview, Candidate, Candidates
from data.study import Offered
from data.themes import Theme
from data.voice import AskVoices, Voices
from data.voice_stream import Group, Said
from data.voice_themes import CHOICES, Month, Shown, Themes
from data.window import parse_window
from tests.dashboard.readings import AT, HOSTILE, NPS, ZONE, read


def said(id: str = "R-1", **more: Any) -> Said:
    """A detractor of a known account, with a ticket, an hour ago."""
    given: dict[str, Any] = {
        "source": "poll",
        "kind": SurveyKind.NPS,
        "said_at": AT - timedelta(hours=1),
        "score": 3.0,
        "scale_max": 10,
        "group": Group.DETRACTORS,
        "audience": Audience.DECISION_MAKER,
        "comment": "Slow, and slower each month.",
        "ticket_id": "T-7",
        "account": "Acme",
        "yearly_value": 86_000.0,
        "renewal_days": 40,
    }
    return Said(id=id, **(given | more))


CSAT = said("R-2", kind=SurveyKind.CSAT, score=2.0, scale_max=5, group=None, ticket_id=None)
BARE = said(
    "R-3", score=None, group=None, audience=Audience.UNKNOWN, ticket_id=None, account=None,
    yearly_value=None, renewal_days=None,
)  # fmt: skip


def shown(term: str = "slow", **more: Any) -> Shown:
    given: dict[str, Any] = {"also": ("slower",), "hits": 9, "of": 84, "usual_hits": 0, "usual_of": 420}
    theme = Theme(term=term, z=3.6, **(given | more))
    return Shown(theme, 4, 80, (Month(date(2026, 10, 1), 4, 80), Month(date(2026, 11, 1), 9, 84)))


def full(asked: AskVoices) -> Voices:
    """Three comments and one theme, as held against what was asked for."""
    themes = Themes(
        against=asked.against or CHOICES[asked.group][0], some=84, usual=420, is_enough=True, is_cut=False,
        found=1, shown=(shown(),),
    )  # fmt: skip
    counts = {"promoters": 200.0, "passives": 100.0, "detractors": 100.0}
    return Voices(
        as_of=AT,
        window=parse_window(asked.window, as_of=AT, zone=ZONE),
        nps=read(NPS, 25.0, counts=counts, window=asked.window),
        said=(said(), CSAT, BARE),
        has_more=True,
        about=None if asked.theme is None else 9,
        themes=themes,
        offered=Offered({"poll:1": "First line"}, {"acme": "Acme"}, {"poll": "Survey"}),
        is_invented=False,
    )


def empty(asked: AskVoices) -> Voices:
    """Nobody has ever answered."""
    none = full(asked)
    themes = replace(none.themes, some=0, usual=0, is_enough=False, found=0, shown=())
    return replace(none, nps=read(NPS, None, 0), said=(), has_more=False, about=None, themes=themes)


def quiet(asked: AskVoices) -> Voices:
    """Enough comments, and nothing in them that stands out."""
    none = full(asked)
    return replace(none, themes=replace(none.themes, found=0, shown=()))


def large(asked: AskVoices) -> Voices:
    """More comments than were read, and more themes than are shown."""
    none = full(asked)
    return replace(none, themes=replace(none.themes, is_cut=True, found=31, is_enough=True))


def hostile(asked: AskVoices) -> Voices:
    """Every text that a stranger can write is an attack."""
    one = said(HOSTILE, source=HOSTILE, ticket_id=HOSTILE, comment=HOSTILE * 20, account=HOSTILE)
    themes = replace(full(asked).themes, shown=(shown(HOSTILE, also=(HOSTILE,)),))
    names = {HOSTILE: HOSTILE}
    return replace(full(asked), said=(one,), themes=themes, offered=Offered(names, names, names))


def candidates(asked: AskReview, comment: str = "Great people", person: str | None = "Bo Li") -> Candidates:
    """One known person, and one of whom nothing is known."""
    known = said("R-8", score=10.0, group=Group.PROMOTERS, comment=comment)
    return Candidates(
        as_of=AT,
        window=parse_window(asked.window, as_of=AT, zone=ZONE),
        filters=asked.filters,
        found=(Candidate(known, person), Candidate(replace(BARE, score=9.0), None))[: asked.limit],
        has_more=True,
        offered=Offered({}, {}, {}),
        is_invented=False,
    )
