"""The wheel carries all it needs: built, installed in a bare environment, it runs the main job from any folder."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_the_wheel_runs_in_a_bare_environment(tmp_path: Path) -> None:
    """`sim run export_ban` works where only the wheel and its declared dependencies are installed."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", tmp_path, ROOT], check=True)
    venv.create(tmp_path / "bare", with_pip=True)
    python, wheel = tmp_path / "bare" / "bin" / "python", next(tmp_path.glob("*.whl"))
    install = [python, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", wheel]
    subprocess.run(install, check=True)

    run = [python, "-m", "sim", "run", "export_ban", "-n", "2", "-q", "--out", "out"]
    subprocess.run(run, cwd=tmp_path, check=True)
    assert (tmp_path / "out" / "summary.json").is_file()
