"""Every day of every future, in files."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from test_checkpoint import stopped
from test_workers import SIX_NODE, hashes

import sim
from sim.errors import ResultsError
from sim.records.every_day import DAYS
from sim.results.day_files import file_of, together
from sim.running.checkpoint import Kept
from sim.running.run import run_and_write
from sim.spec.reading import ReadScenario
from sim.testing.check import shortened

GUIDE = Path(__file__).parents[1] / "docs" / "guides" / "keep_days.md"


def read(days: int) -> ReadScenario:
    """Six nodes for so many days."""
    whole = sim.load(SIX_NODE)
    return replace(whole, scenario=shortened(whole.scenario, days))


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of days, by name."""
    return {path.name: path.read_bytes() for path in sorted((folder / "days").iterdir())}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> sim.Results:
    """Three futures of ten months."""
    return sim.run(read(300), tmp_path_factory.mktemp("kept") / "out", n=3, keep_days=True)


def test_days_add_up_to_what_is_told_of_the_future(kept: sim.Results) -> None:
    """Shortage days, tonnes and peaks of replications.parquet can be had from the days."""
    days = pd.read_parquet(kept.path / "days")
    futures = days.groupby("replication")

    assert len(days) == 3 * 300
    assert days["day"].tolist() == np.repeat(np.arange(300), 3).tolist()
    assert sum(kept.columns[f"{buyer}/shortage_days"].sum() for buyer in kept.scenario.buyers) > 0
    for buyer in kept.scenario.buyers:
        assert futures[f"short/{buyer}"].sum().tolist() == kept.columns[f"{buyer}/shortage_days"].tolist()
        for figure in ("notional_t", "delivered_t", "thrifted_t", "unmet_t"):
            told = kept.columns[f"{buyer}/{figure}"]
            assert np.allclose(futures[f"{figure}/{buyer}"].sum(), told, rtol=1e-5, atol=1e-4), (buyer, figure)
    for name in (name for name in kept.columns if name.endswith("/peak_multiple")):
        price = futures["price_usd_per_kg/" + name.removesuffix("/peak_multiple")].max()
        opening = (price / kept.columns[name])[kept.columns[name] > 1]
        assert np.allclose(opening, opening.mean(), rtol=1e-6), name


