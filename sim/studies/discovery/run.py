"""From a scenario that was read, and what it is to fail, to the folder of where a policy fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from sim.documents import Json
from sim.results.futures import Block
from sim.results.making import Run
from sim.results.place import check_target
from sim.running.inputs import Input, inputs
from sim.running.workers import Workers, results_of
from sim.spec.reading import ReadScenario
from sim.spec.scenario import Scenario
from sim.studies import outcome
from sim.studies.conditions import Condition
from sim.studies.discovery.boxes import Drawn, Mask, classifier, discover, held_out
from sim.studies.discovery.page import discovery_page
from sim.studies.folder import DISCOVERY, of_one, write_study

DOTS = 600
"""Futures held out that the picture shows at most."""


def discover_and_write(
    read: ReadScenario,
    fails: Condition,
    folder: Path,
    *,
    n: int,
    seed: int,
    workers: Workers = 1,
    command: str = "",
    advance: Callable[[float], None] = lambda done: None,
) -> Json:
    """Run n futures, look for where the policy fails, write the folder whole, and return discover.json.

    inputs.parquet holds what was drawn in each future, and whether it fails. Reports futures done to `advance`.
    """
    check_target(folder, DISCOVERY.form)
    classifier()
    begun = time.perf_counter()

    def kept(block: Block) -> Block:
        return Block(block.replications, {name: block.columns[name] for name in fails.columns}, {}, ())

    (found,) = results_of([read.scenario], seed, n, kept, twin=fails.needs_twin, workers=workers, advance=advance)
    drawn, failing = inputs(read.scenario, seed, np.arange(n)), fails.holds(found.columns)
    told = _document(read.scenario, fails, drawn, failing, seed)
    run = Run(seed, command, time.perf_counter() - begun, read.sources)
    write_study(folder, DISCOVERY, of_one(read.scenario), told, _rows(drawn, failing), discovery_page, run)
    return told


def _document(scenario: Scenario, fails: Condition, drawn: Sequence[Input], failing: Mask, seed: int) -> Json:
    values = np.stack([one.values for one in drawn], axis=1) if drawn else np.zeros((failing.size, 0))
    among = Drawn(tuple(one.path for one in drawn), tuple(one.unit for one in drawn), values)
    found = discover(among, failing)
    return {
        **outcome.identity(scenario, int(failing.size), seed),
        "policy": scenario.policy,
        "condition": {"text": fails.text, "unit": fails.metric.unit},
        "conventions": {
            **outcome.conventions(scenario),
            "boxes": "found in two thirds of the futures, by their density there; every third future is held out and "
            "counted apart. A box holds what lies above `low` and at or below `high`; null is no limit",
            "density": "share of the futures in the box that fail, with Wilson's interval",
            "coverage": "share of all failing futures that lie in the box",
            "holds_up": "whether the interval of the density held out lies above the share of all held out that fail",
            "inputs": "what was drawn once per future: before any parameter it is multiplied with, not rounded to "
            "days; `importance` is the part of the tree's gain in purity",
        },
        **found,
        "drawn": len(drawn),
        "dots": _dots(found["inputs"][:2], drawn, failing),
    }


def _dots(axes: Sequence[Json], drawn: Sequence[Input], failing: Mask) -> list[list[float]]:
    """Return futures held out as the picture shows them: the inputs that tell most, and whether it fails (1) or not."""
    by_path = {one.path: one.values for one in drawn}
    some = np.flatnonzero(held_out(failing.size))[:DOTS]
    columns = [by_path[one["path"]][some] for one in axes] + [failing[some].astype(float)]
    return [list(map(float, row)) for row in zip(*columns, strict=True)] if axes else []


def _rows(drawn: Sequence[Input], failing: Mask) -> list[Json]:
    """Return a row per future: `replication`, `fails` and what was drawn."""
    columns = {one.path: one.values.tolist() for one in drawn}
    return [
        {"replication": n, "fails": int(fail), **{path: values[n] for path, values in columns.items()}}
        for n, fail in enumerate(failing)
    ]
