"""`sim sweep`: a figure is varied, its points meet the same futures, and what is wrong is told before anything runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from command_line import SHORT, SIX_NODE, sim

from sim.errors import ScenarioError
from sim.results.parquet import read_replications
from sim.spec.reading import read_scenario
from sim.spec.variation import grid, variations
from sim.studies.sweep.words import findings, middle_step

OPENING = "facilities.reserve.jp.stocks.dy_oxide.opening"
BAN = "disruptions.oxide-ban.duration"
# One buyer who uses the same every day, one thing that happens, and a pile that fills the gap until it is empty.
CHAIN = """\
schema_version: 1
extends: six_node.yaml
name: single_chain
horizon_d: 400
demand_noise: null
prices: {elements: {ndpr: {volatility: null}}}
buyers:
  us.defense: null
  jp.ev: {growth: null, elasticity: null}
lanes: {magnet-us.defense: null}
disruptions: {magnet-fire: null}
facilities:
  reserve.jp:
    refill: null
    stocks:
      ndpr_oxide: {opening: {value: 400, unit: d, assumed: enough}}
      dy_oxide: {room: {value: 400, unit: d, assumed: enough}}
"""


def sweep(here: Path, *vary: str, scenario: str = str(SHORT), more: tuple[str, ...] = ()):
    """Sweep the small chain."""
    words = [word for text in vary for word in ("--vary", text)]
    return sim("sweep", scenario, *words, "-n", "12", "--seed", "3", *more, cwd=here)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder in which the opening stock of the small chain was swept once."""
    here = tmp_path_factory.mktemp("sweep")
    done = sweep(here, f"{OPENING}=0:90:45")
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    (here / "stdout.txt").write_text(done.stdout)
    return here


def document(here: Path, name: str = "results/six_node.sweep") -> dict:
    """What the sweep found."""
    return json.loads((here / name / "sweep.json").read_text())


def test_a_sweep_writes_a_whole_folder(place: Path) -> None:
    """By default results/<scenario>.sweep; tables and a sentence go to stdout, within 80 columns."""
    told = (place / "stdout.txt").read_text()
    found = document(place)

    assert {path.name for path in (place / "results" / "six_node.sweep").iterdir()} == {
        "sweep.json", "points.parquet", "manifest.json", "report.html"
    }  # fmt: skip
    assert all(len(line) <= 80 for line in told.splitlines()[:-1])
    assert "Around the middle, from 0 to 45 d" in told
    assert found["schema_version"] == 1
    assert [point["values"] for point in found["points"]] == [{OPENING: value} for value in (0.0, 45.0, 90.0)]
    assert [(step["from"], step["to"], step["apart"]) for step in found["steps"]] == [(0, 1, 45.0), (1, 2, 45.0)]


def test_every_figure_of_a_point_stands_in_a_row(place: Path) -> None:
    """points.parquet has a row per point and metric, with the value of the figure in a column of its name."""
    rows = pq.read_table(place / "results" / "six_node.sweep" / "points.parquet").to_pylist()
    found = document(place)["points"]

    assert len({(row["point"], row["subject"], row["metric"]) for row in rows}) == len(rows)
    whole = [row for row in rows if (row["subject"], row["metric"]) == ("all", "output_lost_usd")]
    assert [row[OPENING] for row in whole] == [0, 45, 90]
    assert [row["mean"] for row in whole] == [point["output_lost_usd"]["mean"] for point in found]
    assert [[row["ci95_low"], row["ci95_high"]] for row in whole] == [p["output_lost_usd"]["ci95"] for p in found]


