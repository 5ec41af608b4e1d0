"""Day 0: every stock and every shelf as the opening plan calls for, so that an undisturbed network stands still."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.chance.draws import Draws
from sim.entities.incidence import incidence
from sim.entities.lanes import Lanes
from sim.entities.normal import Normal
from sim.entities.plan import Plan
from sim.entities.rows import Rows
from sim.entities.treasury import Treasury
from sim.spec.network import Stockpile
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario
from sim.units import KG_PER_T


def opening_stock(scenario: Scenario, rows: Rows, draws: Draws, normal: Normal) -> Array:
    """Return every stock row on day 0, t, (stock row, replication)."""
    stock = normal.stock(np.arange(draws.width))
    stock[rows.stock["piles"]] = pile_tonnes(scenario, rows, draws, normal.lanes, normal.plan, "opening")
    return stock


def pay_for_opening(treasury: Treasury, rows: Rows, piles: Array, value: Array) -> None:
    """Cut what the policy's piles open with, t, (pile row, replication), to what is paid for, in file order.

    `value` is USD/kg on opening, (pile row, 1).
    """
    for n, (i, _) in enumerate(rows.piles):
        if i in rows.scenario.policy_facilities:
            cost = piles[n] * value[n] * KG_PER_T
            part = treasury.part(cost)
            piles[n] *= part
            treasury.pay(part * cost)


def pile_tonnes(scenario: Scenario, rows: Rows, draws: Draws, lanes: Lanes, plan: Plan, what: str) -> Array:
    """Return opening stock or target, never above the room, or room, of stockpiles, t, (pile row, replication)."""
    found = np.zeros((len(rows.piles), draws.width))
    for n, (i, material) in enumerate(rows.piles):
        pile = scenario.facilities[i]
        assert isinstance(pile, Stockpile)
        held, amount = pile.stocks[material], {}
        for name in ("opening", "target", "room"):
            stock = getattr(held, name)
            if stock is not None:
                drawn = draws.quantity(f"facility/{pile.stream or i}/{name}/{material}", stock)
                amount[name] = drawn * _tonnes_per_unit(rows, lanes, plan, pile, i, material, stock)
        target = amount["target"] = np.maximum(amount["opening"], amount.get("target", amount["opening"]))
        room = amount.setdefault("room", target)
        found[n] = np.minimum(amount[what], room)
    return found


def group_sums(rows: Rows, stock: Array) -> Array:
    """Return what each group has on hand, t, (group, replication)."""
    buyers = [rows.groups[i, rows.scenario.buyers[i].material] for i, _ in rows.cohorts]
    feeds = [rows.groups[key] for key in rows.maker_feeds + rows.plant_feeds]
    piles = [rows.groups[key] for key in rows.piles]
    kinds = ("maker_feeds", "plant_feeds", "cohorts", "piles")
    held = np.concatenate([stock[rows.stock[kind]] for kind in kinds])
    return np.asarray(incidence(feeds + buyers + piles, rows.n_groups) @ held)


def _tonnes_per_unit(
    rows: Rows, lanes: Lanes, plan: Plan, pile: Stockpile, i: str, material: str, held: Quantity
) -> Array:
    """Return 1 for tonnes; for days, what those of `days_of` use a day, in shipped tonnes of the pile's material."""
    if held.unit == "t":
        return np.ones(plan.use_tpd.shape[1])
    a_day, counted = np.zeros(plan.use_tpd.shape[1]), set[int]()
    for row, lane in enumerate(lanes.specs.values()):
        served = lane.from_ == i and lane.to in pile.days_of and lane.material == material
        if served and lanes.group[row] not in counted:  # a lane of its own and one of a response lead to one place
            a_day += plan.use_tpd[lanes.group[row]] / lanes.received[row]
            counted.add(lanes.group[row])
    return a_day
