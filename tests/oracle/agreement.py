"""The engine's diary held against the oracle's: how many numbers, how far apart, and up to which day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.spec.scenario import Scenario
from sim.testing.diary import keep_diary

from .measures import Diary
from .model import run

RELATIVE = 1e-9
LEAST_USD = 1000.0
"""A tonne at a dollar a kilogram: below it money is known to the rounding of what is bought and sold."""
COIN_TOSS = 1e-7
"""A decision with less margin than this may fall either way; from then on the two are different stories."""
NUDGE = 1e-13
"""A future in which so small a part of its stocks, every morning, shows is not known any better than that."""
THROUGHPUT_T = 0.5
"""What passes a generated plant in a day or so; what is left of it after others are served is known to its rounding."""


@dataclass(frozen=True)
class Agreement:
    """How one future, or its undisturbed twin, is told by both."""

    days: int
    """How many days could be compared, all where nothing ended them early."""
    horizon_d: int
    nudged: bool
    """Whether they end where a nudge shows, rather than at a coin toss or the horizon."""
    numbers: int
    """How many numbers of series were compared."""
    worst: float
    """The largest difference, relative to the largest value of its series."""
    story: str
    """Which series, on what day, and what the two say."""
    metrics: int = 0
    """How many metrics were compared; none where the last days could not be."""
    worst_metric: float = 0.0
    """The largest difference between those, relative above 1, and above 1,000 USD."""
    metric_story: str = ""
    """Which metric, and what the two say."""

    @property
    def holds(self) -> bool:
        """Tell whether every number is the same."""
        return self.worst <= RELATIVE and self.worst_metric <= RELATIVE


def agreements(scenario: Scenario, seed: int, replication: int, *, twin: bool = True) -> list[Agreement]:
    """Run a future, and its twin if asked for, in both, and return how they agree."""
    engine, block = keep_diary(scenario, seed, [replication], twin=twin)
    found = []
    for column, disturbed in enumerate([True, False] if twin else [True]):
        oracle = run(scenario, seed, replication, disturbed=disturbed)
        assert set(oracle.series) <= set(engine), set(oracle.series) - set(engine)
        told = {name: series[:, column].tolist() for name, series in engine.items() if name in oracle.series}
        one = _series(scenario, seed, replication, told, oracle, disturbed=disturbed)
        if disturbed and one.days == scenario.horizon_d:
            one = _metrics(one, {name: float(column[0]) for name, column in block.columns.items()}, oracle.metrics)
        found.append(one)
    return found


def _series(
    scenario: Scenario, seed: int, replication: int, told: Mapping[str, list[float]], oracle: Diary, *, disturbed: bool
) -> Agreement:
    """Compare the series of the days before the first coin toss, or before a nudge of the stocks shows."""
    toss = next((day for day, margin in enumerate(oracle.margins) if margin < COIN_TOSS), len(oracle.margins))
    known = min(toss, _first_day_apart(told, oracle.series))
    if known < toss:
        shadow = run(scenario, seed, replication, disturbed=disturbed, nudge=NUDGE)
        known = min(toss, _first_day_apart(shadow.series, oracle.series))
    worst, story = _worst(told, oracle.series, known)
    return Agreement(known, scenario.horizon_d, known < toss, known * len(oracle.series), worst, story)


def _first_day_apart(its: Mapping[str, Sequence[float]], mine: Mapping[str, Sequence[float]]) -> int:
    """Return the first day on which two diaries differ, the horizon where they do not."""
    first = len(next(iter(mine.values())))
    for name, series in mine.items():
        wrong = np.flatnonzero(_apart(its[name], series) > RELATIVE)
        first = min([first, *wrong[:1].tolist()])
    return first


def _worst(its: Mapping[str, Sequence[float]], mine: Mapping[str, Sequence[float]], days: int) -> tuple[float, str]:
    """Return the largest difference before a day, and what is told there."""
    worst, story = 0.0, ""
    for name, series in mine.items():
        off = _apart(its[name], series)[:days]
        if off.size and off.max() > worst:
            day = int(off.argmax())
            worst, story = float(off[day]), f"{name} on day {day}: engine {its[name][day]!r}, oracle {series[day]!r}"
    return worst, story


def _apart(its: Sequence[float], mine: Sequence[float]) -> np.ndarray:
    """Return the differences of a series, (day,), relative to its largest value.

    A stock of nothing is nothing but for the rounding of what passes through it; a NaN is never the same.
    """
    off = np.abs(np.array(its) - np.array(mine)) / max(THROUGHPUT_T, float(np.abs(mine).max(initial=0.0)))
    return np.where(np.isnan(off), np.inf, off)


def _metrics(one: Agreement, engine: Mapping[str, float], oracle: Mapping[str, float]) -> Agreement:
    least = {name: LEAST_USD if name.endswith("_usd") else 1.0 for name in oracle}
    off = {name: _metric_apart(engine[name], its, least[name]) for name, its in oracle.items()}
    name = max(off, key=off.__getitem__)
    story = f"{name}: engine {engine[name]!r}, oracle {oracle[name]!r}"
    return replace(one, metrics=len(off), worst_metric=off[name], metric_story=story)


def _metric_apart(its: float, mine: float, least: float) -> float:
    if math.isnan(its) or math.isnan(mine):
        return 0.0 if math.isnan(its) and math.isnan(mine) else math.inf
    return 0.0 if its == mine else abs(its - mine) / max(least, abs(mine))
