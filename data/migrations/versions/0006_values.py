"""An index of the accounts' values, by which lists to choose from begin with the most valuable."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_account_yearly_value", "account", ["yearly_value"], unique=False)
