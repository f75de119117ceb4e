"""The commands that print figures: one reading, several, the board."""

from __future__ import annotations

from pathlib import Path

import click

from data import export, export_board
from data.boards import build_board
from data.commands import (
    as_of_option,
    json_option,
    known_at_option,
    moments,
    pairs,
    settings_of,
    store_option,
    where_option,
)
from data.engine import open_store
from data.export_forms import readings_as, receipts_as
from data.metrics import BY_KEY
from data.reading import Reading
from data.readings import Readings
from data.window import Filters, parse_moment


@click.command()
@click.argument("metric", required=False)
@click.option("--window", help="90d, today, 2026-05, 2026, 2026-05-01..2026-06-15, all; else its usual one.")
@click.option("--by", help="One figure for each audience, team, account, priority, source or channel.")
@where_option()
@as_of_option()
@known_at_option()
@json_option()
@click.option("--csv", "csv", is_flag=True, help="As CSV; with --receipt, the rows.")
@click.option("--receipt", is_flag=True, help="What the figure was made of, and the first of its rows.")
@click.option("--rows", type=click.IntRange(0, 10_000), default=10, help="How many rows of a receipt (10).")
@click.option("--exact", is_flag=True, help="Counted from the rows, not from counts that are kept ready.")
@click.option("--list", "listing", is_flag=True, help="Lists the metrics.")
@store_option()
def read(
    metric: str | None,
    window: str | None,
    by: str | None,
    where: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    json: bool,
    csv: bool,
    receipt: bool,
    rows: int,
    exact: bool,
    listing: bool,
    store: str | None,
) -> None:
    """Prints a reading: value, n, interval, counts, window, zone, as-of, definition."""
    if listing or metric is None:
        found = export.catalog()
        width = max(len(item["key"]) for item in found)
        text = "\n".join(f"{item['key']:<{width}}  {item['answers']}" for item in found)
        click.echo(export.as_json(found) if json else text)
        return
    process, settings = settings_of(store)
    try:
        at, known = moments(settings, as_of, known_at)
        filters = Filters.of(pairs(where))
        with Readings(
            open_store(process.store), settings, as_of=at, known_at=known, is_exact=exact
        ) as readings:
            several = _several(readings, metric, by, window, filters)
            opened = [(item, readings.evidence(item, limit=rows)) for item in several if receipt]
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    form = "csv" if csv else "json" if json else "text"
    is_list = bool(by)
    if receipt:
        text = receipts_as(form, opened, is_list=is_list)
    else:
        text = readings_as(form, several, is_list=is_list)
    click.echo(text, nl=False)


def _several(
    readings: Readings, metric: str, by: str | None, window: str | None, filters: Filters
) -> list[Reading]:
    if by:
        return readings.split(metric, by, window=window, filters=filters)
    return [readings.read(metric, window=window, filters=filters)]


@click.command(name="export")
@click.option("--metrics", help="Keys with commas between them, such as nps,backlog; else all.")
@click.option("--window", help="As for read; else each metric's usual one.")
@click.option("--by", help="One figure for each value of this split.")
@click.option("--where", multiple=True, metavar="NAME=VALUE", help="Count only these; may be repeated.")
@click.option("--as-of", "as_of", help="At this moment instead of now: 2026-05-01 or 2026-05-01T14:30.")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", help="csv or json.")
@click.option(
    "--output", type=click.Path(dir_okay=False, writable=True), help="A file; else standard output."
)
@store_option()
def export_readings(
    metrics: str | None,
    window: str | None,
    by: str | None,
    where: tuple[str, ...],
    as_of: str | None,
    form: str,
    output: str | None,
    store: str | None,
) -> None:
    """Writes several readings of one snapshot, as CSV or JSON."""
    process, settings = settings_of(store)
    keys = [key.strip() for key in metrics.split(",") if key.strip()] if metrics else list(BY_KEY)
    try:
        at = parse_moment(as_of, zone=settings.time_zone) if as_of else None
        filters = Filters.of(pairs(where))
        with Readings(open_store(process.store), settings, as_of=at) as readings:
            found = [item for key in keys for item in _several(readings, key, by, window, filters)]
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    text = readings_as(form, found, is_list=True)
    if output is None:
        click.echo(text, nl=False)
    else:
        Path(output).write_text(text, encoding="utf-8", newline="")


@click.command()
@click.option("--window", help="For every figure over a period; else each one's usual one.")
@where_option()
@as_of_option()
@known_at_option()
@json_option()
@store_option()
def board(
    window: str | None,
    where: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    json: bool,
    store: str | None,
) -> None:
    """Prints the four signs and the verdict: now, or at any past moment."""
    process, settings = settings_of(store)
    try:
        at, known = moments(settings, as_of, known_at)
        filters = Filters.of(pairs(where))
        found = build_board(
            open_store(process.store), settings, filters, window=window, as_of=at, known_at=known
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    shown = export_board.board_as_text(found)
    click.echo(export.as_json(export_board.board_as_dict(found)) if json else shown)
