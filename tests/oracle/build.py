"""From a scenario and a seed to actors, lanes and groups, with every constant of the future drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.spec import network as spec
from sim.spec.controls import Control
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario

from . import answers
from .buyers import Buyer, CatchUp, Cohort, Feeling
from .clock import Step
from .dates import Dates
from .draws import Draws, constant
from .facilities import Bill, Maker, Mine, Separation
from .floors import Floor, floors
from .lanes import Claim, Group, Lane
from .market import Market
from .parts import Row, Yard
from .plan import Actor
from .stockpiles import Call, Stockpile
from .surroundings import demand_noise, furnish, markets, world
from .world import World


@dataclass
class Chain:
    """Everything that acts, and what it acts on."""

    actors: dict[str, Actor]
    lanes: dict[str, Lane]
    groups: list[Group]
    rows: list[Row]
    markets: dict[str, Market]
    world: World
    floors: list[Floor]

    @property
    def piles(self) -> dict[str, Stockpile]:
        """The stockpiles, in file order."""
        return {name: actor for name, actor in self.actors.items() if isinstance(actor, Stockpile)}

    @property
    def buyers(self) -> dict[str, Buyer]:
        """The buyers, in file order."""
        return {name: actor for name, actor in self.actors.items() if isinstance(actor, Buyer)}


def build(scenario: Scenario, draws: Draws, dates: dict[str, Dates]) -> Chain:
    """Build the chain, empty and without a plan; `dates` are those of the disruptions that happen."""
    return Builder(scenario, draws, dates).chain()


class Builder:
    """Makes actors one by one, then the lanes that need them, then hands lanes to actors."""

    def __init__(self, scenario: Scenario, draws: Draws, dates: dict[str, Dates]) -> None:
        self.scenario = scenario
        self.dates = dates
        self.draws = draws
        self.rows: list[Row] = []
        self.groups: list[Group] = []
        self.content = {
            name: {e: constant(c) for e, c in material.content.items()} for name, material in scenario.materials.items()
        }
        self.markets = markets(scenario, draws, self.content)
        self.world = world(scenario, draws, self.content, self.markets)
        self.floors = floors(scenario, draws, self.world.treasury)

    def chain(self) -> Chain:
        """Make everything."""
        actors: dict[str, Actor] = {name: self._facility(name) for name in self.scenario.facilities}
        actors |= {name: self._buyer(name) for name in self.scenario.buyers}
        lanes = {name: self._lane(name, lane, actors) for name, lane in self.scenario.lanes.items()}
        _normalise(list(lanes.values()), self.groups)
        chain = Chain(
            actors, lanes, self.groups, self.rows, self.markets, self.world, list(dict.fromkeys(self.floors.values()))
        )
        furnish(self.world, self.rows, list(chain.buyers.values()), list(lanes.values()))
        return chain

    # Rows and groups

    def _row(self, key: str, material: str, region: str, *, is_surplus: bool = False) -> Row:
        row = Row(f"stock/{key}", material, region, is_surplus)
        self.rows.append(row)
        return row

    def _group(self, name: str, region: str, cover: float, rows: list[Row]) -> Group:
        group = Group(name, region, self.world.priority_of[name], cover, rows)
        self.groups.append(group)
        return group

    # Facilities and buyers

    def _facility(self, name: str) -> Actor:
        facility = self.scenario.facilities[name]
        match facility:
            case spec.Mine():
                return self._mine(name, facility)
            case spec.SeparationPlant():
                return self._separation(name, facility)
            case spec.Maker():
                return self._maker(name, facility)
            case spec.Stockpile():
                return self._stockpile(name, facility)

    def _number(self, name: str, facility: spec.Facility, what: str, quantity: Quantity | None) -> float:
        return self.draws.number(quantity, f"facility/{facility.stream or name}/{what}")

    def _yard(self, name: str, plant: spec.Mine | spec.SeparationPlant | spec.Maker, products: list[str]) -> Yard:
        region = plant.region
        return Yard(
            rows={p: self._row(f"{name}/product/{p}", p, region) for p in products},
            cover=self._number(name, plant, "cover", plant.cover),
            lead=self.draws.days(plant.lead, f"facility/{plant.stream or name}/lead", least=1),
            nameplate=self._number(name, plant, "capacity", plant.capacity),
            idle=answers.idle(plant.idle),
        )

    def _mine(self, name: str, mine: spec.Mine) -> Mine:
        return Mine(name, mine.region, mine.product, self._yard(name, mine, [mine.product]), [], self.world)

    def _separation(self, name: str, plant: spec.SeparationPlant) -> Separation:
        lanes = [lane for lane in self.scenario.lanes.values() if lane.to == name]
        materials = list(dict.fromkeys(lane.received_as or lane.material for lane in lanes))
        feed = {m: self._row(f"{name}/feed/{m}", m, plant.region) for m in materials}
        cover = self._number(name, plant, "feed_cover", plant.feed_cover)
        return Separation(
            id=name,
            region=plant.region,
            products=plant.products,
            yard=self._yard(name, plant, list(plant.products)),
            feed=feed,
            surplus={p: self._row(f"{name}/surplus/{p}", p, plant.region, is_surplus=True) for p in plant.products},
            group=self._group(name, plant.region, cover, list(feed.values())),
            yields={(p, m): self._yield(plant, p, m) for p in plant.products for m in materials},
            operating_cost=None if plant.operating_cost is None else constant(plant.operating_cost),
            floor=self.floors.get(name),
            lanes_out=[],
            world=self.world,
        )

    def _yield(self, plant: spec.SeparationPlant, product: str, feed: str) -> float:
        return min(
            self.content[feed].get(e, 0.0) * constant(plant.recovery.get(e)) / c
            for e, c in self.content[product].items()
            if c > 0
        )

    def _maker(self, name: str, maker: spec.Maker) -> Maker:
        bills = [Bill(p, _numbers(recipe.inputs), _numbers(recipe.byproducts)) for p, recipe in maker.recipes.items()]
        inputs = dict.fromkeys(material for bill in bills for material in bill.inputs)
        made = dict.fromkeys([*maker.recipes, *(material for bill in bills for material in bill.byproducts)])
        feed = {m: self._row(f"{name}/feed/{m}", m, maker.region) for m in inputs}
        cover = self._number(name, maker, "feed_cover", maker.feed_cover)
        return Maker(
            id=name,
            region=maker.region,
            stage=Step.MAGNET if maker.stage == "magnet" else Step.METAL,
            bills=bills,
            yard=self._yard(name, maker, list(made)),
            feed=feed,
            groups={m: self._group(name, maker.region, cover, [row]) for m, row in feed.items()},
            thrifts={m: answers.thrift(each) for m, each in maker.thrift.items()},
            lanes_out=[],
            world=self.world,
        )

    def _stockpile(self, name: str, pile: spec.Stockpile) -> Stockpile:
        rows = {m: self._row(f"{name}/{m}", m, pile.region) for m in pile.stocks}
        refill = pile.refill
        return Stockpile(
            id=name,
            region=pile.region,
            rows=rows,
            groups={m: self._group(name, pile.region, 0.0, [row]) for m, row in rows.items()},
            trigger=None if pile.trigger is None else self._number(name, pile, "trigger", pile.trigger),
            rate=None if pile.rate is None else self._number(name, pile, "rate", pile.rate),
            ration=None if pile.ration is None else max(1, self._days(name, pile, "ration", pile.ration)),
            first=pile.first,
            call=self._call(name, pile),
            budget=math.inf if refill is None else constant(refill.budget, absent=math.inf),
            release_over=None
            if pile.release_over is None
            else self._number(name, pile, "release_over", pile.release_over),
            refill_rate=None if refill is None else self._number(name, pile, "refill", refill.rate),
            price_ceiling=0.0 if refill is None else constant(refill.price_ceiling),
            lanes_out=[],
            receivers={},
            world=self.world,
            of_policy=name in self.scenario.policy_facilities,
            shares=_numbers(pile.shares),
            entitlement=constant(pile.entitlement),
            rotation=None if pile.rotation is None else self._number(name, pile, "rotation", pile.rotation.over),
            discount=0.0 if pile.rotation is None else constant(pile.rotation.discount),
        )

    def _days(self, name: str, pile: spec.Stockpile, what: str, quantity: Quantity | None) -> int:
        return 0 if quantity is None else self.draws.days(quantity, f"facility/{pile.stream or name}/{what}")

    def _call(self, name: str, pile: spec.Stockpile) -> Call:
        decided = self._days(name, pile, "decision_day", pile.decision_day)
        when = pile.when
        if when is None:
            return Call(decided, 0, None, None)
        start = self._days(name, pile, "start", when.start)
        price = None if when.price is None else constant(when.price)
        if when.emergency is None:
            return Call(decided, start, price, None)
        controls = tuple(key for key, one in self.scenario.disruptions.items() if isinstance(one, Control))
        delay = self._days(name, pile, "delay", when.emergency.delay)
        named = [self.dates[key] for key in when.emergency.during or controls if key in self.dates]
        return Call(decided, start, price, [(dates.first + delay, dates.end) for dates in named])

    def _buyer(self, name: str) -> Buyer:
        buyer = self.scenario.buyers[name]
        cohorts = [self._cohort(name, buyer, number) for number in range(len(buyer.cohorts))]
        cover = sum(cohort.share * cohort.cover for cohort in cohorts)
        return Buyer(
            id=name,
            region=buyer.region,
            material=buyer.material,
            demand=constant(buyer.demand),
            growth=constant(buyer.growth),
            growth_until=constant(buyer.growth_until, absent=math.inf),
            feelings=self._feelings(name, buyer),
            thrift=None if buyer.thrift is None else answers.thrift(buyer.thrift),
            catch_up=self._catch_up(),
            cohorts=cohorts,
            group=self._group(name, buyer.region, cover, [cohort.row for cohort in cohorts]),
            noise=demand_noise(self.scenario, self.draws, buyer.region),
            world=self.world,
        )

    def _feelings(self, name: str, buyer: spec.Buyer) -> list[Feeling]:
        prices, number, stream = self.scenario.prices, self.draws.number, f"buyer/{buyer.stream or name}"
        threshold = number(prices.response_threshold, "prices/response_threshold")
        smoothing = number(prices.response_smoothing, "prices/response_smoothing")
        found = [Feeling(number(buyer.elasticity, f"{stream}/elasticity"), smoothing, threshold)]
        if buyer.long_elasticity is not None:
            elasticity = number(buyer.long_elasticity, f"{stream}/long_elasticity")
            found.append(Feeling(elasticity, number(prices.long_smoothing, "prices/long_smoothing"), threshold))
        return found

    def _catch_up(self) -> CatchUp | None:
        terms = self.scenario.catch_up
        return None if terms is None else CatchUp(constant(terms.share), constant(terms.rate))

    def _cohort(self, name: str, buyer: spec.Buyer, number: int) -> Cohort:
        cohort = buyer.cohorts[number]
        return Cohort(
            share=constant(cohort.share),
            cover=self.draws.number(cohort.cover, f"buyer/{buyer.stream or name}/cover/{number}"),
            row=self._row(f"{name}/{number}", buyer.material, buyer.region),
        )

    # Lanes

    def _lane(self, name: str, lane: spec.Lane, actors: dict[str, Actor]) -> Lane:
        stream = f"lane/{lane.stream or name}"
        shipper, receiver = actors[lane.from_], actors[lane.to]
        assert not isinstance(shipper, Buyer)
        received_as = lane.received_as or lane.material
        group, landing = _where(receiver, received_as)
        release = isinstance(shipper, Stockpile) or lane.response is not None
        made = Lane(
            id=name,
            stream=lane.stream or name,
            shipper=lane.from_,
            receiver=lane.to,
            regions=(shipper.region, receiver.region),
            material=lane.material,
            source=shipper.rows[lane.material] if isinstance(shipper, Stockpile) else shipper.yard.rows[lane.material],
            landing=landing,
            received=self._received(lane.material, received_as),
            usual_transit=self.draws.days(lane.transit, f"{stream}/transit", least=1),
            push=lane.push and not release,
            release=release,
            share=constant(lane.share),
            standby=constant(lane.standby),
            capacity=self.draws.number(lane.capacity, f"{stream}/capacity", math.inf),
            right=self.draws.number(lane.right, f"{stream}/right"),
            freight=constant(lane.freight),
            qualification=0,
            qualified=lane.qualification is None or constant(lane.share) > 0,
        )
        made.claim = self._claim(lane)
        pile = self.scenario.facilities[lane.from_]
        if isinstance(pile, spec.Stockpile):
            made.usual_transit += self._days(lane.from_, pile, "handling", pile.handling)
        if lane.qualification is not None:
            made.qualification = self.draws.days(lane.qualification, f"{stream}/qualification", least=1)
        if lane.requalify_after is not None:
            made.requalify_after = self.draws.days(lane.requalify_after, f"{stream}/requalify_after", least=1)
        self._connect(made, shipper, group, responds=lane.response is not None)
        return made

    def _claim(self, lane: spec.Lane) -> Claim | None:
        for name, floor in self.scenario.floors.items():
            agreed = floor.offtake
            if agreed is not None and lane.from_ in floor.producers and lane.to in agreed.takers:
                first = self.draws.days(floor.decision_day, f"floor/{floor.stream or name}/decision_day")
                return Claim(first, constant(agreed.share), constant(agreed.rate.get(lane.material)))
        return None

    def _received(self, material: str, received_as: str) -> float:
        shipped, booked = self.content[material], self.content[received_as]
        return next((c / booked[e] for e, c in shipped.items() if c > 0 and booked.get(e, 0.0) > 0), 1.0)

    def _connect(self, lane: Lane, shipper: Actor, group: Group, *, responds: bool) -> None:
        assert not isinstance(shipper, Buyer)
        group.lanes.append(lane)
        if isinstance(shipper, Stockpile):
            shipper.receivers[lane.id] = group
            shipper.served.append(lane)
        if not responds:
            shipper.lanes_out.append(lane)


def _numbers(ratios: dict[str, Quantity]) -> dict[str, float]:
    return {material: constant(ratio) for material, ratio in ratios.items()}


def _where(receiver: Actor, material: str) -> tuple[Group, Row | None]:
    """Return the group and the row that a material goes to."""
    match receiver:
        case Buyer():
            return receiver.group, None
        case Separation():
            return receiver.group, receiver.feed[material]
        case Maker():
            return receiver.groups[material], receiver.feed[material]
        case Stockpile():
            return receiver.groups[material], receiver.rows[material]
        case Mine():
            raise AssertionError("nothing is shipped to a mine")


def _normalise(lanes: list[Lane], groups: list[Group]) -> None:
    """Make contract shares sum to 1 over each group's pull lanes, and over each row's push lanes."""
    for lane in lanes:
        if lane.release:
            lane.share = 0.0
    families = [group.pulls for group in groups]
    for row in {id(lane.source): lane.source for lane in lanes}.values():
        families.append([lane for lane in lanes if lane.push and lane.source is row])
    for family in families:
        total = sum(lane.share for lane in family)
        for lane in family:
            lane.share = lane.share / total if total > 0 else 0.0
