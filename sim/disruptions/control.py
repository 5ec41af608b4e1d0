"""What all export controls share: they become known, come into force, are suspended, and are lifted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.chance.dates import When
from sim.disruptions.spans import between, on
from sim.entities.layers import Layers
from sim.spec.controls import Control
from sim.spec.network import Stockpile
from sim.world import World

Part = Callable[[], Array]
"""What a control makes of its lanes now, (lane, replication) or (replication,)."""


class Standing:
    """A control's layer on its lanes, always made anew from its parts, so that no order of events matters."""

    def __init__(self, world: World, i: str, layers: Layers, lanes: Index, passes: Part) -> None:
        self._id, self.lanes = i, lanes
        self._shown: list[tuple[Layers, Part, float]] = [(layers, lambda: np.minimum(passes(), 1.0), 1.0)]
        self._in_force: Mask = np.zeros(world.width, dtype=bool)
        self._suspended = np.zeros(world.width, dtype=np.int64)
        layers.expect(i)

    def mark_up(self, layers: Layers, dearer: Part) -> None:
        """Let what passes be dearer, too, in logs, while the control is applied."""
        self._shown.append((layers, dearer, 0.0))
        layers.expect(self._id)

    @property
    def applied(self) -> Mask:
        """Where it is in force and not suspended, (replication,)."""
        return np.asarray(self._in_force & (self._suspended == 0))

    def enforce(self, hit: Mask, force: bool) -> None:
        """Come into force, or be lifted."""
        self._in_force[hit] = force
        self.show(hit)

    def suspend(self, hit: Mask, by: int) -> None:
        """Begin (1) or end (-1) a suspension."""
        self._suspended[hit] += by
        self.show(hit)

    def show(self, hit: Mask) -> None:
        """Let the lanes see what now passes."""
        columns = np.flatnonzero(hit)
        for layers, part, nothing in self._shown:
            shown = np.broadcast_to(part(), (len(self.lanes), len(hit)))[:, columns]
            layers.set_cells(self._id, self.lanes[:, None], columns, np.where(self.applied[columns], shown, nothing))


def tell(world: World, i: str, control: Control, standing: Standing) -> None:
    """Let a control take its course in every future in which it happens."""
    when = world.when[i]

    def start(hit: Mask) -> None:
        standing.enforce(hit, True)
        world.note("control_start", i, hit)

    def end(hit: Mask) -> None:
        standing.enforce(hit, False)
        world.note("control_end", i, hit)

    between(world, when.first, when.end, when.happens, start, end)
    _announce(world, i, control, when, standing)
    _suspend(world, i, control, when, standing)


def _announce(world: World, i: str, control: Control, when: When, standing: Standing) -> None:
    known = when.first
    if control.announced is not None:
        known = np.minimum(known, when.day(world.draws, "announced", control.announced))
    jump = when.draw(world.draws, "price_jump", control.price_jump)
    prices, contents = world.scenario.prices, [world.scenario.materials[m].content for m in control.materials]
    contained = {e for content in contents for e, part in content.items() if part.typical > 0}
    elements = [e in (control.jumping or contained) for e in prices.elements]
    markets = [bool(set(m.regions) & set(control.destinations)) for m in world.scenario.markets.values()]
    rows = np.flatnonzero(np.outer(elements, markets))

    def become_known(hit: Mask) -> None:
        world.market.level[rows[:, None], np.flatnonzero(hit)] += jump[hit]
        world.note("announced", i, hit)

    on(world, known, when.happens, become_known)
    if control.hoarding is not None and control.hoarding_for is not None:
        cover_d = when.draw(world.draws, "hoarding", control.hoarding)
        over = known + when.days(world.draws, "hoarding_for", control.hoarding_for)
        groups, hoards = _customers(world, standing.lanes), world.normal.hoards
        hoards.expect(i)
        between(
            world,
            known,
            over,
            when.happens,
            lambda hit: hoards.set(i, groups, cover_d, hit),
            lambda hit: hoards.lift(i, groups, hit),
        )


def _customers(world: World, under: Index) -> Index:
    """Return the groups abroad that order what is controlled, but for stockpiles'."""
    lanes, facilities = world.lanes, world.scenario.facilities
    to = [lane.to for lane in lanes.specs.values()]
    pulled = [n for n in under if n < lanes.n_pull and not isinstance(facilities.get(to[n]), Stockpile)]
    return np.unique(lanes.group[np.array(pulled, dtype=np.int64)])


def _suspend(world: World, i: str, control: Control, when: When, standing: Standing) -> None:
    def begin(hit: Mask) -> None:
        standing.suspend(hit, 1)
        world.note("suspended", i, hit)

    def finish(hit: Mask) -> None:
        standing.suspend(hit, -1)
        world.note("resumed", i, hit)

    for n, suspension in enumerate(control.suspensions):
        first = when.day(world.draws, f"suspension/{n}/start", suspension.start)
        end = first + when.days(world.draws, f"suspension/{n}/duration", suspension.duration)
        between(world, first, end, when.stands, begin, finish)
