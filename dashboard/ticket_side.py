"""Beside the clock of a ticket: whose it is, what was said, and through whose hands it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard.cards import Children, dotted, strong
from dashboard.receipt_links import figure_link
from dashboard.signs.audiences import audience_mark
from dashboard.tables import cell, named, row, rows_table
from dashboard.ticket_clock import clocked
from dashboard.voices import TONES, score_mark, score_text, voice_item
from data.reading import Reading
from data.records import Audience
from data.ticket_people import Firm, Said
from data.ticket_stations import Station
from data.ticket_story import Replies, TicketStory


def firm_card(firm: Firm | None) -> Component:
    """Whose ticket it is, what is at stake, and the four signs of that account alone."""
    if firm is None:
        return _card(
            "Account", [html.P("Nobody knows which account this ticket belongs to.", className="hint")]
        )
    stakes: list[Children] = []
    if firm.yearly_value is not None:
        stakes.append([strong(words.money(firm.yearly_value).text), " a year"])
    stakes.append(_renewal(firm.renews_in))
    scores = [
        [audience_mark(audience, is_plural=True), " ", _figure(reading, _score(reading)), _sample(reading)]
        for audience, reading in (
            (Audience.DECISION_MAKER, firm.nps_decision_makers),
            (Audience.END_USER, firm.nps_end_users),
        )
    ]
    has_sla = firm.attainment.value is not None
    share = words.percent(firm.attainment.value or 0.0).text if has_sla else "no ended SLA"
    work: list[Children] = [
        [
            _figure(firm.backlog, words.number(firm.backlog.value or 0)),
            " open" if firm.backlog.value is not None else "",
        ],
        [_figure(firm.attainment, share), f" inside SLA, {firm.attainment.window.label}" if has_sla else ""],
    ]
    lines = [dotted(stakes), *(dotted([score]) for score in scores), dotted(work)]
    return _card(firm.name, [*lines, html.P(f"NPS over {firm.nps_end_users.window.label}", className="hint")])


def said_cards(story: TicketStory) -> list[Component]:
    """What was answered about this very ticket, and what else its requester said around it."""
    about = [item for item in story.said if item.is_about]
    near = [item for item in story.said if not item.is_about]
    found = []
    if about:
        found.append(_voices("What they said about it", about, story.zone))
    else:
        found.append(
            _card(
                "What they said about it",
                [html.P("No survey was answered about this ticket.", className="hint")],
            )
        )
    if near:
        found.append(_voices("What the requester said around it", near, story.zone, note="within 90 days"))
    return found


def hands_card(story: TicketStory) -> Component:
    """Stations and replies as counts."""
    return _card("Stations and replies", [*_hands(story.stations), *_replies(story.replies, story.reopened)])


def stations_table(stations: Sequence[Station], zone: str) -> Component | None:
    """Who had it, from when, for how long, in words for each station."""
    if not stations:
        return None
    body = []
    for item in stations:
        back = (
            "the team again" if item.is_team_back else "the same person again" if item.is_person_back else ""
        )
        body.append(
            row(
                named(words.day_and_clock(item.started_at, zone), className="col-from"),
                cell("Team", item.team or words.NOTHING),
                cell("Person", item.assignee or "nobody"),
                cell("For", words.span(item.minutes), className="col-number"),
                cell("Back", back or words.NOTHING),
            )
        )
    table = rows_table(
        "Who had it, on the calendar clock",
        ("From", "Team", "Person", "For", "Back"),
        body,
        label="Who had it",
        class_name="rows hands",
    )
    title = html.H2("Who had it", className="sign-title")
    return html.Section([title, table], className="card", **{"aria-label": "Stations"})


def _hands(stations: Sequence[Station]) -> list[Component]:
    if not stations:
        return [html.P("Nobody is known to have had it.", className="hint")]
    people = {item.assignee for item in stations if item.assignee}
    teams = {item.team for item in stations if item.team}
    pieces: list[Children] = []
    if people:
        pieces.append([strong(words.number(len(people))), " person" if len(people) == 1 else " people"])
    if teams:
        pieces.append([strong(words.number(len(teams))), " team" if len(teams) == 1 else " teams"])
    again = Counter(item.team for item in stations if item.is_team_back and item.team)
    again.update(
        item.assignee for item in stations if item.is_person_back and not item.is_team_back and item.assignee
    )
    backs = [f"back to {name} {_times(count)}" for name, count in again.items()]
    if not backs and max(len(people), len(teams)) > 1:
        backs = ["came back to none of them"]
    return [dotted(pieces), *(dotted([back]) for back in backs)]


def _replies(replies: Replies | None, reopened: int) -> list[Component]:
    if replies is None:
        return [
            html.P("The source gives no history of this ticket, so replies are not known.", className="hint")
        ]
    lines = [
        dotted(
            [
                [strong(words.number(replies.by_staff)), " by staff"],
                [strong(words.number(replies.by_customer)), " by the customer"],
            ]
        )
    ]
    if replies.first_calendar_minutes is None:
        lines.append(dotted(["no public reply by staff yet"]))
    else:
        first: list[Children] = [["first reply after ", strong(words.span(replies.first_calendar_minutes))]]
        business = replies.first_business_minutes
        if business is not None and round(business) != round(replies.first_calendar_minutes):
            first.append([strong(clocked(business)), " of working time"])
        lines.append(dotted(first))
    if reopened:
        lines.append(dotted([["reopened ", strong(_times(reopened))]]))
    return lines


def _voices(title: str, said: Sequence[Said], zone: str, *, note: str = "") -> Component:
    head: list[Children] = [html.H2(title, className="sign-title")]
    if note:
        head.append(html.P(note, className="sign-meta"))
    return html.Section(
        [*head, html.Ul([_voice(item, zone) for item in said], className="voices")], className="card"
    )


def _voice(item: Said, zone: str) -> Component:
    when = words.day_and_clock(item.said_at, zone)
    about: list[Children] = [audience_mark(item.audience), f" · {when} · "]
    about.append("before the ticket" if item.is_before else "after it was opened")
    if item.group:
        about.append(f" · {item.group}")
    if item.survey:
        about.append(f" · {item.survey}")
    comment = (
        html.Q(item.comment, className="words") if item.comment else html.Span("no comment", className="dim")
    )
    return voice_item(_mark(item), comment, about)


def _mark(item: Said) -> Component:
    if item.score is None:
        return html.Span("no score", className="score-mark dim")
    highest = item.scale[1] if item.scale else None
    return score_mark(score_text(item.score), highest, TONES.get(item.group or "", "plain"))


def _renewal(days: int | None) -> Children:
    if days is None:
        return "renewal not known"
    if days < 0:
        return ["was to renew ", strong(words.plural(-days, "day")), " ago"]
    return ["renews in ", strong(words.plural(days, "day"))]


def _score(reading: Reading) -> str:
    """The NPS, or why there is none to show."""
    if reading.value is None:
        return "nobody answered"
    return "too few to say" if reading.is_thin else words.signed(reading.value)


def _sample(reading: Reading) -> str:
    return f" ({words.plural(reading.n, 'answer')})" if reading.n else ""


def _figure(reading: Reading, text: str) -> Component:
    """A figure of the account, as a link to its receipt."""
    missing = " is-missing" if reading.value is None else ""
    return figure_link(reading, text, class_name=f"fig fig-inline{missing}")


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{words.number(count)} times")


def _card(title: str, lines: Sequence[Children]) -> Component:
    return html.Section([html.H2(title, className="sign-title"), *lines], className="card ticket-card")
