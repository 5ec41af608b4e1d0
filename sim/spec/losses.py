"""What may be lost, one thing at a time (N-1): a plant, a country's exports, what a plant sends to a region.

Each loss is a disruption like any other, built here instead of read from a file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from sim.spec.controls import ExportBan
from sim.spec.disruptions import Closure, Disruption, Outage
from sim.spec.network import Stockpile
from sim.spec.quantity import Quantity
from sim.spec.reach import region_of
from sim.spec.scenario import Scenario

WHY = "the loss that is tried"
ID = "loss"
LossKind = Literal["facility", "country", "lane"]


@dataclass(frozen=True)
class Loss:
    """One thing that is lost for a while."""

    kind: LossKind
    """A lane stands for all that a facility sends of one material to one region."""
    id: str
    """Of the facility or region; `<facility>-<region>-<material>` for a lane."""
    name: str
    """What a planner calls it."""
    disruption: Disruption
    """How it is lost."""


def calm(scenario: Scenario, horizon_d: int) -> Scenario:
    """Return the scenario with its failures by chance alone, and not past a horizon, days."""
    kept = {id: one for id, one in scenario.disruptions.items() if isinstance(one, Outage) and not one.is_dated}
    return scenario.model_copy(update={"disruptions": kept, "horizon_d": min(horizon_d, scenario.horizon_d)})


def with_loss(scenario: Scenario, loss: Loss) -> Scenario:
    """Return the scenario with one loss more."""
    id = ID
    while id in scenario.disruptions:
        id += "_"
    return scenario.model_copy(update={"disruptions": scenario.disruptions | {id: loss.disruption}})


def losses(scenario: Scenario, start_d: int, days: int, lanes: Collection[str] = ()) -> Iterator[Loss]:
    """Yield the loss of every facility but stockpiles, of every region and of some lanes, `days` from day `start_d`."""
    start, duration = (Quantity(value=value, unit="d", assumed=WHY) for value in (start_d, days))
    for id, facility in scenario.facilities.items():
        if not isinstance(facility, Stockpile):
            outage = Outage(kind="outage", facilities=(id,), start=start, duration=duration)
            yield Loss("facility", id, facility.name or id, outage)
    for id, region in scenario.regions.items():
        others = tuple(other for other in scenario.regions if other != id)
        if others:
            ban = ExportBan(
                kind="export_ban",
                authority=id,
                destinations=others,
                materials=tuple(scenario.materials),
                start=start,
                duration=duration,
            )
            yield Loss("country", id, region.name, ban)
    ways = dict.fromkeys(
        (scenario.lanes[id].from_, region_of(scenario.lanes[id].to, scenario), scenario.lanes[id].material)
        for id in lanes
    )
    for facility_id, region_id, material in ways:
        closure = Closure(
            kind="closure",
            facilities=(facility_id,),
            against=(region_id,),
            materials=(material,),
            start=start,
            duration=duration,
        )
        yield Loss(
            "lane", f"{facility_id}-{region_id}-{material}", _way(scenario, facility_id, region_id, material), closure
        )


def _way(scenario: Scenario, facility: str, region: str, material: str) -> str:
    name = scenario.materials[material].name or material.replace("_", " ")
    return f"{name}, {scenario.facilities[facility].name or facility} to {scenario.regions[region].name}"
