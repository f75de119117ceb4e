"""Settings that cannot be used are refused by name; secrets are never written down."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from data.records import Measure, Priority
from data.settings import (
    SettingsError,
    child_environment,
    file_settings,
    parse_settings,
    process_settings,
    seconds,
    secret,
    secret_key,
)


@pytest.mark.parametrize(("text", "value"), [("90s", 90), ("15m", 900), ("4h", 14400), ("1.5d", 129600)])
def test_a_duration_is_a_number_with_its_unit(text: str, value: int) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["90", "", "-5m", "5 weeks", "m"])
def test_a_duration_without_a_unit_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="90s, 15m, 4h or 2d"):
        seconds(text)


@pytest.mark.parametrize(
    ("toml", "names"),
    [
        ("colour = 1", "colour: there is no such setting"),
        ("[sla]\ncalender = 'x'", "sla.calender: there is no such setting"),
        ("time_zone = 'Mars/Base'", "time_zone: Unknown time zone"),
        ("[sources.desk]\nkind = 'x'\nevery = 60", "sources.desk.every: is a number with"),
        ("[sources.desk]\nkind = 'x'\nevery = '0s'", "sources.desk.every"),
        ("[sources.desk]\nevery = '5m'", "sources.desk.kind"),
        ("[sources.'My Desk']\nkind = 'x'", "sources: a source's name is small letters"),
        ("[sla]\ncalendar = 'office'", r"sla.calendar: there is no \[calendars.office\]"),
        ("[sources.desk]\nkind = 'x'\ncalendar = 'office'", r"sources.desk.calendar: there is no \["),
        ("[calendars.a]\ntime_zone = 'UTC'\nhours = 'some'", "calendars.a.hours: "),
        ("[calendars.a]\ntime_zone = 'No'\nhours = '24/7'", "calendars.a.time_zone: Unknown"),
        ("[calendars.a]\ntime_zone = 'UTC'\nhours = '24/7'\ncountry = 'XX'", "calendars.a.country: Unknown"),
        ("[sla.targets.hot]\nresolution = '1h'", "sla.targets.hot"),
        ("[sla.targets.high]\nresolution = 'soon'", "sla.targets.high.resolution"),
        ("[sla]\npauses = ['asleep']", "sla.pauses.0"),
        ("[audience]\ndecision_maker_titles = ['(']", "audience.decision_maker_titles"),
        ("[goals]\nnps = 200", "goals.nps"),
        ("[goals]\nsla_attainment = 90", "goals.sla_attainment"),
    ],
)
def test_a_wrong_setting_is_named(toml: str, names: str) -> None:
    with pytest.raises(SettingsError, match=names):
        parse_settings(toml)


def test_every_wrong_setting_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as error:
        parse_settings("colour = 1\ntime_zone = 'Mars/Base'")
    assert len(str(error.value).splitlines()) == 2


def test_a_wrong_value_is_not_repeated_for_it_may_be_a_secret() -> None:
    with pytest.raises(SettingsError) as error:
        parse_settings("[sources.desk]\nkind = 'x'\nevery = 'hunter2'")
    assert "hunter2" not in str(error.value)


def test_without_a_file_at_the_usual_place_there_are_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert file_settings(process_settings({}).config).sources == {}


def test_a_file_that_somebody_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"BAROMETER_CONFIG names .*none\.toml"):
        file_settings(tmp_path / "none.toml")


@pytest.mark.parametrize("content", [b"this is = = not", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"b\.toml is not TOML"):
        file_settings(tmp_path / "b.toml")


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can't be read"):
        file_settings(tmp_path)


def test_what_a_source_is_given_beyond_the_common_settings_goes_to_its_connector() -> None:
    found = parse_settings("[sources.desk]\nkind = 'x'\nevery = '5m'\nurl = 'https://x.test'\nsize = 5")
    assert found.sources["desk"].connector_config == {"url": "https://x.test", "size": 5}
    assert found.sources["desk"].every == 300
    assert parse_settings("[sources.desk]\nkind = 'x'").sources["desk"].every == 60


def test_targets_are_minutes() -> None:
    found = parse_settings("[sla.targets.high]\nresolution = '8h'\nfirst_reply = '90s'")
    promise = found.sla.targets[Priority.HIGH]
    assert promise.minutes(Measure.RESOLUTION) == 480
    assert promise.minutes(Measure.FIRST_REPLY) == 1.5
    assert promise.minutes(Measure.NEXT_REPLY) is None


def test_calendars_are_ready_to_count_with() -> None:
    found = parse_settings("[calendars.office]\ntime_zone = 'Europe/Berlin'\nhours = 'mon-fri 09:00-17:00'")
    monday = 1_793_602_800  # 2 November 2026, 08:00 in Berlin
    assert found.built_calendars["office"].seconds_between(monday, monday + 7200) == 3600


# --- secrets -----------------------------------------------------------------------------------------------


def test_a_secret_comes_from_a_variable_or_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DESK_TOKEN", "hunter2")
    (tmp_path / "token").write_text("hunter3\n", encoding="utf-8")
    assert secret("env:DESK_TOKEN", where="sources.desk.token") == "hunter2"
    assert secret(f"file:{tmp_path / 'token'}", where="sources.desk.token") == "hunter3"


@pytest.mark.parametrize("reference", ["hunter2", "env:", "file:", "vault:x", ""])
def test_a_secret_written_down_is_refused_without_repeating_it(reference: str) -> None:
    with pytest.raises(SettingsError, match=r"sources\.desk\.token is a secret") as error:
        secret(reference, where="sources.desk.token")
    assert "hunter2" not in str(error.value)


def test_a_secret_that_is_not_to_be_had_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DESK_NOTHING is not set"):
        secret("env:DESK_NOTHING", where="sources.desk.token")
    with pytest.raises(SettingsError, match="can't be read"):
        secret(f"file:{tmp_path / 'none'}", where="sources.desk.token")


def test_the_key_is_made_once_for_its_owners_eyes(tmp_path: Path) -> None:
    key = secret_key(process_settings({}), tmp_path / "var")
    assert len(key) >= 32
    assert secret_key(process_settings({}), tmp_path / "var") == key
    assert stat.S_IMODE((tmp_path / "var" / "secret.key").stat().st_mode) == 0o600


def test_a_key_of_ones_own_is_long_enough() -> None:
    assert secret_key(process_settings({"BAROMETER_SECRET_KEY": "0123456789abcdef"})) == b"0123456789abcdef"
    with pytest.raises(SettingsError, match="shorter"):
        secret_key(process_settings({"BAROMETER_SECRET_KEY": "short"}))


# --- the environment ---------------------------------------------------------------------------------------


def test_process_settings_come_from_the_environment_or_from_files(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://u:p@host/db\n", encoding="utf-8")
    found = process_settings({"BAROMETER_STORE_FILE": str(tmp_path / "url"), "BAROMETER_PORT": "9000"})
    assert (found.store, found.port, found.host) == ("postgresql://u:p@host/db", 9000, "127.0.0.1")


def test_what_the_command_line_gives_goes_first() -> None:
    assert process_settings({"BAROMETER_PORT": "9000"}, port=9001, store=None).port == 9001


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"BAROMETER_PORT": "many"}, "BAROMETER_PORT"),
        ({"BAROMETER_PORT": "0"}, "BAROMETER_PORT"),
        ({"BAROMETER_LOG_LEVEL": "LOUD"}, "BAROMETER_LOG_LEVEL"),
        ({"BAROMETER_STORE_FILE": "/nowhere/at/all"}, "BAROMETER_STORE_FILE: .* can't be read"),
    ],
)
def test_a_wrong_variable_is_named(environment: dict[str, str], names: str) -> None:
    with pytest.raises(SettingsError, match=names):
        process_settings(environment)


def test_a_child_gets_the_same_settings_and_keeps_the_secrets_of_the_sources(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BAROMETER_DESK_TOKEN", "hunter2")  # a name that somebody chose for a source's secret
    monkeypatch.setenv("BAROMETER_STORE_FILE", "/another/file")
    environment = child_environment(process_settings({"BAROMETER_PORT": "9000"}))
    assert environment["BAROMETER_PORT"] == "9000"
    assert environment["BAROMETER_DESK_TOKEN"] == "hunter2"
    assert "BAROMETER_STORE_FILE" not in environment
