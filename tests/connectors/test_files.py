"""Files as they come: new, changed, half read, compressed, broken, in odd encodings."""

from __future__ import annotations

import gzip
import os
import tomllib
import tracemalloc
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from connectors import files as files_module
from connectors.errors import ConfigError, RetryableError
from connectors.files import Files
from connectors.files_read import MAX_LINE
from connectors.paging import Bookmark
from data.bookkeeping import reject
from data.records import Page, Response
from data.settings import FileSettings
from data.store import Store
from tests.connectors.fakes import build, last_bookmark, read_all, records_of, rejects_of

SETTINGS = """
    [[tables]]
    path = "*.csv*"
    record = "responses"
    columns = { id = "no", score = "score", responded_at = "at", comment = "text" }
    constants = { survey = "yearly" }
"""
HEADER = "no,score,at,text"


def connector(folder: Path, settings: str = SETTINGS) -> Files:
    return build(Files, {"folder": str(folder), **tomllib.loads(settings)})


def read(folder: Path, bookmark: Bookmark | None = None, settings: str = SETTINGS) -> list[Page]:
    return read_all(connector(folder, settings), "tables", bookmark)


def ids(pages: list[Page]) -> list[str]:
    return [record.id for record in records_of(pages) if isinstance(record, Response)]


def rows(*numbers: int) -> str:
    return "".join(f"{number},7,2026-01-01,fine\n" for number in numbers)


def write(path: Path, text: str, *, changed_ns: int = 1_000_000_000) -> None:
    path.write_text(text)
    os.utime(path, ns=(changed_ns, changed_ns))


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "ROWS_PER_PAGE", 3)


def test_a_second_run_reads_nothing(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1, 2)}")
    first = read(tmp_path)
    assert ids(first) == ["1", "2"]
    assert read(tmp_path, last_bookmark(first)) == []


def test_a_new_file_is_read_and_the_old_one_is_not(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1)}")
    bookmark = last_bookmark(read(tmp_path))
    write(tmp_path / "b.csv", f"{HEADER}\n{rows(2)}")
    assert ids(read(tmp_path, bookmark)) == ["2"]


def test_a_changed_file_is_read_from_its_start(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1, 2)}")
    bookmark = last_bookmark(read(tmp_path))
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1, 2, 3)}", changed_ns=2_000_000_000)
    assert ids(read(tmp_path, bookmark)) == ["1", "2", "3"]


def test_a_file_that_was_only_touched_is_not_read_again(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1)}")
    bookmark = last_bookmark(read(tmp_path))
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1)}", changed_ns=2_000_000_000)
    pages = read(tmp_path, bookmark)
    assert ids(pages) == []
    assert read(tmp_path, last_bookmark(pages)) == []


def test_changed_settings_of_a_table_read_its_files_again(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1)}")
    bookmark = last_bookmark(read(tmp_path))
    assert ids(read(tmp_path, bookmark, SETTINGS.replace("yearly", "monthly"))) == ["1"]


def test_a_vanished_file_that_comes_back_is_read_again(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1)}")
    bookmark = last_bookmark(read(tmp_path))
    (tmp_path / "a.csv").unlink()
    write(tmp_path / "b.csv", f"{HEADER}\n{rows(2)}")
    bookmark = last_bookmark(read(tmp_path, bookmark))
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1)}")
    assert ids(read(tmp_path, bookmark)) == ["1"]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("stop_after", range(1, 6))
def test_a_run_that_breaks_off_goes_on_where_it_stood(tmp_path: Path, stop_after: int) -> None:
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(*range(8))}")
    write(tmp_path / "b.csv", f"{HEADER}\n{rows(*range(8, 15))}")
    whole = read(tmp_path)
    assert [len(ids([page])) for page in whole] == [3, 3, 2, 3, 3, 1]
    before = whole[:stop_after]
    after = read(tmp_path, last_bookmark(before))
    assert ids(before) + ids(after) == [str(number) for number in range(15)]


