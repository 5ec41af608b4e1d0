"""Processes side by side: the same bytes, and an end that leaves nothing."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from command_line import sim as command

import sim
from sim.errors import ModelError, WorkerError
from sim.results.futures import merge
from sim.running.experiment import cut
from sim.running.job import Crew, Job
from sim.running.workers import crew, workers_for
from sim.spec.reading import read_scenario

SIX_NODE = str(Path(__file__).parent / "scenarios" / "six_node_short.yaml")
TABLES = ("summary.json", "replications.parquet", "daily.parquet", "events.parquet", "flows.parquet")
PATIENCE_S = 60.0


def job(*, twin: bool = True) -> Job:
    """Six nodes under seed 1."""
    return Job(read_scenario(SIX_NODE).scenario, 1, twin)


def hashes(folder: Path) -> dict[str, str]:
    """Return the digest of each file that must not depend on how it came about."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in TABLES}


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for something that will come, and fail where it does not."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    """Return the processes that a process started, but for Python's own tracker of resources."""
    command = ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in lines.splitlines()]
    return [int(row[0]) for row in rows if row[1] == str(pid) and "spawn_main" in row[2]]


def alive(pid: int) -> bool:
    """Return whether a process is there and not merely waiting to be buried."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.strip().startswith("Z")


@pytest.mark.parametrize("twin", [True, False], ids=["twin", "alone"])
def test_any_number_of_workers_gives_the_same_bytes(tmp_path: Path, twin: bool) -> None:
    """Thirteen futures on one, two and three processes: the same four files."""
    found = []
    for workers in (1, 2, 3):
        sim.run(sim.load(SIX_NODE), tmp_path / str(workers), n=13, seed=4, twin=twin, workers=workers)
        found.append(hashes(tmp_path / str(workers)))

    assert found[0] == found[1] == found[2]


def test_the_shipped_scenario_gives_the_same_bytes_too(tmp_path: Path) -> None:
    """The first half-year of the export ban with a policy, ten futures of it, by the command line."""
    (tmp_path / "ban.yaml").write_text("schema_version: 1\nextends: export_ban\nhorizon_d: 180\n")
    for workers in ("1", "2"):
        words = ["run", "ban.yaml", "--policy", "joint_pooled", "-n", "10", "-q", "--workers", workers]
        assert command(*words, "--out", workers, cwd=tmp_path).returncode == 0

    assert hashes(tmp_path / "1") == hashes(tmp_path / "2")


@pytest.mark.parametrize(("n", "workers"), [(1, 1), (1, 3), (5, 3), (1000, 2), (1025, 1), (3000, 7), (16384, 64)])
def test_every_future_is_cut_once_and_every_worker_has_some(n: int, workers: int) -> None:
    """Blocks are futures 0 to n - 1 in order, not wider than fast, and no worker waits while there are enough."""
    spans = cut([range(n)], twin=False, workers=workers)

    assert [r for span in spans for r in span] == list(range(n))
    assert max(map(len, spans)) <= 1024
    assert len(spans) >= min(n, workers)


def test_gaps_are_cut_each_for_itself() -> None:
    """No block reaches over futures that need not be run."""
    spans = cut([range(0, 5), range(9, 10)], twin=True, workers=2)

    assert spans == [range(0, 3), range(3, 5), range(9, 10)]
    assert cut([], twin=True) == []


def test_no_process_is_started_for_a_handful_of_futures() -> None:
    """A process takes longer to start than a few futures to run."""
    assert workers_for(1) == workers_for(64) == 1
    assert workers_for(10**6) >= 1


def test_progress_adds_up_to_the_futures() -> None:
    """One bar: what all workers report together is every future once."""
    done: list[float] = []
    with crew(job(), 2, 8, done.append) as hands:
        blocks = list(hands.blocks([range(0, 3), range(3, 8)]))

    assert sum(done) == pytest.approx(8)
    assert merge(sorted(blocks, key=lambda block: block.replications[0])).replications.size == 8


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows what a process inherited")
def test_a_worker_has_one_thread_for_linear_algebra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads times processes would be more than there are cores; a choice of the user's own stands."""
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with crew(job(), 2, 400, lambda done: None):
        pids = children(os.getpid())
        environments = [Path(f"/proc/{pid}/environ").read_bytes() for pid in pids]

    assert len(environments) == 2
    assert all(b"OPENBLAS_NUM_THREADS=1\0" in found and b"OMP_NUM_THREADS=2\0" in found for found in environments)
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_a_worker_that_is_killed_is_named_and_the_others_end() -> None:
    """As the system does when memory runs out: one clear error, no process left."""

    def strike(hands: Crew) -> None:
        before = children(os.getpid())
        for block in hands.blocks([range(2 * r, 2 * r + 1) for r in range(400)]):
            if block.replications[0] > 2:
                os.kill(before[0], signal.SIGKILL)

    with (
        pytest.raises(WorkerError, match=r"died \(killed by SIGKILL\)"),
        crew(job(), 2, 400, lambda done: None) as hands,
    ):
        strike(hands)
    assert not children(os.getpid())


