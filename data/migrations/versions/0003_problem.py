"""Which problem a ticket is about, and an index of staff's replies by their moment."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("problem_id", sa.Text(), nullable=True))
    op.create_index(
        "ix_ticket_problem_id_source", "ticket", ["problem_id", "source", "created_at"], unique=False
    )
    is_reply = sa.text("kind = 'agent_reply'")
    op.create_index(
        "ix_ticket_event_reply_at",
        "ticket_event",
        ["happened_at", "source", "ticket_id", "actor_id"],
        unique=False,
        sqlite_where=is_reply,
        postgresql_where=is_reply,
    )
