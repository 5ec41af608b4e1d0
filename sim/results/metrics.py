"""What is counted of each future: every metric with its unit, its kind, and which side of it is the worst.

The engine delivers a column per metric; the summary turns each into a statistic of the kind stated here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sim import extensions

Worst = Literal["high", "low"]


@dataclass(frozen=True)
class Metric:
    """One thing counted in every future."""

    name: str
    """The part of the column's name after the `/`."""
    unit: str
    """Unit of the column."""
    about: str
    """What it counts, for the manual; docs/model.md section 10 has the formula."""
    worst: Worst = "high"
    """The side on which a future is bad."""
    is_day: bool = False
    """Whether it is a day that may never come, counted from day 0 and never past the horizon."""
    optional: bool = False
    """Whether a run may leave it out, such as one without an undisturbed twin; it is then null."""


SHORTAGE_DAYS = Metric("shortage_days", "d", "days on which less than 99 % of notional demand is delivered or thrifted")
ATTRIBUTABLE_DAYS = Metric(
    "attributable_shortage_days", "d", "days short here and not in the undisturbed twin", optional=True
)
UNMET = Metric("unmet_t", "t", "wanted at the day's price and not delivered")
OUTPUT_LOST = Metric(
    "output_lost_usd", "usd", "value of the output that unmet and priced-out tonnes would have gone into"
)
OUTPUT_UNMET = Metric("output_unmet_usd", "usd", "the part of it that went unmet and was not caught up")
OUTPUT_PRICED_OUT = Metric("output_priced_out_usd", "usd", "the part of it that was given up because it was dear")
WELFARE_LOST = Metric(
    "welfare_lost_usd", "usd", "output unmet, and of use given up what it was worth beyond its opening price"
)
LOSSES = (OUTPUT_LOST, OUTPUT_UNMET, OUTPUT_PRICED_OUT, WELFARE_LOST)
POLICY_COST = Metric("policy_cost_usd", "usd", "net cost of the stockpiles that the policy adds", optional=True)
COST_PARTS = tuple(
    Metric(f"policy_{part}_usd", "usd", about, optional=True)
    for part, about in {
        "purchases": "opening stock at the values of day 0, and what is bought later at the day's",
        "storage": "of what is on hand at each day's end",
        "capital": "on the value, at day 0, of what is on hand and under way",
        "delivery": "freight of what piles and Rapid Responses send",
        "releases": "what was let go, at the day's values; taken off",
        "closing_stock": "on hand and under way at the end, at the values of day 0; taken off",
    }.items()
)
"""What the policy's stockpiles cost: the first four less the last two."""
POLICY_TRANSFERS = Metric(
    "policy_transfers_usd", "usd", "what projects and price floors pay out; no part of the cost", optional=True
)
FAMILY = Metric(
    "family", "number", "family that the set of parameters is of, from 0 in the scenario's order", optional=True
)
FIRST_SHORTAGE = Metric("first_shortage_day", "day", "first day short: time to survive", "low", is_day=True)
LINE_STOP = Metric(
    "line_stop_day", "day", "first of five days on end below half of use, in any cover cohort", "low", is_day=True
)
RECOVERY = Metric(
    "recovery_day",
    "day",
    "first day from the last control's end on that begins 30 days without shortage",
    "high",
    is_day=True,
)

SUBJECT_METRICS = (
    SHORTAGE_DAYS,
    ATTRIBUTABLE_DAYS,
    Metric("lost_production_days", "d", "the parts of days' use neither delivered nor thrifted, added up"),
    Metric("longest_run_d", "d", "longest run of days short"),
    Metric("notional_t", "t", "use with growth and noise, before any answer to price", "low"),
    Metric("delivered_t", "t", "used", "low"),
    Metric("thrifted_t", "t", "no longer needed, because less goes into each product"),
    Metric("caught_up_t", "t", "lost output made up for later"),
    Metric("priced_out_t", "t", "not wanted at the day's price"),
    UNMET,
    *LOSSES,
    FIRST_SHORTAGE,
    LINE_STOP,
    RECOVERY,
)
"""Of a buyer, and of a group with its tonnes pooled."""

