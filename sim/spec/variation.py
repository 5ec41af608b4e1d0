"""One figure of a scenario and the values it is to take in turn: `facilities.reserve.stocks.dy_oxide.opening=0:60:20`.

The figure is named by its path, as messages name it. Values are numbers in the figure's own unit. A figure that is to
be chosen has a range instead, `PATH=low:high`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from sim.errors import Problem, ScenarioError
from sim.spec.figures import figures
from sim.spec.finding import LISTED_AT_MOST, Path, dotted, nearest
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario

Read = TypeVar("Read")
OPTION = "--vary"
MOST_FIGURES = 2
MOST_POINTS = 100
MOST_RANGES = 20
RANGE_SYNTAX = "PATH=low:high, or PATH=low:high:step, such as 0:1500:50"
SYNTAX = "PATH=first:last:step, such as 0:60:20, or PATH=value,value,..."


@dataclass(frozen=True)
class Variation:
    """A figure and its values."""

    path: Path
    """Where it stands in the scenario."""
    was: Quantity
    """What the scenario says it is."""
    values: tuple[float, ...]
    """What it is to be, in its own unit, ascending, each once."""

    @property
    def field(self) -> str:
        """The path as a planner reads it."""
        return dotted(self.path)


@dataclass(frozen=True)
class Range:
    """A figure that is to be chosen, and from what."""

    path: Path
    """Where it stands in the scenario."""
    was: Quantity
    """What the scenario says it is."""
    low: float
    """In its own unit."""
    high: float
    """Above `low`; with a step, the last that the steps meet."""
    step: float | None
    """Between the values it may take; None where it may take any."""

    @property
    def field(self) -> str:
        """The path as a planner reads it."""
        return dotted(self.path)


def variations(texts: Sequence[str], scenario: Scenario) -> tuple[Variation, ...]:
    """Return what is to be varied, a figure per text; every text that is wrong is told."""
    if not 1 <= len(texts) <= MOST_FIGURES:
        raise ScenarioError([_problem("vary", f"{len(texts)} figures", "one figure, or two")])
    found = _each(texts, scenario, _variation)
    if problems := [*_twice(found), *_too_many(found)]:
        raise ScenarioError(problems)
    return tuple(found)


def ranges(texts: Sequence[str], scenario: Scenario) -> tuple[Range, ...]:
    """Return what is to be chosen, a figure per text; every text that is wrong is told."""
    if not 1 <= len(texts) <= MOST_RANGES:
        raise ScenarioError([_problem("vary", f"{len(texts)} figures", f"one figure, or up to {MOST_RANGES}")])
    found = _each(texts, scenario, _range)
    if problems := _twice(found):
        raise ScenarioError(problems)
    return tuple(found)


def _each(
    texts: Sequence[str], scenario: Scenario, read: Callable[[str, Mapping[str, tuple[Path, Quantity]]], Read]
) -> list[Read]:
    """Read every text; tell all that is wrong with any."""
    known = {dotted(path): (path, quantity) for path, quantity in figures(scenario)}
    found, problems = list[Read](), list[Problem]()
    for text in texts:
        try:
            found.append(read(text, known))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return found


def grid(varied: Sequence[Variation]) -> list[dict[Path, float]]:
    """Return every point, path -> value; the last figure moves first."""
    paths = [one.path for one in varied]
    return [dict(zip(paths, at, strict=True)) for at in itertools.product(*(one.values for one in varied))]


def _variation(text: str, known: Mapping[str, tuple[Path, Quantity]]) -> Variation:
    field, equals, values = text.rpartition("=")
    if not equals:
        raise ScenarioError([_problem("syntax", f"'{text}'", SYNTAX)])
    numbers = _values(values)
    if field not in known:
        raise ScenarioError([_no_figure(field, list(known))])
    path, quantity = known[field]
    return Variation(path, quantity, numbers)


def _range(text: str, known: Mapping[str, tuple[Path, Quantity]]) -> Range:
    field, equals, values = text.rpartition("=")
    parts = values.split(":")
    if not equals or len(parts) not in (2, 3):
        raise ScenarioError([_problem("syntax", f"'{text}'", RANGE_SYNTAX)])
    low, high, *steps = (_number(part, text) for part in parts)
    if low >= high or any(not 0 < step <= high - low for step in steps):
        allowed = "low:high with low below high, and a step between 0 and their difference"
        raise ScenarioError([_problem("syntax", f"'{text}'", allowed)])
    if field not in known:
        raise ScenarioError([_no_figure(field, list(known))])
    path, quantity = known[field]
    last = low + (high - low) // steps[0] * steps[0] if steps else high
    return Range(path, quantity, _float(low), _float(last), _float(steps[0]) if steps else None)


def _values(text: str) -> tuple[float, ...]:
    """Read `first:last:step` or `value,value,...`; decimals, so that 0.1 three times is 0.3."""
    if ":" not in text:
        return tuple(sorted({_float(_number(part, text)) for part in text.split(",")}))
    parts = text.split(":")
    if len(parts) != 3:
        raise ScenarioError([_problem("syntax", f"'{text}'", SYNTAX)])
    first, last, step = (_number(part, text) for part in parts)
    if step <= 0 or last < first:
        raise ScenarioError([_problem("syntax", f"'{text}'", "first:last:step with last at or after first, step > 0")])
    steps = (_float(last) - _float(first)) / (_float(step) or math.ulp(0.0))
    if steps >= MOST_POINTS:
        raise ScenarioError([_problem("too-many", f"'{text}'", f"at most {MOST_POINTS} points")])
    return tuple(sorted({_float(first + number * step) for number in range(int((last - first) / step) + 1)}))


def _number(part: str, text: str) -> Decimal:
    try:
        number = Decimal(part)
    except InvalidOperation:
        raise ScenarioError([_problem("syntax", f"'{text}'", SYNTAX)]) from None
    if not (number.is_finite() and math.isfinite(float(number))):
        raise ScenarioError([_problem("not-finite", f"'{part}'", "finite numbers")])
    return number


def _float(number: Decimal) -> float:
    return float(number) + 0.0  # minus zero is zero


def _no_figure(field: str, known: Collection[str]) -> Problem:
    """Say which figures stand under a path that is none itself, or which one was probably meant."""
    under = [name for name in known if name.startswith(f"{field}.")] if field else []
    if not under:
        return _problem("reference", f"'{field}', which is no figure", f"the path of a figure: {nearest(field, known)}")
    named = ", ".join(under[:LISTED_AT_MOST])
    more = f" and {len(under) - LISTED_AT_MOST} more" if len(under) > LISTED_AT_MOST else ""
    return _problem("reference", f"'{field}', which is no figure itself", f"one of those under it: {named}{more}")


def _twice(found: Sequence[Variation | Range]) -> list[Problem]:
    once = {one.field for one in found}
    return [] if len(once) == len(found) else [_problem("vary", f"'{found[0].field}' twice", "each figure once")]


def _too_many(found: Sequence[Variation]) -> list[Problem]:
    points = math.prod(len(one.values) for one in found)
    return [] if points <= MOST_POINTS else [_problem("too-many", f"{points} points", f"at most {MOST_POINTS}")]


def _problem(code: str, found: str, allowed: str) -> Problem:
    return Problem(code, OPTION, found, allowed)
