"""What befalls machines: death at any moment, a full disk, no memory, a clock that jumps. No half looks whole."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from test_workers import PATIENCE_S, hashes

import sim.report.page
import sim.report.progress
import sim.studies.comparison.run
import sim.studies.sweep.run
from sim import cli
from sim.errors import ResultsError, WorkerError
from sim.results.manifest import read_manifest
from sim.results.saved import read_results
from sim.running import experiment, processes
from sim.running import run as running

SHORT = str(Path(__file__).parent / "scenarios" / "six_node_short.yaml")
SIX_NODE = str(Path(__file__).parent / "scenarios" / "six_node.yaml")
IDLE = str(Path(__file__).parent / "scenarios" / "idle.yaml")
TOUCHING = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "shutil.rmtree", "ctypes.dlsym"}
"""What Python tells its auditors of when a program touches a disk."""
NO_MOUNT = "NO MOUNT: only root may mount a small disk, so a full and a read-only one were not tried"
KB, MB = 1024, 1024**2
WARM = (sim.studies.comparison.run, sim.studies.sweep.run, sim.report.page, sim.report.progress)
"""Imported here, so that the processes below have them from birth."""


def live(words: list[str], cwd: Path, touches: int, limits: dict[int, int]) -> None:
    """Be the command line, in blocks of four futures; die as a disk is touched for that time, if ever."""
    os.chdir(cwd)
    with (cwd / "said.txt").open("w") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    experiment.COLUMNS = 4
    sys.argv = ["sim", *words]
    for limit, most in limits.items():
        born = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        most += born if limit == resource.RLIMIT_AS else 0
        resource.setrlimit(limit, (most, most))
    left = [touches]

    def mind(event: str, args: tuple[Any, ...]) -> None:
        if (event in TOUCHING and str(cwd) in str(args)) or event == "ctypes.dlsym":
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(mind)
    cli.main()


class Life:
    """One process of the command line, born with everything imported."""

    def __init__(self, *words: str, cwd: Path, touches: int = 0, limits: dict[int, int] | None = None) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(["test_faults"])
        self.cwd = cwd
        self.process = context.Process(target=live, args=(list(words), cwd, touches, limits or {}))
        self.process.start()

    def end(self) -> int:
        """Return how it ended, and refuse a traceback."""
        self.process.join(PATIENCE_S)
        said = (self.cwd / "said.txt").read_text()
        assert "Traceback" not in said, said
        assert self.process.exitcode is not None, "it hangs"
        return self.process.exitcode


def run_of(scenario: str, *words: str, seed: int = 1) -> list[str]:
    """Return the words that run five blocks of four futures into `out/run`."""
    given = ["-n", "20", "--no-twin", "--workers", "1", "-q", "--seed", str(seed)]
    return ["run", scenario, *given, "--out", "out/run", *words]


STUDY = ["--workers", "1", "-q", "--out", "out/run"]
COMPARE = ["compare", SHORT, "--policy", "none", "--policy", IDLE, "-n", "4", "--no-twin", *STUDY]
OPENING = "facilities.reserve.jp.stocks.dy_oxide.opening"
STUDIES = {
    "compare.json": COMPARE,
    "sweep.json": ["sweep", SHORT, "--vary", f"{OPENING}=0:20:10", "-n", "4", "--no-twin", *STUDY],
    "optimize.json": [
        *("optimize", SHORT, "--vary", f"{OPENING}=0:20", "--target", "all/output_lost_usd <= 1"),
        *("-n", "8", "--trials", "3", *STUDY),
    ],
}
"""What a study found -> the words that make it."""


def finished(place: Path, words: list[str]) -> Path:
    """Return the folder of a run that nobody disturbs."""
    place.mkdir()
    assert Life(*words, cwd=place).end() == 0
    return place / "out" / "run"


def killed(place: Path, words: list[str], moment: int | float) -> bool:
    """Kill a process at a moment, seconds or a touch of the disk, and tell if it died of that."""
    life = Life(*words, cwd=place, touches=moment if isinstance(moment, int) else 0)
    if isinstance(moment, float):
        time.sleep(moment)
        life.process.kill()
    return life.end() == -signal.SIGKILL


def kill_and_go_on(place: Path, old: Path | None, plain: Path, words: list[str], *moments: int | float) -> bool:
    """Kill a run, and what goes on from there; look at what is left each time; go on to its end; tell if it died."""
    (place / "out").mkdir(parents=True)
    if old:
        shutil.copytree(old, place / "out" / "run")
    whole = {name: hashes(folder) for name, folder in (("old", old), ("new", plain)) if folder}
    died = False
    for moment in moments:
        died |= killed(place, [*words, "--resume"] if died else words, moment)
        if (place / "out" / "run").exists():
            read_results(place / "out" / "run")
            assert hashes(place / "out" / "run") in whole.values()
        else:
            assert old is None, "what was finished is lost"
    assert Life(*words, "--resume", cwd=place).end() == 0
    assert hashes(place / "out" / "run") == whole["new"]
    assert [path.name for path in (place / "out").iterdir()] == ["run"]
    shutil.rmtree(place)
    return died


@pytest.mark.slow
def test_a_run_that_dies_as_it_touches_the_disk_is_whole_or_not_there(tmp_path: Path) -> None:
    """SIGKILL at two of the moments at which the disk changes: the old run or the new one; then --resume."""
    plain, old = finished(tmp_path / "plain", run_of(SHORT)), finished(tmp_path / "old", run_of(SHORT, seed=2))
    assert all([kill_and_go_on(tmp_path / str(at), old, plain, run_of(SHORT), at) for at in (9, 33)])


@pytest.mark.slow
@pytest.mark.parametrize("older", [False, True])
def test_a_run_that_dies_at_any_touch_of_the_disk_is_whole_or_not_there(tmp_path: Path, older: bool) -> None:
    """SIGKILL at each moment at which the disk changes over an older run; at every fourth where there is none."""
    plain = finished(tmp_path / "plain", run_of(SHORT))
    old = finished(tmp_path / "old", run_of(SHORT, seed=2)) if older else None
    at, step = 1, 1 if older else 4
    while kill_and_go_on(tmp_path / str(at), old, plain, run_of(SHORT), at):
        at += step
    print(f"killed at {(at - 1) // step} touches of the disk")
    assert at > 30


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], ["--keep-days"]], ids=["plain", "days"])
def test_a_run_that_dies_at_any_moment_is_whole_or_not_there(tmp_path: Path, more: list[str]) -> None:
    """SIGKILL at fifty random moments of a run: every second over an older one, every third twice."""
    begun, words = time.monotonic(), run_of(SHORT, *more)
    plain = finished(tmp_path / "plain", words)
    lasts = time.monotonic() - begun
    old, luck, died = finished(tmp_path / "old", run_of(SHORT, seed=2)), random.Random(7), 0
    for i in range(50):
        moments = [luck.uniform(0, lasts) for _ in range(1 if i % 3 else 2)]
        died += kill_and_go_on(tmp_path / str(i), old if i % 2 else None, plain, words, *moments)
    print(f"killed {died} of 50")
    assert died >= 25


def killed_study(place: Path, old: Path, plain: Path, document: str, moment: int | float) -> bool:
    """Kill a study over an older one; look at what is left, and do it again; tell if it died."""
    shutil.copytree(old, place / "out" / "run")
    words = STUDIES[document]
    died = killed(place, words, moment)
    read_manifest(place / "out" / "run")
    assert (place / "out" / "run" / document).read_bytes() in {(one / document).read_bytes() for one in (old, plain)}
    assert Life(*words, cwd=place).end() == 0
    assert (place / "out" / "run" / document).read_bytes() == (plain / document).read_bytes()
    assert [path.name for path in (place / "out").iterdir()] == ["run"]
    shutil.rmtree(place)
    return died


@pytest.mark.slow
def test_a_study_that_dies_at_any_touch_of_the_disk_is_whole_or_not_there(tmp_path: Path) -> None:
    """Whatever is left of a comparison that is killed, it is the older one or the newer one."""
    plain = finished(tmp_path / "plain", COMPARE)
    old = finished(tmp_path / "old", [*COMPARE, "--seed", "2"])
    at = 1
    while killed_study(tmp_path / str(at), old, plain, "compare.json", at):
        at += 1
    print(f"killed at each of {at - 1} touches of the disk")
    assert at > 5


@pytest.mark.slow
@pytest.mark.parametrize("document", STUDIES)
def test_a_study_that_dies_at_any_moment_is_whole_or_not_there(tmp_path: Path, document: str) -> None:
    """SIGKILL at ten random moments of a comparison, a sweep and a search, each over an older one."""
    begun, luck = time.monotonic(), random.Random(7)
    plain = finished(tmp_path / "plain", STUDIES[document])
    lasts = time.monotonic() - begun
    old = finished(tmp_path / "old", [*STUDIES[document], "--seed", "2"])
    died = [killed_study(tmp_path / str(i), old, plain, document, luck.uniform(0, lasts)) for i in range(10)]
    print(f"killed {sum(died)} of 10")
    assert sum(died) >= 5


@pytest.mark.parametrize("words", [run_of(SHORT), COMPARE], ids=["run", "compare"])
@pytest.mark.slow
@pytest.mark.parametrize("most", [1 * KB, 8 * KB, 30 * KB])
def test_files_that_may_not_grow_are_an_error_with_a_name(tmp_path: Path, words: list[str], most: int) -> None:
    """Where no file may pass so many bytes, results are refused with exit code 2, and nothing looks finished."""
    assert Life(*words, cwd=tmp_path, limits={resource.RLIMIT_FSIZE: most}).end() == 2
    assert "File too large" in (tmp_path / "said.txt").read_text()
    assert not (tmp_path / "out" / "run").exists()
    assert Life(*words, cwd=tmp_path).end() == 0


@contextmanager
def disk(place: Path, options: str) -> Iterator[Path]:
    """Mount a disk of the memory's, or skip."""
    place.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if not mount or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip(NO_MOUNT)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("size", ["60k", pytest.param("400k", marks=pytest.mark.slow)])
