"""Where numbers come from: `sources.yaml`, shipped, and beside the files that were named."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError
from sim.spec import shipped
from sim.spec.finding import Finding, shown
from sim.spec.yaml_strict import Document, read_yaml


def read_sources(folders: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Read the shipped sources and those in `folders`, which may add keys and replace shipped ones."""
    found: dict[str, dict[str, Any]] = {}
    for folder in dict.fromkeys([shipped.folder(), *folders]):
        file = folder / shipped.SOURCES
        if os.path.exists(file):
            found |= _entries(read_yaml(file, shipped.displayed(file)))
    return found


def _entries(document: Document) -> dict[str, dict[str, Any]]:
    flaws = list(document.flaws)
    entries = {key: node for key, node in document.root.children.items() if key != "schema_version"}
    for key, node in entries.items():
        title = node.children.get("title")
        if title is None or not isinstance(title.value, str):
            allowed = "a mapping with title, address, accessed"
            flaws.append(Finding((key,), "type", shown(node.plain()), allowed))
    if flaws:
        raise ScenarioError([document.root.problem(flaw) for flaw in flaws])
    return {key: node.plain() for key, node in entries.items()}
