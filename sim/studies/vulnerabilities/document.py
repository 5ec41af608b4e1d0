"""Which loss hurts most, and whom: what vulnerabilities.json holds.

A pure function of the columns of the world without a loss and of that with each, over the same futures. What a loss
does is the difference in the same future.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.documents import Json
from sim.results.columns import Columns
from sim.results.estimate import Stat
from sim.results.futures import Results
from sim.results.metrics import LOSSES, OUTPUT_LOST, SHORTAGE_DAYS, Metric
from sim.results.summary import LIMIT_D
from sim.spec.losses import Loss
from sim.spec.scenario import Scenario
from sim.studies import outcome, paired
from sim.studies.yardstick import BUYER_DAYS, WHOLE, Yardstick

MOST_HIT = 3
"""Buyers that are named as hit most."""


def vulnerabilities(
    scenario: Scenario,
    without: Results,
    found: Sequence[tuple[Loss, Results]],
    by: Yardstick,
    *,
    seed: int,
    left_out: Sequence[str],
    span: tuple[int, int],
) -> Json:
    """Return vulnerabilities.json, the worst loss first.

    `scenario` is the calm world that losses are tried in, `left_out` what was taken out of it, `span` the first day
    and the days of each loss.
    """
    before = Columns(without, scenario.horizon_d)
    hurts = [_hurt(loss, Columns(one, scenario.horizon_d), before, by) for loss, one in found]
    hurts.sort(key=lambda hurt: (-hurt[BUYER_DAYS.name]["mean"], -hurt[OUTPUT_LOST.name]["mean"]))
    return {
        **outcome.identity(scenario, before.replications, seed),
        "policy": scenario.policy,
        "loss": {"start_day": span[0], "days": span[1]},
        "left_out": list(left_out),
        "kept": list(scenario.disruptions),
        "conventions": outcome.conventions(scenario) | _conventions(),
        "units": outcome.units(),
        "names": outcome.names(by),
        "priorities": [group.id for group in by.priorities],
        "without_loss": outcome.outcome(before, by, LIMIT_D),
        "losses": [{"rank": rank} | hurt for rank, hurt in enumerate(hurts, start=1)],
    }


def _conventions() -> Json:
    return {
        "losses": "the world with the loss less the same future without it; the most buyer-days first, then the most "
        "output lost. Means that differ by less than their intervals may stand in either order",
        "world": "the scenario without its controls, closures and other disruptions on given days (`left_out`), with "
        "its failures by chance (`kept`). It ends a year after the loss, or with the scenario",
        "facility": "an outage: nothing is made, what is ready is still sold",
        "country": "a ban on all its exports; trade within it goes on, and it buys abroad as before",
        "lane": "all that a facility exchanges of one material with one region; those that carry something on day 0",
        "buyers": "those whose shortage days change in any future; `hit_most` names the three with the most",
    }


def _hurt(loss: Loss, here: Columns, there: Columns, by: Yardstick) -> Json:
    """Return what one loss does, paired by future."""

    def more(subject: str, metric: Metric) -> Stat:
        return paired.difference(here.column(subject, metric), there.column(subject, metric), metric.worst)

    buyers = {
        buyer.id: {metric.name: more(buyer.id, metric) for metric in (SHORTAGE_DAYS, OUTPUT_LOST)}
        for buyer in by.buyers
        if (here.column(buyer.id, SHORTAGE_DAYS) != there.column(buyer.id, SHORTAGE_DAYS)).any()
    }
    return {
        "kind": loss.kind,
        "id": loss.id,
        "name": loss.name,
        BUYER_DAYS.name: more(WHOLE, BUYER_DAYS),
        **{metric.name: more(WHOLE, metric) for metric in LOSSES},
        "groups": {group.id: {SHORTAGE_DAYS.name: more(group.id, SHORTAGE_DAYS)} for group in by.groups},
        "buyers": buyers,
        "hit_most": _most_hit(buyers),
    }


def _most_hit(buyers: Mapping[str, Json]) -> list[str]:
    worse = [id for id, stats in buyers.items() if stats[SHORTAGE_DAYS.name]["mean"] > 0]
    worse.sort(key=lambda id: [-buyers[id][metric.name]["mean"] for metric in (SHORTAGE_DAYS, OUTPUT_LOST)])
    return worse[:MOST_HIT]