@pytest.mark.parametrize("words", [run_of(SHORT), COMPARE], ids=["run", "compare"])
def test_a_full_disk_is_an_error_with_a_name(tmp_path: Path, words: list[str], size: str) -> None:
    """Too small a disk is exit code 2 and a message; what is there is not called finished."""
    with disk(tmp_path / "out", f"size={size}"):
        code = Life(*words, cwd=tmp_path).end()
        if (tmp_path / "out" / "run").exists():
            assert code == 0
            read_manifest(tmp_path / "out" / "run")
        else:
            assert code == 2
            assert "No space left" in (tmp_path / "said.txt").read_text()
        assert (code == 2) or size == "400k"


def test_a_read_only_disk_is_refused_before_anything_runs(tmp_path: Path) -> None:
    """Exit code 2, and the place is named."""
    with disk(tmp_path / "out", "ro"):
        assert Life(*run_of(SHORT), cwd=tmp_path).end() == 2
        assert "may not be written to" in (tmp_path / "said.txt").read_text()


def test_a_folder_that_one_may_not_write_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever one is: root may write anywhere, so the system is asked in another's name."""
    monkeypatch.setattr("sim.results.place.os.access", lambda path, mode: False)
    with pytest.raises(ResultsError, match="may not be written to"):
        running.check_target(tmp_path / "out")


