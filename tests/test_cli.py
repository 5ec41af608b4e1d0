"""The command line from outside: what it prints, what it writes, how it exits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import SHORT, SIX_NODE, process, sim


def test_help_is_light(tmp_path: Path) -> None:
    """`sim --help` answers without numpy, scipy or pydantic."""
    heavy = (
        "import sys, sim.cli; print([m for m in ('numpy', 'scipy', 'pandas', 'pydantic', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
    assert sim("--help", cwd=tmp_path).returncode == 0


def test_a_run_writes_a_whole_folder(tmp_path: Path) -> None:
    """The table goes to stdout, the figures to the folder that --out names, parents included."""
    done = process("run", str(SIX_NODE), "-n", "8", "--seed", "3", "--out", "deep/er", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "deep" / "er").iterdir()}
    assert names == {
        "summary.json", "replications.parquet", "daily.parquet", "events.parquet", "flows.parquet",
        "manifest.json", "report.html",
    }  # fmt: skip
    assert "runs short" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines()[:-1])
    assert not done.stderr


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """summary.json and the parquet files are the same, byte by byte."""
    for name in ("one", "two"):
        assert sim("run", str(SHORT), "-n", "5", "-q", "--out", name, cwd=tmp_path).returncode == 0
    for name in ("summary.json", "replications.parquet", "daily.parquet", "events.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_json_is_one_document_on_stdout(tmp_path: Path) -> None:
    """With --json stdout is summary.json and nothing else."""
    done = sim("run", str(SHORT), "-n", "4", "--json", "--no-twin", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary == json.loads((tmp_path / "results" / "six_node" / "summary.json").read_text())
    assert summary["buyers"]["jp.ev"]["attributable_shortage_days"]["mean"] is None
    assert "runs short" in done.stderr


def test_a_finished_folder_is_replaced_and_no_other(tmp_path: Path) -> None:
    """Somebody else's folder is refused before anything is run, and left as it was."""
    foreign = tmp_path / "mine"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("years of work")
    refused = sim("run", str(SHORT), "-n", "2", "--out", "mine", cwd=tmp_path)
    first = sim("run", str(SHORT), "-n", "2", "-q", "--out", "ours", cwd=tmp_path)
    again = sim("run", str(SHORT), "-n", "3", "-q", "--out", "ours", cwd=tmp_path)

    assert (refused.returncode, first.returncode, again.returncode) == (2, 0, 0)
    assert (foreign / "thesis.txt").read_text() == "years of work"
    assert json.loads((tmp_path / "ours" / "summary.json").read_text())["replications"] == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "nosuch"), "nosuch"),
        (("run", "export_bam"), "export_ban"),
        (("run", "missing.yaml"), "missing.yaml"),
        (("run", str(SHORT), "-n", "0"), "-n"),
        (("run", str(SHORT), "--seed", "-1"), "--seed"),
        (("run", str(SHORT), "--workers", "0"), "--workers"),
        (("run", str(SHORT), "--policy", "nosuch"), "nosuch"),
        (("trace", str(SHORT), "--replication", "-4"), "--replication"),
        (("fly",), "fly"),
        (("run",), "SCENARIO"),
    ],
)
def test_wrong_input_is_one_message_and_exit_2(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    """Whatever is wrong is named on stderr, without a traceback, and nothing is written."""
    done = sim(*words, cwd=tmp_path)

    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout
    assert not list(tmp_path.iterdir())


def test_a_trace_tells_what_happened(tmp_path: Path) -> None:
    """The story of a future names the control and who ran short, with dates."""
    done = sim("trace", str(SIX_NODE), "--replication", "3", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "1 May 2026, day 120" in done.stdout
    assert "Japan" in done.stdout


def test_check_says_the_model_and_what_holds(tmp_path: Path) -> None:
    """`sim check` puts the scenario in words, and its invariants hold."""
    done = sim("check", "export_ban", "--policy", "joint_pooled", cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\nholds ") == 11
    assert "china_ban" in done.stdout


def test_list_and_schema_say_what_there_is(tmp_path: Path) -> None:
    """Shipped names are listed, and the schema is JSON with descriptions."""
    assert "export_ban" in sim("list", cwd=tmp_path).stdout
    schema = json.loads(sim("schema", cwd=tmp_path).stdout)
    assert schema["properties"]["horizon_d"]["description"]
    assert schema["required"] == ["schema_version"]
    assert "extends" in schema["properties"]
    assert "policy_facilities" not in schema["properties"]
