"""Numbers move only on purpose: `python tests/cases.py` writes them anew, and the changelog says why."""

from __future__ import annotations

import json
import math

import pytest
from cases import CASES, GOLDEN, Case

RELATIVE = 1e-12
ROUNDING = {"all/balance_error"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_numbers_are_what_they_were(case: Case) -> None:
    """Every column of every golden case agrees with the kept one to 1e-12."""
    kept, now = json.loads(case.path.read_text()), case.run()

    assert kept.keys() == now.keys()
    for name in kept.keys() - ROUNDING:
        scale = max((abs(x) for x in kept[name] if x is not None), default=0.0)
        for was, is_ in zip(kept[name], now[name], strict=True):
            same = was == is_ or (
                was is not None
                and is_ is not None
                and math.isclose(was, is_, rel_tol=RELATIVE, abs_tol=RELATIVE * scale)
            )
            assert same, f"{name}: was {was}, is {is_}"


def test_no_golden_file_lies_about() -> None:
    """Every kept file belongs to a case."""
    assert {path.name for path in GOLDEN.glob("*.json")} == {case.path.name for case in CASES}
