"""The order in which a plan is made: receivers before shippers, and what each step of it needs to know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Index
from sim.entities.incidence import incidence, matrix
from sim.entities.lanes import Lanes
from sim.entities.rows import Rows
from sim.spec.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Chemistry:
    """What becomes of what, in tonnes per tonne."""

    bill: csr_array
    """Use of each maker's feed per tonne of each shipper row's product, (group, shipper)."""
    falls: csr_array
    """By-product per tonne of each shipper row's product, (shipper, shipper)."""
    separated: csr_array
    """Product per tonne of feed, (plant product, plant feed)."""
    plant_of_product: Index
    plant_of_feed: Index


@dataclass(frozen=True, eq=False)
class Level:
    """Facilities that no other of the same level waits for."""

    mines: Index
    """Rows among mines, which are the first shippers too."""
    recipes: Index
    """Rows of makers' products among shippers."""
    recipe_maker: Index
    """Row among makers, (recipe,)."""
    turns: tuple[Index, ...]
    """Which of `recipes` are first, second ... in their makers' lists."""
    bill: csr_array
    """(group, shipper)."""
    falls: csr_array
    """(shipper, shipper)."""
    push: Index
    """Push lanes out of this level."""
    plants: Index
    """Rows among separation plants."""
    plant_groups: Index
    products: Index
    """Rows of plants' products among shippers."""
    first: Index
    """Where each plant's products begin in `products`."""
    owner: Index
    """Which of `plants` makes it, (product,)."""
    pushed: csr_array
    """Flow on push lanes -> separated product, (product, push lane)."""
    sent: csr_array
    """Flow on push lanes -> received tonnes, (group, push lane)."""
    drawn: csr_array
    """Today's shares -> separated product per tonne ordered, (product, pull lane)."""
    bought: csr_array
    """Today's shares -> their sum, (plant, pull lane)."""
    lanes: Index
    """Pull lanes into this level."""
    shippers: csr_array
    """Flow on `lanes` -> shippers."""


def levels(scenario: Scenario, rows: Rows, lanes: Lanes, chemistry: Chemistry) -> list[Level]:
    """Sort facilities into levels, buyers first."""
    rank = _ranks(scenario, lanes)
    top = max(rank.values(), default=0)
    return [_level(rows, lanes, chemistry, {i for i, r in rank.items() if r == k}) for k in range(top + 1)]


def _turns(makers: list[str]) -> tuple[Index, ...]:
    """Sort recipes, given by maker in file order, into the first of each maker, the second, and so on."""
    turn = np.array([makers[:n].count(i) for n, i in enumerate(makers)], dtype=np.int64)
    return tuple(np.flatnonzero(turn == k) for k in range(turn.max(initial=-1) + 1))


def _ranks(scenario: Scenario, lanes: Lanes) -> dict[str, int]:
    """Longest path from the buyers: who orders is planned before who ships, who pushes before who is sent to."""
    after: dict[str, set[str]] = {i: set() for i in [*scenario.facilities, *scenario.buyers]}
    for row, lane in enumerate(lanes.specs.values()):
        if row < lanes.n_pull:
            after[lane.from_].add(lane.to)
        elif row < lanes.n_pull + lanes.n_push:
            after[lane.to].add(lane.from_)
    rank: dict[str, int] = {}

    def visit(place: str) -> int:
        if place not in rank:
            rank[place] = 1 + max((visit(p) for p in after[place]), default=-1)
        return rank[place]

    for place in after:
        visit(place)
    return rank


def _level(rows: Rows, lanes: Lanes, chemistry: Chemistry, members: set[str]) -> Level:
    feed_rows = [n for n, (i, _) in enumerate(rows.maker_feeds) if i in members]
    fall_rows = [row for (i, m), row in rows.shippers.items() if i in members and (i, m) in rows.byproducts]
    plants = [n for n, i in enumerate(rows.plants) if i in members]
    kept = np.flatnonzero(np.isin(chemistry.plant_of_product, plants))
    owner = chemistry.plant_of_product[kept]
    specs = list(lanes.specs.values())
    into = np.array([n for n in range(lanes.n_pull) if specs[n].to in members], dtype=np.int64)
    first_feed = len(rows.maker_feeds)
    yield_of_lane = _yield_of_lane(rows, lanes, chemistry)[kept]
    push = lanes.push
    mine_rows = len(rows.mine_products)
    in_level = np.isin(lanes.group[push] - first_feed, plants)
    makers = list(rows.makers)
    recipes = [(n, i) for n, (i, _) in enumerate(rows.works) if i in members and i in rows.makers]
    return Level(
        mines=np.array([n for n, i in enumerate(rows.mines) if i in members], dtype=np.int64),
        recipes=np.array([n for n, _ in recipes], dtype=np.int64),
        recipe_maker=np.array([makers.index(i) for _, i in recipes], dtype=np.int64),
        turns=_turns([i for _, i in recipes]),
        plants=np.array(plants, dtype=np.int64),
        owner=np.searchsorted(plants, owner),
        bill=_only(chemistry.bill, feed_rows),
        falls=_only(chemistry.falls, fall_rows),
        pushed=csr_array(yield_of_lane[:, push].multiply(lanes.received[None, push])),
        drawn=csr_array(yield_of_lane[:, lanes.pull]),
        bought=matrix(
            [
                (k, n, 1.0)
                for k, g in enumerate(plants)
                for n in range(lanes.n_pull)
                if lanes.group[n] == first_feed + g
            ],
            (len(plants), lanes.n_pull),
        ),
        sent=incidence(lanes.group[push], lanes.n_groups, lanes.received[push] * in_level),
        products=kept + mine_rows,
        first=np.flatnonzero(np.diff(owner, prepend=-1)),
        plant_groups=first_feed + np.array(plants, dtype=np.int64),
        lanes=into,
        push=np.array([n for n in range(push.start, push.stop) if specs[n].from_ in members], dtype=np.int64),
        shippers=incidence(lanes.shipper[into], lanes.n_shippers),
    )


def _yield_of_lane(rows: Rows, lanes: Lanes, chemistry: Chemistry) -> csr_array:
    """Separated product per tonne received on each lane, (plant product, lane)."""
    first = len(rows.maker_feeds)
    feed = [(int(r) - first, n) for n, r in enumerate(lanes.receiver) if first <= r < first + len(rows.plant_feeds)]
    received = matrix([(f, n, 1.0) for f, n in feed], (len(rows.plant_feeds), len(lanes.specs)))
    return csr_array(chemistry.separated @ received)


def _only(full: csr_array, rows: list[int]) -> csr_array:
    keep = np.zeros(full.shape[0])
    keep[rows] = 1.0
    return csr_array(full.multiply(keep[:, None]))
