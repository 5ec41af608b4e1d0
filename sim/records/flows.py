"""Where it flows: what goes from stage to stage and region to region, before the first control in force and during."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, Index
from sim.entities.incidence import matrix
from sim.records.departures import Departures
from sim.results.flows import G_PER_T
from sim.results.futures import FUTURES, Link
from sim.spec.network import Lane, Maker, shipped_kind
from sim.spec.scenario import Scenario
from sim.units import DAYS_PER_YEAR
from sim.world import World


class Flows:
    """Departures of links, oxide-equivalent per element; read off when a future's days turn, not every day.

    What is handed over are whole grams a year, so that sums over futures do not depend on how these were cut.
    """

    def __init__(self, world: World, departures: Departures) -> None:
        self._departures = departures
        self._own = len(world.draws.replications)
        lanes = list(_content(world))
        self.links = sorted({link for _, link, _ in lanes})
        row = {link: n for n, link in enumerate(self.links)}
        entries = [(row[link], lane, content) for lane, link, content in lanes]
        self._links = matrix(entries, (len(self.links), len(world.lanes.specs)))
        self._closed_t, self._before_t, self._until_end_t = np.zeros((3, len(self.links), self._own))
        horizon = float(world.clock.horizon_d)
        own = slice(self._own)
        self._first = np.fmin(world.disruption_day[own], horizon)
        self._end = np.maximum(np.fmin(world.control_end_day[own], horizon), self._first)

    def note_morning(self, day: int) -> None:
        """Read off what has left so far in futures in which controls come into force, or are over, today."""
        for turn, kept in ((self._first, self._before_t), (self._end, self._until_end_t)):
            (columns,) = (turn == day).nonzero()
            if len(columns):
                kept[:, columns] = self._so_far(columns)

    def close_window(self) -> None:
        """Take over the window of departures before it is opened anew."""
        self._closed_t += self._links @ self._departures.shipped_t[:, : self._own]

    def sums(self, horizon_d: int) -> dict[Link, NDArray[np.int64]]:
        """Return the sums over futures of g/year before and during, (2,), and of `FUTURES` how many have such days."""
        self.note_morning(horizon_d)
        days = np.stack([self._first, self._end - self._first])
        tonnes = np.stack([self._before_t, self._until_end_t - self._before_t])
        whole = days[:, None] > 0
        grams_a_year = tonnes * (DAYS_PER_YEAR * G_PER_T)
        rate = np.divide(grams_a_year, days[:, None], out=np.zeros_like(tonnes), where=whole)
        grams = np.rint(np.maximum(rate, 0.0)).astype(np.int64).sum(axis=2)
        found = {link: grams[:, n] for n, link in enumerate(self.links)}
        return {FUTURES: (days > 0).sum(axis=1).astype(np.int64)} | found

    def _so_far(self, columns: Index) -> Array:
        window: Array = self._links @ self._departures.shipped_t[:, columns]
        return self._closed_t[:, columns] + window


def _content(world: World) -> Iterator[tuple[int, Link, float]]:
    """Yield lane, link, and t oxide-equivalent of the link's element in a tonne shipped."""
    scenario = world.scenario
    for n, lane in enumerate(world.lanes.specs.values()):
        ends = (*_from(lane, scenario), *_to(lane, scenario))
        for element, content in scenario.materials[lane.material].content.items():
            if content.typical > 0:
                yield n, (element, *ends), content.typical


def _from(lane: Lane, scenario: Scenario) -> tuple[str, str]:
    """Return stage and region of the shipper; what nobody ordered is scrap."""
    return ("scrap", scenario.facilities[lane.from_].region) if lane.push else _place(lane.from_, scenario)


def _to(lane: Lane, scenario: Scenario) -> tuple[str, str]:
    return _place(lane.to, scenario)


def _place(i: str, scenario: Scenario) -> tuple[str, str]:
    if i in scenario.buyers:
        return "use", scenario.buyers[i].region
    facility = scenario.facilities[i]
    return (facility.stage if isinstance(facility, Maker) else shipped_kind(facility)), facility.region
