"""Stored tallies, what they need of each row, the journal of late changes, and the accounts' indexes.

The tallies are empty afterwards; until they are made from the rows, at the next start of the scheduler,
figures are counted from the rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SAID = sa.text("comment IS NOT NULL")
LASTS = sa.text("ended_at >= 253402214400")
INDEXES = (
    ("ticket_span", "ended_at_state", ("ended_at", "state")),
    ("ticket_span", "started_at_state", ("started_at", "state")),
    ("ticket_span", "account_ended", ("account_key", "ended_at")),
    ("ticket_span", "account_started", ("account_key", "started_at")),
    ("ticket", "account_created", ("account_key", "created_at")),
    ("ticket", "account_solved", ("account_key", "solved_at")),
    ("ticket", "sla_ended_at", ("sla_ended_at", "is_counted", "sla_gap_minutes", "source", "id")),
    ("ticket", "account_sla_ended", ("account_key", "sla_ended_at")),
    ("response", "account_responded", ("account_key", "kind", "responded_at")),
    ("invitation", "account_sent", ("account_key", "sent_at")),
)


def upgrade() -> None:
    _create_tallies()
    op.add_column("ticket_span", sa.Column("sla_due_at", sa.BigInteger(), nullable=True))
    for table, name in (("ticket_span", "is_return"), ("invitation", "is_answered")):
        no: sa.Column[bool] = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column(table, no)
    op.drop_index("ix_ticket_span_ended_at_started_at", "ticket_span")
    op.drop_index("ix_ticket_span_started_on_started_at", "ticket_span")
    op.drop_index("ix_ticket_sla_ended_at", "ticket")
    _fill_spans()

    for table, name, columns in INDEXES:
        op.create_index(f"ix_{table}_{name}", table, list(columns), unique=False)
    for name, column in (("open_created", "created_at"), ("open_due", "sla_due_at")):
        op.create_index(
            f"ix_ticket_span_{name}",
            "ticket_span",
            [column],
            unique=False,
            sqlite_where=LASTS,
            postgresql_where=LASTS,
        )
    op.create_index(
        "ix_response_said",
        "response",
        ["kind", "audience", "responded_at"],
        unique=False,
        sqlite_where=SAID,
        postgresql_where=SAID,
    )


def _fill_spans() -> None:
    """What a span says of its ticket, as data/deriving.py would have said it."""
    op.execute(
        "UPDATE ticket_span SET sla_due_at = (SELECT t.sla_due_at FROM ticket t"
        " WHERE t.source = ticket_span.source AND t.id = ticket_span.ticket_id)"
        " WHERE ended_at = 253402214400"
    )
    op.execute(
        "UPDATE ticket_span SET is_return = true WHERE started_at <> created_at"
        " AND NOT EXISTS (SELECT 1 FROM ticket_span b WHERE b.source = ticket_span.source"
        " AND b.ticket_id = ticket_span.ticket_id AND b.ended_at = ticket_span.started_at)"
        " AND EXISTS (SELECT 1 FROM ticket t WHERE t.source = ticket_span.source"
        " AND t.id = ticket_span.ticket_id AND t.is_counted)"
    )


def _create_tallies() -> None:
    op.create_table(
        "ticket_tally",
        sa.Column("cube", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("created_kept", sa.Integer(), nullable=False),
        sa.Column("created_judged", sa.Integer(), nullable=False),
        sa.Column("created_after_hours", sa.Integer(), nullable=False),
        sa.Column("created_hours_known", sa.Integer(), nullable=False),
        sa.Column("first_replied", sa.Integer(), nullable=False),
        sa.Column("first_solved", sa.Integer(), nullable=False),
        sa.Column("first_solved_reopened", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Integer(), nullable=False),
        sa.Column("solved_one_touch", sa.Integer(), nullable=False),
        sa.Column("solved_replied", sa.Integer(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("agent_stations", sa.Integer(), nullable=False),
        sa.Column("agent_held", sa.Integer(), nullable=False),
        sa.Column("team_stations", sa.Integer(), nullable=False),
        sa.Column("team_held", sa.Integer(), nullable=False),
        sa.Column("sla_ended", sa.Integer(), nullable=False),
        sa.Column("sla_kept", sa.Integer(), nullable=False),
        sa.Column("sla_judged", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "cube", "member", "day", "source", "priority", "audience", "channel", name=op.f("pk_ticket_tally")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ticket_tally_cube", "ticket_tally", ["cube", "day"], unique=False)
    op.create_table(
        "backlog_tally",
        sa.Column("cube", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("us_begun", sa.Integer(), nullable=False),
        sa.Column("us_ended", sa.Integer(), nullable=False),
        sa.Column("customer_begun", sa.Integer(), nullable=False),
        sa.Column("customer_ended", sa.Integer(), nullable=False),
        sa.Column("elsewhere_begun", sa.Integer(), nullable=False),
        sa.Column("elsewhere_ended", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("open_created", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "cube",
            "member",
            "day",
            "source",
            "priority",
            "audience",
            "channel",
            name=op.f("pk_backlog_tally"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_backlog_tally_cube", "backlog_tally", ["cube", "day"], unique=False)
    op.create_table(
        "answer_tally",
        sa.Column("cube", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("promoters", sa.Integer(), nullable=False),
        sa.Column("passives", sa.Integer(), nullable=False),
        sa.Column("detractors", sa.Integer(), nullable=False),
        sa.Column("without_score", sa.Integer(), nullable=False),
        sa.Column("transactional_promoters", sa.Integer(), nullable=False),
        sa.Column("transactional_passives", sa.Integer(), nullable=False),
        sa.Column("transactional_detractors", sa.Integer(), nullable=False),
        sa.Column("transactional_without_score", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "cube", "member", "day", "source", "priority", "audience", "channel", name=op.f("pk_answer_tally")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_answer_tally_cube", "answer_tally", ["cube", "day"], unique=False)
    op.create_table(
        "invitation_tally",
        sa.Column("cube", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("bounced", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "cube",
            "member",
            "day",
            "source",
            "priority",
            "audience",
            "channel",
            name=op.f("pk_invitation_tally"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_invitation_tally_cube", "invitation_tally", ["cube", "day"], unique=False)
    op.create_table(
        "mark_tally",
        sa.Column("cube", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "cube",
            "member",
            "day",
            "source",
            "priority",
            "audience",
            "channel",
            "kind",
            "mark",
            name=op.f("pk_mark_tally"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mark_tally_cube", "mark_tally", ["cube", "day"], unique=False)
    op.create_table(
        "minutes_tally",
        sa.Column("cube", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("cube", "member", "day", "source", name=op.f("pk_minutes_tally")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":  # to unpack each would take longer than to read it
        op.execute("ALTER TABLE minutes_tally ALTER COLUMN data SET STORAGE EXTERNAL")
    op.create_index("ix_minutes_tally_cube", "minutes_tally", ["cube", "day"], unique=False)
    op.create_table(
        "late_change",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("learnt_at", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "source", "learnt_at", "subject", "row_id", "day", "figure", name=op.f("pk_late_change")
        ),
    )
    op.create_index("ix_late_change_day", "late_change", ["day", "learnt_at"], unique=False)
    op.create_index("ix_late_change_learnt_at", "late_change", ["learnt_at"], unique=False)
