"""The tutorial as a walk: its files are written, its commands run, and what they print is held against the page.

    python tests/tutorial.py     write what is printed into the page anew

A block of `yaml` begins with the file's name as a comment. A block of `console` has one command after `$`, and below it
what it prints; a line `...` stands for any lines, and so is kept when the page is written anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(yaml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANY = "..."


@dataclass(frozen=True)
class Step:
    """A command of the page."""

    command: str
    shown: str
    """What the page says it prints."""
    printed: str
    """What it prints."""

    @property
    def pattern(self) -> str:
        """What is shown, as a regular expression."""
        lines = (r"(?:.*\n)*?" if line == ANY else re.escape(line) + r" *\n" for line in self.shown.splitlines())
        return "".join(lines) + r"\s*"

    @property
    def agrees(self) -> bool:
        """Whether the page shows what is printed."""
        return re.fullmatch(self.pattern, self.printed) is not None


def walk(page: str, folder: Path) -> Iterator[Step]:
    """Do what the page says, in a folder."""
    for kind, text in BLOCK.findall(page):
        first, _, rest = text.partition("\n")
        if kind == "yaml":
            (folder / first.removeprefix("# ")).write_text(rest, "utf-8")
        else:
            command = first.removeprefix("$ ")
            yield Step(command, rest, _printed(command, folder))


def _printed(command: str, folder: Path) -> str:
    name, *options = shlex.split(command)
    assert name == "sim", f"the tutorial runs sim, not {name}"
    environment = os.environ | {"COLUMNS": "80", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "sim", *options], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return re.sub(r" +$", "", done.stdout, flags=re.MULTILINE).lstrip("\n")


def shown_anew(step: Step) -> str:
    """Return what is printed, cut where the page cuts it: from the first shown line to an end like the last's."""
    lines, shown = step.printed.rstrip().splitlines(), step.shown.splitlines()
    if ANY not in shown:
        return "\n".join(lines) + "\n"
    head, tail = shown.index(ANY), len(shown) - 1 - shown[::-1].index(ANY)
    return "\n".join([*lines[:head], ANY, *(lines[len(lines) - (len(shown) - tail - 1) :])]) + "\n"


def refresh() -> None:
    """Write what is printed into the page."""
    page = PAGE.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for step in walk(page, Path(folder)):
            old, new = f"$ {step.command}\n{step.shown}```", f"$ {step.command}\n{shown_anew(step)}```"
            page = page.replace(old, new, 1)
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    refresh()
