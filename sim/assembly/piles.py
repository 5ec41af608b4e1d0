"""Stockpiles on day 0: what they hold, whom they serve, and who may draw what."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.assembly.constants import facility_draws
from sim.assembly.opening import pile_tonnes
from sim.chance.dates import When
from sim.chance.draws import Draws
from sim.entities.accounts import Account, Accounts, Drawers
from sim.entities.budgets import Budgets
from sim.entities.calls import Call, Ration
from sim.entities.incidence import incidence, sum_rows
from sim.entities.lanes import Lanes
from sim.entities.plan import Plan
from sim.entities.rationing import Rationing
from sim.entities.rotation import Rotation
from sim.entities.rows import Rows
from sim.entities.stockpiles import Pile, Stockpiles
from sim.entities.treasury import Treasury
from sim.spec.controls import Control
from sim.spec.network import Stockpile
from sim.spec.quantity import Duration
from sim.spec.reach import region_of
from sim.spec.scenario import Scenario


def build_piles(
    rows: Rows,
    draws: Draws,
    when: dict[str, When],
    lanes: Lanes,
    plan: Plan,
    stock: Array,
    position: Array,
    opening_value: Array,
    treasury: Treasury | None,
) -> Stockpiles:
    """Make the stockpiles; `stock` (stock row, replication) and `position` (group, replication) are views.

    `opening_value` is USD/kg, (pile row, 1).
    """
    scenario, held = rows.scenario, stock[rows.stock["piles"]]
    target = pile_tonnes(scenario, rows, draws, lanes, plan, "target")
    limit, refill, ceiling = np.full_like(held, np.inf), np.zeros_like(held), np.zeros((len(held), 1))
    for n, (i, _) in enumerate(rows.piles):
        pile, stream = rows.stockpiles[i], f"facility/{rows.stockpiles[i].stream or i}"
        whole = sum_rows(target[[m for m, (j, _) in enumerate(rows.piles) if j == i]])
        part = np.divide(target[n], whole, out=np.zeros_like(whole), where=whole > 0)
        if pile.release_over is not None:
            limit[n] = target[n] / draws.quantity(f"{stream}/release_over", pile.release_over)
        if pile.rate is not None:
            limit[n] = np.minimum(limit[n], draws.quantity(f"{stream}/rate", pile.rate) * part)
        if pile.refill is not None:
            refill[n] = draws.quantity(f"{stream}/refill", pile.refill.rate) * part
            ceiling[n] = pile.refill.price_ceiling.typical
    return Stockpiles(
        stock=held,
        position=position[rows.n_groups - len(rows.piles) :],
        piles=tuple(_pile(rows, draws, when, lanes, i, held, target) for i in rows.stockpiles),
        release_limit_tpd=limit,
        target_t=target,
        room_t=pile_tonnes(scenario, rows, draws, lanes, plan, "room"),
        refill_tpd=refill,
        price_ceiling=ceiling,
        decision_day=_decision_days(rows, draws),
        budgets=_budgets(rows, draws, treasury),
        opening_value=opening_value,
        released=np.zeros((lanes.n_release, draws.width)),
        let_go=np.zeros_like(held),
        released_t=np.zeros_like(held),
        rotated=np.zeros_like(held),
        discount=np.array([[_discount(rows.stockpiles[i])] for i, _ in rows.piles]).reshape(-1, 1),
    )


def _decision_days(rows: Rows, draws: Draws) -> Index | None:
    piles = rows.stockpiles
    if not any(pile.decision_day for pile in piles.values()):
        return None
    return np.stack([_days(draws, i, piles[i], "decision_day", piles[i].decision_day) for i, _ in rows.piles])


def _days(draws: Draws, i: str, pile: Stockpile, what: str, duration: Duration | None) -> Index:
    """Draw whole days of a pile, 0 where none are given, (replication,)."""
    if duration is None:
        return np.zeros(draws.width, dtype=np.int64)
    return draws.days(f"facility/{pile.stream or i}/{what}", duration)


def _budgets(rows: Rows, draws: Draws, treasury: Treasury | None) -> Budgets | None:
    refills = [pile.refill for pile in rows.stockpiles.values()]
    money = [refill.budget.typical if refill and refill.budget else np.inf for refill in refills]
    if np.isinf(money).all() and treasury is None:
        return None
    number = {i: n for n, i in enumerate(rows.stockpiles)}
    pile = np.array([number[i] for i, _ in rows.piles], dtype=np.int64)
    added = np.array([n for n, (i, _) in enumerate(rows.piles) if i in rows.scenario.policy_facilities], dtype=np.int64)
    left = np.tile(np.array(money)[:, None], draws.width)
    return Budgets(left, pile, incidence(pile, len(money)), treasury, added)


def _pile(
    rows: Rows,
    draws: Draws,
    when: dict[str, When],
    lanes: Lanes,
    i: str,
    held: Array,
    target: Array,
) -> Pile:
    scenario, pile = rows.scenario, rows.stockpiles[i]
    own = [n for n, (j, _) in enumerate(rows.piles) if j == i]
    first_pile = len(rows.shippers) - len(rows.piles)
    specs = list(lanes.specs.values())
    out = np.array([n for n in range(*lanes.release.indices(len(specs))) if specs[n].from_ == i], dtype=np.int64)
    to = [specs[n].to for n in out]
    shipper = lanes.shipper[out] - first_pile - own[0]
    priority = np.where(np.isin(np.array(to, dtype=str), np.array(pile.first, dtype=str)), 0, lanes.priority[out])
    return Pile(
        rows=slice(own[0], own[-1] + 1),
        lanes=out - lanes.release.start,
        group=lanes.group[out],
        received=lanes.received[out, None],
        capacity_tpd=lanes.capacity_tpd[out],
        trigger_d=facility_draws(scenario, draws, [i], "trigger")[0] if pile.trigger else None,
        fills_gaps=pile.rate is None and pile.ration is None,
        row=shipper,
        rationing=Rationing(shipper, len(own), priority),
        call=_call(scenario, draws, when, i, pile),
        ration=_ration(draws, i, pile, held[own]),
        accounts=_accounts(scenario, pile, to, priority, shipper, held[own]),
        rotation=_rotation(draws, i, pile, shipper, len(own)),
    )


def _discount(pile: Stockpile) -> float:
    return pile.rotation.discount.typical if pile.rotation and pile.rotation.discount else 0.0


def _rotation(draws: Draws, i: str, pile: Stockpile, row: Index, n_rows: int) -> Rotation | None:
    if pile.rotation is None:
        return None
    return Rotation(
        over_d=draws.quantity(f"facility/{pile.stream or i}/rotation", pile.rotation.over),
        rationing=Rationing(row, n_rows, np.zeros_like(row)),
        from_day=_days(draws, i, pile, "decision_day", pile.decision_day),
    )


def _call(scenario: Scenario, draws: Draws, when: dict[str, When], i: str, pile: Stockpile) -> Call | None:
    asked = pile.when
    if asked is None and pile.decision_day is None:
        return None
    start = _days(draws, i, pile, "decision_day", pile.decision_day)
    if asked is None:
        return Call(start, None, None)
    start = np.maximum(start, _days(draws, i, pile, "start", asked.start))
    price = asked.price.typical if asked.price else None
    if asked.emergency is None:
        return Call(start, price, None)
    delay = _days(draws, i, pile, "delay", asked.emergency.delay)
    controls = tuple(name for name, one in scenario.disruptions.items() if isinstance(one, Control))
    dated = [when[name] for name in asked.emergency.during or controls if name in when]
    spells = tuple((np.where(each.happens, each.first + delay, each.end), each.end) for each in dated)
    return Call(start, price, spells)


def _ration(draws: Draws, i: str, pile: Stockpile, held: Array) -> Ration | None:
    if pile.ration is None:
        return None
    over_d = np.maximum(_days(draws, i, pile, "ration", pile.ration), 1).astype(np.float64)
    return Ration(over_d, np.zeros_like(held), np.zeros_like(held))


def _accounts(
    scenario: Scenario, pile: Stockpile, to: list[str], priority: Index, shipper: Index, held: Array
) -> Accounts | None:
    """Open an account for each owner with a share; `held` is what the pile opens with, t, (row, replication)."""
    if not pile.shares:
        return None
    drawers = drawers_of(scenario, pile, to, priority, shipper, len(held))
    each = [
        Account(
            owner=owner,
            share=share.typical,
            held=share.typical * held,
            brought=share.typical * held,
            lent=np.zeros_like(held),
            owed=np.zeros_like(held),
            own=drawers[owner][0],
            others=drawers[owner][1],
        )
        for owner, share in pile.shares.items()
        if share.typical > 0
    ]
    return Accounts(tuple(each), pile.entitlement.typical if pile.entitlement else 0.0)


def drawers_of(
    scenario: Scenario, pile: Stockpile, to: list[str], priority: Index, row: Index, n_rows: int
) -> dict[str, tuple[Drawers, Drawers]]:
    """Return owner -> the lanes into its own region, and the others; `row` is what each lane leaves, (lane,)."""
    drawn_for = np.array([region_of(place, scenario) for place in to], dtype=str)
    first = np.where(np.isin(np.array(to, dtype=str), np.array(pile.first, dtype=str)), 0, priority)

    def drawers(who: Mask) -> Drawers:
        few = np.flatnonzero(who)
        return Drawers(few, Rationing(row[few], n_rows, first[few]))

    return {owner: (drawers(drawn_for == owner), drawers(drawn_for != owner)) for owner in pile.shares}
