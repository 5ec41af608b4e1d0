"""Units a scenario may use, and what one of each is in the engine's own units.

The engine counts in tonnes, days and USD/kg. A year is 365 days, always.
"""

from __future__ import annotations

DAYS_PER_WEEK = 7
DAYS_PER_YEAR = 365.0
KG_PER_T = 1000.0

DIMENSIONS: dict[str, dict[str, float]] = {
    "duration": {"d": 1.0, "week": float(DAYS_PER_WEEK), "year": DAYS_PER_YEAR},
    "rate": {"t/year": 1.0 / DAYS_PER_YEAR, "t/d": 1.0},
    "mass": {"t": 1.0},
    "stock": {"t": 1.0, "d": 1.0},
    "share": {"share": 1.0},
    "growth": {"share/year": 1.0},
    "price": {"usd/kg": 1.0},
    "money": {"usd": 1.0},
    "storage": {"usd/t/year": 1.0 / DAYS_PER_YEAR},
    "ratio": {"t/t": 1.0},
    "multiple": {"multiple": 1.0},
    "log": {"log": 1.0},
    "volatility": {"log/sqrt(year)": 1.0},
    "elasticity": {"elasticity": 1.0},
}
"""Dimension -> unit -> factor to the engine's unit. A stock's unit says whether it is tonnes or days of use."""

_FACTORS = {unit: one for units in DIMENSIONS.values() for unit, one in units.items()}


def factor(unit: str) -> float:
    """Return what one `unit` is in the engine's own unit of the same dimension."""
    return _FACTORS[unit]
