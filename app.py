"""The composition root: `server` for gunicorn, and the command line, each command a call.

Only this file imports both the connectors and the dashboard.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import Engine

from connectors.configured import build_connectors, build_schedule
from connectors.errors import ConnectorError
from dashboard.serve import Supervisor, refuse_open_address
from data import facts, health, runs
from data.board import Board
from data.boards import build_board
from data.commands import settings_of, store_option
from data.commands_read import board, export_readings, read
from data.commands_store import rebuild, show_journal, verify
from data.engine import StoreError, open_store
from data.opened import Asked, Glossary, Opened, open_receipt, read_glossary
from data.settings import FileSettings, ProcessSettings, SettingsError, file_settings, process_settings
from data.study import Study, answer
from data.window import Clock, Filters, now

T = TypeVar("T")
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

    def study(self, question: Study[T]) -> T:
        return answer(self._engine, self._settings, question, clock=self._clock)

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


class _Cli(click.Group):
    """Shows an error in the settings or the store as a sentence, not as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SettingsError, StoreError, ConnectorError) as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Cli, invoke_without_command=True)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Barometer: real-time support health. Without a command: web server and scheduler together."""
    if ctx.invoked_subcommand is None:
        process, settings = settings_of()
        _serve(process, settings.title)


@cli.command()
@click.option("--port", type=int, help="Port to listen on.")
@store_option()
def demo(port: int | None, store: str | None) -> None:
    """Shows Barometer with an invented company; nothing else is needed."""
    process, settings = settings_of(store or DEMO_STORE, port=port, config=str(DEMO_SETTINGS))
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
    process, settings = settings_of(store)
    schedule = build_schedule(process, settings)
    if once:
        sys.exit(0 if schedule.run_once() else 1)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    schedule.run(stop)


@cli.command()
@click.option("--network", is_flag=True, help="Also ask each source for a first page; nothing is stored.")
@store_option()
def check(network: bool, store: str | None) -> None:
    """Tests the settings and says what is wrong with them, secrets masked."""
    process, settings = settings_of(store)
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


for command in (read, export_readings, board, rebuild, verify, show_journal):
    cli.add_command(command)


if __name__ == "__main__":
    cli()
