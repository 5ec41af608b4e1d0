"""Stockpiles: what they let go in step 3 and buy back in step 9."""

from __future__ import annotations

from dataclasses import dataclass, field

from .clock import Routine, Step
from .lanes import Group, Lane
from .parts import TOLERANCE, Row
from .rationing import Request, ration
from .world import World


@dataclass(eq=False)
class Stockpile:
    """Holds materials for a bad day."""

    id: str
    region: str
    rows: dict[str, Row]
    groups: dict[str, Group]
    """Material -> how it is bought back."""
    trigger: float
    release_over: float | None
    refill_rate: float | None
    price_ceiling: float
    lanes_out: list[Lane]
    receivers: dict[str, Group]
    """Lane id -> the group it serves."""
    world: World
    opening: dict[str, float] = field(default_factory=dict)
    room: dict[str, float] = field(default_factory=dict)
    let_go: dict[str, float] = field(default_factory=dict)
    """Material -> tonnes released today."""

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [
            (Step.RELEASE, self.release),
            (Step.ARRIVE, self.arrive),
            (Step.ORDER, self.order),
            (Step.SHIP, self.label),
        ]

    def release(self, day: int) -> None:
        """Let go what brings the projected cover of those it serves up to the trigger."""
        needs = {lane.id: self._need(lane) for lane in self.lanes_out}
        for material in self.rows:
            lanes = [lane for lane in self.lanes_out if lane.material == material]
            asks = [Request(needs[ln.id], self.world.priority_of[ln.receiver], 1.0) for ln in lanes]
            granted = ration(self._most(material), asks)
            self.let_go[material] = sum(granted)
            for lane, tonnes in zip(lanes, granted, strict=True):
                lane.depart(day, tonnes)

    def _need(self, lane: Lane) -> float:
        group = self.receivers[lane.id]
        if lane.layers.open_share < 1 or group.owner in self.world.piles:
            return 0.0
        missing = max(0.0, self.trigger * group.use - (group.position - group.going))
        return min(missing / lane.received, lane.capacity)

    def _most(self, material: str) -> float:
        stock = self.rows[material].stock
        if self.release_over is None or self.release_over <= 0:
            return stock
        return min(stock, self.opening[material] / self.release_over)

    def arrive(self, day: int) -> None:
        """Take in what was bought back."""
        for group in self.groups.values():
            for lane in group.lanes:
                lane.arrive(day)

    def label(self, _day: int) -> None:
        """Say of what was let go this morning where it comes from, as of what leaves tonight."""
        for lane in self.lanes_out:
            if lane.shipped > 0:
                lane.cargo[-1].origins = lane.source.origins

    def order(self, _day: int) -> None:
        """Buy back, unless it released today or the price is above the ceiling."""
        for material, group in self.groups.items():
            group.order(self._gap(material, group))

    def _gap(self, material: str, group: Group) -> float:
        if self.refill_rate is None:
            return 0.0
        market = self.world.market_of[self.region]
        ceiling = self.price_ceiling * market.opening_value(material)
        too_dear = self.world.judge.below(ceiling, market.value(material))
        if too_dear or self.let_go[material] > TOLERANCE:
            return 0.0
        target = min(self.opening[material], self.room[material])
        whole = sum(self.opening.values())
        part = self.opening[material] / whole if whole > 0 else 0.0
        return min(max(0.0, target - group.position), self.refill_rate * part)
