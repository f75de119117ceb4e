"""An invented Zendesk account in memory that changes as people work, and that knows the truth about itself.

Every deed happens at `world.now` and leaves what Zendesk would leave: the ticket's row with a new
`generated_timestamp`, an audit with child events, metric events, a rating. Beside that the world notes in
plain words what happened (`Truth`), so that tests can compare what Barometer makes of the rows.
"""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from tests.simulators.zendesk_promises import Promises
from tests.simulators.zendesk_truth import Entry, Truth, dumps, iso

WORDS = "The printer on the second floor hums in B flat and refuses every sheet. "


class World:
    """The account. `lock` is held by whoever changes or serves it; `version` rises with each change."""

    def __init__(self, now: datetime) -> None:
        self.now = int(now.timestamp())
        self.lock = threading.RLock()
        self.version = 0
        self.tickets: dict[int, dict[str, Any]] = {}
        self.truth: dict[int, Truth] = {}
        self.users: dict[int, dict[str, Any]] = {}
        self.organizations: dict[int, dict[str, Any]] = {}
        self.groups: dict[int, dict[str, Any]] = {}
        self.ratings: dict[int, dict[str, Any]] = {}
        self.deleted: dict[int, dict[str, Any]] = {}
        self.schedules: dict[int, dict[str, Any]] = {}
        self.holidays: dict[int, list[dict[str, Any]]] = {}
        self.custom_statuses: list[dict[str, Any]] = []
        self.broken: dict[str, list[Entry]] = {}
        self.audits: list[Entry] = []
        self.promises = Promises(self)
        self._last_id = 1000

    def advance(self, seconds: int) -> None:
        with self.lock:
            self.now += seconds
            self.version += 1

    # --- people ------------------------------------------------------------------------------------------

    def add_user(self, name: str, role: str = "end-user", **more: Any) -> int:
        row = {
            "id": self.new_id(),
            "name": name,
            "email": f"{name.lower().replace(' ', '.')}@example.com",
            "role": role,
            "organization_id": None,
            "active": True,
            "suspended": False,
            "tags": [],
            "user_fields": {},
            "created_at": iso(self.now),
            "updated_at": iso(self.now),
        } | more
        self.users[row["id"]] = row
        return int(row["id"])

    def change_user(self, user_id: int, **changes: Any) -> None:
        with self.lock:
            self.users[user_id] |= changes | {"updated_at": iso(self.now)}
            self.version += 1

    def add_organization(self, name: str, **fields: Any) -> int:
        row = {
            "id": self.new_id(),
            "name": name,
            "organization_fields": fields,
            "created_at": iso(self.now),
            "updated_at": iso(self.now),
            "deleted_at": None,
        }
        self.organizations[row["id"]] = row
        return int(row["id"])

    def add_group(self, name: str) -> int:
        row = {"id": self.new_id(), "name": name, "deleted": False, "created_at": iso(self.now)}
        self.groups[row["id"]] = row
        return int(row["id"])

    def add_schedule(
        self, zone: str, intervals: list[tuple[int, int]], holidays: list[tuple[str, str]]
    ) -> int:
        """intervals: minutes since Sunday 00:00. holidays: first and last day."""
        schedule_id = self.new_id()
        self.schedules[schedule_id] = {
            "id": schedule_id,
            "name": "Office",
            "time_zone": zone,
            "intervals": [{"start_time": start, "end_time": end} for start, end in intervals],
        }
        self.holidays[schedule_id] = [
            {"id": self.new_id(), "name": "Off", "start_date": first, "end_date": last}
            for first, last in holidays
        ]
        return schedule_id

    # --- tickets -----------------------------------------------------------------------------------------

    def create(
        self,
        requester: int,
        subject: str = "It does not work",
        *,
        by: int | None = None,
        priority: str | None = None,
        group: int | None = None,
    ) -> int:
        """A new ticket with its opening comment. by: who wrote it, if not the requester."""
        with self.lock:
            ticket_id, author = self.new_id(), by or requester
            organization = self.users[requester]["organization_id"]
            self.tickets[ticket_id] = {
                "id": ticket_id,
                "url": f"https://elsewhere.example.net/api/v2/tickets/{ticket_id}.json",
                "external_id": None,
                "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
                "created_at": iso(self.now),
                "updated_at": iso(self.now),
                "generated_timestamp": self.now,
                "type": "incident",
                "subject": subject,
                "raw_subject": subject,
                "description": WORDS * 3,
                "priority": priority,
                "status": "new",
                "custom_status_id": None,
                "requester_id": requester,
                "submitter_id": author,
                "assignee_id": None,
                "organization_id": organization,
                "group_id": group,
                "tags": ["from_mail"],
                "custom_fields": [{"id": 360001, "value": None}, {"id": 360002, "value": "emea"}],
                "fields": [{"id": 360001, "value": None}, {"id": 360002, "value": "emea"}],
                "satisfaction_rating": {"score": "unoffered"},
                "metric_set": {"solved_at": None, "reopens": 0, "replies": 0},
            }
            self.truth[ticket_id] = Truth(self.now, [(self.now, "new")])
            first = {"status": "new", "priority": priority, "group_id": group, "requester_id": requester}
            children = [{"event_type": "Create", name: value} for name, value in first.items()]
            self._audit(ticket_id, author, [*children, self._comment(author, public=True)])
            self.promises.created(ticket_id)
            self.version += 1
            return ticket_id

    def update(self, ticket_id: int, by: int, **changes: Any) -> None:
        """Sets status, priority, group_id, assignee_id or custom_status_id."""
        self._act(ticket_id, by, None, changes)

    def comment(self, ticket_id: int, by: int, *, public: bool = True, **changes: Any) -> None:
        """A comment, with changes in the same update."""
        self._act(ticket_id, by, public, changes)

    def take_back_promises(self, ticket_id: int) -> None:
        """The ticket falls out of its policy: every promise is withdrawn."""
        with self.lock:
            self.promises.take_back(ticket_id)
            self.version += 1

    def touch(self, ticket_id: int) -> None:
        """A change of the system's own, which leaves `updated_at` alone."""
        with self.lock:
            self.tickets[ticket_id]["generated_timestamp"] = self.now
            self.version += 1

    def delete(self, ticket_id: int, by: int) -> None:
        with self.lock:
            row = self.tickets[ticket_id]
            before = row["status"]
            scrubbed = {"status": "deleted", "subject": "SCRUBBED", "raw_subject": "SCRUBBED", "tags": []}
            row |= scrubbed | {"description": "SCRUBBED", "requester_id": None}
            self.deleted[ticket_id] = {
                "id": ticket_id,
                "subject": "SCRUBBED",
                "actor": {"id": by, "name": self.users[by]["name"]},
                "deleted_at": iso(self.now),
                "previous_state": before,
            }
            self._changed(ticket_id)
            self.truth[ticket_id].statuses.append((self.now, "deleted"))

    def scrub(self, ticket_id: int) -> None:
        """Thirty days after the deletion: gone for good, and off the list of deleted tickets."""
        with self.lock:
            del self.deleted[ticket_id]
            self._changed(ticket_id)

    def restore(self, ticket_id: int, requester: int) -> None:
        with self.lock:
            status = self.deleted.pop(ticket_id)["previous_state"]
            self.tickets[ticket_id] |= {"status": status, "subject": "Back", "requester_id": requester}
            self._changed(ticket_id)
            self.truth[ticket_id].statuses.append((self.now, status))

    def merge(self, loser: int, winner: int, by: int) -> None:
        """Closes the loser with the tag, and tells the winner privately."""
        with self.lock:
            self.tickets[loser]["tags"] = [*self.tickets[loser]["tags"], "closed_by_merge"]
            self._act(loser, by, False, {"status": "closed"})
            self._act(winner, by, False, {})
            self.truth[loser].statuses[-1] = (self.now, "merged")

    def offer_rating(self, ticket_id: int) -> int:
        with self.lock:
            rating_id, ticket = self.new_id(), self.tickets[ticket_id]
            self.ratings[rating_id] = {
                "id": rating_id,
                "ticket_id": ticket_id,
                "assignee_id": ticket["assignee_id"],
                "group_id": ticket["group_id"],
                "requester_id": ticket["requester_id"],
                "score": "offered",
                "comment": None,
                "created_at": iso(self.now),
                "updated_at": iso(self.now),
            }
            self.version += 1
            return rating_id

    def rate(self, rating_id: int, score: str, comment: str | None = None) -> None:
        with self.lock:
            answer = {"score": score, "comment": comment, "updated_at": iso(self.now)}
            self.ratings[rating_id] |= answer
            self.version += 1

    def break_row(self, stream: str, row: Any) -> None:
        """Puts an object into an export that nobody can read."""
        with self.lock:
            entry = (self.now, self.new_id(), dumps(row))
            self.broken.setdefault(stream, []).append(entry)
            self.version += 1

    def backlog(self, at: int) -> set[int]:
        """The tickets in the backlog at a moment; what was deleted or merged later counted then."""
        return {ticket_id for ticket_id, truth in self.truth.items() if truth.is_backlog(at)}

    # --- what deeds leave behind -------------------------------------------------------------------------

    def _act(self, ticket_id: int, by: int, public: bool | None, changes: dict[str, Any]) -> None:
        with self.lock:
            row, truth = self.tickets[ticket_id], self.truth[ticket_id]
            children = [
                {"event_type": "Change", name: value, "previous_value": row[name]}
                for name, value in changes.items()
            ]
            if public is not None:
                children.append(self._comment(by, public=public))
            before = dict(row)
            row |= changes
            self._changed(ticket_id)
            self._audit(ticket_id, by, children)
            if public:
                self.promises.replied(ticket_id, by)
            if row["status"] != before["status"]:
                truth.statuses.append((self.now, row["status"]))
                self.promises.status_changed(ticket_id, before["status"], row["status"])
            if row["priority"] != before["priority"]:
                self.promises.apply(ticket_id)

    def _comment(self, author: int, *, public: bool) -> dict[str, Any]:
        return {"event_type": "Comment", "author_id": author, "public": public, "body": WORDS}

    def _audit(self, ticket_id: int, by: int, children: list[dict[str, Any]]) -> None:
        row = {
            "id": self.new_id(),
            "ticket_id": ticket_id,
            "timestamp": self.now,
            "created_at": iso(self.now),
            "updater_id": by,
            "via": "Web form",
            "system": {"client": "browser", "location": "Utrecht"},
            "metadata": {},
            "event_type": "Audit",
            "child_events": [
                {"id": self.new_id(), "via": "Web form", "via_reference_id": None} | child
                for child in children
            ],
        }
        self.audits.append((self.now, row["id"], dumps(row)))

    def _changed(self, ticket_id: int) -> None:
        self.tickets[ticket_id] |= {"updated_at": iso(self.now), "generated_timestamp": self.now}
        self.version += 1

    def new_id(self) -> int:
        self._last_id += 1
        return self._last_id
