"""One file laid over another: mappings key by key, quantities and all else whole, `null` deletes."""

from __future__ import annotations

import json
from typing import Any

from sim.spec.finding import Finding, Path, dotted, shown
from sim.spec.nodes import Node


class Overlay:
    """Lays files over each other and keeps the log: every value that was replaced, old -> new."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.flaws: list[Finding] = []

    def lay(self, base: Node, over: Node, path: Path = ()) -> Node:
        """Return `base` with what `over` says put in its place."""
        if not _merges(base, over):
            new = without_nulls(over)
            self._note(path, base, new)
            return new
        children = dict(base.children)
        for key, child in over.children.items():
            here = (*path, key)
            if child.value is None:
                self._delete(children, here, child)
            elif key in children:
                children[key] = self.lay(children[key], child, here)
            else:
                children[key] = without_nulls(child)
        return Node(children, over.place)

    def _note(self, path: Path, old: Node, new: Node) -> None:
        before, after = old.plain(), new.plain()
        # compared as JSON, where true is not 1
        if json.dumps(before) != json.dumps(after):
            self.log.append(f"{dotted(path)}: {_told(before)} -> {_told(after)}")

    def _delete(self, children: dict[str, Node], path: Path, null: Node) -> None:
        key = str(path[-1])
        if key in children:
            self.log.append(f"{dotted(path)}: {_told(children.pop(key).plain())} -> deleted")
        else:
            found, names = f"'{key}', which is not there", list(children)
            self.flaws.append(Finding(path, "nothing-to-delete", found, "a key to delete", null.place, key, names))


def without_nulls(node: Node) -> Node:
    """Return the node without the keys that say `null`, which mean "absent"."""
    if isinstance(node.value, dict):
        kept = {key: without_nulls(child) for key, child in node.value.items() if child.value is not None}
        return Node(kept, node.place)
    if isinstance(node.value, list):
        return Node([without_nulls(child) for child in node.value], node.place)
    return node


def _merges(base: Node, over: Node) -> bool:
    both = isinstance(base.value, dict) and isinstance(over.value, dict)
    return both and not base.is_quantity and not over.is_quantity


def _told(value: Any) -> str:
    """Return a quantity as "14 d", anything else as JSON."""
    if isinstance(value, dict) and "unit" in value:
        for form in ("value", "uniform", "triangular", "exponential", "among"):
            if form in value:
                name = "" if form == "value" else f"{form} "
                return f"{name}{shown(value[form])} {value['unit']}"
    return shown(value)
