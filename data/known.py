"""What the store can tell a connector about its own source; reads only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, select

from data.records import UNSOLVED
from data.schema import response, ticket


class Known:
    """The facts of one source that its connector may have to ask after again."""

    def __init__(self, engine: Engine, source: str) -> None:
        self._engine = engine
        self._source = source

    def unsolved_ticket_ids(self) -> list[str]:
        """Tickets that are in the backlog by what the source last said of them."""
        states = sorted(UNSOLVED)
        query = select(ticket.c.id).where(ticket.c.source == self._source, ticket.c.state.in_(states))
        return [row.id for row in self._all(query.order_by(ticket.c.id))]

    def responses(self) -> list[tuple[str, str, datetime]]:
        """(id, survey_id, responded_at) of stored responses that are not deleted."""
        query = select(response.c.id, response.c.survey_id, response.c.responded_at).where(
            response.c.source == self._source, response.c.is_deleted.is_(False)
        )
        return [(row.id, row.survey_id, row.responded_at) for row in self._all(query.order_by(response.c.id))]

    def assignee_ids(self) -> list[str]:
        """All to whom a stored ticket is given, those who left included."""
        query = select(ticket.c.assignee_id).where(
            ticket.c.source == self._source, ticket.c.assignee_id.is_not(None)
        )
        return sorted(row.assignee_id for row in self._all(query.distinct()))

    def _all(self, query: Select[Any]) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(query))
