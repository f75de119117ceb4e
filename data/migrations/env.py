"""Runs Alembic's revisions on the connection that data/engine.py hands over; there is no alembic.ini."""

from alembic import context

from data.schema import ticket

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=ticket.metadata, render_as_batch=True)
context.run_migrations()
