"""What firms do in the oracle alone, and what prices and rules make them do: stories of one chain, worked out by hand.

China ships 1.8 t of oxide a day to Japan, where a buyer holds 30 days of cover; 10 days are at sea. Nobody
orders more than twice 1.8 t a day.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.testing.quantities import Spec, q

from .measures import Diary
from .model import run
from .small_chains import answer, ban, happens, jump, one_product, separation, smelter


def story(disruptions: dict[str, Spec] | None = None, **terms: Any) -> Diary:
    """Run the chain with what happens, on other terms than the usual."""
    return run(one_product(disruptions=disruptions, **terms), 1, 0)


# Buyers


def test_a_backlog_brings_a_starved_buyer_to_his_target_at_once() -> None:
    """After sixty days without cargo the plant has 18 t and 7.2 t that were in work: all of it leaves on the first day.

    Without a backlog nobody may order more than 3.6 t; with it, the whole gap of 54 t is on the book.
    """
    kept, lapsed = (
        story({"ban": ban(20, 60)}, **habit).series["shipped/oxide"] for habit in ({"backlog_share": q(1, "share")}, {})
    )

    assert lapsed[80] == pytest.approx(3.6)
    assert kept[80] == pytest.approx(25.2)


def test_half_of_what_was_lost_is_caught_up_by_overtime() -> None:
    """30 x 1.8 t are lost; half of it is made up for, a tenth of a day's use a day, so in 150 days from day 90 on."""
    terms = {"catch_up": {"share": q(0.5, "share"), "rate": q(0.1, "share")}, "horizon": 260}
    diary = story({"ban": ban(20, 60)}, **terms)
    caught_up = diary.series["caught_up/jp.use"]

    assert [day for day, tonnes in enumerate(caught_up) if tonnes > 1e-9] == list(range(90, 240))
    assert sum(caught_up) == pytest.approx(27)
    assert diary.metrics["jp.use/shortage_days"] == 30
    assert diary.metrics["jp.use/output_lost_usd"] == pytest.approx(27 * 1000 * 1000)
    assert max(map(abs, diary.balance.values())) < 1e-12


def test_thrift_saves_up_to_its_limit_and_is_not_forgotten() -> None:
    """A fifth is saved in the end, 0.36 t a day, and still is when the price has come down."""
    thrift = answer(1.1, 1.5, 5, limit=q(0.2, "share"))
    diary = story({"ban": ban(20, 60)}, buying={"thrift": thrift}, horizon=300)
    saved = diary.series["thrifted/jp.use"]

    assert saved == sorted(saved)
    assert saved[20] == 0
    assert saved[110] == pytest.approx(0.36, rel=1e-3)
    assert saved[-1] == pytest.approx(saved[110], rel=1e-3)
    assert diary.series["price/ndpr/world"][-1] < 1.1 * 60
    assert diary.metrics["jp.use/line_stop_day"] > 60


def test_what_is_saved_is_not_short() -> None:
    """On the day after the jump all 30 % are saved: use falls to 1.26 t, and nobody is short."""
    diary = story(jump(20, 3), buying={"thrift": answer(1.1, 2, 1, limit=q(0.3, "share"))})

    assert diary.series["thrifted/jp.use"][20:22] == pytest.approx([0, 0.54])
    assert diary.series["delivered/jp.use"][21] == pytest.approx(1.26)
    assert diary.metrics["jp.use/shortage_days"] == 0


def test_use_falls_with_a_price_long_felt() -> None:
    """With a memory of a day, an elasticity of a half and a threshold of 1.2, use follows the multiple of yesterday."""
    terms = {"buying": {"long_elasticity": q(0.5, "elasticity")}, "pricing": {"long_smoothing": q(1, "d")}}
    diary = story(jump(20, 2), **terms)
    multiple = diary.series["price/ndpr/world"][20] / 60

    assert diary.series["priced_out/jp.use"][20] == 0
    assert diary.series["delivered/jp.use"][21] == pytest.approx(1.8 * math.sqrt(1.2 / multiple))


def test_growth_ends() -> None:
    """Use that doubles in a year, until a fifth of one, has grown by the fifth root of two."""
    growing = {"growth": q(1, "share/year"), "growth_until": q(73, "d")}
    notional = story(buying=growing).series["notional/jp.use"]

    assert notional[73:] == pytest.approx([1.8 * 2**0.2] * 77)
    assert notional[72] < notional[73]


# Makers and plants


def test_a_maker_learns_to_do_with_less() -> None:
    """Of 2.25 t of oxide a day a quarter is saved from the day after the jump; the plan learns of it on day 30."""
    diary = run(smelter(jump(20, 3)), 1, 0)
    stock, shipped = diary.series["stock/smelter/feed/ndpr_oxide"], diary.series["shipped/oxide"]

    assert shipped[20] == pytest.approx(2.25 / 2)
    assert shipped[21:30] == pytest.approx([0.75 * 2.25 / 2] * 9)
    assert stock[29] == pytest.approx(22.5 + 9 * 0.25 * 2.25)
    assert not any(shipped[30:35])
    assert diary.series["shipped/metal"] == pytest.approx([1.8] * 150)
    assert max(map(abs, diary.balance.values())) < 1e-12


def content_rule(threshold: float) -> dict[str, Spec]:
    """Return a rule about Chinese content in metal, on days 20 to 49; four fifths comply, from day 34 on cleanly."""
    terms = {"threshold": q(threshold, "share"), "compliance": q(0.8, "share"), "clean_after": q(14, "d")}
    about = {"authority": "cn", "destinations": ["jp"], "materials": ["metal"]}
    return {"rule": happens("content_rule", 20, 30, **about, **terms)}


