"""Makers: metal, alloy and magnets by recipe, from what is on hand, never faster than their limits allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index
from sim.entities.layers import Layers
from sim.entities.rows import Rows

Place = tuple[Index, Index, Array, bool]
"""One place in the bills of a turn: which recipes have it, their feed rows, tonnes per tonne as a column, and whether
anybody may learn to use less there."""


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
        takes = [bill * (1.0 - self.thrift[feeds]) if thrifty else bill for _, feeds, bill, thrifty in turn.bill]
        for (recipes, feeds, _, _), tonnes in zip(turn.bill, takes, strict=True):
            run[recipes] = np.minimum(run[recipes], self.feeds[feeds] / tonnes)
        for (recipes, feeds, _, _), tonnes in zip(turn.bill, takes, strict=True):
            self._use(feeds, run[recipes] * tonnes)
        left[turn.maker] -= run
        begun[turn.work] += run

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
        thrifty = any(bills[n][place][0] in rows.makers[keys[n][0]].thrift for n in recipes)
        places.append((np.array(recipes), np.array(feeds), tonnes, thrifty))
    return tuple(places)
