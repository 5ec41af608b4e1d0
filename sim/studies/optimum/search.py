"""Where to look next for the cheapest policy that meets its targets; the search itself is optuna's.

Every proposal is a pure function of the seed and of what is finished: samplers are made anew for each and are told the
finished trials, so that a search that was stopped goes on as if it had not been.
"""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import qmc

from sim.errors import not_installed
from sim.spec.variation import Range

Point = tuple[float, ...]

SPREAD_PER_FIGURE = 4
"""Trials per figure that are spread over the ranges before the search learns from any, besides the two corners."""
LEAST_SPREAD = 8
FRONT_SHARE = 0.25
"""Of all trials: the last ones, which look along the front of cost against the first target, not for the cheapest."""
DIGITS = 3
"""After the first of the width of a range: nobody orders a pile to the gram."""
TRIES = 20
"""Proposals before another sampler is asked, where each was tried already."""


@dataclass(frozen=True)
class Tried:
    """A trial that is finished, as the search sees it."""

    point: Point
    cost: float
    misses: tuple[float, ...]
    """By how much each target is missed; 0 or below is met."""


class Search:
    """Proposes points within ranges, so many at most."""

    def __init__(self, ranges: Sequence[Range], seed: int, trials: int) -> None:
        self._optuna = _optuna()
        self._ranges, self._seed = ranges, seed
        self._front_from = math.ceil(trials * (1 - FRONT_SHARE))
        self._distributions = {
            one.field: self._optuna.distributions.FloatDistribution(one.low, one.high, step=one.step) for one in ranges
        }

    @property
    def by(self) -> str:
        """Say what proposes, for the manifest."""
        return f"tree-structured Parzen estimator of optuna {self._optuna.__version__}"

    def ask(self, number: int, finished: Sequence[Tried], beyond: Sequence[Point] = ()) -> Point | None:
        """Propose the point of a trial, numbered from 0; None where every point in reach was tried.

        `beyond` are points that may not be tried, since the scenario would be wrong there.
        """
        spread = [*self._as_written(), *self._corners(), *self._spread()]
        tried = {*(one.point for one in finished), *beyond}
        if number < len(spread) and spread[number] not in tried:
            return spread[number]
        front = number >= self._front_from
        for attempt in range(2 * TRIES):
            sampler = self._sampler(f"{self._seed}/{number}/{attempt}", learns=attempt < TRIES)
            point = self._proposed(sampler, finished, front=front)
            if point not in tried:
                return point
        return None

    def _as_written(self) -> list[Point]:
        """Return what the scenario says itself, where that is certain and within the ranges."""
        said = [one.was.value for one in self._ranges]
        known = [
            value for one, value in zip(self._ranges, said, strict=True) if value is not None and _within(one, value)
        ]
        return [tuple(known)] if len(known) == len(said) else []

    def _corners(self) -> list[Point]:
        """Return the least and the most of everything."""
        return [tuple(one.low for one in self._ranges), tuple(one.high for one in self._ranges)]

    def _spread(self) -> list[Point]:
        """Return points that fill the ranges evenly."""
        many = max(LEAST_SPREAD, SPREAD_PER_FIGURE * len(self._ranges))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that their number is no power of two costs little here
            shares = qmc.Sobol(len(self._ranges), rng=_number(f"{self._seed}/spread")).random(many)
        return [
            tuple(
                _snapped(one, one.low + float(u) * (one.high - one.low))
                for one, u in zip(self._ranges, row, strict=True)
            )
            for row in shares
        ]

    def _sampler(self, key: str, *, learns: bool) -> Any:
        samplers, seed = self._optuna.samplers, _number(key) % 2**32
        # Each figure by itself: tried on made-up costs of six figures, that came nearer than all of them together.
        return samplers.TPESampler(seed=seed, multivariate=False) if learns else samplers.RandomSampler(seed=seed)

    def _proposed(self, sampler: Any, finished: Sequence[Tried], *, front: bool) -> Point:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what optuna calls experimental is held by its version
            study = self._optuna.create_study(directions=["minimize"] * (1 + front), sampler=sampler)
            for one in finished:
                study.add_trial(self._told(one, front=front))
            proposed = study.ask(self._distributions).params
        return tuple(_snapped(one, proposed[one.field]) for one in self._ranges)

    def _told(self, one: Tried, *, front: bool) -> Any:
        missed = {f"target {n}": miss for n, miss in enumerate(one.misses)}
        return self._optuna.trial.create_trial(
            values=[one.cost, one.misses[0]] if front else [one.cost],
            params={r.field: value for r, value in zip(self._ranges, one.point, strict=True)},
            distributions=self._distributions,
            constraints=None if front else missed,
        )


def _within(one: Range, value: float) -> bool:
    on_step = one.step is None or value == _snapped(one, value)
    return one.low <= value <= one.high and on_step


def _snapped(one: Range, value: float) -> float:
    """Return the value on its step, or in as few digits as tell a thousandth of the range, never outside of it."""
    if one.step is not None:
        return one.low + round((value - one.low) / one.step) * one.step
    digits = DIGITS - math.floor(math.log10(one.high - one.low))
    return min(max(round(value, digits), one.low), one.high)


def _number(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")


def _optuna() -> Any:
    try:
        import optuna
    except ImportError:
        raise not_installed("sim optimize", "optuna", "optimize") from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna
