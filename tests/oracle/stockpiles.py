"""Stockpiles: what they let go in step 3 and buy back in step 9."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .clock import Routine, Step
from .lanes import Group, Lane
from .parts import TOLERANCE, Row
from .rationing import Request, ration
from .world import Judge, World


@dataclass(eq=False)
class Call:
    """What must be the case for a pile to let go; and from when on it buys."""

    decided: int
    """Day before which it neither releases nor buys."""
    start: int
    price: float | None
    spells: list[tuple[int, int]] | None
    """First day, and the day after the last, of every emergency; None where none need be declared."""

    def holds(self, day: int, judge: Judge, value: float, opening_value: float) -> bool:
        """Return whether a material may be let go."""
        if day < max(self.decided, self.start):
            return False
        if self.spells is not None and not any(first <= day < end for first, end in self.spells):
            return False
        return self.price is None or not judge.below(value, self.price * opening_value)


@dataclass(eq=False)
class Book:
    """What one owner has of one material, tonnes."""

    held: float
    brought: float
    lent: float = 0.0
    owed: float = 0.0
    """Sold by rotation and not bought back."""
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
    trigger: float | None
    release_over: float | None
    rate: float | None
    """Tonnes let go a day over all materials, where it does not fill gaps."""
    ration: int | None
    """Days over which it lets go what it holds when called on, where it does not fill gaps."""
    first: tuple[str, ...]
    call: Call
    budget: float
    refill_rate: float | None
    price_ceiling: float
    lanes_out: list[Lane]
    receivers: dict[str, Group]
    """Lane id -> the group it serves."""
    world: World
    served: list[Lane] = field(default_factory=list)
    """Its own lanes, and those on which responses send from it."""
    of_policy: bool = False
    shares: dict[str, float] = field(default_factory=dict)
    """Owner -> its part; empty where all draw by need."""
    entitlement: float = 0.0
    books: dict[tuple[str, str], Book] = field(default_factory=dict)
    """Owner and material -> what the owner has in it."""
    opening: dict[str, float] = field(default_factory=dict)
    target: dict[str, float] = field(default_factory=dict)
    room: dict[str, float] = field(default_factory=dict)
    rations: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Material -> the day after the last of the present ration, and its tonnes a day."""
    spent: float = 0.0
    bids: dict[str, float] = field(default_factory=dict)
    """Material -> USD per tonne at which it was ordered today."""
    wants: dict[str, float] = field(default_factory=dict)
    """Material -> what it would buy today with its own money."""
    rotation: float | None = None
    """Days in which all it holds is sold once."""
    discount: float = 0.0
    rotated: dict[str, float] = field(default_factory=dict)
    """Material -> tonnes sold so today."""
    let_go: dict[str, float] = field(default_factory=dict)
    """Material -> tonnes released today."""

    @property
    def routine(self) -> Routine:
        """What it does every day."""
        return [
            (Step.RELEASE, self.release),
            (Step.ROTATE, self.rotate),
            (Step.ARRIVE, self.arrive),
            (Step.BID, self.bid),
            (Step.ORDER, self.order),
            (Step.SHIP, self.label),
            (Step.WEIGH_PRICES, self.pay),
        ]

    def release(self, day: int) -> None:
        """Let go what brings the projected cover of those it serves up to the trigger."""
        needs = {lane.id: self._need(lane, day) for lane in self.lanes_out}
        for material in self.rows:
            lanes = [lane for lane in self.lanes_out if lane.material == material]
            self._begin_ration(day, material, sum(needs[lane.id] for lane in lanes))
            if self.shares:
                granted = self.draw_by_shares(material, lanes, [needs[lane.id] for lane in lanes], self._rate(material))
            else:
                granted = self._ration(lanes, [needs[lane.id] for lane in lanes], self._most(material))
            self.let_go[material] = sum(granted)
            for lane, tonnes in zip(lanes, granted, strict=True):
                lane.depart(day, tonnes)

    def rotate(self, day: int) -> None:
        """Sell a day's part of what is held, unless some is lacking, let go today, or too dear to buy back."""
        self.rotated = dict.fromkeys(self.rows, 0.0)
        if self.rotation is None or day < self.call.decided or any(t > TOLERANCE for t in self.let_go.values()):
            return
        for material, row in self.rows.items():
            value = self.world.market_of[self.region].value(material)
            lacking = max(0.0, self.target[material] - self.groups[material].position)
            due = max(0.0, row.stock / self.rotation - lacking)
            if not self._too_dear(material) and due > 0:
                self._sell(day, material, due)
                proceeds = 1000 * value * (1 - self.discount) * self.rotated[material]
                self.spent -= proceeds
                if self.of_policy and self.world.treasury is not None:
                    self.world.treasury.spent -= proceeds

    def _sell(self, day: int, material: str, due: float) -> None:
        lanes = [lane for lane in self.lanes_out if lane.material == material]
        takes = [self._takes(lane) for lane in lanes]
        sold = ration(due, [Request(tonnes, 0, tonnes) for tonnes in takes])
        self.rotated[material] = sum(sold)
        for lane, tonnes in zip(lanes, sold, strict=True):
            lane.depart(day, tonnes)
        held = sum(self.books[owner, material].held for owner in self.shares)
        for owner in self.shares:
            if held > 0:
                book = self.books[owner, material]
                lost = book.held * sum(sold) / held
                book.held = max(0.0, book.held - lost)
                book.owed += lost

    def _takes(self, lane: Lane) -> float:
        """Return what may be sold on a lane on a day: a day's use."""
        if lane.layers.open_share < 1:
            return 0.0
        return min(self.receivers[lane.id].use / lane.received, lane.capacity)

    def _begin_ration(self, day: int, material: str, asked: float) -> None:
        if self.ration is not None and asked > TOLERANCE and day >= self.rations.get(material, (0, 0.0))[0]:
            self.rations[material] = day + self.ration, self.rows[material].stock / self.ration

    def _ration(self, lanes: list[Lane], wanted: list[float], most: float) -> list[float]:
        classes = [0 if ln.receiver in self.first else self.world.priority_of[ln.receiver] for ln in lanes]
        return ration(most, [Request(w, priority, 1.0) for w, priority in zip(wanted, classes, strict=True)])

    def draw_by_shares(self, material: str, lanes: list[Lane], wanted: list[float], rate: float) -> list[float]:
        """Let every owner draw on its own book, then on those of the others as far as it is entitled to."""
        granted = [0.0 for _ in lanes]
        for owner, share in self.shares.items():
            book = self.books[owner, material]
            if share > 0:
                book.left = min(book.held, share * rate)
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
        """Book what was bought: what rotation sold first, then to those who lack of their part of the target."""
        books = {owner: self.books[owner, material] for owner in self.shares}
        target = self.target[material]
        owed = sum(book.owed for book in books.values())
        back = min(tonnes, owed)
        for book in books.values() if owed > 0 else ():
            book.held += back * book.owed / owed
            book.owed *= max(0.0, 1 - back / owed)
        brought = tonnes - back
        lacks = {owner: max(0.0, self.shares[owner] * target - book.held) for owner, book in books.items()}
        whole = sum(lacks.values())
        for owner, book in books.items():
            part = lacks[owner] / whole if whole > 0 else self.shares[owner]
            book.held += part * brought
            book.brought += part * brought

    def _need(self, lane: Lane, day: int) -> float:
        group, judge = self.receivers[lane.id], self.world.judge
        market = self.world.market_of[self.region]
        value, opening_value = market.value(lane.material), market.opening_value(lane.material)
        if lane.layers.open_share < 1 or not self.call.holds(day, judge, value, opening_value):
            return 0.0
        projected = group.position - group.going
        if self.rate is None and self.ration is None:
            missing = max(0.0, (self.trigger or 0.0) * group.use - projected)
        elif self.trigger is None or judge.below(projected, self.trigger * group.use):
            missing = group.use
        else:
            missing = 0.0
        return min(missing / lane.received, lane.capacity)

    def _most(self, material: str) -> float:
        return min(self.rows[material].stock, self._rate(material))

    def _rate(self, material: str) -> float:
        """Return the most that may leave today, whatever there is."""
        rates = [math.inf]
        if self.release_over is not None and self.release_over > 0:
            rates.append(self.target[material] / self.release_over)
        if self.rate is not None:
            rates.append(self.rate * self._part(material))
        if self.ration is not None:
            rates.append(self.rations.get(material, (0, 0.0))[1])
        return min(rates)

    def _part(self, material: str) -> float:
        whole = sum(self.target.values())
        return self.target[material] / whole if whole > 0 else 0.0

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

    def bid(self, day: int) -> None:
        """See what to buy, unless it released today, the price is above the ceiling, or its money is spent."""
        market = self.world.market_of[self.region]
        gaps = {material: self._gap(material, group, day) for material, group in self.groups.items()}
        self.bids = {material: market.value(material) * 1000 for material in gaps}
        cost = sum(gap * self.bids[material] for material, gap in gaps.items())
        part = min(1.0, max(0.0, self.budget - self.spent) / cost) if cost > 0 else 1.0
        self.wants = {material: gap * part for material, gap in gaps.items()}
        if self.of_policy and self.world.treasury is not None:
            self.world.treasury.bids += cost * part

    def order(self, _day: int) -> None:
        """Buy what there is money for."""
        paid_by = self.world.treasury if self.of_policy else None
        part = 1.0 if paid_by is None else paid_by.part(paid_by.bids)
        for material, group in self.groups.items():
            group.order(self.wants[material] * part)

    def pay(self, _day: int) -> None:
        """Pay for what left for here today, at the values at which it was ordered."""
        for material, group in self.groups.items():
            usd = self.bids[material] * sum(lane.received * lane.shipped for lane in group.pulls)
            self.spent += usd
            if self.of_policy and self.world.treasury is not None:
                self.world.treasury.bids = 0.0
                self.world.treasury.spent += usd

    def _too_dear(self, material: str) -> bool:
        market = self.world.market_of[self.region]
        ceiling = self.price_ceiling * market.opening_value(material)
        return self.world.judge.below(ceiling, market.value(material))

    def _gap(self, material: str, group: Group, day: int) -> float:
        if self.refill_rate is None or day < self.call.decided:
            return 0.0
        too_dear = self._too_dear(material)
        if too_dear or self.let_go[material] > TOLERANCE:
            return 0.0
        return min(max(0.0, self.target[material] - group.position), self.refill_rate * self._part(material))
