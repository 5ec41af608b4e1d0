"""Nobody of a lower class is served while one of a higher class is short."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.entities.rationing import Rationing
from sim.testing import serves_classes_in_order

AMOUNT = st.floats(0, 100)


@given(data=st.data(), n=st.integers(1, 8), shippers=st.integers(1, 3))
def test_scarce_goods_go_by_class_and_are_used_up(data: st.DataObject, n: int, shippers: int) -> None:
    """Grants never exceed what is asked or on hand, use up what is short, and respect the classes."""
    shipper = np.array(data.draw(st.lists(st.integers(0, shippers - 1), min_size=n, max_size=n)))
    priority = np.array(data.draw(st.lists(st.integers(1, 3), min_size=n, max_size=n)))
    asked, weight = (np.array(data.draw(st.lists(AMOUNT, min_size=n, max_size=n)))[:, None] for _ in range(2))
    on_hand = np.array(data.draw(st.lists(AMOUNT, min_size=shippers, max_size=shippers)))[:, None]
    granted = Rationing(shipper, shippers, priority).grant(asked, on_hand, weight)

    tolerance = 1e-9
    assert (granted <= asked + tolerance).all()
    assert (granted >= 0).all()
    for s in range(shippers):
        mine = shipper == s
        total, wanted = granted[mine].sum(), asked[mine].sum()
        assert abs(total - min(on_hand[s, 0], wanted)) < 1e-6
        assert serves_classes_in_order(granted[mine, 0], asked[mine, 0], priority[mine])


@given(right=st.floats(0, 50), asked=st.floats(0, 100), on_hand=st.floats(0, 100))
def test_a_right_comes_before_every_class(right: float, asked: float, on_hand: float) -> None:
    """Who holds a right gets it first, though a higher class asks too."""
    rationing = Rationing(np.array([0, 0]), 1, np.array([1, 2]))
    granted = rationing.grant(
        np.array([[100.0], [asked]]), np.array([[on_hand]]), np.ones((2, 1)), np.array([[0.0], [right]])
    )

    assert granted[1, 0] >= min(right, asked, on_hand) - 1e-9
