"""Mines, separation plants and makers: what each does in its steps of the day."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .answers import Thrift
from .clock import Routine, Step
from .floors import Floor
from .lanes import Group, Lane
from .parts import Origins, Row, Yard
from .world import World

TRACE = 1e-6
"""Tonnes of product per tonne of feed that nobody runs a plant for."""


@dataclass(eq=False)
class Mine:
    """Brings up what its customers' plan and cover call for."""

    id: str
    region: str
    product: str
    yard: Yard
    lanes_out: list[Lane]
    world: World

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [
            (Step.ARRIVE, self.yard.finish),
            (Step.SEPARATE_AND_MINE, self.work),
            (Step.ORDER, self.order),
            (Step.SHIP, self.ship),
            (Step.ANSWER_PRICES, self.answer),
        ]

    @property
    def products(self) -> tuple[str, ...]:
        """What it is run for."""
        return (self.product,)

    def work(self, day: int) -> None:
        """Fill the gap, within capacity."""
        run = min(self.yard.gap(self.product), self.yard.capacity_today)
        self.world.ledger.mine(self.product, run)
        self.yard.begin(day, self.product, run, self.world.origins(self.region, lambda _: 0.0))

    def order(self, _day: int) -> None:
        """Offer what is shipped unordered."""
        self.world.offer(self.lanes_out)

    def ship(self, day: int) -> None:
        """Send off what was ordered."""
        self.world.ship(day, self.yard.rows.values(), self.lanes_out)

    def answer(self, _day: int) -> None:
        """Follow the value of the ore."""
        self.world.answer_prices(self.region, self.yard)


@dataclass(eq=False)
class Separation:
    """Splits its feeds into products; what nobody lacks waits in the surplus rows."""

    id: str
    region: str
    products: tuple[str, ...]
    yard: Yard
    feed: dict[str, Row]
    surplus: dict[str, Row]
    group: Group
    yields: dict[tuple[str, str], float]
    """(product, feed material) -> tonnes of product per tonne of feed."""
    operating_cost: float | None
    floor: Floor | None
    lanes_out: list[Lane]
    world: World

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [
            (Step.ARRIVE, self.arrive),
            (Step.SEPARATE_AND_MINE, self.work),
            (Step.ORDER, self.order),
            (Step.SHIP, self.ship),
            (Step.ANSWER_PRICES, self.answer),
        ]

    def arrive(self, day: int) -> None:
        """Take in feed and finished work."""
        for lane in self.group.lanes:
            lane.arrive(day)
        self.yard.finish(day)

    def work(self, day: int) -> None:
        """Run as far as the widest gap asks beyond surplus, if the basket pays; then meet the rest from surplus."""
        gaps = {product: self.yard.gap(product) for product in self.products}
        begun = self._separate(day, gaps)
        for product in self.products:
            self._draw_surplus(product, gaps[product] - begun.get(product, 0.0))

    def _separate(self, day: int, gaps: dict[str, float]) -> dict[str, float]:
        on_hand = sum(row.stock for row in self.feed.values())
        if on_hand <= 0:
            return {}
        mix = {product: self._yield_of_mix(product, on_hand) for product in self.products}
        asked = max(
            (max(0.0, gaps[p] - self.surplus[p].stock) / mix[p] for p in self.products if mix[p] > TRACE), default=0.0
        )
        if not self._pays(mix):
            return {}
        return self._run(day, min(asked, self.yard.capacity_today, on_hand), on_hand, mix, gaps)

    def _draw_surplus(self, product: str, lacking: float) -> None:
        surplus = self.surplus[product]
        moved = min(surplus.stock, lacking)
        surplus.take(moved)
        self.yard.rows[product].receive(moved, surplus.origins)

    def _yield_of_mix(self, product: str, on_hand: float) -> float:
        made = sum(self.yields[product, material] * row.stock for material, row in self.feed.items())
        return made / on_hand

    def _pays(self, mix: dict[str, float]) -> bool:
        if self.operating_cost is None:
            return True
        market = self.world.market_of[self.region]
        basket = sum(part * (market.value(product) + self._topped_up(product)) for product, part in mix.items())
        return not self.world.judge.below(basket, self.operating_cost)

    def _topped_up(self, product: str) -> float:
        market = self.world.market_of[self.region]
        return 0.0 if self.floor is None else self.floor.per_kg(self.world.ledger.content[product], market.price)

    def _run(
        self, day: int, run: float, on_hand: float, mix: dict[str, float], gaps: dict[str, float]
    ) -> dict[str, float]:
        part = run / on_hand
        begun = {}
        fed = {material: row.stock for material, row in self.feed.items()}
        origins = {product: self.origins_of(product, fed) for product in self.products}
        for material, row in self.feed.items():
            self.world.ledger.leave(material, row.stock * part)
            row.take(row.stock * part)
        if self.floor is not None:
            self.floor.owe(sum(mix[product] * run * self._topped_up(product) for product in self.products))
        for product in self.products:
            made = mix[product] * run
            self.world.ledger.leave(product, -made)
            ready = min(made, gaps[product])
            self.yard.begin(day, product, ready, origins[product])
            self.surplus[product].receive(made - ready, origins[product])
            begun[product] = ready
        return begun

    def origins_of(self, product: str, fed: dict[str, float]) -> Origins:
        """Return the origins of a product of these feeds, by what each gives of it."""
        given = {material: self.yields[product, material] * tonnes for material, tonnes in fed.items()}
        total = sum(given.values())

        def part(rule: str) -> float:
            known = sum(tonnes * self.feed[material].origins[rule] for material, tonnes in given.items())
            return known / total if total > 0 else 0.0

        return self.world.origins(self.region, part)

    def order(self, _day: int) -> None:
        """Order feed, and offer what is shipped unordered."""
        self.world.order(self.group)
        self.world.offer(self.lanes_out)

    def ship(self, day: int) -> None:
        """Send off what was ordered; surplus never leaves directly."""
        self.world.ship(day, self.yard.rows.values(), self.lanes_out)

    def answer(self, _day: int) -> None:
        """Follow the value of the products."""
        self.world.answer_prices(self.region, self.yard)


