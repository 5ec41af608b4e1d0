"""The wheel carries all it needs: alone it runs the main job from any folder, and each extra brings its verbs."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "tests" / "scenarios"
OPENING = "facilities.reserve.jp.stocks.dy_oxide.opening"
CLUSTER = """
import subprocess, sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        run = [sys.executable, "-m", "sim", "run", "small.yaml", "-n", "2", "-q", "--out", "out"]
        subprocess.run([*run, "--cluster", cluster.scheduler_address], check=True)
"""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sdist, and the wheel built from it."""
    folder = tmp_path_factory.mktemp("dist")
    _uv("build", "--quiet", "--out-dir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def environment(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return what makes an environment with the wheel and at most one extra, and gives its folder of commands."""

    def made(extra: str = "") -> Path:
        where = tmp_path_factory.mktemp("environment") / "venv"
        wheel = f"{next(built.glob('*.whl'))}{f'[{extra}]' if extra else ''}"
        _uv("venv", "--quiet", "--python", sys.executable, where)
        python = where / "bin" / "python"
        _uv("pip", "install", "--quiet", "--python", python, "-c", ROOT / "constraints.txt", wheel)
        return where / "bin"

    return made


@pytest.fixture
def away(tmp_path: Path) -> Path:
    """Return a folder with a small scenario and nothing else."""
    for name in ("six_node.yaml", "sources.yaml"):
        shutil.copy(SCENARIOS / name, tmp_path)
    shutil.copy(SCENARIOS / "six_node_short.yaml", tmp_path / "small.yaml")
    return tmp_path


def test_the_wheel_of_the_sdist_holds_all_that_is_needed(built: Path) -> None:
    """Every file of the package and of the scenarios, and nothing of the tests; the sdist has these, too."""
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        sources = {name.partition("/")[2] for name in sdist.getnames()}
    wanted = {str(Path("sim", "scenarios", one)) for one in _files("scenarios")}
    wanted |= {str(Path("sim", one)) for one in _files("sim")}

    assert held == wanted
    assert {"tests/test_wheel.py", "docs/model.md", "LICENSE", "CHANGELOG.md", "pyproject.toml"} <= sources


def test_the_main_job_runs_where_only_the_wheel_is(environment: Callable[[str], Path], away: Path) -> None:
    """`sim run export_ban` works from any folder, and so does what an extension adds to it."""
    bare = environment("")
    _run(bare / "sim", "run", "export_ban", "-n", "20", "-q", "--workers", "1", "--out", "out", cwd=away)
    assert json.loads((away / "out" / "summary.json").read_text("utf-8"))["replications"] == 20

    _uv("pip", "install", "--quiet", "--python", bare / "python", ROOT / "docs" / "extension")
    files = [ROOT / "docs" / "extension" / name for name in ("winter.yaml", "heated.yaml")]
    words = ("-n", "4", "--no-twin", "--workers", "1", "--out", "added")
    told = _run(bare / "sim", "run", files[0], "--policy", files[1], *words, cwd=away)
    assert "Added metric: idle_days, d" in told


VERBS: dict[str, tuple[str, ...]] = {
    "optimize": (
        "optimize", "small.yaml", "--vary", f"{OPENING}=0:40", "--target", "P(jp.ev/shortage_days <= 300) >= 0.5",
        "--trials", "10", "-n", "8", "--workers", "1",
    ),
    "discover": ("discover", "small.yaml", "--fails", "jp.ev/shortage_days > 20", "-n", "200", "--workers", "1"),
    "sensitivity": (
        "sensitivity", "small.yaml", "--worlds", "16", "-n", "2", "--trajectories", "0", "--rows", "4", "--factors",
        "2", "--workers", "1",
    ),
    "plot": ("plot", "run", "--kind", "fan", "--out", "fan.svg"),
}  # fmt: skip


@pytest.mark.parametrize("extra", VERBS)
def test_an_extra_alone_brings_its_verb(extra: str, environment: Callable[[str], Path], away: Path) -> None:
    """Nothing else need be installed."""
    where = environment(extra)
    if extra == "plot":
        _run(where / "sim", "run", "small.yaml", "-n", "2", "-q", "--out", "run", cwd=away)
    assert _run(where / "sim", *VERBS[extra], cwd=away)


def test_the_extra_for_clusters_runs_futures_on_one(environment: Callable[[str], Path], away: Path) -> None:
    """Dask's own scheduler and worker, of the same environment."""
    (away / "cluster.py").write_text(CLUSTER, "utf-8")
    _run(environment("cluster") / "python", "cluster.py", cwd=away)
    assert (away / "out" / "summary.json").is_file()


def test_the_extra_for_the_page_serves_it(environment: Callable[[str], Path], away: Path) -> None:
    """It answers a request for the page, and goes when it is told to."""
    command = [environment("web") / "sim", "serve", "small.yaml", "--port", "0", "-n", "32", "--workers", "1"]
    with subprocess.Popen(command, cwd=away, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        said = (re.search(r"http://\S+", line) for line in served.stdout)  # first, days are compiled
        found = next(filter(None, said), None)
        try:
            assert found is not None
            with urlopen(found[0], timeout=300) as answer:
                assert "<title>" in answer.read().decode()
        finally:
            served.send_signal(signal.SIGINT)


def _files(folder: str) -> list[str]:
    """Return the files of a folder that belong to the project, as the wheel has them."""
    known = subprocess.run(["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True)
    return [str(Path(one).relative_to(folder)) for one in known.stdout.splitlines()]


def _run(*words: str | Path, cwd: Path) -> str:
    """Run a command without this clone on its path, and return what it prints."""
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        words, cwd=cwd, env=plain | {"COLUMNS": "80"}, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _uv(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "uv", *words], check=True)
