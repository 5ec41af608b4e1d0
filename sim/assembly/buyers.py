"""Buyers: what they hold, how they answer to prices, how they catch up."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.assembly.constants import Constants
from sim.chance.draws import Draws
from sim.entities.buyers import Buyers, Overtime
from sim.entities.incidence import incidence
from sim.entities.rows import Rows
from sim.spec.scenario import Scenario


def build_buyers(
    scenario: Scenario, rows: Rows, draws: Draws, constants: Constants, stock: Array, position: Array
) -> Buyers:
    """Return the buyers and their cohorts."""
    end = rows.n_groups - len(rows.piles)
    owner = np.array([rows.buyers[i] for i, _ in rows.cohorts])
    regions = list(scenario.regions)
    catch_up = scenario.catch_up
    blank = np.zeros((len(rows.buyers), stock.shape[1]))
    return Buyers(
        stock=stock[rows.stock["cohorts"]],
        position=position[end - len(rows.buyers) : end],
        buyer=owner,
        per_buyer=incidence(owner, len(rows.buyers)),
        share=constants.cohort_share,
        target_t=np.zeros_like(constants.cohort_cover_d),
        elasticity=_buyer_draws(scenario, draws, "elasticity"),
        long_elasticity=_buyer_draws(scenario, draws, "long_elasticity"),
        threshold=draws.quantity("prices/response_threshold", scenario.prices.response_threshold),
        felt=np.ones_like(blank),
        felt_long=np.ones_like(blank),
        thrift=blank.copy(),
        overtime=Overtime(catch_up.share.typical, catch_up.rate.typical, blank.copy(), blank.copy())
        if catch_up
        else None,
        region=np.array([regions.index(b.region) for b in scenario.buyers.values()], dtype=np.int64),
        notional=blank.copy(),
        thrifted=blank.copy(),
        wanted=blank.copy(),
        forgone=blank.copy(),
        used=np.zeros_like(constants.cohort_cover_d),
        delivered=blank.copy(),
        used_t=blank.copy(),
    )


def _buyer_draws(scenario: Scenario, draws: Draws, what: str) -> Array:
    """Draw the quantity named `what` of each buyer, 0 where it has none, (buyer, replication)."""
    buyers = scenario.buyers.items()
    return np.stack([draws.optional(f"buyer/{b.stream or i}/{what}", getattr(b, what)) for i, b in buyers])
