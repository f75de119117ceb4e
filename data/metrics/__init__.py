"""What Barometer measures. `CATALOG` lists every metric by hand, in reading order."""

from __future__ import annotations

from difflib import get_close_matches

from data.metrics import backlog, coverage, csat, durations, effort, flow, nps, nps_kinds, replies, sla, waits
from data.metrics.definition import Metric

CATALOG: tuple[Metric, ...] = (
    nps.nps,
    nps.promoters,
    nps.passives,
    nps.detractors,
    nps_kinds.nps_relationship,
    nps_kinds.nps_transactional,
    nps_kinds.nps_accounts,
    nps_kinds.nps_mix_adjusted,
    nps.response_rate,
    coverage.account_coverage,
    coverage.value_coverage,
    csat.csat,
    csat.ces,
    csat.less_than_delighted,
    backlog.backlog,
    backlog.backlog_waiting_on_us,
    backlog.oldest_waiting,
    flow.backlog_age_p85,
    backlog.created,
    backlog.solved,
    flow.net_flow,
    flow.days_to_clear,
    flow.after_hours_share,
    flow.open_per_agent,
    effort.reopened,
    effort.reopen_rate,
    effort.one_touch_share,
    effort.touches,
    effort.agent_stations,
    effort.team_stations,
    durations.first_reply_calendar,
    replies.first_reply_calendar_p90,
    durations.first_reply_business,
    replies.first_reply_business_p90,
    replies.next_reply_calendar,
    replies.next_reply_calendar_p90,
    replies.next_reply_business,
    replies.next_reply_business_p90,
    durations.first_resolution_calendar,
    durations.first_resolution_business,
    durations.full_resolution_calendar,
    durations.full_resolution_calendar_p90,
    durations.full_resolution_business,
    waits.requester_wait_calendar,
    waits.requester_wait_calendar_p90,
    waits.requester_wait_business,
    waits.requester_wait_business_p90,
    waits.agent_work_calendar,
    waits.agent_work_calendar_p90,
    waits.agent_work_business,
    waits.agent_work_business_p90,
    sla.sla_attainment,
    sla.created_sla_attainment,
    replies.first_reply_attainment,
    replies.next_reply_attainment,
    replies.requester_wait_attainment,
    replies.agent_work_attainment,
    sla.sla_gap,
    sla.sla_gap_p90,
    sla.sla_elapsed,
    sla.sla_elapsed_p90,
    sla.sla_target,
    sla.breached_now,
    flow.overdue,
    sla.due_soon,
)

BY_KEY = {item.key: item for item in CATALOG}


def metric_of(key: str) -> Metric:
    """The metric of that key. Raises ValueError that names the nearest ones."""
    if key not in BY_KEY:
        alike = get_close_matches(key[:40], BY_KEY, n=6)
        near = alike or [name for name in BY_KEY if key.split("_")[0] in name] or list(BY_KEY)
        raise ValueError(f"There is no metric {key[:40]!r}. Did you mean: {', '.join(near[:6])}?")
    return BY_KEY[key]
