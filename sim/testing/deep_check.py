"""What `sim check --deep` runs: every invariant that applies, on many futures and on variants of a user's scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from sim.arrays import Array, Index
from sim.chance.draws import plain_uniforms
from sim.errors import ModelError
from sim.running.experiment import run_block
from sim.spec.checks import check
from sim.spec.figures import figures
from sim.spec.finding import dotted
from sim.spec.scenario import Scenario
from sim.testing import (
    Claim,
    goes_on_as_it_began,
    has_the_twin_it_says,
    is_alone_as_in_company,
    keeps_its_books,
    moves_no_other_draw,
    shortened,
    splits_anywhere,
    stands_still,
)
from sim.testing.relations import RELATIONS

FUTURES = 64
FEW = 8
SEEDS = (1, 2, 3)
DAYS = 730
FIRST_D = 200
SECTIONS = ("disruptions", "responses", "projects", "floors")
"""What a scenario can do without, entry by entry."""
OF_CONTROLS = ("disruption_day", "control_end_day", "recovery_day", "peak_in_force_multiple", "balance_error")
"""Metrics that follow from when controls are in force, whatever these do; and how well books close."""


def check_deeply(scenario: Scenario) -> Iterator[Claim]:
    """Run all that applies, one claim after the other; a run that does not come to an end breaks its own."""
    for what, trial in _trials(scenario):
        try:
            yield trial()
        except (ModelError, FloatingPointError) as error:
            yield Claim(what, False, str(error))


def _trials(scenario: Scenario) -> Iterator[tuple[str, Callable[[], Claim]]]:
    """Yield every trial, with what to call it where it does not come to an end."""
    whole, short, few = shortened(scenario, DAYS), shortened(scenario, FIRST_D), np.arange(FEW)
    yield "undisturbed", partial(stands_still, short, futures=FEW)
    for seed in SEEDS:
        yield f"seed {seed}", partial(_books, whole, np.arange(FUTURES), f"seed {seed}", seed)
    for id in scenario.disruptions:
        other = _without(short, "disruptions", id)
        if other is not None:
            yield f"without {id}", partial(_books, other, few, f"without {id}", SEEDS[0])
    yield "a future alone", partial(is_alone_as_in_company, short, few)
    yield "batches", partial(splits_anywhere, short, np.arange(FUTURES), FUTURES // 3)
    yield "the first days", partial(goes_on_as_it_began, short, max(short.horizon_d // 2, 1), few)
    yield "the twin", partial(has_the_twin_it_says, short, few)
    yield "draws", partial(moves_no_other_draw, short, few)
    yield from ((relation.__name__.replace("_", " "), partial(relation, short, few)) for relation in RELATIONS)


def _books(scenario: Scenario, replications: Index, which: str, seed: int) -> Claim:
    """Say in one line what held of the books, or the first that did not."""
    claims = keeps_its_books(scenario, replications, seed=seed)
    broken = next((claim for claim in claims if not claim.holds), None)
    if broken is not None:
        return Claim(f"{which}: {broken.claim}", False, broken.found)
    return Claim(f"{which}: the books close, and nothing happens that must not", True, f"{len(claims)} claims")


def idle_parts(scenario: Scenario) -> Iterator[str]:
    """Yield what changes no number in any future, and names that nothing answers to.

    Either may be meant. Both are what a slip looks like: a ban on what nobody ships, a stream misspelt.
    """
    replications = np.arange(FUTURES)
    whole = shortened(scenario, DAYS)
    columns = run_block(whole, SEEDS[0], replications, twin=False).columns
    for section in SECTIONS:
        for id in getattr(scenario, section):
            other = _without(whole, section, id)
            if other is not None and _same(columns, run_block(other, SEEDS[0], replications, twin=False).columns):
                yield f"{dotted((section, id))} changes nothing in {FUTURES} futures of {whole.horizon_d} days"
    used = {quantity.times for _, quantity in figures(scenario)}
    yield from (
        f"{dotted(('parameters', name))} multiplies no figure" for name in scenario.parameters if name not in used
    )
    yield from _silent_streams(whole)


class _Listener:
    """Luck that remembers which streams were asked for."""

    def __init__(self) -> None:
        self.heard: set[str] = set()

    def uniforms(self, seed: int, stream: str, draws: range, replications: Index) -> Array:
        """Return plain uniforms, (draw, replication)."""
        self.heard.update(stream.split("/"))
        return plain_uniforms(seed, stream, draws, replications)


def _silent_streams(scenario: Scenario) -> Iterator[str]:
    """Yield streams that entities name, from which nothing was drawn."""
    luck = _Listener()
    run_block(scenario, SEEDS[0], np.arange(1), twin=False, luck=luck)
    for section in ("facilities", "lanes", "disruptions", "responses", "projects", "floors"):
        for id, one in getattr(scenario, section).items():
            stream = getattr(one, "stream", None)
            if stream is not None and stream not in luck.heard:
                yield f"{dotted((section, id, 'stream'))}: nothing is drawn from '{stream}'"


def _without(scenario: Scenario, section: str, id: str) -> Scenario | None:
    """Return the scenario without one entry, and what only follows from it; None where others cannot do without."""
    kept: dict[str, Any] = {name: one for name, one in getattr(scenario, section).items() if name != id}
    while section == "disruptions":
        ready = {name: one for name, one in kept.items() if getattr(one, "follows", None) in (None, *kept)}
        if len(ready) == len(kept):
            break
        kept = ready
    lanes = {name: lane for name, lane in scenario.lanes.items() if section != "responses" or lane.response != id}
    other = scenario.model_copy(update={section: kept, "lanes": lanes})
    cited = {quantity.source for _, quantity in figures(scenario) if quantity.source is not None}
    return None if check(other, cited) else other


def _same(one: Mapping[str, Array], other: Mapping[str, Array]) -> bool:
    """Tell whether two runs have the same columns, but for what only says when controls are in force."""
    names = [name for name in one if name in other and name.rpartition("/")[2] not in OF_CONTROLS]
    return all(np.allclose(one[name], other[name], rtol=1e-12, atol=0, equal_nan=True) for name in names)
