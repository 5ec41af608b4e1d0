"""What the engine keeps of a block, and hands over as columns, counts and events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Protocol

import numpy as np

from sim import extensions
from sim.arrays import Array
from sim.records.balance import Balance
from sim.records.daily import Daily
from sim.records.departures import Departures
from sim.records.every_day import EveryDay
from sim.records.flows import Flows
from sim.records.monthly import Monthly
from sim.records.origins import Origins
from sim.records.policy_cost import PolicyCost
from sim.records.policy_diary import PolicyDiary
from sim.records.shocks import PriceShocks
from sim.records.shortages import Shortages
from sim.results.futures import Block
from sim.results.metrics import FAMILY, Metric, added
from sim.world import World


class Count(Protocol):
    """What a class that a package adds as a metric is; one is made of every world."""

    metrics: ClassVar[tuple[Metric, ...]]
    """What it counts, each under a name of its own."""

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Take note of a day at its end; `shipped` is what left, t, (lane, replication)."""

    def columns(self, world: World) -> dict[str, Array]:
        """Return `<subject>/<metric>` -> a number per future, (replication,), twins included."""


class Ledger:
    """Keeps what results are made of; every day of every future only in the folder `days`, where one is named."""

    def __init__(self, world: World, days: Path | None = None) -> None:
        self._shortages = Shortages(world)
        self._shocks = PriceShocks(world)
        self._departures = Departures(world)
        self._origins = Origins(world, self._departures)
        self._flows = Flows(world, self._departures)
        self._daily = Daily(world, self._shocks)
        self._balance = Balance(world)
        self._cost = PolicyCost(world)
        self._monthly = Monthly(world)
        self._every_day = None if days is None else EveryDay(world, days)
        self._policy = PolicyDiary(world) if world.watched else None
        self._added = _counts(world)

    def note_day(self, world: World, day: int, shipped: Array) -> None:
        """Take note of a day."""
        self._shortages.note_day(world, day)
        self._shocks.note_day(world, day)
        self._flows.note_morning(day)
        self._departures.note_day(shipped)
        if self._departures.full:
            self._close_window()
        self._daily.note_day(world, day, self._shortages, self._shocks)
        self._cost.note_day(world, shipped)
        self._monthly.note_day(world, day, shipped)
        if self._every_day is not None:
            self._every_day.note_day(world, day, self._shortages)
        if self._policy is not None:
            self._policy.note_day(world, day)
        for count in self._added.values():
            count.note_day(world, day, shipped)

    def so_far(self, world: World, days: int) -> Block:
        """Return what the first `days` brought, while the world lives on: shortages, prices and the spread by day."""
        columns = self._shortages.columns(world) | self._shocks.columns(world)
        whole = {"disruption_day": world.disruption_day, "control_end_day": world.control_end_day}
        columns |= {f"all/{name}": _within(world, day)[world.disturbed] for name, day in whole.items()}
        counts = self._daily.counts().items()
        return Block(world.draws.replications, columns, {name: count[:days] for name, count in counts}, ())

    def block(self, world: World) -> Block:
        """Close the books and hand over."""
        self._close_window()
        error = self._balance.close(world)
        if self._every_day is not None:
            self._every_day.close()
        own = world.disturbed
        columns = self._shortages.columns(world) | self._shocks.columns(world) | self._origins.columns(world)
        columns |= {
            "all/disruption_day": _within(world, world.disruption_day)[own],
            "all/control_end_day": _within(world, world.control_end_day)[own],
            "all/policy_transfers_usd": (world.building.support_usd + world.floors.paid_usd(world.width))[own],
            "all/balance_error": error[own],
        }
        columns |= {f"all/{name}": column[own] for name, column in self._cost.columns(world).items()}
        columns |= {name: column[own] for name, column in _counted(self._added, world)}
        if world.scenario.families:
            columns[f"all/{FAMILY.name}"] = _families(world)[own]
        months = self._monthly.series(world)
        flows, diary = self._flows.sums(world.clock.horizon_d), tuple(world.diary)
        return Block(world.draws.replications, columns, dict(self._daily.counts()), diary, months, flows)

    def _close_window(self) -> None:
        self._origins.close_window()
        self._flows.close_window()
        self._departures.open_anew()


def _counts(world: World) -> dict[str, Count]:
    """Make what installed packages count with, in the order of their names."""
    added()
    return {name: make(world) for name, make in extensions.loaded("metrics").items()}


def _counted(added: Mapping[str, Count], world: World) -> Iterator[tuple[str, Array]]:
    """Yield the columns of what installed packages count, twins included; refuse what could not be told of."""
    for extension, count in added.items():
        names = {metric.name for metric in count.metrics}
        for name, column in count.columns(world).items():
            subject, _, metric = name.rpartition("/")
            if not subject or metric not in names:
                raise extensions.refused("metrics", extension, f"returns '{name}', not <subject>/<one of its metrics>")
            if np.shape(column) != (world.width,):
                found = f"{np.shape(column)}, not a number per future, ({world.width},)"
                raise extensions.refused("metrics", extension, f"returns '{name}' of shape {found}")
            yield name, column


def _within(world: World, day: Array) -> Array:
    """Return days, (replication,), with NaN for those past the horizon: they never come."""
    return np.where(day < world.clock.horizon_d, day, np.nan)


def _families(world: World) -> Array:
    """Return the number of the family that each future's set of parameters is of, (replication,)."""
    sets = [family.sets for family in world.scenario.families.values()]
    family_of_set = np.zeros(sum(map(len, sets)))
    for number, members in enumerate(sets):
        family_of_set[list(members)] = number
    return np.asarray(family_of_set[world.draws.row(family_of_set.size)])
