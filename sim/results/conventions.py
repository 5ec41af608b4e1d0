"""How figures are meant: what a summary says of itself."""

from __future__ import annotations

from collections.abc import Sequence

from sim.documents import Json
from sim.results import families, metrics
from sim.spec.scenario import Scenario

ATTRIBUTABLE_CONVENTION = (
    "against the same future without any disruption, plant failures included; null without that twin"
)
COST_CONVENTION = (
    "of the policy's stockpiles, policy_cost_parts: purchases (opening stock at the values of day 0, the rest at the "
    "day's), storage, capital and delivery as far as they state any, less what releases fetched at the day's values "
    "and the closing stock (cargo under way included) at the values of day 0; delivery holds that of Rapid Responses"
)
LOSS_CONVENTIONS = {
    metrics.OUTPUT_LOST.name: "what went unmet or was given up because it was dear, less what was caught up, at the "
    "value of what it would have made; the sum of output_unmet_usd and output_priced_out_usd",
    metrics.OUTPUT_UNMET.name: "the part that went unmet and was not caught up: no money could buy it",
    metrics.OUTPUT_PRICED_OUT.name: "the part that was given up because it was dear",
    metrics.WELFARE_LOST.name: "output_unmet_usd, and of what was given up the area under the buyer's demand curve "
    "between the opening price and that felt: what it was worth beyond the opening price, which was not paid",
}
TRANSFERS_CONVENTION = "grants, loans and equity of projects, top-ups of price floors; no part of policy_cost_usd"
STAT_CONVENTIONS = {
    "quantile": "inverse distribution function, lower; intervals by order statistics (binomial)",
    "ci95": "95 % interval over futures: Student's t for means, Wilson's for probabilities; a bound that the sample "
    "cannot give is null",
    "cvar95": "mean of the worst 5 % of futures, the last with a fractional weight; interval by its influence function",
}
BLOCK_CONVENTIONS = {
    "quantile": "inverse distribution function, lower; intervals by how the share at or below differs between blocks "
    "(Woodruff), a rank wider on either side",
    "ci95": "95 % interval over blocks of futures that belong together: Student's t over their means; for "
    "probabilities Wilson's, of as many independent futures as would know the share as well; a bound that the sample "
    "cannot give is null",
    "sampling": "gain: variance of the mean of as many plain futures over that of these; its interval by chi-square",
}
GROUP_CONVENTIONS = {
    "aggregate": "tonnes of the members pooled, then counted as one buyer",
    "any_member": "a day counts when it counts for at least one member",
    "groups": "overlap; never add them up",
}


def day_conventions(scenario: Scenario) -> Json:
    """Say what a day is, and a day of shortage."""
    share = scenario.measures.shortage_share
    return {
        "days": "whole days in [0, days) counted from start_date",
        "shortage_day": f"a day with under {share:g} of notional demand delivered or thrifted",
    }


def conventions(scenario: Scenario, added: Sequence[metrics.Metric]) -> Json:
    """Say how the figures are meant, in the file itself."""
    measures = scenario.measures
    return {
        **day_conventions(scenario),
        "line_stop": f"the first of {measures.line_stop_d} days on end with less than "
        f"{measures.line_stop_share:g} of notional demand in any cover cohort",
        "recovery": "the first day from the end of the last control on that begins "
        f"{measures.recovery_d} days without shortage",
        "disruption_day": "the first day with a control in force, in each future",
        "since_disruption": "day less disruption_day; below 0 where the shortage came first",
        "attributable": ATTRIBUTABLE_CONVENTION,
        "never": "null; censored_share is the share of futures in which the day never comes, quantiles count "
        "never as later than every day, restricted_mean is the mean of min(day, days)",
        **STAT_CONVENTIONS,
        "worst_side": {metric.name: metric.worst for metric in (*metrics.ALL_METRICS, *added)},
        **GROUP_CONVENTIONS,
        "price_multiple": "of the opening price in the same market",
        "peak_in_force_multiple": "the highest multiple on days with a control in force; null where in some future "
        "none came into force",
        "back_within_10pct_day": "0 where the price never left 10 %",
        "extra_spend_usd": "of an oxide counts what is contained in everything used, of a product the product "
        "itself: do not add them",
        **LOSS_CONVENTIONS,
        "families": families.CONVENTION,
        metrics.POLICY_COST.name: COST_CONVENTION,
        metrics.POLICY_TRANSFERS.name: TRANSFERS_CONVENTION,
        **{metric.name: metric.about for metric in added},
    }
