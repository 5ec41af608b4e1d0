"""Stockpiles on day 0: what they hold, whom they serve, and who may draw what."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.assembly.constants import facility_draws
from sim.assembly.opening import pile_tonnes
from sim.draws import Draws
from sim.entities.accounts import Account, Accounts, Drawers
from sim.entities.incidence import sum_rows
from sim.entities.lanes import Lanes
from sim.entities.plan import Plan
from sim.entities.rationing import Rationing
from sim.entities.rows import Rows
from sim.entities.stockpiles import Pile, Stockpiles
from sim.spec.network import Stockpile
from sim.spec.reach import region_of
from sim.spec.scenario import Scenario


def build_piles(
    scenario: Scenario, rows: Rows, draws: Draws, lanes: Lanes, plan: Plan, stock: Array, position: Array
) -> Stockpiles:
    """Make the stockpiles; `stock` (stock row, replication) and `position` (group, replication) are views."""
    held = stock[rows.stock["piles"]]
    limit, refill, ceiling = np.full_like(held, np.inf), np.zeros_like(held), np.zeros((len(held), 1))
    for n, (i, _) in enumerate(rows.piles):
        pile = rows.stockpiles[i]
        if pile.release_over is not None:
            limit[n] = held[n] / facility_draws(scenario, draws, [i], "release_over")[0]
        if pile.refill is not None:
            own = held[[m for m, (j, _) in enumerate(rows.piles) if j == i]]
            whole = sum_rows(own)
            part = np.divide(held[n], whole, out=np.zeros_like(whole), where=whole > 0)
            refill[n] = draws.quantity(f"facility/{pile.stream or i}/refill", pile.refill.rate) * part
            ceiling[n] = pile.refill.price_ceiling.typical
    return Stockpiles(
        stock=held,
        position=position[rows.n_groups - len(rows.piles) :],
        piles=tuple(_pile(scenario, rows, draws, lanes, i, held) for i in rows.stockpiles),
        release_limit_tpd=limit,
        target_t=held.copy(),
        room_t=pile_tonnes(scenario, rows, draws, lanes, plan, "room"),
        refill_tpd=refill,
        price_ceiling=ceiling,
        released=np.zeros((len(lanes.specs) - lanes.release.start, draws.width)),
        let_go=np.zeros_like(held),
        released_t=np.zeros_like(held),
    )


def _pile(scenario: Scenario, rows: Rows, draws: Draws, lanes: Lanes, i: str, held: Array) -> Pile:
    own = [n for n, (j, _) in enumerate(rows.piles) if j == i]
    first_pile = len(rows.shippers) - len(rows.piles)
    out = np.array([n for n, lane in enumerate(lanes.specs.values()) if lane.from_ == i], dtype=np.int64)
    shipper, priority = lanes.shipper[out] - first_pile - own[0], lanes.priority[out]
    return Pile(
        rows=slice(own[0], own[-1] + 1),
        lanes=out - lanes.release.start,
        group=lanes.group[out],
        received=lanes.received[out, None],
        capacity_tpd=lanes.capacity_tpd[out],
        trigger_d=facility_draws(scenario, draws, [i], "trigger")[0],
        rationing=Rationing(shipper, len(own), priority),
        accounts=_accounts(scenario, lanes, i, out, shipper, held[own]),
    )


def _accounts(scenario: Scenario, lanes: Lanes, i: str, out: Index, shipper: Index, held: Array) -> Accounts | None:
    """Open an account for each owner with a share; `held` is what the pile opens with, t, (row, replication)."""
    pile, specs = scenario.facilities[i], list(lanes.specs.values())
    assert isinstance(pile, Stockpile)
    if not pile.shares:
        return None
    drawn_for = np.array([region_of(specs[n].to, scenario) for n in out], dtype=str)

    def drawers(who: Mask) -> Drawers:
        few = np.flatnonzero(who)
        return Drawers(few, Rationing(shipper[few], len(held), lanes.priority[out[few]]))

    each = [
        Account(
            share=share.typical,
            held=share.typical * held,
            brought=share.typical * held,
            lent=np.zeros_like(held),
            own=drawers(drawn_for == owner),
            others=drawers(drawn_for != owner),
        )
        for owner, share in pile.shares.items()
        if share.typical > 0
    ]
    return Accounts(tuple(each), pile.entitlement.typical if pile.entitlement else 0.0)
