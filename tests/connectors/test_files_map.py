"""What the settings of a table make of its rows: word lists, templates, moments, numbers."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.errors import ConfigError
from connectors.files import Files
from data.records import (
    Account,
    Agent,
    Contact,
    Measure,
    Mention,
    Response,
    SlaTarget,
    State,
    Survey,
    SurveyKind,
    Team,
    Ticket,
)
from tests.connectors.fakes import build
from tests.connectors.files_desk import only, read, with_lines

TICKETS = """
    [[tables]]
    path = "*.csv"
    record = "tickets"
    columns = { id = "no", state = "state", created_at = "made" }
"""
RESPONSES = """
    [[tables]]
    path = "*.csv"
    record = "responses"
    columns = { id = "no", score = "score", responded_at = "at" }
    constants = { survey = "yearly" }
"""


def test_a_ticket_is_made_of_the_columns_that_the_settings_name(tmp_path: Path) -> None:
    records, rejects = read(tmp_path, TICKETS, "made,state,no", "2026-03-01T09:30:00Z,open,17")
    assert rejects == []
    assert records == [
        Ticket(id="17", state=State.OPEN, created_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC), revision=0)
    ]


def test_a_whole_ticket_row_names_its_people_and_its_promise(tmp_path: Path) -> None:
    settings = """
        [[tables]]
        path = "*.csv"
        record = "tickets"
        [tables.columns]
        id = "no"
        state = "state"
        created_at = "made"
        solved_at = "solved"
        team = "team"
        assignee = "agent"
        requester = "who"
        requester_role = "role"
        account = "firm"
        sla_is_met = "met"
        sla_target_minutes = "promised"
    """
    records, rejects = read(
        tmp_path,
        settings,
        "no,state,made,solved,team,agent,who,role,firm,met,promised",
        "1,closed,2026-03-01,2026-03-02,Blue,Ana,u7,sponsor,Acme,no,90",
    )
    assert rejects == []
    ticket = only(records, Ticket)
    assert (ticket.team_id, ticket.assignee_id, ticket.requester_id) == ("Blue", "Ana", "u7")
    assert ticket.has_own_solved_at
    assert ticket.sla_is_met is False
    assert ticket.solved_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert only(records, Team) == Team(id="Blue", name="Blue")
    assert only(records, Agent) == Agent(id="Ana", name="Ana")
    assert only(records, Contact) == Contact(id="u7", role="sponsor", account_id="Acme")
    assert only(records, Account) == Account(id="Acme", name="Acme")
    assert only(records, SlaTarget) == SlaTarget(
        ticket_id="1", measure=Measure.RESOLUTION, applied_at=ticket.created_at, target_minutes=90.0
    )


def test_what_the_tool_links_as_one_problem_is_taken_over(tmp_path: Path) -> None:
    settings = TICKETS.replace('"made" }', '"made", problem = "cause" }')
    lines = ("no,state,made,cause", "1,open,2026-03-01,PRB 9", "2,open,2026-03-01,")
    records, rejects = read(tmp_path, settings, *lines)
    assert rejects == []
    assert [item.problem_id for item in records if isinstance(item, Ticket)] == ["PRB 9", None]


def test_several_words_may_stand_for_one_state(tmp_path: Path) -> None:
    settings = with_lines(TICKETS, 'values.state = { "In work" = "open", "Doing" = "open", "*" = "on_hold" }')
    records, _ = read(
        tmp_path, settings, "no,state,made", "1,Doing,2026-01-01", "2,In work,2026-01-01", "3,Odd,2026-01-01"
    )
    assert [ticket.state for ticket in records if isinstance(ticket, Ticket)] == ["open", "open", "on_hold"]


def test_an_unknown_state_is_a_reject_and_not_a_guess(tmp_path: Path) -> None:
    records, [reject] = read(tmp_path, TICKETS, "no,state,made", "1,Weird,2026-01-01", "2,new,2026-01-01")
    assert [ticket.id for ticket in records if isinstance(ticket, Ticket)] == ["2"]
    assert reject.reason == "state: the cell is not one of our words; give it a line under 'values.state'"
    assert reject.place == "a.csv, line 2"
    assert "Weird" in reject.payload
    assert "Weird" not in reject.reason


def test_a_field_of_several_columns_takes_the_first_word_that_one_of_them_has(tmp_path: Path) -> None:
    settings = """
        [[tables]]
        path = "*.csv"
        record = "contacts"
        columns = { id = "no", role = ["p1", "p2", "p3"], name = ["nick", "full"] }
        values.role = { "1" = "decision_maker", "5" = "decision_maker", "" = "end_user", "*" = "end_user" }
    """
    records, _ = read(
        tmp_path,
        settings,
        "no,p1,p2,p3,nick,full",
        "a,2,5,,,Ann",
        "b,,,1,Bo,Bob",
        "c,2,3,4,,",
        "d,,,,,",
        "e,15,,,,",
    )
    contacts = [record for record in records if isinstance(record, Contact)]
    assert [contact.role for contact in contacts] == [
        "decision_maker",
        "decision_maker",
        "end_user",
        "end_user",
        "end_user",
    ]
    assert [contact.name for contact in contacts[:3]] == ["Ann", "Bo", None]


def test_a_template_puts_columns_together(tmp_path: Path) -> None:
    settings = """
        [[tables]]
        path = "*.csv"
        record = "responses"
        date_format = "%Y-%m-%d"
        time_zone = "America/Los_Angeles"
        columns = { id = "{year}-{no}", score = "score", responded_at = "{year}-05-{day}" }
        constants = { survey = "may" }
        survey = { name = "May survey", kind = "csat", scale_min = 1, scale_max = 5 }
    """
    records, rejects = read(tmp_path, settings, "year,no,day,score", "2017,9,3,4", "2017,,3,4")
    response = only(records, Response)
    assert response.id == "2017-9"
    assert response.responded_at == datetime(2017, 5, 3, 7, tzinfo=UTC)
    assert only(records, Survey) == Survey(
        id="may", name="May survey", kind=SurveyKind.CSAT, scale_min=1, scale_max=5
    )
    assert [reject.reason for reject in rejects] == ["id: the cell is empty, and a record needs it"]


def test_a_missing_mark_is_no_score_and_a_word_list_can_name_one_for_a_single_field(tmp_path: Path) -> None:
    settings = with_lines(RESPONSES, 'missing = ["?"]', 'values.score = { "11" = "" }')
    records, rejects = read(
        tmp_path, settings, "no,score,at", "1,?,2026-01-01", "2,11,2026-01-01", "11,0,2026-01-01"
    )
    scores = {record.id: record.score for record in records if isinstance(record, Response)}
    assert scores == {"1": None, "2": None, "11": 0.0}
    assert rejects == []


def test_rows_without_a_required_field_are_left_out(tmp_path: Path) -> None:
    settings = with_lines(RESPONSES, 'required = ["score"]')
    records, rejects = read(tmp_path, settings, "no,score,at", "1,,2026-01-01", "2,7,2026-01-01")
    assert only(records, Response).id == "2"
    assert rejects == []


def test_a_score_outside_the_scale_is_a_reject(tmp_path: Path) -> None:
    records, [reject] = read(tmp_path, RESPONSES, "no,score,at", "1,11,2026-01-01")
    assert records == []
    assert reject.reason == "score: outside the scale from 0 to 10"


@pytest.mark.parametrize(
    ("date_format", "zone", "text", "expected"),
    [
        ("", "UTC", "2026-03-01 10:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("", "Europe/Berlin", "2026-07-01 10:00", datetime(2026, 7, 1, 8, tzinfo=UTC)),
        ("", "Europe/Berlin", "2026-07-01T10:00:00+05:00", datetime(2026, 7, 1, 5, tzinfo=UTC)),
        ("%d/%m/%Y %H:%M", "UTC", "5/3/2016 12:00", datetime(2016, 3, 5, 12, tzinfo=UTC)),
        ("%m/%d/%y %I:%M %p", "America/New_York", "3/5/26 1:00 PM", datetime(2026, 3, 5, 18, tzinfo=UTC)),
        ("epoch", "Asia/Tokyo", "1767225600", datetime(2026, 1, 1, tzinfo=UTC)),
        ("epoch_ms", "UTC", "1767225600000", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_moments_are_read_in_the_form_and_zone_of_the_settings(
    tmp_path: Path, date_format: str, zone: str, text: str, expected: datetime
) -> None:
    settings = with_lines(TICKETS, f'date_format = "{date_format}"', f'time_zone = "{zone}"')
    records, rejects = read(tmp_path, settings, "no,state,made", f"1,new,{text}")
    assert rejects == []
    assert only(records, Ticket).created_at == expected


@pytest.mark.parametrize("text", ["31/02/2026", "soon", "2026-13-01", "99999999999999999999"])
def test_what_is_no_moment_is_a_reject_that_names_the_form(tmp_path: Path, text: str) -> None:
    records, [reject] = read(tmp_path, TICKETS, "no,state,made", f"1,new,{text}")
    assert records == []
    assert reject.reason == "created_at: the cell is not a moment such as 2026-03-31 14:05"


def test_accounts_carry_staff_value_and_renewal(tmp_path: Path) -> None:
    settings = """
        [[tables]]
        path = "*.csv"
        record = "accounts"
        delimiter = ";"
        decimal = ","
        date_format = "%d.%m.%Y"
        [tables.columns]
        id = "no"
        name = "firm"
        employee_count = "staff"
        yearly_value = "value"
        renewal_on = "renews"
    """
    records, rejects = read(
        tmp_path,
        settings,
        "no;firm;staff;value;renews",
        "A1;Acme, Inc.;1.200;12.500,50;31.12.2026",
        "A2;Beta;;;",
        "A3;Gamma;12,5;1;31.12.2026",
    )
    assert records == [
        Account(
            id="A1",
            name="Acme, Inc.",
            employee_count=1200,
            yearly_value=12500.5,
            renewal_on=date(2026, 12, 31),
        ),
        Account(id="A2", name="Beta"),
    ]
    assert [reject.reason for reject in rejects] == ["employee_count: the cell is not a whole number"]


@pytest.mark.parametrize("text", ["1,5", "nan", "inf", "1,0000", "12a"])
def test_a_number_that_could_mean_two_things_is_refused(tmp_path: Path, text: str) -> None:
    _, [reject] = read(tmp_path, RESPONSES, "no,score,at", f'1,"{text}",2026-01-01')
    assert reject.reason == "score: the cell is not a number"


def test_what_a_ticket_only_mentions_does_not_overwrite_the_table_that_knows_it(tmp_path: Path) -> None:
    settings = """
        [[tables]]
        path = "t.csv"
        record = "tickets"
        columns = { id = "no", state = "state", created_at = "made", account = "firm", requester = "who" }
        [[tables]]
        path = "a.csv"
        record = "accounts"
        columns = { id = "no", name = "firm" }
    """
    (tmp_path / "t.csv").write_text("no,state,made,firm,who\n1,new,2026-01-01,A1,u7\n")
    records, _ = read(tmp_path, settings, "no,firm", "A1,Acme")
    assert only(records, Account) == Account(id="A1", name="Acme")
    assert only(records, Contact).id == "u7"


def test_json_lines_reach_into_objects_and_keep_their_own_types(tmp_path: Path) -> None:
    settings = """
        [[tables]]
        path = "*.jsonl"
        record = "responses"
        constants = { survey = "s" }
        [tables.columns]
        id = "id"
        score = "answer.score"
        responded_at = "at"
        email = "who.mail"
        is_closed = "done"
    """
    records, rejects = read(
        tmp_path,
        settings,
        '{"id": 5, "answer": {"score": 9}, "at": "2026-01-01", "who": {"mail": "a@b.example"}, "done": true}',
        '{"id": 6, "answer": {"score": null}, "at": "2026-01-01T00:00:00Z", "who": null}',
        '{"id": [7], "at": "2026-01-01T00:00:00Z"}',
        name="a.jsonl",
    )
    first, second = (record for record in records if isinstance(record, Response))
    assert (first.id, first.score, first.email, first.is_closed) == ("5", 9.0, "a@b.example", True)
    assert (second.id, second.score, second.email, second.is_closed) == ("6", None, None, None)
    assert rejects[0].reason == "id: the value is a list or an object, not a text or a number"


@pytest.mark.parametrize(
    ("broken", "setting", "expected"),
    [
        ("", "tables", "write [[sources.acme.tables]]"),
        (TICKETS.replace('"tickets"', '"incidents"'), "record", "'tickets', 'ticket_events'"),
        (TICKETS.replace("state = ", "stat = "), "columns", "columns.stat is no field of tickets"),
        (TICKETS.replace('state = "state", ', ""), "columns", "columns.state is missing"),
        (with_lines(TICKETS, 'colour = "red"'), "colour", "not permitted"),
        (with_lines(TICKETS, 'time_zone = "Mars/Base"'), "time_zone", "Unknown time zone"),
        (with_lines(TICKETS, 'encoding = "klingon"'), "encoding", "no known encoding"),
        (with_lines(TICKETS, 'delimiter = "::"'), "delimiter", "at most 1 character"),
        (with_lines(TICKETS, 'constants = { state = "new" }'), "columns", "constants.state is mapped"),
        (with_lines(TICKETS, 'values.team = { a = "b" }'), "columns", "values.team needs columns.team"),
        (with_lines(TICKETS, 'required = ["team"]'), "columns", "required names 'team'"),
        (TICKETS + TICKETS, "name", "two tables are called 'tickets'"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, broken: str, setting: str, expected: str) -> None:
    settings = {"tables": []} if not broken else tomllib.loads(broken)
    with pytest.raises(ConfigError) as caught:
        build(Files, {"folder": str(tmp_path), **settings})
    assert caught.value.setting == setting
    assert expected in str(caught.value)


def test_a_column_that_the_file_does_not_have_is_named_with_those_it_has(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, TICKETS, "number,state,made", "1,new,2026-01-01")
    assert caught.value.setting == "columns.id"
    assert "'no'" in str(caught.value)
    assert "number, state, made" in str(caught.value)


def test_a_post_is_read_with_what_was_counted_of_it(tmp_path: Path) -> None:
    settings = """
        [[tables]]
        path = "*.csv"
        record = "mentions"
        columns = { id = "no", posted_at = "at", title = "head", url = "u", views = "n", sentiment = "mood" }
    """
    records, [reject] = read(
        tmp_path, settings, "no,at,head,u,n,mood",
        "1,2026-03-01,<i>Slow</i>,https://a.example/1,40,-0.5", "2,2026-03-02,,,,", "3,2026-03-02,,,,2",
    )  # fmt: skip
    assert records == [
        Mention(
            id="1", posted_at=datetime(2026, 3, 1, tzinfo=UTC), title="<i>Slow</i>",
            url="https://a.example/1", views=40, sentiment=-0.5,
        ),
        Mention(id="2", posted_at=datetime(2026, 3, 2, tzinfo=UTC)),
    ]  # fmt: skip
    assert reject.reason == "sentiment: outside the scale from -1 to 1"
