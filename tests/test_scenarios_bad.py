"""One mistake per file in tests/scenarios_bad: each gives one problem, in these words, at this line.

The head of a file says what is wrong with it, the code that is expected (`# expect:`) and words of the message
(`# says:`). `# here` stands on the line that the message must name. A file with `# as:` is laid over the
six-node scenario as a policy. All of them find `six_node.yaml` beside them.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.spec.finding import nearest
from sim.spec.reading import read_scenario

HERE = Path(__file__).parent
BAD = sorted((HERE / "scenarios_bad").glob("*.yaml"))


def header(text: str, key: str) -> list[str]:
    """Return what the head of a bad file says under a key."""
    return re.findall(rf"^# {key}: (.*)$", text, flags=re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the six-node scenario and its sources, in which we stand."""
    for name in ("six_node.yaml", "sources.yaml"):
        shutil.copy(HERE / "scenarios" / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_mistake_is_named_where_it_stands(file: Path, folder: Path) -> None:
    """Every problem has its code, its words and its line, and one mistake makes one problem."""
    text = file.read_text()
    shutil.copy(file, folder)
    as_policy = header(text, "as")
    arguments = ("./six_node.yaml", file.name) if as_policy else (file.name,)

    with pytest.raises(ScenarioError) as caught:
        read_scenario(*arguments)

    problems = caught.value.problems
    assert [problem.code for problem in problems] == header(text, "expect"), str(caught.value)
    for words in header(text, "says"):
        assert words in str(caught.value)
    places = [number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# here")]
    if places:
        assert [(problem.file, problem.line) for problem in problems[:1]] == [(file.name, places[0])]


def test_every_bad_file_says_what_is_wrong_with_it() -> None:
    """A bad file without an expectation would prove nothing."""
    assert len(BAD) > 100
    assert all(header(file.read_text(), "expect") and header(file.read_text(), "says") for file in BAD)


def test_of_many_names_those_are_told_that_begin_alike() -> None:
    """Who writes dysprosium is told of dy_oxide and dy_metal, not of the first mine in the file."""
    names = ("bayan_obo_concentrate", *map("grade_{}".format, range(12)), "dy_oxide", "dy_metal")

    assert nearest("dysprosium", names) == "one of 15 names, such as dy_oxide, dy_metal"
    assert nearest("xenotime", names).startswith("one of 15 names, such as bayan_obo_concentrate, grade_0")