def test_a_broken_promise_in_a_worker_comes_through() -> None:
    """What the model says in another process is what it says in this one."""
    broken = job().scenario.model_copy(update={"horizon_d": 0})
    with pytest.raises((ModelError, WorkerError)), crew(Job(broken, 1, True), 2, 4, lambda done: None) as hands:
        list(hands.blocks([range(2), range(2, 4)]))


def start(*words: str, cwd: Path) -> subprocess.Popen[str]:
    """Start a long run on two workers, a process group of its own, and wait until both are at work."""
    command = [sys.executable, "-m", "sim", "run", "export_ban", "-n", "4000", "--workers", "2", *words]
    process = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_until(lambda: process.poll() is not None or len(children(process.pid)) == 2)
    assert process.poll() is None, process.communicate()
    return process


def test_ctrl_c_ends_all_and_leaves_nothing(tmp_path: Path) -> None:
    """Exit code 130, one line, no worker left behind, and no results."""
    process = start(cwd=tmp_path)
    workers = children(process.pid)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the parent and all workers
    out, err = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, out) == (130, "")
    assert err.startswith("sim: interrupted")
    assert err.count("\n") == 1
    wait_until(lambda: not any(alive(pid) for pid in workers))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_dead_worker_is_exit_code_1(tmp_path: Path) -> None:
    """The run says which way it failed, and writes nothing."""
    process = start(cwd=tmp_path)
    os.kill(children(process.pid)[0], signal.SIGKILL)
    _, err = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 1
    assert "a worker process died" in err
    assert "Traceback" not in err
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    """Nobody goes on computing for a run that is no more."""
    process = start(cwd=tmp_path)
    workers = children(process.pid)
    process.kill()
    process.communicate(timeout=PATIENCE_S)

    wait_until(lambda: not any(alive(pid) for pid in workers))


def test_one_worker_is_this_process() -> None:
    """Nothing is started where nothing is gained."""
    with crew(job(), 1, 2, lambda done: None) as hands:
        (block,) = hands.blocks([range(2)])

        assert not children(os.getpid())
    assert np.array_equal(block.replications, [0, 1])


@pytest.mark.parametrize("study", ["compare", "sweep", "vulnerabilities", "backtest"])
def test_studies_do_not_depend_on_workers(study: str, tmp_path: Path) -> None:
    """Two processes that go from one scenario to the next give the document that one gives."""
    read = sim.load(SIX_NODE)
    vary = [f"disruptions.{next(iter(read.scenario.disruptions))}.duration=30:60:30"]

    def document(workers: int) -> dict[str, object]:
        out = tmp_path / f"{workers}"
        match study:
            case "compare":
                return sim.compare([read, sim.load(SIX_NODE, _policy(tmp_path))], out, n=6, workers=workers)
            case "sweep":
                return sim.sweep(read, vary, out, n=6, workers=workers)
            case "vulnerabilities":
                return sim.vulnerabilities(read, out, days=20, start=10, n=6, workers=workers)
        return sim.backtest(["gallium_2023", "myanmar_2024"], out, n=4, workers=workers)

    assert document(2) == document(1)


def _policy(folder: Path) -> str:
    path = folder / "dear.yaml"
    path.write_text(
        "schema_version: 1\npolicy: dear\ndescription: They hold out.\n"
        "order_ceiling: {value: 1.5, unit: multiple, assumed: test}\n"
    )
    return str(path)
