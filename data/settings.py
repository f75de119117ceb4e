"""The settings, and the only reader of the environment and of `barometer.toml`.

Process settings come from the environment (`BAROMETER_…`, each also as `BAROMETER_…_FILE`); sources,
targets, hours and the audience mapping from the TOML file. A secret is never written in the TOML: it is
named as `env:NAME` or `file:/path`.
"""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from data.hours import Calendar
from data.setting_kinds import Duration, Strict
from data.setting_kinds import seconds as seconds
from data.settings_hours import CalendarSettings
from data.settings_sla import SlaSettings
from data.zones import load_zone

TITLES = (
    r"\bchief\b",
    r"\bc[efiot]o\b",
    r"\b(vice )?president\b",
    r"\bvp\b",
    r"\bhead of\b",
    r"\bdirector\b",
    r"\bowner\b",
    r"\bfounder\b",
    r"\bmanaging\b",
)


class SettingsError(Exception):
    """A setting can't be used. The message names each one, with what was expected."""


class SourceSettings(BaseModel):
    """One source: its kind, how often it is read, and what its connector asks for (see its chapter)."""

    model_config = ConfigDict(extra="allow", frozen=True)
    kind: str = Field(description="which connector reads it")
    every: Duration = Field(default=60, description="how often it is read", ge=1, validate_default=False)
    label: str = Field(default="", description="what screens call it; else its name")
    calendar: str = Field(default="", description="the calendar of its tickets; else `sla.calendar`")
    store_emails: bool = Field(default=True, description="false: only a keyed hash of e-mail addresses")
    store_subjects: bool = Field(default=True, description="false: tickets' subjects are not kept")
    store_comments: bool = Field(default=True, description="false: survey comments are not kept")

    @property
    def connector_config(self) -> dict[str, Any]:
        """What is left for the connector."""
        return dict(self.model_extra or {})


class AudienceSettings(Strict):
    """Who decides and who uses: attribute values, then lists, then patterns of titles, in that order."""

    decision_maker: tuple[str, ...] = Field(
        default=("decision maker", "decision-maker", "decision_maker", "sponsor", "buyer"),
        description="values of the role attribute",
    )
    end_user: tuple[str, ...] = Field(
        default=("end user", "end-user", "end_user", "user"), description="values of the role attribute"
    )
    decision_maker_emails: tuple[str, ...] = Field(default=(), description="a contact list")
    end_user_emails: tuple[str, ...] = Field(default=(), description="a contact list")
    decision_maker_titles: tuple[str, ...] = Field(default=TITLES, description="regular expressions")
    end_user_titles: tuple[str, ...] = Field(default=(), description="regular expressions")

    @field_validator("decision_maker_titles", "end_user_titles")
    @classmethod
    def _patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern[:40]!r} is no regular expression: {error}") from None
        return patterns


class GoalSettings(Strict):
    """What the organisation aims for; used for the verdict and the colours."""

    nps: float = Field(default=30.0, ge=-100, le=100, description="points")
    sla_attainment: float = Field(default=0.9, ge=0, le=1, description="share inside target")
    backlog: int | None = Field(default=None, ge=0, description="open tickets; else the usual of 8 weeks")


class AssumptionSettings(Strict):
    """What cannot be measured. Figures that rest on one of these say so and name it."""

    wait_lost_share: float = Field(
        default=0.1, ge=0, le=1, description="share of the working time that somebody who waits cannot use"
    )
    hours_per_week: float = Field(default=40.0, gt=0, le=168, description="working hours of a full-time post")
    told_share: float = Field(
        default=0.31, ge=0, le=1, description="share of the unhappy who tell others (Verde Group 2006: 0.31)"
    )
    told_people: float = Field(default=2.5, ge=0, le=1000, description="people that each of those tells")


class FileSettings(Strict):
    """Everything that barometer.toml may hold."""

    title: str = Field(default="Support", description="what the wall is headed with")
    time_zone: str = Field(default="UTC", description="the one zone in which days and months are cut")
    sources: Mapping[str, SourceSettings] = Field(default={}, description="the configured connectors")
    sla: SlaSettings = Field(default=SlaSettings(), description="Barometer's own targets")
    calendars: Mapping[str, CalendarSettings] = Field(default={}, description="business hours by name")
    audience: AudienceSettings = Field(default=AudienceSettings(), description="who decides, who uses")
    goals: GoalSettings = Field(default=GoalSettings(), description="what is aimed for")
    assumptions: AssumptionSettings = Field(
        default=AssumptionSettings(), description="what cannot be measured: downtime, word of mouth"
    )

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        load_zone(name)
        return name

    @field_validator("sources")
    @classmethod
    def _names(cls, sources: Mapping[str, SourceSettings]) -> Mapping[str, SourceSettings]:
        for name in sources:
            if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", name):
                raise ValueError(f"a source's name is small letters, digits, - and _, not {name[:40]!r}")
        return sources

    @cached_property
    def built_calendars(self) -> dict[str, Calendar]:
        """The calendars, ready to count with; '' is 24/7 or the default calendar's absence."""
        return {name: item.built(name) for name, item in self.calendars.items()}


