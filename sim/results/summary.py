"""The summary of a run: what summary.json holds.

    summarise(results, scenario, seed=7) -> {"schema_version": 1, "buyers": {"jp.ev": {"shortage_days": ...

A pure function of the columns and the scenario, so it is the same to the last bit for any number of workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import ModelError
from sim.results import estimate, families, metrics
from sim.results.families import SomeFutures, futures_by_family
from sim.results.futures import Results
from sim.results.manifest import SCHEMA_VERSION as SCHEMA_VERSION
from sim.results.metrics import Metric
from sim.results.subjects import Subject, buyer_subjects, group_subjects
from sim.spec.scenario import Scenario

Json = dict[str, Any]
Column = NDArray[np.float64]


EVERY_PRIORITY = "every_priority"
LIMIT_D = 10
"""Days of shortage a priority buyer can bear; a convention of the question, not a fact."""
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


class Columns:
    """The columns of a run by subject and metric, and the statistic of each."""

    def __init__(self, results: Results, horizon_d: int, blocks: estimate.Blocks | None = None) -> None:
        self.by_name: Mapping[str, Column] = results.columns
        self.replications = results.replications.size
        self.horizon_d = horizon_d
        self.blocks = blocks

    def column(self, subject: str, metric: Metric) -> Column:
        """Return one column, (N,); all NaN where the metric is optional and the run left it out."""
        found = self.by_name.get(f"{subject}/{metric.name}")
        if found is None and not metric.optional:
            raise ModelError(f"the engine recorded no column {subject}/{metric.name}")
        return np.full(self.replications, np.nan) if found is None else found

    def statistic(self, subject: str, metric: Metric) -> estimate.Stat:
        """Return the statistic of one metric of one subject."""
        column = self.column(subject, metric)
        if metric.is_day:
            return estimate.day(column, self.horizon_d, metric.worst, self.blocks)
        return estimate.amount(column, metric.worst, self.blocks)

    def statistics(self, subject: str, of: Iterable[Metric]) -> Json:
        """Return the statistics of several metrics of one subject, by the metric's name."""
        return {metric.name: self.statistic(subject, metric) for metric in of}

    def among(self, futures: NDArray[np.bool_]) -> Columns:
        """Return the columns of some futures, (N,), as if they were all there are."""
        few = copy(self)
        few.by_name = SomeFutures(self.by_name, futures)
        few.blocks = None if self.blocks is None else self.blocks.among(futures)
        few.replications = int(np.count_nonzero(futures))
        return few

    def subjects_with(self, metric: Metric) -> list[str]:
        """Return every subject that has a column of this metric, in the order of the columns."""
        return [name.rpartition("/")[0] for name in self.by_name if name.rpartition("/")[2] == metric.name]


def summarise(
    results: Results,
    scenario: Scenario,
    *,
    seed: int,
    sampling: str | None = None,
    blocks: estimate.Blocks | None = None,
) -> Json:
    """Return summary.json: statistics over all futures of every buyer, group, price, and of the whole.

    Where futures were not drawn the plain way, `sampling` says how, and `blocks` which of them belong together.
    """
    columns = Columns(results, scenario.horizon_d, blocks)
    buyers, groups = buyer_subjects(scenario), group_subjects(scenario)
    added = metrics.added()
    return {
        "schema_version": SCHEMA_VERSION,
        **_identity(results, scenario, seed),
        **_sampled(columns, sampling, groups),
        "conventions": _conventions(scenario) | ({} if blocks is None else BLOCK_CONVENTIONS),
        "units": {metric.name: metric.unit for metric in (*metrics.ALL_METRICS, *added)} | {"probability": "share"},
        "names": _names(scenario),
        "disruption_day": columns.statistic("all", metrics.WHOLE_METRICS[0]),
        "control_end_day": columns.statistic("all", metrics.WHOLE_METRICS[1]),
        "buyers": {buyer.id: _buyer(columns, scenario, buyer) for buyer in buyers},
        "groups": {group.id: _group(columns, group) for group in groups},
        "any_buyer": {"probability_of_shortage": _chance_of_any(columns, scenario)},
        "within_limit": within_limit(columns, groups),
        "prices": _prices(columns, metrics.PRICE_METRICS),
        "origin_share": _origins(columns),
        **columns.statistics("all", metrics.LOSSES),
        "policy_cost_usd": columns.statistic("all", metrics.POLICY_COST),
        "policy_cost_parts": columns.statistics("all", metrics.COST_PARTS),
        "policy_transfers_usd": columns.statistic("all", metrics.POLICY_TRANSFERS),
        "families": _families(columns, scenario, groups),
        **({"extensions": _added(columns, added)} if added else {}),
        "mass_balance": {"max_relative_error": _balance_error(results)},
    }


