"""What is counted of each future: every metric with its unit, its kind, and which side of it is the worst.

The engine delivers a column per metric; the summary turns each into a statistic of the kind stated here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Worst = Literal["high", "low"]


@dataclass(frozen=True)
class Metric:
    """One thing counted in every future."""

    name: str
    """The part of the column's name after the `/`."""
    unit: str
    """Unit of the column."""
    worst: Worst = "high"
    """The side on which a future is bad."""
    is_day: bool = False
    """Whether it is a day that may never come, counted from day 0 and never past the horizon."""
    optional: bool = False
    """Whether a run may leave it out, such as one without an undisturbed twin; it is then null."""


SHORTAGE_DAYS = Metric("shortage_days", "d")
ATTRIBUTABLE_DAYS = Metric("attributable_shortage_days", "d", optional=True)
UNMET = Metric("unmet_t", "t")
OUTPUT_LOST = Metric("output_lost_usd", "usd")
POLICY_COST = Metric("policy_cost_usd", "usd", optional=True)
COST_PARTS = tuple(
    Metric(f"policy_{part}_usd", "usd", optional=True)
    for part in ("purchases", "storage", "capital", "delivery", "releases", "closing_stock")
)
"""What the policy's stockpiles cost: the first four less the last two."""
POLICY_TRANSFERS = Metric("policy_transfers_usd", "usd", optional=True)
FIRST_SHORTAGE = Metric("first_shortage_day", "day", "low", is_day=True)
LINE_STOP = Metric("line_stop_day", "day", "low", is_day=True)
RECOVERY = Metric("recovery_day", "day", "high", is_day=True)

SUBJECT_METRICS = (
    SHORTAGE_DAYS,
    ATTRIBUTABLE_DAYS,
    Metric("lost_production_days", "d"),
    Metric("longest_run_d", "d"),
    Metric("notional_t", "t", "low"),
    Metric("delivered_t", "t", "low"),
    Metric("thrifted_t", "t"),
    Metric("caught_up_t", "t"),
    Metric("priced_out_t", "t"),
    UNMET,
    OUTPUT_LOST,
    FIRST_SHORTAGE,
    LINE_STOP,
    RECOVERY,
)
"""Of a buyer, and of a group with its tonnes pooled."""

ANY_MEMBER_METRICS = (SHORTAGE_DAYS, ATTRIBUTABLE_DAYS, FIRST_SHORTAGE, LINE_STOP)
"""Of a group, where any of its members counts for all."""

PRICE_METRICS = (
    Metric("peak_multiple", "multiple"),
    Metric("peak_in_force_multiple", "multiple", optional=True),
    Metric("attributable_peak", "multiple", optional=True),
    Metric("days_above_1_5x", "d"),
    Metric("days_above_2x", "d"),
    Metric("days_above_5x", "d"),
    Metric("back_within_10pct_day", "day", "high", is_day=True),
    Metric("extra_spend_usd", "usd"),
    Metric("paid_average_multiple", "multiple"),
)
"""Of a priced thing in a market; multiples are of the opening price."""

ORIGIN_METRICS = (Metric("largest_share", "share"), Metric("days_above_65pct", "d"))
"""Of what a region receives, by where it was shipped from."""

WHOLE_METRICS = (
    Metric("disruption_day", "day", "low", is_day=True),
    Metric("control_end_day", "day", "high", is_day=True),
    OUTPUT_LOST,
    POLICY_COST,
    POLICY_TRANSFERS,
)
"""Of the whole scenario."""

SINCE_METRICS = (
    Metric("first_shortage_since_disruption_d", "d", "low", is_day=True),
    Metric("recovery_since_disruption_d", "d", "high", is_day=True),
)
"""Made here from days and `all/disruption_day`; negative where the shortage came first."""

ALL_METRICS = (*SUBJECT_METRICS, *PRICE_METRICS, *ORIGIN_METRICS, *WHOLE_METRICS, *COST_PARTS, *SINCE_METRICS)
"""Every metric, for the units and conventions that a summary states."""
