"""A real scheduler and real workers on this machine: the same bytes, whatever dies."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from test_workers import SIX_NODE, hashes, wait_until

import sim
from sim.cli import _guarded, app
from sim.errors import OptionError, WorkerError
from sim.results.futures import merge
from sim.running.cluster import AHEAD, Cluster, _taken_over, connected
from sim.running.job import Job
from sim.running.run import run_and_write
from sim.spec.reading import ReadScenario
from sim.testing.check import shortened

ROOT = Path(sim.__file__).parents[1]


def short() -> ReadScenario:
    """Six nodes, for the forty days in which a ban begins."""
    read = sim.load(SIX_NODE)
    return replace(read, scenario=shortened(read.scenario, 40))


def job() -> Job:
    """Six nodes under seed 1."""
    return Job(short().scenario, 1, twin=True)


@contextmanager
def running(folder: Path, *words: str, code: Path = ROOT) -> Iterator[subprocess.Popen[bytes]]:
    """Have a process of Dask's for a while, that imports this program from the folder `code`."""
    command = [sys.executable, "-m", "dask", *words, "--host", "127.0.0.1", "--no-dashboard"]
    environment = os.environ | {"PYTHONPATH": str(code), "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s"}
    with (folder / f"{words[0]}.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Have a scheduler; yield its address and its process."""
    file = folder / "scheduler.json"
    with running(folder, "scheduler", "--port", "0", "--no-show", "--scheduler-file", str(file)) as process:
        wait_until(lambda: file.exists() and file.read_text().endswith("}"))
        yield json.loads(file.read_text())["address"], process


@contextmanager
def worker(folder: Path, address: str, code: Path = ROOT) -> Iterator[subprocess.Popen[bytes]]:
    """Have one worker more."""
    with connected(address) as client:
        before = len(client.nthreads())
        words = ("worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
        with running(folder, *words, code=code) as process:
            wait_until(lambda: len(client.nthreads()) > before)
            yield process
        wait_until(lambda: len(client.nthreads()) == before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Dask keeps its own."""
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def cluster(folder: Path) -> Iterator[str]:
    """A scheduler with two workers; its address."""
    with scheduler(folder) as (address, _), worker(folder, address), worker(folder, address):
        yield address


def test_a_cluster_gives_the_same_bytes(tmp_path: Path, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Futures that two workers of a cluster ran are, byte by byte, those that this process runs."""
    monkeypatch.setattr("sim.running.experiment.COLUMNS", 6)
    done: list[float] = []
    run_and_write(short(), tmp_path / "there", n=13, seed=4, workers=cluster, advance=done.append)
    sim.run(short(), tmp_path / "here", n=13, seed=4)

    assert hashes(tmp_path / "there") == hashes(tmp_path / "here")
    assert sum(done) == 13


def test_workers_of_a_cluster_write_the_same_days(tmp_path: Path, cluster: str) -> None:
    """On a disk that they share with the one who asks."""
    sim.run(short(), tmp_path / "there", n=3, keep_days=True, workers=cluster)
    sim.run(short(), tmp_path / "here", n=3, keep_days=True)

    name = "days/0000000-0000003.parquet"
    assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_a_study_gives_the_same_document(tmp_path: Path, cluster: str) -> None:
    """A sweep goes to the cluster point by point, and comes back as the sweep that one process makes."""
    read = short()
    vary = [f"disruptions.{next(iter(read.scenario.disruptions))}.duration=30:60:30"]

    there, here = (sim.sweep(read, vary, tmp_path / f"{w}"[:4], n=4, workers=w) for w in (cluster, 1))
    assert there == here


def test_a_worker_that_is_killed_costs_time_and_no_results(tmp_path: Path, cluster: str) -> None:
    """Of three workers one dies in the middle: every future comes once, as it would have."""
    with connected(cluster) as client, worker(tmp_path, cluster) as victim:
        hands, blocks = Cluster(job(), client, lambda done: None), []
        for block in hands.blocks([range(2 * r, 2 * r + 2) for r in range(40)]):
            blocks.append(block)
            if len(blocks) == 4:
                assert len(client.nthreads()) == 3
                victim.send_signal(signal.SIGKILL)
        assert len(client.nthreads()) == 2

    found = merge(sorted(blocks, key=lambda block: int(block.replications[0])))
    alone = job().block(range(80))
    assert found.replications.tolist() == list(range(80))
    assert all((found.columns[name].tobytes() == alone.columns[name].tobytes()) for name in alone.columns)


def test_blocks_are_taken_over_one_by_one(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cluster never holds more than two spans for every thread it has, whatever the length of the run."""
    monkeypatch.setattr("sim.running.cluster.LEAST", 1)
    with connected(cluster) as client:
        hands = Cluster(job(), client, lambda done: None)
        held = [len(client.futures) for _ in hands.blocks([range(r, r + 1) for r in range(20)])]
        wait_until(lambda: not client.futures)

    assert len(held) == 20
    assert max(held) <= AHEAD * 2


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        (["*"], r"would give other figures: code is [0-9a-f]+, not [0-9a-f]+; install the same"),
        (["__init__.py", "units.py"], r"cannot load this program as it is here; install the same"),
    ],
    ids=["a line more", "long ago"],
)
def test_a_worker_with_another_program_is_refused(tmp_path: Path, cluster: str, kept: list[str], says: str) -> None:
    """One line more in one module, or a module less: nobody knows whose figures these would be."""
    for path in (path for word in kept for path in (ROOT / "sim").glob(word) if path.name != "__pycache__"):
        copy = shutil.copytree if path.is_dir() else shutil.copy
        (tmp_path / "sim").mkdir(exist_ok=True)
        copy(path, tmp_path / "sim" / path.name)
    with (tmp_path / "sim" / "units.py").open("a") as file:
        file.write("# a line more\n")
    with connected(cluster) as client, worker(tmp_path, cluster, code=tmp_path):
        blocks = Cluster(job(), client, lambda done: None).blocks([range(r, r + 1) for r in range(200)])

        with pytest.raises(WorkerError, match=says):
            list(blocks)


def test_what_was_finished_is_kept_when_the_scheduler_goes_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said clearly, and --resume goes on without a cluster."""
    monkeypatch.setattr("sim.running.experiment.COLUMNS", 4)
    monkeypatch.setattr("sim.running.cluster.CONNECT_S", 1)
    read, done = short(), [0.0]
    with scheduler(tmp_path) as (address, process), worker_of(tmp_path, address):

        def advance(more: float) -> None:
            done[0] += more
            if done[0] > 8:
                process.kill()

        with pytest.raises(WorkerError, match="scheduler went away"):
            run_and_write(read, tmp_path / "out", n=400, seed=1, twin=False, workers=address, advance=advance)

    news: list[str] = []
    run_and_write(read, tmp_path / "out", n=16, seed=1, twin=False, resume=True, say=news.append)
    sim.run(read, tmp_path / "whole", n=16, twin=False)
    assert news[0].startswith("Went on from")
    assert "from 0 " not in news[0]
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")


@contextmanager
def worker_of(folder: Path, address: str) -> Iterator[None]:
    """Have a worker of a scheduler that may go away."""
    with running(folder, "worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder)):
        yield


def test_futures_that_no_worker_survives_are_named() -> None:
    """The scheduler gives them up after some workers have died of them, and so does the run."""
    distributed = pytest.importorskip("distributed")

    class Lost:
        def result(self) -> bytes:
            raise distributed.KilledWorker("task", None, 3)

        def release(self) -> None:
            """Nothing is held."""

    with pytest.raises(WorkerError, match=r"worker after worker died of futures 512 to 1,023, for want of memory"):
        _taken_over(Lost(), range(512, 1024))  # type: ignore[arg-type]


def test_nobody_at_an_address_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Port 1 of this machine answers nobody; nothing is left."""
    monkeypatch.setattr("sim.running.cluster.CONNECT_S", 0.2)

    with pytest.raises(WorkerError, match=r"no scheduler answers at tcp://127\.0\.0\.1:1"):
        sim.run(short(), tmp_path / "out", n=2, workers="tcp://127.0.0.1:1")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("address", ["", "8786", "127.0.0.1:8786", "tcp://", "tcp://host", "ftp://host:1", "tcp://a:b"])
def test_what_is_no_address_is_wrong_input(tmp_path: Path, address: str) -> None:
    """It is seen before anything is run or made."""
    with pytest.raises(OptionError, match=r"such as tcp://127\.0\.0\.1:8786"):
        sim.run(short(), tmp_path / "out", n=2, workers=address)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--cluster", "nonsense"], "is not a scheduler's address"),
        (["--cluster", "tcp://127.0.0.1:1", "--workers", "2"], "give --workers or --cluster, not both"),
    ],
)
def test_the_command_line_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """Exit code 2, a sentence, and nothing in the folder."""
    code = _guarded(lambda: app(["run", SIX_NODE, "--out", str(tmp_path / "out"), *words], standalone_mode=False))

    assert code == 2
    assert said in " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert not list(tmp_path.iterdir())
