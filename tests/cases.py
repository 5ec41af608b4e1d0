"""Golden cases: small runs whose numbers are kept, for regression tests and benchmarks alike."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.running.experiment import run_block
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing.check import shortened

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"


@dataclass(frozen=True)
class Case:
    """A run that is repeated for ever."""

    name: str
    scenario: str
    policy: str
    days: int
    replications: tuple[int, ...]
    seed: int = 1

    def read(self) -> Scenario:
        """Return the scenario, cut to its days."""
        return shortened(read_scenario(self.scenario, self.policy).scenario, self.days)

    def run(self) -> dict[str, list[float | None]]:
        """Return every column, NaN as None."""
        columns = run_block(self.read(), self.seed, np.array(self.replications)).columns
        return {name: [None if np.isnan(x) else float(x) for x in columns[name]] for name in sorted(columns)}

    @property
    def path(self) -> Path:
        """Where its numbers are kept."""
        return GOLDEN / f"{self.name}.json"


CASES = (
    Case("six_node", str(HERE / "scenarios" / "six_node.yaml"), "none", 400, (0, 1, 5)),
    Case("baseline", "baseline", "none", 120, (0, 7)),
    Case("export_ban", "export_ban", "none", 500, (0, 137)),
    Case("export_ban_joint_pooled", "export_ban", "joint_pooled", 500, (0, 137)),
)


def refresh() -> None:
    """Write the golden files anew; CHANGELOG.md then says "moves numbers: yes, because ..."."""
    from oracle.test_rich import RICH, live, story, story_file

    for case in CASES:
        case.path.write_text(json.dumps(case.run(), indent=0) + "\n")
    for name in RICH:
        story_file(name).write_text(story(live(name)), "utf-8")


if __name__ == "__main__":
    refresh()
