"""The metric events of an invented Zendesk account: clocks that run and stop, promises, foretold breaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulators.zendesk_truth import DONE, Entry, dumps, iso

if TYPE_CHECKING:
    from tests.simulators.zendesk_world import World

RUNS = {"requester_wait_time": {"new", "open", "hold"}, "agent_work_time": {"new", "open"}}
TARGETS = {"urgent": (30, 240), "high": (60, 480), "normal": (240, 1440), "low": (480, 4320)}
"""Minutes to each reply and to the resolution, by priority."""


class Promises:
    """Writes what Zendesk writes about its clocks, and notes each promise in the ticket's truth."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.events: dict[int, Entry] = {}
        self._breaches: dict[tuple[int, str], dict[str, Any]] = {}
        self._cycle: dict[int, int] = {}

    def created(self, ticket_id: int) -> None:
        for metric in ("reply_time", *RUNS, "resolution_time"):
            self.note(ticket_id, metric, 1, "activate")
        self.apply(ticket_id)

    def take_back(self, ticket_id: int) -> None:
        for metric, measure in (("resolution_time", "resolution"), ("agent_work_time", "agent_work")):
            self.note(ticket_id, metric, 1, "apply_sla", sla=None)
            self._world.truth[ticket_id].targets.append((measure, 1, self._world.now, None))

    def replied(self, ticket_id: int, by: int) -> None:
        cycle, truth = self._cycle.get(ticket_id, 1), self._world.truth[ticket_id]
        is_requester = by == self._world.tickets[ticket_id]["requester_id"]
        if self._world.users[by]["role"] != "end-user" and not is_requester:
            truth.agent_replies.append(self._world.now)
            self.note(ticket_id, "reply_time", cycle, "fulfill")
            self._withdraw(ticket_id, "reply_time")
            self._cycle[ticket_id] = cycle + 1
        elif cycle > 1:
            self.note(ticket_id, "reply_time", cycle, "activate")
            if (priority := self._world.tickets[ticket_id]["priority"]) is not None:
                self._promise(ticket_id, "reply_time", cycle, "next_reply", TARGETS[priority][0])

    def status_changed(self, ticket_id: int, before: str, after: str) -> None:
        metrics = self._world.tickets[ticket_id]["metric_set"]
        if after in DONE and before not in DONE:
            metrics["solved_at"] = iso(self._world.now)
            self.note(ticket_id, "resolution_time", 1, "fulfill")
            self._withdraw(ticket_id, "resolution_time")
        elif before in DONE and after not in DONE:
            metrics["solved_at"], metrics["reopens"] = None, metrics["reopens"] + 1
        for metric, running in RUNS.items():
            if (before in running) != (after in running):
                self.note(ticket_id, metric, 1, "activate" if after in running else "pause")

    def apply(self, ticket_id: int) -> None:
        """Promises by priority; a later one replaces the earlier. Without a priority there are none."""
        priority = self._world.tickets[ticket_id]["priority"]
        if priority is None:
            return
        reply, resolution = TARGETS[priority]
        if self._cycle.get(ticket_id, 1) == 1:
            self._promise(ticket_id, "reply_time", 1, "first_reply", reply)
        self._promise(ticket_id, "resolution_time", 1, "resolution", resolution)
        self._promise(ticket_id, "agent_work_time", 1, "agent_work", resolution / 2)
        self.note(ticket_id, "pausable_update_time", 1, "apply_sla", sla=_sla(60))
        self.note(ticket_id, "group_ownership_time", 1, "apply_group_sla", group_sla={"target": 1800})

    def _promise(self, ticket_id: int, metric: str, cycle: int, measure: str, minutes: float) -> None:
        self._withdraw(ticket_id, metric)
        self.note(ticket_id, metric, cycle, "apply_sla", sla=_sla(minutes))
        self._world.truth[ticket_id].targets.append((measure, cycle, self._world.now, minutes))
        due = self._world.now + int(minutes * 60)  # Zendesk foretells the breach
        self._breaches[ticket_id, metric] = self.note(ticket_id, metric, cycle, "breach", at=due)

    def _withdraw(self, ticket_id: int, metric: str) -> None:
        row = self._breaches.pop((ticket_id, metric), None)
        if row is not None and row["id"] in self.events:
            row = row | {"deleted": True}
            self.events[row["id"]] = (self._world.now, row["id"], dumps(row))

    def note(
        self, ticket_id: int, metric: str, cycle: int, kind: str, *, at: int | None = None, **more: Any
    ) -> dict[str, Any]:
        row = {
            "id": self._world.new_id(),
            "ticket_id": ticket_id,
            "metric": metric,
            "instance_id": cycle,
            "type": kind,
            "time": iso(self._world.now if at is None else at),
        } | more
        self.events[row["id"]] = (self._world.now, row["id"], dumps(row))
        return row


def _sla(minutes: float) -> dict[str, Any]:
    return {
        "target": int(minutes),
        "target_in_seconds": int(minutes * 60),
        "business_hours": False,
        "policy": {"id": 25, "title": "Gold", "description": ""},
    }
