"""The engine: a calendar of what happens, and once a day what flows.

The order of the day, docs/model.md section 5: on the whole day announcements, controls, outages, commissioning and
qualification; at half past

    plan · release of stockpiles · arrivals · use by buyers · magnets · metal · separation · mines
    · orders · rationing · departures · prices · records

Downstream first, so that no tonne passes two doors on a day: today's output leaves tomorrow at the earliest.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, Index, Mask
from sim.clock import Story
from sim.disruptions import commissioning, control, licence, outage, qualification
from sim.entities.rationing import Rationing
from sim.spec.disruptions import ExportBan, Licence
from sim.units import DAYS_PER_WEEK
from sim.world import World

Number = TypeVar("Number", bound=np.generic)

REPLAN_D = 30
"""Where buyers grow, everybody looks at demand again this often."""


class Recorder(Protocol):
    """Somebody who watches a world live."""

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Take note of a day at its end; `shipped` is what left, t, (lane, replication)."""


def run(world: World, recorder: Recorder) -> None:
    """Run a world to its horizon."""
    commissioning.tell(world)
    for i, disruption in world.scenario.disruptions.items():
        if isinstance(disruption, ExportBan):
            control.tell(world, i, disruption)
        elif isinstance(disruption, Licence):
            licence.tell(world, i, disruption)
        else:
            outage.tell(world, i, disruption)
    with np.errstate(all="raise", under="ignore"):
        world.clock.tell(_live(world, recorder))
        world.clock.run()


def _live(world: World, recorder: Recorder) -> Story:
    day = Day(world)
    for morning in world.clock.days():
        yield morning
        day.step(world.clock.day)
        recorder.note_day(world, world.clock.day, day.shipped)


