"""`sim discover`: it finds the condition that is known to make a policy fail, and none where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli import sim as run_sim
from test_optimize import BAN, CHAIN, PILE

import sim
from sim.errors import ScenarioError
from sim.studies.discovery.boxes import Drawn, Limit, discover, inside
from sim.studies.discovery.words import findings

SHORT = "jp.use/shortage_days"
DURATION = "disruptions.ban.duration"


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Path:
    """A folder with a ban of a length that nobody knows, and a pile that lasts 20 days beside 4 of cover."""
    folder = tmp_path_factory.mktemp("discover")
    (folder / "chain.yaml").write_text(CHAIN.read_text())
    text = BAN.replace("DURATION", "uniform: [0, 30]")
    start = "start: {value: 1, unit: d, assumed: a test}"
    (folder / "ban.yaml").write_text(text.replace(start, "start: {uniform: [1, 9], unit: d, assumed: a test}"))
    (folder / "pile.yaml").write_text(PILE)
    return folder


@pytest.fixture(scope="module")
def known(here: Path) -> dict:
    """Where the pile fails: it is empty 24 days after the ban began, and then the ban must be over."""
    read = sim.load(str(here / "ban.yaml"), str(here / "pile.yaml"))
    return sim.discover(read, f"{SHORT} > 0", here / "known", n=600)


def test_the_condition_is_found_where_it_is_known(known: dict) -> None:
    """It fails where the ban lasts longer than 24 days and where it does not it never fails: nothing else tells."""
    (box, *_), safest = known["boxes"], known["safest"]
    (limit,) = box["limits"]

    assert (limit["path"], limit["high"]) == (DURATION, None)
    assert limit["low"] == pytest.approx(24.5, abs=0.2)
    assert box["held_out"]["density"] == pytest.approx(1, abs=0.03)
    assert box["held_out"]["coverage"] == pytest.approx(1, abs=0.05)
    assert box["holds_up"]
    assert safest["held_out"]["density"] == pytest.approx(0, abs=0.01)
    assert known["inputs"][0]["path"] == DURATION
    assert f"in which {DURATION} is above" in findings(known)[1]


def test_inputs_of_every_future_are_kept(known: dict, here: Path) -> None:
    """inputs.parquet has a row per future with what was drawn, from which boxes can be counted again."""
    rows = pq.read_table(here / "known" / "inputs.parquet").to_pylist()
    box, held = known["boxes"][0], [row for row in rows if row["replication"] % 3 == 2]
    within = [row for row in held if row[DURATION] > box["limits"][0]["low"]]

    assert len(rows) == 600
    assert len(within) == box["held_out"]["futures"]
    assert sum(row["fails"] for row in within) == box["held_out"]["failing"]
    assert json.loads((here / "known" / "discover.json").read_text()) == known
    page = (here / "known" / "report.html").read_text()
    assert "Under which conditions does it fail?" in page
    assert page.count("<circle") == len(known["dots"]) == 200


def test_chance_alone_is_not_told_as_a_reason() -> None:
    """Where failing has nothing to do with what was drawn boxes are found all the same, and few of them hold up."""
    found = []
    for seed in range(60):
        generator = np.random.default_rng(seed)
        values, fails = generator.uniform(size=(600, 6)), generator.uniform(size=600) < 0.3
        found += discover(Drawn(tuple("abcdef"), ("d",) * 6, values), fails)["boxes"]

    assert len(found) > 60
    assert all(box["found_in"]["density"] > box["held_out"]["density"] for box in found[:3])
    assert np.mean([box["holds_up"] for box in found]) < 0.06


@given(data=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30), at=st.floats(0, 1))
def test_boxes_on_both_sides_of_a_limit_share_no_future(data: list[tuple[float, float]], at: float) -> None:
    """A future lies above a limit or at or below it, never in both and never in neither."""
    values = np.array(data)
    above, below = (inside(values, (Limit(0, *ends),)) for ends in ((at, np.inf), (-np.inf, at)))

    assert np.array_equal(above, ~below)
    assert inside(values, ()).all()


def test_too_few_failures_say_nothing() -> None:
    """Ten failures are no ground for a condition; the answer says so."""
    fails = np.arange(300) < 10
    found = discover(Drawn(("a",), ("d",), np.arange(300.0)[:, None]), fails)

    assert found["boxes"] == []
    assert "Too few futures fail" in findings(found | {"condition": {"text": "x > 1"}})[1]


def test_what_is_wrong_is_told_before_anything_is_run(here: Path) -> None:
    """A condition that cannot be meant."""
    read = sim.load(str(here / "ban.yaml"))
    with pytest.raises(ScenarioError, match="did you mean"):
        sim.discover(read, "jp.use/shortage_day > 0", here / "wrong")
    with pytest.raises(ScenarioError, match="SUBJECT/METRIC"):
        sim.discover(read, "is it bad?", here / "wrong")
    assert not (here / "wrong").exists()


def test_the_command_line_tells_within_80_columns(known: dict, here: Path) -> None:
    """`sim discover` writes what `sim.discover` does, and prints the boxes and a sentence each."""
    words = ("ban.yaml", "--policy", "pile.yaml", "--fails", f"{SHORT} > 0", "-n", "600", "--json", "--out", "cli")
    done = run_sim("discover", *words, cwd=here)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == known
    assert all(len(line) <= 80 for line in done.stderr.splitlines()[:-1])
    assert "Box 1: disruptions.ban.duration is above 24" in done.stderr
