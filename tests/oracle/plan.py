"""Today's shares and the plan: the steady flow that demand calls for (sections 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterable

from .buyers import Buyer
from .clock import Clock, Routine, Step, Story
from .facilities import TRACE, Maker, Mine, Separation
from .lanes import Group, Lane
from .parts import TOLERANCE, Row, Yard
from .stockpiles import Stockpile

Actor = Mine | Separation | Maker | Stockpile | Buyer

REVIEW_DAYS = 30


def share_out(group: Group) -> None:
    """Set each pull lane's part of its group's orders: open contracts, and what takes over the lost."""
    pulls = group.pulls
    group.lost = max(0.0, 1 - sum(lane.share * lane.planned_share for lane in pulls))
    weights = [(lane.share + lane.standby) * lane.qualified if lane.planned_share == 1 else 0.0 for lane in pulls]
    total = sum(weights)
    for lane, weight in zip(pulls, weights, strict=True):
        moved = group.lost * weight / total if total > 0 else 0.0
        lane.order_share = lane.share * lane.planned_share + moved


def call_for(group: Group, use: float, pushed: float = 0.0) -> None:
    """Set planned use, and with it the flow on each pull lane; what is pushed in need not be pulled."""
    group.use = use
    for lane in group.pulls:
        lane.flow = (use - pushed) * lane.order_share / lane.received


def flow_from(actor: Mine | Separation | Maker, material: str) -> float:
    """Return what the receivers of a product call for."""
    return sum(lane.flow for lane in actor.lanes_out if lane.pull and lane.material == material)


def plan(actor: Actor, day: int) -> None:
    """Plan one actor whose customers, and whoever pushes to it, are planned."""
    match actor:
        case Buyer():
            call_for(actor.group, actor.planned_demand(day))
        case Stockpile():
            for group in actor.groups.values():
                call_for(group, 0.0)
        case Mine():
            actor.yard.out[actor.product] = min(flow_from(actor, actor.product), actor.yard.capacity)
            _push(actor)
        case Maker():
            _plan_maker(actor)
            _push(actor)
        case Separation():
            _plan_separation(actor)
            _push(actor)


def _push(actor: Mine | Separation | Maker) -> None:
    for lane in actor.lanes_out:
        if lane.push:
            lane.flow = lane.share * lane.planned_share * actor.yard.out[lane.material]


def _plan_maker(maker: Maker) -> None:
    out = maker.yard.out
    for bill in maker.bills:
        out[bill.product] = 0.0
    left = maker.yard.capacity
    calls = {bill.product: flow_from(maker, bill.product) for bill in maker.bills}
    usual = {product: min(call, maker.yard.opening_out.get(product, 0.0)) for product, call in calls.items()}
    for most in (usual, calls):
        for product, call in most.items():
            more = min(call - out[product], left)
            out[product] += more
            left -= more
    for material in maker.yard.rows:
        if any(material in bill.byproducts for bill in maker.bills):
            out[material] = sum(bill.byproducts.get(material, 0.0) * out[bill.product] for bill in maker.bills)
    for material, group in maker.groups.items():
        call_for(group, sum(maker.needs(bill).get(material, 0.0) * out[bill.product] for bill in maker.bills))


def _plan_separation(plant: Separation) -> None:
    pushes, pulls = plant.group.pushes, plant.group.pulls
    pushed_feed = sum(lane.flow * lane.received for lane in pushes)
    bought = sum(lane.order_share for lane in pulls)
    uses = []
    for product in plant.products:
        plant.yard.out[product] = out = flow_from(plant, product)
        pushed = sum(lane.flow * lane.received * plant.yields[product, _feed(lane)] for lane in pushes)
        pulled_yield = sum(lane.order_share * plant.yields[product, _feed(lane)] for lane in pulls)
        if bought > 0 and pulled_yield / bought > TRACE:
            uses.append(pushed_feed + max(0.0, out - pushed) / (pulled_yield / bought))
    call = max(uses, default=pushed_feed)
    use = max(pushed_feed, min(call, plant.yard.capacity))
    for product in plant.products:
        plant.yard.out[product] *= use / call if call > 0 else 1.0
    call_for(plant.group, use, pushed_feed)


def _feed(lane: Lane) -> str:
    assert lane.landing is not None
    return lane.landing.material


def receivers_first(actors: dict[str, Actor], lanes: Iterable[Lane]) -> list[Actor]:
    """Sort so that receivers stand before those they pull from, and who pushes before the receiver."""
    before: dict[str, list[str]] = {name: [] for name in actors}
    for lane in lanes:
        if lane.pull:
            before[lane.shipper].append(lane.receiver)
        elif lane.push:
            before[lane.receiver].append(lane.shipper)
    order: dict[str, Actor] = {}

    def place(name: str, above: tuple[str, ...] = ()) -> None:
        assert name not in above, f"a loop: {above}"
        for other in before[name]:
            place(other, (*above, name))
        order.setdefault(name, actors[name])

    for name in actors:
        place(name)
    return list(order.values())


def set_normal(actor: Actor) -> None:
    """Set the stock of every row but a pile's to what the plan calls for (section 4)."""
    match actor:
        case Mine():
            _normal_yard(actor.yard, [actor.product])
        case Separation():
            _normal_yard(actor.yard, list(actor.products))
            for row in actor.feed.values():
                row.normal = 0.0
            for lane in actor.group.lanes:
                if not lane.release and lane.landing is not None:
                    cover = actor.group.cover + actor.group.hoard
                    lane.landing.normal += cover * lane.flow * lane.received
        case Maker():
            _normal_yard(actor.yard, [bill.product for bill in actor.bills])
            for material, group in actor.groups.items():
                actor.feed[material].normal = (group.cover + group.hoard) * group.use
        case Buyer():
            for cohort in actor.cohorts:
                cohort.row.normal = cohort.share * (cohort.cover + actor.group.hoard) * actor.group.use


