"""Quotas: a yearly tonnage, given out in batches, that all lanes of a control draw down (section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sim.spec.controls import Quota

from .clock import Routine, Step
from .controls import Rule
from .draws import constant
from .lanes import Lane
from .rationing import tier
from .world import Judge

YEAR = 365


@dataclass(frozen=True)
class Batch:
    """What is given out on a day, and the days until the next one."""

    day: int
    tonnes: float
    next: int
    begins_year: bool


def batches(quota: Quota, tonnage: float, first: int, end: int) -> list[Batch]:
    """Return all batches of all years that begin before the end, in order."""
    plan = [(each.day, constant(each.share)) for each in quota.batches] or [(0, 1.0)]
    given = [(year + day, part, day == 0) for year in range(first, end, YEAR) for day, part in plan]
    given.append((end, 0.0, False))
    return [
        Batch(day, part * tonnage, min(following, end), begins)
        for (day, part, begins), (following, _, _) in pairwise(given)
        if day < end
    ]


@dataclass(eq=False)
class Allowance(Rule):
    """A quota in one future."""

    given: Sequence[Batch] = ()
    tonnage: float = 0.0
    pace: float = 1.0
    judge: Judge = field(default_factory=Judge)
    left: float = 0.0
    """Tonnes that may still leave, the text's A."""
    last: Batch | None = None
    """The batch it is living on."""

    @property
    def routine(self) -> Routine:
        """What it does every day; quotas cut in file order."""
        return [(Step.CALENDAR, self.wake), (Step.CUT, self.cut), (Step.BOOK, self.book)]

    @property
    def bound(self) -> list[Lane]:
        """The lanes it counts; releases are not among them."""
        return [lane for lane in self.lanes if not lane.release]

    def wake(self, day: int) -> None:
        """Give out what is due, let what is left of last year lapse, and tell the plan what to expect."""
        super().wake(day)
        for batch in self.given:
            if batch.day == day:
                self.left = batch.tonnes + (0.0 if batch.begins_year else self.left)
                self.last = batch
        expected = self._expected() if self.applies(day) else 1.0
        for lane in self.bound:
            lane.quotas.standing[self.name] = expected

    def _expected(self) -> float:
        """Return what a lane is expected to let through while the batch lasts."""
        usual = sum(lane.opening_flow for lane in self.bound)
        if usual == 0:
            return 1.0 if self.tonnage > 0 else 0.0
        assert self.last is not None
        expected = self.last.tonnes / ((self.last.next - self.last.day) * usual)
        self.judge.note(expected, 1.0)
        return min(1.0, expected)

    def cut(self, day: int) -> None:
        """Cut requests to what may leave today."""
        if not self.applies(day):
            return
        assert self.last is not None
        most = min(self.left, self.pace * self.left / (self.last.next - day))
        wanted = [lane.wanted for lane in self.bound]
        if sum(wanted) > most:
            allowed = tier(most, wanted, [lane.opening_flow for lane in self.bound])
            for lane, tonnes in zip(self.bound, allowed, strict=True):
                lane.wanted = tonnes

    def book(self, _day: int) -> None:
        """Draw down the allowance by what left."""
        self.left = max(0.0, self.left - sum(lane.shipped for lane in self.bound))
