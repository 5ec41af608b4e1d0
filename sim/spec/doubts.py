"""What a scenario does not know: its assumed figures, put together into factors that can be varied one by one.

All figures of one kind and field are one factor, and move together: if voyages take longer than assumed, all do. So are
the lists of equally likely values, which belong together as sets. Figures of one disruption, response, project or floor
stand for themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from sim.spec.figures import figures
from sim.spec.finding import Path
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario

By = Literal["field", "sentence"]
SETS = "sets"
"""The factor of all lists of equally likely values."""
SINGLE = ("disruptions", "responses", "projects", "floors", "parameters")
"""Sections whose entries are not put together."""
SILENT = ("cohorts", "elements", "products", "stocks")
"""Steps of a path that say nothing to a planner."""
PLANTS = {"mine": "mines", "separation": "separation plants", "maker": "makers", "stockpile": "stockpiles"}


@dataclass(frozen=True)
class Factor:
    """Figures that are doubted together."""

    id: str
    """Kind and field, such as `lanes.transit`; `sets` for the lists of equally likely values."""
    name: str
    """What a planner calls it."""
    members: tuple[tuple[Path, Quantity], ...]
    """Where its figures stand, and what they are."""

    @property
    def says(self) -> str:
        """What is said most often of why these numbers."""
        return Counter(figure.assumed or figure.source or "" for _, figure in self.members).most_common(1)[0][0]


def factors(scenario: Scenario, by: By = "field") -> tuple[Factor, ...]:
    """Return all that is doubted, in the order of the scenario: what is assumed, and every list of likely values.

    `by` puts together what stands in the same field, or such of it as is assumed with the same words.
    """
    found: dict[tuple[str, str], list[tuple[Path, Quantity]]] = {}
    names = dict[str, str]()
    for path, figure in figures(scenario):
        if figure.assumed is None and figure.among is None:
            continue
        id, name = (SETS, "") if figure.among is not None else _field(scenario, path)
        sentence = figure.assumed or "" if by == "sentence" and id != SETS else ""
        found.setdefault((id, sentence), []).append((path, figure))
        names[id] = name
    return tuple(_factor(id, sentence, names[id], members) for (id, sentence), members in found.items())


def around(figure: Quantity, spread: float) -> dict[str, Any]:
    """Return the range of a constant, so much less to so much more, as a file has it; shares stay shares."""
    assert figure.value is not None
    low, high = sorted((figure.value * (1 - spread), figure.value * (1 + spread)))
    if figure.unit == "share" and 0 <= figure.value <= 1:
        high = min(high, 1.0)
    return {"uniform": [low, high]}


def _factor(id: str, sentence: str, name: str, members: Iterable[tuple[Path, Quantity]]) -> Factor:
    kept = tuple(members)
    if id == SETS:
        lists = {len(figure.among or ()) for _, figure in kept}
        return Factor(id, f"the {'/'.join(map(str, sorted(lists)))} sets of parameters", kept)
    if sentence:
        return Factor(f"{id}: {sentence}", f"{name}: {sentence}", kept)
    return Factor(id, name, kept)


def _field(scenario: Scenario, path: Path) -> tuple[str, str]:
    """Return the id and the name of the factor that a figure belongs to."""
    section, fields, node = str(path[0]), list[str](), scenario
    for step in path:
        if isinstance(node, BaseModel):
            fields.append(str(step))
            node = getattr(node, str(step))
        else:
            node = node[step]
    words = " ".join(field for field in fields[1:] if field not in SILENT).replace("_", " ")
    if section in SINGLE:
        return ".".join([section, str(path[1]), *fields[1:]]), f"{path[1]}: {words}" if words else str(path[1])
    if section == "facilities":
        kind = scenario.facilities[str(path[1])].kind
        return ".".join([section, kind, *fields[1:]]), f"{words} of {PLANTS.get(kind, kind.replace('_', ' '))}"
    if section in ("lanes", "buyers", "materials"):
        return ".".join(fields), f"{words} of {section}"
    return ".".join(fields), f"{section}: {words}".replace("_", " ") if words else section.replace("_", " ")
