"""A run that was stopped is gone on with, and comes out as if it never had been."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from invented import block
from test_workers import PATIENCE_S, SIX_NODE, alive, children, hashes, wait_until

import sim
from sim.errors import ResultsError
from sim.results.futures import Block, Event
from sim.running import block_file, checkpoint
from sim.running.checkpoint import Kept, keeping
from sim.running.run import run_and_write

WHICH = {"digest": "abc", "seed": 1}


def silence(news: str) -> None:
    """Say nothing."""


def stopped(read: Any, out: Path, after: int = 5, **how: Any) -> None:
    """Run 12 futures in blocks of 4 and interrupt once so many are done."""
    done = [0.0]

    def advance(more: float) -> None:
        done[0] += more
        if done[0] > after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_and_write(read, out, **({"n": 12, "seed": 1, "twin": False} | how), advance=advance)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of four futures."""
    monkeypatch.setattr("sim.running.experiment.COLUMNS", 4)


def test_a_block_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    """Columns, counts and events, with and without values, to the last bit."""
    invented = block(first=7, size=5)
    events = (*invented.events, Event(3, "announced", "ban", np.array([7, 9]), text="said in März"))
    whole = Block(invented.replications, invented.columns, invented.counts, events)
    block_file.save(tmp_path / "one.block", whole)
    again = block_file.load(tmp_path / "one.block")

    assert np.array_equal(again.replications, whole.replications)
    assert list(again.columns) == list(whole.columns)
    assert list(again.counts) == list(whole.counts)
    assert all(np.array_equal(again.columns[name], whole.columns[name], equal_nan=True) for name in whole.columns)
    assert all(np.array_equal(again.counts[name], count) for name, count in whole.counts.items())
    assert [path.name for path in tmp_path.iterdir()] == ["one.block"]
    for one, other in zip(again.events, whole.events, strict=True):
        assert (one.day, one.kind, one.subject, one.text) == (other.day, other.kind, other.subject, other.text)
        assert np.array_equal(one.replications, other.replications)
        assert (one.values is None) == (other.values is None)
        assert one.values is None or np.array_equal(one.values, other.values)


def test_a_block_without_events_is_one_too(tmp_path: Path) -> None:
    """A calm world tells no stories."""
    calm = block(size=2)
    block_file.save(tmp_path / "calm.block", Block(calm.replications, calm.columns, calm.counts, ()))

    assert block_file.load(tmp_path / "calm.block").events == ()


@pytest.mark.parametrize("harm", [b"", b"not a block", None])
def test_a_damaged_block_is_named(tmp_path: Path, harm: bytes | None) -> None:
    """Empty, foreign or cut off: it says what to do, and no traceback."""
    path = tmp_path / "0000000-0000002.block"
    block_file.save(path, block(size=2))
    path.write_bytes(path.read_bytes()[:-200] if harm is None else harm)

    with pytest.raises(ResultsError, match=r"0000000-0000002\.block is damaged: run without --resume"):
        block_file.load(path)


def test_gaps_are_what_is_not_kept(tmp_path: Path) -> None:
    """Between, before and after the blocks, within the futures asked for."""
    for name in ("0000002-0000004", "0000006-0000008", "0000020-0000030"):
        (tmp_path / f"{name}.block").touch()
    kept = Kept(tmp_path)

    assert kept.gaps(range(10)) == [range(0, 2), range(4, 6), range(8, 10)]
    assert kept.gaps(range(6, 8)) == []
    assert kept.futures == 14


