"""Orders, sales and departures in compiled loops; where an offtake agreement stands, the engine sells."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.compiled import departures, ordering, selling
from sim.compiled.layout import Customers
from sim.compiled.plan import PlannedDay
from sim.entities.shelves import Shelves
from sim.world import World


class TradingDay(PlannedDay):
    """A day whose trade is compiled."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        lanes, width = world.lanes, world.width
        self._asks = np.zeros_like(self._ceiling_t)
        self._ordered = np.zeros_like(self._ceiling_t)
        self._backlog = np.zeros((0, width)) if self._backlog_t is None else self._backlog_t
        self._customers = Customers.of(world)
        self._favours = np.ones((len(self._sales.sold_as), width))
        self._first_buying = np.zeros_like(world.stockpiles.stock, dtype=np.int64)
        if world.stockpiles.decision_day is not None:
            self._first_buying[:] = world.stockpiles.decision_day
        self._rightful = np.asarray(lanes.right_tpd[lanes.pull].any(axis=1))

    def _order_and_ship(self, day: int) -> None:
        world, lanes = self._world, self._world.lanes
        if world.floors.offtakes is not None:
            super()._order_and_ship(day)
            return
        leaving, on_hand = self._leaving, world.stock[self._ships]
        self._order(day)
        ordering.request(
            self._asks,
            lanes.group,
            self._order_factor,
            self._leaky,
            self._leaks,
            self._usual_target_t,
            world.position,
            lanes.received,
            lanes.share,
            lanes.shipper,
            on_hand,
            self._capped,
            self._carries,
            lanes.n_pull,
            lanes.n_push,
            leaving,
        )
        for quota in world.quotas:
            quota.cut(leaving, day)
        self._sell(on_hand)
        sales = self._sales
        departures.deliver(
            leaving,
            lanes.group,
            lanes.received,
            lanes.n_pull,
            lanes.n_push,
            1.0 / sales.memory_d,
            sales.taken_tpd,
            self._ordered,
            world.position,
            self._asks,
            self._backlog,
            self._backlog_share,
        )
        if world.stockpiles.budgets is not None:
            world.stockpiles.budgets.pay(self._ordered[self._piles], world.value[world.value_rows.pile])
        for quota in world.quotas:
            quota.draw(leaving)
        leaving[lanes.release] = world.stockpiles.released
        leaving[lanes.response] = world.responses.sent
        departures.add_rows(self._feeding_served, leaving, self._under_way_t)
        rest = leaving
        if world.detours is not None:
            rest = world.detours.divert(leaving, lanes.delays.standing, day)
        _load(world.shelves, rest, day)
        _load(world.works.shelves, world.works.begun, day)
        for origin in world.origins.values():
            origin.leave(leaving, world.works.begun, lanes.delays.standing, day)

    def _order(self, day: int) -> None:
        world, piles = self._world, self._world.stockpiles
        ordering.order(self._group_target_t, self._ceiling_t, self._backlog, world.position, self._asks)
        if piles.budgets is not None:
            self._asks[self._piles] = piles.refill(day, world.value[world.value_rows.pile])
        elif piles.piles:
            ordering.refill(
                day,
                self._first_buying,
                piles.target_t,
                piles.position,
                piles.refill_tpd,
                piles.let_go,
                piles.price_ceiling,
                piles.opening_value,
                world.value,
                world.value_rows.pile,
                self._asks[self._piles],
            )

    def _sell(self, on_hand: Array) -> None:
        world, lanes, sales, customers = self._world, self._world.lanes, self._sales, self._customers
        ordering.favour(
            world.value,
            sales.sold_as,
            sales.freight,
            world.opening_value,
            lanes.duties.standing,
            sales.sold_on,
            not lanes.duties.idle,
            sales.netback_exponent,
            self._favours,
        )
        selling.sell(
            self._leaving,
            on_hand,
            customers.first,
            customers.lane,
            customers.pulls,
            customers.classes,
            customers.class_first,
            self._sells[:, 0],
            len(world.works.stock),
            world.works.position,
            world.opening_flow_tpd,
            sales.taken_tpd,
            sales.spot_share,
            sales.seller,
            self._favours,
            lanes.right_tpd,
            self._rightful,
        )


def _load(shelves: Shelves, tonnes: Array, day: int) -> None:
    departures.load(day, tonnes, shelves.slots, shelves.start, shelves.length, shelves.lag_d, shelves.steady)
    shelves.turn(day)
