"""Closures, delays, surges, duties and setbacks in the oracle alone: stories worked out by hand.

China ships 1.8 t of oxide a day to Japan, where a buyer holds 30 days of cover; 10 days are at sea. Nobody
orders more than twice 1.8 t a day.
"""

from __future__ import annotations

from typing import Any

import pytest

from sim.testing.quantities import Spec, q

from .commissioning import stretched
from .dates import Dates
from .measures import Diary
from .model import run
from .small_chains import buyer, happens, lane, mine, one_product, scenario, separation, threat

# Borders, ways and duties


def two_ways(**shut: Any) -> Diary:
    """Run a chain whose ore comes from Japan, and whose oxide goes there, with a closure of ten days."""
    disruptions = {"shut": happens("closure", 20, 10, **shut)}
    return run(one_product(facilities={"mine": mine(50) | {"region": "jp"}}, disruptions=disruptions), 1, 0)


@pytest.mark.parametrize(
    ("shut", "stopped"),
    [
        ({"regions": ["jp"]}, {"ore", "oxide"}),
        ({"regions": ["cn"], "against": ["jp"]}, {"ore", "oxide"}),
        ({"regions": ["cn", "jp"]}, set()),
        ({"regions": ["jp"], "against": ["jp"]}, set()),
        ({"regions": ["jp"], "materials": ["ore"]}, {"ore"}),
        ({"facilities": ["mine"]}, {"ore"}),
        ({"facilities": ["plant"], "against": ["jp"]}, {"ore", "oxide"}),
        ({"facilities": ["plant", "mine"]}, {"oxide"}),
    ],
)
def test_a_closed_border_stops_traffic_both_ways(shut: dict[str, list[str]], stopped: set[str]) -> None:
    """Nothing passes between a place that is shut and one that is not, on the ten days."""
    diary = two_ways(**shut)

    for name in ("ore", "oxide"):
        closed = [day for day, part in enumerate(diary.series[f"open/{name}"]) if part == 0]
        assert closed == (list(range(20, 30)) if name in stopped else [])


def test_what_a_closure_leaves_passes() -> None:
    """Three tenths of the opening flow pass a border that is shut to seven."""
    assert set(two_ways(regions=["jp"], remaining=q(0.3, "share")).series["open/oxide"][20:30]) == {0.3}


def test_a_delayed_cargo_arrives_later_by_the_delay() -> None:
    """What leaves on day 20 arrives on day 45, not 30; what leaves on day 50 overtakes what left before it.

    Fifteen days without cargo take 27 t; meanwhile 3.6 t a day are ordered, to fill the longer way: then there
    are 54 t of cover and 25 x 1.8 t for the way, on hand or at sea.
    """
    delay = happens("freight_delay", 20, 30, **{"between": ["jp"], "and": ["cn"], "delay": q(15, "d")})
    diary = run(one_product(disruptions={"strait": delay}), 1, 0)
    stock = diary.series["stock/jp.use/0"]

    assert diary.series["shipped/oxide"][20:35] == pytest.approx([3.6] * 15)
    assert stock[29:46:15] == pytest.approx([54, 27])
    assert stock[45] == pytest.approx(27 + 3.6 - 1.8)
    assert stock[49] + diary.series["under_way/oxide"][49] == pytest.approx(54 + 25 * 1.8)


def test_a_surge_is_there_for_its_days() -> None:
    """Half as much again is used on ten days, and half of that on five of them when use is halved besides."""
    more = happens("demand_surge", 20, 10, buyers=["jp.use"], factor=q(1.5, "multiple"))
    less = happens("demand_surge", 25, 5, buyers=["jp.use"], factor=q(0.5, "multiple"))
    notional = run(one_product(disruptions={"more": more, "less": less}), 1, 0).series["notional/jp.use"]

    assert notional[19:31] == pytest.approx([1.8, *[2.7] * 5, *[1.35] * 5, 1.8])


