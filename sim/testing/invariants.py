"""What the model promises, as functions of a scenario: what `sim check` runs, and the property tests too.

Each takes a scenario and gives a `Claim`, which says whether it holds and what was measured. They take any scenario, so
that whoever adds a kind of facility, a control or a policy can hold them against it: once in a test over
`sim.testing.strategies.scenarios()`, and once over files, by `sim check --deep`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import engine
from sim.arrays import Array, Index
from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.records.ledger import Ledger
from sim.results import metrics
from sim.results.futures import Block
from sim.running.experiment import run_block
from sim.spec.network import Stockpile, without_story
from sim.spec.scenario import Scenario
from sim.testing.diary import keep_diary
from sim.testing.watching import STANDS_STILL, Watcher

SEED = 1
FUTURES = 8
ROUNDING_T = 1e-9
"""Tonnes that sums of floats may be off by."""


@dataclass(frozen=True)
class Claim:
    """Something the model promises, and whether it holds."""

    claim: str
    """In words of the model."""
    holds: bool
    """Whether it does."""
    found: str
    """What was measured."""


def shortened(scenario: Scenario, days: int) -> Scenario:
    """Return the scenario with at most so many days."""
    return scenario.model_copy(update={"horizon_d": min(days, scenario.horizon_d)})


def undisturbed(scenario: Scenario) -> Scenario:
    """Return the scenario with every plant open and every pile at rest, where nothing happens, grows or wavers."""
    told_nothing = {i: without_story(f) for i, f in scenario.facilities.items()}
    open_now = {
        i: f.model_copy(update=_at_rest(f) if isinstance(f, Stockpile) else {"opens": None, "odds": None})
        for i, f in told_nothing.items()
    }
    elements = {i: e.model_copy(update={"volatility": None}) for i, e in scenario.prices.elements.items()}
    return scenario.model_copy(
        update={
            "disruptions": {},
            "projects": {},
            "demand_noise": None,
            "facilities": open_now,
            "prices": scenario.prices.model_copy(update={"elements": elements}),
            "buyers": {i: b.model_copy(update={"growth": None}) for i, b in scenario.buyers.items()},
        }
    )


def _at_rest(pile: Stockpile) -> dict[str, None]:
    """Return what to change of a pile so that it waits for its trigger, and neither buys nor sells by date."""
    paced = pile.rate is not None or pile.ration is not None
    return {"refill": None, "rotation": None} | (dict.fromkeys(("rate", "ration", "trigger")) if paced else {})


def stands_still(scenario: Scenario, *, seed: int = SEED, futures: int = FUTURES) -> Claim:
    """Undisturbed, nobody is ever short and every price stays at its opening level, to 1e-9."""
    columns = run_block(undisturbed(scenario), seed, np.arange(futures), twin=False).columns
    days = max(float(c.max()) for name, c in columns.items() if name.endswith("/shortage_days"))
    peaks = [float(np.abs(c - 1).max()) for name, c in columns.items() if name.endswith("/peak_multiple")]
    drift = max(peaks, default=0.0)
    return Claim(
        "undisturbed, the network stands still",
        days == 0 and drift <= STANDS_STILL,
        f"{days:g} shortage days, prices within {drift:.1g} of opening",
    )


def keeps_its_books(scenario: Scenario, replications: Index, *, seed: int = SEED) -> list[Claim]:
    """Nothing is negative or passes a closed lane, no pile overflows or lets go too much, every element balances."""
    world = assemble(scenario, Draws(seed, replications, parameters=scenario.parameters))
    watcher = Watcher(Ledger(world), world)
    engine.run(world, watcher)
    return claims_of(watcher, watcher.ledger.block(world))


def claims_of(watcher: Watcher, block: Block) -> list[Claim]:
    """Say what a watcher saw, and what its block holds at the end."""
    error = float(block.columns["all/balance_error"].max())
    strange = watcher.strange or _strange(block)
    limits = {
        "nobody gets more than he wants, nor wants more than he uses": (watcher.unaccounted_t, "t"),
        "nothing passes a closed lane but its leak": (watcher.smuggled_t, "t"),
        "no stockpile is above its room": (watcher.overflow_t, "t"),
        "no owner draws more than it may": (watcher.overdrawn_t, "t"),
        "no stockpile buys above its ceiling": (watcher.overpaid_t, "t"),
        "nobody spends more than the budget": (watcher.overspent_usd, "USD"),
    }
    return [
        Claim("every element balances", error <= STANDS_STILL, f"to {error:.1g} of throughput"),
        Claim("every number is finite", not strange, strange or "or a day that never comes"),
        Claim("no stock, flow or price is negative", watcher.lowest >= 0, f"lowest {watcher.lowest:g}"),
        *(Claim(claim, most <= ROUNDING_T, f"{most:.1g} {unit} too much") for claim, (most, unit) in limits.items()),
    ]


def _strange(block: Block) -> str:
    """Return a column that is infinite, or not a number where it should be one; nothing where there is none."""
    every = (*metrics.ALL_METRICS, *metrics.added())
    may_be_never = {metric.name for metric in every if metric.is_day or metric.optional}
    for name, column in block.columns.items():
        may = name.rpartition("/")[2] in may_be_never
        if np.isinf(column).any() or (np.isnan(column).any() and not may):
            return name
    return ""


def is_alone_as_in_company(
    scenario: Scenario, replications: Index, which: int = -1, *, twin: bool = True, seed: int = SEED
) -> Claim:
    """Any future can be pulled out of the batch and replayed alone, to the last bit: here the one at `which`."""
    batch = run_block(scenario, seed, replications, twin=twin).columns
    alone = run_block(scenario, seed, replications[[which]], twin=twin).columns
    return _same("a future alone is the same as in a batch", alone, {name: c[[which]] for name, c in batch.items()})


def splits_anywhere(scenario: Scenario, replications: Index, at: int, *, seed: int = SEED) -> Claim:
    """Two batches hold the same futures as the one they are parts of, to the last bit."""
    whole = run_block(scenario, seed, replications, twin=False)
    parts = [run_block(scenario, seed, part, twin=False) for part in (replications[:at], replications[at:])]
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in whole.columns}
    counts = {name: np.sum([part.counts[name] for part in parts], axis=0) for name in whole.counts}
    return _same("batches may be split anywhere", {**columns, **counts}, {**whole.columns, **whole.counts})


def goes_on_as_it_began(scenario: Scenario, days: int, replications: Index, *, seed: int = SEED) -> Claim:
    """The first days of a run are those of a shorter run, to the last bit."""
    short, _ = keep_diary(shortened(scenario, days), seed, replications.tolist(), twin=False)
    long, _ = keep_diary(scenario, seed, replications.tolist(), twin=False)
    return _same(
        f"the first {days} days do not depend on those after", short, {name: row[:days] for name, row in long.items()}
    )


def has_the_twin_it_says(scenario: Scenario, replications: Index, *, seed: int = SEED) -> Claim:
    """The twin that runs beside a future is that future in a scenario without any disruption, to the last bit."""
    n = len(replications)
    beside, _ = keep_diary(scenario, seed, replications.tolist(), twin=True)
    quiet, _ = keep_diary(scenario.model_copy(update={"disruptions": {}}), seed, replications.tolist(), twin=False)
    return _same("the twin is the future without disruptions", quiet, {i: row[:, n:] for i, row in beside.items()})


def moves_no_other_draw(scenario: Scenario, replications: Index, *, seed: int = SEED) -> Claim:
    """Transit, leads, stocks and noise are the same whatever happens."""
    quiet = scenario.model_copy(update={"disruptions": {}})
    one, other = (assemble(s, Draws(seed, replications, parameters=s.parameters)) for s in (scenario, quiet))
    drawn, again = (
        {"stock": w.stock, "demand": w.demand_noise, "prices": w.market.noise, "transit": w.lanes.transit_d}
        for w in (one, other)
    )
    return _same("disruptions move nobody's luck but their own", drawn, again)


def serves_classes_in_order(granted: Array, asked: Array, priority: Index) -> bool:
    """Return whether nobody of a lower class is served while one of a higher class is short.

    At one row of stock, on one day, in one future: tonnes granted and asked, (lane,), and the receivers' classes, the
    first the lowest number, (lane,).
    """
    tolerance = 1e-6
    for upper in np.unique(priority):
        short = (asked - granted)[priority <= upper].sum() > tolerance
        if short and granted[priority > upper].sum() > tolerance:
            return False
    return True


def _same(claim: str, one: Mapping[str, NDArray[Any]], other: Mapping[str, NDArray[Any]]) -> Claim:
    differ = [name for name, row in one.items() if not np.array_equal(row, other[name], equal_nan=True)]
    return Claim(claim, not differ and one.keys() == other.keys(), ", ".join(differ[:3]) or "to the last bit")
