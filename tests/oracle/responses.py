"""Rapid Responses: whom they watch, when they are called, and what they send in step 3."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sim.spec.policies import RapidResponse
from sim.spec.scenario import Scenario

from .build import Chain
from .buyers import Buyer
from .clock import Routine, Step
from .draws import Draws, constant
from .facilities import Maker, Mine, Separation
from .lanes import Group, Lane
from .rationing import Request, ration
from .stockpiles import Stockpile
from .world import World


@dataclass(eq=False)
class Sender:
    """A plant or pile that sends, with its lanes and whom they serve."""

    lanes: list[tuple[Lane, Group]]
    keep: float
    """Days of planned sales that it keeps."""
    pile: Stockpile | None
    plant: Mine | Separation | Maker | None

    def spare(self, material: str) -> float:
        """Return what it can do without."""
        if self.pile is not None:
            return self.pile.rows[material].stock
        assert self.plant is not None
        yard = self.plant.yard
        return max(0.0, yard.rows[material].stock - self.keep * yard.out[material])


@dataclass(eq=False)
class Response:
    """One Rapid Response in one future."""

    spec: RapidResponse
    stream: str
    draws: Draws
    senders: list[Sender]
    groups: list[Group]
    """What the watched places order."""
    buyers: list[Buyer]
    restores: float
    tonnage: dict[str, float]
    limit: float
    world: World
    ready: int
    """Day from which it may be called."""
    begins: float = math.inf
    ends: float = -math.inf
    calls: int = 0
    left: dict[str, float] = field(default_factory=dict)
    sent: float = 0.0
    carriage: float = 0.0
    """Freight of all it ever sent, USD."""

    def send(self, day: int) -> None:
        """Send what the groups it serves lack, from one sender after the other."""
        if day == self.begins:
            self.left, self.sent = dict(self.tonnage), 0.0
        if self.begins <= day < self.ends:
            for sender in self.senders:
                self._send_from(sender, day)

    def _send_from(self, sender: Sender, day: int) -> None:
        needs = {lane.id: self._need(lane, group) for lane, group in sender.lanes}
        part = self._part(sender, needs)
        for material in dict.fromkeys(lane.material for lane, _ in sender.lanes):
            lanes = [lane for lane, _ in sender.lanes if lane.material == material]
            asks = [Request(needs[lane.id], self.world.priority_of[lane.receiver], needs[lane.id]) for lane in lanes]
            granted = ration(part * self._meant(sender, material, needs), asks)
            if sender.pile is not None and sender.pile.shares:
                granted = sender.pile.draw_by_shares(material, lanes, granted, math.inf)
            for lane, tonnes in zip(lanes, granted, strict=True):
                lane.depart(day, tonnes)
                self.left[material] = max(0.0, self.left[material] - tonnes)
                self.sent += tonnes
                self.carriage += tonnes * lane.freight * 1000
                if sender.pile is not None:
                    sender.pile.let_go[material] += tonnes

    def _meant(self, sender: Sender, material: str, needs: dict[str, float]) -> float:
        """Return what would be sent of a material, were there no limit to all of them."""
        asked = sum(needs[lane.id] for lane, _ in sender.lanes if lane.material == material)
        return min(asked, sender.spare(material), self.left[material])

    def _part(self, sender: Sender, needs: dict[str, float]) -> float:
        """Return which part of that the limit lets through."""
        meant = sum(self._meant(sender, m, needs) for m in {lane.material for lane, _ in sender.lanes})
        return min(1.0, max(0.0, self.limit - self.sent) / meant) if meant > 0 else 1.0

    def _need(self, lane: Lane, group: Group) -> float:
        if lane.layers.open_share < 1:
            return 0.0
        missing = max(0.0, self.restores * group.use - (group.position - group.going))
        return min(missing / lane.received, lane.capacity)

    def look(self, day: int) -> None:
        """Be called where it is time."""
        if day < self.ready or not self._is_time():
            return
        parts = (("detection", self.spec.detection), ("convening", self.spec.convening))
        parts = (*parts, ("decision", self.spec.decision))
        self.begins = day + max(1, sum(self._days(what) for what, quantity in parts if quantity is not None))
        self.ends = self.begins + max(1, self._days("lasts"))
        self.ready = int(self.ends) + self._days("cool_down")
        self.calls += 1

    def _days(self, what: str) -> int:
        quantity = getattr(self.spec, what)
        return round(self.draws.number(quantity, f"{self.stream}/{what}", draw=self.calls))

    def _is_time(self) -> bool:
        below = self.world.judge.below
        if self.spec.cover_below is not None:
            least = constant(self.spec.cover_below)
            used = [group for group in self.groups if group.use > 0]
            return any([below(group.position - group.going, least * group.use) for group in used])
        if self.spec.unmet_above is not None:
            notional = sum(buyer.notional for buyer in self.buyers)
            return below(constant(self.spec.unmet_above) * notional, sum(buyer.unmet for buyer in self.buyers))
        markets = [(self.world.market_of[buyer.region], buyer.material) for buyer in self.buyers]
        most = constant(self.spec.price_above)
        return any([below(most * market.opening_value(m), market.value(m)) for market, m in markets])


@dataclass(eq=False)
class Staff:
    """Lets all responses send, then all look."""

    responses: list[Response]

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [(Step.RESPOND, self.respond), (Step.SHIP, self.label)]

    @property
    def carriage(self) -> float:
        """The freight of all that was sent, USD."""
        return sum(response.carriage for response in self.responses)

    def respond(self, day: int) -> None:
        """Send, then look."""
        for response in self.responses:
            response.send(day)
        for response in self.responses:
            response.look(day)

    def label(self, _day: int) -> None:
        """Say of what was sent this morning where it comes from, as of what leaves tonight."""
        for response in self.responses:
            for lane, _ in [each for sender in response.senders for each in sender.lanes]:
                if lane.shipped > 0:
                    lane.cargo[-1].origins = lane.source.origins


def staff(scenario: Scenario, chain: Chain, draws: Draws) -> Staff:
    """Return everybody who responds."""
    return Staff([_response(scenario, chain, draws, name) for name in scenario.responses])


def _response(scenario: Scenario, chain: Chain, draws: Draws, name: str) -> Response:
    spec = scenario.responses[name]
    stream = f"response/{spec.stream or name}"
    own = [chain.lanes[i] for i, lane in scenario.lanes.items() if lane.response == name]
    senders = dict.fromkeys(lane.shipper for lane in own)
    kept = None if spec.keep is None else draws.number(spec.keep, f"{stream}/keep")
    return Response(
        spec=spec,
        stream=stream,
        draws=draws,
        senders=[_sender(chain, i, [lane for lane in own if lane.shipper == i], kept) for i in senders],
        groups=[group for group in chain.groups if group.owner in spec.watched],
        buyers=[buyer for i, buyer in chain.buyers.items() if i in spec.watched],
        restores=draws.number(spec.restores, f"{stream}/restores"),
        tonnage=dict.fromkeys((lane.material for lane in own), math.inf)
        | {m: draws.number(most, f"{stream}/tonnage/{m}") for m, most in spec.tonnage.items()},
        limit=draws.number(spec.limit, f"{stream}/limit", math.inf),
        world=chain.world,
        ready=0 if spec.decision_day is None else draws.days(spec.decision_day, f"{stream}/decision_day"),
    )


def _sender(chain: Chain, name: str, lanes: list[Lane], kept: float | None) -> Sender:
    actor = chain.actors[name]
    served = [(lane, next(group for group in chain.groups if lane in group.lanes)) for lane in lanes]
    if isinstance(actor, Stockpile):
        return Sender(served, 0.0, actor, None)
    assert not isinstance(actor, Buyer)
    return Sender(served, actor.yard.cover if kept is None else kept, None, actor)
