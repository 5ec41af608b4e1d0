"""YAML without its traps: a text in, a tree with a line per value out, or one clear problem per mistake.

The text is walked as a stream of events, which costs no memory for what is refused: no aliases (they can
explode), no tags (they can run code), one document, bounded in size, depth and number.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.errors import Problem, ScenarioError
from sim.spec import finding
from sim.spec.finding import Finding, Place
from sim.spec.nodes import Node
from sim.spec.scalars import NotFiniteError, resolve

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 40
MAX_EVENTS = 200_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, eq=False)
class Document:
    """One file as read, with the mistakes that did not keep it from being read on."""

    root: Node
    flaws: tuple[Finding, ...]


def read_yaml(path: Path, name: str) -> Document:
    """Read a file whose top level is a mapping; `name` is what messages call it."""
    return parse_yaml(_text(path, name), name)


@lru_cache(maxsize=64)
def parse_yaml(text: str, name: str) -> Document:
    """Read a text whose top level is a mapping; `name` is what messages call it.

    What is read is never written to, so that the network of several scenarios or policies is parsed once.
    """
    builder = _Builder(name, _events(text, name))
    root = builder.document()
    return Document(root, tuple(builder.flaws))


def refusal(code: str, found: str, allowed: str, place: Place, field: str = "") -> ScenarioError:
    """Make the error for a file that cannot be read any further."""
    return ScenarioError([Problem(code, field, found, allowed, place.file, place.line)])


def _text(path: Path, name: str) -> str:
    place = Place(name, 0)
    try:
        # Looked at before it is opened: opening a pipe would wait for ever.
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
            raise refusal("not-a-file", kind, "a YAML file", place)
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise refusal("no-file", "no such file", "a file that exists", place) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refusal("unreadable", reason, "a file that can be read", place) from error
    if len(content) > MAX_BYTES:
        raise refusal("too-large", f"more than {MAX_BYTES} bytes", f"at most {MAX_BYTES} bytes", place)
    return _decoded(content, place)


def _decoded(content: bytes, place: Place) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        at = Place(place.file, line)
        raise refusal("not-text", "bytes that are not UTF-8", "UTF-8 text", at) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise refusal("not-text", "a NUL character", "UTF-8 text", Place(place.file, line))
    return text


def _events(text: str, name: str) -> Iterator[Any]:
    try:
        event: Any
        for number, event in enumerate(yaml.parse(text, Loader=_LOADER)):
            if number >= MAX_EVENTS:
                place = Place(name, event.start_mark.line + 1)
                raise refusal("too-many", f"more than {MAX_EVENTS} items", f"at most {MAX_EVENTS}", place)
            yield event
    except yaml.YAMLError as error:
        raise _syntax(error, name) from error
    except (ValueError, OverflowError, RecursionError) as error:  # the pure Python loader, on odd escapes
        raise refusal("yaml", type(error).__name__, "valid YAML", Place(name, 0)) from error


_HINTS = {
    "cannot start any token": ": indent with spaces, never with tabs",
    "did not find expected key": ": keys of one mapping stand equally far in",
    "mapping values are not allowed": ": quote a text that has a colon in it, and look how far in the line stands",
}
"""What the reader of YAML says -> what it most often comes from."""


def _syntax(error: yaml.YAMLError, name: str) -> ScenarioError:
    line: int = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
    found = getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__
    hint = next((hint for said, hint in _HINTS.items() if said in str(found)), "")
    return refusal("yaml", f"text that is no YAML ({found})", f"valid YAML{hint}", Place(name, line))


class _Builder:
    """Builds the tree from the events; it goes no deeper than MAX_DEPTH."""

    def __init__(self, name: str, events: Iterator[Any]) -> None:
        self.name = name
        self.events = events
        self.flaws: list[Finding] = []

    def document(self) -> Node:
        next(self.events)  # the stream's start
        start = next(self.events)
        first = next(self.events) if isinstance(start, yaml.DocumentStartEvent) else None
        if first is None or (isinstance(first, yaml.ScalarEvent) and first.implicit[0] and not first.value):
            raise refusal("empty-file", "nothing", "a mapping of keys to values", Place(self.name, 0))
        root = self.node(first, (), self.place(first))
        if not isinstance(root.value, dict):
            kind = "a list" if isinstance(root.value, list) else finding.shown(root.plain())
            raise refusal("not-a-mapping", kind, "a mapping of keys to values", root.place)
        next(self.events)  # the document's end
        after = next(self.events)
        if isinstance(after, yaml.DocumentStartEvent):
            raise refusal("documents", "a second document", "one document a file", self.place(after))
        return root

    def place(self, event: Any) -> Place:
        return Place(self.name, event.start_mark.line + 1)

    def node(self, event: Any, path: finding.Path, place: Place) -> Node:
        self.refuse_tricks(event)
        if isinstance(event, yaml.ScalarEvent):
            return Node(self.scalar(event, path, place), place)
        if len(path) >= MAX_DEPTH:
            allowed = f"at most {MAX_DEPTH} levels"
            raise refusal("depth", "a value nested too deep", allowed, self.place(event))
        if isinstance(event, yaml.MappingStartEvent):
            return Node(self.mapping(path), place)
        return Node(self.sequence(path), place)

    def refuse_tricks(self, event: Any) -> None:
        if getattr(event, "anchor", None) is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise refusal("anchor", f"{sign}{event.anchor}", "no anchors, no aliases", self.place(event))
        if getattr(event, "tag", None) is not None:
            raise refusal("tag", finding.shown(event.tag), "no tags", self.place(event))

    def mapping(self, path: finding.Path) -> dict[str, Node]:
        children: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            self.refuse_tricks(event)
            place = self.place(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise refusal("yaml", "a list or a mapping as a key", "a word as a key", place)
            key, start = event.value, len(self.flaws)
            child = self.node(next(self.events), (*path, key), place)
            if key in children:
                del self.flaws[start:]  # what is wrong within a value that is refused anyway
                lines = f"'{key}' on line {children[key].place.line} and again on line {place.line}"
                self.flaws.append(Finding((*path, key), "duplicate-key", lines, "each key once", place))
            elif len(self.flaws) == start or self.flaws[-1].path != (*path, key):
                children[key] = child
        return children

    def sequence(self, path: finding.Path) -> list[Node]:
        children: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            children.append(self.node(event, (*path, len(children)), self.place(event)))
        return children

    def scalar(self, event: Any, path: finding.Path, place: Place) -> str | int | float | bool | None:
        text: str = event.value
        if not event.implicit[0]:  # quoted
            return text
        if not text:
            allowed = 'a value; `null` to delete the key, "" for an empty text'
            self.flaws.append(Finding(path, "empty", "nothing", allowed, place))
            return None
        try:
            return resolve(text)
        except NotFiniteError:
            self.flaws.append(Finding(path, "not-finite", text, "a finite number", place))
            return None
