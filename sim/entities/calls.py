"""When a stockpile may let go, and how fast: dates, prices, declared emergencies, rations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.decisions import below


@dataclass(frozen=True, eq=False)
class Call:
    """What must be the case for a stockpile to let go."""

    start_day: Index
    """Day from which it may, (replication,)."""
    price: float | None
    """Multiple of its opening value that a material's value has reached."""
    emergencies: tuple[tuple[Index, Index], ...] | None
    """First day and the day after the last on which each is declared, (replication,); one of them is enough."""

    def holds(self, day: int, value: Array, opening_value: Array) -> Mask:
        """Say what may be let go today, (row, replication), at values in USD/kg of the same shape."""
        may = np.broadcast_to(day >= self.start_day, value.shape)
        if self.emergencies is not None:
            declared = np.zeros(value.shape[1], dtype=bool)
            for first, end in self.emergencies:
                declared |= (first <= day) & (day < end)
            may = may & declared
        return may if self.price is None else may & ~below(value, self.price * opening_value)


@dataclass(frozen=True, eq=False)
class Ration:
    """Lets go what was held when called on, in equal parts over some days; then it is rationed anew."""

    over_d: Array
    """Whole days, (replication,)."""
    tpd: Array
    """A day's part, t, (row, replication)."""
    until_day: Array
    """The day after the last of the present ration, (row, replication)."""

    def limit(self, day: int, called: Mask, stock: Array) -> Array:
        """Return the most that leaves today, t, (row, replication); a ration begins where `called` and none stands."""
        begins = called & (day >= self.until_day)
        self.tpd[:] = np.where(begins, stock / self.over_d, self.tpd)
        self.until_day[:] = np.where(begins, day + self.over_d, self.until_day)
        return self.tpd
