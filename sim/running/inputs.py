"""What was drawn in each future: the inputs that tell one future from another, under the names a scenario has for them.

They are noted as the world of those futures is put together, and nothing is run: every draw is a pure function of
seed, stream and future, so that inputs can be told again at any time, also of a run long finished.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim import engine, units
from sim.arrays import Array, Index
from sim.assembly import assemble
from sim.building import NEVER
from sim.chance.draws import TOGETHER, Draws
from sim.running.experiment import COLUMNS
from sim.spec.figures import figures
from sim.spec.finding import Path, dotted
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario
from sim.world import World

WHETHER = "0 or 1"
"""The unit of what happens or does not."""
EVENTS = (TOGETHER, "parameter/", "disruption/", "project/", "floor/", "response/", "facility/")
"""How streams of events and of what all share begin, the most telling first; all others come after."""


@dataclass(frozen=True, eq=False)
class Input:
    """One thing that differs between futures."""

    path: str
    """Where it stands in the scenario, such as `disruptions.china_ban.leak`."""
    stream: str
    """What its uniform is drawn under; `parameters` for all lists of equally likely values, which move together."""
    unit: str
    """Its own unit; `0 or 1` for what happens (1) or does not."""
    values: Array
    """Before any parameter it is multiplied with, and not rounded to whole days, (replication,)."""


@dataclass(frozen=True)
class _Noted(Draws):
    """Draws that note what was drawn, by stream."""

    seen: dict[str, tuple[Quantity, Array]] = field(default_factory=dict)
    """Stream -> what was drawn from, and what, in the engine's unit, (replication,)."""
    asked: dict[int, str] = field(default_factory=dict)
    """Id of the quantity -> the stream it was asked for under, constants too."""

    def drawn(self, stream: str, quantity: Quantity, draws: range) -> Array:
        found = super().drawn(stream, quantity, draws)
        if draws == range(1):
            self.asked[id(quantity)] = stream
        if quantity.value is None and quantity.among is None and draws == range(1):
            self.seen[stream] = quantity, found[0].copy()
        return found


def inputs(scenario: Scenario, seed: int, replications: Index) -> list[Input]:
    """Return what was drawn once for each of some futures, ascending, in the order of the scenario.

    That is every figure with a distribution, whether a disruption with a chance happens, and whether a plant with
    odds is ever built. What is drawn again and again is not among them: noise, failures by chance, applicants.
    """
    parts = [_of_some(scenario, seed, replications[at : at + COLUMNS]) for at in range(0, replications.size, COLUMNS)]
    return [
        Input(one.path, one.stream, one.unit, np.concatenate([part[n].values for part in parts]))
        for n, one in enumerate(parts[0])
    ]


def streams(scenario: Scenario) -> dict[Path, str]:
    """Return where figures stand that futures may differ in, constants too, and the stream each is drawn under.

    What the model takes as the same in every future is not among them. The stream of a list of equally likely values
    is its own name; its number is drawn under `parameters`, as that of all of them.
    """
    draws, _ = _put_together(scenario, 0, np.array([0]))
    return {path: draws.asked[id(quantity)] for path, quantity in figures(scenario) if id(quantity) in draws.asked}


def event_streams(scenario: Scenario, most: int) -> tuple[str, ...]:
    """Return at most so many streams of which each future has one uniform, in the order of `EVENTS`."""
    named = dict.fromkeys(one.stream for one in inputs(scenario, 0, np.array([0])))
    return tuple(sorted(named, key=_rank)[:most])


def _rank(stream: str) -> int:
    return next((n for n, start in enumerate(EVENTS) if stream.startswith(start)), len(EVENTS))


def _put_together(scenario: Scenario, seed: int, replications: Index) -> tuple[_Noted, World]:
    """Make the world of some futures and all that is to happen in it; nothing is run."""
    draws = _Noted(seed, replications, parameters=scenario.parameters)
    world = assemble(scenario, draws)
    engine.announce(world)
    engine.Day(world)
    return draws, world


def _of_some(scenario: Scenario, seed: int, replications: Index) -> list[Input]:
    draws, world = _put_together(scenario, seed, replications)
    found = {id(quantity): (stream, values) for stream, (quantity, values) in draws.seen.items()}
    named = [_named(dotted(path), quantity, draws, found) for path, quantity in figures(scenario)]
    return [one for one in named if one is not None] + _whether(world)


def _named(path: str, quantity: Quantity, draws: Draws, found: dict[int, tuple[str, Array]]) -> Input | None:
    """Return what was drawn of a figure; None where it is the same in all futures, or drawn again and again."""
    if quantity.among is not None:
        values = np.array(quantity.among)[draws.row(len(quantity.among))]
        return Input(path, TOGETHER, quantity.unit, values)
    if id(quantity) not in found:
        return None
    stream, values = found[id(quantity)]
    return Input(path, stream, quantity.unit, values / units.factor(quantity.unit))


def _whether(world: World) -> list[Input]:
    """Return what happens or does not: disruptions with a chance, plants with odds."""
    by_chance = [(i, d.chance) for i, d in world.scenario.disruptions.items() if i in world.when]
    happening = [
        Input(f"disruptions.{i}.chance", f"{world.when[i].stream}/chance", WHETHER, world.when[i].happens.astype(float))
        for i, chance in by_chance
        if chance is not None
    ]
    streams = {i: f"facility/{f.stream or i}/odds" for i, f in world.scenario.facilities.items()}
    opening = [
        Input(f"facilities.{i}.odds", streams[i], WHETHER, (day < NEVER).astype(float))
        for i, day in world.building.opens.items()
    ]
    return happening + opening
