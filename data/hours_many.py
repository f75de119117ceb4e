"""Working time between many pairs of moments at once: a calendar's timeline as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.open_time import WEEK, Timeline

Moments = NDArray[np.int64]


class Lookup(NamedTuple):
    """A timeline (data/open_time.py), its openings as arrays."""

    line: Timeline
    starts: Moments
    ends: Moments
    before: Moments

    @classmethod
    def of(cls, line: Timeline) -> Lookup:
        """Make the arrays; as long as the timeline, so keep them."""
        arrays = (np.asarray(each, dtype=np.int64) for each in (line.starts, line.ends, line.before))
        return cls(line, *arrays)

    def open_before(self, moments: Moments) -> Moments:
        """Return the open seconds from the line's beginning to each moment, however far; negative before."""
        line = self.line
        early = np.minimum(0, (moments - line.low) // WEEK)
        late = np.maximum(0, -((line.high - moments) // WEEK))
        inside = moments - (early + late) * WEEK
        at = np.searchsorted(self.starts, inside, side="right") - 1
        found = self.before[at] + np.minimum(inside, self.ends[at]) - self.starts[at]
        return np.asarray(found + early * line.early_week + late * line.late_week, dtype=np.int64)


def between(lookup: Lookup | None, starts: Moments, ends: Moments) -> Moments:
    """Return the open seconds between each start and end; 0 if end <= start. None: always open."""
    starts, ends = np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64)
    if starts.shape != ends.shape:
        message = f"There are {starts.size} starts and {ends.size} ends: each start needs its end."
        raise ValueError(message)
    found = ends - starts if lookup is None else lookup.open_before(ends) - lookup.open_before(starts)
    return np.where(ends > starts, found, 0)
