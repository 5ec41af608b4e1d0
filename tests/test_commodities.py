"""A second and a third commodity are YAML and nothing else: gallium and graphite run on the model as it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from sim.running.experiment import run_block
from sim.spec import shipped
from sim.spec.controls import Licence
from sim.spec.network import Lane, Maker, Mine
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing.check import check_model
from sim.testing.diary import Array, keep_diary

STATUTORY_REVIEW_D = 63
FUTURES = 16
DAYS_PER_YEAR = 365
QUIET_DAY = 1
"""Before noise, and after the order of day 0, which does not see yet what is pushed that day."""


@dataclass(frozen=True)
class Commodity:
    """A shipped scenario, and what it is about."""

    scenario: str
    elements: tuple[str, ...]
    known_day: int
    start_day: int


COMMODITIES = (
    Commodity("gallium_2023", ("ga",), 183, 212),
    Commodity("graphite_2023", ("graphite_natural", "graphite_synthetic"), 292, 334),
)
every_commodity = pytest.mark.parametrize("commodity", COMMODITIES, ids=lambda one: one.scenario)


@cache
def scenario_of(commodity: Commodity) -> Scenario:
    """Return the scenario as it is shipped."""
    return read_scenario(commodity.scenario).scenario


def licences_of(scenario: Scenario) -> Licence:
    """Return the one export control of the scenario."""
    (control,) = (one for one in scenario.disruptions.values() if isinstance(one, Licence))
    return control


@cache
def diary_of(commodity: Commodity) -> dict[str, Array]:
    """Return every row of every day, (day, replication), for a few futures."""
    return keep_diary(scenario_of(commodity), 1, list(range(FUTURES)), twin=False)[0]


@cache
def columns_of(commodity: Commodity) -> dict[str, Array]:
    """Return what is measured of each of a few futures."""
    return dict(run_block(scenario_of(commodity), 1, np.arange(FUTURES), twin=False).columns)


def receiver_of(lane: Lane, scenario: Scenario) -> str:
    """Return the region that a lane leads to."""
    ends = {**scenario.facilities, **scenario.buyers}
    return ends[lane.to].region


def controlled_lanes(scenario: Scenario) -> list[str]:
    """Return the lanes that the licences stand on, found from the regions and materials at their ends."""
    control = licences_of(scenario)
    return [
        name
        for name, lane in scenario.lanes.items()
        if scenario.facilities[lane.from_].region == control.authority
        and receiver_of(lane, scenario) in control.destinations
        and lane.material in control.materials
    ]


def yearly_tonnes(commodity: Commodity, lane: str) -> float:
    """Return what the lane carries in a quiet year, t."""
    return float(diary_of(commodity)[f"shipped/{lane}"][QUIET_DAY, 0]) * DAYS_PER_YEAR


@every_commodity
def test_it_is_shipped_under_its_name(commodity: Commodity) -> None:
    """`sim run` finds it by name from any folder, and it is about its own elements, each with a price."""
    scenario = scenario_of(commodity)

    assert commodity.scenario in shipped.scenario_names()
    assert scenario.elements == commodity.elements
    assert set(scenario.prices.elements) == set(commodity.elements)
    assert set(scenario.markets) == {"china", "world"}


def test_no_shipped_name_stands_for_two_files() -> None:
    """No scenario hides a network of the same name."""
    assert len(set(shipped.names())) == len(shipped.names())


@every_commodity
def test_the_invariants_of_check_hold(commodity: Commodity) -> None:
    """Undisturbed it stands still; nothing negative, nothing past a closed lane, no pile over its room; books close."""
    claims = list(check_model(scenario_of(commodity)))

    assert len(claims) == 11
    assert not [claim for claim in claims if not claim.holds]


@every_commodity
def test_the_dates_are_those_of_the_announcement(commodity: Commodity) -> None:
    """In every future the control becomes known and starts on the days of the record, by the law's own review time."""
    control = licences_of(scenario_of(commodity))

    assert control.announced is not None
    assert control.announced.value == commodity.known_day
    assert control.start.value == commodity.start_day
    assert control.review.support[0] == STATUTORY_REVIEW_D
    assert control.leak is None


@every_commodity
def test_nothing_leaves_china_during_the_review(commodity: Commodity) -> None:
    """Every lane under licence carries goods before the control and none until the law's 63 days are over."""
    scenario, diary = scenario_of(commodity), diary_of(commodity)
    lanes = controlled_lanes(scenario)
    start, end = commodity.start_day, commodity.start_day + STATUTORY_REVIEW_D

    assert len(lanes) >= 10
    for name in lanes:
        tonnes = diary[f"shipped/{name}"]
        assert (tonnes[:start].sum(axis=0) > 0).all(), name
        assert (tonnes[start:end] == 0).all(), name


