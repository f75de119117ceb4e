"""The composition root: `server` for gunicorn, and the command line, each command a call.

Only this file imports both the connectors and the dashboard.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from connectors.configured import build_connectors, build_schedule
from connectors.errors import ConnectorError
from dashboard.serve import Supervisor, refuse_open_address
from data import export, export_board, facts, health, journal, runs
from data.board import Board
from data.boards import build_board
from data.engine import StoreError, open_store
from data.export_forms import readings_as, receipts_as
from data.metrics import BY_KEY
from data.opened import Asked, Glossary, Opened, open_receipt, read_glossary
from data.reading import Reading
from data.readings import Readings
from data.rebuild import verify as verify_tallies
from data.settings import (
    FileSettings,
    ProcessSettings,
    SettingsError,
    file_settings,
    process_settings,
    secret_key,
)
from data.store import Store
from data.window import Clock, Filters, now, parse_moment, parse_window

DEMO_SETTINGS = Path(__file__).parent / "connectors" / "demo.toml"
DEMO_STORE = "sqlite:///var/demo.db"


class Provider:
    """What the dashboard may ask for, bound to one store."""

    def __init__(self, engine: Engine, settings: FileSettings, clock: Clock = now) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self.title = settings.title
        self.zone = settings.time_zone

    def board(
        self,
        filters: Filters,
        *,
        window: str | None = None,
        as_of: datetime | None = None,
        known_then: bool = False,
    ) -> Board:
        known_at = as_of if known_then else None
        given: dict[str, Any] = {"window": window, "as_of": as_of, "known_at": known_at, "clock": self._clock}
        return build_board(self._engine, self._settings, filters, **given)

    def receipt(self, asked: Asked) -> Opened:
        return open_receipt(self._engine, self._settings, asked, clock=self._clock)

    def glossary(self) -> Glossary:
        return read_glossary(self._engine, self._settings, clock=self._clock)

    def sources(self) -> tuple[health.SourceHealth, ...]:
        with facts.snapshot(self._engine) as connection:
            return health.sources(connection, self._clock())

    def version(self) -> tuple[int, int]:
        return runs.versions(self._engine)

    def request_sync(self, source: str) -> None:
        runs.request_sync(self._engine, source, self._clock())


@cache
def build_server() -> Any:
    """The WSGI application, from the environment."""
    from dashboard import create_app

    process = process_settings()
    settings = file_settings(process.config)
    engine = open_store(process.store)
    hosts = frozenset(name.strip() for name in process.allowed_hosts.split(",") if name.strip())
    app = create_app(Provider(engine, settings), hosts=hosts)
    engine.dispose()  # gunicorn forks after this; a connection must not be shared
    return app.server


def __getattr__(name: str) -> Any:
    """`app:server` for gunicorn, built only when it is asked for."""
    if name == "server":
        return build_server()
    raise AttributeError(name)


def _settings(store: str | None = None, **more: Any) -> tuple[ProcessSettings, FileSettings]:
    process = process_settings(store=store, **more)
    logging.basicConfig(
        level=process.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return process, file_settings(process.config)


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for item in given:
        name, mark, value = item.partition("=")
        if not mark:
            raise click.BadParameter(f"{item!r} is not of the form name=value", param_hint="--where")
        pairs[name] = value
    return pairs


class _Cli(click.Group):
    """Shows an error in the settings or the store as a sentence, not as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SettingsError, StoreError, ConnectorError) as error:
            raise click.ClickException(str(error)) from None


store_option = partial(click.option, "--store", help="SQLAlchemy URL of the store (BAROMETER_STORE).")
json_option = partial(click.option, "--json", "json", is_flag=True, help="As JSON.")
where_option = partial(
    click.option, "--where", multiple=True, metavar="NAME=VALUE", help="Count only these; may be repeated."
)
as_of_option = partial(
    click.option, "--as-of", "as_of", help="At this moment instead of now: 2026-05-01 or 2026-05-01T14:30."
)
known_at_option = partial(
    click.option,
    "--known-at",
    "known_at",
    help="Count only what was known at this moment, no earlier than --as-of; else what is known now.",
)


