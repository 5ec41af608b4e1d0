"""A kind of facility: a mine that freezes every winter."""

from functools import partial
from typing import ClassVar, Literal

import numpy as np

from sim.disruptions.spans import between
from sim.spec.network import Mine
from sim.spec.phrases import told, told_day
from sim.spec.quantity import Duration, Share
from sim.world import World

YEAR_D = 365


class WinterMine(Mine):
    """A mine of which only a part works in winter. Whatever takes a mine takes it, too."""

    drawn: ClassVar = ("freezes", "winter", "heated")
    kind: Literal["winter_mine"]  # type: ignore[assignment]  # narrower than a mine's own
    freezes: Duration
    """Day of each model year on which winter begins."""
    winter: Duration
    """Days it lasts."""
    heated: Share
    """Part of the capacity that goes on working."""

    def tell(self, world: World, i: str) -> None:
        """Let each winter begin and end, in every future and in its undisturbed twin alike."""
        stream, row = f"facility/{self.stream or i}", world.rows.facility_rows([i])
        first = world.draws.days(f"{stream}/freezes", self.freezes)
        last = first + world.draws.days(f"{stream}/winter", self.winter)
        heated = world.draws.quantity(f"{stream}/heated", self.heated)
        for year in range(0, world.clock.horizon_d, YEAR_D):
            cause = f"{i}/winter/{year}"
            begin = partial(world.limits.set, cause, row, heated)
            end = partial(world.limits.lift, cause, row)
            between(world, first + year, last + year, np.ones(world.width, dtype=bool), begin, end)

    def habit(self) -> str:
        """Say what it does, for `sim check`."""
        return f"freezes every year from {told_day(self.freezes)} for {told(self.winter)}, but for {told(self.heated)}"
