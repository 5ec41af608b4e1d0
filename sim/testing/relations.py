"""The same scenario told in another way, and what must stay: metamorphic relations.

Each relation takes a scenario, tells it anew, runs both, and gives a `Claim`. What is bit for bit is so because a power
of two moves no digit of a float, and names and dates enter no sum. Another order sums in another order: 1e-9, and a
future in which a decision lies on the very threshold may go another way.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from sim.arrays import Array, Index
from sim.spec.network import Stockpile
from sim.spec.scenario import Scenario
from sim.testing.diary import keep_diary
from sim.testing.invariants import SEED, Claim

T = TypeVar("T")

OF_TONNES = ("t", "t/d", "t/year", "usd")
"""Units of what grows with the world; money does, prices and shares do not."""
BARE = ("open/", "price/")
"""Series that are no tonnes."""
LEAP_CYCLE_D = 1461
ORDER_RELATIVE = 1e-9
NAMED = ("facilities", "lanes", "disruptions")
"""What may name its random stream."""


def scaled(scenario: Scenario, factor: float) -> Scenario:
    """Return the scenario with all tonnes, and all sums of money, so many times as large."""

    def grow(thing: Any) -> Any:
        if isinstance(thing, list):
            return [grow(one) for one in thing]
        if not isinstance(thing, dict):
            return thing
        if thing.get("unit") in OF_TONNES:
            return {key: _times(value, factor) for key, value in thing.items()}
        return {key: grow(value) for key, value in thing.items()}

    return Scenario.model_validate(grow(_plain(scenario)))


def renamed(scenario: Scenario, suffix: str = "_anew") -> Scenario:
    """Return the scenario with other ids for facilities, lanes and disruptions, their random streams pinned."""
    data = _plain(scenario)
    names = {name: f"{name}{suffix}" for section in NAMED for name in data.get(section, {})}
    for section in NAMED:
        for name, one in data.get(section, {}).items():
            one.setdefault("stream", name)

    def anew(thing: Any, key: str = "") -> Any:
        if isinstance(thing, list):
            return [anew(one, key) for one in thing]
        if isinstance(thing, dict):
            return {names.get(name, name): anew(one, name) for name, one in thing.items()}
        return names.get(thing, thing) if isinstance(thing, str) and key != "stream" else thing

    return Scenario.model_validate(anew(data))


def reordered(scenario: Scenario, seed: int = SEED) -> Scenario:
    """Return the scenario with regions, plants, buyers and lanes in another order.

    Piles, responses, projects, floors, recipes, quotas and setbacks keep theirs: where they take turns, it counts.
    """
    luck = random.Random(seed)
    plants = [i for i, one in scenario.facilities.items() if not isinstance(one, Stockpile)]
    piles = [i for i in scenario.facilities if i not in plants]
    # Responses send from one facility after the other in the order of their lanes; so do piles.
    fixed = [i for i, lane in scenario.lanes.items() if lane.response is not None or lane.from_ in piles]
    free = [i for i in scenario.lanes if i not in fixed]
    luck.shuffle(plants)
    luck.shuffle(free)
    return scenario.model_copy(
        update={
            "facilities": {i: scenario.facilities[i] for i in [*plants, *piles]},
            "lanes": {i: scenario.lanes[i] for i in [*free, *fixed]},
            "buyers": _shuffled(scenario.buyers, luck),
            "regions": _shuffled(scenario.regions, luck),
        }
    )


def later(scenario: Scenario, days: int = LEAP_CYCLE_D) -> Scenario:
    """Return the scenario, begun so many days later."""
    return scenario.model_copy(update={"start_date": scenario.start_date + datetime.timedelta(days)})


def scales(scenario: Scenario, replications: Index, factor: float = 4.0, *, seed: int = SEED) -> Claim:
    """All tonnes times a power of two: tonnes are that many times as large, prices and open shares the same."""
    one, other = _diaries(scenario, scaled(scenario, factor), replications, seed)
    differ = [i for i, row in one.items() if not np.array_equal(row * (1 if i.startswith(BARE) else factor), other[i])]
    return _claim(f"{factor:g} times the tonnes are {factor:g} times the tonnes, and nothing else", differ)


def bears_other_names(scenario: Scenario, replications: Index, *, seed: int = SEED) -> Claim:
    """With their streams pinned, facilities, lanes and disruptions may be called anything, bit for bit."""
    one, other = _diaries(scenario, renamed(scenario), replications, seed)
    differ = [i for (i, row), its in zip(one.items(), other.values(), strict=True) if not np.array_equal(row, its)]
    return _claim("names change nothing where streams are pinned", differ)


def bears_another_day(scenario: Scenario, replications: Index, *, seed: int = SEED) -> Claim:
    """Four years later everything goes as it does now, bit for bit: nothing is seasonal."""
    one, other = _diaries(scenario, later(scenario), replications, seed)
    differ = [i for i, row in one.items() if not np.array_equal(row, other[i])]
    return _claim("1,461 days later all goes the same way", differ)


def bears_another_order(scenario: Scenario, replications: Index, *, seed: int = SEED) -> Claim:
    """Another order of regions, plants, buyers and lanes changes nothing beyond 1e-9, in three of four futures.

    The others may hold a decision on the threshold; docs/verification.md says how many do.
    """
    one, other = _diaries(scenario, reordered(scenario, seed), replications, seed)
    off = np.zeros(len(replications))
    for name, row in one.items():
        scale = np.maximum(np.abs(row).max(axis=0), 1.0)
        off = np.maximum(off, np.abs(row - other[name]).max(axis=0) / scale)
    apart = int((off > ORDER_RELATIVE).sum())
    found = f"to {off[off <= ORDER_RELATIVE].max(initial=0.0):.1g} in {len(off) - apart} of {len(off)} futures"
    return Claim("the order of plants, buyers and lanes changes nothing", apart <= len(off) / 4, found)


RELATIONS: tuple[Callable[..., Claim], ...] = (scales, bears_other_names, bears_another_day, bears_another_order)
"""All of them; each takes a scenario and the futures to try."""


def _diaries(one: Scenario, other: Scenario, replications: Index, seed: int) -> tuple[dict[str, Array], ...]:
    return tuple(keep_diary(each, seed, replications.tolist(), twin=False)[0] for each in (one, other))


def _claim(claim: str, differ: list[str]) -> Claim:
    return Claim(claim, not differ, ", ".join(differ[:3]) or "to the last bit")


def _plain(scenario: Scenario) -> dict[str, Any]:
    return scenario.model_dump(mode="json", by_alias=True, exclude_none=True)


def _times(value: Any, factor: float) -> Any:
    if isinstance(value, list):
        return [one * factor for one in value]
    return value * factor if isinstance(value, (int, float)) else value


def _shuffled(things: Mapping[str, T], luck: random.Random) -> dict[str, T]:
    names = list(things)
    luck.shuffle(names)
    return {name: things[name] for name in names}
