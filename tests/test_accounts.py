"""Who has what in a pile of several owners."""

from __future__ import annotations

import numpy as np
import pytest

from sim.entities.accounts import Account, Accounts, Drawers
from sim.entities.rationing import Rationing


def owner(name: str, share: float, held: float, owed: float = 0.0) -> Account:
    """Return an account of one material, in one future; nobody may draw on it."""
    nobody = Drawers(np.zeros(0, np.int64), Rationing(np.zeros(0, np.int64), 1, np.zeros(0, np.int64)))
    blocks = (np.full((1, 1), tonnes) for tonnes in (held, held, 0.0, owed))
    return Account(name, share, *blocks, nobody, nobody)


def test_what_is_bought_goes_to_who_lacks_most() -> None:
    """Of a target of 20 t, halved, one owner lacks 9 t and one 3 t: three quarters of 4 t are the first one's."""
    one, other = owner("jp", 0.5, 1.0), owner("us", 0.5, 7.0)
    Accounts((one, other), 0.0).book(np.array([[4.0]]), np.array([[20.0]]))

    assert (one.held.item(), other.held.item()) == pytest.approx((4.0, 8.0))
    assert (one.brought.item(), other.brought.item()) == pytest.approx((4.0, 8.0))


def test_what_nobody_lacks_goes_by_shares() -> None:
    """Where both have what is theirs."""
    one, other = owner("jp", 0.25, 6.0), owner("us", 0.75, 16.0)
    Accounts((one, other), 0.0).book(np.array([[4.0]]), np.array([[20.0]]))

    assert (one.held.item(), other.held.item()) == pytest.approx((7.0, 19.0))


def test_rotation_sells_of_all_alike_and_pays_back_first() -> None:
    """A tenth of 0.6 t is sold of everybody's; what comes in is first whose it was, and nothing that he brought."""
    one, other = owner("jp", 0.5, 0.2), owner("us", 0.5, 0.4)
    accounts = Accounts((one, other), 0.0)
    accounts.rotate(np.array([[0.06]]))
    assert (one.held.item(), other.held.item()) == pytest.approx((0.18, 0.36))
    assert (one.owed.item(), other.owed.item()) == pytest.approx((0.02, 0.04))

    accounts.book(np.array([[0.03]]), np.array([[1.0]]))
    assert (one.held.item(), other.held.item()) == pytest.approx((0.19, 0.38))
    assert (one.owed.item(), other.owed.item()) == pytest.approx((0.01, 0.02))
    assert (one.brought.item(), other.brought.item()) == pytest.approx((0.2, 0.4))

    accounts.book(np.array([[0.13]]), np.array([[1.0]]))
    assert (one.owed.item(), other.owed.item()) == pytest.approx((0.0, 0.0))
    assert (one.held.item(), other.held.item()) == pytest.approx((0.2 + 0.1 * 0.3 / 0.4, 0.4 + 0.1 * 0.1 / 0.4))
