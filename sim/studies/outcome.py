"""What happens over some futures: the figures that comparisons, sweeps and losses of one scenario share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.documents import Json
from sim.results.columns import Columns
from sim.results.conventions import (
    ATTRIBUTABLE_CONVENTION,
    COST_CONVENTION,
    GROUP_CONVENTIONS,
    LOSS_CONVENTIONS,
    STAT_CONVENTIONS,
    TRANSFERS_CONVENTION,
    day_conventions,
)
from sim.results.metrics import ATTRIBUTABLE_DAYS, LOSSES, POLICY_COST, POLICY_TRANSFERS, SHORTAGE_DAYS, Metric
from sim.results.subjects import Subject
from sim.results.summary import SCHEMA_VERSION, within_limit
from sim.spec.scenario import Scenario
from sim.studies.yardstick import ANY_MEMBER_METRICS, BUYER_DAYS, SUBJECT_METRICS, WHOLE, Yardstick

DAYS = (SHORTAGE_DAYS, ATTRIBUTABLE_DAYS)
VARIANCE_RATIO_CONVENTION = (
    "(var(A) + var(B)) / var(A - B): as many times more futures would independent runs need; null where the "
    "difference is the same in every future"
)


def identity(scenario: Scenario, futures: int, seed: int) -> Json:
    """Say what was run: the scenario, how many futures of it, how long, and what it leaves out."""
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": scenario.name,
        "question": scenario.question,
        "replications": futures,
        "seed": seed,
        "days": scenario.horizon_d,
        "start_date": scenario.start_date.isoformat(),
        "not_modelled": list(scenario.not_modelled),
    }


def units() -> dict[str, str]:
    """Return the unit of every figure of an outcome."""
    counted = (*SUBJECT_METRICS, *LOSSES, POLICY_COST, POLICY_TRANSFERS, BUYER_DAYS)
    return {metric.name: metric.unit for metric in counted} | {"probability": "share"}


def conventions(scenario: Scenario) -> Json:
    """Say how the figures of an outcome are meant, in the file itself."""
    return {
        **day_conventions(scenario),
        **STAT_CONVENTIONS,
        **GROUP_CONVENTIONS,
        ATTRIBUTABLE_DAYS.name: ATTRIBUTABLE_CONVENTION,
        **LOSS_CONVENTIONS,
        POLICY_COST.name: COST_CONVENTION,
        POLICY_TRANSFERS.name: TRANSFERS_CONVENTION,
        BUYER_DAYS.name: "shortage days of every buyer of every priority group, added up over buyers",
        "variance_ratio": VARIANCE_RATIO_CONVENTION,
    }


def names(by: Yardstick) -> dict[str, str]:
    """Return what a planner calls everybody who is counted."""
    return {subject.id: subject.name for subject in by.buyers + by.groups + by.priorities}


def outcome(columns: Columns, by: Yardstick, limit_d: float) -> Json:
    """Return the statistics of what happens in all futures: to buyers, to groups, and in all."""
    return {
        BUYER_DAYS.name: columns.statistic(WHOLE, BUYER_DAYS),
        "buyers": {buyer.id: columns.statistics(buyer.id, DAYS) for buyer in by.buyers},
        "groups": by_group(by.groups, lambda subject, _: columns.statistics(subject, DAYS)),
        "within_limit": within_limit(columns, by.priorities, limit_d),
        **columns.statistics(WHOLE, LOSSES),
        POLICY_COST.name: columns.statistic(WHOLE, POLICY_COST),
        POLICY_TRANSFERS.name: columns.statistic(WHOLE, POLICY_TRANSFERS),
    }


def by_group(groups: Sequence[Subject], figures: Callable[[str, Sequence[Metric]], Json]) -> Json:
    """Return the figures of every group, pooled and by any member; `figures` takes a subject and its metrics."""
    return {
        group.id: {
            "aggregate": figures(group.id, SUBJECT_METRICS),
            "any_member": figures(f"{group.id}:any", ANY_MEMBER_METRICS),
        }
        for group in groups
    }
