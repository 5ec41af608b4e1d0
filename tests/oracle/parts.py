"""What the actors hold: rows, layers, cargo, and the yard of a plant."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from .answers import Idle

TOLERANCE = 1e-9
DUST = 1e-9
"""Tonnes; a row with no more is empty but for rounding."""

Origins = dict[str, float]
"""Content rule -> the part of a thing's value that comes from its authority; never changed in place."""


@dataclass(eq=False)
class Row:
    """Tonnes of one material in one place; `key` is its name in the diary."""

    key: str
    material: str
    region: str
    is_surplus: bool = False
    stock: float = 0.0
    normal: float = 0.0
    """What today's plan calls for; of a stockpile, what it opened with."""
    origins: Origins = field(default_factory=dict)
    natives: frozenset[str] = frozenset()
    """The content rules for which all that lies here is content of their authority."""

    def receive(self, tonnes: float, origins: Origins) -> None:
        """Put tonnes in; where they come from mixes with where the stock came from."""
        total = self.stock + tonnes
        if total > DUST:
            self.origins = {
                rule: own if rule in self.natives else min(1.0, (own * self.stock + origins[rule] * tonnes) / total)
                for rule, own in self.origins.items()
            }
        self.stock += tonnes

    def take(self, tonnes: float) -> None:
        """Take tonnes out; the last bit of a sum does not make a stock negative."""
        self.stock = max(0.0, self.stock - tonnes)


@dataclass(eq=False)
class Layers:
    """What several causes leave open of a lane or a plant: the smallest of them."""

    standing: dict[str, float] = field(default_factory=dict)
    """Cause -> what it leaves open today, 1 on days on which it does nothing."""

    @property
    def open_share(self) -> float:
        """The part left open, 1 where nothing stands."""
        return min(self.standing.values(), default=1.0)


@dataclass
class Cargo:
    """Tonnes on their way, or in work, and the day they arrive or are ready."""

    day: int
    material: str
    tonnes: float
    origins: Origins = field(default_factory=dict)


def due(shelf: deque[Cargo], day: int) -> list[Cargo]:
    """Take off a shelf what arrives on `day`; what left later may arrive earlier, after a delay."""
    arrived = [cargo for cargo in shelf if cargo.day <= day]
    waiting = [cargo for cargo in shelf if cargo.day > day]
    shelf.clear()
    shelf.extend(waiting)
    return arrived


@dataclass(eq=False)
class Yard:
    """A plant's products: on hand, in work, and how much of them the plan calls for."""

    rows: dict[str, Row]
    cover: float
    lead: int
    nameplate: float
    idle: Idle | None = None
    layers: Layers = field(default_factory=Layers)
    works: deque[Cargo] = field(default_factory=deque)
    out: dict[str, float] = field(default_factory=dict)
    """Material -> planned tonnes a day."""
    opening_out: dict[str, float] = field(default_factory=dict)
    """Product -> planned tonnes a day on opening."""

    @property
    def capacity(self) -> float:
        """Nameplate, and what has been started of the idle capacity."""
        return self.nameplate + (0.0 if self.idle is None else self.idle.started)

    @property
    def capacity_today(self) -> float:
        """Capacity less what outages take."""
        return self.capacity * self.layers.open_share

    def in_work(self, material: str) -> float:
        """Tonnes of a material begun and not ready."""
        return math.fsum(work.tonnes for work in self.works if work.material == material)

    def gap(self, material: str) -> float:
        """What is missing from the plan's cover, lead and today's sales."""
        target = self.out[material] * (self.cover + self.lead + 1)
        return max(0.0, target - self.rows[material].stock - self.in_work(material))

    def begin(self, day: int, material: str, tonnes: float, origins: Origins) -> None:
        """Put tonnes in work."""
        if tonnes > 0:
            self.works.append(Cargo(day + self.lead, material, tonnes, origins))

    def finish(self, day: int) -> None:
        """Take in what is ready today."""
        for work in due(self.works, day):
            self.rows[work.material].receive(work.tonnes, work.origins)
