"""Overlapping causes end in any order, and none undoes another's work."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.arrays import Mask
from sim.clock import Clock, Story
from sim.entities.layers import Layers
from sim.entities.shelves import Shelves

CAUSES = ("ban", "closure", "quake")


@given(
    shares=st.lists(st.floats(0, 1), min_size=3, max_size=3),
    order=st.permutations(CAUSES),
    hit=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_layers_end_in_any_order(shares: list[float], order: list[str], hit: list[bool]) -> None:
    """While causes stand the smallest counts; once all have ended everything is open again."""
    limits, rows, mask = Layers(5, 4), np.array([1, 3]), np.array(hit)
    for cause, share in zip(CAUSES, shares, strict=True):
        limits.set(cause, rows, share, mask)
    standing = dict(zip(CAUSES, shares, strict=True))
    for cause in order:
        assert (limits.standing[rows][:, mask] == min(standing.values())).all()
        limits.lift(cause, rows, mask)
        standing[cause] = 1.0
    assert (limits.standing == 1).all()


@given(days=st.lists(st.integers(-3, 40), min_size=1, max_size=12), among=st.integers(0, 4095))
def test_waves_hit_every_future_on_its_own_day(days: list[int], among: int) -> None:
    """Each future is hit once, on its day, if that lies in the horizon and it is among those asked."""
    clock, diary = Clock(30), []
    asked = np.array([bool(among >> k & 1) for k in range(len(days))])

    def story() -> Story:
        for wave in clock.waves(np.array(days), among=asked):
            hit: Mask = yield wave
            diary.extend((clock.day, int(future)) for future in np.flatnonzero(hit))

    clock.tell(story())
    clock.run()

    expected = [(day, n) for n, day in enumerate(days) if asked[n] and 0 <= day < 30]
    assert diary == sorted(expected)


@given(
    lags=st.lists(st.lists(st.integers(1, 6), min_size=3, max_size=3), min_size=1, max_size=5),
    shipped=st.lists(st.floats(0, 9), min_size=12, max_size=12),
)
def test_what_leaves_arrives_after_its_lag(lags: list[list[int]], shipped: list[float]) -> None:
    """Whether a row's lag is the same in every future or not, cargo arrives on its day, and is under way till then."""
    lag_d = np.array(lags)
    shelves = Shelves(lag_d, np.full(lag_d.shape, 2.0))
    left = np.full((6, *lag_d.shape), 2.0)
    for day, tonnes in enumerate(shipped):
        arrived = shelves.arrive().copy()
        for (row, future), lag in np.ndenumerate(lag_d):
            assert arrived[row, future] == left[len(left) - lag, row, future]
        leaving = np.full(lag_d.shape, tonnes)
        shelves.leave(leaving, day)
        left = np.concatenate([left, leaving[None]])
    for (row, future), lag in np.ndenumerate(lag_d):
        assert np.isclose(shelves.under_way(11)[row, future], left[len(left) - lag :, row, future].sum())
