"""History against the model: ratios of months, scores, and what an episode may not say."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle.small_chains import one_product
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.errors import ScenarioError
from sim.results.futures import Results
from sim.spec.episode import Episode
from sim.spec.reading_episode import read_episode
from sim.studies.backtest.document import LEAST, backtest, check_series, crps, ratio
from sim.testing.quantities import q

EMBARGO = """\
schema_version: 1
episode: mine
question: Does it?
scenario: embargo_2010
targets:
  dip:
    what: Imports in October over September
    of: {series: imports_t/japan, months: [2010-10, 2010-10]}
    over: {series: imports_t/japan, months: [2010-09, 2010-09]}
    observed: {value: 0.6, unit: multiple, assumed: test}
    error: {value: 0.2, unit: log, assumed: test}
    fitted: true
"""


def months(**series: list[list[float]]) -> Results:
    """Return results with series of three months, a list per month."""
    told = {
        f"2010-0{n + 1}": {name.replace("__", "/"): np.array(values[n]) for name, values in series.items()}
        for n in range(3)
    }
    return Results(np.arange(2), {}, {}, (), told)


def episode(
    *, fitted: bool = True, of: tuple[str, str] = ("2010-02", "2010-03"), series: str = "imports_t/jp"
) -> Episode:
    """Return an episode of one target: imports of February and March over January, twice as much."""
    target = {
        "what": "a rise", "observed": q(2, "multiple"), "error": q(0.2, "log"), "fitted": fitted,
        "of": {"series": series, "months": of}, "over": {"series": "imports_t/jp", "months": ("2010-01", "2010-01")},
    }  # fmt: skip
    whole = {"schema_version": 1, "episode": "one", "question": "?", "scenario": "s", "targets": {"rise": target}}
    return Episode.model_validate(whole)


def test_a_ratio_is_of_means_over_months() -> None:
    """(3 + 5) / 2 over 2 is 2; nothing over nothing is as far away as counts."""
    results = months(imports_t__jp=[[2, 0], [3, 0], [5, 0]])

    found = ratio(episode().targets["rise"], results)

    assert found.tolist() == [2, 1 / LEAST]


def test_what_was_fitted_is_scored_apart() -> None:
    """One target that was fitted, inside; the same that was not, apart; and the share of futures below."""
    results = months(imports_t__jp=[[2, 2], [3, 6], [5, 6]])
    document = backtest([(episode(), results), (episode(fitted=False), results)], seed=1)
    (row,) = document["episodes"][0]["targets"]

    assert (row["p05"], row["p95"], row["inside"], row["below_share"]) == (2, 3, True, 0)
    assert (document["fitted"]["targets"], document["left_out"]["targets"]) == (1, 1)
    assert document["fitted"]["crps_no_change"] == pytest.approx(np.log(2))


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=30), st.floats(-3, 3))
def test_the_score_is_the_mean_distance_less_half_the_spread(values: list[float], observed: float) -> None:
    """It is never negative, and that of one value is its distance."""
    model = np.array(values)
    spread = np.mean(np.abs(model[:, None] - model[None, :]))

    assert crps(model, observed) == pytest.approx(np.mean(np.abs(model - observed)) - spread / 2, abs=1e-12)
    assert crps(model, observed) >= -1e-12


def test_a_series_that_is_not_kept_is_refused() -> None:
    """So is a month beyond the horizon; each is told with its place."""
    flow = {"origins": ["cn"], "materials": ["ndpr_oxide"], "counted": "arrival"}
    scenario = one_product(monthly={"exports": {"jp": flow}}, horizon=59)
    kept = scenario.model_copy(update={"start_date": datetime.date(2010, 1, 1)})
    check_series(episode(of=("2010-02", "2010-02")), kept)
    with pytest.raises(ScenarioError) as caught:
        check_series(episode(series="imports_t/nobody"), kept)

    found = [(problem.field, problem.found) for problem in caught.value.problems]
    assert found == [
        ("targets.rise.of", "imports_t/nobody in 2010-02"),
        ("targets.rise.of", "imports_t/nobody in 2010-03"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("what: Imports", "whta: Imports", "mine.yaml:7: [unknown-key] targets.dip.whta"),
        ("[2010-10, 2010-10]", "[2010-13, 2010-10]", "mine.yaml:8: [months] targets.dip.of.months"),
        ("value: 0.6,", "value: 0,", "mine.yaml:10: [constant] targets.dip.observed"),
        ("unit: log", "unit: d", "mine.yaml:11: [unit] targets.dip.error.unit"),
        ("assumed: test}\n    error", "source: nobody}\n    error", "[reference] targets.dip.observed.source"),
        ("imports_t/japan, months: [2010-10, 2010-10]", "imports_t/mars, months: [2010-10, 2010-10]", "imports_t/mars"),
        ("scenario: embargo_2010", "scenario: nowhere", "nowhere"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_episode_is_told_with_its_line(
    old: str, new: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One message, exit code 2, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(EMBARGO.replace(old, new))
    with pytest.raises(ScenarioError) as caught:
        app(["backtest", "./mine.yaml", "-n", "2"], standalone_mode=False)

    assert says in str(caught.value)
    assert len(caught.value.problems) <= 2
    assert not Path("results").exists()


def test_a_backtest_leaves_a_folder(tmp_path: Path) -> None:
    """The document on stdout is that of the folder; the page names every target; it may be replaced by the next."""
    (tmp_path / "mine.yaml").write_text(EMBARGO)
    call = ["backtest", str(tmp_path / "mine.yaml"), "-n", "4", "--out", str(tmp_path / "out"), "--json"]
    first, second = (CliRunner().invoke(app, call) for _ in range(2))

    assert first.exit_code == second.exit_code == 0, first.output
    document = json.loads((tmp_path / "out" / "backtest.json").read_text())
    assert json.loads(first.stdout) == document == json.loads(second.stdout)
    assert document["replications"] == 4
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Imports in October over September" in page
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["finished"] is True
    assert manifest["episodes"][0]["episode"] == "mine"


def test_the_front_door_has_it_too(tmp_path: Path) -> None:
    """The same document as the folder's."""
    (tmp_path / "mine.yaml").write_text(EMBARGO)
    document = sim.backtest([str(tmp_path / "mine.yaml")], tmp_path / "out", n=2)

    assert document == json.loads((tmp_path / "out" / "backtest.json").read_text())


@pytest.mark.parametrize("name", ["embargo_2010", "after_2011"])
def test_shipped_episodes_are_read(name: str) -> None:
    """Every target has its source, and nothing after 2011 was fitted."""
    read = read_episode(name)

    assert all(target.observed.source in read.sources for target in read.episode.targets.values())
    last = [target.of.months[1] for target in read.episode.targets.values() if target.fitted]
    assert all(month < "2012" for month in last)
