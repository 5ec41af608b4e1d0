"""Stockpiles by hand: who may draw, when, how fast, and what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from oracle.corners import with_pile
from oracle.small_chains import ban

from sim.arrays import Array
from sim.entities.accounts import Account, Accounts, Drawers
from sim.entities.rationing import Rationing
from sim.spec.scenario import Scenario
from sim.testing.diary import keep_diary
from sim.testing.quantities import q


def column(*numbers: float) -> Array:
    """Return a block of one future."""
    return np.array(numbers, dtype=np.float64)[:, None]


def accounts(shares: dict[int, float], opening: float, entitlement: float) -> Accounts:
    """Return accounts of one material from which lane n serves the region of owner n."""
    lanes = np.arange(len(shares))

    def drawers(who: list[int]) -> Drawers:
        few = np.array(who, dtype=np.int64)
        return Drawers(few, Rationing(np.zeros(len(few), dtype=np.int64), 1, np.ones(len(few), dtype=np.int64)))

    each = [
        Account(
            str(n),
            share,
            column(share * opening),
            column(share * opening),
            column(0.0),
            column(0.0),
            drawers([n]),
            drawers([m for m in lanes if m != n]),
        )
        for n, share in shares.items()
        if share > 0
    ]
    return Accounts(tuple(each), entitlement)


def test_owners_draw_their_shares_and_no_more() -> None:
    """Of 100 t held 30 to 70, who asks for 50 and 50 gets 30 and 50."""
    granted = accounts({0: 0.3, 1: 0.7}, 100, 0).grant(column(50, 50), column(np.inf))

    assert granted[:, 0].tolist() == [30, 50]


def test_an_entitlement_opens_a_part_of_the_partners_pile() -> None:
    """With a tenth of the partner's 70 t one draws 37 t; a day later, when one's own is gone, nothing."""
    pile = accounts({0: 0.3, 1: 0.7}, 100, 0.1)

    first, second = (pile.grant(column(50, 0), column(np.inf)) for _ in range(2))

    np.testing.assert_allclose(first[:, 0], [37, 0])
    np.testing.assert_allclose(second, 0)
    np.testing.assert_allclose([account.held[0, 0] for account in pile.each], [0, 63])


def test_ones_own_region_is_served_before_partners() -> None:
    """Who owns nothing draws half of what the owner brought, once the owner has drawn."""
    pile = accounts({0: 1.0, 1: 0.0}, 100, 0.5)

    granted = pile.grant(column(80, 60), column(np.inf))

    np.testing.assert_allclose(granted[:, 0], [80, 20])


def test_what_is_bought_back_is_booked_to_those_who_drew() -> None:
    """After 30 of 30 and 10 of 70 t are gone, 20 t bought back are split three to one."""
    pile = accounts({0: 0.3, 1: 0.7}, 100, 0)
    pile.grant(column(30, 10), column(np.inf))

    pile.book(column(20), column(100))

    np.testing.assert_allclose([account.held[0, 0] for account in pile.each], [15, 65])
    np.testing.assert_allclose([account.brought[0, 0] for account in pile.each], [45, 75])


def test_what_rotation_sold_comes_back_to_whose_it_was() -> None:
    """After one owner has drawn its 30 t, 7 t of the other's 70 are sold; of 10 t that arrive 7 go back, 3 make up."""
    pile = accounts({0: 0.3, 1: 0.7}, 100, 0)
    pile.grant(column(30, 0), column(np.inf))
    pile.rotate(column(7))

    pile.book(column(10), column(100))

    np.testing.assert_allclose([account.held[0, 0] for account in pile.each], [3, 70])
    np.testing.assert_allclose([account.brought[0, 0] for account in pile.each], [33, 70])
    np.testing.assert_allclose([account.owed[0, 0] for account in pile.each], 0)


def test_the_rate_is_divided_by_shares() -> None:
    """Of a limit of 10 t a day nobody draws more than a share, but what an entitlement passes on."""
    apart, mutual = (accounts({0: 0.3, 1: 0.7}, 100, e).grant(column(50, 4), column(10)) for e in (0, 1))

    np.testing.assert_allclose(apart[:, 0], [3, 4])
    np.testing.assert_allclose(mutual[:, 0], [6, 4])


def days_of_release(scenario: Scenario) -> tuple[NDArray[np.int64], Array]:
    """Return the days on which the pile of a small chain lets go, and the tonnes on each."""
    series, _ = keep_diary(scenario, 1, [0], twin=False)
    released = series["shipped/release"][:, 0]
    days = np.flatnonzero(released > 0)
    return days, released[days]


def pile_of(**terms: Any) -> Scenario:
    """Return a Japanese buyer of 1.8 t a day with 30 days of cover, a pile of 60 t beside it, and a ban from day 10."""
    return with_pile(home="jp", terms={"trigger": None, "release_over": None} | terms, ban=ban(10, 200))


