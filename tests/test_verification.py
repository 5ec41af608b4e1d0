"""Closed forms against the simulator: the cases of verification/, the quick ones here and all by `make verify`."""

from __future__ import annotations

import re

import numpy as np
import pytest

from verification.__main__ import main
from verification.case import FOLDER, HEADINGS, Case, Reference
from verification.catalogue import CASES
from verification.failing import YEAR_D, pile_chain
from verification.licensing import long_run, renewed

PARTS = [pytest.param(case, id=case.name, marks=[pytest.mark.slow] if case.slow else []) for case in CASES]


@pytest.mark.parametrize("case", PARTS)
def test_what_theory_says_lies_where_the_simulator_says(case: Case) -> None:
    """To 1e-9 where nothing is left to chance, else inside the 99.9 % interval of the mean."""
    off = [finding for finding in case.findings() if not finding.holds]

    assert not off


def test_every_file_is_a_case_and_has_a_heading() -> None:
    """No scenario lies about unused, and each says its formula, its source, what is expected and what is asserted."""
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {case.name for case in CASES} | {"chain"}
    assert all(tuple(case.heading()) == HEADINGS for case in CASES)


@pytest.mark.parametrize("case", PARTS)
def test_a_heading_says_what_is_expected(case: Case) -> None:
    """A number that it gives as expected is one that the closed form gives, to a thousandth."""
    said = np.array([float(number) for number in re.findall(r"\d+(?:\.\d+)?", case.heading()["expected"])])
    values = [value.value if isinstance(value, Reference) else value for value in case.expected().values()]
    wanted = np.concatenate([np.ravel(value) for value in values])

    assert np.isclose(said[:, np.newaxis], wanted[wanted > 0], rtol=1e-3, atol=0).any()


def test_the_documentation_has_the_table() -> None:
    """Every case stands in docs/verification.md, and none is off there."""
    text = (FOLDER.parents[1] / "docs" / "verification.md").read_text("utf-8")

    assert {case.name for case in CASES} <= set(re.findall(r"^\| (\w+) \|", text, re.MULTILINE))
    assert "**off**" not in text


def test_a_wrong_expectation_is_found_out() -> None:
    """The verdict can fail: a day more is outside, with chance and without."""
    exact, chancy = (next(case for case in CASES if case.name == name) for name in ("rationing", "licences_once"))

    assert not exact._judge_exactly("", np.array([2.0, 2.0]), 2.00001).holds
    assert not chancy._judge_mean("", np.array([0.4, 0.6] * 50), 0.6).holds
    assert chancy._judge_mean("", np.array([0.4, 0.6] * 50), Reference(0.6, 0.1)).holds


def test_the_chain_of_the_pile_gives_the_known_answer() -> None:
    """In the long run 8.23295 short days a year, and 26.8634 t at the end of a day."""
    short, stock = pile_chain(5000)

    assert short[-1] * YEAR_D == pytest.approx(8.23295, abs=5e-6)
    assert stock[-1] == pytest.approx(26.8634, abs=5e-5)


def test_licences_renewed_tend_to_their_long_run() -> None:
    """Over the second half of a century the renewal equation gives what renewal and reward give."""
    assert renewed(36_500)[18_250:].mean() == pytest.approx(long_run(), rel=2e-5)


def test_the_table_is_printed_and_says_how_many_are_off(capsys: pytest.CaptureFixture[str]) -> None:
    """One case by name, a row for each of its quantities, and no quantity off."""
    assert main(["rationing"]) == 0

    printed = capsys.readouterr().out
    assert printed.count("| rationing |") == 3
    assert printed.endswith("1 cases, 0 quantities off.\n")