def _identity(results: Results, scenario: Scenario, seed: int) -> Json:
    return {
        "scenario": scenario.name,
        "policy": scenario.policy,
        "question": scenario.question,
        "replications": int(results.replications.size),
        "seed": seed,
        "days": scenario.horizon_d,
        "start_date": scenario.start_date.isoformat(),
        "not_modelled": list(scenario.not_modelled),
    }


def day_conventions(scenario: Scenario) -> Json:
    """Say what a day is, and a day of shortage."""
    share = scenario.measures.shortage_share
    return {
        "days": "whole days in [0, days) counted from start_date",
        "shortage_day": f"a day with under {share:g} of notional demand delivered or thrifted",
    }


def _sampled(columns: Columns, sampling: str | None, groups: Sequence[Subject]) -> Json:
    """Say how futures were sampled and what was gained by it; nothing where they are plain."""
    if sampling is None or columns.blocks is None:
        return {}
    asked = [(group.id, metrics.SHORTAGE_DAYS) for group in groups if group.dimension == "priority"]
    gains = {}
    for subject, metric in [*asked, ("all", metrics.OUTPUT_LOST)]:
        found = columns.blocks.gain(columns.column(subject, metric))
        gains[f"{subject}/{metric.name}"] = {"ratio": found.value, "ci95": found.ci95}
    return {"sampling": {"name": sampling, "blocks": columns.blocks.count, "gain": gains}}


def _conventions(scenario: Scenario) -> Json:
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
        "worst_side": {metric.name: metric.worst for metric in (*metrics.ALL_METRICS, *metrics.added())},
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
    }


def _names(scenario: Scenario) -> Json:
    """Return what a planner calls each id, by kind."""
    return {
        "regions": {id: region.name for id, region in scenario.regions.items()},
        "markets": {id: market.name for id, market in scenario.markets.items()},
        "materials": {id: material.name or id.replace("_", " ") for id, material in scenario.materials.items()},
        "facilities": {id: facility.name or id for id, facility in scenario.facilities.items()},
    }


def _buyer(columns: Columns, scenario: Scenario, subject: Subject) -> Json:
    buyer = scenario.buyers[subject.id]
    return {
        "name": subject.name,
        "region": buyer.region,
        "end_use": buyer.end_use,
        "priority": buyer.priority,
        "material": buyer.material,
        **_as_a_buyer(columns, subject.id),
    }


def _group(columns: Columns, group: Subject) -> Json:
    any_member = f"{group.id}:any"
    return {
        "name": group.name,
        "dimension": group.dimension,
        "members": list(group.buyers),
        "aggregate": _as_a_buyer(columns, group.id),
        "any_member": columns.statistics(any_member, metrics.ANY_MEMBER_METRICS) | _chances(columns, any_member),
    }


def _as_a_buyer(columns: Columns, subject: str) -> Json:
    """Return everything counted of one buyer, or of a group as if it were one."""
    start = columns.column("all", metrics.WHOLE_METRICS[0])
    since = {
        since.name: estimate.day(
            columns.column(subject, day) - start, columns.horizon_d - start, since.worst, columns.blocks
        )
        for day, since in zip((metrics.FIRST_SHORTAGE, metrics.RECOVERY), metrics.SINCE_METRICS, strict=True)
    }
    return columns.statistics(subject, metrics.SUBJECT_METRICS) | since | _chances(columns, subject)