@pytest.mark.usefixtures("small_pages")
def test_a_file_that_changes_between_two_halves_is_read_from_its_start(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(*range(8))}")
    half = last_bookmark(read(tmp_path)[:1])
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(*range(100, 108))}", changed_ns=2_000_000_000)
    assert ids(read(tmp_path, half)) == [str(number) for number in range(100, 108)]


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv"])
def test_compressed_and_plain_files_say_the_same(tmp_path: Path, name: str) -> None:
    content = f"{HEADER}\n{rows(1, 2)}".encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert ids(read(tmp_path)) == ["1", "2"]


def test_a_damaged_compressed_file_keeps_its_readable_part_and_says_where_it_ends(tmp_path: Path) -> None:
    whole = gzip.compress(f"{HEADER}\n{rows(*range(20000))}".encode())
    (tmp_path / "a.csv.gz").write_bytes(whole[: len(whole) // 2])
    pages = read(tmp_path)
    [reject] = rejects_of(pages)
    assert 0 < len(ids(pages)) < 20000
    assert "breaks off" in reject.reason
    assert reject.place.startswith("a.csv.gz, line ")


@pytest.mark.parametrize(
    ("encoding", "written"),
    [("utf-8", "utf-8"), ("utf-8", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_text_is_read_in_its_encoding_with_or_without_a_mark(
    tmp_path: Path, encoding: str, written: str
) -> None:
    (tmp_path / "a.csv").write_bytes(f"{HEADER}\n1,7,2026-01-01,très bien\n".encode(written))
    pages = read(tmp_path, settings=f'{SETTINGS}\nencoding = "{encoding}"')
    assert [record.comment for record in records_of(pages) if isinstance(record, Response)] == ["très bien"]


def test_a_row_in_another_encoding_is_a_reject_and_the_next_one_is_read(tmp_path: Path) -> None:
    bad, good = "1,7,2026-01-01,très\n".encode("cp1252"), b"2,7,2026-01-01,fine\n"
    (tmp_path / "a.csv").write_bytes(HEADER.encode() + b"\n" + bad + good)
    pages = read(tmp_path)
    assert ids(pages) == ["2"]
    assert rejects_of(pages)[0].reason == "comment: the cell is not written in utf-8-sig"
    rejects_of(pages)[0].payload.encode()  # can be stored


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(tmp_path: Path, sign: str) -> None:
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1)}".replace(",", sign))
    assert ids(read(tmp_path)) == ["1"]


def test_a_hostile_file_gives_its_good_rows_and_a_reject_with_place_and_reason_for_each_other(
    tmp_path: Path,
) -> None:
    lines = [
        HEADER,
        '1,7,2026-01-01,"two\nlines, and a ""quote"" 🎉"',
        "2,7,2026-01-01",
        "3,7,2026-01-01,a,b",
        "",
        "4,seven,2026-01-01,x",
        ",7,2026-01-01,x",
        f"5,7,2026-01-01,{'x' * 200_000}",
        f"6,7,2026-01-01,{'y,' * MAX_LINE}",
        "7,7,2026-01-01,<script>alert(1)</script>",
    ]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    pages = read(tmp_path)
    assert ids(pages) == ["1", "7"]
    assert [(reject.place, reject.reason.partition(" (")[0]) for reject in rejects_of(pages)] == [
        ("a.csv, line 4", "the row has 3 cells, the header has 4"),
        ("a.csv, line 5", "the row has 5 cells, the header has 4"),
        ("a.csv, line 7", "score: the cell is not a number"),
        ("a.csv, line 8", "id: the cell is empty, and a record needs it"),
        ("a.csv, line 9", "no row of CSV"),
        ("a.csv, line 10", f"the row has {MAX_LINE // 2 - 4} cells, the header has 4"),
    ]
    assert all(reject.stream == "responses" for reject in rejects_of(pages))


def test_lines_that_are_not_json_are_rejects(tmp_path: Path) -> None:
    settings = SETTINGS.replace("*.csv*", "*.ndjson")
    good = '{"no": 1, "score": 7, "at": "2026-01-01", "text": null}'
    write(tmp_path / "a.ndjson", f'{good}\n{{"no": 2\n[1]\n\n{good.replace("1", "3", 1)}\n')
    pages = read(tmp_path, settings=settings)
    assert ids(pages) == ["1", "3"]
    assert [(reject.place, reject.reason) for reject in rejects_of(pages)] == [
        ("a.ndjson, line 2", "the line is not a JSON object"),
        ("a.ndjson, line 3", "the line is not a JSON object"),
    ]


@pytest.mark.parametrize("content", ["", "\n\n", HEADER, HEADER + "\n"])
def test_a_file_without_rows_is_read_and_done(tmp_path: Path, content: str) -> None:
    write(tmp_path / "a.csv", content)
    pages = read(tmp_path)
    assert records_of(pages) == []
    assert rejects_of(pages) == []
    assert read(tmp_path, last_bookmark(pages)) == []


def test_a_folder_as_path_means_the_tables_in_it_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", ".c.csv", "notes.md"):
        write(tmp_path / name, f"{HEADER}\n{rows(ord(name[0]))}")
    assert ids(read(tmp_path, settings=SETTINGS.replace("*.csv*", "."))) == ["97", "98"]


def test_a_pattern_reaches_into_folders_and_absolute_paths_work(tmp_path: Path) -> None:
    (tmp_path / "2026" / "01").mkdir(parents=True)
    write(tmp_path / "2026" / "01" / "a.csv", f"{HEADER}\n{rows(1)}")
    absolute = SETTINGS.replace("*.csv*", f"{tmp_path}/**/*.csv")
    pages = read_all(build(Files, tomllib.loads(absolute)), "tables")
    assert ids(pages) == ["1"]
    assert list(last_bookmark(pages)["responses"]["files"]) == ["2026/01/a.csv"]


@pytest.mark.parametrize(
    ("folder", "path", "setting"),
    [("missing", "*.csv", "folder"), (".", "missing.csv", "path"), (".", "missing/*.csv", "path")],
)
def test_a_missing_folder_or_file_names_the_setting(
    tmp_path: Path, folder: str, path: str, setting: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path / folder, settings=SETTINGS.replace("*.csv*", path))
    assert caught.value.setting == setting


def test_a_file_that_cannot_be_opened_does_not_hold_up_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1)}")
    write(tmp_path / "b.csv", f"{HEADER}\n{rows(2)}")
    real = Path.open

    def opened(path: Path, *args: object, **kwargs: object) -> object:
        if path.name == "a.csv":
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", opened)
    pages: list[Page] = []
    with pytest.raises(RetryableError, match=r"a\.csv can't be read \(Permission denied\)"):
        pages.extend(connector(tmp_path).read_tables({}))
    assert ids(pages) == ["2"]


def test_a_large_file_is_never_held_as_a_whole(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w") as file:
        file.write(f"{HEADER}\n")
        for number in range(60_000):
            file.write(f"{number},7,2026-01-01,{'words ' * 30}\n")
    size = (tmp_path / "a.csv").stat().st_size
    tracemalloc.start()
    count = sum(len(ids([page])) for page in connector(tmp_path).read_tables({}))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_000
    assert peak < size / 2


def test_a_file_that_was_mended_leaves_no_old_rejects(tmp_path: Path, sqlite_engine: Engine) -> None:
    store = Store(sqlite_engine, FileSettings(), b"0123456789abcdef")

    def kept(bookmark: Bookmark | None) -> tuple[int, Bookmark]:
        pages = read(tmp_path, bookmark)
        for page in pages:
            store.write("acme", "tables", page)
        with sqlite_engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(reject)).scalar_one(), last_bookmark(
                pages
            )

    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1)}2,bad,2026-01-01,fine\n")
    write(tmp_path / "b.csv", f"{HEADER}\n3,bad,2026-01-01,fine\n")
    assert (first := kept(None))[0] == 2
    write(tmp_path / "a.csv", f"{HEADER}\n{rows(1, 2)}", changed_ns=2_000_000_000)
    assert kept(first[1])[0] == 1
