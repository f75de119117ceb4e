"""Opening a store: made or brought up to date, copied aside first, refused when it is newer than we are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from data import engine as opening
from data import schema
from data.engine import StoreError, connect, memory, open_store, writer

SECOND = '''"""One column more."""

import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("team", sa.Column("colour", sa.Text(), nullable=True))
'''


def test_migrating_builds_what_the_schema_says(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_the_schema_built_at_once_has_the_same_tables_and_indexes(unmigrated_url: str) -> None:
    migrated = open_store(unmigrated_url)
    expected = _shape(migrated)
    schema.metadata.drop_all(migrated)
    schema.metadata.create_all(migrated)
    assert _shape(migrated) == expected
    assert expected.keys() == schema.metadata.tables.keys()
    migrated.dispose()


def _shape(engine: Engine) -> dict[str, object]:
    looked = inspect(engine)
    return {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in looked.get_columns(table)),
            looked.get_pk_constraint(table),
            sorted((i["name"] or "", tuple(i["column_names"])) for i in looked.get_indexes(table)),
        )
        for table in looked.get_table_names()
        if table != "alembic_version"
    }


def test_opening_twice_changes_nothing(unmigrated_url: str) -> None:
    open_store(unmigrated_url).dispose()
    opened = open_store(unmigrated_url)
    assert set(schema.metadata.tables) <= set(inspect(opened).get_table_names())
    opened.dispose()


@pytest.fixture
def newer_barometer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Barometer with one revision more."""
    copy = tmp_path / "migrations"
    shutil.copytree(opening.MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    known = sorted(path.stem.split("_")[0] for path in (copy / "versions").glob("*.py"))
    (copy / "versions" / "9001_more.py").write_text(SECOND.format(before=known[-1]), encoding="utf-8")
    monkeypatch.setattr(opening, "MIGRATIONS", copy)


def test_an_older_store_is_brought_up_to_date_with_what_it_holds(
    engine: Engine, newer_barometer: None
) -> None:
    with writer(engine).begin() as connection:
        connection.execute(schema.team.insert(), {"source": "desk", "id": "1", "name": "First"})
    url = engine.url.render_as_string(hide_password=False)
    opened = open_store(url)
    with opened.connect() as connection:
        assert connection.execute(text("SELECT name, colour FROM team")).all() == [("First", None)]
    opened.dispose()


def test_an_older_sqlite_store_is_copied_aside_first(
    sqlite_engine: Engine, sqlite_url: str, newer_barometer: None
) -> None:
    with writer(sqlite_engine).begin() as connection:
        connection.execute(schema.team.insert(), {"source": "desk", "id": "1", "name": "First"})
    folder = Path(sqlite_engine.url.database or "").parent
    open_store(sqlite_url).dispose()
    [backup] = folder.glob("*.backup")
    old = create_engine(f"sqlite:///{backup}")
    assert [column["name"] for column in inspect(old).get_columns("team")][-1] != "colour"
    with old.connect() as connection:
        assert connection.execute(text("SELECT name FROM team")).scalars().all() == ["First"]
    old.dispose()
    open_store(sqlite_url).dispose()
    assert len(list(folder.glob("*.backup"))) == 1  # up to date: nothing to copy


def test_a_new_store_is_not_copied(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path / 'deep' / 'new.db'}").dispose()
    assert list(tmp_path.rglob("*.backup")) == []


def test_a_store_of_a_newer_barometer_is_refused_and_left_alone(engine: Engine) -> None:
    with writer(engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer Barometer \(revision 9999\)"):
        open_store(engine.url.render_as_string(hide_password=False))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "not understood"), ("mysql://u:hunter2@h/db", "SQLite or Postgres, not mysql"),
        ("postgresql+nodriver://u:hunter2@h/db", "no driver"),
        ("postgresql://u:hunter2@127.0.0.1:1/db", "can't be opened"),
        ("sqlite:////proc/nowhere/x.db", "can't be"),
    ],
)  # fmt: skip
def test_a_store_that_cannot_be_opened_says_why_without_the_password(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as error:
        open_store(url)
    assert "hunter2" not in str(error.value)


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Sir or Madam, " * 100, encoding="utf-8")
    with pytest.raises(StoreError, match="can't be opened"):
        open_store(f"sqlite:///{tmp_path / 'letter.db'}")


def test_sqlite_readers_and_the_writer_do_not_wait_for_each_other(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 60_000


@pytest.mark.parametrize("prefix", ["postgresql", "postgresql+psycopg"])
def test_postgres_is_reached_by_psycopg_whichever_way_it_is_written(prefix: str) -> None:
    opened = connect(f"{prefix}://u@127.0.0.1:1/db")
    assert opened.driver == "psycopg"
    opened.dispose()


def test_every_connection_to_memory_is_an_empty_database_of_its_own() -> None:
    with memory().connect() as one, memory().connect() as other:
        one.exec_driver_sql("CREATE TABLE thing (id TEXT)")
        assert inspect(one).get_table_names() == ["thing"]
        assert inspect(other).get_table_names() == []
    with memory().connect() as later:
        assert inspect(later).get_table_names() == []
