"""What the commands share: the settings, and the options that mean the same everywhere."""

from __future__ import annotations

import logging
import sys
from datetime import datetime
from functools import partial
from typing import Any

import click

from data.settings import FileSettings, ProcessSettings, file_settings, process_settings
from data.window import parse_moment

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


def settings_of(store: str | None = None, **more: Any) -> tuple[ProcessSettings, FileSettings]:
    """The process' settings and the file's; logging begins. Raises SettingsError."""
    process = process_settings(store=store, **more)
    logging.basicConfig(
        level=process.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return process, file_settings(process.config)


def pairs(given: tuple[str, ...]) -> dict[str, str]:
    """name=value, as `--where` gives them."""
    found = {}
    for item in given:
        name, mark, value = item.partition("=")
        if not mark:
            raise click.BadParameter(f"{item!r} is not of the form name=value", param_hint="--where")
        found[name] = value
    return found


def moments(
    settings: FileSettings, as_of: str | None, known_at: str | None
) -> tuple[datetime | None, datetime | None]:
    """The moments of `--as-of` and `--known-at`; None where none is given. Raises ValueError."""
    at, known = (parse_moment(text, zone=settings.time_zone) if text else None for text in (as_of, known_at))
    return at, known