def test_a_sweep_over_one_value_is_a_run_with_that_value(tmp_path: Path) -> None:
    """The point has the figures of `sim run` with the same value in an overlay, to the last bit."""
    (tmp_path / "less.yaml").write_text(
        "schema_version: 1\npolicy: less\nfacilities: {reserve.jp: {stocks: {dy_oxide: "
        "{opening: {value: 12.5, unit: d, assumed: a test}}}}}\n"
    )
    assert sweep(tmp_path, f"{OPENING}=12.5", more=("-q",)).returncode == 0
    run = sim(
        "run", str(SHORT), "--policy", "less.yaml", "-n", "12", "--seed", "3", "-q", "--json", cwd=tmp_path
    )  # fmt: skip
    (point,), plain = document(tmp_path)["points"], json.loads(run.stdout)

    assert point["output_lost_usd"] == plain["output_lost_usd"]
    for id, group in point["groups"].items():
        for kind in ("aggregate", "any_member"):
            assert all(stat == plain["groups"][id][kind][name] for name, stat in group[kind].items()), id
    assert all(
        stat == plain["buyers"][id][name] for id, stats in point["buyers"].items() for name, stat in stats.items()
    )


def test_points_meet_the_same_futures(place: Path) -> None:
    """A step is the difference of two runs future by future, not of two means with luck of their own."""
    days = []
    for value in (0, 45):
        (place / f"at{value}.yaml").write_text(
            f"schema_version: 1\npolicy: at{value}\nfacilities: {{reserve.jp: {{stocks: {{dy_oxide: "
            f"{{opening: {{value: {value}, unit: d, assumed: a test}}}}}}}}}}\n"
        )
        words = ("--policy", f"at{value}.yaml", "-n", "12", "--seed", "3", "-q", "--out", f"at{value}")
        assert sim("run", str(SHORT), *words, cwd=place).returncode == 0
        columns = read_replications(place / f"at{value}" / "replications.parquet")
        days.append(columns["jp.ev/shortage_days"] + columns["us.defense/shortage_days"])
    apart = days[1] - days[0]
    found = document(place)["steps"][0]["buyer_shortage_days"]

    assert found["mean"] == pytest.approx(apart.mean(), abs=1e-12)
    assert found["cvar95"] == pytest.approx(np.max(apart), abs=1e-12)


def test_more_stock_never_means_more_shortage(tmp_path: Path) -> None:
    """In a single chain with fixed demand, in every future, a larger opening stock is no worse."""
    for file in (SIX_NODE, SIX_NODE.parent / "sources.yaml"):
        shutil.copy(file, tmp_path)
    (tmp_path / "chain.yaml").write_text(CHAIN)
    done = sweep(tmp_path, f"{OPENING}=0:160:40", scenario="chain.yaml", more=("--json", "-q"))

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    worst = [step["buyer_shortage_days"]["cvar95"] for step in found["steps"]]
    assert all(one <= 0 for one in worst), worst
    assert found["steps"][1]["buyer_shortage_days"]["mean"] < 0
    assert "avoids" in findings(found)[0]


def test_two_figures_make_a_grid(tmp_path: Path) -> None:
    """Every value of one meets every value of the other; each figure has steps and a sentence of its own."""
    done = sweep(tmp_path, f"{OPENING}=60,0", f"{BAN}=100,200,300", more=("--json", "--no-twin", "--out", "both"))

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found == document(tmp_path, "both")
    at = [tuple(point["values"].values()) for point in found["points"]]
    assert at == [(a, b) for a in (0.0, 60.0) for b in (100.0, 200.0, 300.0)]
    assert len([step for step in found["steps"] if step["figure"] == OPENING]) == 3
    assert len([step for step in found["steps"] if step["figure"] == BAN]) == 4
    middle = middle_step(found, found["vary"][0])
    assert middle is not None
    assert (middle["from"], middle["to"]) == (1, 4)
    assert len(findings(found)) == 2
    assert all(len(line) <= 80 for line in done.stderr.splitlines()[:-1])
    assert found["points"][0]["buyers"]["jp.ev"]["attributable_shortage_days"]["mean"] is None


def test_a_longer_ban_means_more_shortage(tmp_path: Path) -> None:
    """The duration of a control is a figure like any other, and its distribution gives way to the value."""
    done = sweep(tmp_path, f"{BAN}=60,240", more=("--json", "-q", "--no-twin"))

    assert json.loads(done.stdout)["vary"][0]["was"] == "120 to 240 d"
    assert json.loads(done.stdout)["steps"][0]["buyer_shortage_days"]["ci95"][0] > 0


