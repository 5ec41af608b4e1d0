"""Controls in the oracle alone: stories of one chain, each with a number that is worked out by hand.

China ships 1.8 t of oxide a day to Japan, where a buyer holds 30 days of cover; 10 days are at sea. Nobody
orders more than twice 1.8 t a day.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.spec.scenario import Scenario
from sim.testing.quantities import q

from .licences import office_day
from .measures import Diary
from .model import run
from .small_chains import ban, happens, lane, licence, one_product, quota, smelter, threat


def story(replication: int = 0, **happening: Any) -> Diary:
    """Run the chain with what happens, one disruption per keyword."""
    return run(one_product(disruptions=happening), 1, replication)


def days_open(diary: Diary, lane: str = "oxide", share: float = 1.0) -> list[int]:
    """Return the days on which just this part of a lane is open."""
    return [day for day, part in enumerate(diary.series[f"open/{lane}"]) if part == pytest.approx(share)]


# When


def test_a_follower_comes_after_its_leader_or_not_at_all() -> None:
    """A ban five days after day 10 stands from day 15; without luck, its own or its leader's, it never does."""
    cause, never = happens("trigger", 10, 0), {"chance": q(0, "share")}
    follower = ban(5, 20, follows="cause")

    assert set(range(150)) - set(days_open(story(cause=cause, ban=follower))) == set(range(15, 35))
    assert days_open(story(cause=cause, ban=follower | never)) == list(range(150))
    assert days_open(story(cause=cause | never, ban=follower)) == list(range(150))


def test_chance_is_how_often_it_happens() -> None:
    """Of 300 futures a ban with a chance of 0.3 stands in 90, give or take three errors of 8."""
    rare = {"ban": ban(2, 2, chance=q(0.3, "share"))}
    quick = one_product(disruptions=rare, horizon=4)
    hit = sum(run(quick, 1, r).series["open/oxide"][3] == 0 for r in range(300))

    assert 66 <= hit <= 114


def test_a_control_of_no_day_is_a_threat() -> None:
    """It moves the price on the day it is announced, and never stands; no control was in force."""
    diary = story(threat=threat(15, price_jump=q(0.2, "log")))

    assert days_open(diary) == list(range(150))
    assert diary.series["price/ndpr/world"][14] == pytest.approx(60)
    assert diary.series["price/ndpr/world"][15] > 1.15 * 60
    assert diary.metrics["all/disruption_day"] != diary.metrics["all/disruption_day"]


def test_other_things_date_a_scenario_without_controls() -> None:
    """A closure dates the scenario where there is no control; where there is one that never comes, nothing does."""
    shut = happens("closure", 20, 30, regions=["jp"])
    later = happens("demand_surge", 30, 40, buyers=["jp.use"], factor=q(1.1, "multiple"))
    alone = story(shut=shut, surge=later).metrics
    beside = story(shut=shut, surge=later, ban=ban(5, 5, chance=q(0, "share"))).metrics

    assert (alone["all/disruption_day"], alone["all/control_end_day"]) == (20, 70)
    assert beside["all/disruption_day"] != beside["all/disruption_day"]


# Bans


def test_a_suspended_ban_lets_all_pass_and_comes_back() -> None:
    """On ten days in the middle of a ban the buyer orders twice its use; the plant has 25 t and makes more."""
    pause = {"start": q(40, "d"), "duration": q(10, "d")}
    shipped = story(ban=ban(20, 60, suspensions=[pause])).series["shipped/oxide"]

    assert not any(shipped[20:40])
    assert shipped[40:50] == pytest.approx([3.6] * 10)
    assert not any(shipped[50:80])
    assert shipped[80] == pytest.approx(3.6)


