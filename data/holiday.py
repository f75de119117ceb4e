"""Public holidays of countries and of their parts, by date and name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache


def public_holidays(country: str, years: Iterable[int]) -> frozenset[date]:
    """Return the public holidays of some years, in a country ("DE") or a part of it ("DE-BY", "GB-ENG").

    ValueError for a country or part that is not known. No years: none, after the same check.
    """
    return frozenset(_named_holidays(country, years))


def _named_holidays(country: str, years: Iterable[int]) -> dict[date, str]:
    # Loaded when first needed: it costs more than all the rest of this module.
    import holidays

    code, _, part = country.strip().partition("-")
    code = code.upper()
    known = holidays.list_supported_countries()
    if code not in known:
        message = f'Unknown country "{country}" for public holidays. Use a code such as "DE" or "GB-ENG".'
        raise ValueError(message)
    parts = {name.upper(): name for name in known[code]}
    if part and part.upper() not in parts:
        message = f'Unknown part "{part}" of country "{code}". Known: {", ".join(known[code]) or "no parts"}.'
        raise ValueError(message)
    subdivision = parts[part.upper()] if part else None
    return dict(holidays.country_holidays(code, subdiv=subdivision, years=list(years)))


@lru_cache(maxsize=1024)
def holidays_of(country: str, year: int) -> Mapping[date, str]:
    return _named_holidays(country, (year,))
