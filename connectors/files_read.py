"""Finds the files of a table and reads their rows one by one, whatever state the files are in.

Never holds a whole file: rows are streamed, and a line or a cell that is too long is cut off and then
refused. What a row means is not decided here.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from connectors.errors import ConfigError, RecordError, RetryableError
from connectors.files_table import Table

if TYPE_CHECKING:
    from _csv import Reader

MAX_LINE = 1_000_000
ENDINGS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")
JSON_ENDINGS = (".jsonl", ".ndjson")
MAGIC = "*?["

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row with its place, or what stands there and why it is no row."""

    number: int
    row: Row
    trouble: RecordError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it was when it was found. label: its path below the table's folder."""

    path: Path
    label: str
    size: int
    changed_ns: int


def find_files(source: str, table: Table, folder: str) -> list[File]:
    """The table's files by name. Raises ConfigError where the folder, or the one named file, is missing."""
    base = Path(folder)
    if folder and not base.is_dir():
        raise ConfigError(
            f"Source {source}: the setting 'folder' names {folder}, which is no folder.",
            setting="folder",
        )
    path = base / table.path
    root = _root(path)
    if not root.exists():
        raise ConfigError(
            f"Source {source}, table {table.title}: the setting 'path' leads to {root}, which is not there.",
            setting="path",
        )
    if root.is_file():
        return [_file(root, root.name)]
    pattern = str(path.relative_to(root)) if root != path else "*"
    found = [item for item in root.glob(pattern) if _is_wanted(item, is_listing=root == path)]
    return [_file(item, item.relative_to(root).as_posix()) for item in sorted(found)]


def digest_of(source: str, file: File) -> str:
    """A fingerprint of the file's whole content, as it lies on the disk. Raises RetryableError."""
    try:
        with file.path.open("rb") as raw:
            return hashlib.file_digest(raw, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(source, file, error) from None


def read_lines(source: str, table: Table, file: File) -> Iterator[Line]:
    """Every row of a file, in order. A broken compression ends it with a line that says so."""
    number = 0
    reader = _json_lines if _is_json(table, file) else _csv_lines
    try:
        with _open(table, file) as text:
            for line in reader(source, table, file, text):
                number = line.number
                yield line
    except (EOFError, gzip.BadGzipFile, zlib.error):
        trouble = RecordError("the compressed file breaks off or is damaged from here on")
        yield Line(number=number + 1, row={}, trouble=trouble)
    except UnicodeError:
        trouble = RecordError(f"from here on the file is not written in {table.encoding}")
        yield Line(number=number + 1, row={}, trouble=trouble)
    except OSError as error:
        raise _unreadable(source, file, error) from None


def _csv_lines(source: str, table: Table, file: File, text: io.TextIOBase) -> Iterator[Line]:
    lines = _bounded(text)
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        return
    delimiter = table.delimiter or max(",;\t|", key=first.count)
    reader = csv.reader(chain([first], lines), delimiter=delimiter)
    header: list[str] = []
    for number, cells in _cells(reader):
        if isinstance(cells, csv.Error):
            yield Line(number=number, row={}, trouble=RecordError(f"no row of CSV ({cells})"))
        elif not header:
            header = [name.strip() for name in cells]
            _check_header(source, table, file, header)
        elif len(cells) == len(header):
            yield Line(number=number, row=dict(zip(header, cells, strict=True)))
        elif cells:
            reason = f"the row has {len(cells)} cells, the header has {len(header)}"
            yield Line(number=number, row={"cells": cells[: len(header) + 50]}, trouble=RecordError(reason))


def _cells(reader: Reader) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Line number and cells of each row; a row that csv refuses does not end the file."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, error
        else:
            yield reader.line_num, cells


def _json_lines(source: str, table: Table, file: File, text: io.TextIOBase) -> Iterator[Line]:
    for number, line in enumerate(_bounded(text), 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except (orjson.JSONDecodeError, UnicodeError):
            row = None
        if isinstance(row, dict):
            yield Line(number=number, row=row)
        else:
            trouble = RecordError("the line is not a JSON object")
            yield Line(number=number, row={"line": line}, trouble=trouble)


def _unreadable(source: str, file: File, error: OSError) -> RetryableError:
    why = error.strerror or "no reason given"
    return RetryableError(f"Source {source}: the file {file.label} can't be read ({why}).")


def _check_header(source: str, table: Table, file: File, header: list[str]) -> None:
    for name, column in table.fields.items():
        for wanted in column.names:
            if wanted not in header:
                raise ConfigError(
                    f"Source {source}, table {table.title}: the setting 'columns.{name}' names the column"
                    f" '{wanted}', but {file.label} has only: {', '.join(header)[:500]}.",
                    setting=f"columns.{name}",
                )


def _open(table: Table, file: File) -> io.TextIOWrapper:
    """The file as text. Bytes that are not in the encoding come out as marks that no text contains."""
    opened = gzip.open if file.path.suffix == ".gz" else open
    raw = opened(file.path, "rb")
    return io.TextIOWrapper(raw, encoding=table.encoding, errors="surrogateescape", newline="")


def _bounded(text: io.TextIOBase) -> Iterator[str]:
    """Lines, each cut off at MAX_LINE characters."""
    while line := text.readline(MAX_LINE):
        rest = line
        while len(rest) == MAX_LINE and not rest.endswith(("\n", "\r")):
            rest = text.readline(MAX_LINE)
        yield line


def _is_json(table: Table, file: File) -> bool:
    if table.format:
        return table.format == "jsonl"
    return file.path.name.removesuffix(".gz").endswith(JSON_ENDINGS)


def _is_wanted(path: Path, *, is_listing: bool) -> bool:
    if path.name.startswith(".") or not path.is_file():
        return False
    return not is_listing or path.name.removesuffix(".gz").endswith(ENDINGS)


def _root(path: Path) -> Path:
    """The part of a path before its first pattern; the whole path where it has none."""
    parts = path.parts
    signs = [at for at, part in enumerate(parts) if any(sign in part for sign in MAGIC)]
    return Path(*parts[: signs[0]]) if signs else path


def _file(path: Path, label: str) -> File:
    try:
        stat = path.stat()
    except OSError:
        return File(path=path, label=label, size=-1, changed_ns=-1)
    return File(path=path, label=label, size=stat.st_size, changed_ns=stat.st_mtime_ns)