@every_commodity
def test_part_is_granted_afterwards(commodity: Commodity) -> None:
    """Two months after the review some goods leave in every future, and less than before in most."""
    scenario, diary = scenario_of(commodity), diary_of(commodity)
    exports = sum(diary[f"shipped/{name}"] for name in controlled_lanes(scenario))
    day = commodity.start_day + STATUTORY_REVIEW_D + 20
    before, after = exports[0], exports[day : day + 30].mean(axis=0)

    assert (after > 0).all()
    assert (after < 0.95 * before).mean() > 0.5


@every_commodity
def test_the_home_market_goes_on_being_served(commodity: Commodity) -> None:
    """Hardly ever does anybody in China go without; dear it may be there, too, and some do with less."""
    scenario, columns = scenario_of(commodity), columns_of(commodity)
    home = [name for name, buyer in scenario.buyers.items() if buyer.region == licences_of(scenario).authority]

    assert home
    assert all((columns[f"{name}/unmet_t"] == 0).mean() > 0.9 for name in home)


@every_commodity
def test_somebody_abroad_runs_short_and_not_before_the_control(commodity: Commodity) -> None:
    """In some futures a buyer under control runs short, and nobody does before the control starts."""
    scenario, columns = scenario_of(commodity), columns_of(commodity)
    first = np.stack([columns[f"{name}/first_shortage_day"] for name in scenario.buyers])

    assert np.isfinite(first).any()
    assert np.nanmin(first) >= commodity.start_day


@every_commodity
def test_the_balance_closes_to_the_last_day(commodity: Commodity) -> None:
    """Over the whole horizon what comes in is what goes out and what is left, to a billionth."""
    assert (columns_of(commodity)["all/balance_error"] <= 1e-9).all()


@every_commodity
def test_no_plant_begins_above_what_it_can_make(commodity: Commodity) -> None:
    """In a quiet year no mine or maker ships above its capacity; China's mines ship most of what all do."""
    scenario = scenario_of(commodity)
    leaving = dict.fromkeys(scenario.facilities, 0.0)
    for name, lane in scenario.lanes.items():
        leaving[lane.from_] += 0 if lane.push else yearly_tonnes(commodity, name)
    works = {name: one for name, one in scenario.facilities.items() if isinstance(one, Mine | Maker)}
    mined = {name: leaving[name] for name, one in works.items() if isinstance(one, Mine)}

    for name, one in works.items():
        assert leaving[name] <= one.capacity.typical * DAYS_PER_YEAR, name
    assert sum(tonnes for name, tonnes in mined.items() if name.startswith("cn_")) > 0.75 * sum(mined.values())


def test_the_gallium_network_is_near_what_is_known() -> None:
    """Japan imports some 55 t from China, China exports 90 to 110 t of metal, 270 to 300 t are refined (t/year)."""
    gallium = COMMODITIES[0]
    scenario = scenario_of(gallium)
    refined = exported = to_japan = 0.0
    for name, lane in scenario.lanes.items():
        tonnes = yearly_tonnes(gallium, name)
        refined += tonnes if lane.material == "ga_refined" else 0
        if scenario.facilities[lane.from_].region == "cn" and lane.material in ("ga_crude", "ga_refined"):
            exported += tonnes if receiver_of(lane, scenario) != "cn" else 0
            to_japan += tonnes if receiver_of(lane, scenario) == "jp" else 0

    assert 270 < refined < 300
    assert 90 < exported < 110
    assert 50 < to_japan < 60


def test_the_graphite_network_is_near_what_is_known() -> None:
    """China makes 89 to 94 % of the anode material, as in 2023 (Benchmark: 91 %)."""
    graphite = COMMODITIES[1]
    scenario = scenario_of(graphite)
    anodes = {
        name: yearly_tonnes(graphite, name)
        for name, lane in scenario.lanes.items()
        if lane.material in ("anode_natural", "anode_synthetic")
    }
    chinese = sum(tonnes for name, tonnes in anodes.items() if name.startswith("cn_"))

    assert 0.89 < chinese / sum(anodes.values()) < 0.94


@every_commodity
def test_buyers_are_named_by_region_and_end_use(commodity: Commodity) -> None:
    """A buyer's id is `<region>.<end_use>`, and every buyer abroad is under the control."""
    scenario = scenario_of(commodity)
    buyers = scenario.buyers

    assert all(name == f"{buyer.region}.{buyer.end_use}" for name, buyer in buyers.items())
    assert {buyer.region for buyer in buyers.values()} <= {"cn", *licences_of(scenario).destinations}
