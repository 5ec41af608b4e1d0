"""The command line as tests call it: in this process, which has imported everything, or in one of its own."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import traceback
from pathlib import Path
from unittest import mock

from sim import cli

SIX_NODE = Path(__file__).parent / "scenarios" / "six_node.yaml"
SHORT = SIX_NODE.parent / "six_node_short.yaml"
TERMINAL = {"COLUMNS": "80", "NO_COLOR": "1"}


def sim(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line as a planner does, in this process; an import takes longer than most answers."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(cwd),
        mock.patch.dict(os.environ, TERMINAL),
        mock.patch.object(sys, "argv", ["sim", *words]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = _exit_code()
    return subprocess.CompletedProcess(["sim", *words], code, out.getvalue(), err.getvalue())


def _exit_code() -> int:
    """Return what the process would have ended with, its last words on stderr."""
    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    except Exception:
        traceback.print_exc()
        return 1


def process(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line as a planner does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "sim", *words],
        cwd=cwd,
        env=os.environ | TERMINAL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
