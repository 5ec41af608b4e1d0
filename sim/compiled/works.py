"""Makers, separation and mines; docs/model.md, section 5, steps 6 to 8."""

from __future__ import annotations

import numpy as np

from sim.arrays import Array, Index
from sim.compiled.arithmetic import below
from sim.compiled.jit import compiled

TRACE = 1e-6
"""That of `sim.entities.separation`."""
TINY = 2.2250738585072014e-308
"""The least normal float64: keeps a share of nothing finite."""


@compiled
def call_for(target: Array, position: Array, wanted: Array) -> None:
    """Find what is wanted of every work."""
    n = wanted.shape[1]
    for work in range(len(wanted)):
        for j in range(n):
            lacking = target[work, j] - position[work, j]
            wanted[work, j] = lacking if lacking > 0.0 else 0.0


@compiled
def make(
    wanted: Array,
    begun: Array,
    opening: Array,
    capacity: Array,
    standing: Array,
    facility: Index,
    recipes: Index,
    recipe_work: Index,
    recipe_maker: Index,
    places: Index,
    place_feed: Index,
    place_bill: Array,
    place_thrifty: Index,
    thrift: Array,
    feeds: Array,
    position: Array,
    used_t: Array,
) -> None:
    """Let makers take turns over `recipes`, twice: first as on day 0, then all that is wanted."""
    n = wanted.shape[1]
    left = np.empty((len(capacity), n))
    for maker in range(len(capacity)):
        of = facility[maker]
        for j in range(n):
            left[maker, j] = capacity[maker, j] * standing[of, j]
    for recipe in recipes:
        begun[recipe_work[recipe]] = 0.0
    run, takes = np.empty(n), np.empty(n)
    for again in range(2):
        for recipe in recipes:
            work, maker = recipe_work[recipe], recipe_maker[recipe]
            some = False
            for j in range(n):
                more = wanted[work, j] - begun[work, j] if again else min(wanted[work, j], opening[work, j])
                some |= more > 0.0
                run[j] = more if more < left[maker, j] else left[maker, j]
            if not some:
                continue
            for place in range(places[recipe], places[recipe + 1]):
                feed, bill = place_feed[place], place_bill[place]
                _per_tonne(bill, thrift[feed], place_thrifty[place] > 0, takes)
                for j in range(n):
                    most = feeds[feed, j] / takes[j]
                    run[j] = most if most < run[j] else run[j]
            for place in range(places[recipe], places[recipe + 1]):
                feed, bill = place_feed[place], place_bill[place]
                _per_tonne(bill, thrift[feed], place_thrifty[place] > 0, takes)
                for j in range(n):
                    takes[j] *= run[j]
                for j in range(n):
                    kept = feeds[feed, j] - takes[j]
                    feeds[feed, j] = kept if kept > 0.0 else 0.0
                for j in range(n):
                    position[feed, j] -= takes[j]
                for j in range(n):
                    used_t[feed, j] += takes[j]
            for j in range(n):
                left[maker, j] -= run[j]
            for j in range(n):
                begun[work, j] += run[j]


@compiled
def _per_tonne(bill: float, thrift: Array, thrifty: bool, takes: Array) -> None:
    for j in range(len(takes)):
        takes[j] = bill * (1.0 - thrift[j]) if thrifty else bill


@compiled
def separate(
    wanted: Array,
    begun: Array,
    value: Array,
    value_row: Index,
    feed_first: Index,
    product_first: Index,
    first: Index,
    column: Index,
    weight: Array,
    capacity: Array,
    standing: Array,
    facility: Index,
    cost: Array,
    feeds: Array,
    position: Array,
    products: Array,
    product_position: Array,
    surplus: Array,
    to_surplus: Array,
    drawn: Array,
    used_t: Array,
) -> None:
    """Feed what the most wanted product of each plant calls for, where its basket pays."""
    n = wanted.shape[1]
    most = 0
    for plant in range(len(capacity)):
        most = max(most, product_first[plant + 1] - product_first[plant])
    on_hand, run, pays, share, yields = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty((most, n))
    for plant in range(len(capacity)):
        begin, end = product_first[plant], product_first[plant + 1]
        on_hand[:] = 0.0
        for feed in range(feed_first[plant], feed_first[plant + 1]):
            for j in range(n):
                on_hand[j] += feeds[feed, j]
        run[:] = 0.0
        pays[:] = 0.0
        for product in range(begin, end):
            of_feed = yields[product - begin]
            of_feed[:] = 0.0
            for entry in range(first[product], first[product + 1]):
                feed, part = column[entry], weight[entry]
                for j in range(n):
                    of_feed[j] += part * feeds[feed, j]
            priced = value_row[product]
            for j in range(n):
                of_feed[j] /= on_hand[j] if on_hand[j] > TINY else TINY
            for j in range(n):
                pays[j] += of_feed[j] * value[priced, j]
            for j in range(n):
                lacking = wanted[product, j] - surplus[product, j]
                call = (lacking if lacking > 0.0 else 0.0) / of_feed[j] if of_feed[j] > TRACE else 0.0
                run[j] = call if call > run[j] else run[j]
        of, least = facility[plant], cost[plant, 0]
        for j in range(n):
            can = capacity[plant, j] * standing[of, j]
            can = can if can < on_hand[j] else on_hand[j]
            can = can if can < run[j] else run[j]
            run[j] = 0.0 if below(pays[j], least) else can
        for j in range(n):
            share[j] = run[j] / (on_hand[j] if on_hand[j] > TINY else TINY)
        for feed in range(feed_first[plant], feed_first[plant + 1]):
            for j in range(n):
                fed = feeds[feed, j] * share[j]
                kept = feeds[feed, j] - fed
                used_t[feed, j] += fed
                feeds[feed, j] = kept if kept > 0.0 else 0.0
        for j in range(n):
            position[plant, j] -= run[j]
        for product in range(begin, end):
            of_feed = yields[product - begin]
            for j in range(n):
                made = of_feed[j] * run[j]
                begun[product, j] = made if made < wanted[product, j] else wanted[product, j]
            for j in range(n):
                to_surplus[product, j] = of_feed[j] * run[j] - begun[product, j]
            for j in range(n):
                there = surplus[product, j] + to_surplus[product, j]
                lacking = wanted[product, j] - begun[product, j]
                drawn[product, j] = there if there < lacking else lacking
            for j in range(n):
                surplus[product, j] = surplus[product, j] + to_surplus[product, j] - drawn[product, j]
            for j in range(n):
                product_position[product, j] = product_position[product, j] + begun[product, j] + drawn[product, j]
            for j in range(n):
                products[product, j] += drawn[product, j]


@compiled
def dig(wanted: Array, begun: Array, capacity: Array, standing: Array, facility: Index) -> None:
    """Let mines dig what is wanted, as far as they can."""
    n = wanted.shape[1]
    for mine in range(len(capacity)):
        of = facility[mine]
        for j in range(n):
            most = capacity[mine, j] * standing[of, j]
            begun[mine, j] = wanted[mine, j] if wanted[mine, j] < most else most


@compiled
def book(begun: Array, to_surplus: Array, n_mines: int, position: Array, begun_t: Array) -> None:
    """Book the day's work; what plants begin counts in their position already."""
    n, n_products = begun.shape[1], len(to_surplus)
    for work in range(len(begun)):
        of_plant = n_mines <= work < n_mines + n_products
        if not of_plant:
            for j in range(n):
                position[work, j] += begun[work, j]
        for j in range(n):
            begun_t[work, j] += begun[work, j]
        if of_plant:
            for j in range(n):
                begun_t[work, j] += to_surplus[work - n_mines, j]
