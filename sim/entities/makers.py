"""Makers: metal, alloy and magnets by recipe, from what is on hand, never faster than their limits allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.entities.layers import Layers
from sim.entities.rows import Rows

Place = tuple[Index, Index, Array]
"""One place in the bills of a turn: which recipes have it, their feed rows, tonnes per tonne as a column."""


@dataclass(frozen=True)
class Turn:
    """Recipes that take their turn together: at most one per maker, so that no two reach for one feed."""

    work: Index
    """Rows among works, (recipe,)."""
    maker: Index
    """Rows among makers, (recipe,)."""
    bill: tuple[Place, ...]
    """What they take."""


@dataclass(frozen=True, eq=False)
class Makers:
    """Turn materials into products: first what they made on day 0, so that new customers push out no old ones."""

    feeds: Array
    """On hand, t, (maker feed, replication)."""
    position: Array
    """On hand and under way, t, (maker feed, replication)."""
    capacity_tpd: Array
    """Nameplate, t of product a day, (maker, replication)."""
    opening_tpd: Array
    """Planned on day 0, t/d, (work, replication)."""
    limits: Layers
    """What outages leave, (facility, replication)."""
    facility: Index
    """Row of each maker among facilities, (maker,)."""
    turns: tuple[Turn, ...]
    """Magnets before metal, then by the order of recipes."""
    used_t: Array
    """Used since the start, t, (maker feed, replication)."""
    thrift: Array
    """Part of the use of each feed that recipes have learnt to do without, (maker feed, replication)."""
    thrifty: Mask
    """Feeds of which anybody may learn to use less, (maker feed,)."""

    def run_day(self, wanted: Array, begun: Array) -> None:
        """Begin work on what is `wanted`, t/d, and note it in `begun`; both (work, replication)."""
        left = self.capacity_tpd * self.limits.standing[self.facility]
        for turn in self.turns:
            begun[turn.work] = 0.0
        for turn in self.turns:
            self._take_turn(turn, np.minimum(wanted[turn.work], self.opening_tpd[turn.work]), left, begun)
        for turn in self.turns:
            more = wanted[turn.work] - begun[turn.work]
            if (more > 0).any():
                self._take_turn(turn, more, left, begun)

    def _take_turn(self, turn: Turn, wanted: Array, left: Array, begun: Array) -> None:
        """Let the recipes of a turn take what they can of what is wanted, t, (recipe, replication)."""
        run = np.minimum(wanted, left[turn.maker])
        for recipes, feeds, bill in turn.bill:
            run[recipes] = np.minimum(run[recipes], self.feeds[feeds] / self._takes(feeds, bill))
        for recipes, feeds, bill in turn.bill:
            self._use(feeds, run[recipes] * self._takes(feeds, bill))
        left[turn.maker] -= run
        begun[turn.work] += run

    def _takes(self, feeds: Index, bill: Array) -> Array:
        """Return what a tonne takes today, t/t, (recipe, replication or 1)."""
        return bill * (1.0 - self.thrift[feeds]) if self.thrifty[feeds].any() else bill

    def _use(self, feeds: Index, tonnes: Array) -> None:
        # Feed / bill x bill may pass the feed by a rounding: never below zero.
        self.feeds[feeds] = np.maximum(self.feeds[feeds] - tonnes, 0.0)
        self.position[feeds] -= tonnes
        self.used_t[feeds] += tonnes


def turns(rows: Rows) -> tuple[Turn, ...]:
    """Order the recipes of all makers into turns."""
    maker_number = {i: n for n, i in enumerate(rows.makers)}
    found: dict[tuple[bool, int], list[tuple[str, str]]] = {}
    for i, maker in rows.makers.items():
        for turn, product in enumerate(maker.recipes):
            found.setdefault((maker.stage != "magnet", turn), []).append((i, product))
    return tuple(
        Turn(
            work=np.array([rows.shippers[key] for key in keys]),
            maker=np.array([maker_number[i] for i, _ in keys]),
            bill=_bill(rows, keys),
        )
        for _, keys in sorted(found.items())
    )


def _bill(rows: Rows, keys: list[tuple[str, str]]) -> tuple[Place, ...]:
    bills = [list(rows.makers[i].recipes[product].inputs.items()) for i, product in keys]
    places = []
    for place in range(max(map(len, bills))):
        recipes = [n for n, bill in enumerate(bills) if place < len(bill)]
        feeds = [rows.receivers[keys[n][0], bills[n][place][0]] for n in recipes]
        tonnes = np.array([[bills[n][place][1].typical] for n in recipes])
        places.append((np.array(recipes), np.array(feeds), tonnes))
    return tuple(places)
