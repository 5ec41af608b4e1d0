"""A price floor keeps plants running that would stand still, pays no more than its budget, and moves nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from oracle.small_chains import happens, one_product

from sim.running.experiment import run_block
from sim.spec.policies import PriceFloor
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario
from sim.testing.quantities import q
from sim.testing.strategies import scenarios

DUMPED = happens("dumping", 10, 200, **{"market": "china", "elements": ["ndpr"], "discount": q(4.5, "log")})


def chain(**floor: Any) -> Scenario:
    """Return a chain whose plant needs 50 USD per kg of NdPr, and gets less while its market is flooded."""
    terms = {"producers": ["plant"], "least": {"ndpr": q(55, "usd/kg")}, "decision_day": q(0, "d")}
    made = one_product(disruptions={"dumping": DUMPED}, horizon=210, floors={"floor": terms | floor} if floor else {})
    cost = {"operating_cost": Quantity.model_validate(q(0.18 * 50, "usd/kg"))}
    plant = made.facilities["plant"].model_copy(update=cost)
    return made.model_copy(update={"facilities": made.facilities | {"plant": plant}})


def run(scenario: Scenario) -> dict[str, Any]:
    """Run two futures."""
    return run_block(scenario, 1, np.arange(2), twin=False).columns


def test_a_floor_keeps_a_plant_running() -> None:
    """Without it the plant stands still and the buyer runs short; with it nobody is."""
    alone, helped = run(chain()), run(chain(stream="floor"))

    assert (alone["jp.use/shortage_days"] > 0).all()
    assert (helped["jp.use/shortage_days"] == 0).all()
    assert (alone["all/policy_transfers_usd"] == 0).all()


def test_what_is_paid_is_the_difference_to_the_price_on_what_is_made() -> None:
    """Where the market pays next to nothing in time, less than 55 USD a kg on 1.8 t a day, more than half."""
    paid = run(chain(stream="floor"))["all/policy_transfers_usd"]

    assert (paid < 55 * 1800 * 200).all()
    assert (paid > 0.5 * 55 * 1800 * 200).all()


@pytest.mark.parametrize("budget_usd", [0, 1_000_000])
def test_a_floor_ends_with_its_budget(budget_usd: float) -> None:
    """It pays what it has, and no more; then the plant stands still."""
    columns = run(chain(budget=q(budget_usd, "usd")))

    assert (columns["all/policy_transfers_usd"] == budget_usd).all()
    assert (columns["jp.use/shortage_days"] > 0).all()


@given(scenario=scenarios())
@settings(max_examples=25, deadline=None)
def test_a_floor_below_every_price_changes_no_number(scenario: Scenario) -> None:
    """It pays nothing, and nothing is different to the last bit."""
    plants = [i for i, facility in scenario.facilities.items() if facility.kind == "separation"]
    idle = PriceFloor.model_validate(
        {"producers": plants, "least": {"ndpr": q(0, "usd/kg")}, "decision_day": q(0, "d")}
    )
    with_it, alone = (
        run_block(scenario.model_copy(update={"floors": floors}), 1, np.arange(3), twin=False).columns
        for floors in ({"idle": idle}, {})
    )

    assert all(np.array_equal(alone[name], with_it[name], equal_nan=True) for name in alone)