def test_what_is_re_exported_comes_after_its_lag_besides_the_leak() -> None:
    """A tenth leaks; from fifteen days into the ban four tenths more come by way of others."""
    resale = {"via": ["cn"], "share": q(0.4, "share"), "lag": q(15, "d")}
    diary = story(ban=ban(20, 60, leak=q(0.1, "share"), reexport=resale))

    assert days_open(diary, share=0.1) == list(range(20, 35))
    assert days_open(diary, share=0.5) == list(range(35, 80))
    assert diary.series["shipped/oxide"][60] == pytest.approx(0.9)


def dearer(days: range, resold: Any, kind: Any = ban, **more: Any) -> list[float]:
    """Return by how much a mark-up of 100 % lifts the log price in Japan, day by day; 0.1 leaks."""
    resale = {"via": ["cn"], "share": q(resold, "share"), "lag": q(15, "d")}
    quotes = [
        story(bar=kind(20, 60, leak=q(0.1, "share"), reexport=resale | markup, **more)).series["price/ndpr/world"]
        for markup in ({"markup": q(1, "share")}, {})
    ]
    return [math.log(with_it / without) for with_it, without in zip(*quotes, strict=True)][days.start : days.stop]


def test_a_mark_up_lifts_the_quote_by_what_comes_the_long_way() -> None:
    """Four fifths of what comes cost twice the price: a lift of 0.8 ln 2, a thirtieth of it on the first day."""
    lifts = dearer(range(20, 150), 0.4)

    assert not any(lifts[:15])
    assert lifts[15] == pytest.approx(0.8 * math.log(2) / 30)
    assert lifts[59] == max(lifts) < 0.8 * math.log(2)
    assert lifts[-1] < 0.1 * lifts[59]


def test_who_has_a_licence_needs_no_middleman() -> None:
    """Half is licensed: of 0.3 that come by way of others, 0.1 leaking, none are needed; of 0.7, 0.3 of 0.8 are."""
    half = {
        "approval": q(0, "share"),
        "general": [{"facilities": ["plant"], "day": q(0, "d"), "share": q(0.5, "share")}],
    }

    assert not any(dearer(range(20, 80), 0.3, licence, **half))
    assert dearer(range(35, 36), 0.7, licence, **half) == [pytest.approx(0.3 / 0.8 * math.log(2) / 30)]


def shut(days: int, **more: Any) -> list[float]:
    """Return what leaves, day by day, under a ban of so many days from day 20, on a lane that lapses after 20."""
    stale = {"qualification": q(12, "d"), "requalify_after": q(20, "d")}
    lanes = {"oxide": lane("plant", "jp.use", "ndpr_oxide", 10, **stale)}
    return run(one_product(lanes=lanes, disruptions={"ban": ban(20, days, **more)}), 1, 0).series["shipped/oxide"]


@pytest.mark.parametrize(("days", "again"), [(19, 39), (20, 52), (30, 62)])
def test_who_was_shut_out_for_long_must_be_qualified_anew(days: int, again: int) -> None:
    """After twenty days without anything, twelve more once the ban is over; after nineteen, none."""
    shipped = shut(days)

    assert not any(shipped[20:again])
    assert shipped[again] == pytest.approx(3.6)


def test_who_ships_a_little_stays_qualified() -> None:
    """A hundredth leaks through the ban: the buyer has kept up the lane, and buys on its first day after."""
    assert shut(30, leak=q(0.01, "share"))[50] == pytest.approx(3.6)


def test_others_keep_the_share_until_a_lane_is_qualified_anew() -> None:
    """One plant of two is banned for 30 days: the other has all orders for 12 days more, then half again."""
    chain = smelter({"ban": ban(20, 30)}, half_of="plant-jp").model_dump(by_alias=True, exclude_none=True)
    chain["lanes"]["oxide"] |= {"qualification": q(12, "d"), "requalify_after": q(20, "d")}
    series = run(Scenario.model_validate(chain), 1, 0).series

    assert not any(series["shipped/oxide"][20:62])
    assert series["shipped/more"][50:62] == pytest.approx([2.25] * 12)
    assert series["shipped/oxide"][62] > 0
    assert series["shipped/more"][90] == pytest.approx(2.25 / 2)


