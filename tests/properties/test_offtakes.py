"""An offtake gives those who take a plant's output the first right to it, from its day on, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from oracle.small_chains import buyer, happens, lane, one_product

from sim.running.experiment import run_block
from sim.spec.policies import PriceFloor
from sim.spec.scenario import Scenario
from sim.testing.diary import keep_diary
from sim.testing.quantities import q
from sim.testing.strategies import scenarios


def chain(**offtake: Any) -> Scenario:
    """Return a plant whose output falls to 2 t a day, and two buyers of 1.8 t a day each, served alike."""
    floor = {"producers": ["plant"], "least": {"ndpr": q(0, "usd/kg")}, "decision_day": q(40, "d")}
    return one_product(
        buyers={"jp.rest": buyer("ndpr_oxide", 1.8, 30) | {"end_use": "rest"}},
        lanes={"rest": lane("plant", "jp.rest", "ndpr_oxide", 10)},
        disruptions={"outage": happens("outage", 5, 145, facilities=["plant"], remaining=q(2 / 9, "share"))},
        floors={"floor": floor | ({"offtake": {"takers": ["jp.use"]} | offtake} if offtake else {})},
    )


def shipped(scenario: Scenario) -> tuple[float, float]:
    """Return what goes to the taker and to the rest a day when the plant has long been short."""
    series, _ = keep_diary(scenario, 1, [0], twin=False)
    return tuple(float(series[f"shipped/{i}"][70:140, 0].mean()) for i in ("oxide", "rest"))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("offtake", "claim_tpd"),
    [
        ({"share": q(1, "share")}, 1.8),
        ({"share": q(0.75, "share")}, 1.5),
        ({"rate": {"ndpr_oxide": q(1.3, "t/d")}}, 1.3),
    ],
)
def test_who_takes_the_output_is_served_first(offtake: dict[str, Any], claim_tpd: float) -> None:
    """Of 2 t a day two alike get 1 each; who may claim more gets at least that, and the other no more than is left."""
    alike, (taker, rest) = shipped(chain()), shipped(chain(**offtake))

    assert alike == pytest.approx((1, 1), rel=0.02)
    assert taker + rest == pytest.approx(2, rel=0.02)
    assert taker >= 0.99 * claim_tpd


def test_nobody_claims_before_the_agreement() -> None:
    """Until its day both are served alike."""
    series, _ = keep_diary(chain(share=q(1, "share")), 1, [0], twin=False)
    taker, rest = (series[f"shipped/{i}"][:, 0] for i in ("oxide", "rest"))

    np.testing.assert_allclose(taker[:40], rest[:40])
    assert (taker[40:60] > rest[40:60]).any()


@given(scenario=scenarios(max_horizon=90))
@settings(max_examples=8, deadline=None)
def test_an_agreement_past_the_horizon_changes_no_number(scenario: Scenario) -> None:
    """To the last bit."""
    plant = next(i for i, one in scenario.facilities.items() if one.kind == "separation")
    takers = list(dict.fromkeys(one.to for one in scenario.lanes.values() if one.from_ == plant and not one.response))
    terms = {"producers": [plant], "least": {"ndpr": q(0, "usd/kg")}, "decision_day": q(999, "d")}
    later = PriceFloor.model_validate(terms | {"offtake": {"takers": takers or ["x"], "share": q(1, "share")}})
    with_it, without = (
        run_block(scenario.model_copy(update={"floors": floors}), 1, np.arange(3), twin=False).columns
        for floors in ({"later": later}, {})
    )

    assert all(np.array_equal(without[name], with_it[name], equal_nan=True) for name in without)
