"""Who is counted: every buyer, and every group of buyers that share a region, an end use or a priority."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.spec.scenario import Scenario

Dimension = Literal["region", "end_use", "priority"]
DIMENSIONS: tuple[Dimension, ...] = ("region", "end_use", "priority")


@dataclass(frozen=True)
class Subject:
    """A buyer, or a group of buyers, that shortages are counted for."""

    id: str
    """`jp.ev`, or `region:jp`, `end_use:ev`, `priority:1`; `<id>:any` is the group by any member."""
    name: str
    """What a planner calls it."""
    buyers: tuple[str, ...]
    """Ids of its members; a buyer has itself."""
    dimension: Dimension | None = None
    """What the members of a group share; None for a buyer."""


SYMBOLS = {"ndpr": "NdPr", "nd": "Nd", "pr": "Pr", "dy": "Dy", "tb": "Tb", "ev": "EV", "hvac": "HVAC"}
"""How elements and abbreviations are written in a name."""


def end_use_name(end_use: str) -> str:
    """Return an end use in a planner's words: `ev` is an abbreviation, `power_tools` is two words."""
    if len(end_use) <= 2 and end_use not in SYMBOLS:
        return end_use.upper()
    return " ".join(SYMBOLS.get(word, word) for word in end_use.split("_"))


def buyer_subjects(scenario: Scenario) -> tuple[Subject, ...]:
    """Return every buyer, in the order of the file."""
    return tuple(Subject(id, _buyer_name(scenario, id), (id,)) for id in scenario.buyers)


def group_subjects(scenario: Scenario) -> tuple[Subject, ...]:
    """Return every group of buyers, by dimension, in order of its first member in the file or of priority."""
    groups: list[Subject] = []
    for dimension in DIMENSIONS:
        members: dict[str, list[str]] = {}
        for id, buyer in scenario.buyers.items():
            members.setdefault(str(getattr(buyer, dimension)), []).append(id)
        values = sorted(members, key=int) if dimension == "priority" else list(members)
        groups += [
            Subject(f"{dimension}:{value}", _group_name(scenario, dimension, value), tuple(ids), dimension)
            for value, ids in ((value, members[value]) for value in values)
        ]
    return tuple(groups)


def _buyer_name(scenario: Scenario, id: str) -> str:
    buyer = scenario.buyers[id]
    return buyer.name or f"{scenario.regions[buyer.region].name} {end_use_name(buyer.end_use)}"


def _group_name(scenario: Scenario, dimension: Dimension, value: str) -> str:
    if dimension == "region":
        return scenario.regions[value].name
    return f"Priority {value}" if dimension == "priority" else f"All {end_use_name(value)}"