def test_blocks_that_were_cut_for_another_number_of_futures_are_let_go(tmp_path: Path) -> None:
    """A block that reaches over a look at the precision, or past the last future, cannot be used."""
    for name in ("0000000-0000004", "0000004-0000012", "0000012-0000016"):
        (tmp_path / f"{name}.block").touch()
    kept = Kept(tmp_path)
    kept.fit([8, 14])

    assert kept.gaps(range(14)) == [range(4, 14)]
    assert [path.name for path in tmp_path.iterdir()] == ["0000000-0000004.block"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_was_stopped_comes_out_as_if_it_had_not_been(tmp_path: Path, narrow: None, workers: int) -> None:
    """Interrupted after a third, gone on with by as many workers as you like: the same bytes, and nothing left over."""
    read, news, done = sim.load(SIX_NODE), list[str](), list[float]()
    sim.run(read, tmp_path / "whole", n=12, twin=False)
    stopped(read, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == [".out-kept"]

    run_and_write(
        read, tmp_path / "out", n=12, seed=1, twin=False, workers=workers, resume=True, say=news.append,
        advance=done.append,
    )  # fmt: skip

    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "whole"]
    assert news == ["Went on from 4 futures that the run before had finished."]
    assert sum(done) == pytest.approx(12)


def test_a_run_may_be_gone_on_with_for_longer_or_to_a_precision(
    tmp_path: Path, narrow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the number of futures nor the precision changes what a future is."""
    monkeypatch.setattr("sim.running.precision.FIRST_LOOK", 6)
    read = sim.load(SIX_NODE)
    for name, n, precision in (("longer", 14, None), ("precise", 12, 0.0001)):
        stopped(read, tmp_path / name, after=9)
        sim.run(read, tmp_path / name, n=n, twin=False, precision=precision, resume=True)
        sim.run(read, tmp_path / "plain", n=n, twin=False)
        assert hashes(tmp_path / name) == hashes(tmp_path / "plain")


def test_a_run_stopped_before_its_first_block_leaves_nothing(tmp_path: Path) -> None:
    """Not even the parents that were made for it; to go on from nothing is to begin."""
    read = sim.load(SIX_NODE)
    stopped(read, tmp_path / "a" / "b" / "out", after=0)
    assert not list(tmp_path.iterdir())

    assert sim.run(read, tmp_path / "out", n=2, resume=True).summary["replications"] == 2


def test_without_resume_a_run_begins_anew(tmp_path: Path, narrow: None) -> None:
    """What another left is cleared away."""
    read = sim.load(SIX_NODE)
    stopped(read, tmp_path / "out")
    sim.run(read, tmp_path / "out", n=3, seed=9, twin=False)
    sim.run(read, tmp_path / "plain", n=3, seed=9, twin=False)

    assert hashes(tmp_path / "out") == hashes(tmp_path / "plain")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "plain"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 2}, "seed was 1, is 2"),
        ({"twin": True}, "twin was false, is true"),
        ({"policy": "joint_pooled"}, "policy was"),
    ],
)
def test_another_run_is_not_gone_on_with(tmp_path: Path, narrow: None, change: dict[str, Any], words: str) -> None:
    """Another seed, policy or twin is refused, and what is kept stays for the run it belongs to."""
    ban = tmp_path / "ban.yaml"
    ban.write_text("schema_version: 1\nextends: export_ban\nhorizon_d: 30\n")
    stopped(sim.load(str(ban)), tmp_path / "out", after=4)
    how = {"n": 12, "seed": 1, "twin": False} | change
    read = sim.load(str(ban), how.pop("policy", None))  # type: ignore[arg-type]

    with pytest.raises(ResultsError, match=words):
        sim.run(read, tmp_path / "out", resume=True, **how)  # type: ignore[arg-type]
    assert Kept(tmp_path / ".out-kept").futures == 4


@pytest.mark.parametrize("name", ["code", "numpy", "machine"])
def test_another_program_does_not_go_on(tmp_path: Path, narrow: None, name: str) -> None:
    """Half a run by one version and half by another would be nobody's figures."""
    read = sim.load(SIX_NODE)
    stopped(read, tmp_path / "out")
    path = tmp_path / ".out-kept" / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: "0.0"}))

    with pytest.raises(ResultsError, match=f'{name} was "0.0"'):
        sim.run(read, tmp_path / "out", n=12, twin=False, resume=True)


