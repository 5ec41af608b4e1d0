"""Worlds at the edge of what may be asked: the books close, and no number is infinite or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from command_line import SHORT

from sim.spec.checks import check
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing import keeps_its_books
from sim.testing.quantities import Spec, q

THIRTY_YEARS_D = 10_950
SHORT_D = 130


def of_plants(key: str, value: Spec) -> Callable[[Spec], None]:
    """Return what gives every plant that has it another figure."""

    def change(data: Spec) -> None:
        for plant in data["facilities"].values():
            plant |= {key: value} if key in plant else {}

    return change


def of_lanes(key: str, value: Spec) -> Callable[[Spec], None]:
    """Return what gives every lane another figure."""
    return lambda data: [lane.update({key: value}) for lane in data["lanes"].values()] and None


def of_buyers(demand: Spec) -> Callable[[Spec], None]:
    """Return what gives every buyer another use."""
    return lambda data: [buyer.update({"demand": demand}) for buyer in data["buyers"].values()] and None


def no_stock(data: Spec) -> None:
    """Let nobody hold anything."""
    of_plants("cover", q(0, "d"))(data)
    of_plants("feed_cover", q(0, "d"))(data)
    for buyer in data["buyers"].values():
        buyer["cohorts"] = [cohort | {"cover": q(0, "d")} for cohort in buyer["cohorts"]]
    for stock in data["facilities"]["reserve.jp"]["stocks"].values():
        stock["opening"] = q(0, "t")


def nobody_buys(data: Spec) -> None:
    """Let use all but end for a hundred days; what is nothing at all, demand or factor, is refused on reading."""
    span = {"start": q(5, "d"), "duration": q(100, "d"), "factor": q(1e-12, "multiple")}
    data["disruptions"]["strike"] = {"kind": "demand_surge", "buyers": list(data["buyers"]), **span}


def boundless(data: Spec) -> None:
    """Let everybody use, make and ship a billion tonnes a day, as much as a figure may say."""
    of_buyers(q(1e9, "t/d"))(data)
    of_plants("capacity", q(1e9, "t/d"))(data)


def at_the_edge(change: Callable[[Spec], None], horizon_d: int) -> Scenario:
    """Return six nodes with something taken to its limit."""
    data: dict[str, Any] = read_scenario(str(SHORT)).scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
    change(data)
    return Scenario.model_validate(data | {"horizon_d": horizon_d})


@pytest.mark.parametrize(
    ("change", "horizon_d"),
    [
        pytest.param(no_stock, SHORT_D, id="no stock"),
        pytest.param(nobody_buys, SHORT_D, id="use all but ends"),
        pytest.param(of_buyers(q(1e-9, "t/year")), SHORT_D, id="hardly any demand"),
        pytest.param(of_plants("capacity", q(0, "t/d")), SHORT_D, id="no capacity"),
        pytest.param(of_plants("capacity", q(1e9, "t/d")), SHORT_D, id="any capacity"),
        pytest.param(of_lanes("capacity", q(1e9, "t/d")), SHORT_D, id="lanes for all"),
        pytest.param(of_lanes("capacity", q(0, "t/d")), SHORT_D, id="lanes for nothing"),
        pytest.param(boundless, SHORT_D, id="as much as may be said"),
        pytest.param(of_lanes("transit", q(1, "d")), SHORT_D, id="a day under way"),
        pytest.param(of_lanes("transit", q(400, "d")), 450, id="400 days under way"),
        pytest.param(lambda data: None, 1, id="one day"),
    ],
)
@pytest.mark.parametrize("futures", [1, 3])
def test_the_books_close_at_the_edge(change: Callable[[Spec], None], horizon_d: int, futures: int) -> None:
    """Elements balance to 1e-9 of throughput, all is finite and nothing negative, in one future and in three."""
    scenario = at_the_edge(change, horizon_d)

    assert not [one for one in check(scenario, ("made_up",)) if one.code not in ("reference", "source")]
    for claim in keeps_its_books(scenario, np.arange(futures)):
        assert claim.holds, f"{claim.claim}: {claim.found}"


@pytest.mark.slow
def test_rounding_over_thirty_years_is_far_below_what_is_claimed() -> None:
    """After 10,950 days of six nodes elements balance to 1e-12 of throughput; docs/verification.md has what it was."""
    claims = keeps_its_books(at_the_edge(lambda data: None, THIRTY_YEARS_D), np.arange(2))

    assert all(claim.holds for claim in claims)
    assert float(claims[0].found.split()[1]) < 1e-12