def _chances(columns: Columns, subject: str) -> Json:
    short = columns.column(subject, metrics.SHORTAGE_DAYS) > 0
    stopped = ~np.isnan(columns.column(subject, metrics.LINE_STOP))
    return {
        "probability_of_shortage": estimate.chance(short, columns.blocks),
        "probability_of_line_stop": estimate.chance(stopped, columns.blocks),
    }


def _chance_of_any(columns: Columns, scenario: Scenario) -> estimate.Stat:
    """Return how likely it is that somebody, anybody, is short on some day."""
    short = [columns.column(id, metrics.SHORTAGE_DAYS) > 0 for id in scenario.buyers]
    return estimate.chance(np.any(short, axis=0) if short else np.zeros(columns.replications, bool), columns.blocks)


def within_limit(columns: Columns, groups: Sequence[Subject], limit_d: float = LIMIT_D) -> Json:
    """Return how likely it is that no buyer of a priority, and none at all, is short past the limit."""
    within = futures_within_limit(columns, groups, limit_d)
    every = within.pop(EVERY_PRIORITY)
    return {
        "limit_d": limit_d,
        "meaning": "probability that no buyer of the priority has more than limit_d shortage days",
        "priorities": {id: estimate.chance(holds, columns.blocks) for id, holds in within.items()},
        EVERY_PRIORITY: estimate.chance(every, columns.blocks),
    }


def futures_within_limit(columns: Columns, groups: Sequence[Subject], limit_d: float) -> dict[str, NDArray[np.bool_]]:
    """Return the futures, (N,), in which no buyer of each priority group, and of all, is short past the limit."""
    within = {
        group.id: np.all([columns.column(id, metrics.SHORTAGE_DAYS) <= limit_d for id in group.buyers], axis=0)
        for group in groups
        if group.dimension == "priority"
    }
    every = np.all(list(within.values()), axis=0) if within else np.ones(columns.replications, bool)
    return within | {EVERY_PRIORITY: every}


def _prices(columns: Columns, of: Sequence[Metric]) -> Json:
    prices: Json = {}
    for subject in columns.subjects_with(metrics.PRICE_METRICS[0]):
        priced, _, market = subject.partition("@")
        prices.setdefault(priced, {})[market] = columns.statistics(subject, of)
    return prices


def _added(columns: Columns, added: Iterable[Metric]) -> Json:
    """Return the statistics of what installed packages count, by subject and metric."""
    found: Json = {}
    for metric in added:
        for subject in columns.subjects_with(metric):
            found.setdefault(subject, {})[metric.name] = columns.statistic(subject, metric)
    return found


def _origins(columns: Columns) -> Json:
    subjects = columns.subjects_with(metrics.ORIGIN_METRICS[0])
    return {subject.partition(":")[2]: columns.statistics(subject, metrics.ORIGIN_METRICS) for subject in subjects}


def _families(columns: Columns, scenario: Scenario, groups: Sequence[Subject]) -> Json:
    """Return the main figures of every family of parameters, by its futures alone; empty without any."""
    return {
        id: {
            "name": scenario.families[id].name,
            "replications": int(np.count_nonzero(futures)),
            **_in_short(columns.among(futures), [group for group in groups if group.dimension == "priority"]),
        }
        for id, futures in futures_by_family(columns.by_name, scenario).items()
    }


def _in_short(columns: Columns, priorities: Sequence[Subject]) -> Json:
    """Return the figures that matter most: who is short for how long, what is lost, how high prices go."""
    days = (metrics.SHORTAGE_DAYS, metrics.ATTRIBUTABLE_DAYS)
    return {
        "groups": {
            group.id: {
                "aggregate": columns.statistics(group.id, days),
                "any_member": columns.statistics(f"{group.id}:any", days),
            }
            for group in priorities
        },
        "within_limit": within_limit(columns, priorities),
        **columns.statistics("all", metrics.LOSSES),
        "prices": _prices(columns, metrics.PEAK_METRICS),
    }


def _balance_error(results: Results) -> float:
    error = float(np.max(results.columns["all/balance_error"]))
    if not np.isfinite(error):
        raise ModelError("the balance of a future is not a number")
    return error
