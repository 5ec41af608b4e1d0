"""A setting of the page: a scenario, the policies over it, and what was moved. A link says all of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from sim.errors import Problem, ScenarioError
from sim.spec.finding import Path, nearest
from sim.spec.reading import ReadScenario, with_values
from sim.web.controls import Control, controls, said
from sim.web.shelf import PILLARS, Shelf

SCENARIO, POLICY = "scenario", "policy"
HELD = "held."
"""What stands before every key of the setting that is held for comparison."""
WHY = "set on the what-if page"
MOST_KEYS = 64


@dataclass(frozen=True)
class Setting:
    """What was chosen."""

    scenario: str
    """Name of the scenario."""
    policies: tuple[str, ...] = ()
    """Names of policies, in the order in which they are laid over it."""
    moved: Mapping[str, float] = field(default_factory=dict)
    """Id of a control -> its value, in the unit of its figures; what is not here is as the scenario says."""

    def read(self, shelf: Shelf) -> ReadScenario:
        """Return the scenario as it is set; every value that is wrong is told."""
        read = shelf.read(self.scenario, self.policies)
        known = {control.id: control for control in controls(read.scenario)}
        problems = [problem for id, value in self.moved.items() for problem in _wrong(id, value, known)]
        if problems:
            raise ScenarioError(problems)
        values: dict[Path, float] = {}
        for id, value in self.moved.items():
            values |= known[id].values(value)
        return with_values(read, values, WHY) if values else read

    def pairs(self) -> list[tuple[str, str]]:
        """Return it as keys and values of a link."""
        chosen = [(SCENARIO, self.scenario), *((POLICY, name) for name in self.policies)]
        return chosen + [(id, f"{value:.10g}") for id, value in sorted(self.moved.items())]

    def link(self) -> str:
        """Return the query that restores it."""
        return urlencode(self.pairs())

    def words(self, shelf: Shelf) -> str:
        """Say in a line what differs from the scenario as it is given."""
        known = {control.id: control for control in controls(shelf.read(self.scenario, self.policies).scenario)}
        parts = [PILLARS.get(name, name.replace("_", " ")) for name in self.policies]
        parts += [
            f"{known[id].of}, {known[id].label[:1].lower()}{known[id].label[1:]}: {said(value, known[id].unit)}"
            for id, value in self.moved.items()
            if id in known
        ]
        return "; ".join(parts) or "as the scenario says"


def settings(pairs: Sequence[tuple[str, str]], first: str) -> tuple[Setting, Setting | None]:
    """Return the setting that a link asks for, and the one that is held beside it, if any."""
    if len(pairs) > 2 * MOST_KEYS:
        raise ScenarioError([Problem("too-many", "link", f"{len(pairs)} keys", f"at most {2 * MOST_KEYS}")])
    held = [(key.removeprefix(HELD), value) for key, value in pairs if key.startswith(HELD)]
    own = [(key, value) for key, value in pairs if not key.startswith(HELD)]
    now = _setting(own, first)
    other = _setting(held, now.scenario) if held else None
    if other is not None and other.scenario != now.scenario:
        found = f"'{other.scenario[:64]}' held beside '{now.scenario[:64]}'"
        raise ScenarioError([Problem("held", HELD + SCENARIO, found, "two settings of one scenario: the same futures")])
    return now, other


def _setting(pairs: Sequence[tuple[str, str]], first: str) -> Setting:
    scenario, policies, moved = first, list[str](), dict[str, float]()
    problems = list[Problem]()
    for key, value in pairs:
        if key == SCENARIO:
            scenario = value
        elif key == POLICY:
            policies += [value] if value not in policies else []
        else:
            number = _number(value)
            if number is None or key in moved:
                allowed = "a finite number, once" if number is None else "each control once"
                problems.append(Problem("not-finite", key[:64], f"'{value[:32]}'", allowed))
            else:
                moved[key] = number
    if problems:
        raise ScenarioError(problems)
    return Setting(scenario, tuple(policies), moved)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number + 0.0 if math.isfinite(number) else None


def _wrong(id: str, value: float, known: Mapping[str, Control]) -> list[Problem]:
    if id not in known:
        return [Problem("unknown-key", id[:64], "a control that is not there", nearest(id[:64], list(known)))]
    most = known[id].most
    if not 0 <= value <= most:
        return [Problem("bounds", id, said(value, known[id].unit), f"0 to {said(most, known[id].unit)}")]
    return []
