"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:

    op.create_table(
        "account",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("employee_count", sa.Integer(), nullable=True),
        sa.Column("yearly_value", sa.Float(), nullable=True),
        sa.Column("renewal_on", sa.Date(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_account_key"), "account", ["account_key"], unique=False)
    op.create_table(
        "agent",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_agent")),
    )
    op.create_table(
        "bookmark",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "stream", name=op.f("pk_bookmark")),
    )
    op.create_table(
        "business_calendar",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("intervals", sa.JSON(), nullable=False),
        sa.Column("holidays", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_business_calendar")),
    )
    op.create_table(
        "contact",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_hash", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_account_id_source", "contact", ["account_id", "source"], unique=False)
    op.create_index(op.f("ix_contact_email_hash"), "contact", ["email_hash"], unique=False)
    op.create_table(
        "data_version",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_data_version")),
    )
    op.create_table(
        "derivation",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_derivation")),
    )
    op.create_table(
        "invitation",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("survey_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("account_key", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("is_delivered", sa.Boolean(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_invitation")),
    )
    op.create_index(
        "ix_invitation_person", "invitation", ["contact_id", "source", "survey_id", "sent_at"], unique=False
    )
    op.create_index(op.f("ix_invitation_sent_at"), "invitation", ["sent_at"], unique=False)
    op.create_table(
        "reject",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "stream", "digest", name=op.f("pk_reject")),
    )
    op.create_table(
        "response",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("survey_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("email_hash", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("account_key", sa.Text(), nullable=True),
        sa.Column("ticket_id", sa.Text(), nullable=True),
        sa.Column("team_id", sa.Text(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("responded_at", sa.BigInteger(), nullable=False),
        sa.Column("responded_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("learnt_at", sa.BigInteger(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=True),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_response")),
    )
    op.create_index(op.f("ix_response_email_hash"), "response", ["email_hash"], unique=False)
    op.create_index("ix_response_kind_responded_at", "response", ["kind", "responded_at"], unique=False)
    op.create_index(
        "ix_response_person", "response", ["contact_id", "source", "survey_id", "responded_at"], unique=False
    )
    op.create_index("ix_response_survey_id_source", "response", ["survey_id", "source"], unique=False)
    op.create_index("ix_response_ticket_id_source", "response", ["ticket_id", "source"], unique=False)
    op.create_table(
        "sla_policy",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_sla_policy")),
    )
    op.create_table(
        "sla_target",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("target_minutes", sa.Float(), nullable=True),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=True),
        sa.Column("learnt_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "source", "ticket_id", "measure", "cycle", "applied_at", "origin", name=op.f("pk_sla_target")
        ),
    )
    op.create_table(
        "source",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("is_invented", sa.Boolean(), nullable=False),
        sa.Column("interval_seconds", sa.Integer(), nullable=False),
        sa.Column("is_configured", sa.Boolean(), nullable=False),
        sa.Column("feeds", sa.Text(), nullable=False),
        sa.Column("record_count", sa.BigInteger(), nullable=False),
        sa.Column("first_success_at", sa.BigInteger(), nullable=True),
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("last_run_at", sa.BigInteger(), nullable=True),
        sa.Column("next_run_at", sa.BigInteger(), nullable=True),
        sa.Column("sync_requested_at", sa.BigInteger(), nullable=True),
        sa.Column("failure_count", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_setting", sa.Text(), nullable=True),
        sa.Column("lease_holder", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("lease_epoch", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_source")),
    )
    op.create_table(
        "survey",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scale_min", sa.Integer(), nullable=False),
        sa.Column("scale_max", sa.Integer(), nullable=False),
        sa.Column("is_transactional", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("launched_at", sa.BigInteger(), nullable=True),
        sa.Column("last_sent_at", sa.BigInteger(), nullable=True),
        sa.Column("eligible_count", sa.Integer(), nullable=True),
        sa.Column("sent_count", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_survey")),
    )
    op.create_table(
        "sync_run",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_epoch", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("record_count", sa.Integer(), nullable=False),
        sa.Column("reject_count", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source", "started_at", "lease_epoch", name=op.f("pk_sync_run")),
    )
    op.create_table(
        "team",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_team")),
    )
    op.create_table(
        "ticket",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("team_id", sa.Text(), nullable=True),
        sa.Column("assignee_id", sa.Text(), nullable=True),
        sa.Column("requester_id", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("calendar_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("given_solved_at", sa.BigInteger(), nullable=True),
        sa.Column("has_own_solved_at", sa.Boolean(), nullable=False),
        sa.Column("given_sla_is_met", sa.Boolean(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=True),
        sa.Column("account_key", sa.Text(), nullable=True),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=True),
        sa.Column("first_reply_at", sa.BigInteger(), nullable=True),
        sa.Column("first_solved_at", sa.BigInteger(), nullable=True),
        sa.Column("solved_at", sa.BigInteger(), nullable=True),
        sa.Column("solved_on", sa.Date(), nullable=True),
        sa.Column("reply_count", sa.Integer(), nullable=True),
        sa.Column("reopen_count", sa.Integer(), nullable=True),
        sa.Column("assignee_count", sa.Integer(), nullable=True),
        sa.Column("team_count", sa.Integer(), nullable=True),
        sa.Column("is_after_hours", sa.Boolean(), nullable=True),
        sa.Column("first_reply_calendar_minutes", sa.Float(), nullable=True),
        sa.Column("first_reply_business_minutes", sa.Float(), nullable=True),
        sa.Column("first_resolution_calendar_minutes", sa.Float(), nullable=True),
        sa.Column("first_resolution_business_minutes", sa.Float(), nullable=True),
        sa.Column("full_resolution_calendar_minutes", sa.Float(), nullable=True),
        sa.Column("full_resolution_business_minutes", sa.Float(), nullable=True),
        sa.Column("requester_wait_calendar_minutes", sa.Float(), nullable=True),
        sa.Column("requester_wait_business_minutes", sa.Float(), nullable=True),
        sa.Column("agent_work_calendar_minutes", sa.Float(), nullable=True),
        sa.Column("agent_work_business_minutes", sa.Float(), nullable=True),
        sa.Column("sla_measure", sa.Text(), nullable=True),
        sa.Column("sla_origin", sa.Text(), nullable=True),
        sa.Column("sla_clock", sa.Text(), nullable=True),
        sa.Column("sla_target_minutes", sa.Float(), nullable=True),
        sa.Column("sla_elapsed_minutes", sa.Float(), nullable=True),
        sa.Column("sla_gap_minutes", sa.Float(), nullable=True),
        sa.Column("sla_is_met", sa.Boolean(), nullable=True),
        sa.Column("sla_ended_at", sa.BigInteger(), nullable=True),
        sa.Column("sla_ended_on", sa.Date(), nullable=True),
        sa.Column("sla_due_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_ticket")),
    )
    op.create_index("ix_ticket_account_id_source", "ticket", ["account_id", "source"], unique=False)
    op.create_index("ix_ticket_created_at", "ticket", ["created_at"], unique=False)
    op.create_index("ix_ticket_first_reply_at", "ticket", ["first_reply_at"], unique=False)
    op.create_index("ix_ticket_first_solved_at", "ticket", ["first_solved_at"], unique=False)
    op.create_index("ix_ticket_requester_id_source", "ticket", ["requester_id", "source"], unique=False)
    op.create_index("ix_ticket_sla_due_at", "ticket", ["sla_due_at"], unique=False)
    op.create_index("ix_ticket_sla_ended_at", "ticket", ["sla_ended_at"], unique=False)
    op.create_index("ix_ticket_solved_at", "ticket", ["solved_at"], unique=False)
    op.create_table(
        "ticket_event",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("learnt_at", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=True),
        sa.Column("team_id", sa.Text(), nullable=True),
        sa.Column("assignee_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", "ticket_id", "id", name=op.f("pk_ticket_event")),
    )
    op.create_table(
        "ticket_span",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=True),
        sa.Column("team_id", sa.Text(), nullable=True),
        sa.Column("assignee_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("account_key", sa.Text(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", "ticket_id", "started_at", name=op.f("pk_ticket_span")),
    )
    op.create_index(
        "ix_ticket_span_ended_at_started_at",
        "ticket_span",
        ["ended_at", "started_at", "ended_on"],
        unique=False,
    )
    op.create_index(
        "ix_ticket_span_started_on_started_at", "ticket_span", ["started_on", "started_at"], unique=False
    )