def test_two_runs_to_one_place_are_one_too_many(tmp_path: Path) -> None:
    """The second is refused while the first is at work, and not after."""
    with (
        keeping(tmp_path / "out", WHICH, resume=False, say=silence),
        pytest.raises(ResultsError, match="at work"),
        keeping(tmp_path / "out", WHICH, resume=False, say=silence),
    ):
        pass
    with keeping(tmp_path / "out", WHICH, resume=False, say=silence) as kept:
        assert kept.futures == 0


def test_a_folder_of_that_name_that_is_somebody_elses_stays(tmp_path: Path) -> None:
    """Only what a run leaves is cleared away."""
    (tmp_path / ".out-kept").mkdir()
    (tmp_path / ".out-kept" / "thesis.txt").write_text("years of work")

    with (
        pytest.raises(ResultsError, match=r"thesis\.txt"),
        keeping(tmp_path / "out", WHICH, resume=False, say=silence),
    ):
        pass
    assert (tmp_path / ".out-kept" / "thesis.txt").read_text() == "years of work"


def test_half_written_results_of_a_killed_run_are_swept_away(tmp_path: Path) -> None:
    """Those of the same folder, and of no other."""
    for name in (".out-12345678-unfinished", ".out-er-12345678-unfinished"):
        (tmp_path / name).mkdir()
    with keeping(tmp_path / "out", WHICH, resume=False, say=silence):
        pass

    assert [path.name for path in tmp_path.iterdir()] == [".out-er-12345678-unfinished"]


def test_a_disk_without_locks_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network disks know no locks; a run goes on without."""

    def no_locks(*_: Any) -> None:
        raise OSError("no locks available")

    monkeypatch.setattr(checkpoint.fcntl, "flock", no_locks)
    with keeping(tmp_path / "out", WHICH, resume=False, say=silence) as kept:
        assert kept.futures == 0


NARROW = "import sim.running.experiment, sim.cli; sim.running.experiment.COLUMNS = 4; sim.cli.main()"


def run(*words: str, cwd: Path) -> list[str]:
    """Return a command that runs seven blocks of four futures of six nodes."""
    return [sys.executable, "-c", NARROW, "run", SIX_NODE, "-n", "28", "--no-twin", *words]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_run_that_was_killed_comes_out_as_if_it_had_not_been(tmp_path: Path, workers: str) -> None:
    """SIGKILL in the middle, then --resume: the bytes of a run that nobody stopped."""
    command = run("-q", "--workers", workers, cwd=tmp_path)
    process = subprocess.Popen([*command, "--out", "out"], cwd=tmp_path)
    wait_until(lambda: process.poll() is not None or bool(list(tmp_path.glob(".out-kept/*.block"))))
    workers_left = children(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(PATIENCE_S) == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    wait_until(lambda: not any(alive(pid) for pid in workers_left))

    again = subprocess.run(
        [*command[:-3], "--workers", "1", "--resume", "--out", "out"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    subprocess.run([*command, "--out", "whole"], cwd=tmp_path, check=True)
    assert "Went on from" in again.stdout
    assert "Went on from 0" not in again.stdout
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "whole"]


def test_the_command_line_says_how_to_go_on_and_what_it_will_not(tmp_path: Path) -> None:
    """Ctrl-C names --resume; another seed is exit code 2 with a word about the seed."""
    process = subprocess.Popen(
        run("-q", "--workers", "1", "--out", "out", cwd=tmp_path), cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    wait_until(lambda: process.poll() is not None or bool(list(tmp_path.glob(".out-kept/*.block"))))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE_S)
    other = run("-q", "--seed", "2", "--resume", "--out", "out", cwd=tmp_path)
    refused = subprocess.run(other, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert process.returncode == 130
    assert "finished futures are kept: the same command with --resume goes on from there" in err
    assert err.endswith("sim: interrupted; no results were written\n")
    assert refused.returncode == 2
    assert "seed was 1, is 2" in refused.stderr
    assert not (tmp_path / "out").exists()
