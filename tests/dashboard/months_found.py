"""Hand-made answers for the page of one month: a bad one, an empty one, and one full of hostile texts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from data.autopsy import Autopsy, Part, Why
from data.autopsy_carving import Share
from data.board import Voice
from data.control import Limits, Side
from data.metrics import BY_KEY
from data.month import SIGNS, Charted, MonthAsked, MonthFound, Sign
from data.month_rows import Moved
from data.months import MonthInRow
from data.reading import Reading
from data.records import Audience
from data.signals import JudgedMonth, MonthVerdict, Rule
from data.study import Offered
from tests.dashboard.readings import AT, HOSTILE, read

LABELS = tuple(f"2025-{month:02}" for month in range(5, 13)) + tuple(f"2026-{m:02}" for m in range(1, 9))
BAD = "2026-05"
COMMENT = Voice(
    said_at=AT, score=2.0, scale_max=10, group="detractor", audience=Audience.END_USER,
    comment="No mail for two days.", account="Harbour",
)  # fmt: skip
LIMITS = Limits(0.92, 0.92, 0.89, 0.90, 0.94, 0.95)


def reading(key: str, label: str, value: float | None, n: int = 2143) -> Reading:
    return read(BY_KEY[key], value, n if value is not None else 0, window=label)


def standing(key: str, verdict: MonthVerdict, **more: Any) -> MonthInRow:
    is_bad = verdict is MonthVerdict.BAD
    judged = JudgedMonth(
        verdict, "a reason", more.get("limits", LIMITS), 12, True, (Rule.BEYOND,) if is_bad else ()
    )
    usual = tuple(reading(key, label, 0.92) for label in more.get("usual", LABELS[:12]))
    return MonthInRow(judged, Side.LOW, usual, (), is_share=BY_KEY[key].unit.value == "share")


PARTS = (
    Part(
        Why.GROUP, Fraction(-91, 1000), 556, "team", "demo:field", usual_n=4080,
        within=(Share("account", "harbour", Fraction(-63, 1000), 90),),
    ),
    Part(Why.HANDOFFS, Fraction(-4, 1000), 2143, now=Fraction(23, 10), usual=Fraction(14, 10)),
    Part(Why.MIX, Fraction(1, 1000), 2143, "priority"),
    Part(Why.REOPENED, Fraction(-1, 10_000), 2143, now=Fraction(54, 1000), usual=Fraction(41, 1000)),
    Part(Why.REST, Fraction(-59, 10_000), 1587),
)  # fmt: skip


def bad(asked: MonthAsked) -> MonthFound:
    """May 2026: the field team was slow."""
    values = [0.82 if label == BAD else None if label == "2025-07" else 0.92 for label in LABELS]
    signs = tuple(
        Sign(reading(key, BAD, value), standing(key, verdict))
        for key, value, verdict in zip(
            SIGNS, (0.82, 17.0, 178.0, -438.0, None),
            (
                MonthVerdict.BAD, MonthVerdict.BAD, MonthVerdict.NORMAL, MonthVerdict.WATCH,
                MonthVerdict.TOO_FEW,
            ),
            strict=True,
        )
    )  # fmt: skip
    chosen = next((sign for sign in signs if sign.reading.metric.key == asked.sign), signs[0])
    return MonthFound(
        label=BAD,
        sign=chosen,
        signs=signs,
        chart=tuple(
            Charted(reading("sla_attainment", label, value), value, label == BAD)
            for label, value in zip(LABELS, values, strict=True)
        ),
        before=reading("sla_attainment", "2026-04", 0.91),
        year_ago=None,
        autopsy=Autopsy(Fraction(82, 100), Fraction(92, 100), PARTS),
        arrivals=reading("created", BAD, 2098.0, 2098),
        usual_arrivals=60.0,
        moved=(
            Moved(
                source="demo", ticket_id="T 1/2", title="Mailbox missing", account="Harbour", priority="high",
                team="Field", late_minutes=1890.0, handoffs=4, score=2.0,
            ),
        ),
        comments=(COMMENT,),
        offered=Offered({"demo:field": "Field"}, {"harbour": "Harbour"}, {"demo": "Demo"}),
        names={"demo:field": "Field team", "harbour": "Harbour Logistics"},
        is_over=True,
        is_invented=False,
    )  # fmt: skip


def empty(asked: MonthAsked) -> MonthFound:
    """Nothing at all."""
    sign = Sign(
        reading("sla_attainment", BAD, None),
        standing("sla_attainment", MonthVerdict.TOO_FEW, limits=None, usual=()),
    )
    return replace(
        bad(asked), sign=sign, signs=(sign,), before=None, autopsy=None, moved=(), comments=(),
        chart=(Charted(sign.reading, None, is_it=True),),
        arrivals=reading("created", BAD, None), usual_arrivals=None,
    )  # fmt: skip


def hostile(asked: MonthAsked) -> MonthFound:
    """Every text that a customer wrote is an attack."""
    found = bad(asked)
    row = replace(
        found.moved[0], source="demo", ticket_id=HOSTILE, title=HOSTILE, account=HOSTILE, team=HOSTILE
    )
    return replace(
        found, moved=(row,),
        comments=(replace(COMMENT, audience=Audience.UNKNOWN, comment=HOSTILE, account=HOSTILE),),
        names={"demo:field": HOSTILE, "harbour": HOSTILE},
        offered=Offered({HOSTILE: HOSTILE}, {HOSTILE: HOSTILE}, {HOSTILE: HOSTILE}),
    )  # fmt: skip
