"""Shortage and cost along a figure, over the same futures: what sweep.json holds.

A pure function of the columns of each point. A point is what happens with its values; a step is one point less the
one before it along a figure, in the same future, so that what chance brings to both falls out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from sim.documents import Json
from sim.results.columns import Columns
from sim.results.futures import Results
from sim.results.metrics import LOSSES, POLICY_COST, SHORTAGE_DAYS
from sim.results.summary import LIMIT_D
from sim.spec.scenario import Scenario
from sim.spec.variation import Variation, grid
from sim.studies import outcome, paired
from sim.studies.yardstick import BUYER_DAYS, WHOLE, Yardstick


class Curve:
    """The kept columns of every point, in the order of the grid, and the yardstick they are measured by."""

    def __init__(
        self, scenario: Scenario, varied: Sequence[Variation], results: Sequence[Results], by: Yardstick
    ) -> None:
        self.scenario, self.varied, self.by = scenario, varied, by
        self.points = [Columns(one, scenario.horizon_d) for one in results]

    def steps(self) -> Iterator[tuple[int, int, int]]:
        """Yield (figure, point, next point along it), numbers all, figure by figure."""
        shape = [len(one.values) for one in self.varied]
        places = list(itertools.product(*map(range, shape)))
        number = {place: point for point, place in enumerate(places)}
        for figure in range(len(shape)):
            for place in places:
                beyond = (*place[:figure], place[figure] + 1, *place[figure + 1 :])
                if beyond in number:
                    yield figure, number[place], number[beyond]


def sweep(curve: Curve, *, seed: int) -> Json:
    """Return sweep.json: what is varied, what happens at every point, and what every step changes."""
    scenario, by = curve.scenario, curve.by
    return {
        **outcome.identity(scenario, curve.points[0].replications, seed),
        "policy": scenario.policy,
        "vary": [
            {"path": one.field, "unit": one.was.unit, "was": str(one.was), "values": list(one.values)}
            for one in curve.varied
        ],
        "conventions": {
            **outcome.conventions(scenario),
            "points": "the figures that vary are the same in every future, in their own units; all else is as in the "
            "scenario, and every point meets the same futures",
            "steps": "the point `to` less the point `from` in the same future, numbers of points from 0; below 0 is "
            "less shortage, loss or cost. Divide by `apart` for one unit more; between points nothing is known",
        },
        "units": outcome.units() | {"apart": "that of the figure"},
        "names": outcome.names(by),
        "points": [_point(columns, at, by) for columns, at in zip(curve.points, _fields(curve.varied), strict=True)],
        "steps": [_step(curve, *step) for step in curve.steps()],
    }


def _fields(varied: Sequence[Variation]) -> list[dict[str, float]]:
    """Return the values of every point, path as it is read -> value."""
    name = {one.path: one.field for one in varied}
    return [{name[path]: value for path, value in point.items()} for point in grid(varied)]


def _point(columns: Columns, values: dict[str, float], by: Yardstick) -> Json:
    return {"values": values} | outcome.outcome(columns, by, LIMIT_D)


def _step(curve: Curve, figure: int, start: int, end: int) -> Json:
    """Return what one step changes, paired by future."""
    one, here, there = curve.varied[figure], curve.points[end], curve.points[start]
    points = grid(curve.varied)
    whole = {
        m.name: paired.difference(here.column(WHOLE, m), there.column(WHOLE, m), m.worst)
        for m in (BUYER_DAYS, *LOSSES, POLICY_COST)
    }
    groups = {
        group.id: paired.difference(here.column(group.id, SHORTAGE_DAYS), there.column(group.id, SHORTAGE_DAYS))
        for group in curve.by.groups
    }
    apart = points[end][one.path] - points[start][one.path]
    step = {"figure": one.field, "from": start, "to": end, "apart": apart}
    return step | whole | {"groups": {id: {SHORTAGE_DAYS.name: stat} for id, stat in groups.items()}}
