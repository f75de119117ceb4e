"""The command line: what a person types, what it answers, and how it says no."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

import app
from dashboard.serve import Supervisor
from data.engine import open_store, writer
from data.metrics import CATALOG
from data.records import Priority, State
from data.settings import process_settings
from data.window import Filters
from tests.data.small_world import answer, at, settings_of, store_of, survey, ticket, write

DEMO = '[sources.demo]\nkind = "demo"\nevery = "5s"\ntickets = 400\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, without a setting of this machine's."""
    for name in ("STORE", "CONFIG", "HOST", "PORT", "SECRET_KEY", "LOG_LEVEL", "ALLOWED_HOSTS", "WORKERS"):
        monkeypatch.delenv(f"BAROMETER_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app.cli, arguments, env=environment, catch_exceptions=False)


@pytest.fixture
def filled(home: Path, sqlite_engine: Engine, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("BAROMETER_STORE", sqlite_url)
    write(
        store_of(sqlite_engine), "desk", survey(), *(answer(str(i), "05-10 09:00", 9) for i in range(10)),
        ticket("1", "05-10 09:00", team_id="1", priority=Priority.HIGH),
        ticket("2", "05-11 09:00", State.SOLVED, solved_at="05-12 09:00"),
    )  # fmt: skip
    return sqlite_url


def json_of(*arguments: str, **environment: str) -> Any:
    result = run(*arguments, "--json", **environment)
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout)


def test_a_metric_is_read_as_json(filled: str) -> None:
    found = json_of("read", "nps", "--window", "2026-05")
    assert (found["value"], found["n"], found["window"]["label"]) == (100.0, 10, "2026-05")
    assert found["window"]["start"] == "2026-05-01T00:00:00Z"


def test_a_metric_is_read_as_text(filled: str) -> None:
    result = run("read", "backlog", "--as-of", "2026-05-11T12:00")
    assert result.exit_code == 0
    assert result.stdout.startswith("2 tickets; n=2")


def test_a_metric_is_read_as_of_any_moment_filtered_and_split(filled: str) -> None:
    assert json_of("read", "backlog", "--as-of", "2026-05-10T08:59:59")["value"] == 0
    assert json_of("read", "backlog", "--as-of", "2026-05-11T12:00Z")["value"] == 2
    where = ("--where", "priority=high", "--where", "team=desk:1")
    assert json_of("read", "backlog", *where)["value"] == 1
    groups = {item["group"]: item["value"] for item in json_of("read", "backlog", "--by", "priority")}
    assert groups == {"high": 1}
    assert json_of("read", "backlog", "--by", "priority", "--as-of", "2026-05-01") == []


def test_a_metric_is_read_as_it_was_known(filled: str) -> None:
    # all of it was learnt in November
    moment = ("--as-of", "2026-05-11T12:00")
    assert json_of("read", "backlog", *moment)["value"] == 2
    assert json_of("read", "backlog", *moment, "--known-at", "2026-05-11T12:00")["value"] is None
    found = json_of("read", "backlog", *moment, "--known-at", "2026-11-20")
    assert (found["value"], found["known_at"]) == (2, "2026-11-20T00:00:00Z")
    assert "as known at 2026-11-20" in run("read", "backlog", *moment, "--known-at", "2026-11-20").stdout


def test_the_board_of_any_moment_is_printed(filled: str) -> None:
    moment = ("--as-of", "2026-05-11T12:00")
    assert json_of("board", *moment)["signs"]["backlog"]["backlog"]["value"] == 2
    then = json_of("board", *moment, "--known-at", "2026-05-11T12:00")
    assert then["signs"]["backlog"]["backlog"]["value"] is None
    result = run("board", *moment, "--where", "priority=high")
    assert result.exit_code == 0
    assert "as of 2026-05-11T12:00:00Z, as known now" in result.stdout


def test_the_reporting_zone_comes_from_the_settings(filled: str, home: Path) -> None:
    (home / "barometer.toml").write_text('time_zone = "Asia/Tokyo"', encoding="utf-8")
    found = json_of("read", "nps", "--window", "2026-05")
    assert found["window"]["start"] == "2026-04-30T15:00:00Z"


def test_another_store_may_be_named(filled: str, home: Path) -> None:
    assert json_of("read", "nps", "--window", "all", "--store", f"sqlite:///{home / 'other.db'}")["n"] == 0


def test_the_metrics_are_listed(home: Path) -> None:
    assert {item["key"] for item in json_of("read", "--list")} == {metric.key for metric in CATALOG}
    listed = run("read", "--list")
    assert "nps " in listed.stdout
    assert run("read").stdout == listed.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("read", "npss"), "There is no metric 'npss'"),
        (("read", "nps", "--window", "soon"), "not understood"),
        (("read", "nps", "--by", "nose"), "not split by 'nose'"),
        (("read", "nps", "--as-of", "x"), "moment 'x'"),
        (("read", "nps", "--known-at", "2199-01-01"), "future"),
        (("read", "nps", "--as-of", "2026-05-02", "--known-at", "2026-05-01"), "before as-of"),
        (("board", "--as-of", "2199-01-01"), "future"),
        (("board", "--window", "soon"), "not understood"),
        (("read", "nps", "--where", "audience"), "not of the form name=value"),
        (("read", "nps", "--where", "nose=1"), "no filter 'nose'"),
        (("read", "nps", "--where", "audience=boss"), "audience is one of"),
        (("read", "nps", "--store", "mysql://u:hunter2@h/d"), "SQLite or Postgres"),
        (("read", "nps", "--store", "nonsense"), "not understood"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_is_refused_in_a_sentence(
    filled: str, arguments: tuple[str, ...], says: str
) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert says in result.output
    assert "Traceback" not in result.output
    assert "hunter2" not in result.output


def test_a_store_of_a_newer_barometer_is_refused(filled: str) -> None:
    engine = open_store(filled)
    with writer(engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    result = run("read", "nps")
    assert (result.exit_code, "newer Barometer" in result.output) == (1, True)


def test_wrong_settings_are_told_before_anything_is_done(home: Path) -> None:
    (home / "barometer.toml").write_text("colour = 1", encoding="utf-8")
    result = run("check")
    assert result.exit_code == 1
    assert "colour: there is no such setting" in result.output
    assert not (home / "var").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "barometer.example", ""])
