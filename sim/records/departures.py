"""What leaves on every lane, added up over windows of 30 days: everyday work for all who read it less often."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.world import World

WINDOW_D = 30


class Departures:
    """The window that is open: what left in it so far."""

    def __init__(self, world: World) -> None:
        self.shipped_t = np.zeros((len(world.lanes.specs), world.width))
        """Shipped t, (lane, replication)."""
        self.days = 0
        """How many days are in it."""

    def note_day(self, shipped: Array) -> None:
        """Add what left today, shipped t, (lane, replication)."""
        self.shipped_t += shipped
        self.days += 1

    @property
    def full(self) -> bool:
        """Whether the window is to be closed."""
        return self.days == WINDOW_D

    def open_anew(self) -> None:
        """Begin the next window."""
        self.shipped_t[:] = 0.0
        self.days = 0
