"""What is lost by giving use up, against the integral that it is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from sim.entities.forgone import NEARLY_ONE, forgone

FULL, THRESHOLD = 3.0, 1.2


def lost(short: float, long: float, felt: float, felt_long: float) -> float:
    """Return the area under the demand curve beyond what is wanted, by quadrature."""

    def use(price: float) -> float:
        at = (max(min(price, each), THRESHOLD) / THRESHOLD for each in (felt, felt_long))
        return FULL * math.prod(x**-e for x, e in zip(at, (short, long), strict=True))

    top = max(1.0, felt, felt_long)
    kinks = [x for x in (THRESHOLD, felt, felt_long) if 1 < x < top]
    area, _ = quad(lambda price: use(price) - use(top), 1.0, top, points=kinks, epsabs=0, epsrel=1e-12, limit=200)
    return area


NEAR = [(1 + part * NEARLY_ONE, 0.7) for part in (0.9, -0.9)]
"""Elasticities of which one is nearly one."""
TOGETHER = [(0.4 + part * NEARLY_ONE, 0.6) for part in (0.9, 0.0, -0.9)]
"""Those that are nearly one together."""
PLAIN = [(0.3, 0.6), (1.0, 0.5), (0.5, 1.0), (1.0, 1.0), (1 + 2 * NEARLY_ONE, 0.2), (2.5, 0.0)]


@pytest.mark.parametrize(("short", "long"), PLAIN + NEAR + TOGETHER)
@pytest.mark.parametrize(("felt", "felt_long"), [(6.0, 2.0), (1.5, 9.0), (4.0, 4.0), (5.0, 1.2)])
def test_what_is_forgone_is_the_area_under_the_demand_curve(
    short: float, long: float, felt: float, felt_long: float
) -> None:
    """Whichever price is higher, and at elasticities of one and close to it, where a quotient would lose its digits."""
    logs = [np.array([[math.log(each / THRESHOLD)]]) for each in (felt, felt_long)]
    elasticities = np.array([[short]]), np.array([[long]])
    wanted = FULL * np.exp(-short * logs[0] - long * logs[1])
    found = forgone(np.array([[FULL]]), wanted, (logs[0], logs[1]), elasticities, np.array([THRESHOLD]))

    assert found[0, 0] == pytest.approx(lost(short, long, felt, felt_long), rel=2e-9)
