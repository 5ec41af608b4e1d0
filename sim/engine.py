"""The engine: a calendar of what happens, and once a day what flows.

The order of the day, docs/model.md section 5: on the whole day announcements, controls, outages, commissioning and
qualification; at half past

    plan · release of stockpiles and responses, rotation · arrivals · use by buyers · magnets · metal · separation
    · mines · orders · rationing · departures · prices · records

Downstream first, so that no tonne passes two doors on a day: today's output leaves tomorrow at the earliest.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from sim.arrays import Array, Index, Mask, put, some
from sim.clock import Story
from sim.disruptions import commissioning, happenings, qualification
from sim.entities.answers import multiple_of
from sim.policies import rapid_response
from sim.sales import Sales
from sim.units import DAYS_PER_WEEK
from sim.world import World

REPLAN_D = 30
"""Where demand or capacity drifts, everybody looks at the plan again this often; and at prices, who buys ahead."""


class Recorder(Protocol):
    """Somebody who watches a world live."""

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Take note of a day at its end; `shipped` is what left, t, (lane, replication)."""


def run(world: World, recorder: Recorder, step: type[Day] | None = None) -> None:
    """Run a world to its horizon; `step` is how a day is lived where not as here."""
    announce(world)
    with np.errstate(all="raise", under="ignore"):
        world.clock.tell(_live(world, recorder, (step or Day)(world)))
        world.clock.run()


def announce(world: World) -> None:
    """Put all that is to happen on the calendar: plants that open, disruptions, responses."""
    commissioning.tell(world)
    for i, facility in world.scenario.facilities.items():
        facility.tell(world, i)
    for i, disruption in world.scenario.disruptions.items():
        happenings.tell(world, i, disruption)
    rapid_response.tell(world)


