"""Every component id. A region is named after its view, so no id ever stands on two screens."""

from __future__ import annotations

MAIN = "main"  # where the skip link leads
ENTRY, TOPIC = "metric-", "topic-"  # how anchors in the glossary begin

WALL_NOTICE = "wall-notice"
WALL_VERDICT = "wall-verdict"
WALL_FRESHNESS = "wall-freshness"
WALL_NPS = "wall-nps"
WALL_BACKLOG = "wall-backlog"
WALL_SLA = "wall-sla"
WALL_AUDIENCES = "wall-audiences"
WALL_VOICE = "wall-voice"

NOW_FRESHNESS = "now-freshness"
NOW_NOTICES = "now-notices"
NOW_VERDICT = "now-verdict"
NOW_NPS = "now-nps"
NOW_BACKLOG = "now-backlog"
NOW_SLA = "now-sla"
NOW_AUDIENCES = "now-audiences"
NOW_VOICES = "now-voices"
NOW_SOURCES = "now-sources"

SOURCES_FRESHNESS = "sources-freshness"
SOURCES_NOTICES = "sources-notices"
SOURCES_LIST = "sources-list"


def entry(key: str) -> str:
    """The anchor of a metric in the glossary."""
    return f"{ENTRY}{key}"
