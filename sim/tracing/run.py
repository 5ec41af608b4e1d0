"""One future out of many: which one, what happened in it, what our means did, and what would have been without."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from sim.documents import Json
from sim.errors import OptionError
from sim.report import words
from sim.results.futures import Block, Event
from sim.results.metrics import ALL_METRICS, added
from sim.running.experiment import run_block
from sim.running.workers import results_of
from sim.spec.scenario import Scenario
from sim.tracing import account
from sim.tracing.chronicle import Line, Series
from sim.tracing.spells import spells
from sim.tracing.story import own_events, series_of, tell, tell_lines

BY = "all/output_lost_usd"
"""The column by which a future is the median or the worst, unless somebody says."""
RANKED = ("median", "worst")
LAST = 10**12


@dataclass(frozen=True, eq=False)
class Trace:
    """The story of one future."""

    scenario: Scenario
    seed: int
    replication: int
    chosen: Json | None
    """How it was found: `which`, `of` how many futures, `by` which column, its `value`; None where it was named."""
    events: tuple[Event, ...]
    series: Series
    without: Json | None
    """The same future without the policy (`sim.tracing.account.without`); None where none was added."""

    def heading(self) -> str:
        """Say which future it is."""
        named = f"Future {self.replication} of {self.scenario.name}, policy {self.scenario.policy}, seed {self.seed}"
        return named if self.chosen is None else f"{named}: the {self.chosen['which']} of {self.chosen['of']}"

    def lines(self) -> list[str]:
        """Return the story as dated sentences, with which future it is first and what our means did last."""
        story = tell(self.events, self.series, self.scenario, self.replication)
        return [*self._which(), *story, *self.account()]

    def account(self) -> list[str]:
        """Say what stockpiles and Rapid Responses did, and what would have been without the policy."""
        told = list(account.pile_lines(account.piles(self.series, self.scenario), self.scenario))
        told += [line for line in [account.response_line(self.events)] if line]
        if self.without is not None:
            told += account.without_lines(self.without, self.scenario.policy)
        return told

    def rows(self) -> list[Line]:
        """Return the story as dated lines, by day."""
        return tell_lines(self.events, self.series, self.scenario)

    def document(self) -> Json:
        """Return all of it as JSON has it."""
        start = self.scenario.start_date.isoformat()
        found = spells(self.events, self.scenario.horizon_d)
        return {
            "schema_version": 1,
            "scenario": self.scenario.name,
            "policy": self.scenario.policy,
            "seed": self.seed,
            "replication": self.replication,
            "chosen": self.chosen,
            "start_date": start,
            "days": self.scenario.horizon_d,
            "story": [
                {"first_day": one.first, "last_day": one.last, "date": _iso(self.scenario, one.first), "text": one.text}
                for one in self.rows()
            ],
            "shortages": account.spell_rows(found),
            "stockpiles": account.piles(self.series, self.scenario),
            "without_policy": self.without,
            "summary": self.account(),
        }

    def _which(self) -> list[str]:
        if self.chosen is None:
            return []
        value, by, which = self.chosen["value"], self.chosen["by"], self.chosen["which"]
        said = words.NONE if value is None else words.usd(value) if by.endswith("_usd") else words.count(value)
        of = f"{self.chosen['of']} futures by {by}"
        return [f"The {which} of {of}, which is {said} in it: future {self.replication}."]


def trace(
    scenario: Scenario,
    which: str = "0",
    *,
    bare: Scenario | None = None,
    seed: int = 1,
    n: int = 100,
    by: str = BY,
    workers: int | None = 1,
    advance: Callable[[float], None] = lambda done: None,
) -> Trace:
    """Run one future and return its story: a number, or the `median` or the `worst` of n futures by a column.

    `bare` is the scenario without the policy; the same future of it is run, too. Futures done of the n are reported to
    `advance`. Raises `sim.errors.OptionError` for what is no number, no
    `median` and no `worst`, and for a column that there is not.
    """
    if which.isdecimal() and int(which) > LAST:
        raise OptionError(f"--replication {which} is past the last future, {LAST}")
    chosen = None if which.isdecimal() else _find(scenario, which, seed, n, by, workers, advance)
    replication = int(which) if chosen is None else int(chosen.pop("replication"))
    block = _alone(scenario, seed, replication)
    there = None if bare is None else _alone(bare, seed, replication).columns
    without = None if there is None else account.without(scenario, block.columns, there)
    events = tuple(own_events(block.events, replication))
    return Trace(scenario, seed, replication, chosen, events, series_of(block), without)


def _alone(scenario: Scenario, seed: int, replication: int) -> Block:
    return run_block(scenario, seed, np.array([replication]), twin=False, watched=True)


def _find(
    scenario: Scenario, which: str, seed: int, n: int, by: str, workers: int | None, advance: Callable[[float], None]
) -> Json:
    """Return the future that stands in the middle, or at the bad end, of n by a column; what never comes is latest."""
    if which not in RANKED:
        raise OptionError(f"--replication {which!r} is no future: a number from 0, or {' or '.join(RANKED)}")

    def kept(block: Block) -> Block:
        if by not in block.columns:
            near = get_close_matches(by, block.columns, n=3, cutoff=0.3) or [BY]
            raise OptionError(f"no column {by!r} to choose a future by; such as {words.listed(near)}")
        return Block(block.replications, {by: block.columns[by]}, {}, ())

    (found,) = results_of([scenario], seed, n, kept, twin=False, workers=workers, advance=advance)
    values = np.where(np.isnan(found.columns[by]), np.inf, found.columns[by])
    order = np.argsort(values, kind="stable")
    every, name = (*ALL_METRICS, *added()), by.rpartition("/")[2]
    worst_is_low = any(metric.worst == "low" for metric in every if metric.name == name)
    at = math.ceil(n / 2) - 1 if which == "median" else 0 if worst_is_low else n - 1
    value, picked = float(values[order[at]]), int(found.replications[order[at]])
    chosen = {"which": which, "of": n, "by": by, "value": value if math.isfinite(value) else None}
    return {"replication": picked} | chosen


def _iso(scenario: Scenario, day: int) -> str:
    return (scenario.start_date + datetime.timedelta(days=day)).isoformat()
