"""What can be moved on the page: sliders made from the figures of a scenario and of the policies laid over it.

There is no second model: a slider is a few figures of the scenario, named by the paths that `sim sweep` takes too,
and moving it is what `with_values` does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sim.results.subjects import SYMBOLS
from sim.spec.disruptions import Disruption, Outage
from sim.spec.finding import Path
from sim.spec.network import Stockpile
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario

CONTROLS, PILES, RESPONSE, PROJECTS, FLOORS = (
    "What happens",
    "Stockpiles",
    "Rapid Response",
    "Permits and projects",
    "Price floor",
)
MOST_DAYS = 1096.0
MOST_STOCK_D = 360.0
SMALL_WORDS = ("to", "of", "in", "at", "on", "by", "no")
"""Words of two letters that are no abbreviation, as `us` and `jp` are."""
TIMES = 4.0
"""How many times what is given a tonnage can be set to."""
STEPS = 100
"""Steps of a slider that is not in days."""


@dataclass(frozen=True)
class Moved:
    """How a kind of disruption is made longer or more severe: one of its figures."""

    field: str
    label: str
    most: float
    """Highest value in the figure's own unit; infinite is a multiple of what is given, or the horizon for days."""


_LASTS = Moved("duration", "Lasts", math.inf)
_CHANCE = Moved("chance", "Chance that it happens", 1)
MOVED: dict[str, tuple[Moved, ...]] = {
    "export_ban": (_LASTS, Moved("leak", "Leaks through", 1), _CHANCE),
    "licence": (
        _LASTS,
        Moved("approval", "Applications granted at first", 1),
        Moved("review", "A review takes", 365),
        Moved("leak", "Leaks through", 1),
        _CHANCE,
    ),
    "quota": (_LASTS, Moved("tonnage", "Tonnes a year", math.inf), _CHANCE),
    "content_rule": (_LASTS, Moved("compliance", "Firms that comply", 1), _CHANCE),
    "closure": (_LASTS, Moved("remaining", "Passes all the same", 1), _CHANCE),
    "outage": (_LASTS, Moved("remaining", "Goes on working", 1), _CHANCE),
    "freight_delay": (_LASTS, Moved("delay", "Days longer under way", 120), _CHANCE),
    "demand_surge": (_LASTS, Moved("factor", "Use is multiplied with", 5), _CHANCE),
    "dumping": (_LASTS, Moved("discount", "Prices pressed by, in logs", 2), _CHANCE),
    "tariff": (_LASTS, Moved("rate", "Duty", 3), _CHANCE),
    "setback": (_LASTS, Moved("stretch", "What is left to build takes, times as long", 5), _CHANCE),
}
"""Kind of disruption -> what of it can be moved."""


@dataclass(frozen=True)
class Control:
    """A slider."""

    id: str
    """Its name in links, such as `china_ban.duration`."""
    section: str
    """The heading it stands under."""
    of: str
    """What it belongs to, in words: a disruption, a pile."""
    label: str
    """What it moves, in words."""
    paths: tuple[Path, ...]
    """The figures it sets."""
    was: tuple[Quantity, ...]
    """What the scenario says they are."""
    most: float
    """The highest value; the lowest is 0."""
    how: Literal["same", "total"] = "same"
    """Whether every figure becomes the value, or the value is shared out as the figures are."""

    @property
    def unit(self) -> str:
        """Unit of the value."""
        return self.was[0].unit

    @property
    def step(self) -> float:
        """Step of the slider."""
        return 1.0 if self.unit == "d" and self.most > 30 else _round(self.most / STEPS)

    @property
    def at(self) -> float:
        """Where the slider stands as long as nobody moves it."""
        typical = [_typical(one) for one in self.was]
        return sum(typical) if self.how == "total" else typical[0]

    @property
    def given(self) -> str:
        """What the scenario says, in words."""
        if self.how == "total":
            return said(self.at, self.unit)
        low, high = self.was[0].support
        if low == high or math.isinf(high):
            return said(self.at, self.unit)
        return f"{said(low, self.unit)} to {said(high, self.unit)}, typically {said(self.at, self.unit)}"

    def values(self, value: float) -> dict[Path, float]:
        """Return what the figures become where the slider stands at a value."""
        if self.how == "same":
            return dict.fromkeys(self.paths, value)
        return {p: _typical(was) * value / self.at for p, was in zip(self.paths, self.was, strict=True)}


def controls(scenario: Scenario) -> tuple[Control, ...]:
    """Return the sliders of a scenario, in the order of the page."""
    return (*_disruptions(scenario), *_piles(scenario), *_responses(scenario), *_projects(scenario), *_floors(scenario))


def said(value: float, unit: str) -> str:
    """Say a value with its unit: `30 %`, `180 days`, `1,320 t`."""
    if unit == "share":
        return f"{value * 100:.3g} %"
    words = {"d": "days", "multiple": "times", "log": "", "usd/kg": "USD/kg"}.get(unit, unit)
    return (
        f"{value:,.0f} {words}".strip() if abs(value) >= 100 or value == int(value) else f"{value:.3g} {words}".strip()
    )