class Day:
    """The day step and the blocks it works in, which are written over every day."""

    def __init__(self, world: World) -> None:
        lanes, rows = world.lanes, world.rows
        self._world = world
        self._opening_value = world.opening_value
        self._order_factor = np.zeros((lanes.n_pull, world.width))
        self._ceiling_t = np.zeros((rows.n_groups, world.width))
        self._group_target_t = np.zeros((rows.n_groups, world.width))
        self._work_target_t = np.zeros((len(rows.works), world.width))
        self._carries = np.full(lanes.transit_d.shape, np.inf)
        self._leaks: Mask = np.zeros((lanes.n_pull, world.width), dtype=bool)
        self._leaky: Index = np.zeros(0, dtype=np.int64)
        self._capped: Index = np.zeros(0, dtype=np.int64)
        self._planned_open = lanes.limits.share.copy()
        # Until the first day is lived, what left "yesterday" is what the opening plan ships.
        self._leaving = world.opening_flow_tpd.copy()
        served = np.unique(lanes.group[lanes.release])
        ordinary = np.arange(lanes.release.start)
        self._feeding_served = ordinary[np.isin(lanes.group[ordinary], served)]
        self._to_served = lanes.to_groups[:, self._feeding_served]
        self._taken_tpd = world.opening_flow_tpd[lanes.pull].copy()
        self._more = np.empty_like(self._taken_tpd)
        self._memory_d = max(1.0, world.scenario.allocation_memory.typical)
        # Lanes that ship the same material into the same market at the same freight are one kind of sale.
        sales = np.stack([world.value_rows.lane, lanes.freight], axis=1)
        kinds, self._seller = np.unique(sales, axis=0, return_inverse=True)
        self._sold_as, self._freight = kinds[:, 0].astype(np.int64), kinds[:, 1:]
        self._netback_exponent = world.scenario.prices.netback_exponent.typical
        self._order_ceiling = world.scenario.order_ceiling.typical
        self._rationing: dict[bytes, tuple[Index, Rationing]] = {}
        self._piles = slice(rows.n_groups - len(rows.piles), rows.n_groups)
        self._ships = slice(rows.stock["works"].start, rows.stock["piles"].stop)
        self._out = lanes.from_shippers
        self._sells = np.isin(np.arange(lanes.n_shippers), lanes.shipper[lanes.pull])[:, None]

    @property
    def shipped(self) -> Array:
        """What left today, shipped t, (lane, replication)."""
        return self._leaving

    def step(self, day: int) -> None:
        """Live one day."""
        self._plan(day)
        self._release()
        self._receive()
        self._use(day)
        self._make()
        self._order_and_ship(day)
        self._price(day)

    def _plan(self, day: int) -> None:
        """Plan anew where what is open or qualified has changed, or demand has grown for a month."""
        world, lanes = self._world, self._world.lanes
        due = lanes.news | (day == 0 or (world.plan.grows and day % REPLAN_D == 0))
        moved = np.flatnonzero(lanes.limits.changed)
        due[moved] |= (lanes.limits.share[:, moved] != self._planned_open[:, moved]).any(axis=0)
        lanes.limits.changed[:] = lanes.news[:] = False
        columns = np.flatnonzero(due)
        if not len(columns):
            return
        self._planned_open[:, columns] = lanes.limits.share[:, columns]
        wanted = world.plan.make(columns, day)
        if wanted.any():
            qualification.ask(world, wanted, columns)
        self._aim(columns)

    def _aim(self, columns: Index) -> None:
        """Turn the plan into what everybody aims to hold and may order."""
        world, plan, lanes = self._world, self._world.plan, self._world.lanes
        use = plan.use_tpd[:, columns]
        self._ceiling_t[:, columns] = self._order_ceiling * use
        self._group_target_t[:, columns] = use * world.normal.group_cover_d[:, columns] + plan.pipeline_t[:, columns]
        n_works = len(self._work_target_t)
        self._work_target_t[:, columns] = plan.out_tpd[:n_works, columns] * world.works.cover_d[:, columns]
        world.buyers.aim(plan.demand_tpd[:, columns], columns)
        self._order_factor[:, columns] = plan.share[:, columns] / lanes.received[lanes.pull, None]
        passing = lanes.limits.share[:, columns]
        leak = np.where(passing < 1, passing * world.opening_flow_tpd[:, columns], np.inf)
        self._carries[:, columns] = np.minimum(lanes.capacity_tpd[:, columns], leak)
        self._capped = np.flatnonzero(np.isfinite(self._carries).any(axis=1))
        self._leaks[:, columns] = ((passing > 0) & (passing < 1))[lanes.pull]
        self._leaky = np.flatnonzero(self._leaks.any(axis=1))
        world.market.aim(world.normal.stock(columns), columns)
        world.market.tie_markets(passing[lanes.pull], columns)

    def _release(self) -> None:
        world = self._world
        if world.stockpiles.piles:
            fed = self._feeding_served
            going = np.minimum(world.plan.flow_tpd[fed], self._leaving[fed]) * world.lanes.transit_d[fed]
            world.stockpiles.release(
                world.plan.use_tpd,
                self._to_served @ going,
                world.position,
                world.lanes.limits.share[world.lanes.release],
            )

    def _receive(self) -> None:
        world, rows = self._world, self._world.rows
        arrivals = world.lanes.to_receivers @ world.shelves.arrive()
        n_feeds = len(rows.maker_feeds) + len(rows.plant_feeds)
        n_buyers = len(rows.buyers)
        world.stock[:n_feeds] += arrivals[:n_feeds]
        world.buyers.receive(arrivals[n_feeds : n_feeds + n_buyers])
        world.stockpiles.stock[:] += arrivals[n_feeds + n_buyers :]
        done = world.works.shelves.arrive()
        world.works.stock[:] += done
        world.part("byproducts")[:] += world.works.falls @ done

    def _use(self, day: int) -> None:
        world = self._world
        world.buyers.use(world.plan.notional_tpd(day), world.demand_noise[:, day // DAYS_PER_WEEK])

    def _make(self) -> None:
        world, works = self._world, self._world.works
        wanted = np.maximum(self._work_target_t - works.position, 0.0)
        world.makers.run_day(wanted, works.begun)
        n_mines, n_plants = len(world.rows.mines), len(world.rows.plant_products)
        separated = slice(n_mines, n_mines + n_plants)
        if n_plants:
            value = world.value[world.value_rows.plant_product]
            world.plants.run_day(wanted[separated], value, works.begun[separated])
        world.mines.run_day(wanted[:n_mines], works.begun[:n_mines])
        works.position[:n_mines] += works.begun[:n_mines]
        works.position[n_mines + n_plants :] += works.begun[n_mines + n_plants :]
        works.begun_t[:] += works.begun
        works.begun_t[separated] += world.plants.to_surplus

    def _order_and_ship(self, day: int) -> None:
        world, lanes = self._world, self._world.lanes
        leaving, on_hand = self._leaving, world.stock[self._ships]
        orders = self._orders()
        np.take(orders, lanes.group[lanes.pull], axis=0, out=leaving[lanes.pull], mode="clip")
        leaving[lanes.pull] *= self._order_factor
        # What leaks through a control is bought in any case: the least of its capacity and the leak, below.
        leaving[self._leaky] = np.where(self._leaks[self._leaky], np.inf, leaving[self._leaky])
        leaving[lanes.release] = 0.0
        leaving[lanes.push] = lanes.share[lanes.push, None] * on_hand[lanes.shipper[lanes.push]]
        leaving[self._capped] = np.minimum(leaving[self._capped], self._carries[self._capped])
        leaves = self._out @ leaving
        short = (leaves > on_hand) & self._sells
        if short.any():
            self._ration(short, on_hand)
            leaves = self._out @ leaving
        np.subtract(on_hand, leaves, out=on_hand)
        np.maximum(on_hand, 0.0, out=on_hand)
        n_works = len(world.works.stock)
        world.works.position[:] -= leaves[:n_works]
        # Tonnes a stockpile let go this morning have already left its rows and count in positions.
        world.position[:] += lanes.to_groups @ leaving
        self._remember(leaving[lanes.pull])
        leaving[lanes.release] = world.stockpiles.released
        world.shelves.leave(leaving, day)
        world.works.shelves.leave(world.works.begun, day)

    def _remember(self, leaving: Array) -> None:
        """Let sellers remember what each customer takes."""
        np.subtract(leaving, self._taken_tpd, out=self._more)
        self._more *= 1.0 / self._memory_d
        self._taken_tpd += self._more

    def _orders(self) -> Array:
        world = self._world
        gap = np.maximum(self._group_target_t - world.position, 0.0)
        np.minimum(gap, self._ceiling_t, out=gap)
        if world.stockpiles.piles:
            row = world.value_rows.pile
            gap[self._piles] = world.stockpiles.refill(world.value[row] / self._opening_value[row])
        return gap

    def _ration(self, short: Mask, on_hand: Array) -> None:
        """Where a shipper has less than is asked of it, share what there is; elsewhere orders stand as they are."""
        lanes, lacking = self._world.lanes, np.flatnonzero(short.any(axis=1))
        columns = np.flatnonzero(short.any(axis=0))
        few = 2 * len(columns) < short.shape[1]

        def cut(block: NDArray[Number], rows: Index) -> NDArray[Number]:
            # Whole rows are read ten times as fast as single cells.
            return block[np.ix_(rows, columns)] if few else block[rows]

        members, rationing = self._sharers(lacking)
        asked = cut(self._leaving, members)
        standing = np.minimum(cut(self._world.opening_flow_tpd, members), cut(self._taken_tpd, members))
        weight = standing * cut(self._favour(), self._seller[members])
        granted = rationing.grant(asked, cut(on_hand, lacking), weight, cut(lanes.right_tpd, members))
        granted = np.where(cut(short, lanes.shipper[members]), granted, asked)
        self._leaving[np.ix_(members, columns) if few else members] = granted

    def _sharers(self, lacking: Index) -> tuple[Index, Rationing]:
        """Return the pull lanes of the shippers that lack, and how they share; the same few sets recur."""
        key = lacking.tobytes()
        if key not in self._rationing:
            lanes = self._world.lanes
            members = np.flatnonzero(np.isin(lanes.shipper[lanes.pull], lacking))
            shipper = np.searchsorted(lacking, lanes.shipper[members])
            self._rationing[key] = members, Rationing(shipper, len(lacking), lanes.priority[members])
        return self._rationing[key]

    def _favour(self) -> Array:
        """Return how much sellers favour each kind of sale: its netback now against that on day 0, to a power."""
        now, opening = self._world.value[self._sold_as], self._opening_value[self._sold_as]
        priced = opening > 0
        least = np.where(priced, 0.01 * opening, 1.0)
        ratio = np.maximum(now - self._freight, least) / np.maximum(opening - self._freight, least)
        return np.where(priced, np.exp(np.log(ratio) * self._netback_exponent), 1.0)

    def _price(self, day: int) -> None:
        world, buyers = self._world, self._world.buyers
        world.market.run_day(day, world.stock, buyers.notional, buyers.wanted - buyers.delivered)
        world.value[:] = world.values.at(world.market.price)
        row = world.value_rows.buyer
        opening = self._opening_value[row]
        ratio = np.divide(world.value[row], opening, out=np.ones_like(buyers.felt), where=opening > 0)
        buyers.felt[:] += (ratio - buyers.felt) / world.market.rules.response_smoothing_d
