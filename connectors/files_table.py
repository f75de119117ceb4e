"""What the settings say about one table of files: where it is, how it is written, what its columns mean."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from connectors.errors import ConfigError
from data.records import SurveyKind
from data.zones import load_zone

_TICKET = """
    id state created_at updated_at sequence subject priority channel category team assignee
    requester requester_name requester_email requester_role requester_title account
    solved_at closed_at sla_is_met sla_due_at sla_target_minutes url problem
"""
_RESPONSE = """
    id survey responded_at score updated_at contact email role title account ticket comment
    is_closed is_deleted
"""
KNOWN = {
    record: frozenset(names.split())
    for record, names in {
        "tickets": _TICKET,
        "ticket_events": f"{_TICKET} kind actor",
        "responses": _RESPONSE,
        "accounts": "id name employee_count yearly_value renewal_on updated_at is_deleted",
        "contacts": "id name email title role account updated_at is_deleted",
        "mentions": "id posted_at url title views replies sentiment updated_at",
    }.items()
}
"""The fields that columns can be mapped to, for each kind of record."""

NEEDED = {
    "tickets": ("id", "state", "created_at"),
    "ticket_events": ("id", "updated_at"),
    "responses": ("id", "survey", "responded_at", "score"),
    "accounts": ("id", "name"),
    "contacts": ("id",),
    "mentions": ("id", "posted_at"),
}
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where a field's text comes from: one column, the first filled of several, a template, a constant.

    values: the source's words and ours, tried in the order written; "*" is any word, "" an empty cell.
    """

    names: tuple[str, ...] = ()
    template: str | None = None
    constant: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


def _word(value: Any) -> Any:
    """A plain TOML value as the text that a cell would hold."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip() if isinstance(value, str | int | float) else value


def _zone(name: Any) -> ZoneInfo:
    return load_zone(str(name))


def _encoding(name: str) -> str:
    try:
        known = codecs.lookup(name).name
    except LookupError:
        raise ValueError("is no known encoding; usual ones are utf-8, cp1252 and utf-16") from None
    return "utf-8-sig" if known == "utf-8" else known


Word = Annotated[str, BeforeValidator(_word)]


class SurveySettings(BaseModel):
    """What the answers of a table belong to; the survey's id is the field `survey`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = ""
    kind: SurveyKind = SurveyKind.NPS
    scale_min: int = 0
    scale_max: int = 10
    is_transactional: bool = False
    sent_count: int | None = Field(default=None, ge=0)


class Table(BaseModel):
    """One `[[sources.….tables]]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    path: str = Field(min_length=1)
    record: Literal["tickets", "ticket_events", "responses", "accounts", "contacts", "mentions"]
    name: str = ""
    format: Literal["", "csv", "jsonl"] = ""
    delimiter: str = Field(default="", max_length=1)
    encoding: Annotated[str, BeforeValidator(_encoding)] = "utf-8-sig"
    decimal: Literal[".", ","] = "."
    date_format: str = ""
    date_formats: Mapping[str, str] = {}
    time_zone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("UTC")
    missing: tuple[Word, ...] = ()
    required: tuple[str, ...] = ()
    columns: Mapping[str, str | tuple[str, ...]]
    values: Mapping[str, Mapping[str, Word]] = {}
    constants: Mapping[str, Word] = {}
    survey: SurveySettings = SurveySettings()

    @model_validator(mode="after")
    def _check(self) -> Table:
        for setting in ("columns", "constants", "date_formats"):
            for name in getattr(self, setting):
                if name not in KNOWN[self.record]:
                    known = ", ".join(sorted(KNOWN[self.record]))
                    raise ValueError(f"{setting}.{name} is no field of {self.record}; these are: {known}")
        for name in self.constants:
            if name in self.columns:
                raise ValueError(f"constants.{name} is mapped to a column, too; keep one of them")
        for name in self.values:
            if name not in self.columns:
                raise ValueError(f"values.{name} needs columns.{name}, the column that holds the words")
        for name in self.required:
            if name not in self.columns:
                raise ValueError(f"required names '{name}', which is not mapped under columns")
        for name in NEEDED[self.record]:
            if not self.has(name):
                raise ValueError(f"columns.{name} is missing: say which column holds it")
        return self

    def has(self, name: str) -> bool:
        """True where the settings say where this field comes from."""
        return name in self.columns or name in self.constants

    @property
    def title(self) -> str:
        """What messages and bookmarks call the table."""
        return self.name or self.record

    @cached_property
    def fields(self) -> dict[str, Column]:
        """Every mapped field with its column."""
        mapped = {
            name: _column(given, {word.strip(): ours for word, ours in self.values.get(name, {}).items()})
            for name, given in self.columns.items()
        }
        return mapped | {name: Column(constant=text) for name, text in self.constants.items()}

    @cached_property
    def digest(self) -> str:
        """Differs when the settings differ: files are then read again."""
        settings = self.model_dump_json(exclude_defaults=True)
        return hashlib.sha256(settings.encode()).hexdigest()[:16]


def tables_of(source: str, given: Any) -> tuple[Table, ...]:
    """The tables of a source. Raises ConfigError naming the setting and what was expected."""
    if not isinstance(given, list) or not given:
        raise _wrong(source, "", "tables", f"write [[sources.{source}.tables]] once for each table")
    tables = tuple(_table(source, number, item) for number, item in enumerate(given, 1))
    titles = [table.title for table in tables]
    for title in titles:
        if titles.count(title) > 1:
            raise _wrong(source, "", "name", f"two tables are called '{title}'; give each its own name")
    return tables


def _table(source: str, number: int, given: Any) -> Table:
    try:
        return Table.model_validate(given)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        setting = ".".join(str(part) for part in problem["loc"]) or "columns"
        message = problem["msg"].removeprefix("Value error, ")
        label = given.get("name") if isinstance(given, dict) else None
        raise _wrong(source, f" table {label or number},", setting, message) from None


def _wrong(source: str, where: str, setting: str, complaint: str) -> ConfigError:
    return ConfigError(f"Source {source},{where} setting '{setting}': {complaint}.", setting=setting)


def _column(given: str | tuple[str, ...], values: Mapping[str, str]) -> Column:
    if isinstance(given, str) and PLACEHOLDER.search(given):
        return Column(names=tuple(PLACEHOLDER.findall(given)), template=given, values=values)
    return Column(names=(given,) if isinstance(given, str) else given, values=values)