ANY_MEMBER_METRICS = (SHORTAGE_DAYS, ATTRIBUTABLE_DAYS, FIRST_SHORTAGE, LINE_STOP)
"""Of a group, where any of its members counts for all."""

PEAK_METRICS = (
    Metric("peak_multiple", "multiple", "highest price over the opening price"),
    Metric("peak_in_force_multiple", "multiple", "the same on days with a control in force", optional=True),
    Metric(
        "attributable_peak",
        "multiple",
        "highest ratio of the price to that of the undisturbed twin on the same day",
        optional=True,
    ),
)
"""How high a price goes; multiples are of the opening price."""

PRICE_METRICS = (
    *PEAK_METRICS,
    Metric("days_above_1_5x", "d", "days above 1.5 times the opening price"),
    Metric("days_above_2x", "d", "days above twice the opening price"),
    Metric("days_above_5x", "d", "days above five times the opening price"),
    Metric(
        "back_within_10pct_day",
        "day",
        "the day after the last one above 1.1 times the opening price",
        "high",
        is_day=True,
    ),
    Metric("extra_spend_usd", "usd", "what is paid beyond the opening price for all that the market's buyers use"),
    Metric("paid_average_multiple", "multiple", "what is paid on average, contracts lagging, over the opening price"),
)
"""Of a priced thing in a market; multiples are of the opening price."""

ORIGIN_METRICS = (
    Metric("largest_share", "share", "largest share of one origin in what a region receives"),
    Metric("days_above_65pct", "d", "days on which one origin has more than 65 %"),
)
"""Of what a region receives, by where it was shipped from."""

WHOLE_METRICS = (
    Metric("disruption_day", "day", "first day with a control in force", "low", is_day=True),
    Metric("control_end_day", "day", "the day the last control ends", "high", is_day=True),
    *LOSSES,
    POLICY_COST,
    POLICY_TRANSFERS,
    FAMILY,
)
"""Of the whole scenario."""

SINCE_METRICS = (
    Metric(
        "first_shortage_since_disruption_d",
        "d",
        "first shortage day, counted from the disruption day",
        "low",
        is_day=True,
    ),
    Metric("recovery_since_disruption_d", "d", "recovery day, counted from the disruption day", "high", is_day=True),
)
"""Made here from days and `all/disruption_day`; negative where the shortage came first."""

COUNTS = {"__init__": ("world",), "note_day": ("world", "day", "shipped"), "columns": ("world",)}
"""What is called on a class that a package adds as a metric, and what it is given."""

ALL_METRICS = (*SUBJECT_METRICS, *PRICE_METRICS, *ORIGIN_METRICS, *WHOLE_METRICS, *COST_PARTS, *SINCE_METRICS)
"""Every metric, for the units and conventions that a summary states."""


def added() -> tuple[Metric, ...]:
    """Return what installed packages count besides; raises `sim.errors.ExtensionError` for a name that is taken."""
    taken, found = {metric.name for metric in ALL_METRICS}, dict[str, Metric]()
    for name, count in extensions.loaded("metrics").items():
        _check_counts(name, count)
        for metric in count.metrics:
            if metric.name in taken | found.keys():
                raise extensions.refused("metrics", name, f"counts '{metric.name}', as something else does")
            found[metric.name] = metric
    return tuple(found.values())


def _check_counts(name: str, count: Any) -> None:
    """Refuse what the engine could not count with."""
    if not isinstance(count, type):
        raise extensions.refused("metrics", name, "is no class")
    kinds = getattr(count, "metrics", None)
    if not (isinstance(kinds, tuple) and kinds and all(isinstance(kind, Metric) for kind in kinds)):
        raise extensions.refused("metrics", name, "has no `metrics`, a tuple of `sim.results.metrics.Metric`")
    extensions.check_calls("metrics", name, count, COUNTS)
