"""Takes the values out of a board: nothing to read anything from."""

from __future__ import annotations

from dataclasses import replace

from data.board import (
    AudienceColumn,
    AudienceSign,
    BacklogSign,
    Board,
    NpsSign,
)
from data.reading import Reading, Standing
from data.verdict import Tendency, Verdict, Weather


def without_values(board: Board) -> Board:
    """The same board with nothing to read anything from."""

    def none(reading: Reading) -> Reading:
        return replace(
            reading,
            value=None,
            n=0,
            interval=None,
            counts={},
            previous=None,
            change=None,
            standing=Standing.NO_DATA,
        )

    def column(given: AudienceColumn) -> AudienceColumn:
        return replace(
            given,
            nps=none(given.nps),
            response_rate=none(given.response_rate),
            attainment=none(given.attainment),
            trend=(),
            said=None,
        )

    sign, late = board.sla, board.backlog
    return replace(
        board,
        verdict=Verdict(Weather.UNKNOWN, Tendency.STEADY, "There is nothing to judge yet", ()),
        nps=NpsSign(nps=none(board.nps.nps), trend=()),
        backlog=BacklogSign(
            backlog=none(late.backlog),
            ages=tuple(replace(age, count=0) for age in late.ages),
            oldest=none(late.oldest),
            created_today=replace(late.created_today, value=0.0, n=0),
            solved_today=replace(late.solved_today, value=0.0, n=0),
            trend=(),
        ),
        sla=replace(
            sign,
            attainment=none(sign.attainment),
            gap=none(sign.gap),
            gap_p90=none(sign.gap_p90),
            resolution_by_priority={},
            resolution_p90_by_priority={},
            attainment_by_priority={},
            breached_now=none(sign.breached_now),
            due_soon=none(sign.due_soon),
            trend=(),
        ),
        audiences=AudienceSign(
            end_users=column(board.audiences.end_users),
            decision_makers=column(board.audiences.decision_makers),
            apart=None,
            unknown=0,
        ),
    )
