"""`sim check --deep`: what holds of a user's own file, what does not, and what is idle in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import SHORT, sim

from sim import engine

# A ban on what nobody ships there, a stream of a lane that draws nothing, and a parameter of no figure.
IDLE = f"""\
schema_version: 1
extends: {SHORT.name}
disruptions:
  idle-ban: {{kind: export_ban, authority: us, destinations: [cn], materials: [dy_oxide],
    start: {{value: 5, unit: d, assumed: x}}, duration: {{value: 20, unit: d, assumed: x}}}}
  second: {{kind: export_ban, authority: cn, destinations: [jp], materials: [dy_oxide], follows: oxide-ban,
    start: {{value: 2, unit: d, assumed: x}}, duration: {{value: 20, unit: d, assumed: x}}}}
parameters: {{nerves: {{value: 2, unit: multiple, assumed: x}}}}
lanes: {{ndpr-oxide-metal: {{stream: misspelt, transit: {{value: 20, unit: d, assumed: x}}}}}}
"""


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A few futures and days, of a copy that may be overlaid."""
    for name, value in {"FUTURES": 4, "FEW": 2, "SEEDS": (1, 2), "DAYS": 90, "FIRST_D": 20}.items():
        monkeypatch.setattr(f"sim.testing.deep_check.{name}", value)
    for name in ("six_node.yaml", SHORT.name, "sources.yaml"):
        (tmp_path / name).write_text((SHORT.parent / name).read_text())
    (tmp_path / "idle.yaml").write_text(IDLE)


def test_what_holds_is_said_line_by_line_and_what_is_idle_too(tmp_path: Path) -> None:
    """Every invariant on several seeds, without each disruption in turn, and told in another way; then idle parts."""
    done = sim("check", "idle.yaml", "--deep", cwd=tmp_path)
    told = done.stdout[done.stdout.index("\n\n") :].strip().splitlines()

    assert done.returncode == 0, done.stdout
    idle = [line.split()[1] for line in told if line.startswith("idle ")]
    assert all(line.startswith("holds ") for line in told[: -len(idle)]), done.stdout
    assert len(told) - len(idle) == 16
    assert "without oxide-ban: the books close" in done.stdout
    assert {"disruptions.idle-ban", "parameters.nerves", "lanes.ndpr-oxide-metal.stream:"} <= set(idle)
    assert "disruptions.oxide-ban" not in idle


def test_what_is_broken_is_said_and_exits_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that makes tonnes of nothing is found out; the other lines are told all the same."""
    step = engine.Day.step

    def wrong(self: engine.Day, day: int) -> None:
        step(self, day)
        self._world.stock[0] += 1.0

    monkeypatch.setattr(engine.Day, "step", wrong)
    done = sim("check", SHORT.name, "--deep", cwd=tmp_path)

    assert done.returncode == 1
    assert "BROKEN  seed 2: the balance of ndpr is off by" in done.stdout
    assert "holds   disruptions move nobody's luck but their own" in done.stdout
    assert "Traceback" not in done.stderr
