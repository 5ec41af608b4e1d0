"""From a scenario that was read to the folder of its vulnerabilities: everything is lost once, one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.documents import Json
from sim.errors import Problem, ScenarioError
from sim.results.making import Run
from sim.results.place import check_target
from sim.running.workers import Workers, results_of
from sim.spec.losses import Loss, calm, losses, with_loss
from sim.spec.reading import ReadScenario
from sim.spec.scenario import Scenario
from sim.studies.folder import VULNERABILITIES, loss_rows, of_one, write_study
from sim.studies.vulnerabilities.document import vulnerabilities
from sim.studies.vulnerabilities.page import vulnerability_page
from sim.studies.yardstick import yardstick

AFTERMATH_D = 365
"""Days that are watched after a loss: in a year chains have filled up again."""


class Trial:
    """The world that losses are tried in, and what is lost."""

    def __init__(self, scenario: Scenario, start_d: int, days: int, *, lanes: bool) -> None:
        if start_d >= scenario.horizon_d:
            allowed = f"a day before the scenario's horizon, {scenario.horizon_d}"
            raise ScenarioError([Problem("bounds", "--start", str(start_d), allowed)])
        self.span = start_d, days
        self.scenario = calm(scenario, start_d + days + AFTERMATH_D)
        self.left_out = [id for id in scenario.disruptions if id not in self.scenario.disruptions]
        used = lanes_in_use(self.scenario) if lanes else []
        self.losses: list[Loss] = list(losses(self.scenario, start_d, days, used))

    @property
    def runs(self) -> int:
        """How often the futures are run: with each loss, and without any."""
        return len(self.losses) + 1


def lanes_in_use(scenario: Scenario) -> list[str]:
    """Return the lanes that carry something by the plan of day 0."""
    world = assemble(scenario, Draws(0, np.array([0]), parameters=scenario.parameters))
    carries = np.any(world.opening_flow_tpd > 0, axis=1)
    return [id for id, some in zip(world.lanes.specs, carries.tolist(), strict=True) if some]


def lose_and_write(
    read: ReadScenario,
    trial: Trial,
    folder: Path,
    *,
    n: int,
    seed: int,
    workers: Workers = 1,
    command: str = "",
    advance: Callable[[float], None] = lambda done: None,
) -> Json:
    """Run the same n futures with each loss and without any, write the folder whole, and return vulnerabilities.json.

    Reports futures done, of n for each run, to `advance`.
    """
    check_target(folder, VULNERABILITIES.form)
    begun, calm_world = time.perf_counter(), trial.scenario
    by = yardstick([calm_world], None, twin=False)
    worlds = [calm_world, *(with_loss(calm_world, loss) for loss in trial.losses)]
    without, *found = results_of(worlds, seed, n, by.kept, twin=False, workers=workers, advance=advance)
    hurts = [*zip(trial.losses, found, strict=True)]
    document = vulnerabilities(calm_world, without, hurts, by, seed=seed, left_out=trial.left_out, span=trial.span)
    run = Run(seed, command, time.perf_counter() - begun, read.sources)
    write_study(folder, VULNERABILITIES, of_one(calm_world), document, loss_rows(document), vulnerability_page, run)
    return document
