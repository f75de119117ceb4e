"""What the tests of the files connector share: a folder read under settings, and what came of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from connectors.files import Files
from data.records import Record, Reject
from tests.connectors.fakes import build, read_all, records_of, rejects_of


def read(folder: Path, settings: str, *lines: str, name: str = "a.csv") -> tuple[list[Record], list[Reject]]:
    """The records and rejects of one file of these lines under these settings."""
    (folder / name).write_text("\n".join(lines) + "\n")
    pages = read_all(files(folder, settings), "tables")
    return records_of(pages), rejects_of(pages)


def files(folder: Path, settings: str) -> Files:
    return build(Files, {"folder": str(folder), **tomllib.loads(settings)})


def with_lines(settings: str, *more: str) -> str:
    return settings + "\n".join(more)


def only(records: list[Record], kind: type[Any]) -> Any:
    found = [record for record in records if isinstance(record, kind)]
    assert len(found) == 1, found
    return found[0]
