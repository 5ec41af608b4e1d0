"""`sim sensitivity`: chance apart from doubt, and which assumptions drive the answer."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from command_line import SIX_NODE
from command_line import sim as command

import sim
from sim.chance.draws import plain_uniforms, quantile
from sim.chance.held import Given, Nested
from sim.errors import ScenarioError
from sim.running.experiment import run_block
from sim.running.job import Job
from sim.running.processes import Processes
from sim.spec.doubts import factors
from sim.spec.reading import read_scenario, with_values
from sim.studies.sensitivity import document as drivers
from sim.studies.sensitivity import screening
from sim.studies.sensitivity.dials import dials
from sim.studies.sensitivity.run import Plan, doubtful_streams, yardsticks
from sim.studies.sensitivity.screening import Design, Screening, crossed, problem, run_design

TWO = Path(__file__).parent / "scenarios" / "two_closures.yaml"
DAYS = "jp.ev/shortage_days"
DOUBTED = ("disruptions", "doubted", "duration")


@pytest.fixture(scope="module")
def read():
    """The chain in which days short are the sum of two durations, one of them doubted."""
    return read_scenario(str(TWO))


@pytest.fixture(scope="module")
def turned(read):
    """Its factors."""
    return dials(read, 0.25)


def study(read, *, by=None) -> Screening:
    """What trials have in common."""
    yard = yardsticks(read.scenario, [DAYS])[0]
    return Screening(read, {}, by or yard, (DAYS,), 1)


def hands(read) -> Processes:
    """A crew in this process."""
    return Processes(Job(read.scenario, 1, False), lambda done: None)


def test_doubt_is_what_closed_form_says(tmp_path, read):
    """Days short are doubted + drawn - 2: 133 of 167 parts of their variance are doubt, within the interval."""
    found = sim.sensitivity(read, tmp_path / "out", metrics=[DAYS], worlds=48, n=4, trajectories=0)
    spread = found["spread"][DAYS]
    low, high = spread["doubt"]["ci95"]

    assert low < 0.8 < high
    assert spread["doubt"]["share"] + spread["chance"]["share"] == pytest.approx(1)
    assert spread["chance_variance"] == pytest.approx(400 / 12, rel=0.3)
    assert spread["mean"] == pytest.approx(68, abs=5)
    assert found["screening"] is None
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "sensitivity.json", "drivers.parquet", "manifest.json", "report.html"
    }  # fmt: skip
    assert pq.read_table(tmp_path / "out" / "drivers.parquet").num_rows == 2
    page = (tmp_path / "out" / "report.html").read_bytes()
    assert sim.rebuild(tmp_path / "out").read_bytes() == page


def test_only_what_is_assumed_is_doubted(read):
    """A distribution that a source gives is chance; an assumed one, and lists of likely values, are doubt."""
    assert doubtful_streams(read.scenario) == {"disruption/doubted/duration"}
    assert "parameters" in doubtful_streams(sim.load("export_ban").scenario)


def test_components_are_unbiased():
    """Over many samples of 10 worlds of 3 futures the mean of either variance is the true one."""
    rng, found = np.random.default_rng(2), []
    for _ in range(400):
        values = rng.normal(size=(10, 1)) * 2 + rng.normal(size=(10, 3)) * 3
        found.append(drivers._components(values.mean(axis=1), values.var(axis=1, ddof=1), 3))

    assert np.mean(found, axis=0) == pytest.approx([9, 4], rel=0.1)


def test_a_doubt_below_nothing_is_nothing():
    """Worlds that differ less than their futures say no doubt, with an interval; what never varies has no shares."""
    values = np.tile([0.0, 10.0, 20.0], (12, 1)) + np.arange(12)[:, None] * 1e-3
    found = drivers.spread(values, 1)

    assert found["doubt_variance"] < 0
    assert found["doubt"] == {"share": 0.0, "ci95": [0.0, 0.0]}
    assert drivers.spread(np.ones((4, 3)), 1)["doubt"]["share"] is None


def test_a_world_shares_its_doubts_and_nothing_else():
    """Futures of one world have the doubts of the plain future of its number, and luck of their own."""
    luck, r = Nested(frozenset({"d"}), 3), np.arange(12)

    assert np.array_equal(luck.uniforms(1, "d", range(1), r)[0, ::3], plain_uniforms(1, "d", range(1), np.arange(4))[0])
    assert np.array_equal(luck.uniforms(1, "d", range(1), r)[0, 1::3], luck.uniforms(1, "d", range(1), r)[0, ::3])
    assert np.array_equal(luck.uniforms(1, "x", range(2), r), plain_uniforms(1, "x", range(2), r))


def test_a_design_gives_first_draws_and_futures_bring_the_rest():
    """What is given holds for draw 0 of its stream; columns may meet futures in any order, and twice."""
    luck = Given(np.array([5, 2, 5]), {"d": np.array([0.1, 0.2, 0.3])})
    plain = plain_uniforms(1, "d", range(2), np.arange(6))

    assert luck.uniforms(1, "d", range(2), np.arange(3)).tolist() == [[0.1, 0.2, 0.3], plain[1][[5, 2, 5]].tolist()]


def test_a_point_is_the_scenario_with_those_values(read, turned):
    """A column of a block that many points share is, to the last bit, the changed scenario run alone."""
    dial = next(d for d in turned.turned if d.factor.id == "disruptions.doubted.duration")
    yields = next(d for d in turned.turned if d.factor.id == "facilities.separation.recovery")
    places = np.array([[0.3, 0.5], [0.9, 0.5], [0.3, 0.0]])
    design = Design(places, np.array([0, 0, 1]), np.array([0, 0, 1]), (dial, yields), 0.0)
    found, failed = run_design(hands(read), study(read), design, 0.25, 2)
    days = [float(quantile(read.scenario.disruptions["doubted"].duration, np.array(u))) for u in (0.3, 0.9)]
    low = {path: 0.75 * figure.value for path, figure in yields.fixed.items()}
    alone = [
        run_block(with_values(read, values, "").scenario, 1, np.array(futures), twin=False).columns[DAYS].mean()
        for values, futures in (
            ({DOUBTED: days[0]}, [0, 1]), ({DOUBTED: days[1]}, [0, 1]), ({DOUBTED: days[0], **low}, [2, 3])
        )
    ]  # fmt: skip

    assert found[:, 0].tolist() == alone
    assert not failed


def test_a_point_that_cannot_be_run_takes_its_row_and_no_other(read, turned, monkeypatch):
    """Failures are told with their row; points of other rows that ran beside are run again, to the same figures."""
    dial = next(d for d in turned.turned if d.factor.id == "disruptions.doubted.duration")
    design = Design(
        np.array([[0.1], [0.2], [0.3], [0.4]]), np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), (dial,), 0.0
    )
    whole, _ = run_design(hands(read), study(read), design, 0.25, 2)

    def broken(scenario, seed, replications, *, luck, **others):
        if 0.2 in luck.given["disruption/doubted/duration"]:
            raise FloatingPointError("overflow")
        return run_block(scenario, seed, replications, luck=luck, **others)

    monkeypatch.setattr(screening, "run_block", broken)
    found, failed = run_design(hands(read), study(read), design, 0.25, 2)

    assert failed == {0: "overflow"}
    assert np.isnan(found[:2]).all()
    assert found[2:].tolist() == whole[2:].tolist()


def test_shares_of_variance_are_what_closed_form_says(read, turned):
    """With two futures at a point 8 of 9 parts are the doubted duration's, and 1 is luck's, within the intervals."""
    dial = next(d for d in turned.turned if d.factor.id == "disruptions.doubted.duration")
    other = next(d for d in turned.turned if d.factor.id == "lanes.transit")
    design = crossed([dial, other], 32, 1, drivers.salib().sample.sobol.sample)
    found, _ = run_design(hands(read), study(read), design, 0.25, 2)
    named = problem([dial.factor.id, other.factor.id, "seed"])
    told = {one["factor"]: one for one in drivers.shared(named, found[:, 0], 1)}

    for name, share in ((dial.factor.id, 8 / 9), ("seed", 1 / 9)):
        for order in ("first", "total"):
            low, high = told[name][f"{order}_ci95"]
            assert low - 0.02 <= share <= high + 0.02
    assert told[other.factor.id]["total"] == pytest.approx(0, abs=0.02)
    # A row's points meet the same futures but for the one that takes the other's luck, and the last.
    assert design.luck[:5].tolist() == [0, 0, 0, 1, 1]
    assert design.luck[5:10].tolist() == [2, 2, 2, 3, 3]


def test_an_effect_is_the_range_it_goes_through():
    """Of a sum the effect of each part is its weight, the same everywhere; Morris tells it without an interval."""
    named = problem(["a", "b"])
    places = drivers.salib().sample.morris.sample(named, 4, num_levels=4, seed=3)
    told = drivers.screened(named, places, 30 * places[:, 0] - 5 * places[:, 1], 1)

    assert [one["factor"] for one in told] == ["a", "b"]
    assert [one["mu"] for one in told] == pytest.approx([30, -5])
    assert [one["sigma"] for one in told] == pytest.approx([0, 0], abs=1e-9)
    assert drivers.strongest([told], 1) == ["a"]


def test_figures_of_a_field_are_one_factor(turned):
    """All voyages are doubted together, disruptions each for itself; shares that must add up cannot be turned."""
    scenario = sim.load("export_ban").scenario
    found = {one.id: one for one in factors(scenario)}

    assert len(found["lanes.transit"].members) > 400
    assert found["lanes.transit"].name == "transit of lanes"
    assert found["disruptions.china_ban.leak"].name == "china_ban: leak"
    assert found["sets"].name == "the 256 sets of parameters"
    assert len(factors(scenario, "sentence")) > len(found)
    assert "share of lanes" in turned.left_out
    assert "refused" in turned.left_out["share of lanes"]


@pytest.mark.parametrize(
    "wrong",
    [{"futures": 1}, {"worlds": 1}, {"rows": 1}, {"crossings": 12}, {"factors": 21}, {"spread": 1.5}, {"by": "plant"}],
)
def test_a_plan_that_cannot_be_run_is_refused(wrong):
    """Every number out of bounds is told before anything is run."""
    with pytest.raises(ScenarioError, match="sensitivity"):
        replace(Plan(), **wrong).check()


def test_a_metric_that_nobody_measures_is_refused(read):
    """The message names the option and the nearest column."""
    with pytest.raises(ScenarioError, match=r"--metric.*jp\.ev/shortage_days"):
        yardsticks(read.scenario, ["jp.ev/shortage_day"])


@pytest.mark.slow
def test_the_command_tells_what_drives_the_answer_for_any_workers(tmp_path):
    """Three tables of at most 80 columns, a page with a picture, and the same document for one worker and for two."""
    said = ("--worlds", "16", "-n", "4", "--trajectories", "2", "--rows", "4", "--factors", "3")
    documents = []
    for workers in ("1", "2"):
        done = command("sensitivity", str(SIX_NODE), *said, "--workers", workers, "--out", workers, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert all(len(line) <= 80 for line in done.stdout.splitlines()[:-1])
        assert "assumptions that drive it" in done.stdout
        documents.append((tmp_path / workers / "sensitivity.json").read_bytes())
    page = (tmp_path / "1" / "report.html").read_text()

    assert documents[0] == documents[1]
    assert json.loads(documents[0])["screening"]["failed"] == []
    assert "<svg" in page
    assert "Parts of the variance" in page
