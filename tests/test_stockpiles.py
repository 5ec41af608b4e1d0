"""Stockpiles by hand: who may draw, when, how fast, and what it costs."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.entities.accounts import Account, Accounts, Drawers
from sim.entities.rationing import Rationing


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
            share,
            column(share * opening),
            column(share * opening),
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


def test_the_rate_is_divided_by_shares() -> None:
    """Of a limit of 10 t a day nobody draws more than a share, but what an entitlement passes on."""
    apart, mutual = (accounts({0: 0.3, 1: 0.7}, 100, e).grant(column(50, 4), column(10)) for e in (0, 1))

    np.testing.assert_allclose(apart[:, 0], [3, 4])
    np.testing.assert_allclose(mutual[:, 0], [6, 4])
