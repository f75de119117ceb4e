"""The commands that look after the store: make its tallies anew, verify them, tell what changed late."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from data import export, facts, journal
from data.commands import settings_of, store_option
from data.engine import open_store
from data.rebuild import verify as verify_tallies
from data.settings import secret_key
from data.store import Store
from data.window import now, parse_window


@click.command()
@store_option()
def rebuild(store: str | None) -> None:
    """Makes the stored tallies anew from the rows; figures stay readable meanwhile."""
    process, settings = settings_of(store)
    engine = open_store(process.store)
    with _progress("Counting") as progress:
        Store(engine, settings, secret_key(process)).rebuild(progress)
    click.echo("The tallies are made anew.")


@click.command()
@store_option()
def verify(store: str | None) -> None:
    """Recounts everything and names each stored tally that differs; writes nothing."""
    process, settings = settings_of(store)
    with facts.snapshot(open_store(process.store)) as connection, _progress("Recounting") as progress:
        found = verify_tallies(connection, settings.time_zone, progress)
    for line in found:
        click.echo(line)
    if found:
        raise click.ClickException("The stored tallies are not true. Make them anew: python app.py rebuild")
    click.echo("Every stored tally is true.")


@click.command(name="journal")
@click.option("--window", default="30d", show_default=True, help="The days whose figures are asked for.")
@click.option("--json", "json", is_flag=True, help="As JSON.")
@store_option()
def show_journal(window: str, json: bool, store: str | None) -> None:
    """Lists the figures that changed after their day had ended, and the late rows that did it."""
    process, settings = settings_of(store)
    try:
        span = parse_window(window, as_of=now(), zone=settings.time_zone)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    days = span.days()
    with facts.snapshot(open_store(process.store)) as connection:
        found = journal.late_changes(connection, first=days[0], last=days[-1])
    if json:
        click.echo(export.as_json([item.as_dict() for item in found]))
    else:
        lines = [item.as_line(settings.time_zone) for item in found]
        click.echo("\n".join(lines) or f"No figure of {span.label} changed after its day had ended.")


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while something long goes on; plain lines where there is no terminal."""
    with click.progressbar(length=1, label=label, file=sys.stderr, show_pos=True) as bar:

        def show(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        yield show
