"""Where the value of things comes from, and the content rules that ask (section 6)."""

from __future__ import annotations

from dataclasses import dataclass

from sim.spec.controls import ContentRule
from sim.spec.scenario import Scenario

from .build import Chain
from .clock import Routine, Step
from .dates import Dates
from .draws import Draws
from .facilities import Maker, Mine, Separation
from .lanes import Group, Lane
from .parts import DUST, Origins, Row
from .world import Judge

ROUNDS = 60
"""How often what is known is passed on before day 0: further than any chain is long."""
SET_EVERY = 7


def claims(scenario: Scenario, dates: dict[str, Dates]) -> dict[str, str]:
    """Return the content rules that happen, and whose content each is about."""
    rules = scenario.disruptions.items()
    return {name: rule.authority for name, rule in rules if isinstance(rule, ContentRule) and name in dates}


@dataclass(eq=False)
class Rule:
    """A content rule in one future: how much of what is foreign to it passes, week by week."""

    name: str
    dates: Dates
    lanes: list[Lane]
    threshold: float
    compliance: float
    clean_from: int
    judge: Judge

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [(Step.CALENDAR, self.wake)]

    def wake(self, day: int) -> None:
        """Look at what was in the rows last night, once a week."""
        if not self.dates.stands(day):
            for lane in self.lanes:
                lane.layers.standing[self.name] = 1.0
        elif (day - self.dates.first) % SET_EVERY == 0:
            for lane in self.lanes:
                lane.layers.standing[self.name] = self.open_share(lane.source.origins[self.name], day)
                lane.declared = day

    def open_share(self, part: float, day: int) -> float:
        """Return what passes of something of which a part comes from the authority."""
        if not self.judge.below(self.threshold, part):
            return 1.0
        clean = 1.0 if day >= self.clean_from else 0.0
        return min(1.0, 1 - self.compliance + self.compliance * (1 - part) * clean)


def rule(name: str, spec: ContentRule, stream: str, dates: Dates, draws: Draws, chain: Chain) -> Rule:
    """Read a content rule."""
    return Rule(
        name=name,
        dates=dates,
        lanes=[
            lane
            for lane in chain.lanes.values()
            if lane.regions[0] != spec.authority
            and lane.regions[1] in spec.destinations
            and lane.material in spec.materials
        ],
        threshold=draws.number(spec.threshold, f"{stream}/threshold"),
        compliance=draws.number(spec.compliance, f"{stream}/compliance"),
        clean_from=dates.first + draws.days(spec.clean_after, f"{stream}/clean_after"),
        judge=chain.world.judge,
    )


# On opening


def settle(chain: Chain) -> None:
    """Find where what is there on opening comes from, passing it on along the planned flows."""
    claims = chain.world.claims
    for row in chain.rows:
        row.natives = frozenset(rule for rule, home in claims.items() if row.region == home)
        row.origins = {rule: float(rule in row.natives) for rule in claims}
    plants = [actor for actor in chain.actors.values() if isinstance(actor, Mine | Separation | Maker)]
    for _ in range(ROUNDS if claims else 0):
        for actor in plants:
            for row, group in _feeds(actor):
                _learn_from_shippers(row, group)
        for actor in plants:
            _pass_on(actor)


def _feeds(actor: Mine | Separation | Maker) -> list[tuple[Row, Group]]:
    match actor:
        case Mine():
            return []
        case Separation():
            return [(row, actor.group) for row in actor.feed.values()]
        case Maker():
            return [(actor.feed[material], group) for material, group in actor.groups.items()]


def _learn_from_shippers(row: Row, group: Group) -> None:
    lanes = [lane for lane in group.lanes if lane.landing is row and not lane.release]
    flows = [lane.flow * lane.received for lane in lanes]
    row.origins = _mean(row, [(flow, lane.source.origins) for flow, lane in zip(flows, lanes, strict=True)])


def _mean(row: Row, parts: list[tuple[float, Origins]]) -> Origins:
    """Return the mean origins of what comes to a row; those it has where next to nothing comes, or all is native."""
    total = sum(weight for weight, _ in parts)
    if total <= DUST:
        return row.origins
    return {
        rule: own if rule in row.natives else sum(weight * origins[rule] for weight, origins in parts) / total
        for rule, own in row.origins.items()
    }


def _pass_on(actor: Mine | Separation | Maker) -> None:
    match actor:
        case Separation():
            _pass_on_separated(actor)
        case Maker():
            _pass_on_made(actor)


def _pass_on_separated(plant: Separation) -> None:
    fed = dict.fromkeys(plant.feed, 0.0)
    for lane in plant.group.lanes:
        if lane.landing is not None and not lane.release:
            fed[lane.landing.material] += lane.flow * lane.received
    for product in plant.products:
        origins = plant.origins_of(product, fed)
        plant.yard.rows[product].origins = plant.surplus[product].origins = origins


def _pass_on_made(maker: Maker) -> None:
    works = {bill.product: maker.origins_of(bill.product, bill.inputs) for bill in maker.bills}
    for material, row in maker.yard.rows.items():
        if material in works:
            row.origins = works[material]
        else:
            fallen = [(bill.byproducts.get(material, 0.0), bill.product) for bill in maker.bills]
            row.origins = _mean(row, [(part * maker.yard.out[p], works[p]) for part, p in fallen])
