"""The tables as they are now; one schema for SQLite and Postgres.

Keys are (source, external id), so nothing needs a sequence and every unique key contains the column by
which a distributed Postgres would spread the rows. Moments are whole seconds since 1970 in UTC: exact,
small, and subtracted alike by both databases.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    Table,
    Text,
    false,
    literal_column,
    text,
)

from data.bookkeeping import bookmark as bookmark
from data.bookkeeping import data_version as data_version
from data.bookkeeping import derivation as derivation
from data.bookkeeping import key, learnt_at, metadata
from data.bookkeeping import reject as reject
from data.bookkeeping import source as source
from data.bookkeeping import sync_run as sync_run
from data.moment import Moment, epoch
from data.superseded import superseded
from data.tally_tables import TALLIES as TALLIES
from data.tally_tables import answer_tally as answer_tally
from data.tally_tables import backlog_tally as backlog_tally
from data.tally_tables import invitation_tally as invitation_tally
from data.tally_tables import late_change as late_change
from data.tally_tables import mark_tally as mark_tally
from data.tally_tables import minutes_tally as minutes_tally
from data.tally_tables import ticket_tally as ticket_tally
from data.voice_tables import invitation as invitation
from data.voice_tables import mention as mention
from data.voice_tables import response as response
from data.voice_tables import survey as survey
from data.window import FOREVER

# No index but a key begins with the source: before Postgres knows how many rows there are, it would take
# such an index for the key's, and look through all rows of the source each time.


account = Table(
    "account",
    metadata,
    key("source"),
    key("id"),
    Column("account_key", Text, nullable=False, index=True),  # the same organisation in every source
    Column("name", Text, nullable=False),
    Column("employee_count", Integer),
    Column("yearly_value", Float, index=True),
    Column("renewal_on", Date),
    Column("updated_at", Moment),
    Column("is_deleted", Boolean, nullable=False, default=False),
    learnt_at(),
)

contact = Table(
    "contact",
    metadata,
    key("source"),
    key("id"),
    Column("name", Text),
    Column("email", Text),
    Column("email_hash", Text, index=True),
    Column("title", Text),
    Column("role", Text),
    Column("audience", Text, nullable=False),
    Column("account_id", Text),
    Column("updated_at", Moment),
    Column("is_deleted", Boolean, nullable=False, default=False),
    learnt_at(),
    Index("ix_contact_account_id_source", "account_id", "source"),
)

agent = Table(
    "agent",
    metadata,
    key("source"),
    key("id"),
    Column("name", Text, nullable=False),
    Column("is_active", Boolean, nullable=False, default=True),
)

team = Table(
    "team",
    metadata,
    key("source"),
    key("id"),
    Column("name", Text, nullable=False),
    Column("is_active", Boolean, nullable=False, default=True),
)

ticket = Table(
    "ticket",
    metadata,
    key("source"),
    key("id"),
    Column("revision", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("subject", Text),
    Column("priority", Text),
    Column("channel", Text),
    Column("category", Text),
    Column("team_id", Text),
    Column("assignee_id", Text),
    Column("requester_id", Text),
    Column("account_id", Text),
    Column("calendar_id", Text),
    Column("url", Text),
    Column("merged_into", Text),
    Column("problem_id", Text),  # the source's own; unique within the source
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment),
    Column("given_solved_at", Moment),
    Column("has_own_solved_at", Boolean, nullable=False, default=False),
    Column("given_sla_is_met", Boolean),
    learnt_at(),
    Column("touched_at", Moment),  # when anything about it was learnt last; None: before that was noted
    # derived by data/lifecycle.py and data/relate.py; the same facts always give the same values
    Column("audience", Text),
    Column("account_key", Text),
    Column("is_counted", Boolean, nullable=False, default=True),  # neither deleted nor merged
    Column("created_on", Date),
    Column("first_reply_at", Moment),
    Column("first_solved_at", Moment),
    Column("solved_at", Moment),
    Column("solved_on", Date),
    Column("reply_count", Integer),
    Column("reopen_count", Integer),
    Column("assignee_count", Integer),  # stations, one after the other; None where none is known
    Column("team_count", Integer),
    Column("is_after_hours", Boolean),  # created then; None without business hours
    Column("first_reply_calendar_minutes", Float),
    Column("first_reply_business_minutes", Float),
    Column("first_resolution_calendar_minutes", Float),
    Column("first_resolution_business_minutes", Float),
    Column("full_resolution_calendar_minutes", Float),
    Column("full_resolution_business_minutes", Float),
    Column("requester_wait_calendar_minutes", Float),
    Column("requester_wait_business_minutes", Float),
    Column("agent_work_calendar_minutes", Float),
    Column("agent_work_business_minutes", Float),
    Column("sla_measure", Text),
    Column("sla_origin", Text),
    Column("sla_clock", Text),
    Column("sla_target_minutes", Float),
    Column("sla_elapsed_minutes", Float),
    Column("sla_gap_minutes", Float),
    Column("sla_is_met", Boolean),
    Column("sla_ended_at", Moment),
    Column("sla_ended_on", Date),
    Column("sla_due_at", Moment),  # when the target breaks or broke; None while paused, or kept
    Index("ix_ticket_touched_at", "touched_at"),
    Index("ix_ticket_created_at", "created_at"),
    Index("ix_ticket_solved_at", "solved_at"),
    # with all that a list of the latest needs, which looks at a whole month to show ten
    Index("ix_ticket_sla_ended_at", "sla_ended_at", "is_counted", "sla_gap_minutes", "source", "id"),
    Index("ix_ticket_sla_due_at", "sla_due_at"),
    Index("ix_ticket_first_reply_at", "first_reply_at"),
    Index("ix_ticket_first_solved_at", "first_solved_at"),
    Index("ix_ticket_requester_id_source", "requester_id", "source"),
    Index("ix_ticket_account_id_source", "account_id", "source"),
    # what no cube of the stored tallies knows is counted from the account's own rows
    Index("ix_ticket_account_created", "account_key", "created_at"),
    Index("ix_ticket_account_solved", "account_key", "solved_at"),
    Index("ix_ticket_account_sla_ended", "account_key", "sla_ended_at"),
    # with the moment: what was reported before, and what a problem's first report is, from the index alone
    Index("ix_ticket_problem_id_source", "problem_id", "source", "created_at"),
)

ticket_span = Table(
    "ticket_span",  # derived: the time that a ticket spent in the backlog in one constellation
    metadata,
    key("source"),
    key("ticket_id"),
    Column("started_at", Moment, primary_key=True),
    Column("ended_at", Moment, nullable=False),  # window.FOREVER while it lasts
    Column("started_on", Date, nullable=False),
    Column("ended_on", Date),  # None while it lasts
    Column("state", Text, nullable=False),
    Column("priority", Text),
    Column("team_id", Text),
    Column("assignee_id", Text),
    Column("created_at", Moment, nullable=False),
    Column("account_key", Text),
    Column("audience", Text),
    Column("channel", Text),
    Column(
        "is_return", Boolean, nullable=False, default=False, server_default=false()
    ),  # the ticket came back into the backlog
    Column("sla_due_at", Moment),  # of the ticket, while the span lasts
    # with the state, so that who is waited for is counted from the index alone
    Index("ix_ticket_span_ended_at_state", "ended_at", "state"),
    Index("ix_ticket_span_started_at_state", "started_at", "state"),
    Index("ix_ticket_span_account_ended", "account_key", "ended_at"),
    Index("ix_ticket_span_account_started", "account_key", "started_at"),
)
LASTS = ticket_span.c.ended_at >= literal_column(str(epoch(FOREVER)), Moment())
"""Spans that last. Written out, because a database matches an index of a part of the rows by its words; and
not as an equality, for which SQLite would prefer the index of all spans, believing that few end at once."""

Index("ix_ticket_span_open_created", ticket_span.c.created_at, sqlite_where=LASTS, postgresql_where=LASTS)
Index("ix_ticket_span_open_due", ticket_span.c.sla_due_at, sqlite_where=LASTS, postgresql_where=LASTS)

ticket_event = Table(
    "ticket_event",  # append-only
    metadata,
    key("source"),
    key("ticket_id"),
    key("id"),
    Column("happened_at", Moment, nullable=False),
    Column("learnt_at", Moment, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor_id", Text),
    Column("state", Text),
    Column("priority", Text),
    Column("team_id", Text),
    Column("assignee_id", Text),
    # of staff's replies only, a part of the largest table: who was at work when
    Index(
        "ix_ticket_event_reply_at",
        "happened_at",
        "source",
        "ticket_id",
        "actor_id",
        sqlite_where=text("kind = 'agent_reply'"),
        postgresql_where=text("kind = 'agent_reply'"),
    ),
)

sla_target = Table(
    "sla_target",  # as applied, never looked up again
    metadata,
    key("source"),
    key("ticket_id"),
    key("measure"),
    Column("cycle", Integer, primary_key=True),
    Column("applied_at", Moment, primary_key=True),
    key("origin"),  # source or settings
    Column("target_minutes", Float),
    Column("clock", Text, nullable=False),
    Column("due_at", Moment),
    Column("policy", Text),
    Column("priority", Text),
    # of the settings' only: the calendar promised on, and for whom; None: not looked at, "": nobody
    Column("calendar", Text),
    Column("team_id", Text),
    Column("account_key", Text),
    Column("learnt_at", Moment, nullable=False),
)

sla_outcome = Table(
    "sla_outcome",  # derived: each cycle of each measure that something was promised for, and more
    metadata,
    key("source"),
    key("ticket_id"),
    key("measure"),
    Column("cycle", Integer, primary_key=True),
    Column("origin", Text),  # source or settings; None: nothing was promised
    Column("clock", Text, nullable=False),
    Column("policy", Text),
    Column("priority", Text),
    Column("target_minutes", Float),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("ended_on", Date),
    Column("elapsed_minutes", Float, nullable=False),
    Column("calendar_minutes", Float),
    Column("business_minutes", Float),
    Column("gap_minutes", Float),
    Column("is_met", Boolean),
    Column("due_at", Moment),
    Index("ix_sla_outcome_measure_ended_at", "measure", "ended_at"),
)

sla_policy = Table(
    "sla_policy",
    metadata,
    key("source"),
    key("id"),
    Column("name", Text, nullable=False),
    Column("position", Integer),
    Column("terms", JSON, nullable=False),
)

business_calendar = Table(
    "business_calendar",
    metadata,
    key("source"),
    key("id"),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("intervals", JSON, nullable=False),
    Column("holidays", JSON, nullable=False),
    learnt_at(),
)

business_calendar_past = Table(
    "business_calendar_past",  # the hours that a calendar had until Barometer learnt of others
    metadata,
    key("source"),
    key("id"),
    Column("until", Moment, primary_key=True),
    Column("time_zone", Text, nullable=False),
    Column("intervals", JSON, nullable=False),
    Column("holidays", JSON, nullable=False),
)

FACTS_OF_TICKET = tuple(column.name for column in ticket.c)[: list(ticket.c).index(ticket.c.touched_at)]
"""The columns of a ticket that a source says, with when it was learnt; what follows is derived."""

_DERIVED = {
    "ticket": frozenset(ticket.c.keys()) - frozenset(FACTS_OF_TICKET),
    "invitation": frozenset({"account_key", "is_answered"}),
    "response": frozenset({"kind", "account_key", "team_id", "responded_on"}),
}

SUPERSEDED = {
    table.name: superseded(table, without=_DERIVED.get(table.name, frozenset()))
    for table in (account, contact, ticket, sla_target, business_calendar, survey, invitation, response)
}
"""Where a fact is kept when a newer one takes its place, by the name of its table."""
