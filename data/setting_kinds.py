"""The kinds of values that settings are made of."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(value: Any) -> int:
    """Seconds from text such as `90s`, `15m`, `4h`, `2d`. Raises ValueError."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd])\s*", str(value))
    if not match:
        raise ValueError("is a number with s, m, h or d, such as 90s, 15m, 4h or 2d")
    return int(float(match[1]) * UNITS[match[2]])


Duration = Annotated[int, BeforeValidator(seconds)]


class Strict(BaseModel):
    """A chapter of the settings: what it does not know is refused, and it never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
