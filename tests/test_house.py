"""What the manual says of the program's own files is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FILE = re.compile(r"`((?:sim|tests|verification|benchmarks|scenarios|docs)/[\w/.]+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_page_names_is_there(page):
    """A newcomer who follows a path finds something at its end."""
    named = {found for found in FILE.findall(page.read_text("utf-8")) if "/reference/" not in found}

    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_every_room_is_on_the_plan():
    """No package of the program is missing where the manual says what each is for."""
    plan = (ROOT / "docs/background/house.md").read_text("utf-8")
    rooms = {f"sim/{path.parent.name}" for path in (ROOT / "sim").glob("*/__init__.py")}

    assert {room for room in rooms if f"`{room}`" not in plan} == set()
