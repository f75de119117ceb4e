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
from data import schema
from data.engine import open_store, writer
from data.metrics import CATALOG
from data.records import Priority, State
from data.settings import process_settings
from data.window import Filters
from tests.clock import StandingClock
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


def test_a_receipt_says_what_a_figure_was_made_of_and_lists_its_rows(filled: str) -> None:
    text = run("read", "nps", "--window", "2026-05", "--receipt", "--rows", "2").stdout
    assert "value         +100.00 points" in text
    assert "numerator     10 promoters less detractors" in text
    assert "2 of 10 rows, worst first; they add up to the value" in text
    assert len([line for line in text.splitlines() if line.startswith("desk:")]) == 2
    found = json_of("read", "nps", "--window", "2026-05", "--receipt", "--rows", "2")
    assert (found["value"], found["numerator"], found["evidence"]["total_rows"]) == (100.0, 10, 10)
    assert [row["says"] for row in found["evidence"]["rows"]] == ["promoter", "promoter"]


def test_a_reading_and_its_rows_are_written_as_csv(filled: str) -> None:
    lines = run("read", "backlog", "--as-of", "2026-05-11T12:00", "--csv").stdout.splitlines()
    assert lines[0] == '"# as of","2026-05-11T12:00:00Z"'
    assert lines[-1].startswith('"backlog","Backlog",2')
    rows = run("read", "backlog", "--as-of", "2026-05-11T12:00", "--csv", "--receipt").stdout.splitlines()
    assert [line.split(",")[2] for line in rows[-2:]] == ['"1"', '"2"']


def test_counting_from_the_rows_gives_the_same(filled: str) -> None:
    asked = ("read", "nps", "--window", "2026-05")
    assert json_of(*asked, "--exact") == json_of(*asked)


def test_several_readings_are_exported_at_once(filled: str, home: Path) -> None:
    found = run("export", "--metrics", "nps,backlog", "--window", "2026-05", "--format", "json")
    assert [item["metric"] for item in orjson.loads(found.stdout)] == ["nps", "backlog"]
    result = run(
        "export", "--by", "source", "--metrics", "created", "--window", "2026-05", "--output", "x.csv"
    )
    assert (result.exit_code, result.stdout) == (0, "")
    assert '"source","desk","desk"' in (home / "x.csv").read_text(encoding="utf-8")
    everything = orjson.loads(run("export", "--format", "json").stdout)
    assert [item["metric"] for item in everything] == [metric.key for metric in CATALOG]


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
        (("export", "--metrics", "nps,npss"), "There is no metric 'npss'"),
        (("export", "--by", "priority"), "not split by 'priority'"),
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


def test_tallies_that_are_wrong_are_named_and_made_anew(filled: str) -> None:
    assert run("verify").exit_code == 0
    with writer(open_store(filled)).begin() as connection:
        connection.execute(text("UPDATE ticket_tally SET solved = 7 WHERE solved = 1 AND cube = 'all'"))
    found = run("verify")
    assert found.exit_code == 1
    assert "ticket_tally (cube all, day 2026-05-12, source desk, audience unknown)" in found.output
    assert "solved: stored 7, counted 1" in found.output
    assert run("rebuild", "--store", filled).exit_code == 0
    assert run("verify", "--store", filled).stdout.endswith("Every stored tally is true.\n")


def test_the_journal_lists_what_changed_after_its_day(filled: str) -> None:
    assert run("journal", "--window", "2026-05").output == (
        "No figure of 2026-05 changed after its day had ended.\n"
    )
    row = {"name": "desk", "kind": "files", "label": "Desk", "interval_seconds": 60}
    with writer(open_store(filled)).begin() as connection:
        connection.execute(schema.source.insert().values(**row, first_success_at=at("05-01 09:00")))
    late = store_of(open_store(filled), clock=StandingClock(at("05-20 09:00")))
    write(late, "desk", answer("late", "05-10 09:00", 2))
    listed = run("journal", "--window", "2026-05").output
    assert "2026-05-10  detractors +1  learnt 2026-05-20 09:00" in listed
    (found,) = json_of("journal", "--window", "2026-05")
    assert (found["row_id"], found["metrics"]) == ("late", ["nps"])
    assert "is not understood" in run("journal", "--window", "nonsense").output
