"""YAML without its traps: what words mean, and what is refused before it can do harm."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.spec.scalars import resolve
from sim.spec.yaml_strict import MAX_BYTES, read_yaml


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"---\n", "empty-file"),
        (b"name: \xff\xfe", "not-text"),
        ("name: x".encode("utf-16"), "not-text"),
        (b"name: a\0b", "not-text"),
        (b"[" * 200_000, "depth"),
        (b"{a: " * 200_000, "depth"),
        (b"- " * 200_000, "depth"),
        (b"? " * 200_000, "yaml"),
        (b"a: [" + b"1," * 250_000 + b"]", "too-many"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "anchor"),
        (b"#" * (MAX_BYTES + 1), "too-large"),
    ],
)
def test_what_is_no_scenario_file_is_refused_at_once(tmp_path: Path, content: bytes, code: str) -> None:
    """Bombs and binaries cost neither time nor the process."""
    path = tmp_path / "bomb.yaml"
    path.write_bytes(content)
    began = time.perf_counter()

    with pytest.raises(ScenarioError) as caught:
        read_yaml(path, "bomb.yaml")

    assert [problem.code for problem in caught.value.problems] == [code]
    assert time.perf_counter() - began < 20  # on a busy machine; a bomb takes for ever


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("True", "True"),
        ("true", True),
        ("null", None),
        ("012", "012"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("12:30:45", "12:30:45"),
        ("2026-01-01", "2026-01-01"),
        ("1e6", 1e6),
        ("-3", -3),
        (".5", 0.5),
        ("7.", 7.0),
        ("9" * 30, 1e30),
    ],
)
def test_a_plain_word_means_what_yaml_1_2_says(word: str, meaning: object) -> None:
    """The answers of YAML 1.1 that surprise people are texts here."""
    assert resolve(word) == meaning
    assert type(resolve(word)) is type(meaning)