def _normal_yard(yard: Yard, products: list[str]) -> None:
    for product in products:
        yard.rows[product].normal = yard.cover * yard.out[product]


def normal_rows(actor: Actor) -> list[Row]:
    """Return the rows of an actor that have a normal stock."""
    match actor:
        case Mine():
            return list(actor.yard.rows.values())
        case Separation() | Maker():
            return [*actor.feed.values(), *actor.yard.rows.values()]
        case Buyer():
            return [cohort.row for cohort in actor.cohorts]
    return []


def drifts(actor: Actor) -> bool:
    """Tell whether an actor grows, learns thrift, or has idle capacity to start."""
    match actor:
        case Buyer():
            return actor.growth != 0
        case Maker():
            return actor.yard.idle is not None or bool(actor.thrifts)
        case Mine() | Separation():
            return actor.yard.idle is not None
    return False


class Planner:
    """Makes the plan before day 0, and again whenever what it rests on has changed."""

    def __init__(self, clock: Clock, actors: dict[str, Actor], lanes: list[Lane], groups: list[Group]) -> None:
        self.clock = clock
        self.order = receivers_first(actors, lanes)
        self.lanes = lanes
        self.groups = groups
        self.drifts = any(drifts(actor) for actor in self.order)
        self.seen: object = None

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [(Step.PLAN, self.review)]

    def open(self) -> None:
        """Make the opening plan, and keep its flows as what was usual."""
        self.make(0)
        for lane in self.lanes:
            lane.opening_flow = lane.taken = lane.yesterday = lane.flow
        for group in self.groups:
            group.opening_pipeline = group.pipeline
        for actor in self.order:
            if isinstance(actor, Mine | Separation | Maker):
                actor.yard.opening_out = {product: actor.yard.out[product] for product in actor.products}

    def review(self, day: int) -> None:
        """Plan again if what the plan rests on changed, or on a day of review where something changes by and by."""
        for lane in self.lanes:
            lane.grow_stale()
        if self.standing() != self.seen or (self.drifts and day % REVIEW_DAYS == 0):
            self.make(day)
        self.qualify(day)

    def make(self, day: int) -> None:
        """Make the plan."""
        self.seen = self.standing()
        for group in self.groups:
            share_out(group)
        for actor in self.order:
            plan(actor, day)
        for actor in self.order:
            set_normal(actor)

    def standing(self) -> object:
        """Return what the plan rests on, but for what changes by and by."""
        lanes = [
            (n.layers.open_share, n.quotas.open_share, n.qualified, n.lapsed, n.transit, n.declared) for n in self.lanes
        ]
        return lanes, [group.hoard for group in self.groups], [a.surge for a in self.order if isinstance(a, Buyer)]

    def qualify(self, day: int) -> None:
        """Begin the qualification of lanes whose group has lost supply it needs."""
        for group in self.groups:
            for lane in group.pulls:
                asks = lane.layers.open_share > 0 if lane.lapsed else not lane.qualified
                if group.lost > TOLERANCE and group.use > 0 and asks and not lane.qualifying:
                    lane.qualifying = True
                    self.clock.env.process(self._qualify(lane, day + lane.qualification))

    def _qualify(self, lane: Lane, day: int) -> Story:
        yield self.clock.until(day)
        lane.qualified, lane.lapsed, lane.qualifying = True, False, False