@pytest.mark.parametrize(
    ("vary", "messages"),
    [
        ((f"{OPENING[:-1]}=1",), ["which is no figure", f"did you mean '{OPENING}'?"]),
        (("facilities.reserve.jp.stocks=1",), ["no figure itself", OPENING, "stocks.ndpr_oxide.opening"]),
        (("horizon_d=100",), ["'horizon_d', which is no figure"]),
        ((f"{OPENING}=-5,10",), ["[bounds]", OPENING, "-5", "at least 0 d"]),
        ((f"{OPENING}=0:120:40",), [OPENING, "120", "room"]),
        (("disruptions.oxide-ban.leak=0:2:1",), ["[bounds]", "0 to 1 share"]),
        ((OPENING,), ["[syntax]", "PATH=first:last:step"]),
        ((f"{OPENING}=1:2",), ["[syntax]", "'1:2'"]),
        ((f"{OPENING}=9:1:2",), ["[syntax]", "last at or after first"]),
        ((f"{OPENING}=1:9:0",), ["[syntax]", "step > 0"]),
        ((f"{OPENING}=few",), ["[syntax]", "'few'"]),
        ((f"{OPENING}=nan",), ["'nan'", "finite"]),
        ((f"{OPENING}=1e999",), ["'1e999'", "finite"]),
        ((f"{OPENING}=0:1:1e-9",), ["at most 100"]),
        ((f"{OPENING}=1", f"{OPENING}=2"), ["twice"]),
        ((f"{OPENING}=1", f"{BAN}=2", f"{BAN}=3"), ["3 figures", "one figure, or two"]),
        ((f"{OPENING}=0:20:1", f"{BAN}=0:20:1"), ["441 points"]),
        ((), ["--vary"]),
    ],
)
def test_wrong_input_is_told_and_exits_2(vary: tuple[str, ...], messages: list[str], tmp_path: Path) -> None:
    """Whatever is wrong with a path or a value is named on stderr, and nothing is run or written."""
    done = sweep(tmp_path, *vary)

    assert done.returncode == 2
    assert all(message in done.stderr for message in messages), done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout
    assert not list(tmp_path.iterdir())


def test_somebody_elses_folder_is_left_alone(place: Path) -> None:
    """A finished sweep is replaced; a folder of anything else, a run's among them, is refused."""
    assert sim("run", str(SHORT), "-n", "2", "-q", "--out", "run", cwd=place).returncode == 0
    refused = sweep(place, f"{OPENING}=1", more=("--out", "run"))
    twice = [sweep(place, f"{OPENING}={value}", more=("-q", "--out", "ours")) for value in (1, 2)]

    assert refused.returncode == 2
    assert "holds no finished sweep" in refused.stderr
    assert [done.returncode for done in twice] == [0, 0]
    assert not twice[0].stdout + twice[0].stderr
    assert document(place, "ours")["points"][0]["values"] == {OPENING: 2.0}


def test_the_front_door_sweeps_too(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`sim.sweep` in Python gives what the command line writes."""
    import sim as package

    monkeypatch.chdir(place)
    found = package.sweep(package.load(str(SHORT)), [f"{OPENING}=0:90:45"], "third", n=12, seed=3)

    assert found == document(place)


def test_ranges_are_counted_in_decimals() -> None:
    """0.1 three times is 0.3, the last value is reached, and values stand in order, each once."""
    scenario = read_scenario(str(SIX_NODE)).scenario

    def values(text: str) -> tuple[float, ...]:
        return variations([f"{OPENING}={text}"], scenario)[0].values

    assert values("0:0.3:0.1") == (0.0, 0.1, 0.2, 0.3)
    assert values("1:10:4") == (1.0, 5.0, 9.0)
    assert values("3,1,3,2") == (1.0, 2.0, 3.0)
    assert len(grid(variations([f"{OPENING}=1,2", f"{BAN}=3,4,5"], scenario))) == 6
    with pytest.raises(ScenarioError):
        values("")


def test_one_future_has_no_interval(tmp_path: Path) -> None:
    """It is told and drawn all the same, without a claim about chance."""
    done = sim("sweep", str(SHORT), "--vary", f"{OPENING}=0,60", "-n", "1", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "in the one future that was" in done.stdout
    assert "±" not in done.stdout
