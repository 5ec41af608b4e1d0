"""What is drawn once per future and then stands: covers, leads, capacities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index
from sim.chance.draws import Draws
from sim.entities.incidence import incidence
from sim.entities.rows import Rows
from sim.spec.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Constants:
    """Drawn constants, (row, replication)."""

    group_cover_d: Array
    """Days of planned use each group aims to hold; 0 for stockpiles."""
    cohort_cover_d: Array
    cohort_share: Array
    """Part of the buyer's tonnage, (cohort, 1)."""
    work_cover_d: Array
    """Days of planned output held ready."""
    lead_d: Index
    """Whole days in work."""
    mine_capacity_tpd: Array
    plant_capacity_tpd: Array
    maker_capacity_tpd: Array


def draw_constants(scenario: Scenario, rows: Rows, draws: Draws) -> Constants:
    """Draw what stands for a whole future."""
    work_ids = [i for i, _ in rows.works]
    cohort_cover_d, share = _cohorts(scenario, rows, draws)
    per_buyer = incidence([rows.buyers[i] for i, _ in rows.cohorts], len(rows.buyers))
    feed_cover_d = facility_draws(scenario, draws, [i for i, _ in rows.maker_feeds] + list(rows.plants), "feed_cover")
    return Constants(
        group_cover_d=np.concatenate(
            [feed_cover_d, per_buyer @ (cohort_cover_d * share), np.zeros((len(rows.piles), draws.width))]
        ),
        cohort_cover_d=cohort_cover_d,
        cohort_share=share,
        work_cover_d=facility_draws(scenario, draws, work_ids, "cover"),
        lead_d=np.maximum(np.rint(facility_draws(scenario, draws, work_ids, "lead")), 1).astype(np.int64),
        mine_capacity_tpd=facility_draws(scenario, draws, rows.mines, "capacity"),
        plant_capacity_tpd=facility_draws(scenario, draws, rows.plants, "capacity"),
        maker_capacity_tpd=facility_draws(scenario, draws, rows.makers, "capacity"),
    )


def facility_draws(scenario: Scenario, draws: Draws, ids: Iterable[str], what: str) -> Array:
    """Draw the quantity named `what` of each facility, (facility, replication)."""
    found = []
    for i in ids:
        facility = scenario.facilities[i]
        found.append(draws.quantity(f"facility/{facility.stream or i}/{what}", getattr(facility, what)))
    return np.stack(found) if found else np.zeros((0, draws.width))


def _cohorts(scenario: Scenario, rows: Rows, draws: Draws) -> tuple[Array, Array]:
    covers, shares = [], []
    for i, n in rows.cohorts:
        buyer = scenario.buyers[i]
        covers.append(draws.quantity(f"buyer/{buyer.stream or i}/cover/{n}", buyer.cohorts[n].cover))
        shares.append(buyer.cohorts[n].share.typical)
    return np.stack(covers), np.array(shares)[:, None]
