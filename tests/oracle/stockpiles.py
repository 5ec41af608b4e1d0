"""Stockpiles: what they let go in step 3 and buy back in step 9."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .clock import Routine, Step
from .lanes import Group, Lane
from .parts import TOLERANCE, Row
from .rationing import Request, ration
from .world import World


@dataclass(eq=False)
class Book:
    """What one owner has of one material, tonnes."""

    held: float
    brought: float
    lent: float = 0.0
    left: float = 0.0
    """What may still be drawn today."""


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
    shares: dict[str, float] = field(default_factory=dict)
    """Owner -> its part; empty where all draw by need."""
    entitlement: float = 0.0
    books: dict[tuple[str, str], Book] = field(default_factory=dict)
    """Owner and material -> what the owner has in it."""
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
            if self.shares:
                granted = self._by_shares(material, lanes, [needs[lane.id] for lane in lanes])
            else:
                granted = self._ration(lanes, [needs[lane.id] for lane in lanes], self._most(material))
            self.let_go[material] = sum(granted)
            for lane, tonnes in zip(lanes, granted, strict=True):
                lane.depart(day, tonnes)

    def _ration(self, lanes: list[Lane], wanted: list[float], most: float) -> list[float]:
        asks = [Request(w, self.world.priority_of[ln.receiver], 1.0) for ln, w in zip(lanes, wanted, strict=True)]
        return ration(most, asks)

    def _by_shares(self, material: str, lanes: list[Lane], wanted: list[float]) -> list[float]:
        """Let every owner draw on its own book, then on those of the others as far as it is entitled to."""
        granted = [0.0 for _ in lanes]
        for owner, share in self.shares.items():
            book = self.books[owner, material]
            book.left = min(book.held, share * self._rate(material))
            own = [lane.regions[1] == owner for lane in lanes]
            book.left -= self._draw(book, lanes, wanted, granted, own, book.left)
        for owner in self.shares:
            book = self.books[owner, material]
            free = max(0.0, self.entitlement * book.brought - book.lent)
            others = [lane.regions[1] != owner for lane in lanes]
            book.lent += self._draw(book, lanes, wanted, granted, others, min(max(0.0, book.left), free))
        return granted

    def _draw(
        self, book: Book, lanes: list[Lane], wanted: list[float], granted: list[float], who: list[bool], most: float
    ) -> float:
        rest = [max(0.0, w - got) if may else 0.0 for w, got, may in zip(wanted, granted, who, strict=True)]
        few = [n for n, may in enumerate(who) if may]
        more = self._ration([lanes[n] for n in few], [rest[n] for n in few], most)
        for n, tonnes in zip(few, more, strict=True):
            granted[n] += tonnes
        book.held = max(0.0, book.held - sum(more))
        return sum(more)

    def open_books(self) -> None:
        """Write down what each owner opens with."""
        for owner, share in self.shares.items():
            for material, opening in self.opening.items():
                self.books[owner, material] = Book(share * opening, share * opening)

    def _book(self, material: str, tonnes: float) -> None:
        """Book what was bought to those who lack of their part of the target."""
        books = {owner: self.books[owner, material] for owner in self.shares}
        target = self._target(material)
        lacks = {owner: max(0.0, self.shares[owner] * target - book.held) for owner, book in books.items()}
        whole = sum(lacks.values())
        for owner, book in books.items():
            part = lacks[owner] / whole if whole > 0 else self.shares[owner]
            book.held += part * tonnes
            book.brought += part * tonnes

    def _target(self, material: str) -> float:
        return min(self.opening[material], self.room[material])

    def _need(self, lane: Lane) -> float:
        group = self.receivers[lane.id]
        if lane.layers.open_share < 1 or group.owner in self.world.piles:
            return 0.0
        missing = max(0.0, self.trigger * group.use - (group.position - group.going))
        return min(missing / lane.received, lane.capacity)

    def _most(self, material: str) -> float:
        return min(self.rows[material].stock, self._rate(material))

    def _rate(self, material: str) -> float:
        if self.release_over is None or self.release_over <= 0:
            return math.inf
        return self.opening[material] / self.release_over

    def arrive(self, day: int) -> None:
        """Take in what was bought back."""
        for material, group in self.groups.items():
            arrived = sum(lane.arrive(day) for lane in group.lanes)
            if self.shares:
                self._book(material, arrived)

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
        target = self._target(material)
        whole = sum(self.opening.values())
        part = self.opening[material] / whole if whole > 0 else 0.0
        return min(max(0.0, target - group.position), self.refill_rate * part)
