"""What a terminal shows: tables that fit, bars where somebody looks, help with examples, completion, a scaffold."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from command_line import SHORT, sim
from rich.progress import Task

from sim.cli import app
from sim.report.progress import RateColumn
from sim.spec.reading import read_scenario
from sim.spec.shipped import scenario_names

VERBS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("verb", VERBS)
def test_help_fits_and_has_an_example(verb, tmp_path):
    """Every verb says what it does within 80 columns, with an example that names it."""
    told = sim(verb, "--help", cwd=tmp_path)

    assert told.returncode == 0
    assert max(map(len, told.stdout.splitlines())) <= 80
    assert f"Example: sim {verb}" in re.sub(r"\s+", " ", told.stdout)
    assert "Usage: sim" in told.stdout


def in_terminal(*words: str, cwd: Path, **env: str) -> str:
    """What a planner sees who sits at a terminal of 80 columns."""
    ours, theirs = os.openpty()
    try:
        subprocess.run(
            [sys.executable, "-m", "sim", *words],
            cwd=cwd,
            env={**os.environ, "COLUMNS": "80", "TERM": "xterm-256color", **env},
            stdout=theirs,
            stderr=theirs,
            timeout=120,
            check=True,
        )
        os.close(theirs)
        theirs, shown = -1, b""
        while piece := _read(ours):
            shown += piece
        return shown.decode()
    finally:
        for end in (ours, theirs):
            if end >= 0:
                os.close(end)


def _read(end: int) -> bytes:
    try:
        return os.read(end, 1 << 16)
    except OSError:  # the other end is closed
        return b""


COLOUR = re.compile(r"\x1b\[[\d;]*(?:3[0-7]|38|9[0-7])[\d;]*m")


def test_a_terminal_shows_a_bar_and_none_with_quiet(tmp_path):
    """Somebody who looks sees the futures go by; with -q nothing; with NO_COLOR no colour."""
    plain = in_terminal("run", str(SHORT), "-n", "2", "--no-twin", cwd=tmp_path, NO_COLOR="1")
    quiet = sim("run", str(SHORT), "-n", "2", "--no-twin", "-q", cwd=tmp_path)

    assert "futures" in plain.split("runs short")[0]
    assert "2/2" in plain
    assert not COLOUR.search(plain)
    assert quiet.stdout + quiet.stderr == ""


def test_a_pipe_has_no_bar(tmp_path):
    """What goes to a file is tables and nothing that moves."""
    done = sim("run", str(SHORT), "-n", "2", "--no-twin", cwd=tmp_path)

    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert "2/2" not in done.stdout


def test_the_bar_tells_futures_a_second():
    """Nothing before the first is done; then what it was as of late."""
    task = Task(0, "futures", 10, 5, _get_time=lambda: 0.0)
    assert RateColumn().render(task).plain == ""

    task.finished_speed = 41.23
    assert RateColumn().render(task).plain == "41.2/s"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("sim run exp", "export_ban"),
        pytest.param("sim ru", "run", marks=pytest.mark.slow),
        pytest.param("sim check x --policy joint_po", "joint_pooled", marks=pytest.mark.slow),
    ],
)
def test_a_shell_completes_verbs_and_shipped_names(typed, offered):
    """Tab finds verbs, scenarios and policies."""
    count = str(len(typed.split()) - 1)
    asked = os.environ | {"_SIM_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": count}
    done = subprocess.run([sys.executable, "-m", "sim"], env=asked, capture_output=True, text=True, check=False)

    assert done.stdout.split() == [offered]


def test_a_new_scenario_is_one_that_can_be_read(tmp_path):
    """The scaffold holds as it stands, and says which control it adds to what."""
    done = sim("new", "my_ban", "--extends", "gallium_2023", "--out", "deep/my_ban.yaml", cwd=tmp_path)
    scenario = read_scenario(str(tmp_path / "deep" / "my_ban.yaml")).scenario

    assert done.returncode == 0, done.stderr
    assert scenario.name == "my_ban"
    assert scenario.disruptions["cn_stop"].kind == "export_ban"
    assert max(map(len, (tmp_path / "deep" / "my_ban.yaml").read_text("utf-8").splitlines())) <= 130


@pytest.mark.slow
@pytest.mark.parametrize("base", scenario_names())
def test_every_shipped_scenario_can_be_built_on(base, tmp_path):
    """Whatever is shipped, the scaffold over it can be read."""
    assert sim("new", "mine", "--extends", base, cwd=tmp_path).returncode == 0
    assert read_scenario(str(tmp_path / "mine.yaml")).scenario.name == "mine"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("My ban",), "no name for a scenario"),
        (("mine", "--extends", "nope"), "'nope' is no shipped scenario"),
        (("mine", "--out", "there.yaml"), "is there already"),
    ],
)
def test_a_scaffold_overwrites_nothing(words, message, tmp_path):
    """A name that is none, a base that is not shipped, a file that is there: one message, exit 2, nothing written."""
    (tmp_path / "there.yaml").write_text("years of work", "utf-8")
    done = sim("new", *words, cwd=tmp_path)

    assert done.returncode == 2
    assert message in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["there.yaml"]
    assert (tmp_path / "there.yaml").read_text("utf-8") == "years of work"
