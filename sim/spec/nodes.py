"""What was read, as a tree in which every value still knows its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.errors import Problem
from sim.spec.finding import Finding, Path, Place, dotted
from sim.spec.scalars import Scalar


@dataclass(frozen=True, eq=False)
class Node:
    """A value and the line of its key, in the file that last set it."""

    value: Scalar | dict[str, Node] | list[Node]
    place: Place

    @property
    def children(self) -> Mapping[str, Node]:
        """The values of a mapping by key; none for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def is_quantity(self) -> bool:
        """Whether it is a number with a unit, which an overlay replaces whole."""
        unit = self.children.get("unit")
        return unit is not None and isinstance(unit.value, str)

    def plain(self) -> Any:
        """Return the bare data, as JSON has them."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def locate(self, path: Path) -> Place:
        """Return the line of the field, or of the nearest thing around it that stands in a file."""
        node = self
        for step in path:
            if isinstance(step, str) and step in node.children:
                node = node.children[step]
            elif isinstance(step, int) and isinstance(node.value, list) and step < len(node.value):
                node = node.value[step]
            else:
                break
        return node.place

    def problem(self, finding: Finding) -> Problem:
        """Return the finding with its file and line."""
        place = finding.place or self.locate(finding.path)
        field = dotted(finding.path)
        return Problem(finding.code, field, finding.found, finding.advice, place.file, place.line)