def test_hoarding_raises_orders_then_stops_them() -> None:
    """Ten days of cover more are 18 t: ordered at 1.8 t a day beside the usual 1.8, and then not ordered again.

    Known on day 20, done by day 29; hoarded until day 34, and ten days without orders from day 35 on.
    """
    fear = {"announced": q(20, "d"), "hoarding": q(10, "d"), "hoarding_for": q(15, "d")}
    shipped = story(ban=ban(100, 10, **fear)).series["shipped/oxide"]

    assert shipped[15:50] == pytest.approx([1.8] * 5 + [3.6] * 10 + [1.8] * 5 + [0] * 10 + [1.8] * 5, abs=1e-9)


def test_of_several_fears_the_greatest_counts() -> None:
    """Two controls that make firms hoard 10 and 4 days make them hoard 10: 72 + 18 t are there and at sea."""
    fears = {
        name: ban(140, 5, announced=q(20, "d"), hoarding=q(days, "d"), hoarding_for=q(60, "d"))
        for name, days in [("great", 10), ("small", 4)]
    }
    diary = run(one_product(disruptions=fears), 1, 0)

    assert diary.series["stock/jp.use/0"][60] + diary.series["under_way/oxide"][60] == pytest.approx(90)


# Licences


def test_a_frozen_licence_passes_nothing_before_its_review() -> None:
    """In force on day 10, frozen for 45 days, reviewed in eight: open from day 63 on, an office day."""
    diary = story(licence=licence(10, 100, freeze=q(45, "d"), review=q(8, "d")))

    assert [day for day in range(150) if day not in days_open(diary)] == list(range(10, 63))
    assert not any(diary.series["shipped/oxide"][10:63])
    assert diary.series["shipped/oxide"][63] == pytest.approx(3.6)


@pytest.mark.parametrize(("day", "office"), [(0, 0), (1, 7), (7, 7), (8, 14), (14, 14)])
def test_offices_issue_licences_once_a_week(day: int, office: int) -> None:
    """Every seventh day is an office day, and the others wait for it."""
    assert office_day(day) == office


def test_applicants_open_their_weight_of_a_lane() -> None:
    """One applicant stands for a half, two for a quarter each: every quarter is seen, and no third."""
    terms = {"applicants": 3, "approval": q(0.5, "share"), "weights": [q(w, "share") for w in (0.5, 0.25, 0.25)]}
    chain = one_product(disruptions={"licence": licence(0, 20, **terms)}, horizon=8)

    assert {run(chain, 1, r).series["open/oxide"][7] for r in range(60)} == {0, 0.25, 0.5, 0.75, 1}


def test_headroom_lets_holders_ship_more_than_their_part() -> None:
    """A half of the applicants with half as much headroom again open three quarters; all of them no more than all."""
    half = {"applicants": 2, "weights": [q(0.5, "share")] * 2, "headroom": q(1.5, "multiple")}
    chain = one_product(disruptions={"licence": licence(0, 20, approval=q(0.5, "share"), **half)}, horizon=8)

    assert {run(chain, 1, r).series["open/oxide"][7] for r in range(40)} == {0, 0.75, 1}


def test_a_general_licence_opens_its_share() -> None:
    """Nobody is granted anything; from day 30 on six tenths are open to the buyer that a general licence names."""
    entry = {"facilities": ["jp.use"], "day": q(30, "d"), "share": q(0.6, "share")}
    other = {"facilities": ["mine"], "day": q(20, "d"), "share": q(1, "share")}
    diary = story(licence=licence(10, 70, approval=q(0, "share"), general=[entry, other]))

    assert days_open(diary, share=0) == list(range(10, 30))
    assert days_open(diary, share=0.6) == list(range(30, 80))
    assert diary.series["shipped/oxide"][70] == pytest.approx(0.6 * 1.8)


