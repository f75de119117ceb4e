"""How a share is read and compared; one way for every metric that is one."""

from __future__ import annotations

from data import statistics
from data.metrics.definition import Change, Value
from data.tally import ShareTally


def value_of_share(tally: ShareTally, *, left_out: str) -> Value:
    """The share with its Wilson interval; None without any row. left_out: why the others do not count."""
    without = {left_out: tally.left_out} if tally.left_out else {}
    if not tally.total:
        return Value(None, 0, left_out=without)
    counts = {"hits": tally.hits, "total": tally.total}
    interval = statistics.wilson(tally.hits, tally.total)
    return Value(tally.hits / tally.total, tally.total, interval, counts, without)


def change_of_shares(now: ShareTally, before: ShareTally) -> Change | None:
    """The difference of two shares (Newcombe's interval) and whether it is real; None without rows."""
    found = statistics.compare_shares((now.hits, now.total), (before.hits, before.total))
    return None if found is None else Change(found.difference, found.verdict, found.interval)
