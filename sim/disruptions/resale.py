"""What passes a bar without asking: a leak and, after a lag, what comes by way of others, at a mark-up."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Mask
from sim.chance.dates import When
from sim.disruptions.control import Part, Standing
from sim.disruptions.spans import on
from sim.spec.controls import Bar
from sim.world import World


class Resale:
    """The leak and the re-export of a ban or licence, as parts of a lane's opening flow, (replication,)."""

    def __init__(self, world: World, bar: Bar, when: When) -> None:
        self._world, self._spec, self._when = world, bar.reexport, when
        self._leak = when.draw(world.draws, "leak", bar.leak)
        self._again = np.zeros(world.width)

    @property
    def passes(self) -> Array:
        """What passes in all, (replication,)."""
        return self._leak + self._again

    def tell(self, standing: Standing, granted: Part) -> None:
        """Let re-export begin some time after the control has come into force.

        `granted` is what licences open: who has one, or leaks, needs no middleman.
        """
        if self._spec is None:
            return
        share = self._draw("share")

        def flow(hit: Mask) -> None:
            self._again[hit] = share[hit]
            standing.show(hit)

        if self._spec.markup is not None:
            dearer = np.log(1.0 + self._draw("markup"))
            standing.mark_up(self._world.lanes.markups, lambda: dearer * self._roundabout(granted()))
        lag_d = self._when.days(self._world.draws, "reexport/lag", self._spec.lag)
        on(self._world, self._when.first + lag_d, self._when.stands, flow)

    def _draw(self, what: str) -> Array:
        return self._when.draw(self._world.draws, f"reexport/{what}", getattr(self._spec, what))

    def _roundabout(self, granted: Array) -> Array:
        """Return which part of what passes comes by way of others, as `granted` has it."""
        whole = np.maximum(self.passes, granted)
        needed = np.minimum(self._again, np.maximum(self.passes - granted, 0.0))
        return np.divide(needed, whole, out=np.zeros_like(whole), where=whole > 0)
