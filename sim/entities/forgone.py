"""What buyers lose by giving use up because it is dear: the area under their demand curve, no more."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array

NEARLY_ONE = 1e-6
"""An elasticity this near to one is met by a series: dividing by what it lacks of one would leave few digits."""


def forgone(
    full: Array, wanted: Array, logs: tuple[Array, Array], elasticities: tuple[Array, Array], threshold: Array
) -> Array:
    """Return the integral of use less `wanted` from the opening price to the higher of the two prices felt.

    In tonnes at the opening price, (buyer, replication); below 0 by rounding alone. `full` and `wanted` are t at
    opening prices and at those felt; `logs` those of both prices felt over the threshold, at least 0. On the way both
    prices rise together, each as far as it is felt: up to the lower one use falls with both elasticities, from
    there with one.
    """
    low, high = np.minimum(*logs), np.maximum(*logs)
    both, last = elasticities[0] + elasticities[1], np.where(logs[0] >= logs[1], *elasticities)
    top = np.exp(high)
    turn = full * np.exp((1.0 - both) * low)  # use at the lower price times that price
    area = _area(full, turn, both, low) + _area(turn, top * wanted, last, high - low)
    return np.asarray((threshold - 1.0) * full + threshold * area - (threshold * top - 1.0) * wanted)


def _area(start: Array, end: Array, elasticity: Array, log: Array) -> Array:
    """Return the integral of use between two prices, `log` apart; `start` and `end` are use times price there."""
    gap = 1.0 - elasticity
    near = np.abs(gap) < NEARLY_ONE
    return np.where(near, start * log * (1.0 + gap * log / 2.0), (end - start) / np.where(near, 1.0, gap))