def test_a_fixed_rate_is_let_go_every_day_until_the_pile_is_dry() -> None:
    """60 t at 1.5 t a day last 40 days."""
    days, tonnes = days_of_release(pile_of(rate=q(1.5, "t/d")))

    assert days.tolist() == [*range(40)]
    np.testing.assert_allclose(tonnes, 1.5)


def test_nobody_is_sent_more_than_a_days_use() -> None:
    """A rate of 5 t a day sends the one buyer 1.8 t a day."""
    _, tonnes = days_of_release(pile_of(rate=q(5, "t/d")))

    np.testing.assert_allclose(tonnes[:-1], 1.8)


def test_a_ration_is_what_is_held_over_its_days_and_then_anew() -> None:
    """60 t over 50 days is 1.2 t a day from the day on which it is called."""
    days, tonnes = days_of_release(pile_of(ration=q(50, "d"), when={"start": q(20, "d")}))

    assert days.tolist() == [*range(20, 70)]
    np.testing.assert_allclose(tonnes, 1.2)


def test_an_emergency_is_declared_after_its_delay_and_ends_with_the_control() -> None:
    """A ban of days 10 to 40, declared after 7 days, opens the pile on days 17 to 39."""
    emergency = {"delay": q(7, "d"), "during": ["ban"]}
    terms = {"trigger": None, "release_over": None, "rate": q(1, "t/d"), "when": {"emergency": emergency}}

    days, _ = days_of_release(with_pile(home="jp", terms=terms, ban=ban(10, 30)))

    assert days.tolist() == [*range(17, 40)]


def test_a_price_opens_the_pile() -> None:
    """What waits for twice the price lets go nothing before, and something after."""
    scenario = pile_of(rate=q(1, "t/d"), when={"price": q(2, "multiple")})
    series, _ = keep_diary(scenario, 1, [0], twin=False)
    multiple = series["price/ndpr/world"][:, 0] / 60
    days, _ = days_of_release(scenario)

    assert days[0] == np.argmax(multiple >= 2) + 1
    assert days[0] > 10


def test_nothing_moves_before_the_decision() -> None:
    """A pile decided upon on day 25 lets go from that day on."""
    days, _ = days_of_release(pile_of(rate=q(1, "t/d"), decision_day=q(25, "d")))

    assert days[0] == 25


def test_handling_comes_on_top_of_transit() -> None:
    """What leaves the pile on day 0 with 4 days of transit and 3 of handling is under way for 7 days."""
    series, _ = keep_diary(pile_of(rate=q(1, "t/d"), handling=q(3, "d")), 1, [0], twin=False)

    np.testing.assert_allclose(series["under_way/release"][:10, 0], [1, 2, 3, 4, 5, 6, 7, 7, 7, 7])


def test_buying_stops_at_the_target_or_when_the_money_is_spent() -> None:
    """Of NdPr at 60 USD/kg, USD 1.2 m buys 20 of the 50 t aimed at; 2 t a day, from the decision on."""
    stocks = {"ndpr_oxide": {"opening": q(0, "t"), "target": q(50, "t")}}
    bought = {}
    for budget in (1.2e6, 1e9):
        refill = {"rate": q(2, "t/d"), "price_ceiling": q(9, "multiple"), "budget": q(budget, "usd")}
        terms = {"stocks": stocks, "trigger": q(0, "d"), "decision_day": q(5, "d"), "refill": refill}
        series, _ = keep_diary(with_pile(refilled=True, home="jp", terms=terms), 1, [0], twin=False)
        bought[budget] = series["shipped/refill"][:, 0]

    assert bought[1e9].sum() == pytest.approx(50, abs=1e-3)
    assert bought[1.2e6].sum() == pytest.approx(20, rel=0.05)
    assert np.flatnonzero(bought[1e9])[0] == 5
    assert max(b.max() for b in bought.values()) <= 2


def test_those_named_first_are_served_first() -> None:
    """Of half a tonne a day for two who lack 1.8 t each, the one named first gets all."""
    left = {}
    for first in ([], ["jp.rest"]):
        scenario = two_users(first)
        series, _ = keep_diary(scenario, 1, [0], twin=False)
        left[bool(first)] = series["shipped/release"].sum(), series["shipped/more"].sum()

    assert left[False][0] == pytest.approx(left[False][1])
    assert left[True] == (0, pytest.approx(10))


def two_users(first: list[str]) -> Scenario:
    """Return two alike buyers cut off by a ban, and a pile of 10 t for both, `first` first."""
    scenario = with_pile(
        home="jp",
        terms={"stocks": {"ndpr_oxide": {"opening": q(10, "t")}}, "first": first},
        ban=ban(10, 200),
    ).model_dump(by_alias=True, mode="json")
    scenario["buyers"]["jp.rest"] = scenario["buyers"]["jp.use"] | {"end_use": "rest"}
    scenario["lanes"]["oxide-rest"] = scenario["lanes"]["oxide"] | {"to": "jp.rest"}
    scenario["lanes"]["more"] = scenario["lanes"]["release"] | {"to": "jp.rest"}
    return Scenario.model_validate(scenario)
