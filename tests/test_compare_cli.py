"""`sim compare` from outside: what it prints, what it writes, how it exits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command_line import SHORT as SIX_NODE
from command_line import sim

from sim.results.parquet import read_replications

LARGER = """\
schema_version: 1
policy: larger
facilities:
  reserve.jp:
    stocks:
      dy_oxide:
        opening: {value: 85, unit: d, assumed: "nearly all there is room for"}
"""
IDLE = "schema_version: 1\npolicy: idle\ndescription: Adds nothing.\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with two policies, in which the small chain was compared once."""
    here = tmp_path_factory.mktemp("compare")
    (here / "larger.yaml").write_text(LARGER)
    (here / "idle.yaml").write_text(IDLE)
    done = compare(here, "none", "larger.yaml", "idle.yaml")
    assert done.returncode == 0, done.stderr
    (here / "stdout.txt").write_text(done.stdout)
    assert not done.stderr
    return here


def compare(here: Path, *policies: str, more: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Compare policies on the small chain."""
    words = [word for policy in policies for word in ("--policy", policy)]
    return sim("compare", str(SIX_NODE), *words, "-n", "12", "--seed", "3", *more, cwd=here)


def test_a_comparison_writes_a_whole_folder(place: Path) -> None:
    """By default results/<scenario>.compare; the table and the verdict go to stdout, within 80 columns."""
    names = {path.name for path in (place / "results" / "six_node.compare").iterdir()}
    told = (place / "stdout.txt").read_text()

    assert names == {"compare.json", "paired.parquet", "manifest.json", "report.html"}
    assert "Welfare lost, USD million" in told
    assert "confidence" in told
    assert all(len(line) <= 80 for line in told.splitlines()[:-1])


def test_paired_columns_are_those_of_separate_runs(place: Path) -> None:
    """`sim run` of the same seed under each policy has the same futures, to the last bit."""
    paired = read_replications(place / "results" / "six_node.compare" / "paired.parquet")
    document = json.loads((place / "results" / "six_node.compare" / "compare.json").read_text())
    runs = {}
    for policy in ("none", "larger.yaml"):
        done = sim(
            "run", str(SIX_NODE), "--policy", policy, "-n", "12", "--seed", "3", "-q", "--out", policy[:4], cwd=place
        )
        assert done.returncode == 0, done.stderr
        runs[policy.removesuffix(".yaml")] = read_replications(place / policy[:4] / "replications.parquet")
    for policy, run in runs.items():
        for name in (name for name in paired if name.startswith(f"{policy}/")):
            if name != f"{policy}/all/buyer_shortage_days":
                assert np.array_equal(paired[name], run[name.removeprefix(f"{policy}/")]), name
    apart = runs["larger"]["jp.ev/shortage_days"] - runs["none"]["jp.ev/shortage_days"]
    found = document["differences"]["larger"]["buyers"]["jp.ev"]["shortage_days"]
    assert found["mean"] == pytest.approx(apart.mean(), abs=1e-12)
    assert found["mean"] < 0


def test_an_overlay_that_adds_nothing_changes_nothing(place: Path) -> None:
    """Every difference between `none` and an empty policy is exactly 0."""
    document = json.loads((place / "results" / "six_node.compare" / "compare.json").read_text())
    idle = document["differences"]["idle"]

    for subject in idle["buyers"].values():
        assert all(stat["mean"] == stat["p05"] == stat["p95"] == 0 for stat in subject.values())
    assert document["results"]["idle"]["buyers"] == document["results"]["none"]["buyers"]


def test_json_is_one_document_on_stdout(place: Path) -> None:
    """With --json stdout is compare.json and nothing else; the order of policies moves no number."""
    done = compare(place, "idle.yaml", "none", "larger.yaml", more=("--json", "--out", "other"))

    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document == json.loads((place / "other" / "compare.json").read_text())
    assert "Welfare lost, USD million" in done.stderr
    first = json.loads((place / "results" / "six_node.compare" / "compare.json").read_text())
    assert document["policies"] == ["idle", "none", "larger"]
    assert (document["results"], document["ranking"]) == (first["results"], first["ranking"])


def test_a_finished_comparison_is_replaced_and_nothing_else(place: Path) -> None:
    """Somebody else's folder, a run's among them, is refused before anything is run, and left as it was."""
    foreign = place / "mine"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("years of work")
    refused = compare(place, "none", "idle.yaml", more=("--out", "mine"))
    made, again = (
        compare(place, "none", "idle.yaml", more=("-q", "--no-twin", "--limit", limit, "--out", "ours"))
        for limit in ("10", "20")
    )

    assert (refused.returncode, made.returncode, again.returncode) == (2, 0, 0)
    assert [path.name for path in foreign.iterdir()] == ["thesis.txt"]
    assert not made.stdout + made.stderr
    document = json.loads((place / "ours" / "compare.json").read_text())
    assert document["results"]["none"]["within_limit"]["limit_d"] == 20
    assert document["differences"]["idle"]["buyers"]["jp.ev"]["attributable_shortage_days"]["mean"] is None


def test_verbose_says_what_is_shared_once(place: Path) -> None:
    """What one policy alone overrides bears its name."""
    done = compare(place, "none", "larger.yaml", more=("-v", "-q", "--out", "told"))

    assert done.returncode == 0, done.stderr
    told = done.stderr.splitlines()
    assert "horizon_d: 730 -> 300" in told
    assert [line for line in told if line.startswith("larger: facilities.")] == told[-1:]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize(
    ("words", "messages"),
    [
        (("--policy", "none", "--policy", "joint_poled"), ["joint_poled", "did you mean 'joint_pooled'?"]),
        (("--policy", "none", "--policy", "nosuch.yaml"), ["nosuch.yaml"]),
        (("--policy", "none"), ["1 policy", "at least two"]),
        (("--policy", "none", "--policy", "none"), ["'none' more than once"]),
        ((), ["--policy"]),
        (("--policy", "none", "--policy", "joint_poled", "--policy", "national_j"), ["joint_poled", "national_jp"]),
        (("--policy", "none", "--policy", "national_jp", "--limit", "-1"), ["--limit"]),
        (("--policy", "none", "--policy", "national_jp", "--objective", "jp.ev/shortage"), ["jp.ev/shortage_days"]),
    ],
)
def test_wrong_input_is_told_and_exits_2(words: tuple[str, ...], messages: list[str], tmp_path: Path) -> None:
    """Whatever is wrong is named on stderr, without a traceback, and nothing is written."""
    done = sim("compare", "export_ban", *words, cwd=tmp_path)

    assert done.returncode == 2
    assert all(message in done.stderr for message in messages), done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout
    assert not list(tmp_path.iterdir())


def test_the_run_path_needs_no_scipy_stats() -> None:
    """What `sim run` and `sim compare` import leaves the slow part of scipy alone."""
    heavy = "import sys, sim.running.run, sim.studies.comparison.run; print('scipy.stats' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


def test_the_front_door_compares_too(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`sim.compare` in Python gives what the command line writes."""
    import sim as package

    monkeypatch.chdir(place)
    policies = [package.load(str(SIX_NODE), policy) for policy in ("none", "larger.yaml", "idle.yaml")]
    document = package.compare(policies, "third", n=12, seed=3)

    assert document == json.loads((place / "results" / "six_node.compare" / "compare.json").read_text())