@dataclass(frozen=True)
class Bill:
    """What a tonne of one product takes and leaves."""

    product: str
    inputs: dict[str, float]
    byproducts: dict[str, float]


@dataclass(eq=False)
class Maker:
    """Makes its products by recipe; the first recipe takes first."""

    id: str
    region: str
    stage: Step
    bills: list[Bill]
    yard: Yard
    feed: dict[str, Row]
    groups: dict[str, Group]
    """Input -> how it is ordered."""
    thrifts: dict[str, Thrift]
    """Input -> how its recipes learn to do with less of it."""
    lanes_out: list[Lane]
    world: World

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [
            (Step.ARRIVE, self.arrive),
            (self.stage, self.work),
            (Step.ORDER, self.order),
            (Step.SHIP, self.ship),
            (Step.ANSWER_PRICES, self.answer),
        ]

    @property
    def products(self) -> tuple[str, ...]:
        """What it is run for."""
        return tuple(bill.product for bill in self.bills)

    def needs(self, bill: Bill) -> dict[str, float]:
        """Return what a tonne takes of each input today, thrift considered."""
        return {i: n * (1 - self.thrifts[i].level) if i in self.thrifts else n for i, n in bill.inputs.items()}

    def arrive(self, day: int) -> None:
        """Take in inputs and finished work."""
        for group in self.groups.values():
            for lane in group.lanes:
                lane.arrive(day)
        self.yard.finish(day)

    def work(self, day: int) -> None:
        """Run the recipes one after the other on what capacity and inputs the earlier ones left."""
        capacity = self.yard.capacity_today
        wants = {bill.product: self.yard.gap(bill.product) for bill in self.bills}
        done = dict.fromkeys(wants, 0.0)
        usual = {product: min(want, self.yard.opening_out[product]) for product, want in wants.items()}
        for most in (usual, wants):
            for bill in self.bills:
                needs = self.needs(bill).items()
                enough_for = min((self.feed[i].stock / n for i, n in needs if n > 0), default=math.inf)
                run = min(most[bill.product] - done[bill.product], capacity, enough_for)
                capacity -= run
                done[bill.product] += run
                self._run(day, bill, run)

    def _run(self, day: int, bill: Bill, run: float) -> None:
        origins = self.origins_of(bill.product, self.needs(bill))
        for material, needed in self.needs(bill).items():
            self.feed[material].take(needed * run)
            self.world.ledger.leave(material, needed * run)
        for material, made in [(bill.product, 1.0), *bill.byproducts.items()]:
            self.yard.begin(day, material, made * run, origins)
            self.world.ledger.leave(material, -made * run)

    def origins_of(self, product: str, needs: dict[str, float]) -> Origins:
        """Return the origins of a product, by the opening value of what a tonne of it takes."""
        market = self.world.market_of[self.region]
        value = market.opening_value(product)

        def part(rule: str) -> float:
            known = sum(n * market.opening_value(i) * self.feed[i].origins[rule] for i, n in needs.items())
            return min(1.0, known / value) if value > 0 else 0.0

        return self.world.origins(self.region, part)

    def order(self, _day: int) -> None:
        """Order every input, and offer what is shipped unordered."""
        for group in self.groups.values():
            self.world.order(group)
        self.world.offer(self.lanes_out)

    def ship(self, day: int) -> None:
        """Send off products as ordered, and by-products as they lie."""
        self.world.ship(day, self.yard.rows.values(), self.lanes_out)

    def answer(self, _day: int) -> None:
        """Follow the value of the products, and learn to do with less of each input whose value has risen."""
        self.world.answer_prices(self.region, self.yard)
        for material, thrift in self.thrifts.items():
            thrift.learn(self.world.multiple(self.region, {material: 1.0}))
