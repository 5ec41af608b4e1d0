"""What is lost, and what it is worth: want for what cannot be had, and use that is given up because it is dear."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from sim.entities.forgone import forgone
from sim.running.experiment import run_block
from sim.spec.scenario import Scenario
from sim.testing.strategies import scenarios

elasticities = st.one_of(st.sampled_from([0.0, 0.5, 1.0, 1 - 1e-9, 1 + 1e-5]), st.floats(0, 4))
prices = st.floats(1, 30)
thresholds = st.floats(1, 2)


def demand(multiple: float, felt: list[float], elasticity: list[float], threshold: float) -> float:
    """Use at a multiple of the opening price, each price as far as it is felt, of a full use of 1."""
    at = [max(min(multiple, one), threshold) / threshold for one in felt]
    return float(np.prod([x**-e for x, e in zip(at, elasticity, strict=True)]))


def lost(felt: list[float], elasticity: list[float], threshold: float) -> float:
    """What one buyer loses by what it gives up of a tonne."""
    logs = tuple(np.log(np.maximum([[one]], threshold) / threshold) for one in felt)
    wanted = np.array([[demand(max(felt), felt, elasticity, threshold)]])
    given_up = forgone(
        np.ones((1, 1)), wanted, logs, tuple(np.array([[e]]) for e in elasticity), np.array([threshold])
    )  # fmt: skip
    return float(given_up[0, 0])


@given(felt=st.tuples(prices, prices), elasticity=st.tuples(elasticities, elasticities), threshold=thresholds)
@settings(max_examples=80, deadline=None)
def test_use_given_up_is_worth_the_area_under_the_demand_curve(
    felt: tuple[float, float], elasticity: tuple[float, float], threshold: float
) -> None:
    """From the opening price to the higher price felt, whatever the elasticities, one of exactly 1 among them."""
    top, bends = max(felt), sorted({threshold, *felt})
    wanted = demand(top, [*felt], [*elasticity], threshold)
    points = [price for price in bends if 1 < price < top]
    area = quad(lambda s: demand(s, [*felt], [*elasticity], threshold) - wanted, 1, top, points=points or None)[0]

    assert lost([*felt], [*elasticity], threshold) == pytest.approx(area, rel=1e-6, abs=1e-9)


@given(felt=st.tuples(prices, prices), elasticity=st.tuples(elasticities, elasticities), threshold=thresholds)
@settings(max_examples=80, deadline=None)
def test_a_tonne_given_up_is_worth_no_more_than_the_price_has_risen(
    felt: tuple[float, float], elasticity: tuple[float, float], threshold: float
) -> None:
    """Nor less than the threshold asks: below it nobody gave anything up."""
    given_up = 1 - demand(max(felt), [*felt], [*elasticity], threshold)
    loss = lost([*felt], [*elasticity], threshold)

    assert -1e-9 <= loss <= (max(felt) - 1) * given_up + 1e-9 * max(felt)
    assert loss >= (threshold - 1) * given_up - 1e-9 * max(felt)


@given(felt=prices, elasticity=st.tuples(elasticities, elasticities), threshold=thresholds)
@settings(max_examples=80, deadline=None)
def test_the_dearer_for_long_the_more_is_lost(felt: float, elasticity: tuple[float, float], threshold: float) -> None:
    """Where the price has stood for so long that it is felt in full, a price half as high again is no lesser loss."""
    dear, dearer = (lost([price, price], [*elasticity], threshold) for price in (felt, 1.5 * felt))

    assert dearer >= dear - 1e-9 * felt


@given(scenario=scenarios(), seed=st.integers(0, 9))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_output_lost_is_what_went_unmet_and_what_was_priced_out(scenario: Scenario, seed: int) -> None:
    """The two parts add up for every buyer, group and the whole; nobody loses less welfare than by what went unmet."""
    columns = run_block(scenario, seed, np.arange(2), twin=False).columns
    subjects = {name.rpartition("/")[0] for name in columns if name.endswith("/output_lost_usd")}

    assert {"all", *scenario.buyers} <= subjects
    for subject in subjects:
        whole, unmet, dear, welfare = (
            columns[f"{subject}/{name}_usd"]
            for name in ("output_lost", "output_unmet", "output_priced_out", "welfare_lost")
        )
        np.testing.assert_allclose(unmet + dear, whole, rtol=1e-9, atol=1e-6)
        assert (welfare >= unmet * (1 - 1e-12)).all()
        assert (welfare[dear == 0] == unmet[dear == 0]).all()


def test_who_answers_to_no_price_gives_nothing_up() -> None:
    """With a demand that does not bend the loss is nothing, however dear it gets."""
    assert lost([9.0, 20.0], [0.0, 0.0], 1.5) == pytest.approx(0, abs=1e-12)


def test_half_given_up_at_twice_the_price() -> None:
    """With an elasticity of 1 and no threshold it is the area under 1/p from 1 to 2 beyond a half: ln 2 - 1/2."""
    assert lost([2.0, 1.0], [1.0, 0.0], 1.0) == pytest.approx(np.log(2) - 0.5)
