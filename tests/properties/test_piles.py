"""What must be true of any stockpile: more and pooled stock help, and every tonne and dollar is accounted for."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.corners import with_pile
from oracle.small_chains import ban

from sim.results.metrics import COST_PARTS
from sim.running.experiment import run_block
from sim.spec.network import Stockpile
from sim.spec.scenario import Scenario
from sim.testing.diary import keep_diary
from sim.testing.quantities import q
from sim.testing.strategies import scenarios

FIXED_PRICES = {"scarcity_slope": q(0, "elasticity"), "unmet_slope": q(0, "log")}


def columns(scenario: Scenario) -> dict[str, float]:
    """Return what a chain without luck comes to."""
    found = run_block(scenario, 1, np.arange(1), twin=False).columns
    return {name: float(column[0]) for name, column in found.items()}


@given(
    stocks=st.tuples(st.integers(0, 120), st.integers(1, 120)),
    trigger=st.integers(5, 60),
    first=st.integers(0, 60),
    duration=st.integers(5, 120),
    leak=st.sampled_from([0, 0.2]),
)
@settings(max_examples=40, deadline=None)
def test_more_stock_never_means_more_shortage(
    stocks: tuple[int, int], trigger: int, first: int, duration: int, leak: float
) -> None:
    """On a single chain with fixed demand and a pile that fills gaps, more opening stock adds no shortage day."""
    days = [
        columns(
            with_pile(
                home="jp",
                terms={"stocks": {"ndpr_oxide": {"opening": q(tonnes, "t")}}, "trigger": q(trigger, "d")},
                ban=ban(first, duration, leak=q(leak, "share")),
            )
        )["jp.use/shortage_days"]
        for tonnes in (stocks[0], stocks[0] + stocks[1])
    ]

    assert days[1] <= days[0]


def two_countries(stocks: tuple[int, int], use: tuple[float, float], trigger: int, *, pooled: bool) -> Scenario:
    """Return two buyers cut off for good at fixed prices, each with a pile or both with one of as many tonnes."""
    held = {"stocks": {"ndpr_oxide": {"opening": q(sum(stocks) if pooled else stocks[0], "t")}}}
    terms = held | {"trigger": q(trigger, "d"), "release_over": None}
    chain = with_pile(home="jp", terms=terms, ban=ban(0, 1000)).model_dump(by_alias=True, mode="json")
    chain["prices"] |= FIXED_PRICES
    chain["buyers"]["jp.rest"] = chain["buyers"]["jp.use"] | {"end_use": "rest"}
    for buyer, tpd in zip(("jp.use", "jp.rest"), use, strict=True):
        chain["buyers"][buyer] = chain["buyers"][buyer] | {"demand": q(tpd, "t/d")}
    chain["lanes"]["oxide-rest"] = chain["lanes"]["oxide"] | {"to": "jp.rest"}
    other = "pile" if pooled else "pile-rest"
    if not pooled:
        opening = {"stocks": {"ndpr_oxide": {"opening": q(stocks[1], "t")}}}
        chain["facilities"][other] = chain["facilities"]["pile"] | opening
    chain["lanes"]["more"] = chain["lanes"]["release"] | {"from": other, "to": "jp.rest"}
    return Scenario.model_validate(chain)


@given(
    stocks=st.tuples(st.integers(0, 200), st.integers(0, 200)),
    use=st.tuples(st.sampled_from([0.5, 1.8, 3.0]), st.sampled_from([0.5, 1.8, 3.0])),
    trigger=st.integers(6, 40),
)
@settings(max_examples=40, deadline=None)
def test_pooled_stock_leaves_no_more_unmet(stocks: tuple[int, int], use: tuple[float, float], trigger: int) -> None:
    """The same tonnes apart leave as many tonnes unmet or more: what one cannot use, the other lacks.

    One material, fixed prices, no limit on the rate, no feedback on orders (nothing to order is left from day 0 on).
    """
    unmet = [
        sum(v for name, v in columns(two_countries(stocks, use, trigger, pooled=p)).items() if name in UNMET)
        for p in (False, True)
    ]

    assert unmet[1] <= unmet[0] + 1e-9


UNMET = ("jp.use/unmet_t", "jp.rest/unmet_t")


@given(scenario=scenarios(), replication=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_every_tonne_and_dollar_of_a_pile_is_accounted_for(scenario: Scenario, replication: int) -> None:
    """What a pile held, got and let go is what it has; what that fetched and cost adds up to the policy's cost."""
    piles = {i: at_full_value(pile) for i, pile in scenario.facilities.items() if isinstance(pile, Stockpile)}
    added = {"policy_facilities": tuple(piles), "facilities": scenario.facilities | piles}
    scenario = scenario.model_copy(update=added)
    series, block = keep_diary(scenario, 3, [replication], twin=False)
    fetched = 0.0
    for i, pile in piles.items():
        for material in pile.stocks:
            into = [k for k, lane in scenario.lanes.items() if lane.to == i and lane.material == material]
            out = [k for k, lane in scenario.lanes.items() if lane.from_ == i and lane.material == material]
            stock = series[f"stock/{i}/{material}"][:, 0]
            got = sum(
                (series[f"shipped/{k}"] - np.diff(series[f"under_way/{k}"], axis=0, prepend=0) for k in into), NONE
            )
            gone = sum((series[f"shipped/{k}"] for k in out), NONE)
            change = (got - gone)[1:, 0] if into or out else np.zeros(len(stock) - 1)
            np.testing.assert_allclose(np.diff(stock), change, atol=1e-9)
            fetched += float((gone * value_of(scenario, pile.region, material, series) * 1000).sum())

    parts = {part.name: float(block.columns[f"all/{part.name}"][0]) for part in COST_PARTS}
    *spent, releases, closing = parts.values()
    cost = float(block.columns["all/policy_cost_usd"][0])
    np.testing.assert_allclose(releases, fetched, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(cost, sum(spent) - releases - closing, rtol=1e-9, atol=1e-3)


NONE = np.zeros((1, 1))


def at_full_value(pile: Stockpile) -> Stockpile:
    """Return a pile whose old stock, where it sells any, has lost none of its value."""
    if pile.rotation is None:
        return pile
    return pile.model_copy(update={"rotation": pile.rotation.model_copy(update={"discount": None})})


def value_of(scenario: Scenario, region: str, material: str, series: dict[str, Any]) -> Any:
    """Return what a kilogram of a material is worth in a region, day by day."""
    market = next(i for i, one in scenario.markets.items() if region in one.regions)
    product = scenario.prices.products.get(material)
    conversion = product.conversion.typical if product else 0.0
    content = scenario.materials[material].content
    priced = [e for e in content if e in scenario.prices.elements]
    return conversion + sum(content[e].typical * series[f"price/{e}/{market}"] for e in priced)


def test_a_pile_that_is_never_called_changes_nothing() -> None:
    """A stock that waits for a day past the horizon, whoever owns it, moves no number but its own cost."""
    quiet = with_pile(home="jp", terms={"stocks": {"ndpr_oxide": {"opening": q(0, "t")}}}, ban=ban(20, 60))
    terms = {
        "shares": {"jp": q(1, "share")}, "when": {"start": q(999, "d")}, "rate": q(3, "t/d"), "first": ["jp.use"],
        "handling": q(5, "d"), "storage": q(300, "usd/t/year"), "capital": q(0.05, "share/year"),
    }  # fmt: skip
    waiting = with_pile(home="jp", terms=terms, ban=ban(20, 60))

    with_it, without = (columns(scenario) | {"all/balance_error": 0.0} for scenario in (waiting, quiet))

    np.testing.assert_equal(with_it, without)