def test_a_content_rule_asks_for_the_part_of_the_value() -> None:
    """Metal at 150 USD takes 1.25 x 60 USD of Chinese oxide, a half: a fifth passes, and 0.2 + 0.8 x 0.5 once clean."""
    diary = run(smelter(content_rule(0.25), conversion=90), 1, 0)
    lenient = run(smelter(content_rule(0.6), conversion=90), 1, 0)

    assert diary.series["open/metal"] == pytest.approx([1] * 20 + [0.2] * 14 + [0.6] * 16 + [1] * 100)
    assert lenient.series["open/metal"] == [1] * 150
    assert set(diary.series["open/oxide"]) == {1}
    assert (diary.metrics["all/disruption_day"], diary.metrics["all/control_end_day"]) == (20, 50)


def test_content_mixes_with_what_comes_from_elsewhere() -> None:
    """With half of the oxide from Japan a quarter of the metal's value is Chinese: 0.2 + 0.8 x 0.75 pass once clean."""
    diary = run(smelter(content_rule(0.2), "plant-jp", conversion=90), 1, 0)

    assert diary.series["open/metal"][33:35] == pytest.approx([0.2, 0.8])


def test_idle_capacity_starts_when_its_products_are_dear() -> None:
    """A plant that makes half of what is wanted makes all of it from the day after the jump; four days are in work."""
    idle = answer(3, 4, 1, capacity=q(5, "t/d"))
    plant = separation({"ndpr": 0.9}, 5) | {"idle": idle}
    shipped = story(jump(20, 3, "cn"), facilities={"plant": plant}).series["shipped/oxide"]

    assert shipped[15:25] == pytest.approx([0.9] * 10)
    assert shipped[25] == pytest.approx(1.8)


def test_dumping_stops_a_plant_with_costs() -> None:
    """0.18 t of oxide at 60 USD pay for a tonne of ore at 8; a log of 0.5 less they do not, on the day after.

    Prices take two days: x falls by half of a discount of 1. Then ore comes, ten tonnes a day, and is not used.
    """
    plant = separation({"ndpr": 0.9}, 50) | {"operating_cost": q(8, "usd/kg")}
    flood = happens("dumping", 20, 30, market="china", elements=["ndpr"], discount=q(1, "log"))
    diary = story({"flood": flood}, facilities={"plant": plant}, pricing={"adjustment": q(2, "d")})

    assert diary.series["price/ndpr/china"][20] == pytest.approx(60 * math.exp(-0.5))
    assert diary.series["stock/plant/feed/ore"][19:22] == pytest.approx([100, 100, 110])
    assert diary.series["shipped/oxide"][-1] == pytest.approx(1.8, rel=0.01)


def test_a_price_does_not_fall_below_its_floor() -> None:
    """The same flood under a floor of 50 USD: the plant is paid 9 USD for a tonne of ore, and runs on."""
    plant = separation({"ndpr": 0.9}, 50) | {"operating_cost": q(8, "usd/kg")}
    flood = happens("dumping", 20, 30, market="china", elements=["ndpr"], discount=q(1, "log"))
    quoted = {"china": q(60, "usd/kg"), "world": q(60, "usd/kg")}
    element = {"oxide": "ndpr_oxide", "opening": quoted, "floor": {"china": q(50, "usd/kg")}}
    pricing = {"adjustment": q(2, "d"), "elements": {"ndpr": element}}
    diary = story({"flood": flood}, facilities={"plant": plant}, pricing=pricing)

    assert min(diary.series["price/ndpr/china"]) == 50
    assert diary.series["shipped/oxide"] == pytest.approx([1.8] * 150)


# Buying ahead


def test_who_sees_a_price_climb_buys_ahead_from_the_next_review_on() -> None:
    """A jump on day 20 is seen on day 30: ten days of cover more are 18 t, ordered at 1.8 t a day beside the usual."""
    terms = {"starts_at": q(1.1, "multiple"), "full_at": q(1.3, "multiple"), "memory": q(1e4, "d")}
    shipped = story(jump(20, 1), speculation={"cover": q(10, "d")} | terms).series["shipped/oxide"]

    assert shipped[:60] == pytest.approx([1.8] * 30 + [3.6] * 10 + [1.8] * 20)


def test_a_price_that_is_high_and_stands_still_makes_nobody_buy_ahead() -> None:
    """Who forgets in a day compares the price with itself."""
    terms = {"starts_at": q(1.01, "multiple"), "full_at": q(1.3, "multiple"), "memory": q(1, "d")}
    shipped = story(jump(20, 1), speculation={"cover": q(10, "d")} | terms).series["shipped/oxide"]

    assert shipped == pytest.approx([1.8] * 150)


# Paying


def test_what_is_paid_lags_behind_the_quote() -> None:
    """What is paid on average after a jump has risen by less than the quote, the less the longer the lag."""
    quoted, paid, never = (
        story(jump(20, 1), pricing={} if lag is None else {"contract_lag": q(lag, "d")}).metrics
        for lag in (None, 40, 1e4)
    )
    average = "ndpr_oxide@world/paid_average_multiple"

    assert 1.01 < paid[average] < quoted[average]
    assert never[average] == pytest.approx(1, abs=0.01)
    assert quoted["ndpr_oxide@world/extra_spend_usd"] == pytest.approx((quoted[average] - 1) * 60 * 270 * 1000)
