"""Outcomes of every promise, the policies behind them, and the hours that calendars had before."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for table in ("sla_target", "superseded_sla_target"):
        for name in ("calendar", "team_id", "account_key"):
            op.add_column(table, sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "business_calendar_past",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("intervals", sa.JSON(), nullable=False),
        sa.Column("holidays", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source", "id", "until", name=op.f("pk_business_calendar_past")),
    )
    op.create_table(
        "sla_outcome",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=True),
        sa.Column("target_minutes", sa.Float(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("elapsed_minutes", sa.Float(), nullable=False),
        sa.Column("calendar_minutes", sa.Float(), nullable=True),
        sa.Column("business_minutes", sa.Float(), nullable=True),
        sa.Column("gap_minutes", sa.Float(), nullable=True),
        sa.Column("is_met", sa.Boolean(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("source", "ticket_id", "measure", "cycle", name=op.f("pk_sla_outcome")),
    )
    op.create_index("ix_sla_outcome_measure_ended_at", "sla_outcome", ["measure", "ended_at"], unique=False)
