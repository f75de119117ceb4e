"""Connectors and the scheduler as the settings want them; a source that is set up wrongly stops no other."""

from __future__ import annotations

import logging

from sqlalchemy import Engine

from connectors import connector_class
from connectors.base import Connector, Context
from connectors.errors import ConfigError, ConnectorError
from connectors.schedule import Schedule
from data import runs
from data.engine import open_store
from data.known import Known
from data.settings import (
    FileSettings,
    ProcessSettings,
    SettingsError,
    SourceSettings,
    secret,
    secret_key,
)
from data.store import Store
from data.window import Clock, now

log = logging.getLogger("barometer")


def build_connectors(
    settings: FileSettings, engine: Engine, clock: Clock = now
) -> tuple[dict[str, Connector], dict[str, ConnectorError]]:
    """The configured connectors by source, and what is wrong with the others."""
    made: dict[str, Connector] = {}
    wrong: dict[str, ConnectorError] = {}
    for name, source in settings.sources.items():
        try:
            made[name] = _connector(name, source, engine, clock)
        except ConnectorError as error:
            wrong[name] = error
        except SettingsError as error:
            wrong[name] = ConfigError(f"Source {name}: {error}")
    return made, wrong


def _connector(name: str, source: SourceSettings, engine: Engine, clock: Clock) -> Connector:
    kind = connector_class(source.kind)
    config = source.connector_config
    for item in kind.fields:
        if item.secret and config.get(item.name):
            config[item.name] = secret(str(config[item.name]), where=f"sources.{name}.{item.name}")
    return kind(name, config, Context(clock=clock, known=Known(engine, name)))


def build_schedule(process: ProcessSettings, settings: FileSettings) -> Schedule:
    """The scheduler over the configured sources; what is wrong with one is shown on the sources page."""
    engine = open_store(process.store)
    store = Store(engine, settings, secret_key(process))
    connectors, wrong = build_connectors(settings, engine)
    rows = [
        {
            "name": name,
            "kind": source.kind,
            "label": source.label or name,
            "is_invented": name in connectors and connectors[name].is_invented,
            "interval_seconds": source.every,
            "error": str(wrong[name]) if name in wrong else None,
            "error_setting": wrong[name].setting if name in wrong else None,
            "stopped_at": now() if name in wrong else None,
        }
        for name, source in settings.sources.items()
    ]
    runs.configure(engine, rows)
    for name, error in wrong.items():
        log.error("source %s is left out: %s", name, error)
    if changed := store.rederive():
        log.info("settings have changed: %d tickets derived anew", changed)
    intervals = {name: settings.sources[name].every for name in connectors}
    return Schedule(store, connectors, intervals, is_complete=not wrong)
