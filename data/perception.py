"""Perception against reality as a page shows it: the curve of dose and response, read from the store."""

from __future__ import annotations

from data.dose import DoseCurve, curve_of
from data.readings import NO_FILTERS, Readings
from data.tallies_experience import experience
from data.tally import total
from data.tally_perception import ExperienceTally
from data.window import Filters, Window

WINDOW = "365d"


def dose_curve(
    readings: Readings, *, window: str | Window = WINDOW, filters: Filters = NO_FILTERS
) -> DoseCurve:
    """NPS by resolution time over target, of the answers that `halving_worth` counts. Raises ValueError."""
    span = readings.window(window) if isinstance(window, str) else window
    tally = total(experience(readings.scope(span, filters))) or ExperienceTally()
    return curve_of(tally.doses)
