"""Whatever is read, it becomes a scenario or is refused: rubbish, slips of the pen, and wrong values anywhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.spec.reading import read_scenario
from sim.spec.words import describe
from sim.spec.yaml_strict import parse_yaml

SIX_NODE = Path(__file__).parent / "scenarios" / "six_node.yaml"
TEXT = SIX_NODE.read_text()
VERSION = "schema_version: 1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the sources of the six-node scenario."""
    shutil.copy(SIX_NODE.with_name("sources.yaml"), tmp_path)
    return tmp_path


def read_text(folder: Path, content: bytes) -> None:
    """Read any bytes as a scenario: they are one, or they are refused."""
    path = folder / "any.yaml"
    path.write_bytes(content)
    try:
        read = read_scenario(str(path))
    except ScenarioError as error:
        problems = error.problems
    else:
        json.dumps(read.resolved, allow_nan=False)
        assert describe(read.scenario)
        return
    assert problems
    assert all(problem.code and problem.found for problem in problems)


ANY_FOLDER = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANY_FOLDER
@given(content=st.binary(max_size=200))
def test_any_bytes_are_a_scenario_or_refused(folder: Path, content: bytes) -> None:
    """Nothing but a ScenarioError comes out of rubbish."""
    read_text(folder, content)


@ANY_FOLDER
@given(text=st.text(alphabet="{}[]:,-&*!|>'\"%@#?\n ab01.~\t\\ud8", max_size=80))
@example(text='extends: "\\ud800.yaml"')
@example(text='extends: "\\0.yaml"')
@example(text='extends: ["/", "//", "."]')
@example(text='name: "\\ud800"')
@example(text="%YAML 9.9\n---\n")
def test_any_text_is_a_scenario_or_refused(folder: Path, text: str) -> None:
    """Nothing but a ScenarioError comes out of the signs of YAML in any order."""
    read_text(folder, (VERSION + text).encode("utf-8", "surrogatepass"))


WORDS = [
    "null",
    "5",
    "-1",
    ".inf",
    "[]",
    "{}",
    "x",
    "1e300",
    "jp",
    "cn",
    "true",
    "'",
    "{value: 1, unit: d}",
    "",
    "mine",
]
LINES = TEXT.splitlines()


@ANY_FOLDER
@given(
    line=st.integers(0, len(LINES) - 1),
    other=st.integers(0, len(LINES) - 1),
    word=st.sampled_from(WORDS),
    how=st.sampled_from(["drop", "double", "swap", "value", "indent", "join"]),
)
def test_any_slip_in_a_good_file_is_a_scenario_or_refused(
    folder: Path, line: int, other: int, word: str, how: str
) -> None:
    """Nothing but a ScenarioError comes out of a scenario with a line dropped, doubled, swapped or changed."""
    lines = list(LINES)
    if how == "drop":
        del lines[line]
    elif how == "double":
        lines.insert(other, lines[line])
    elif how == "swap":
        lines[line], lines[other] = lines[other], lines[line]
    elif how == "value":
        lines[line] = f"{lines[line].split(':')[0]}: {word}"
    elif how == "indent":
        lines[line] = f"  {lines[line]}"
    else:
        lines[line] += f" {word}"
    read_text(folder, "\n".join(lines).encode())


def changed(data: object, path: list[int], value: object) -> object:
    """Return the data with the value put in at a place that the numbers lead to."""
    if isinstance(data, dict) and data and path:
        key = list(data)[path[0] % len(data)]
        return {**data, key: changed(data[key], path[1:], value)}
    if isinstance(data, list) and data and path:
        number = path[0] % len(data)
        return [*data[:number], changed(data[number], path[1:], value), *data[number + 1 :]]
    return value


SOME_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "cn", "jp.ev", "mine", "dy", "dy_oxide", "metal.osaka", "reserve.jp", "d", "t", "t/t"]),
    st.sampled_from([[], {}, [[]], {"kind": "mine"}, {"unit": "d"}, {"value": 1, "unit": "t/t", "assumed": "x"}]),
)


@settings(ANY_FOLDER, max_examples=200)
@given(path=st.lists(st.integers(0, 20), min_size=1, max_size=6), value=SOME_VALUES)
def test_any_value_anywhere_is_a_scenario_or_refused(folder: Path, path: list[int], value: object) -> None:
    """Nothing but a ScenarioError comes out of a wrong value, wherever it stands."""
    data = parse_yaml(TEXT, "x").root.plain()

    read_text(folder, json.dumps(changed(data, path, value)).encode())
