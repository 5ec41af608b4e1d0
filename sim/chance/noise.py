"""Weekly noise on use and on prices, drawn before the play."""

from __future__ import annotations

import math

import numpy as np

from sim.arrays import Array
from sim.chance.draws import Draws
from sim.spec.scenario import Scenario
from sim.units import DAYS_PER_WEEK, DAYS_PER_YEAR


def weeks(horizon_d: int) -> int:
    """Return how many weeks a horizon touches."""
    return (horizon_d - 1) // DAYS_PER_WEEK + 1


def autoregressive(draws: Draws, stream: str, n_weeks: int, sd: float, persistence_d: float) -> Array:
    """Return a first-order autoregression that starts at 0, (week, replication); `sd` is its long-run deviation."""
    path = np.zeros((n_weeks, draws.width))
    if n_weeks > 1 and sd > 0:
        phi = math.exp(-DAYS_PER_WEEK / persistence_d)
        shock = draws.normals(stream, range(n_weeks)) * (sd * math.sqrt(1 - phi**2))
        for week in range(1, n_weeks):
            path[week] = phi * path[week - 1] + shock[week]
    return path


def demand_noise(scenario: Scenario, draws: Draws) -> Array:
    """Return the factor on use, with mean 1, (region, week, replication)."""
    n_weeks, noise = weeks(scenario.horizon_d), scenario.demand_noise
    if noise is None:
        return np.ones((len(scenario.regions), n_weeks, draws.width))
    sd, persistence_d = noise.volatility.typical, noise.persistence.typical
    paths = [autoregressive(draws, f"demand/{i}", n_weeks, sd, persistence_d) for i in scenario.regions]
    return np.exp(np.stack(paths) - _half_variance(n_weeks, sd, persistence_d))


def _half_variance(n_weeks: int, sd: float, persistence_d: float) -> Array:
    """Return what the exponential of a noise exceeds 1 by on average, in logs, (week, 1)."""
    phi = math.exp(-DAYS_PER_WEEK / persistence_d)
    return np.asarray(sd**2 * (1 - phi ** (2 * np.arange(n_weeks)[:, None])) / 2)


def price_noise(scenario: Scenario, draws: Draws) -> Array:
    """Return the noise on the log price, with mean price 1, (element, week, replication)."""
    n_weeks, persistence_d = weeks(scenario.horizon_d), scenario.prices.noise_persistence.typical
    paths = []
    for i, element in scenario.prices.elements.items():
        yearly = element.volatility.typical if element.volatility else 0.0
        sd = yearly * math.sqrt(persistence_d / (2 * DAYS_PER_YEAR))
        path = autoregressive(draws, f"price/{i}", n_weeks, sd, persistence_d)
        paths.append(path - _half_variance(n_weeks, sd, persistence_d))
    return np.stack(paths) if paths else np.zeros((0, n_weeks, draws.width))
