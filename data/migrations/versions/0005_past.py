"""What was known before: when a fact was learnt, and the facts that newer ones have replaced."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT, WHOLE, BIG, REAL, FLAG, DAY, DATA = (
    sa.Text(),
    sa.Integer(),
    sa.BigInteger(),
    sa.Float(),
    sa.Boolean(),
    sa.Date(),
    sa.JSON(),
)
DATED = ("account", "contact", "ticket", "business_calendar", "survey", "invitation")
VOICES = ("invitation", "response")

# (column, type, whether it may be NULL), without the key and the moment of being superseded
ACCOUNT = (
    ("account_key", TEXT, False),
    ("name", TEXT, False),
    ("employee_count", WHOLE, True),
    ("yearly_value", REAL, True),
    ("renewal_on", DAY, True),
    ("updated_at", BIG, True),
    ("is_deleted", FLAG, False),
    ("learnt_at", BIG, True),
)
CONTACT = (
    ("name", TEXT, True),
    ("email", TEXT, True),
    ("email_hash", TEXT, True),
    ("title", TEXT, True),
    ("role", TEXT, True),
    ("audience", TEXT, False),
    ("account_id", TEXT, True),
    ("updated_at", BIG, True),
    ("is_deleted", FLAG, False),
    ("learnt_at", BIG, True),
)
TICKET = (
    ("revision", BIG, False),
    ("state", TEXT, False),
    ("subject", TEXT, True),
    ("priority", TEXT, True),
    ("channel", TEXT, True),
    ("category", TEXT, True),
    ("team_id", TEXT, True),
    ("assignee_id", TEXT, True),
    ("requester_id", TEXT, True),
    ("account_id", TEXT, True),
    ("calendar_id", TEXT, True),
    ("url", TEXT, True),
    ("merged_into", TEXT, True),
    ("problem_id", TEXT, True),
    ("created_at", BIG, False),
    ("updated_at", BIG, True),
    ("given_solved_at", BIG, True),
    ("has_own_solved_at", FLAG, False),
    ("given_sla_is_met", FLAG, True),
    ("learnt_at", BIG, True),
)
SLA_TARGET = (
    ("target_minutes", REAL, True),
    ("clock", TEXT, False),
    ("due_at", BIG, True),
    ("policy", TEXT, True),
    ("priority", TEXT, True),
    ("learnt_at", BIG, False),
)
BUSINESS_CALENDAR = (
    ("name", TEXT, False),
    ("time_zone", TEXT, False),
    ("intervals", DATA, False),
    ("holidays", DATA, False),
    ("learnt_at", BIG, True),
)
SURVEY = (
    ("name", TEXT, False),
    ("kind", TEXT, False),
    ("scale_min", WHOLE, False),
    ("scale_max", WHOLE, False),
    ("is_transactional", FLAG, False),
    ("is_active", FLAG, False),
    ("launched_at", BIG, True),
    ("last_sent_at", BIG, True),
    ("eligible_count", WHOLE, True),
    ("sent_count", WHOLE, True),
    ("learnt_at", BIG, True),
)
INVITATION = (
    ("survey_id", TEXT, False),
    ("contact_id", TEXT, True),
    ("role", TEXT, True),
    ("audience", TEXT, False),
    ("sent_at", BIG, False),
    ("is_delivered", FLAG, True),
    ("opened_at", BIG, True),
    ("learnt_at", BIG, True),
    ("audience_learnt_at", BIG, True),
)
RESPONSE = (
    ("survey_id", TEXT, False),
    ("contact_id", TEXT, True),
    ("email_hash", TEXT, True),
    ("role", TEXT, True),
    ("title", TEXT, True),
    ("audience", TEXT, False),
    ("account_id", TEXT, True),
    ("ticket_id", TEXT, True),
    ("score", REAL, True),
    ("comment", TEXT, True),
    ("responded_at", BIG, False),
    ("updated_at", BIG, True),
    ("learnt_at", BIG, False),
    ("audience_learnt_at", BIG, True),
    ("is_closed", FLAG, True),
    ("is_deleted", FLAG, False),
)
BY_ID = (("source", TEXT), ("id", TEXT))
OF_TARGET = (
    ("source", TEXT),
    ("ticket_id", TEXT),
    ("measure", TEXT),
    ("cycle", WHOLE),
    ("applied_at", BIG),
    ("origin", TEXT),
)


def upgrade() -> None:
    for table in DATED:
        op.add_column(table, sa.Column("learnt_at", BIG, nullable=True))
    op.add_column("ticket", sa.Column("touched_at", BIG, nullable=True))
    op.create_index("ix_ticket_touched_at", "ticket", ["touched_at"], unique=False)
    for table in VOICES:
        op.add_column(table, sa.Column("audience_learnt_at", BIG, nullable=True))
        known = sa.table(table, sa.column("audience"), sa.column("audience_learnt_at"))
        op.execute(known.update().where(known.c.audience != "unknown").values(audience_learnt_at=0))
    _keep("account", BY_ID, ACCOUNT)
    _keep("contact", BY_ID, CONTACT)
    _keep("ticket", BY_ID, TICKET)
    _keep("sla_target", OF_TARGET, SLA_TARGET)
    _keep("business_calendar", BY_ID, BUSINESS_CALENDAR)
    _keep("survey", BY_ID, SURVEY)
    _keep("invitation", BY_ID, INVITATION)
    _keep("response", BY_ID, RESPONSE)


def _keep(table: str, key: tuple[Any, ...], facts: tuple[Any, ...]) -> None:
    name = f"superseded_{table}"
    op.create_table(
        name,
        *(sa.Column(column, kind, nullable=False) for column, kind in key),
        *(sa.Column(column, kind, nullable=may_be_none) for column, kind, may_be_none in facts),
        sa.Column("superseded_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint(*(column for column, _ in key), "superseded_at", name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_superseded_at", name, ["superseded_at"], unique=False)
