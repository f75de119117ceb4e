"""Policies in the settings: which one fits a ticket, and what it promises."""

from __future__ import annotations

import pytest

from data.records import Clock, Measure, Priority
from data.settings import SettingsError, parse_settings

SOURCES = '[sources.desk]\nkind = "x"\n[sources.shop]\nkind = "x"\n'
GOLD = """
[sla.targets.high]
resolution = "8h"
[[sla.policies]]
name = "gold at the desk"
accounts = ["Acme  GmbH", "Börse"]
sources = ["desk"]
clock = "calendar"
[sla.policies.targets.high]
first_reply = "15m"
next_reply = "1h"
requester_wait = "4h"
agent_work = "2h"
resolution = "1d"
[sla.policies.targets.low]
resolution = "2d"
clock = "business"
[[sla.policies]]
name = "night shift"
teams = ["desk:7", "shop:7"]
calendar = "nights"
[calendars.nights]
time_zone = "Europe/Berlin"
hours = "mon-sun 22:00-06:00"
"""


def settings(text: str = GOLD):
    return parse_settings(SOURCES + text).sla


def name(source: str, team: str | None, account: str | None) -> str | None:
    found = settings().policy(source, team, account)
    return found.name if found else None


def test_an_account_is_known_by_its_name_in_any_spelling() -> None:
    assert name("desk", None, "acme gmbh") == name("desk", "7", "börse") == "gold at the desk"


def test_all_that_a_policy_asks_for_must_fit() -> None:
    assert name("shop", None, "acme gmbh") is None
    assert name("desk", "8", "other") is None
    assert name("desk", None, None) is None


def test_a_team_belongs_to_its_source() -> None:
    assert name("desk", "7", None) == name("shop", "7", "acme gmbh") == "night shift"
    assert name("mail", "7", None) is None


def test_the_first_that_fits_counts_and_one_that_asks_for_nothing_fits_all() -> None:
    text = '[[sla.policies]]\nname = "all"\n' + GOLD.replace("[sla.targets.high]", "[sla.targets.normal]")
    assert settings(text).policy("desk", "7", "acme gmbh").name == "all"


def test_all_five_measures_are_promised_on_the_policys_clock_or_their_own() -> None:
    sla = settings()
    gold = sla.policy("desk", None, "börse")
    assert list(sla.promised(gold, Priority.HIGH)) == [
        (Measure.FIRST_REPLY, 15, Clock.CALENDAR), (Measure.NEXT_REPLY, 60, Clock.CALENDAR),
        (Measure.REQUESTER_WAIT, 240, Clock.CALENDAR), (Measure.AGENT_WORK, 120, Clock.CALENDAR),
        (Measure.RESOLUTION, 1440, Clock.CALENDAR),
    ]  # fmt: skip
    assert list(sla.promised(gold, Priority.LOW)) == [(Measure.RESOLUTION, 2880, Clock.BUSINESS)]
    assert list(sla.promised(gold, Priority.URGENT)) == []


def test_a_policy_without_targets_and_no_policy_promise_what_the_settings_do() -> None:
    sla = settings()
    expected = [(Measure.RESOLUTION, 480, Clock.BUSINESS)]
    assert list(sla.promised(sla.policy("desk", "7", None), Priority.HIGH)) == expected
    assert list(sla.promised(None, Priority.HIGH)) == expected


def test_it_is_told_whether_anything_is_promised_and_whether_accounts_matter() -> None:
    nothing = parse_settings("").sla
    assert (nothing.promises_anything, nothing.looks_at_accounts) == (False, False)
    assert (settings().promises_anything, settings().looks_at_accounts) == (True, True)
    only_policy = '[[sla.policies]]\nname = "all"\n[sla.policies.targets.low]\nresolution = "1h"\n'
    assert settings(only_policy).promises_anything


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = 'x'\ncalendar = 'none'", r"sla\.policies\.0\.calendar: there is no \[calendars\.none\]"),
        ("name = 'x'\nsources = ['none']", r"sla\.policies\.0\.sources: there is no \[sources\.none\]"),
        ("name = 'x'\nteams = ['none:7']", r"sla\.policies\.0\.teams: there is no \[sources\.none\]"),
        ("name = 'x'\nteams = ['7']", r"sla\.policies\.0\.teams: a team is its source and its id"),
        ("name = 'x'\nteams = ['desk:']", r"sla\.policies\.0\.teams: a team is its source and its id"),
        ("name = ''", r"sla\.policies\.0\.name"),
        ("calendar = 'x'", r"sla\.policies\.0\.name: Field required"),
        ("name = 'x'\n[[sla.policies]]\nname = 'x'", r"sla\.policies: two policies are called 'x'"),
        (
            "name = 'x'\n[sla.policies.targets.high]\nresolution = 5",
            r"policies\.0\.targets\.high\.resolution",
        ),
        ("name = 'x'\n[sla.policies.targets.top]\nresolution = '5m'", r"policies\.0\.targets\.top"),
    ],
)
def test_a_policy_that_cannot_be_used_is_named(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        parse_settings(SOURCES + f"[[sla.policies]]\n{text}\n")


def test_every_unknown_calendar_and_source_is_told_at_once() -> None:
    text = '[sla]\ncalendar = "a"\n[[sla.policies]]\nname = "x"\ncalendar = "b"\nsources = ["c"]\n'
    with pytest.raises(SettingsError) as error:
        parse_settings(text)
    assert len(str(error.value).splitlines()) == 3
