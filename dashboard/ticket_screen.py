"""One ticket on a screen: how its clock ran, who had it, what was said, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard.cards import Children, dotted, pill
from dashboard.prepare import Screens
from dashboard.shell import page
from dashboard.signs.audiences import audience_mark
from dashboard.ticket_clock import clock_card
from dashboard.ticket_links import meant, ticket_path
from dashboard.ticket_side import firm_card, hands_card, said_cards, stations_table
from data.records import UNSOLVED, Measure, State
from data.strip import Working
from data.strip_words import STATES
from data.ticket_story import TicketAsked, TicketStory


def ticket_screen(screens: Screens, given: Mapping[str, str]) -> Component:
    """The ticket that the path names. Raises LookupError for one that is not known."""
    story = screens.study(TicketAsked(meant(given.get("source", "")), meant(given.get("id", ""))))
    first, *others = story.clocks
    main = html.Div(
        [
            item
            for item in (
                clock_card(first, story.stations, is_first=True),
                stations_table(story.stations, story.zone),
                *(clock_card(other, (), is_first=False, notes=_others(other, story)) for other in others),
            )
            if item is not None
        ],
        className="ticket-main",
    )
    side = html.Div([firm_card(story.firm), *said_cards(story), hands_card(story)], className="ticket-side")
    return page(
        "ticket",
        html.Div([_crumbs(story), _head(story)], className="ticket-head"),
        html.Div([main, side], className="ticket-grid"),
        notices=[_gone(story)],
        is_invented=story.is_invented,
    )


def _others(working: Working, story: TicketStory) -> list[str]:
    """What became of the next replies besides the one that is shown."""
    each = story.next_replies
    if working.measure is not Measure.NEXT_REPLY or each is None or each.total < 2:
        return []
    said = (
        f"The last of {words.number(each.total)} promised next replies: {words.number(each.kept)} came inside"
    )
    said += f" the target, {words.number(each.broken)} after it"
    return [f"{said}, {words.number(each.running)} still to come." if each.running else f"{said}."]


def _crumbs(story: TicketStory) -> Component:
    """The way back: the month that the ticket counts in."""
    month = story.month_on
    ways: list[Children] = [
        html.Li(html.A("Months", href="/months")),
        html.Li(html.A(f"{month:%B %Y}", href=f"/months/{month:%Y-%m}")),
        html.Li(html.Span(f"#{story.id}", **{"aria-current": "page"})),
    ]
    return html.Nav(html.Ol(ways), className="crumbs", **{"aria-label": "Way back"})


def _head(story: TicketStory) -> Component:
    subject = html.Span(story.subject or "No subject", className="words" if story.subject else "dim")
    title = html.H1([subject, " ", html.Span(f"#{story.id}", className="dim")])
    link = None
    if story.url is not None:
        arrow = html.Span(" ↗", **{"aria-hidden": "true"})
        link = html.A(
            [f"Open in {story.source_label}", arrow],
            href=story.url, rel="noopener noreferrer", target="_blank", className="button",
        )  # fmt: skip
    row = html.Div([item for item in (title, link) if item is not None], className="title-row")
    return html.Div([row, _about(story)])


def _about(story: TicketStory) -> Component:
    """State, priority, holder, way in, and when."""
    tone = "watch" if story.state in UNSOLVED else "plain"
    pieces: list[Children] = [pill(STATES[story.state], tone)]
    pieces.append(f"{story.priority} priority" if story.priority else "no priority")
    holder = " · ".join(name for name in (story.team, story.assignee) if name)
    pieces.append(holder or "with no team")
    pieces += [f"by {story.channel.replace('_', ' ')}"] if story.channel else []
    pieces += [story.category] if story.category else []
    pieces.append(["asked by ", audience_mark(story.asked_by)])
    pieces.append(f"created {words.day_and_clock(story.created_at, story.zone)}")
    if story.solved_at is not None:
        pieces.append(f"solved {words.day_and_clock(story.solved_at, story.zone)}")
    elif story.state in UNSOLVED:
        pieces.append("not solved yet")
    return dotted(pieces, class_name="sub ticket-about")


def _gone(story: TicketStory) -> Component | None:
    """That it counts in no figure, and what took it up."""
    if not story.is_gone:
        return None
    said: list[Children] = ["This ticket was deleted in the helpdesk. It counts in no figure."]
    if story.state is State.MERGED:
        said = ["This ticket was merged into another one. It counts in no figure."]
        if story.merged_into is not None:
            into = f"#{story.merged_into}"
            link = html.A(into, href=ticket_path(story.source, story.merged_into)) if story.is_there else into
            said = ["This ticket was merged into ", link, ". It counts in no figure."]
            said += [] if story.is_there else [" That one is not known here."]
    return html.P(said, className="notice tone-watch", role="status")