def test_an_authority_that_changes_its_mind_grants_nothing_more() -> None:
    """Granted on day 21 for ten days, to day 35; filed anew, granted from 42 to 56; nothing is granted from 60 on."""
    change = {"day": q(60, "d"), "approval": q(0, "share")}
    diary = story(licence=licence(10, 100, term=q(10, "d"), changes=[change]))

    assert days_open(diary)[10:] == [*range(21, 35), *range(42, 56), *range(110, 150)]


def test_a_review_that_begins_later_may_take_longer() -> None:
    """Filed anew on day 35, when reviews have gone up from five days to twelve: open again on day 49, not 42."""
    change = {"day": q(35, "d"), "review": q(12, "d")}
    diary = story(licence=licence(10, 60, term=q(10, "d"), changes=[change]))

    assert days_open(diary)[10:] == [*range(21, 35), *range(49, 63), *range(70, 150)]


# Quotas


def test_a_quota_lets_its_tonnage_pass_in_a_year_and_no_more() -> None:
    """Of 657 t wanted 365 t leave in the first year, at a tonne a day in the second."""
    chain = one_product(disruptions={"quota": quota(10, 730, 365)}, horizon=400)
    shipped = run(chain, 1, 0).series["shipped/oxide"]

    assert sum(shipped[10:375]) == pytest.approx(365)
    assert shipped[375:] == pytest.approx([1] * 25)


def test_what_is_left_of_a_year_lapses() -> None:
    """A ban keeps all of the first year's tonnage at home; the second year starts at a tonne a day all the same."""
    both = {"quota": quota(10, 730, 365), "ban": ban(10, 365)}
    shipped = run(one_product(disruptions=both, horizon=400), 1, 0).series["shipped/oxide"]

    assert not any(shipped[10:375])
    assert shipped[375:] == pytest.approx([1] * 25)


def test_a_quota_of_nothing_is_a_ban() -> None:
    """No tonnage, no cargo; the lane itself is open."""
    diary = story(quota=quota(20, 60, 0))

    assert [day for day, tonnes in enumerate(diary.series["shipped/oxide"]) if tonnes == 0] == list(range(20, 80))
    assert days_open(diary) == list(range(150))


def test_batches_are_given_out_one_by_one() -> None:
    """10 t for twenty days, then 30 t for twenty days: a tonne and a half a day."""
    given = [{"day": 0, "share": q(0.25, "share")}, {"day": 20, "share": q(0.75, "share")}]
    shipped = story(quota=quota(10, 40, 40, batches=given)).series["shipped/oxide"]

    assert sum(shipped[10:30]) == pytest.approx(10)
    assert shipped[30:50] == pytest.approx([1.5] * 20)


def test_pace_lets_holders_hurry() -> None:
    """Of 50 t for a hundred days what is ordered leaves, a tonne a day, at ten times the pace; at one, even parts.

    Five eighteenths of use are expected: the plan calls for 59 t, orders begin on day 27 with 1.4 t x 5 / 18,
    and rise to 3.6 t x 5 / 18 = 1 t. At a pace of one, what is left then leaves evenly over 92 days.
    """
    fast, even = (story(quota=quota(20, 100, 50, pace=q(pace, "multiple"))).series["shipped/oxide"] for pace in (10, 1))

    assert fast[27] == even[27] == pytest.approx(1.4 * 5 / 18)
    assert fast[29:70] == pytest.approx([1] * 41)
    assert even[28:120] == pytest.approx([(50 - 1.4 * 5 / 18) / 92] * 92)


def test_a_suspended_quota_cuts_nothing_but_is_drawn_down() -> None:
    """36 t a year, unused behind a ban; on ten days of suspension 3.6 t a day leave, and then nothing is left."""
    pause = {"start": q(40, "d"), "duration": q(10, "d")}
    shipped = story(quota=quota(20, 60, 36, suspensions=[pause]), ban=ban(20, 20)).series["shipped/oxide"]

    assert not any(shipped[20:40])
    assert shipped[40:50] == pytest.approx([3.6] * 10)
    assert not any(shipped[50:80])
