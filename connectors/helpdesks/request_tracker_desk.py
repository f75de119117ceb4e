"""What is found out about a Request Tracker while its tickets are read, and kept in the bookmark.

Who is staff, which user stands for nobody, and what a status means that no setting names: each is asked
of the server once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.helpdesks.request_tracker_parse import UNOWNED, parse_agent
from connectors.helpdesks.request_tracker_rest import Rest
from connectors.helpdesks.request_tracker_terms import Terms
from connectors.helpdesks.request_tracker_values import field_names
from connectors.paging import Bookmark
from data.records import NOBODY, Agent, State

KINDS = (("Inactive", State.CLOSED), ("Initial", State.NEW))


class Desk:
    """met: agents that became known and are not stored yet. notes: what somebody should be told."""

    def __init__(self, terms: Terms, rest: Rest, bookmark: Bookmark | None = None) -> None:
        self.terms = terms
        self.met: list[Agent] = []
        self.notes: list[str] = []
        self._rest = rest
        kept = bookmark or {}
        self._staff: set[str] = set(kept.get("staff", ()))
        self._nobody: str = kept.get("nobody", "")
        self._asked_states: dict[str, str] = dict(kept.get("states", {}))
        # These may change or be many: they are asked for in each run that needs them.
        self._others: set[str] = set()
        self._lifecycles: dict[str, str] = {}

    def bookmark(self) -> dict[str, Any]:
        """What to begin the next run with."""
        staff = sorted(self._staff, key=int)
        return {"staff": staff, "nobody": self._nobody, "states": dict(self._asked_states)}

    def news(self) -> tuple[list[Agent], str]:
        """The agents met and the notes since this was last asked."""
        met, notes, self.met, self.notes = self.met, self.notes, [], []
        return met, " ".join(dict.fromkeys(notes))

    def state(self, status: str, queue_id: str) -> State:
        """What a status means; where nobody has said, what the server says of its kind, else open."""
        if self.terms.tells_lifecycles_apart and not self._lifecycles:
            self._lifecycles = self._rest.lifecycles()
        known = self.terms.state(status, self._lifecycles.get(queue_id, ""))
        return known or self._ask_state(status.casefold())

    def is_staff(self, user_id: str) -> bool:
        """Whether a user is privileged."""
        if user_id not in self._staff and user_id not in self._others:
            self._look_up(user_id)
        return user_id in self._staff

    def owner(self, user_id: str) -> str:
        """The owner with that number; `NOBODY` for none and for the user who stands for nobody."""
        if user_id and user_id != self._nobody:
            self.is_staff(user_id)
        return NOBODY if user_id in {"", self._nobody} else user_id

    def check_role_field(self, people: Iterable[Any]) -> None:
        """A misspelt field, or one that may not be seen, would leave every role unknown without a word."""
        people = list(people) if self.terms.role_field else []
        if people and not any(self.terms.role_field in field_names(person) for person in people):
            self.notes.append(
                f"No requestor has the custom field '{self.terms.role_field}': check 'role_field', and that"
                " the token's user has the right SeeCustomField."
            )

    def _look_up(self, user_id: str) -> None:
        person = self._rest.person(user_id)
        if str(person.get("Privileged")) == "1":
            self._staff.add(user_id)
            self.met.append(parse_agent(person | {"id": user_id}))
            return
        self._others.add(user_id)
        if person.get("Name") == UNOWNED:
            self._nobody = user_id

    def _ask_state(self, status: str) -> State:
        if status not in self._asked_states:
            state = next((s for kind, s in KINDS if self._rest.has_tickets(status, kind)), State.OPEN)
            self._asked_states[status] = state
            self.notes.append(
                f"The status {status[:40]!r} counts as {state}: say so, or better, in 'states'."
            )
        return State(self._asked_states[status])
