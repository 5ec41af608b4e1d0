"""Stopping once it is known well enough: when, and that it changes nothing but how many futures there are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import SIX_NODE
from command_line import sim as command
from invented import block, scenario
from test_workers import TABLES

import sim
from sim.results.futures import Block
from sim.running.precision import judge, looks, sentence
from sim.running.run import run_and_write


def with_shortage(days: list[float]) -> Block:
    """Futures in which every priority is short for so many days."""
    invented = block(size=len(days))
    short = {name: np.array(days) for name in invented.columns if name.startswith("priority:")}
    return Block(invented.replications, invented.columns | short, invented.counts, invented.events)


@pytest.mark.parametrize(
    ("most", "expected"),
    [(16384, [512, 1024, 2048, 4096, 8192, 16384]), (2000, [512, 1024, 2000]), (512, [512]), (10, [10])],
)
def test_looks_double_from_512_to_the_most(most: int, expected: list[int]) -> None:
    """The last look is at the most there may be, whatever that is."""
    assert looks(most) == expected


def test_half_a_day_is_enough_where_the_mean_is_small() -> None:
    """Two futures in three short for a day: no need to know to 2 % of it."""
    verdict = judge([with_shortage([0.0, 1.0, 1.0] * 6)], scenario(), 0.02)

    assert verdict["reached"]
    assert all(group["half_width_d"] > 0.02 * group["mean_d"] for group in verdict["groups"].values())


def test_a_share_of_the_mean_is_enough_where_the_mean_is_large() -> None:
    """A half-width of five days is 5 % of a hundred."""
    few = [with_shortage([90.0, 110.0] * 10)]
    half = judge(few, scenario(), 0.1)["groups"]["priority:1"]["half_width_d"]

    assert half == pytest.approx(4.8, abs=0.1)
    assert judge(few, scenario(), half / 100 + 1e-9)["reached"]
    assert not judge(few, scenario(), half / 100 - 1e-9)["reached"]


def test_every_priority_must_be_known() -> None:
    """One that is not known keeps the run going, and is named with its figures."""
    calm = with_shortage([0.0] * 20)
    wild = Block(
        calm.replications, calm.columns | {"priority:2/shortage_days": np.arange(20) * 9.0}, calm.counts, calm.events
    )
    verdict = judge([wild], scenario(), 0.02)

    assert [name for name, group in verdict["groups"].items() if not group["reached"]] == ["priority:2"]
    assert "priority:2 has 85.5 ±" in sentence(verdict, 20)
    assert "not reached" in sentence(verdict, 20)


def test_what_never_happened_in_n_futures_is_rarer_than_3_in_n() -> None:
    """Without any shortage there is no spread: the rule of three says what is known."""
    verdict = judge([with_shortage([0.0] * 60)], scenario(), 0.02)
    group = verdict["groups"]["priority:1"]

    assert group == {"mean_d": 0.0, "half_width_d": 0.0, "chance_at_most": 0.05, "reached": True}
    assert "the chance of that is below 5.00 %, at 95 %" in sentence(verdict, 60)


def test_a_single_future_is_never_precise() -> None:
    """One future has no interval."""
    verdict = judge([with_shortage([5.0])], scenario(), 0.5)

    assert not verdict["reached"]
    assert "no interval" in sentence(verdict, 1)


@pytest.mark.parametrize(("precision", "stops_at"), [(0.75, 8), (0.0001, 40)])
def test_a_run_that_stopped_is_the_plain_run_of_as_many_futures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, precision: float, stops_at: int
) -> None:
    """Same bytes as with -n of the futures it stopped at, on one worker and on two; only the manifest knows."""
    monkeypatch.setattr("sim.running.precision.FIRST_LOOK", 8)
    read, news = sim.load(str(SIX_NODE)), list[str]()
    plain = sim.run(read, tmp_path / "plain", n=stops_at)
    for workers in (1, 2):
        out = tmp_path / str(workers)
        summary = run_and_write(read, out, n=40, seed=1, workers=workers, precision=precision, say=news.append)
        manifest = json.loads((out / "manifest.json").read_text())

        assert summary == plain.summary
        assert all((out / name).read_bytes() == (tmp_path / "plain" / name).read_bytes() for name in TABLES)
        assert manifest["replications"] == stops_at
        assert manifest["precision"]["reached"] == (stops_at == 8)
    assert json.loads((tmp_path / "plain" / "manifest.json").read_text())["precision"] is None
    assert len(news) == 2
    assert all(f"Stopped at {stops_at} futures" in line for line in news)


def test_the_terminal_says_where_a_run_stopped(tmp_path: Path) -> None:
    """With -n as the most; the document on stdout stays whole."""
    done = command("run", str(SIX_NODE), "--precision", "0.001", "-n", "6", "--json", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["replications"] == 6
    assert "Stopped at 6 futures, the most asked for; precision not reached" in done.stderr


@pytest.mark.parametrize("share", ["0", "1", "-0.1", "nan", "two"])
def test_a_precision_that_is_no_share_is_refused(tmp_path: Path, share: str) -> None:
    """Not a number, none, or more than the whole."""
    done = command("run", str(SIX_NODE), "--precision", share, cwd=tmp_path)

    assert done.returncode == 2
    assert "--precision" in done.stderr
    assert not list(tmp_path.iterdir())
