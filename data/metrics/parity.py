"""Do tickets called trivial get what they were promised, as those called urgent do?"""

from __future__ import annotations

from data import statistics, tallies_parity
from data.metrics.definition import Direction, Kind, Unit, Value, metric
from data.tally_work import ParityTally

LOW_USED, URGENT_USED = (
    "median share of target used, low and normal",
    "median share of target used, urgent and high",
)


@metric(
    key="low_priority_parity",
    label="Low priority against urgent",
    short="Low priority parity",
    unit=Unit.SHARE,
    clock=None,
    direction=Direction.HIGHER_IS_BETTER,
    kind=Kind.FLOW,
    dated_by="sla_ended_at",
    tally=tallies_parity.targets_by_standing,
    answers="Is what we call trivial kept waiting beyond what we promised, while the urgent is on time?",
    minimum_sample=20,
    splits=("audience", "team", "account", "source", "channel"),
    ratios=(LOW_USED, URGENT_USED),
    caveat="In percentage points; 0 is parity, below it what is called trivial fares worse. Each ticket is"
    " judged by its own target, so that a longer promise is no worse treatment. By the priority that a"
    " ticket has now. No value where either side has no ended target; thin below 20 of both together, and"
    " the interval says what few on one side are worth. Tickets without a priority are left out and counted.",
)
def low_priority_parity(tally: ParityTally) -> Value:
    """SLA attainment of tickets of low and normal priority less that of tickets of high and urgent
    priority, by targets that ended in the window, with its 95 % interval (Newcombe); the counts hold the
    median of the share of the target that each of them used."""
    low, urgent = tally.low.kept, tally.urgent.kept
    left_out = {"without a priority": tally.without_priority} if tally.without_priority else {}
    n = low.total + urgent.total
    if not n:
        return Value(None, 0, left_out=left_out)
    counts: dict[str, float] = {
        "low and normal kept": low.hits,
        "low and normal ended": low.total,
        "urgent and high kept": urgent.hits,
        "urgent and high ended": urgent.total,
    }
    medians = {
        LOW_USED: statistics.quantile(tally.low.used, 0.5),
        URGENT_USED: statistics.quantile(tally.urgent.used, 0.5),
    }
    counts |= {name: median for name, median in medians.items() if median is not None}
    found = statistics.compare_shares((low.hits, low.total), (urgent.hits, urgent.total))
    if found is None:
        return Value(None, n, counts=counts, left_out=left_out)
    return Value(found.difference, n, found.interval, counts, left_out)
