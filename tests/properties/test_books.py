"""The books close, nothing is negative, nothing passes a closed lane: on any scenario."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.spec.scenario import Scenario
from sim.testing.check import keeps_its_books
from sim.testing.strategies import scenarios


@given(scenario=scenarios(), first=st.integers(0, 1000), n=st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_the_invariants_hold_on_any_scenario(scenario: Scenario, first: int, n: int) -> None:
    """Elements balance to 1e-9 of throughput, nothing is negative, only leaks pass, no pile overflows."""
    for claim in keeps_its_books(scenario, np.arange(first, first + n)):
        assert claim.holds, f"{claim.claim}: {claim.found}"
