"""The order of the day as times within it: whoever acts in a step waits for that step's time."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from enum import IntEnum

import simpy


class Step(IntEnum):
    """The steps of section 5, in its order.

    Step 3 is what piles release, what responses send and what rotation sells; step 8 ends with what price floors pay.
    Step 9 is what piles would buy, orders, the cuts of quotas, and rationing with departures, so that every order
    stands before anything is cut, and is cut before anything is granted; the steps past it split the text's 10 and 11.
    """

    CALENDAR = 1
    PLAN = 2
    RELEASE = 3
    RESPOND = 4
    ROTATE = 5
    ARRIVE = 6
    USE = 7
    MAGNET = 8
    METAL = 9
    SEPARATE_AND_MINE = 10
    TOP_UP = 11
    BID = 12
    ORDER = 13
    CUT = 14
    SHIP = 15
    BOOK = 16
    WEIGH_PRICES = 17
    POST_PRICES = 18
    ANSWER_PRICES = 19
    RECORD = 20


Routine = Sequence[tuple[Step, Callable[[int], None]]]
Story = Generator[simpy.Event, None, None]


class Clock:
    """SimPy's calendar, in days; one process per actor, in file order, keeps file order within each step."""

    def __init__(self, horizon: int) -> None:
        self.env = simpy.Environment()
        self.horizon = horizon

    @property
    def today(self) -> int:
        """The day it is."""
        return int(self.env.now)

    def until(self, day: int, step: Step = Step.CALENDAR) -> simpy.Timeout:
        """Wait for a step of a day; the calendar is at the whole day. Sixty-fourths of a day are exact in binary."""
        time = float(day) if step is Step.CALENDAR else day + 0.5 + step / 64
        return self.env.timeout(time - self.env.now)

    def employ(self, routine: Routine) -> None:
        """Start a process that does the same things every day."""
        self.env.process(self._live(routine))

    def _live(self, routine: Routine) -> Story:
        for day in range(self.horizon):
            for step, act in routine:
                yield self.until(day, step)
                act(day)
