"""The tutorial works as it is written."""

from __future__ import annotations

import pytest
from tutorial import PAGE, Step, walk


@pytest.mark.slow
def test_every_command_prints_what_the_page_shows(tmp_path):
    """Who types it in sees the same, to the last figure."""
    steps = list(walk(PAGE.read_text("utf-8"), tmp_path))

    assert len(steps) >= 5
    for step in steps:
        assert step.agrees, f"{step.command}\n{step.printed}\nis not\n{step.shown}"


def test_a_page_that_shows_something_else_is_found():
    """A cut stands for any lines, and for nothing else."""
    printed = "one\ntwo\nthree\n"

    assert Step("sim", "one\n...\nthree\n", printed).agrees
    assert Step("sim", printed, printed).agrees
    assert not Step("sim", "one\n...\ntwo\n", printed).agrees
    assert not Step("sim", "one\nthree\n", printed).agrees
