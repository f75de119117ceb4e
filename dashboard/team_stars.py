"""Whom to thank: the customer's own words, who held the ticket, and a note that is ready to be copied.

Comments and subjects are hostile until escaped; they only ever become text nodes.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children
from dashboard.format import day
from dashboard.signs.audiences import audience_mark
from dashboard.team_tables import card, listed
from dashboard.ticket_links import ticket_path
from dashboard.voices import score_mark, score_text
from data.records import Audience
from data.stars import Star

TITLE = "Whom to thank"
LONGEST = 600
"""Letters of a comment that are quoted."""

_WHO = {Audience.END_USER: "An end user", Audience.DECISION_MAKER: "A decision-maker"}


def stars_card(stars: Sequence[Star], window: str, zone: str) -> Component:
    """The latest praise first."""
    meta = f"Best marks with a comment · {window} · the latest first"
    if not stars:
        told = (
            "No answer of this window has one of the best marks, a comment and a ticket that somebody held."
        )
        return card(TITLE, meta, html.P(told, className="hint"), name="stars")
    return card(
        TITLE, meta, html.Ul([_item(star, zone) for star in stars], className="star-list"), name="stars"
    )


def _item(star: Star, zone: str) -> Component:
    score = score_mark(score_text(star.score), star.highest, "good")
    about: list[Children] = [
        audience_mark(star.audience),
        f" · {star.account}" if star.account else "",
        " · ",
    ]
    about.append(day(star.said_at, zone))
    note = html.Details(
        [
            html.Summary("Thank-you note to copy"),
            html.Pre(note_of(star, zone), className="note", tabIndex="0", **{"aria-label": "Thank-you note"}),
        ]
    )
    return html.Li(
        [
            html.H3(_people(star), className="star-people"),
            html.Div([score, html.Q(_cut(star.comment), className="words")], className="star-said"),
            html.P(about, className="about"),
            html.P(_ticket(star, zone), className="about"),
            note,
        ]
    )


def _people(star: Star) -> list[Children]:
    """Nobody is praised for what may be about another: an answer that names no ticket says "perhaps"."""
    return [None if star.is_named else html.Span("Perhaps ", className="dim"), listed(star.agents)]


def _ticket(star: Star, zone: str) -> list[Children]:
    """Which ticket, and why it is this one."""
    subject = html.Span((star.subject or "").strip() or "no subject", className="words")
    name = html.A([subject, " ", html.Code(star.ticket)], href=ticket_path(star.source, star.ticket))
    why = "About " if star.is_named else "Their last ticket before, not named in the answer: "
    team = f" · {star.team}" if star.team else ""
    solved = f" · solved {day(star.solved_at, zone)}" if star.solved_at else ""
    return [why, name, team, solved]


def note_of(star: Star, zone: str) -> str:
    """Plain text. It holds nothing but what is known; the customer's words are quoted."""
    score = f"{score_text(star.score)} of {star.highest}"
    who = _WHO.get(star.audience, "A customer") + (f" at {star.account}" if star.account else "")
    ticket = f"“{subject}” ({star.ticket})" if (subject := (star.subject or "").strip()) else star.ticket
    about = f"That was about {ticket}, which you worked on"
    if not star.is_named:
        about = f"The answer names no ticket. Their last one before was {ticket}, which you worked on"
    solved = f"; it was solved on {day(star.solved_at, zone)}" if star.solved_at else ""
    perhaps = "" if star.is_named else " If the words are about that, they are yours."
    return (
        f"Hello {listed(star.agents)},\n\n"
        f"{who} gave us {score} on {day(star.said_at, zone)} and wrote:\n\n"
        f"“{_cut(star.comment)}”\n\n"
        f"{about}{solved}.{perhaps}\n\n"
        "Thank you!\n"
    )


def _cut(comment: str) -> str:
    text = comment.strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
