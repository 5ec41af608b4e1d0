"""What a day costs, by counting: calls, calendar entries and memory do not depend on how busy a machine is."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import numpy as np
import pytest
import simpy
from copies import copied
from test_workers import SIX_NODE

import sim
from sim import engine
from sim.arrays import Array
from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.records.ledger import Ledger
from sim.spec.network import Stockpile
from sim.spec.scenario import Scenario
from sim.testing.check import shortened, undisturbed
from sim.world import World

WARM, LAST = 40, 72
"""Days that are counted: after everything has happened once, before a window of 30 days closes at 89."""


def calm() -> Scenario:
    """Six nodes without their stockpile, in which nothing happens."""
    whole = shortened(undisturbed(sim.load(SIX_NODE).scenario), LAST)
    others = {i: f for i, f in whole.facilities.items() if not isinstance(f, Stockpile)}
    lanes = {i: lane for i, lane in whole.lanes.items() if {lane.from_, lane.to} <= {*others, *whole.buyers}}
    return whole.model_copy(update={"facilities": others, "lanes": lanes})


class Counter:
    """A ledger that counts calls, of Python and of C, between two days, and what memory is in use."""

    def __init__(self, world: World) -> None:
        self._ledger = Ledger(world)
        self.calls = 0
        self.held: list[int] = []

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Take note of a day."""
        self._ledger.note_day(world, day, shipped)
        if tracemalloc.is_tracing():
            self.held.append(tracemalloc.get_traced_memory()[0])
        if day == WARM:
            sys.setprofile(self._count)
        if day == LAST - 2:
            sys.setprofile(None)

    def _count(self, frame: FrameType, event: str, arg: object) -> None:
        self.calls += event in ("call", "c_call")


def lived(scenario: Scenario, futures: int) -> Counter:
    """Run some futures and return what was counted."""
    world = assemble(scenario, Draws(1, np.arange(futures), parameters=scenario.parameters))
    counter = Counter(world)
    try:
        engine.run(world, counter)
    finally:
        sys.setprofile(None)
    return counter


def test_a_day_makes_as_many_calls_for_one_future_as_for_many() -> None:
    """Nothing in Python is done per future; two are compared with many, as scipy has a way of its own for one."""
    assert lived(calm(), 2).calls == lived(calm(), 96).calls > 0


def test_a_day_makes_as_many_calls_for_one_network_as_for_five() -> None:
    """Nothing in Python is done per lane, plant or buyer; stockpiles, which are few, are asked one by one."""
    once, five = lived(calm(), 2).calls, lived(copied(calm(), 5), 2).calls

    assert five == once


def test_copies_of_a_network_live_as_it_does() -> None:
    """So that what is measured on copies says something: each buyer of the second has what the first has."""
    scenario = copied(shortened(sim.load(SIX_NODE).scenario, 30), 2)
    draws = Draws(1, np.arange(2), parameters=scenario.parameters)
    world = assemble(undisturbed(scenario), draws)
    engine.run(world, Ledger(world))
    buyers = list(scenario.buyers)

    assert len(buyers) == 2 * len(calm().buyers)
    for first, second in ((i, f"{i}-2") for i in calm().buyers):
        rows = [buyers.index(first), buyers.index(second)]
        assert np.allclose(*world.buyers.used_t[rows], rtol=1e-9)


@contextmanager
def entries_counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Count what the calendar works off."""
    found, step = [0], simpy.Environment.step

    def counted(environment: simpy.Environment) -> None:
        found[0] += 1
        step(environment)

    with monkeypatch.context() as patch:
        patch.setattr(simpy.Environment, "step", counted)
        yield found


@pytest.mark.parametrize("futures", [1, 64])
def test_the_calendar_has_an_entry_a_day_where_nothing_happens(monkeypatch: pytest.MonkeyPatch, futures: int) -> None:
    """One to begin, one a day, one to end, whatever the number of futures."""
    with entries_counted(monkeypatch) as found:
        lived(calm(), futures)

    assert found[0] <= LAST + 3


def test_what_happens_on_one_day_in_many_futures_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The calendar grows with the days on which something happens: 16 times the futures are not twice the entries."""
    scenario = shortened(sim.load(SIX_NODE).scenario, 200)
    found = []
    for futures in (24, 384):
        with entries_counted(monkeypatch) as entries:
            lived(scenario, futures)
        found.append(entries[0])

    assert 200 < found[0] < found[1] < 2 * found[0]


def test_a_day_leaves_nothing_behind() -> None:
    """Memory in use is the same after 40 days and after 70: no list grows, no array is kept."""
    tracemalloc.start()
    try:
        held = lived(calm(), 64).held
    finally:
        tracemalloc.stop()

    assert abs(held[-1] - held[WARM]) < 64 * 1024
