"""What the pages about accounts share: addresses, figures that open their receipt, words, a voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote, urlencode

from dash import html
from dash.development.base_component import Component

from dashboard import cards, ids
from dashboard import format as words
from dashboard.cards import Children
from dashboard.freshness import invented
from dashboard.receipt_query import href_of
from dashboard.shell import top
from dashboard.signs.audiences import audience_mark
from data.board import Voice
from data.reading import Reading

PATH = "/accounts"
TONES = {"promoter": "good", "passive": "plain", "detractor": "bad"}


def account_href(key: str, **more: str) -> str:
    """The page of an account. A slash or a per cent sign is quoted twice: a path is read once by the server
    and not at all by the browser's part."""
    path = f"{PATH}/{quote(key.replace('%', '%25').replace('/', '%2F'), safe='')}"
    return f"{path}?{urlencode(more)}" if more else path


def account_in(part: str) -> str:
    """The account that such an address names, whoever has read it before."""
    return unquote(unquote(part))


def figure(reading: Reading, *, size: str = "inline", is_signed: bool = False, text: str = "") -> Component:
    """The value as a link to its receipt; words where there is none, or where it rests on too little."""
    shown = (
        words.Shown(text) if text else words.shown(reading.value, reading.metric.unit, is_signed=is_signed)
    )
    is_blank = reading.value is None or reading.is_thin
    if is_blank:
        shown = words.Shown("no data" if reading.value is None else "too few to say")
    inner: list[Children] = [html.Span(shown.number, className="digits")]
    if shown.unit:
        gap = words.NARROW if size == "inline" else ""
        inner.append(html.Span(f"{gap}{shown.unit}", className="unit"))
    kind = "blank" if is_blank and size != "inline" else size
    return html.A(
        inner,
        href=href_of(reading),
        className=f"fig fig-{kind}",
        title="How this is counted",
        **{
            "data-metric": reading.metric.key,
            "data-value": words.raw(reading.value),
            "data-n": str(reading.n),
            "aria-label": f"{shown.text}: how this is counted",
        },
    )


def between(reading: Reading) -> str:
    """The ends of the interval of a score or a share; "" where there is none."""
    if reading.interval is None:
        return ""
    low, high = (
        words.shown(end, reading.metric.unit).text for end in (reading.interval.low, reading.interval.high)
    )
    return f"between {low} and {high}"


def renewal(days: int | None) -> str:
    """When the contract renews, in words."""
    if days is None:
        return words.NOTHING
    if days == 0:
        return "today"
    return f"in {words.plural(days, 'day')}" if days > 0 else f"{words.plural(-days, 'day')} ago"


def score_mark(score: float) -> Children:
    """An answer from 0 to 10 with the word for its group beside it."""
    group = "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
    value = words.number(score, 0 if float(score).is_integer() else 1)
    return html.Span([html.B(value), f" {group}"], className=f"account-score tone-text-{TONES[group]}")


def voice_items(voices: Sequence[Voice], zone: str) -> Component:
    """What was said, newest first, with who and when."""
    return html.Ul([_voice(voice, zone) for voice in voices], className="voices")


def _voice(voice: Voice, zone: str) -> Component:
    value = words.number(voice.score, 0 if float(voice.score).is_integer() else 1)
    mark = html.Span(
        [html.B(value), html.Span(f" of {voice.scale_max}", className="of")],
        className=f"score-mark tone-text-{TONES.get(voice.group, 'plain')}",
        title=voice.group,
    )
    about: list[Children] = [audience_mark(voice.audience), f" · {words.day_and_clock(voice.said_at, zone)}"]
    said = html.Q(voice.comment.strip(), className="words")
    return html.Li([mark, html.Div([said, html.P(about, className="about")])])


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Children]], **more: str) -> Component:
    """A table whose first column names its rows, in a scroller of its own. more: attributes of the heads'
    cells by column, as aria-sort."""
    head = html.Tr(
        [
            html.Th(
                name, scope="col", role="columnheader", **({"aria-sort": more[name]} if name in more else {})
            )
            for name in heads
        ],
        role="row",
    )
    body = [html.Tr([*_cells(heads, row)], role="row") for row in rows]
    made = html.Table(
        [
            html.Caption(caption, className="heard"),
            html.Thead(head, role="rowgroup"),
            html.Tbody(body, role="rowgroup"),
        ],
        className="rows",
        role="table",
    )
    return html.Div(made, className="scrolls", tabIndex="0", role="region", **{"aria-label": caption})


def _cells(heads: Sequence[str], row: Sequence[Children]) -> list[Component]:
    first, *rest = row
    return [
        html.Th(first, scope="row", role="rowheader"),
        *(
            html.Td(inner, role="cell", **{"data-label": name})
            for name, inner in zip(heads[1:], rest, strict=True)
        ),
    ]


def card(title: Children, *children: Children, label: str, class_name: str = "") -> Component:
    """A titled part of a page."""
    inner = [html.H2(title, className="sign-title"), *children]
    return html.Section(
        [item for item in inner if item is not None],
        className=f"card {class_name}".strip(),
        **{"aria-label": label},
    )


def facts(rows: Mapping[str, Children]) -> Component:
    """Names and what they are, one a line."""
    lines = [html.Div([html.Dt(name), html.Dd(value)], className="fact") for name, value in rows.items()]
    return html.Dl(lines, className="facts one-column")


def screen(view: str, *children: Children, is_invented: bool) -> Component:
    """The page around its parts; the first of them is its title."""
    title, *rest = children
    note = html.Div(invented(), className="notices") if is_invented else None
    parts = [item for item in (title, note, *rest) if item is not None]
    return html.Div(
        [*top("accounts", None), html.Main(parts, id=ids.MAIN)],
        className=f"screen screen-{view}",
        **{"data-screen": view},
    )


def sample(reading: Reading) -> Component:
    """How many rows it rests on, strong."""
    return cards.strong(cards.sample(reading))
