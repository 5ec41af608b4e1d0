"""Answers: rows that follow a price with a lag (section 7), thrift and idle capacity."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.spec import network as spec

from .draws import constant


@dataclass(eq=False)
class Answer:
    """How firms answer to a multiple of an opening value, little by little."""

    starts_at: float
    full_at: float
    lag: float

    def called_for(self, multiple: float) -> float:
        """Return the part of a full answer that a multiple calls for, the text's z."""
        if multiple <= self.starts_at:
            return 0.0
        return min(1.0, math.log(multiple / self.starts_at) / math.log(self.full_at / self.starts_at))


@dataclass(eq=False)
class Thrift(Answer):
    """Doing with less of a material; never unlearnt."""

    limit: float
    level: float = 0.0
    """Part of the use that is saved."""

    def learn(self, multiple: float) -> None:
        """Learn a day's worth."""
        self.level += max(0.0, self.limit * self.called_for(multiple) - self.level) / self.lag


@dataclass(eq=False)
class Idle(Answer):
    """Capacity that starts when the price is high and stops when it is not."""

    capacity: float
    level: float = 0.0
    """Part of the capacity that has been started."""

    @property
    def started(self) -> float:
        """Tonnes a day that have been started."""
        return self.capacity * self.level

    def follow(self, multiple: float) -> None:
        """Start or stop a day's worth."""
        self.level += (self.called_for(multiple) - self.level) / self.lag


def thrift(answer: spec.Thrift) -> Thrift:
    """Read a thrift."""
    return Thrift(*_terms(answer), limit=constant(answer.limit))


def idle(answer: spec.Idle | None) -> Idle | None:
    """Read a plant's idle capacity, if it has any."""
    return None if answer is None else Idle(*_terms(answer), capacity=constant(answer.capacity))


def _terms(answer: spec.Answer) -> tuple[float, float, float]:
    return constant(answer.starts_at), constant(answer.full_at), constant(answer.lag)