def spoken(id: str) -> str:
    """Return an id in words: `china_ban` is `China ban`, `ndpr_oxide` is `NdPr oxide`."""
    words = [_word(word) for word in id.replace("-", "_").split("_") if word] or [id]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _word(word: str) -> str:
    abbreviated = len(word) == 2 and word not in SMALL_WORDS
    return SYMBOLS.get(word, word.upper() if abbreviated else word)


def _disruptions(scenario: Scenario) -> Iterator[Control]:
    for id, one in scenario.disruptions.items():
        for moved in MOVED.get(one.kind, ()):
            found = getattr(one, moved.field)
            if found is not None and not _by_chance(one):
                yield Control(
                    f"{id}.{moved.field}",
                    CONTROLS,
                    spoken(id),
                    moved.label,
                    (("disruptions", id, moved.field),),
                    (found,),
                    _most(moved.most, found, scenario),
                )


def _by_chance(one: Disruption) -> bool:
    return isinstance(one, Outage) and not one.is_dated


def _most(most: float, found: Quantity, scenario: Scenario) -> float:
    if not math.isinf(most):
        return most
    return float(min(MOST_DAYS, scenario.horizon_d)) if found.unit == "d" else _top(_typical(found))


def _piles(scenario: Scenario) -> Iterator[Control]:
    """A slider for all materials of a pile that are given alike, in days; one for all that are given in tonnes."""
    for id, pile in scenario.facilities.items():
        if not isinstance(pile, Stockpile):
            continue
        alike: dict[tuple[str, float], list[str]] = {}
        for material, stock in pile.stocks.items():
            key = (stock.opening.unit, _typical(stock.opening) if stock.opening.unit == "d" else 0.0)
            alike.setdefault(key, []).append(material)
        for (unit, _), materials in alike.items():
            was = tuple(pile.stocks[material].opening for material in materials)
            rooms = [room.support[0] for m in materials if (room := pile.stocks[m].room) and room.unit == unit]
            total = sum(map(_typical, was))
            if unit != "d" and total <= 0:
                continue
            most = MOST_STOCK_D if unit == "d" else _top(total)
            yield Control(
                f"{id}.{materials[0]}" if len(alike) > 1 else f"{id}.stock",
                PILES,
                (pile.name or spoken(id)).partition(" [")[0],
                _holds(materials, pile, unit),
                tuple(("facilities", id, "stocks", material, "opening") for material in materials),
                was,
                min([most, *(rooms if unit == "d" else [])]),
                "same" if unit == "d" else "total",
            )


def _holds(materials: list[str], pile: Stockpile, unit: str) -> str:
    if len(materials) == len(pile.stocks) > 1:
        return "Holds, of each material" if unit == "d" else "Holds, all materials together"
    return f"Holds of {', '.join(spoken(material) for material in materials)}"


def _responses(scenario: Scenario) -> Iterator[Control]:
    for id, response in scenario.responses.items():
        given = {name: getattr(response, name) for name in ("detection", "convening", "decision")}
        steps = {name: one for name, one in given.items() if one is not None and _typical(one) > 0}
        if steps and len({one.unit for one in steps.values()}) == 1:
            paths = tuple(("responses", id, name) for name in steps)
            label = "From alarm to dispatch"
            yield Control(f"{id}.time", RESPONSE, spoken(id), label, paths, tuple(steps.values()), 90.0, "total")


def _projects(scenario: Scenario) -> Iterator[Control]:
    for id, project in scenario.projects.items():
        path: Path = ("projects", id, "decision_day")
        most = float(min(MOST_DAYS, scenario.horizon_d))
        yield Control(
            f"{id}.decision_day", PROJECTS, spoken(id), "Decided on day", (path,), (project.decision_day,), most
        )
        quick = {plant: one.shortened_to for plant, one in project.plants.items() if one.shortened_to is not None}
        if quick:
            paths = tuple(("projects", id, "plants", plant, "shortened_to") for plant in quick)
            label = "Permits take, of their usual time"
            yield Control(f"{id}.permits", PROJECTS, spoken(id), label, paths, tuple(quick.values()), 1.0)


def _floors(scenario: Scenario) -> Iterator[Control]:
    for id, floor in scenario.floors.items():
        for element, least in floor.least.items():
            path: Path = ("floors", id, "least", element)
            label = f"{spoken(element)} brings at least"
            yield Control(f"{id}.{element}", FLOORS, spoken(id), label, (path,), (least,), _top(_typical(least)))


def _typical(quantity: Quantity) -> float:
    """Return the typical value in the figure's own unit."""
    if quantity.value is not None:
        return quantity.value
    if quantity.triangular is not None:
        return quantity.triangular[1]
    low, high = quantity.support
    return quantity.exponential if quantity.exponential is not None else (low + high) / 2


def _top(value: float) -> float:
    """Return a round number some times as high."""
    return _round(TIMES * value, up=True) if value > 0 else 1.0


def _round(value: float, *, up: bool = False) -> float:
    """Return 1, 2 or 5 times a power of ten near a value; not below it where `up`."""
    power = 10.0 ** math.floor(math.log10(value))
    wanted = value / power * (1.0 if up else 0.999999)
    return next((step * power for step in (1, 2, 2.5, 5) if step >= wanted * (1 - 1e-9)), 10 * power)
