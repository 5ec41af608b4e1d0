"""The summary of a run: what summary.json holds.

    summarise(results, scenario, seed=7) -> {"schema_version": 1, "buyers": {"jp.ev": {"shortage_days": ...

A pure function of the columns and the scenario, so it is the same to the last bit for any number of workers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.documents import Json
from sim.errors import ModelError
from sim.results import estimate, metrics
from sim.results.columns import Columns
from sim.results.conventions import BLOCK_CONVENTIONS, conventions
from sim.results.families import futures_by_family
from sim.results.futures import Results
from sim.results.manifest import SCHEMA_VERSION as SCHEMA_VERSION
from sim.results.metrics import Metric
from sim.results.subjects import Subject, buyer_subjects, group_subjects
from sim.spec.scenario import Scenario

EVERY_PRIORITY = "every_priority"
LIMIT_D = 10
"""Days of shortage a priority buyer can bear; a convention of the question, not a fact."""


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
        "conventions": conventions(scenario, added) | ({} if blocks is None else BLOCK_CONVENTIONS),
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
        **({"extensions": columns.by_subject(added)} if added else {}),
        "mass_balance": {"max_relative_error": _balance_error(results)},
    }


def aimed_at(scenario: Scenario) -> list[str]:
    """Return the regions that disruptions name as destinations, in order of the scenario."""
    return [*dict.fromkeys(i for one in scenario.disruptions.values() for i in getattr(one, "destinations", ()))]


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
        "aimed_at": aimed_at(scenario),
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