@pytest.mark.slow
def test_a_run_without_memory_says_so(tmp_path: Path) -> None:
    """Exit code 1 and a sentence, no results, where the process may have little more memory than it was born with."""
    if not Path("/proc/self/statm").exists():
        pytest.skip("NO /proc: memory was not taken away")
    words = ["run", "export_ban", "-n", "1000", "--workers", "1", "-q", "--out", "out/run"]
    life = Life(*words, cwd=tmp_path, limits={resource.RLIMIT_AS: 100 * MB})
    assert life.end() == 1
    assert "out of memory" in (tmp_path / "said.txt").read_text()
    assert not (tmp_path / "out" / "run").exists()


def test_a_worker_without_memory_says_so() -> None:
    """It tells its parent in a sentence rather than dying with a traceback."""

    class Greedy:
        def block(self, piece: object, advance: object) -> None:
            raise MemoryError("71 MiB")

    class Pipe(list[Any]):
        send = list.append

    pipe = Pipe()
    processes._run(Greedy(), processes._Piece(0, None), pipe)  # type: ignore[arg-type]
    assert isinstance(pipe[0], WorkerError)
    assert "out of memory (71 MiB)" in str(pipe[0])


@pytest.mark.slow
def test_two_runs_into_one_folder_leave_one_whole(tmp_path: Path) -> None:
    """Both at once: the second is refused, or both come to the same; the folder is whole."""
    plain = finished(tmp_path / "plain", run_of(SHORT))
    lives = [Life(*run_of(SHORT), cwd=tmp_path) for _ in range(2)]
    assert sorted(life.end() for life in lives) in ([0, 2], [0, 0])
    assert hashes(tmp_path / "out" / "run") == hashes(plain)


def test_a_clock_that_jumps_changes_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Years back and forth between any two looks at the clock: the same files, but for how long it took."""
    read, luck = sim.load(SHORT), random.Random(3)
    running.run_and_write(read, tmp_path / "steady", n=4, seed=1, twin=False)
    for clock in ("time", "monotonic", "perf_counter"):
        monkeypatch.setattr(time, clock, lambda: luck.uniform(-1e9, 4e9))
    running.run_and_write(read, tmp_path / "jumps", n=4, seed=1, twin=False)
    monkeypatch.undo()

    assert hashes(tmp_path / "jumps") == hashes(tmp_path / "steady")
    steady, jumps = (json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("steady", "jumps"))
    assert {key for key in steady if steady[key] != jumps[key]} <= {"seconds", "sealed"}


def test_nobody_reads_what_is_printed(tmp_path: Path) -> None:
    """A full disk behind stdout is exit code 1 and one line, and no traceback."""
    with open("/dev/full", "w") as full:
        words = [sys.executable, "-m", "sim", "list"]
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (1, "sim: [Errno 28] No space left on device\n")
