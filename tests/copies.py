"""A network beside itself: as many times the facilities, buyers and lanes, and nothing else."""

from __future__ import annotations

from typing import Any

from sim.results.making import resolved
from sim.spec.scenario import Scenario

COPIED = ("facilities", "buyers", "lanes")


def copied(scenario: Scenario, times: int) -> Scenario:
    """Return the scenario with its network so many times; disruptions fall on the first, prices are shared."""
    whole = resolved(scenario)
    ids = {id for part in COPIED for id in whole[part]}
    parts = {part: dict(whole[part]) for part in COPIED}
    for number in range(1, times):
        for part in COPIED:
            parts[part] |= _renamed(whole[part], ids, f"-{number + 1}")
    return Scenario.model_validate(whole | parts)


def _renamed(data: Any, ids: set[str], suffix: str) -> Any:
    match data:
        case dict():
            return {_renamed(key, ids, suffix): _renamed(value, ids, suffix) for key, value in data.items()}
        case list():
            return [_renamed(value, ids, suffix) for value in data]
        case str() if data in ids:
            return data + suffix
    return data
