"""Mines, separation plants and makers, as the plan opens them."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array
from sim.assembly.constants import Constants
from sim.entities.incidence import incidence, matrix
from sim.entities.layers import Layers
from sim.entities.makers import Makers, turns
from sim.entities.mines import Mines
from sim.entities.plan import Plan
from sim.entities.plan_levels import Chemistry
from sim.entities.rows import Rows
from sim.entities.separation import SeparationPlants, yield_of
from sim.entities.shelves import Shelves
from sim.spec.scenario import Scenario
from sim.world import Works


def build_chemistry(scenario: Scenario, rows: Rows) -> Chemistry:
    """Return what goes into what, and what comes of it: t per t."""
    n_shippers, feeds = len(rows.shippers), {key: n for n, key in enumerate(rows.plant_feeds)}
    recipes = [(i, p, r) for i, maker in rows.makers.items() for p, r in maker.recipes.items()]
    bill = [(rows.groups[i, m], rows.shippers[i, p], q.typical) for i, p, r in recipes for m, q in r.inputs.items()]
    falls = [
        (rows.shippers[i, m], rows.shippers[i, p], q.typical) for i, p, r in recipes for m, q in r.byproducts.items()
    ]
    separated = [
        (n, feeds[i, feed], yield_of(scenario, rows.plants[i], product, feed))
        for n, (i, product) in enumerate(rows.plant_products)
        for j, feed in rows.plant_feeds
        if i == j
    ]
    number = {i: n for n, i in enumerate(rows.plants)}
    return Chemistry(
        bill=matrix(bill, (rows.n_groups, n_shippers)),
        falls=matrix(falls, (n_shippers, n_shippers)),
        separated=matrix(separated, (len(rows.plant_products), len(feeds))),
        plant_of_product=np.array([number[i] for i, _ in rows.plant_products], dtype=np.int64),
        plant_of_feed=np.array([number[i] for i, _ in rows.plant_feeds], dtype=np.int64),
    )


def build_works(rows: Rows, plan: Plan, chemistry: Chemistry, constants: Constants, stock: Array) -> Works:
    """Return what plants have ready and in work, from the day the plan opens."""
    ready, out = stock[rows.stock["works"]], plan.out_tpd[: len(rows.works)]
    byproducts = slice(len(rows.works), len(rows.works) + len(rows.byproducts))
    return Works(
        stock=ready,
        position=ready + out * constants.lead_d,
        cover_d=constants.work_cover_d + constants.lead_d + 1.0,
        begun=np.zeros_like(ready),
        begun_t=np.zeros_like(ready),
        shelves=Shelves(constants.lead_d, out),
        falls=chemistry.falls[byproducts, : len(rows.works)],
    )


def build_mines(rows: Rows, constants: Constants, limits: Layers) -> Mines:
    """Return the mines."""
    return Mines(constants.mine_capacity_tpd, limits, rows.facility_rows(rows.mines))


def build_plants(
    scenario: Scenario,
    rows: Rows,
    constants: Constants,
    limits: Layers,
    chemistry: Chemistry,
    stock: Array,
    position: Array,
    works: Works,
) -> SeparationPlants:
    """Return the separation plants."""
    first, n_plants = len(rows.maker_feeds), len(rows.plants)
    made = slice(len(rows.mine_products), len(rows.mine_products) + len(rows.plant_products))
    cost = [p.operating_cost.typical if p.operating_cost else 0.0 for p in rows.plants.values()]
    feeds = stock[rows.stock["plant_feeds"]]
    return SeparationPlants(
        feeds=feeds,
        position=position[first : first + n_plants],
        products=works.stock[made],
        product_position=works.position[made],
        surplus=stock[rows.stock["surplus"]],
        to_surplus=np.zeros((made.stop - made.start, stock.shape[1])),
        drawn=np.zeros((made.stop - made.start, stock.shape[1])),
        separated=chemistry.separated,
        per_plant=incidence(chemistry.plant_of_feed, n_plants),
        per_plant_products=incidence(chemistry.plant_of_product, n_plants),
        plant_of_product=chemistry.plant_of_product,
        plant_of_feed=chemistry.plant_of_feed,
        first_product=np.flatnonzero(np.diff(chemistry.plant_of_product, prepend=-1)),
        capacity_tpd=constants.plant_capacity_tpd,
        limits=limits,
        facility=rows.facility_rows(rows.plants),
        operating_cost=np.array(cost)[:, None],
        used_t=np.zeros_like(feeds),
    )


def build_makers(
    rows: Rows, constants: Constants, limits: Layers, plan: Plan, stock: Array, position: Array, thrift: Array
) -> Makers:
    """Return the makers of metal and magnets."""
    feeds = stock[rows.stock["maker_feeds"]]
    return Makers(
        feeds=feeds,
        position=position[: len(rows.maker_feeds)],
        capacity_tpd=constants.maker_capacity_tpd,
        opening_tpd=plan.out_tpd.copy(),
        limits=limits,
        facility=rows.facility_rows(rows.makers),
        turns=turns(rows),
        used_t=np.zeros_like(feeds),
        thrift=thrift,
    )
