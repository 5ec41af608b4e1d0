"""The files of a scenario: the one that was named and those it extends, each once, the base first."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.spec import shipped
from sim.spec.finding import Finding, Place, nearest, shown
from sim.spec.nodes import Node
from sim.spec.yaml_strict import Document, read_yaml, refusal

MAX_FILES = 32
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Shelf:
    """Where names of one kind are looked up: scenarios, or policies."""

    kind: str
    find: Callable[[str], Path | None]
    names: Callable[[], list[str]]


SCENARIOS = Shelf("scenario", shipped.find_scenario, shipped.names)
POLICIES = Shelf("policy", shipped.find_policy, shipped.policy_names)


@dataclass(frozen=True, eq=False)
class Part:
    """One file of a chain, without the keys that only the reader needs."""

    path: Path
    root: Node
    flaws: tuple[Finding, ...]


def read_chain(reference: str, shelf: Shelf) -> list[Part]:
    """Read what was named, and all that it extends, in the order in which they are laid over each other."""
    path, name = named(reference, shelf)
    chain = _Chain(shelf, (_real(path.parent), _real(shipped.folder())))
    chain.visit(path, name)
    return chain.parts


def is_path(reference: str) -> bool:
    """Tell whether SCENARIO or a policy is given as a path rather than as a shipped name."""
    return reference.endswith((".yaml", ".yml")) or "/" in reference or os.sep in reference


def named(reference: str, shelf: Shelf) -> tuple[Path, str]:
    """Return the file that a path or a shipped name stands for, and what messages call it."""
    if is_path(reference):
        return Path(reference), reference
    path = shelf.find(reference)
    if path is None:
        allowed = f"a path, or a shipped {shelf.kind}: {nearest(reference, shelf.names())}"
        raise refusal("reference", shown(reference), allowed, Place("", 0), shelf.kind)
    return path, shipped.displayed(path)


def _real(path: Path) -> Path:
    # os.path.realpath bears loops of links, Path.resolve does not; a NUL in a name comes to light on opening.
    try:
        return Path(os.path.realpath(path))
    except ValueError:
        return path


class _Chain:
    """Walks along `extends`, remembering what is open to find cycles."""

    def __init__(self, shelf: Shelf, roots: Sequence[Path]) -> None:
        self.shelf = shelf
        self.roots = roots
        self.parts: list[Part] = []
        self.open: dict[Path, str] = {}
        self.seen: set[Path] = set()

    def visit(self, path: Path, name: str) -> None:
        real = _real(path)
        if real in self.seen:
            return
        self.seen.add(real)
        self.open[real] = name
        document = read_yaml(path, name)
        flaws = [*document.flaws, *_version_flaws(document, name)]
        extends = document.root.children.get("extends")
        for base in _references(extends, flaws):
            self.follow(base, path, name)
        kept = {k: v for k, v in document.root.children.items() if k not in ("schema_version", "extends")}
        self.parts.append(Part(path, Node(kept, document.root.place), tuple(flaws)))
        del self.open[real]

    def follow(self, base: Node, path: Path, name: str) -> None:
        reference = str(base.value)
        if is_path(reference):
            target = path.parent / reference
            target_name = os.path.normpath(os.path.join(os.path.dirname(name), reference))
        else:
            target, target_name = self.shipped(reference, base.place)
        self.refuse(reference, _real(target), target_name, base.place)
        self.visit(target, target_name)

    def refuse(self, reference: str, real: Path, name: str, place: Place) -> None:
        if not any(real.is_relative_to(root) for root in self.roots):
            allowed = "a file below the folder of the file that was named, or a shipped one"
            raise refusal("outside", shown(reference), allowed, place, "extends")
        if real in self.open:
            loop = [*list(self.open.values())[list(self.open).index(real) :], name]
            raise refusal("extends-cycle", " -> ".join(loop), "a chain with an end", place, "extends")
        if len(self.seen) >= MAX_FILES:
            found = f"more than {MAX_FILES} files"
            raise refusal("too-many", found, f"at most {MAX_FILES}", place, "extends")
        if not os.path.exists(real):
            raise refusal("no-file", shown(reference), "a file that exists", place, "extends")

    def shipped(self, reference: str, place: Place) -> tuple[Path, str]:
        path = self.shelf.find(reference)
        if path is None:
            near = nearest(reference, self.shelf.names())
            allowed = f"a relative path, or a shipped {self.shelf.kind}: {near}"
            raise refusal("reference", shown(reference), allowed, place, "extends")
        return path, shipped.displayed(path)


def _references(extends: Node | None, flaws: list[Finding]) -> list[Node]:
    if extends is None or any(flaw.path[:1] == ("extends",) for flaw in flaws):
        return []
    listed = extends.value if isinstance(extends.value, list) else [extends]
    if not listed or not all(isinstance(node.value, str) for node in listed):
        allowed = "a shipped name or a relative path, or a list of them"
        raise refusal("type", shown(extends.plain()), allowed, extends.place, "extends")
    return listed


def _version_flaws(document: Document, name: str) -> list[Finding]:
    node = document.root.children.get("schema_version")
    if any(flaw.path == ("schema_version",) and flaw.code != "duplicate-key" for flaw in document.flaws):
        return []
    allowed = f"schema_version: {SCHEMA_VERSION}"
    if node is None:
        return [Finding(("schema_version",), "missing", "nothing", allowed, document.root.place)]
    version = node.value
    if isinstance(version, (int, float)) and version > SCHEMA_VERSION and not isinstance(version, bool):
        advice = f"at most {SCHEMA_VERSION}: a newer `sim` reads this file"
        raise refusal("newer-schema", shown(version), advice, node.place, "schema_version")
    if isinstance(version, int) and not isinstance(version, bool) and version == SCHEMA_VERSION:
        return []
    return [Finding(("schema_version",), "type", shown(node.plain()), allowed, node.place)]
