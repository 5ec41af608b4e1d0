"""When enough futures were run: the precision asked for, and how near a run came to it.

Looked at after 512, 1,024, 2,048, ... futures in the order of their numbers, never in between: whether a run stops
depends on the futures alone, not on which worker was first, and it is the plain run of as many futures. Stopping on
what the sample shows makes intervals a little too narrow; a doubling between looks keeps that small.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.documents import Json
from sim.results import estimate, metrics
from sim.results.futures import Block
from sim.results.subjects import group_subjects
from sim.spec.scenario import Scenario

FIRST_LOOK = 512
"""Futures before which an interval is not trusted."""
MOST = 16_384
"""Futures at which to give up, where nobody says."""
GOOD_ENOUGH_D = 0.5
"""Half-width that is fine whatever the mean, days; a convention: nobody plans by half days."""
RULE_OF_THREE = 3
"""What was seen in none of N futures has a chance below 3/N, at 95 %."""


def looks(most: int) -> list[int]:
    """Return the numbers of futures after which to look: 512, doubled and doubled again, and the most there may be."""
    found = [FIRST_LOOK]
    while found[-1] < most:
        found.append(2 * found[-1])
    return [*found[:-1], most]


def judge(blocks: Iterable[Block], scenario: Scenario, share: float) -> Json:
    """Return how precise the mean shortage days of every priority are, tonnes pooled, and whether that is enough.

    Enough is a half-width of the 95 % interval of at most `share` of the mean, or of half a day.
    """
    names = [group.id for group in group_subjects(scenario) if group.dimension == "priority"]
    short_d: dict[str, list[NDArray[np.float64]]] = {name: [] for name in names}
    for block in blocks:
        for name, parts in short_d.items():
            parts.append(block.columns[f"{name}/{metrics.SHORTAGE_DAYS.name}"])
    groups = {name: _of_a_group(np.concatenate(parts), share) for name, parts in short_d.items()}
    return {
        "half_width_share": share,
        "or_half_width_d": GOOD_ENOUGH_D,
        "reached": all(group["reached"] for group in groups.values()),
        "groups": groups,
    }


def _of_a_group(shortage_d: NDArray[np.float64], share: float) -> Json:
    found = estimate.mean(shortage_d)
    if not np.any(shortage_d):  # no spread to judge by, so the bound on what was never seen stands instead
        return {"mean_d": 0.0, "half_width_d": 0.0, "chance_at_most": RULE_OF_THREE / shortage_d.size, "reached": True}
    if found.value is None or found.high is None:
        return {"mean_d": found.value, "half_width_d": None, "reached": False}
    half = found.high - found.value
    return {"mean_d": found.value, "half_width_d": half, "reached": half <= max(GOOD_ENOUGH_D, share * found.value)}


def sentence(verdict: Json, futures: int) -> str:
    """Return the verdict in a planner's words."""
    asked = f"within {100 * verdict['half_width_share']:.3g} % of the mean or {GOOD_ENOUGH_D:g} days"
    if verdict["reached"]:
        said = f"Stopped at {futures:,} futures: mean shortage days of every priority are {asked}, at 95 %."
        return said + _never(verdict, futures)
    return f"Stopped at {futures:,} futures, the most asked for; precision not reached: {_misses(verdict, asked)}."


def _never(verdict: Json, futures: int) -> str:
    """Say of those who were never short what that leaves possible."""
    never = [name for name, group in verdict["groups"].items() if "chance_at_most" in group]
    if not never:
        return ""
    most = f"{100 * RULE_OF_THREE / futures:.2f} %"
    return f" Never short: {', '.join(never)}; the chance of that is below {most}, at 95 %."


def _misses(verdict: Json, asked: str) -> str:
    missed: Sequence[str] = [
        f"{name} has {group['mean_d']:.1f} ± {group['half_width_d']:.1f} days"
        if group["half_width_d"] is not None
        else f"{name} has no interval"
        for name, group in verdict["groups"].items()
        if not group["reached"]
    ]
    return f"{', '.join(missed)}, not {asked}"
