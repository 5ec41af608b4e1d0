"""Whose content is followed: one origin per content rule."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index
from sim.assembly.market import market_of
from sim.entities.detours import Detours
from sim.entities.incidence import matrix
from sim.entities.lanes import Lanes
from sim.entities.origin import Origin, Places
from sim.entities.plan import Plan
from sim.entities.plan_levels import Chemistry
from sim.entities.rows import Rows
from sim.entities.values import Values
from sim.spec.controls import ContentRule
from sim.spec.scenario import Scenario


def origins(
    scenario: Scenario,
    rows: Rows,
    lanes: Lanes,
    plan: Plan,
    chemistry: Chemistry,
    values: Values,
    opening_value: Array,
    lead_d: Index,
    late: Detours | None,
) -> dict[str, Origin]:
    """Make what each content rule follows, by the rule."""
    out_tpd = plan.out_tpd[: len(rows.works)]
    return {
        i: Origin(
            _places(scenario, rows, chemistry, values, opening_value, rule.authority),
            lanes,
            rows.n_stock,
            plan.flow_tpd,
            out_tpd,
            lead_d,
            late,
        )
        for i, rule in scenario.disruptions.items()
        if isinstance(rule, ContentRule)
    }


def _places(
    scenario: Scenario, rows: Rows, chemistry: Chemistry, values: Values, opening_value: Array, authority: str
) -> Places:
    at, n_mines, n_plants = rows.stock, len(rows.mine_products), len(rows.plant_products)
    home = {i for i, facility in scenario.facilities.items() if facility.region == authority}
    n_works = len(rows.works)
    n_feeds, n_buyers = len(rows.maker_feeds) + len(rows.plant_feeds), len(rows.buyers)
    return Places(
        feeds=slice(0, n_feeds),
        works=at["works"],
        byproducts=at["byproducts"],
        piles=at["piles"],
        surplus=at["surplus"],
        n_maker_feeds=len(rows.maker_feeds),
        separated_works=slice(n_mines, n_mines + n_plants),
        ships=slice(at["works"].start, at["piles"].stop),
        pile_receivers=slice(n_feeds + n_buyers, n_feeds + n_buyers + len(rows.piles)),
        value_in=_value_in(scenario, rows, values, opening_value),
        separated=chemistry.separated,
        falls=chemistry.falls[n_works : n_works + len(rows.byproducts), :n_works],
        home_rows=np.array([n for n, (i, _) in enumerate(rows.stock_keys) if i in home], dtype=np.int64),
        home_works=np.array([n for n, (i, _) in enumerate(rows.works) if i in home], dtype=np.int64),
    )


def _value_in(scenario: Scenario, rows: Rows, values: Values, opening_value: Array) -> csr_array:
    """Opening value of a maker's feeds in that of its product, (work, maker feed)."""

    def worth(i: str, material: str) -> float:
        return float(opening_value[values.number[material, market_of(scenario, i)], 0])

    feeds = {key: n for n, key in enumerate(rows.maker_feeds)}
    entries = [
        (rows.shippers[i, product], feeds[i, m], q.typical * worth(i, m) / worth(i, product))
        for i, maker in rows.makers.items()
        for product, recipe in maker.recipes.items()
        if worth(i, product) > 0
        for m, q in recipe.inputs.items()
    ]
    return matrix(entries, (len(rows.works), len(rows.maker_feeds)))