def short_seller(disruptions: dict[str, Spec], **terms: Any) -> Diary:
    """Run one day of a plant that holds nothing and makes 2.7 t for two buyers of 1.8 t, at home and abroad."""
    plant = separation({"ndpr": 0.9}, 15) | {"cover": q(0, "d")}
    chain = scenario(
        ore={"ndpr": 0.2, "other": 0.8},
        facilities={"mine": mine(50), "plant": plant},
        buyers={"cn.use": buyer("ndpr_oxide", 1.8, 30, "cn"), "jp.use": buyer("ndpr_oxide", 1.8, 30)},
        lanes={
            "ore": lane("mine", "plant", "ore", 3),
            "home": lane("plant", "cn.use", "ndpr_oxide", 10),
            "abroad": lane("plant", "jp.use", "ndpr_oxide", 10),
        },
        priced={"ndpr": 60},
        disruptions=disruptions,
        horizon=1,
        **terms,
    )
    return run(chain, 1, 0)


def sold(diary: Diary) -> list[float]:
    """Return what was shipped at home and abroad."""
    return [diary.series["shipped/home"][0], diary.series["shipped/abroad"][0]]


def test_a_duty_turns_a_short_seller_away() -> None:
    """A duty of 100 % halves what the seller gets abroad: two parts at home to one abroad, not half and half."""
    duty = happens("tariff", 0, 9, authority="jp", origins=["cn"], materials=["ndpr_oxide"], rate=q(1, "share"))

    assert sold(short_seller({})) == pytest.approx([1.35, 1.35])
    assert sold(short_seller({"duty": duty})) == pytest.approx([1.8, 0.9])


def test_what_is_sold_on_the_spot_goes_by_orders_not_by_custom() -> None:
    """The buyer abroad hoards and orders 3.6 t: by custom he gets half of 2.7 t, on the spot two thirds."""
    fear = {"fear": threat(0, hoarding=q(10, "d"), hoarding_for=q(5, "d"))}

    assert sold(short_seller(fear)) == pytest.approx([1.35, 1.35])
    assert sold(short_seller(fear, spot_share=q(1, "share"))) == pytest.approx([0.9, 1.8])


# Plants to come


@pytest.mark.parametrize(("end", "opens"), [(60, 60), (80, 60), (40, 50), (25, 42.5)])
def test_a_setback_stretches_what_is_left_to_build(end: int, opens: float) -> None:
    """Twenty days of work take forty while a setback stands; of work done at half speed half is left after it."""
    assert stretched(40, Dates(0, 20, end), 2) == opens


def planned_plant(odds: float, **setbacks: Spec) -> list[float]:
    """Return what is open of the lane from a plant that opens on day 40."""
    abroad = separation({"ndpr": 0.9}, 50) | {"region": "jp", "opens": q(40, "d"), "odds": q(odds, "share")}
    chain = one_product(
        facilities={"abroad": abroad},
        lanes={
            "ore-abroad": lane("mine", "abroad", "ore", 3),
            "second": lane("abroad", "jp.use", "ndpr_oxide", 5, standby=q(1, "multiple")),
        },
        disruptions=setbacks,
    )
    return run(chain, 1, 0).series["open/second"]


def test_a_plant_set_back_opens_later_or_never() -> None:
    """Open on day 40, or on day 50 after a setback from day 20 to 40; with odds of 0 never, however that comes."""
    late = happens("setback", 20, 20, facilities=["abroad"], stretch=q(2, "multiple"))
    doomed = happens("setback", 39, 1, facilities=["abroad"], odds=q(0, "share"))
    too_late = doomed | {"start": q(40, "d")}

    assert planned_plant(1) == [0] * 40 + [1] * 110
    assert planned_plant(1, late=late) == [0] * 50 + [1] * 100
    assert planned_plant(1, late=late, doomed=doomed) == planned_plant(0) == [0] * 150
    assert planned_plant(1, doomed=too_late) == [0] * 40 + [1] * 110
