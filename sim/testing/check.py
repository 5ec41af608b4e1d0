"""What `sim check` runs: the invariants of sim.testing on a user's scenario, over its first days and a few futures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.spec.scenario import Scenario
from sim.testing.invariants import (
    FUTURES,
    Claim,
    is_alone_as_in_company,
    keeps_its_books,
    shortened,
    stands_still,
    undisturbed,
)

__all__ = ["Claim", "check_model", "keeps_its_books", "shortened", "stands_still", "undisturbed"]

DAYS = 400
STANDING_DAYS = 120


def check_model(scenario: Scenario) -> Iterator[Claim]:
    """Run the invariants on a scenario over its first days and a few futures."""
    short = shortened(scenario, DAYS)
    yield stands_still(shortened(scenario, STANDING_DAYS))
    yield from keeps_its_books(short, np.arange(FUTURES))
    yield is_alone_as_in_company(short, np.arange(FUTURES))
