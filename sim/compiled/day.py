"""The day step in compiled loops, on the arrays of a world.

What is rare or small is the engine's own: the calendar and all that happens on it, releases of stockpiles and Rapid
Responses, rotation, quotas, budgets, price floors, content of an origin, delays of freight. Where an offtake agreement
stands, the engine sells.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.compiled import arrivals, planning, prices, selling, use, works
from sim.compiled.layout import Bills, Plain
from sim.compiled.rows import Sparse, firsts, sparse
from sim.compiled.trade import TradingDay
from sim.entities.answers import IdleCapacity, Thrifts
from sim.entities.stockpiles import Pile
from sim.policies import rapid_response
from sim.units import DAYS_PER_WEEK
from sim.world import World


class CompiledDay(TradingDay):
    """The same day, to 1e-9."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        rows, lanes, width = world.rows, world.lanes, world.width
        self._late = np.zeros((0, width))
        self._arrivals = np.zeros((lanes.n_receivers, width))
        self._cohorts = firsts(world.buyers.buyer, len(rows.buyers))
        self._falls = sparse(world.works.falls)
        self._wanted = np.zeros_like(world.works.stock)
        self._bills = Bills.of(world.makers)
        plants = world.plants
        self._plant_feeds = firsts(plants.plant_of_feed, len(rows.plants))
        self._plant_products = firsts(plants.plant_of_product, len(rows.plants))
        self._separated = sparse(plants.separated)
        self._matrices = [sparse(m) for m in (world.market.held, world.market.in_use, world.values.contained)]
        self._market_blocks = np.zeros((4, *world.market.level.shape))
        self._pairs = np.array(world.market.pairs, dtype=np.int64).reshape(-1, 2)
        self._long_run = bool(world.buyers.long_elasticity.any())
        self._baskets = [sparse(one.basket) for one in world.answers if isinstance(one, IdleCapacity)]
        self._plain = [Plain.of(pile, width) for pile in world.stockpiles.piles]
        self._lands_monthly = world.scenario.monthly is not None

    def _release(self, day: int) -> None:
        world, piles = self._world, self._world.stockpiles
        if not (piles.piles or world.responses.each):
            return
        going = self._going
        planning.going(*self._served_by, self._meant_t, self._under_way_t, going)
        value, open_share = world.value, world.lanes.limits.standing[world.lanes.release]
        if all(plain is not None for plain in self._plain):
            for pile, plain in zip(piles.piles, self._plain, strict=True):
                assert plain is not None
                self._let_go(day, pile, plain, open_share)
            piles.released_t[:] += piles.let_go
        else:
            of_piles = value[world.value_rows.pile]
            piles.release(day, world.plan.use_tpd, going, world.position, open_share, of_piles)
        if world.responses.each:
            rapid_response.send(world, going, world.stock[self._ships])
            rapid_response.look(world, going)
        if self._rotates:
            piles.rotate(day, world.plan.use_tpd, world.position, open_share, value[world.value_rows.pile])

    def _let_go(self, day: int, pile: Pile, plain: Plain, open_share: Array) -> None:
        world, piles, rows = self._world, self._world.stockpiles, pile.rows
        selling.let_go(
            day,
            plain.start,
            plain.first,
            plain.end,
            plain.lanes,
            plain.row,
            plain.priority,
            plain.group,
            plain.received,
            plain.capacity_tpd,
            plain.trigger_d,
            pile.fills_gaps,
            open_share[plain.lanes],
            world.plan.use_tpd,
            self._going,
            world.position,
            piles.release_limit_tpd[rows],
            piles.stock[rows],
            piles.position[rows],
            piles.released,
            piles.let_go[rows],
        )

    def _receive(self, day: int) -> None:
        world, rows, shelves = self._world, self._world.rows, self._world.shelves
        late = self._late if world.detours is None else world.detours.arrive(day)
        at = (day, shelves.slots, shelves.start, shelves.length, late)
        arrived, stock = self._arrivals, world.stock
        arrivals.land(*at, world.lanes.receiver, world.lanes.received, arrived)
        arrivals.take_off(*at, self._feeding_served, self._under_way_t)
        if self._lands_monthly:
            shelves.arrive()
        if world.origins:
            done = world.works.shelves.arrive()
            for origin in world.origins.values():
                origin.receive(world.stock, arrived, done, day)
        n_feeds = len(rows.maker_feeds) + len(rows.plant_feeds)
        n_buyers, buyers = len(rows.buyers), world.buyers
        stock[:n_feeds] += arrived[:n_feeds]
        of_buyers = arrived[n_feeds : n_feeds + n_buyers]
        arrivals.share_out(of_buyers, self._cohorts, buyers.share, buyers.target_t, buyers.stock)
        world.stockpiles.receive(arrived[n_feeds + n_buyers :])
        done_at = world.works.shelves
        arrivals.finish(
            day, done_at.slots, done_at.start, done_at.length, world.works.stock, world.part("byproducts"), *self._falls
        )

    def _use(self, day: int) -> None:
        world, buyers = self._world, self._world.buyers
        buyers.notional[:] = world.plan.notional_tpd(day)
        noise = world.demand_noise[:, day // DAYS_PER_WEEK]
        use.want(noise, buyers.region, buyers.notional, buyers.thrift, buyers.thrifted, buyers.wanted, buyers.forgone)
        elasticities = (buyers.elasticity, buyers.long_elasticity, buyers.threshold, self._long_run)
        use.answer_prices(buyers.wanted, buyers.forgone, buyers.felt, buyers.felt_long, *elasticities)
        cohorts, booked = (self._cohorts, buyers.share), (buyers.delivered, buyers.position, buyers.used_t)
        use.use_up(*cohorts, buyers.wanted, buyers.stock, buyers.used, *booked)
        if buyers.overtime is not None:
            more = buyers.overtime
            day_of = (buyers.notional, buyers.wanted, buyers.stock)
            use.catch_up(*cohorts, *day_of, *booked, more.owed_t, more.caught_up, more.share, more.rate)

    def _make(self) -> None:
        world, makers, wanted, begun = self._world, self._world.makers, self._wanted, self._world.works.begun
        works.call_for(self._work_target_t, world.works.position, wanted)
        for origin in world.origins.values():
            origin.work(world.stock, makers.thrift)
        bills = self._bills
        works.make(
            wanted,
            begun,
            makers.opening_tpd,
            makers.capacity_tpd,
            makers.limits.standing,
            makers.facility,
            bills.recipes,
            bills.work,
            bills.maker,
            bills.places,
            bills.feed,
            bills.tonnes,
            bills.thrifty,
            makers.thrift,
            makers.feeds,
            makers.position,
            makers.used_t,
        )
        n_mines, n_plants = len(world.rows.mines), len(world.rows.plant_products)
        if n_plants:
            self._separate(wanted[n_mines : n_mines + n_plants], begun[n_mines : n_mines + n_plants])
        mines = world.mines
        works.dig(wanted, begun, mines.capacity_tpd, mines.limits.standing, mines.facility)
        works.book(begun, world.plants.to_surplus, n_mines, world.works.position, world.works.begun_t)
        for origin in world.origins.values():
            origin.separate(world.stock, world.plants.to_surplus, world.plants.drawn)

    def _separate(self, wanted: Array, begun: Array) -> None:
        world, plants = self._world, self._world.plants
        value, value_row = world.value, world.value_rows.plant_product
        if world.floors.each:
            value, value_row = value[value_row], np.arange(len(value_row))
            world.floors.lift(value, world.market.price, world.clock.day)
        works.separate(
            wanted,
            begun,
            value,
            value_row,
            self._plant_feeds,
            self._plant_products,
            *self._separated,
            plants.capacity_tpd,
            plants.limits.standing,
            plants.facility,
            plants.operating_cost,
            plants.feeds,
            plants.position,
            plants.products,
            plants.product_position,
            plants.surplus,
            plants.to_surplus,
            plants.drawn,
            plants.used_t,
        )
        world.floors.pay(begun, plants.to_surplus)

    def _price(self, day: int) -> None:
        world, market, rules, buyers = self._world, self._world.market, self._world.market.rules, self._world.buyers
        held_by, used_by, contained = self._matrices
        held, used, missed, pull = self._market_blocks
        prices.weigh(*held_by, world.stock, held)
        prices.weigh(*used_by, buyers.notional, used)
        prices.weigh(*used_by, buyers.wanted - buyers.delivered, missed)
        prices.tie(market.level, market.opening_held, market.n_markets, self._pairs, market.tie, rules.tie_d, pull)
        prices.move(
            held,
            market.normal_held,
            used,
            missed,
            market.level,
            rules.scarcity_slope,
            rules.cover_floor,
            rules.cover_ceiling,
            rules.unmet_slope,
            market.discounts.standing,
            market.markup,
            rules.decay_d,
            rules.adjustment_d,
            pull,
        )
        week = day // DAYS_PER_WEEK
        prices.quote(week, market.level, market.noise, market.element, market.opening, market.floor, market.price)
        prices.weigh(*contained, market.price, world.value)
        prices.add_making(world.values.conversion, world.value)
        row = world.value_rows.buyer
        prices.feel(world.value, row, self._opening_value, rules.response_smoothing_d, buyers.felt)
        if self._long_run:
            prices.feel(world.value, row, self._opening_value, rules.long_smoothing_d, buyers.felt_long)

    def _answer(self) -> None:
        world = self._world
        baskets = iter(self._baskets)
        for answer in world.answers:
            if isinstance(answer, Thrifts):
                _thrift(answer, world.value)
            else:
                _start_idle(answer, next(baskets), world.value)
        if world.speculation is not None:
            ahead = world.speculation
            prices.remember(world.value, ahead.value_row, ahead.pace.lag_d, ahead.mean)


def _thrift(users: Thrifts, value: Array) -> None:
    pace = users.pace
    prices.thrift(
        value,
        users.value_row,
        users.opening_value,
        pace.starts_at,
        pace.full_at,
        pace.lag_d,
        users.limit,
        users.user,
        users.thrift,
    )


def _start_idle(plants: IdleCapacity, basket: Sparse, value: Array) -> None:
    pace, (first, column, _) = plants.pace, basket
    prices.start_idle(
        value,
        plants.value_row,
        plants.opening_out_tpd,
        first,
        column,
        plants.opening_basket,
        pace.starts_at,
        pace.full_at,
        pace.lag_d,
        plants.nameplate_tpd,
        plants.idle_tpd,
        plants.plant,
        plants.started,
        plants.capacity_tpd,
    )