@pytest.mark.parametrize("command", [(), ("demo",), ("check",)])
def test_it_listens_for_nobody_else_while_nobody_logs_in(
    home: Path, host: str, command: tuple[str, ...]
) -> None:
    result = run(*command, BAROMETER_HOST=host)
    assert result.exit_code == 1
    assert "no login is configured" in result.output


def test_a_check_names_what_is_wrong_and_shows_no_secret(home: Path) -> None:
    (home / "barometer.toml").write_text(
        DEMO + '[sources.desk]\nkind = "zendesk"\nurl = "https://x.example"\ntoken = "hunter2"\n'
        '[sources.odd]\nkind = "pigeon"\n',
        encoding="utf-8",
    )
    result = run("check")
    assert result.exit_code == 1
    assert "ok     demo" in result.output
    assert "wrong  desk: " in result.output
    assert "wrong  odd: There is no connector of kind 'pigeon'" in result.output
    assert "hunter2" not in result.output


def test_a_check_of_nothing_points_to_the_demo(home: Path) -> None:
    result = run("check")
    assert (result.exit_code, "python app.py demo" in result.output) == (0, True)


def test_the_demo_is_synced_once_and_read(home: Path) -> None:
    (home / "barometer.toml").write_text(DEMO, encoding="utf-8")
    assert run("sync", "--once").exit_code == 0
    found = json_of("read", "created", "--window", "all")
    assert found["value"] > 100
    assert json_of("read", "nps", "--window", "all")["value"] is not None
    assert (home / "var" / "secret.key").exists()


@pytest.mark.parametrize(
    "settings",
    [
        '[sources.odd]\nkind = "pigeon"\n',
        '[sources.folder]\nkind = "files"\nfolder = "/nowhere/at/all"\n'
        '[sources.folder.tables.tickets]\nfile = "*.csv"\n',
    ],
)
def test_a_sync_that_fails_says_so_by_its_exit(home: Path, settings: str) -> None:
    (home / "empty.toml").write_text("", encoding="utf-8")
    assert run("sync", "--once", BAROMETER_CONFIG="empty.toml").exit_code == 0
    (home / "barometer.toml").write_text(settings, encoding="utf-8")
    assert run("sync", "--once").exit_code == 1


def test_what_the_dashboard_asks_for_comes_from_one_store(sqlite_engine: Engine) -> None:
    provider = app.Provider(sqlite_engine, settings_of('title = "Acme"'), clock=lambda: at("11-18 14:30"))
    write(store_of(sqlite_engine), "desk", ticket("1", "11-10 09:00"))
    assert provider.board(Filters()).backlog.backlog.value == 1
    assert (provider.title, provider.sources(), provider.version()[0]) == ("Acme", (), 1)


def test_web_server_and_scheduler_use_the_folder_they_were_started_in(home: Path) -> None:
    supervisor = Supervisor(process_settings({}), Path(app.__file__))
    ended = subprocess.run(
        [*supervisor._commands["web"], "--check-config"],
        cwd=home, env=supervisor._environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert (home / "var" / "barometer.db").exists()