def test_no_more_than_some_days_are_held(kept: sim.Results) -> None:
    """What is written at a time does not grow with the horizon, nor with the number of futures."""
    file = pq.ParquetFile(kept.path / "days" / "0000000-0000003.parquet")
    rows = [file.metadata.row_group(n).num_rows for n in range(file.metadata.num_row_groups)]

    assert rows == [3 * DAYS] * (300 // DAYS) + [3 * (300 % DAYS)]


def test_it_changes_nothing_else(kept: sim.Results, tmp_path: Path) -> None:
    """Who does not ask for days has none, and the same figures."""
    sim.run(read(300), tmp_path / "plain", n=3)

    assert not (tmp_path / "plain" / "days").exists()
    assert hashes(tmp_path / "plain") == hashes(kept.path)


def test_days_that_are_gone_are_missed(tmp_path: Path) -> None:
    """A folder without some of the days it had is not whole."""
    sim.run(read(5), tmp_path / "out", n=2, keep_days=True)
    (tmp_path / "out" / "days" / "0000000-0000002.parquet").unlink()

    with pytest.raises(ResultsError, match=r"0000000-0000002\.parquet is missing"):
        sim.read(tmp_path / "out")


def test_any_number_of_workers_writes_the_same_days(tmp_path: Path) -> None:
    """600 futures in blocks of 600 or, on two processes, of 512 and 88, with twins or without: the same three files."""
    sim.run(read(8), tmp_path / "one", n=600, twin=False, keep_days=True)
    sim.run(read(8), tmp_path / "two", n=600, twin=False, keep_days=True, workers=2)
    sim.run(read(8), tmp_path / "twins", n=600, twin=True, keep_days=True)

    files = contents(tmp_path / "one")
    assert list(files) == ["0000000-0000256.parquet", "0000256-0000512.parquet", "0000512-0000600.parquet"]
    assert contents(tmp_path / "two") == files
    assert contents(tmp_path / "twins") == files


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of four futures, and as many to a file."""
    monkeypatch.setattr("sim.running.experiment.COLUMNS", 4)
    for module in ("sim.results.day_files", "sim.running.job"):
        monkeypatch.setattr(f"{module}.TOGETHER", 4)


@pytest.mark.parametrize("n", [12, 14, 6])
def test_days_of_a_run_that_was_stopped_are_gone_on_with(tmp_path: Path, narrow: None, n: int) -> None:
    """As long as it was meant to be, longer, or shorter: the files of a run that nobody stopped, and nothing left."""
    stopped(read(40), tmp_path / "out", after=7, n=10, keep_days=True)
    assert (tmp_path / ".out-kept" / "0000000-0000004.parquet").exists()
    run_and_write(read(40), tmp_path / "out", n=n, seed=1, twin=False, keep_days=True, resume=True)
    sim.run(read(40), tmp_path / "whole", n=n, twin=False, keep_days=True)

    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "whole"]


def test_a_last_block_that_ends_within_a_file_is_run_anew(tmp_path: Path) -> None:
    """It would leave a file of its own where there must be one."""
    for name in ("0000000-0000256", "0000256-0000300"):
        (tmp_path / f"{name}.block").touch()
    kept = Kept(tmp_path)
    kept.fit([400], together=256)

    assert kept.gaps(range(400)) == [range(256, 400)]


def test_a_run_without_days_is_not_gone_on_with_as_one_that_keeps_them(tmp_path: Path, narrow: None) -> None:
    """Half of the days would be none."""
    stopped(read(40), tmp_path / "out")

    with pytest.raises(ResultsError, match="keep_days was false, is true"):
        sim.run(read(40), tmp_path / "out", n=12, twin=False, keep_days=True, resume=True)


def test_days_that_workers_wrote_elsewhere_are_missed(tmp_path: Path) -> None:
    """A worker of a cluster may have a disk of its own; the run says so and writes nothing."""
    with pytest.raises(ResultsError, match="on a disk that the workers share"):
        Kept(tmp_path).days(3)


@pytest.mark.parametrize("span", [range(3), range(256), range(250, 600), range(512, 513)])
def test_futures_that_share_a_file_begin_at_multiples(span: range) -> None:
    """Each future once, in order, none beside one of another 256."""
    parts = together(span)

    assert [future for part in parts for future in part] == list(span)
    assert all(part[0] // 256 == part[-1] // 256 for part in parts)
    assert len({file_of(part) for part in parts}) == len(parts)


def test_the_guide_does_what_it_says(kept: sim.Results) -> None:
    """Its Python and its SQL run on days of other buyers and prices, and its columns are there."""
    text = GUIDE.read_text("utf-8").replace("results/export_ban", str(kept.path)).replace("137", "1")
    buyer, thing = next(iter(kept.scenario.buyers)), next(iter(kept.scenario.prices.elements.values())).oxide
    text = text.replace("jp.ev", buyer).replace("dy_oxide", thing)
    (python,), (sql,) = (re.findall(rf"^```{kind}\n(.*?)^```$", text, re.M | re.S) for kind in ("python", "sql"))
    found: dict[str, pd.DataFrame] = {}
    exec(python, found)
    worst = pytest.importorskip("duckdb").sql(sql).fetchall()

    assert found["chance"].size == len(found["prices"]) == 300
    assert sorted(future for future, _ in worst) == [0, 1, 2]
    names = [name for cell in re.findall(r"^\| (`.*?) \|", text, re.M) for name in re.findall(r"`(.*?)`", cell)]
    there = pq.read_schema(kept.path / "days" / "0000000-0000003.parquet").names
    assert {name.partition("/")[0] for name in names} == {name.partition("/")[0] for name in there}
