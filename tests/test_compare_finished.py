"""`sim compare` of finished runs: the comparison that running would make, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from command_line import SHORT, sim

import sim as package
from sim.results.manifest import SEAL, sealed
from sim.spec.reading import read_scenario, with_values

IDLE = "schema_version: 1\npolicy: idle\ndescription: Adds nothing.\n"
LARGER = """\
schema_version: 1
policy: larger
facilities: {reserve.jp: {stocks: {dy_oxide: {opening: {value: 85, unit: d, assumed: test}}}}}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with runs of the small chain: three policies, and some that are unlike them."""
    here = tmp_path_factory.mktemp("finished")
    (here / "idle.yaml").write_text(IDLE)
    (here / "larger.yaml").write_text(LARGER)
    run(here, "none")
    run(here, "larger", "--policy", "larger.yaml")
    run(here, "idle", "--policy", "idle.yaml")
    run(here, "single", "--policy", "idle.yaml", "--no-twin")
    run(here, "antithetic", "--policy", "idle.yaml", "--sampling", "antithetic")
    return here


def run(here: Path, out: str, *more: str) -> None:
    """Run a few futures of the small chain."""
    done = sim("run", str(SHORT), "-n", "4", "--seed", "3", "-q", "--out", out, *more, cwd=here)
    assert done.returncode == 0, done.stderr


def test_finished_runs_compare_as_running_would(place: Path) -> None:
    """compare.json is the same to the last byte, in the order in which runs or policies are named; the table, too."""
    read = sim("compare", "none", "larger", "idle", "--out", "read", cwd=place)
    words = ("--policy", "none", "--policy", "larger.yaml", "--policy", "idle.yaml")
    made = sim("compare", str(SHORT), *words, "-n", "4", "--seed", "3", "--out", "made", cwd=place)

    assert (read.returncode, made.returncode) == (0, 0), read.stderr + made.stderr
    for name in ("compare.json", "paired.parquet"):
        assert (place / "read" / name).read_bytes() == (place / "made" / name).read_bytes()
    assert read.stdout.replace("read", "made") == made.stdout
    manifests = [json.loads((place / out / "manifest.json").read_text()) for out in ("read", "made")]
    told = [{k: v for k, v in one.items() if k not in ("command", "seconds", SEAL)} for one in manifests]
    assert told[0] == told[1]


def test_options_of_comparing_apply(place: Path) -> None:
    """What is asked of a comparison is not asked of the runs: objective, limit, indifference; in Python, too."""
    objective = "jp.ev/shortage_days"
    done = sim(
        "compare", "none", "larger", "--objective", objective, "--limit", "3", "--json", "--out", "asked", cwd=place
    )
    document = json.loads(done.stdout)

    assert document["objective"]["column"] == objective
    assert document["results"]["none"]["within_limit"]["limit_d"] == 3
    folders = [place / "none", place / "larger"]
    assert package.compare_runs(folders, place / "asked", limit_d=3, objective=objective) == document


@pytest.mark.parametrize(
    ("folders", "says"),
    [
        (("none", "seed"), ["seed has seed 4, none has 3"]),
        (("none", "more"), ["more has futures 5, none has 4"]),
        (("none", "single"), ["single has undisturbed twins: no, none has yes"]),
        (("none", "other"), ["other has a scenario without its policy of digest"]),
        (("none", "antithetic"), ["antithetic has antithetic futures; plain ones are compared"]),
        (("idle", "none", "idle"), ["two of the runs have the policy 'idle'"]),
        (("none",), ["1 finished run to compare; name at least two"]),
        (("none", "nowhere", "foreign"), ["nowhere: no such results folder", "foreign holds no results"]),
        (("none", "half"), ["half holds results of a run that did not finish"]),
        (("none", "changed"), ["changed/replications.parquet is not what the run wrote"]),
        (("none", "older"), ["older has versions", "numpy 1.0"]),
        (("none", "idle", "-n", "8"), ["-n with finished runs"]),
        (("none", "idle", "--seed", "3"), ["--seed with finished runs"]),
        (("none", "idle", "--policy", "none"), ["2 scenarios with --policy"]),
    ],
)
def test_runs_of_other_futures_are_refused(place: Path, folders: tuple[str, ...], says: list[str]) -> None:
    """One message for each thing that is wrong, exit code 2, and nothing is written."""
    spoil(place)
    done = sim("compare", *folders, "--out", "refused", cwd=place)

    assert done.returncode == 2
    assert all(message in done.stderr for message in says), done.stderr
    assert len(done.stderr.splitlines()) == len(says) or "versions" in says[0]
    assert not done.stdout
    assert not (place / "refused").exists()


def spoil(place: Path) -> None:
    """Make folders with which something is wrong, once."""
    if (place / "foreign").exists():
        return
    (place / "foreign").mkdir()
    (place / "foreign" / "thesis.txt").write_text("years of work")
    wrong = {
        "half": {"finished": False}, "older": {"versions": {"numpy": "1.0"}}, "changed": {},
        "seed": {"seed": 4}, "more": {"replications": 5}, "other": {"world_digest": "0" * 32},
    }  # fmt: skip
    for name, change in wrong.items():
        shutil.copytree(place / "idle", place / name)
        path = place / name / "manifest.json"
        path.write_text(json.dumps(sealed(json.loads(path.read_text()) | change)))
    (place / "changed" / "replications.parquet").write_bytes(b"PAR1")


def test_a_scenario_is_the_same_under_any_policy() -> None:
    """The digest of what policies are laid over tells scenarios apart, not policies; values of its own count, too."""
    none, pool = (read_scenario("export_ban", policy) for policy in (None, "joint_pooled"))
    longer = with_values(none, {("disruptions", "china_ban", "duration"): 300}, "a test")

    assert none.digest != pool.digest
    assert none.world_digest == pool.world_digest
    assert len({none.world_digest, read_scenario("baseline").world_digest, longer.world_digest}) == 3
