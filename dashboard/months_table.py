"""The grid itself as a real table: rows are signs, columns are months; and one sign's months in words."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard.cards import Children
from dashboard.months_query import address, month_href, receipt_href
from dashboard.months_words import (
    NAMES,
    NOTES,
    limits_text,
    month_name,
    said_of,
    sample,
    short_month,
    value_text,
    worst_cell,
)
from dashboard.receipt_links import HINT
from dashboard.tables import scroller
from data.metrics.definition import Direction, Kind
from data.month_cells import MonthCell, Step
from data.month_grid import MonthGrid, MonthsAsked, SignRow

STEPS = {
    Step.BETTER: "better",
    Step.USUAL: "usual",
    Step.WORSE: "worse",
    Step.FAR: "far",
    Step.BEYOND: "beyond",
}


def grid_table(grid: MonthGrid, asked: MonthsAsked) -> Component:
    """In its own scroller, which the keyboard reaches."""
    running = {cell.label for cell in grid.by.cells if cell.is_running}
    worst = worst_cell(grid)
    head = [html.Th("Sign", scope="col", className="month-sign")]
    head += [
        _month_head(
            label, index, grid, is_running=label in running, is_worst=label == (worst and worst.label)
        )
        for index, label in enumerate(grid.labels)
    ]
    caption = "Signs by month. Each number leads to its month; colours say how far from usual it is."
    table = html.Table(
        [
            html.Caption(caption, className="heard"),
            html.Thead(html.Tr(head)),
            html.Tbody([_row(row, grid, asked) for row in grid.rows]),
        ],
        className="month-grid",
    )
    return html.Div(
        table,
        className="scrolls" if grid.is_ranked else "scrolls from-end",
        tabIndex="0",
        role="region",
        **{"aria-label": "Signs by month, scrolls sideways"},
    )


def _month_head(label: str, index: int, grid: MonthGrid, *, is_running: bool, is_worst: bool) -> Component:
    name, year = short_month(label)
    shows_year = grid.is_ranked or index == 0 or label.endswith("-01")
    below = "so far" if is_running else year if shows_year else ""
    heard = "" if shows_year and not is_running else f" {year}"
    return html.Th(
        [
            html.Span(name),
            html.Span(heard, className="heard") if heard else None,
            html.Span([" ", below], className="month-year"),
        ],
        scope="col",
        className="is-worst" if is_worst else "",
        **{"data-label": label},
    )


def _row(row: SignRow, grid: MonthGrid, asked: MonthsAsked) -> Component:
    key, by_label = row.metric.key, {cell.label: cell for cell in row.cells}
    is_chosen = key == grid.by.metric.key
    notes = [NOTES[key]] if key in NOTES else []
    notes += [f"not told by {name}" for name in row.unknown]
    notes += ["too many tickets to tell it by these filters"] if row.is_too_large else []
    name = html.A(
        NAMES[key],
        href=address(asked, by=key) + "#worst",
        title=f"{row.metric.label}: its worst month, and its months in words",
        **({"aria-current": "true"} if is_chosen else {}),
    )
    head = html.Th(
        [name, *(html.Span(note, className="month-note") for note in notes)],
        scope="row",
        className="month-sign" + (" is-chosen" if is_chosen else ""),
    )
    return html.Tr([head, *(html.Td(_cell(by_label[label], asked)) for label in grid.labels)])


def _cell(cell: MonthCell, asked: MonthsAsked) -> Component:
    """A link to the month. Colour, ring and hatching repeat what the hidden words say."""
    reading, said = cell.reading, said_of(cell)
    if cell.is_empty:
        none = html.Span(words.NOTHING, **{"aria-hidden": "true"})
        return html.Span([none, html.Span("no data", className="heard")], className="month-cell is-empty")
    about = ", ".join(part for part in (sample(reading), said) if part)
    return html.A(
        [
            html.Span(value_text(reading.value, reading.metric), className="digits"),
            html.Span(f", {about}", className="heard"),
        ],
        href=month_href(asked, cell),
        className=" ".join(["month-cell", *_looks(cell)]),
        title=f"{month_name(cell.label)}: {about}",
        **{
            "data-receipt-of": reading.metric.key,
            "data-month": cell.label,
            "data-value": words.raw(reading.value),
            "data-n": str(reading.n),
        },
    )


def _looks(cell: MonthCell) -> list[str]:
    looks = {
        f"step-{STEPS[cell.step]}" if cell.step is not None else "step-none": True,
        "is-ringed": cell.is_beyond,
        "is-run": cell.is_run,
        "is-thin": cell.is_thin,
        "is-provisional": cell.is_provisional,
        "is-running": cell.is_running,
    }
    return [name for name, holds in looks.items() if holds]


def legend() -> Component:
    """Every look with its word."""
    entries = [(f"step-{STEPS[step]}", step.value) for step in Step if step is not Step.BEYOND]
    entries += [
        ("step-beyond is-ringed", "beyond its own control limit"),
        ("step-worse is-run", "several months in a row speak against it"),
        ("is-thin step-none", "too few to say"),
        ("step-usual is-provisional", "provisional, answers may still come"),
        ("step-none is-running", "the month is not over"),
    ]
    return html.Ul(
        [
            html.Li([html.Span(className=f"month-key {looks}", **{"aria-hidden": "true"}), text])
            for looks, text in entries
        ],
        className="month-legend",
        **{"aria-label": "What the colours mean"},
    )


def in_words(grid: MonthGrid, asked: MonthsAsked) -> Component:
    """The chosen sign's months as plain text, each with its receipt."""
    row, by_label = grid.by, {cell.label: cell for cell in grid.by.cells}
    titles: tuple[str, ...] = ("Month", "Value", "Rests on", "Usual", "Control limits", "What may be said")
    if row.metric.kind is Kind.LEVEL:
        titles = tuple(title for title in titles if title != "Rests on")
    better = "higher is better" if row.metric.direction is Direction.HIGHER_IS_BETTER else "lower is better"
    table = html.Table(
        [
            html.Caption(f"{row.metric.label} by month, {better}", className="heard"),
            html.Thead(html.Tr([html.Th(title, scope="col") for title in titles])),
            html.Tbody([_line(by_label[label], asked, titles) for label in grid.labels]),
        ],
        className="rows",
    )
    name = f"{row.metric.label} by month, in words"
    return scroller(table, name)


def _line(cell: MonthCell, asked: MonthsAsked, titles: tuple[str, ...]) -> Component:
    reading = cell.reading
    value: Children = "no data"
    if not cell.is_empty:
        href = receipt_href(asked, cell)
        text = value_text(reading.value, reading.metric)
        value = html.A(text, href=href, title=HINT, **{"aria-label": f"{text}: {HINT.lower()}"})
    usual = value_text(cell.usual.value, reading.metric) if cell.usual is not None else words.NOTHING
    texts: dict[str, Children] = {
        "Value": value,
        "Rests on": sample(reading),
        "Usual": usual,
        "Control limits": limits_text(cell),
        "What may be said": said_of(cell),
    }
    head = html.Th(html.A(month_name(cell.label), href=month_href(asked, cell)), scope="row")
    return html.Tr([head, *(html.Td(texts[title], **{"data-label": title}) for title in titles[1:])])
