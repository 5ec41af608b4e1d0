"""Factors that can be turned: which figures of each can take other values, and how a run is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.chance.draws import TOGETHER
from sim.errors import ScenarioError
from sim.running.inputs import streams
from sim.spec.doubts import SETS, By, Factor, around, factors
from sim.spec.finding import Path
from sim.spec.quantity import Quantity
from sim.spec.reading import ReadScenario, with_forms

Forms = dict[Path, dict[str, Any]]
WHY = "sim sensitivity"


@dataclass(frozen=True)
class Dial:
    """A factor, and what turning it does. Its place is 0 at the lowest end of its range and 1 at the highest."""

    factor: Factor
    own: tuple[str, ...]
    """Streams of figures that have a distribution of their own; the place is where in it they lie."""
    spread: tuple[str, ...]
    """Streams of constants that are given a range around what they are."""
    fixed: Mapping[Path, Quantity]
    """Constants that the model takes as the same in every future: another scenario for every place."""
    ranged: Forms
    """The ranges of constants that are drawn."""

    @property
    def is_nominal(self) -> bool:
        """Whether its places have no order: sets of parameters."""
        return self.factor.id == SETS

    @property
    def figures(self) -> int:
        """How many figures turn with it."""
        return len(self.factor.members) if self.is_nominal else len(self.own) + len(self.spread) + len(self.fixed)

    def forms(self, place: float, share: float) -> Forms:
        """Return what its fixed figures are at a place, within `share` of what they are."""
        return {path: {"value": _at(around(figure, share), place)} for path, figure in self.fixed.items()}


@dataclass(frozen=True)
class Dials:
    """All factors of a scenario that can be turned."""

    turned: tuple[Dial, ...]
    left_out: dict[str, str]
    """Name of a factor that cannot be -> why."""


def dials(read: ReadScenario, share: float, by: By = "field") -> Dials:
    """Return which factors can be turned: the scenario stays valid at both ends of each alone."""
    named, turned, left_out = streams(read.scenario), list[Dial](), dict[str, str]()
    for factor in factors(read.scenario, by):
        try:
            dial = _dial(read, factor, named, share)
        except ScenarioError as error:
            left_out[factor.name] = f"refused at an end of its range: {_said(error)}"
            continue
        if dial.figures:
            turned.append(dial)
        else:
            left_out[factor.name] = "nothing to turn: its figures are 0, or drawn anew time and again"
    return Dials(tuple(turned), left_out)


def _dial(read: ReadScenario, factor: Factor, named: Mapping[Path, str], share: float) -> Dial:
    if factor.id == SETS:
        return Dial(factor, (TOGETHER,), (), {}, {})
    own = [named[path] for path, figure in factor.members if figure.value is None and path in named]
    constant = {path: figure for path, figure in factor.members if figure.value}
    ranged = {path: around(figure, share) for path, figure in constant.items() if path in named}
    if ranged:
        try:
            with_forms(read, ranged, WHY)
        except ScenarioError:  # drawn by the model, and yet refused by the checks
            ranged = {}
    fixed = {path: figure for path, figure in constant.items() if path not in ranged}
    dial = Dial(factor, tuple(own), tuple(named[path] for path in ranged), fixed, ranged)
    for end in (0.0, 1.0) if fixed else ():
        with_forms(read, dial.forms(end, share), WHY)
    return dial


def _at(form: Mapping[str, Any], place: float) -> float:
    low, high = form["uniform"]
    return float(low + place * (high - low))


def _said(error: ScenarioError) -> str:
    problem = error.problems[0]
    return f"{problem.field}: found {problem.found}; {problem.allowed}"
