"""One budget for a whole policy: no more is spent, what does not fit is not bought, and enough is no limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.corners import with_pile
from oracle.small_chains import happens

from sim.running.experiment import run_block
from sim.spec.network import Stockpile
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario
from sim.testing.check import keeps_its_books
from sim.testing.quantities import q
from sim.testing.strategies import scenarios


def on_budget(scenario: Scenario, budget_usd: float | None) -> Scenario:
    """Return a scenario all of whose piles are the policy's."""
    piles = tuple(i for i, one in scenario.facilities.items() if isinstance(one, Stockpile))
    budget = None if budget_usd is None else Quantity.model_validate(q(budget_usd, "usd"))
    return scenario.model_copy(update={"policy_facilities": piles, "budget": budget})


def run(scenario: Scenario, budget_usd: float | None) -> dict[str, Any]:
    """Run two futures on a budget."""
    return run_block(on_budget(scenario, budget_usd), 3, np.arange(2), twin=False).columns


@given(scenario=scenarios(max_horizon=90), budget_usd=st.sampled_from([0, 1e5, 4e6]))
@settings(max_examples=12, deadline=None)
def test_no_more_is_spent_than_there_is(scenario: Scenario, budget_usd: float) -> None:
    """What piles buy, projects give and floors pay stays within the budget, however small it is."""
    claims = keeps_its_books(on_budget(scenario, budget_usd), np.arange(2))

    assert all(claim.holds for claim in claims), claims


@given(scenario=scenarios(max_horizon=90))
@settings(max_examples=6, deadline=None)
def test_a_budget_that_is_never_spent_changes_no_number(scenario: Scenario) -> None:
    """With more money than anybody asks for, every number is what it is without a budget, to the last bit."""
    with_it, without = run(scenario, 1e12), run(scenario, None)

    assert all(np.array_equal(without[name], with_it[name], equal_nan=True) for name in without)


def chain(**more: Any) -> Scenario:
    """Return a pile of 60 t at 60 USD a kg, USD 3.6 m, that fills up to 90 t, and a plant that opens on day 40."""
    refill = {"rate": q(2, "t/d"), "price_ceiling": q(9, "multiple")}
    stocks = {"stocks": {"ndpr_oxide": {"opening": q(60, "t"), "target": q(90, "t")}}}
    made = with_pile(refilled=True, home="jp", terms=stocks | {"refill": refill, "trigger": q(0, "d")})
    whole = made.model_dump(by_alias=True, mode="json") | more
    late = whole["facilities"]["plant"] | {"opens": q(40, "d")}
    whole["facilities"]["late"] = late
    whole["lanes"]["late"] = whole["lanes"]["oxide"] | {"from": "late", "share": None, "standby": q(1, "multiple")}
    whole["lanes"]["late-ore"] = whole["lanes"]["ore"] | {"to": "late"}
    return Scenario.model_validate(whole)


@pytest.mark.parametrize(("budget_usd", "opens_with_t", "buys_t"), [(1.8e6, 30, 0), (4.8e6, 60, 20), (9e6, 60, 30)])
def test_opening_stock_is_paid_before_fills(budget_usd: float, opens_with_t: float, buys_t: float) -> None:
    """Of USD 4.8 m, 3.6 pay for what is there and the rest for 20 t more; of USD 1.8 m for half of it, and no more."""
    found = run(chain(), budget_usd)["all/policy_purchases_usd"]

    assert found == pytest.approx((opens_with_t + buys_t) * 60_000, rel=0.02)


@pytest.mark.parametrize(("decided", "given"), [(0, 1e6), (9, 0)])
def test_what_is_decided_first_is_paid_first(decided: int, given: float) -> None:
    """A grant decided on day 0 comes before the pile, a later one after it, and what does not fit is not given."""
    support = {"odds": q(1, "multiple"), "grant": q(1e6, "usd")}
    project = {"decision_day": q(decided, "d"), "budget": q(1e6, "usd"), "plants": {"late": support}}
    found = run(chain(projects={"help": project}), 4e6)

    assert (found["all/policy_transfers_usd"] == given).all()
    assert found["all/policy_purchases_usd"] == pytest.approx(3e6 if given else 4e6, rel=0.02)


def test_a_grant_that_is_promised_is_not_spent_on_fills() -> None:
    """What a later project is to give is set aside: of USD 5.6 m fills get what is left after pile and grant."""
    support = {"odds": q(1, "multiple"), "grant": q(1e6, "usd")}
    project = {"decision_day": q(30, "d"), "budget": q(1e6, "usd"), "plants": {"late": support}}
    found = run(chain(projects={"help": project}), 5.6e6)

    assert (found["all/policy_transfers_usd"] == 1e6).all()
    assert found["all/policy_purchases_usd"] == pytest.approx(4.6e6, rel=0.02)


def test_a_floor_ends_when_all_money_is_spent() -> None:
    """Under dumping a floor pays what is left after the pile, to the last dollar."""
    dumped = {
        "dumping": happens("dumping", 5, 140, **{"market": "china", "elements": ["ndpr"], "discount": q(2, "log")})
    }
    floor = {"producers": ["plant"], "least": {"ndpr": q(55, "usd/kg")}, "decision_day": q(0, "d")}
    stocks = {"stocks": {"ndpr_oxide": {"opening": q(60, "t")}}, "trigger": q(0, "d")}
    held = with_pile(home="jp", terms=stocks).model_dump(by_alias=True, mode="json")
    scenario = Scenario.model_validate(held | {"disruptions": dumped, "floors": {"floor": floor}})

    assert run(scenario, 4e6)["all/policy_transfers_usd"] == pytest.approx(0.4e6, rel=1e-6)