class ProcessSettings(Strict):
    """From the environment: `BAROMETER_` and the name in capitals, or the same with `_FILE`."""

    store: str = Field(default="sqlite:///var/barometer.db", description="SQLAlchemy URL of the store")
    config: str = Field(default="barometer.toml", description="path of the TOML file")
    host: str = Field(default="127.0.0.1", description="address to listen on; loopback only without a login")
    port: int = Field(default=8050, ge=1, le=65535, description="port to listen on")
    allowed_hosts: str = Field(
        default="", description="host names that browsers may use besides loopback, comma-separated"
    )
    secret_key: str = Field(
        default="", description="key for hashed e-mail addresses; made in var/secret.key at first start"
    )
    workers: int = Field(default=2, ge=1, le=64, description="web processes")
    log_level: str = Field(
        default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR"
    )


def process_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> ProcessSettings:
    """Reads the environment. Raises SettingsError naming each variable that is wrong."""
    environment = os.environ if environment is None else environment
    given: dict[str, Any] = {}
    for name in ProcessSettings.model_fields:
        value = _variable(environment, f"BAROMETER_{name.upper()}")
        if value is not None:
            given[name] = value
    given.update({name: value for name, value in overrides.items() if value is not None})
    try:
        return ProcessSettings(**given)
    except ValidationError as error:
        raise SettingsError(_problems(error, "BAROMETER_", str.upper)) from None


def child_environment(settings: ProcessSettings) -> dict[str, str]:
    """The environment for a process that shall work with the same settings."""
    given = {f"BAROMETER_{name.upper()}": str(value) for name, value in settings.model_dump().items()}
    # A source's secret may well be in a variable called BAROMETER_…: only our own are set anew.
    own = {*given, *(f"{name}_FILE" for name in given)}
    return {name: value for name, value in os.environ.items() if name not in own} | given


def file_settings(path: str | Path) -> FileSettings:
    """Reads the TOML file; without one at the usual place there are no settings. Raises SettingsError."""
    path = Path(path)
    if not path.exists():
        if str(path) == ProcessSettings.model_fields["config"].default:
            return FileSettings()
        raise SettingsError(f"BAROMETER_CONFIG names {path}, which is not there.")
    try:
        return parse_settings(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}.") from None
    except OSError as error:
        raise SettingsError(f"{path} can't be read ({error.strerror}).") from None
    except SettingsError as error:
        raise SettingsError(f"In {path}:\n{error}") from None


def parse_settings(text: str) -> FileSettings:
    """The settings in a TOML text. Raises SettingsError."""
    try:
        settings = FileSettings(**tomllib.loads(text))
    except ValidationError as error:
        raise SettingsError(_problems(error)) from None
    problems = [
        f"{where}: there is no [calendars.{calendar}]."
        for where, calendar in (
            *settings.sla.calendars(),
            *((f"sources.{name}.calendar", item.calendar) for name, item in settings.sources.items()),
        )
        if calendar and calendar not in settings.calendars
    ]
    problems += [
        f"sla.policies.{number}.{field}: there is no [sources.{name}]."
        for number, policy in enumerate(settings.sla.policies)
        for field, names in (
            ("sources", policy.sources),
            ("teams", [team.partition(":")[0] for team in policy.teams]),
        )
        for name in names
        if name not in settings.sources
    ]
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def secret(reference: str, *, where: str) -> str:
    """What a secret's reference (`env:NAME`, `file:/path`) stands for. Raises SettingsError."""
    kind, _, name = reference.partition(":")
    if kind == "env" and name:
        value = os.environ.get(name)
        if not value:
            raise SettingsError(f"{where}: the environment variable {name} is not set.")
        return value
    if kind == "file" and name:
        try:
            return Path(name).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{where}: the file {name} can't be read ({error.strerror}).") from None
    raise SettingsError(
        f'{where} is a secret and is not written in the file: give "env:NAME" or "file:/path" instead.'
    )


def secret_key(settings: ProcessSettings, folder: Path = Path("var")) -> bytes:
    """The key for keyed hashes: the one that is set, else one made at first need in a private file."""
    if settings.secret_key:
        if len(settings.secret_key) < 16:
            raise SettingsError("BAROMETER_SECRET_KEY is shorter than 16 characters.")
        return settings.secret_key.encode()
    path = folder / "secret.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass  # another process was first
    return path.read_text(encoding="utf-8").strip().encode()


def _variable(environment: Mapping[str, str], name: str) -> str | None:
    path = environment.get(f"{name}_FILE")
    if not path:
        return environment.get(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}_FILE: {path} can't be read ({error.strerror}).") from None


def _problems(error: ValidationError, prefix: str = "", spell: Any = str) -> str:
    lines = []
    for item in error.errors(include_input=False, include_url=False):
        where = ".".join(str(part) for part in item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            message = "there is no such setting"
        lines.append(f"{prefix}{spell(where)}: {message}")
    return "\n".join(lines)
