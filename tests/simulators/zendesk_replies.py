"""What Zendesk answers: lists, cursor exports and time exports over a `World`, quirks included."""

from __future__ import annotations

import base64
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from tests.simulators.zendesk_truth import Entry, dumps, iso
from tests.simulators.zendesk_world import World

ELSEWHERE = "https://elsewhere.example.net/api/v2"
TOO_RECENT = (400, b'{"error":"StartTimeTooRecent","description":"Too recent start_time."}')
Query = dict[str, str]
Keys = list[tuple[int, int]]


@dataclass(slots=True)
class Replies:
    """Answers by path and query. Settings may be changed in between.

    page_size: rows of a cursor export's page; events_size: of a time export's. repeats: rows of the page
    before that come once more. empty_every: each so-many-th cursor page is empty though more follow;
    empty_pages: how many were.
    """

    world: World
    page_size: int = 1000
    events_size: int = 1000
    repeats: int = 0
    empty_every: int = 0
    empty_pages: int = 0
    _indexes: dict[str, tuple[int, list[Entry], Keys]] = field(default_factory=dict)
    _ready: dict[str, tuple[tuple[int, ...], bytes]] = field(default_factory=dict)
    _cursor_pages: int = 0

    def reply(self, path: str, query: Query) -> tuple[int, bytes]:
        """Status and body of a GET. Exports are kept ready as bytes while nothing changes."""
        with self.world.lock:
            state = (self.world.version, self.page_size, self.events_size)
            key = f"{path}?{sorted(query.items())}"
            if self.repeats or self.empty_every or self._ready.get(key, (None, b""))[0] != state:
                status, body = self._make(path, query)
                if status != 200 or len(body) < 4096:
                    return status, body
                self._ready[key] = (state, body)
            return 200, self._ready[key][1]

    def _make(self, path: str, query: Query) -> tuple[int, bytes]:
        world = self.world
        match path.removesuffix(".json").split("/"):
            case ["incremental", "tickets" | "users" as name, "cursor"]:
                return self._cursor_export(name, query)
            case ["incremental", "ticket_events" | "ticket_metric_events" | "organizations" as name]:
                return self._time_export(name, query)
            case ["users"]:
                staff = [user for user in world.users.values() if user["role"] != "end-user"]
                return self._list("users", [user for user in staff if user["active"]], query)
            case ["users", "show_many"]:
                asked = query["ids"].split(",")
                return self._list("users", [u for u in world.users.values() if str(u["id"]) in asked], query)
            case ["groups"]:
                return self._list("groups", list(world.groups.values()), query)
            case ["slas", "policies"]:
                return 200, orjson.dumps({"sla_policies": POLICIES, "count": 1, "next_page": None})
            case ["business_hours", "schedules"]:
                return 200, orjson.dumps({"schedules": list(world.schedules.values())})
            case ["business_hours", "schedules", schedule_id, "holidays"]:
                return 200, orjson.dumps({"holidays": world.holidays.get(int(schedule_id), [])})
            case ["satisfaction_ratings"]:
                start = iso(int(query.get("start_time", "0")))
                rows = [r for r in world.ratings.values() if r["created_at"] >= start]
                return self._list("satisfaction_ratings", rows, query)
            case ["custom_statuses"]:
                return 200, orjson.dumps({"custom_statuses": world.custom_statuses})
            case ["deleted_tickets"]:
                return self._list("deleted_tickets", list(world.deleted.values()), query)
        return 404, b'{"error":"RecordNotFound","description":"Not found"}'

    def _list(self, name: str, rows: list[dict[str, Any]], query: Query) -> tuple[int, bytes]:
        """A page by cursor, or by page number for those who do not say page[size]."""
        if "page[size]" not in query:
            first = (int(query.get("page", "1")) - 1) * 100
            return 200, orjson.dumps({name: rows[first : first + 100], "count": len(rows), "next_page": None})
        size = min(int(query["page[size]"]), 100, self.page_size)
        after = int(base64.b64decode(query["page[after]"])) if "page[after]" in query else 0
        left = [row for row in sorted(rows, key=_id_of) if row["id"] > after]
        page, has_more = left[:size], len(left) > size
        cursor = base64.b64encode(str(page[-1]["id"]).encode()).decode() if page else None
        link = f"{ELSEWHERE}/{name}?page[after]={cursor}" if has_more else None
        meta = {"has_more": has_more, "after_cursor": cursor, "before_cursor": None}
        return 200, orjson.dumps({name: page, "meta": meta, "links": {"next": link, "prev": None}})

    def _cursor_export(self, name: str, query: Query) -> tuple[int, bytes]:
        entries, keys = self._index(name)
        end = bisect_left(keys, (self._limit, 0))
        if "cursor" in query:
            stamp, row_id, *_ = base64.b64decode(query["cursor"]).decode().split("|")
            first = bisect_right(keys, (int(stamp), int(row_id)))
        else:
            if int(query["start_time"]) >= self._limit:
                return TOO_RECENT
            first = bisect_left(keys, (int(query["start_time"]), 0))
        last = min(first + self.page_size, end)
        self._cursor_pages += 1
        mark = ""
        if self.empty_every and self._cursor_pages % self.empty_every == 0 and first < end:
            last, mark = first, f"|{self._cursor_pages}"
            self.empty_pages += 1
        page = entries[max(0, first - self.repeats) : last] if last > first else []
        at = keys[last - 1] if last else (1, 0) if mark else None
        cursor = base64.b64encode(f"{at[0]}|{at[1]}{mark}".encode()).decode() if at else None
        more = {
            "after_cursor": cursor,
            "after_url": f"{ELSEWHERE}/incremental/{name}/cursor.json?cursor={cursor}",
            "before_cursor": None,
            "before_url": None,
            "end_of_stream": last >= end,
        }
        return 200, _page(name, page, more)

    def _time_export(self, name: str, query: Query) -> tuple[int, bytes]:
        start = int(query["start_time"])
        if start >= self._limit:
            return TOO_RECENT
        entries, keys = self._index(name)
        first, end = bisect_left(keys, (start, 0)), bisect_left(keys, (self._limit, 0))
        last = min(first + self.events_size, end)
        if first < last < end:  # all rows of the last second stay together
            last = min(bisect_left(keys, (keys[last - 1][0] + 1, 0)), end)
        page = entries[first:last]
        more = {
            "count": len(page),
            "end_time": page[-1][0] if page else None,
            "end_of_stream": last >= end,
            "next_page": f"{ELSEWHERE}/incremental/{name}.json?start_time={page[-1][0]}" if page else None,
        }
        return 200, _page(name, page, more)

    @property
    def _limit(self) -> int:
        """The first second that is withheld."""
        return self.world.now - 60

    def _index(self, name: str) -> tuple[list[Entry], Keys]:
        """The rows of an export in their order, with their sort keys; made anew after a change."""
        version, entries, keys = self._indexes.get(name, (-1, [], []))
        if version != self.world.version:
            entries = sorted([*self._entries(name), *self.world.broken.get(name, [])])
            keys = [(stamp, row_id) for stamp, row_id, _ in entries]
            self._indexes[name] = (self.world.version, entries, keys)
        return entries, keys

    def _entries(self, name: str) -> list[Entry]:
        world = self.world
        if name == "tickets":
            rows = world.tickets.values()
            return [(row["generated_timestamp"], row["id"], dumps(row)) for row in rows]
        if name == "ticket_events":
            return world.audits
        if name == "ticket_metric_events":
            return list(world.promises.events.values())
        rows = (world.users if name == "users" else world.organizations).values()
        return [(_seconds(row["updated_at"]), row["id"], dumps(row)) for row in rows]


POLICIES = [
    {
        "id": 25,
        "title": "Gold",
        "position": 1,
        "filter": {"all": [], "any": []},
        "policy_metrics": [
            {"priority": "high", "metric": "first_reply_time", "target": 61, "target_in_seconds": 3660,
             "business_hours": False},
        ],
    }
]  # fmt: skip


def _page(name: str, entries: list[Entry], more: dict[str, Any]) -> bytes:
    rows = b",".join(row for _, _, row in entries)
    return b'{"' + name.encode() + b'":[' + rows + b"]," + orjson.dumps(more)[1:]


def _id_of(row: dict[str, Any]) -> int:
    return int(row["id"])


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