@click.group(cls=_Cli, invoke_without_command=True)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Barometer: real-time support health. Without a command: web server and scheduler together."""
    if ctx.invoked_subcommand is None:
        process, settings = _settings()
        _serve(process, settings.title)


@cli.command()
@click.option("--port", type=int, help="Port to listen on.")
@store_option()
def demo(port: int | None, store: str | None) -> None:
    """Shows Barometer with an invented company; nothing else is needed."""
    process, settings = _settings(store or DEMO_STORE, port=port, config=str(DEMO_SETTINGS))
    _serve(process, settings.title)


def _serve(process: ProcessSettings, title: str) -> None:
    supervisor = Supervisor(process, Path(__file__))
    open_store(process.store).dispose()  # migrate once, before two processes look at it
    click.echo(
        f"Barometer shows {title!r}:\n"
        f"  {supervisor.address}/wall     the wall display (made for 1920×1080, five metres away)\n"
        f"  {supervisor.address}/         Now: the four vital signs, for desk and phone\n"
        f"  {supervisor.address}/sources  how the sources are\n"
        "Stop with Ctrl-C."
    )
    supervisor.run()


@cli.command()
@click.option("--once", is_flag=True, help="Read every source one time, then end.")
@store_option()
def sync(once: bool, store: str | None) -> None:
    """Runs the scheduler: polls the sources and writes the store."""
    process, settings = _settings(store)
    schedule = build_schedule(process, settings)
    if once:
        sys.exit(0 if schedule.run_once() else 1)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    schedule.run(stop)


@cli.command()
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
    process, settings = _settings(store)
    try:
        at, known = _moments(settings, as_of, known_at)
        filters = Filters.of(_pairs(where))
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


@cli.command(name="export")
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
    process, settings = _settings(store)
    keys = [key.strip() for key in metrics.split(",") if key.strip()] if metrics else list(BY_KEY)
    try:
        at = parse_moment(as_of, zone=settings.time_zone) if as_of else None
        filters = Filters.of(_pairs(where))
        with Readings(open_store(process.store), settings, as_of=at) as readings:
            found = [item for key in keys for item in _several(readings, key, by, window, filters)]
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    text = readings_as(form, found, is_list=True)
    if output is None:
        click.echo(text, nl=False)
    else:
        Path(output).write_text(text, encoding="utf-8", newline="")


@cli.command()
@store_option()
def rebuild(store: str | None) -> None:
    """Makes the stored tallies anew from the rows; figures stay readable meanwhile."""
    process, settings = _settings(store)
    engine = open_store(process.store)
    with _progress("Counting") as progress:
        Store(engine, settings, secret_key(process)).rebuild(progress)
    click.echo("The tallies are made anew.")


@cli.command()
@store_option()
def verify(store: str | None) -> None:
    """Recounts everything and names each stored tally that differs; writes nothing."""
    process, settings = _settings(store)
    with open_store(process.store).connect() as connection, _progress("Recounting") as progress:
        found = verify_tallies(connection, settings.time_zone, progress)
    for line in found:
        click.echo(line)
    if found:
        raise click.ClickException("The stored tallies are not true. Make them anew: python app.py rebuild")
    click.echo("Every stored tally is true.")


@cli.command(name="journal")
@click.option("--window", default="30d", show_default=True, help="The days whose figures are asked for.")
@click.option("--json", "json", is_flag=True, help="As JSON.")
@store_option()
def show_journal(window: str, json: bool, store: str | None) -> None:
    """Lists the figures that changed after their day had ended, and the late rows that did it."""
    process, settings = _settings(store)
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


@cli.command()
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
    process, settings = _settings(store)
    try:
        at, known = _moments(settings, as_of, known_at)
        filters = Filters.of(_pairs(where))
        found = build_board(
            open_store(process.store), settings, filters, window=window, as_of=at, known_at=known
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    shown = export_board.board_as_text(found)
    click.echo(export.as_json(export_board.board_as_dict(found)) if json else shown)


def _moments(
    settings: FileSettings, as_of: str | None, known_at: str | None
) -> tuple[datetime | None, datetime | None]:
    """Raises ValueError."""
    at, known = (parse_moment(text, zone=settings.time_zone) if text else None for text in (as_of, known_at))
    return at, known


@cli.command()
@click.option("--network", is_flag=True, help="Also ask each source for a first page; nothing is stored.")
@store_option()
def check(network: bool, store: str | None) -> None:
    """Tests the settings and says what is wrong with them, secrets masked."""
    process, settings = _settings(store)
    refuse_open_address(process.host)
    engine = open_store(process.store)
    connectors, wrong = build_connectors(settings, engine)
    problems: Mapping[str, Exception] = wrong
    for name, connector in connectors.items():
        try:
            if network and connector.streams:
                next(iter(connector.read(connector.streams[0], {})), None)
            click.echo(f"ok     {name} ({connector.label}), every {settings.sources[name].every} s")
        except ConnectorError as error:
            problems = {**problems, name: error}
    for name, problem in problems.items():
        click.echo(f"wrong  {name}: {problem}")
    if not settings.sources:
        click.echo(f"No source is configured in {process.config}; `python app.py demo` needs none.")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    cli()