def _live(world: World, recorder: Recorder, day: Day) -> Story:
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
        self._usual_target_t = np.zeros_like(self._group_target_t)
        self._opening_pipeline_t = world.plan.pipeline_t.copy()
        self._work_target_t = np.zeros((len(rows.works), world.width))
        self._carries = np.full(lanes.transit_d.shape, np.inf)
        self._leaks: Mask = np.zeros((lanes.n_pull, world.width), dtype=bool)
        self._leaky: Index = np.zeros(0, dtype=np.int64)
        self._capped: Index = np.zeros(0, dtype=np.int64)
        self._planned_on = (lanes.limits, lanes.expected, lanes.delays, world.normal.hoards, world.plan.surges)
        self._leaving = np.zeros_like(world.opening_flow_tpd)
        served = np.union1d(lanes.group[lanes.release], world.responses.groups)
        ordinary = np.arange(lanes.unordered.start)
        self._feeding_served = ordinary[np.isin(lanes.group[ordinary], served)]
        self._to_served = lanes.to_groups[:, self._feeding_served]
        self._under_way_t = (world.opening_flow_tpd * lanes.transit_d)[self._feeding_served]
        self._meant_t = self._under_way_t.copy()
        self._sales = Sales(world)
        self._rotates = world.stockpiles.rotates
        self._order_ceiling = world.scenario.order_ceiling.typical
        self._backlog_share = world.draws.optional("backlog_share", world.scenario.backlog_share)
        self._backlog_t = np.zeros_like(self._ceiling_t) if self._backlog_share.any() else None
        self._to_groups_ordered, self._to_groups_pushed = lanes.to_groups[:, lanes.pull], lanes.to_groups[:, lanes.push]
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
        self._release(day)
        self._receive(day)
        self._use(day)
        self._make()
        self._order_and_ship(day)
        self._price(day)
        self._answer()

    def _plan(self, day: int) -> None:
        """Plan anew where what is open or qualified has changed, or demand has grown for a month."""
        world, lanes = self._world, self._world.lanes
        if world.speculation is not None and day and day % REPLAN_D == 0:
            world.speculation.review(world.value)
        self._lapse()
        due = lanes.news | (day == 0 or (world.plan.drifts and day % REPLAN_D == 0))
        lanes.news[:] = False
        for layers in self._planned_on:
            due |= layers.moved()
        self._mark_up(due)
        columns = np.flatnonzero(due)
        if not len(columns):
            return
        for layers in self._planned_on:
            layers.see(columns)
        self._plan_anew(columns, day)

    def _lapse(self) -> None:
        if len(self._world.lanes.lapsing):
            qualification.lapse(self._world)

    def _plan_anew(self, columns: Index, day: int) -> None:
        wanted = self._world.plan.make(columns, day)
        if wanted.any():
            qualification.ask(self._world, wanted, columns)
        self._aim(columns)

    def _mark_up(self, due: Mask) -> None:
        """Look anew at what middlemen take where what passes, or what they take of it, has changed."""
        lanes = self._world.lanes
        if lanes.markups.idle:
            return
        columns = np.flatnonzero(due | lanes.markups.moved())
        if not len(columns):
            return
        lanes.markups.see(columns)
        self._mark_up_anew(columns)

    def _mark_up_anew(self, columns: Index) -> None:
        lanes = self._world.lanes
        passing, dearer = lanes.passing(columns)[lanes.pull], some(lanes.markups.standing[lanes.pull], columns)
        self._world.market.mark_up(passing, dearer, columns)

    def _aim(self, columns: Index) -> None:
        """Turn the plan into what everybody aims to hold and may order."""
        world, plan, lanes = self._world, self._world.plan, self._world.lanes
        use = some(plan.use_tpd, columns)
        put(self._ceiling_t, columns, self._order_ceiling * use)
        fed = self._feeding_served
        put(self._meant_t, columns, some(plan.flow_tpd[fed], columns) * lanes.under_way_d(columns)[fed])
        held, pipeline = use * world.normal.cover_d(columns), some(plan.pipeline_t, columns)
        put(self._group_target_t, columns, held + pipeline)
        usual = np.maximum(pipeline, some(self._opening_pipeline_t, columns))
        put(self._usual_target_t, columns, held + usual)
        n_works = len(self._work_target_t)
        made, cover_d = some(plan.out_tpd[:n_works], columns), some(world.works.cover_d, columns)
        put(self._work_target_t, columns, made * cover_d)
        world.buyers.aim(some(plan.demand_tpd, columns), world.normal.cohorts_cover_d(columns), columns)
        put(self._order_factor, columns, some(plan.share, columns) / lanes.received[lanes.pull, None])
        passing = lanes.open_share(columns)
        leak = np.where(passing < 1, passing * some(world.opening_flow_tpd, columns), np.inf)
        put(self._carries, columns, np.minimum(some(lanes.capacity_tpd, columns), leak))
        self._capped = np.flatnonzero(np.isfinite(self._carries).any(axis=1))
        put(self._leaks, columns, ((passing > 0) & (passing < 1))[lanes.pull])
        self._leaky = np.flatnonzero(self._leaks.any(axis=1))
        world.market.aim(world.normal.stock(columns), columns)
        world.market.tie_markets(lanes.passing(columns)[lanes.pull], columns)

    def _release(self, day: int) -> None:
        world = self._world
        if not (world.stockpiles.piles or world.responses.each):
            return
        going = self._to_served @ np.minimum(self._meant_t, self._under_way_t)
        if world.stockpiles.piles:
            open_share = world.lanes.limits.standing[world.lanes.release]
            value = world.value[world.value_rows.pile]
            world.stockpiles.release(day, world.plan.use_tpd, going, world.position, open_share, value)
        if world.responses.each:
            rapid_response.send(world, going, world.stock[self._ships])
            rapid_response.look(world, going)
        if self._rotates:
            value, open_share = world.value[world.value_rows.pile], world.lanes.limits.standing[world.lanes.release]
            world.stockpiles.rotate(day, world.plan.use_tpd, world.position, open_share, value)

    def _receive(self, day: int) -> None:
        world, rows = self._world, self._world.rows
        landed = world.shelves.arrive()
        if world.detours is not None:
            landed = landed + world.detours.arrive(day)
        arrivals = world.lanes.to_receivers @ landed
        self._under_way_t -= landed[self._feeding_served]
        done = world.works.shelves.arrive()
        for origin in world.origins.values():
            origin.receive(world.stock, arrivals, done, day)
        n_feeds = len(rows.maker_feeds) + len(rows.plant_feeds)
        n_buyers = len(rows.buyers)
        world.stock[:n_feeds] += arrivals[:n_feeds]
        world.buyers.receive(arrivals[n_feeds : n_feeds + n_buyers])
        world.stockpiles.receive(arrivals[n_feeds + n_buyers :])
        world.works.stock[:] += done
        world.part("byproducts")[:] += world.works.falls @ done

    def _use(self, day: int) -> None:
        world = self._world
        world.buyers.use(world.plan.notional_tpd(day), world.demand_noise[:, day // DAYS_PER_WEEK])

    def _make(self) -> None:
        world, works = self._world, self._world.works
        wanted = np.maximum(self._work_target_t - works.position, 0.0)
        for origin in world.origins.values():
            origin.work(world.stock, world.makers.thrift)
        world.makers.run_day(wanted, works.begun)
        n_mines, n_plants = len(world.rows.mines), len(world.rows.plant_products)
        separated = slice(n_mines, n_mines + n_plants)
        if n_plants:
            value = world.value[world.value_rows.plant_product]
            world.floors.lift(value, world.market.price, world.clock.day)
            world.plants.run_day(wanted[separated], value, works.begun[separated])
            world.floors.pay(works.begun[separated], world.plants.to_surplus)
        world.mines.run_day(wanted[:n_mines], works.begun[:n_mines])
        works.position[:n_mines] += works.begun[:n_mines]
        works.position[n_mines + n_plants :] += works.begun[n_mines + n_plants :]
        works.begun_t[:] += works.begun
        works.begun_t[separated] += world.plants.to_surplus
        for origin in world.origins.values():
            origin.separate(world.stock, world.plants.to_surplus, world.plants.drawn)

    def _order_and_ship(self, day: int) -> None:
        world, lanes = self._world, self._world.lanes
        leaving, on_hand = self._leaving, world.stock[self._ships]
        orders = self._orders(day)
        np.take(orders, lanes.group[lanes.pull], axis=0, out=leaving[lanes.pull], mode="clip")
        leaving[lanes.pull] *= self._order_factor
        self._buy_what_leaks(leaving)
        leaving[lanes.unordered] = 0.0
        leaving[lanes.push] = lanes.share[lanes.push, None] * on_hand[lanes.shipper[lanes.push]]
        leaving[self._capped] = np.minimum(leaving[self._capped], self._carries[self._capped])
        for quota in world.quotas:
            quota.cut(leaving, day)
        leaves = self._out @ leaving
        short = (leaves > on_hand) & self._sells
        if short.any():
            self._sales.share_out(leaving, short, on_hand)
            leaves = self._out @ leaving
        np.subtract(on_hand, leaves, out=on_hand)
        np.maximum(on_hand, 0.0, out=on_hand)
        n_works = len(world.works.stock)
        world.works.position[:] -= leaves[:n_works]
        # Tonnes that a stockpile let go or a response sent this morning have left its rows and count in positions.
        ordered = self._to_groups_ordered @ leaving[lanes.pull]
        world.position[:] += ordered
        world.position[:] += self._to_groups_pushed @ leaving[lanes.push]
        if world.stockpiles.budgets is not None:
            world.stockpiles.budgets.pay(ordered[self._piles], world.value[world.value_rows.pile])
        for quota in world.quotas:
            quota.draw(leaving)
        self._sales.remember(leaving[lanes.pull])
        if self._backlog_t is not None:
            np.maximum(self._backlog_share * (orders - ordered), 0.0, out=self._backlog_t)
        leaving[lanes.release] = world.stockpiles.released
        leaving[lanes.response] = world.responses.sent
        self._under_way_t += leaving[self._feeding_served]
        rest = leaving
        if world.detours is not None:
            rest = world.detours.divert(leaving, lanes.delays.standing, day)
        world.shelves.leave(rest, day)
        world.works.shelves.leave(world.works.begun, day)
        for origin in world.origins.values():
            origin.leave(leaving, world.works.begun, lanes.delays.standing, day)

    def _buy_what_leaks(self, leaving: Array) -> None:
        """Order what leaks through a control while the usual pipeline is not full, up to its capacity and the leak."""
        if len(self._leaky):
            group = self._world.lanes.group[self._leaky]
            lacking = np.maximum(self._usual_target_t[group] - self._world.position[group], 0.0)
            first = lacking / self._world.lanes.received[self._leaky, None]
            leaving[self._leaky] = np.where(self._leaks[self._leaky], first, leaving[self._leaky])

    def _orders(self, day: int) -> Array:
        world = self._world
        gap = np.maximum(self._group_target_t - world.position, 0.0)
        most = self._ceiling_t if self._backlog_t is None else self._ceiling_t + self._backlog_t
        np.minimum(gap, most, out=gap)
        if world.stockpiles.piles:
            gap[self._piles] = world.stockpiles.refill(day, world.value[world.value_rows.pile])
        return gap

    def _price(self, day: int) -> None:
        world, buyers = self._world, self._world.buyers
        world.market.run_day(day, world.stock, buyers.notional, buyers.wanted - buyers.delivered)
        world.value[:] = world.values.at(world.market.price)
        row = world.value_rows.buyer
        ratio = multiple_of(world.value[row], self._opening_value[row])
        buyers.felt[:] += (ratio - buyers.felt) / world.market.rules.response_smoothing_d
        if buyers.long_elasticity.any():
            buyers.felt_long[:] += (ratio - buyers.felt_long) / world.market.rules.long_smoothing_d

    def _answer(self) -> None:
        for answer in self._world.answers:
            answer.follow(self._world.value)
        if self._world.speculation is not None:
            self._world.speculation.follow(self._world.value)
