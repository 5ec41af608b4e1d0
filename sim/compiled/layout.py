"""How recipes, customers and piles lie for compiled loops: one behind the other, with where each begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Array, Index
from sim.compiled.rows import firsts
from sim.entities.makers import Makers
from sim.entities.stockpiles import Pile
from sim.world import World


@dataclass(frozen=True)
class Bills:
    """Recipes of makers in the order of their turns, and what each takes."""

    recipes: Index
    work: Index
    maker: Index
    places: Index
    """Where each recipe's inputs begin, (recipe + 1,)."""
    feed: Index
    tonnes: Array
    thrifty: Index

    @classmethod
    def of(cls, makers: Makers) -> Bills:
        """Lay the turns of makers out one recipe after the other."""
        work = np.concatenate([np.zeros(0, np.int64), *(turn.work for turn in makers.turns)]).astype(np.int64)
        maker = np.concatenate([np.zeros(0, np.int64), *(turn.maker for turn in makers.turns)]).astype(np.int64)
        taken: list[list[tuple[int, float, bool]]] = []
        for turn in makers.turns:
            inputs: list[list[tuple[int, float, bool]]] = [[] for _ in turn.work]
            for recipes, feeds, tonnes, thrifty in turn.bill:
                for recipe, feed, each in zip(recipes, feeds, tonnes[:, 0], strict=True):
                    inputs[recipe].append((int(feed), float(each), thrifty))
            taken += inputs
        flat = [entry for inputs in taken for entry in inputs]
        return cls(
            np.arange(len(work)),
            work,
            maker,
            np.cumsum([0, *map(len, taken)]).astype(np.int64),
            np.array([feed for feed, _, _ in flat], dtype=np.int64),
            np.array([tonnes for _, tonnes, _ in flat], dtype=np.float64),
            np.array([thrifty for _, _, thrifty in flat], dtype=np.int64),
        )


@dataclass(frozen=True)
class Customers:
    """The lanes of each shipper: pull lanes by class, then push lanes."""

    first: Index
    lane: Index
    pulls: Index
    """How many pull lanes each has, (shipper,)."""
    classes: Index
    """Where each class begins among a shipper's lanes."""
    class_first: Index
    """Where each shipper's classes begin, (shipper + 1,)."""

    @classmethod
    def of(cls, world: World) -> Customers:
        """Sort lanes by shipper and class."""
        lanes = world.lanes
        ordered = np.arange(lanes.unordered.start)
        priority = np.where(ordered < lanes.n_pull, lanes.priority[ordered], np.iinfo(np.int64).max)
        shipper = lanes.shipper[ordered]
        by_class = np.lexsort((ordered, priority, shipper)).astype(np.int64)
        first = firsts(shipper[by_class], lanes.n_shippers)
        pulls = np.bincount(shipper[: lanes.n_pull], minlength=lanes.n_shippers).astype(np.int64)
        classes: list[int] = []
        class_first = [0]
        for begin, count in zip(first[:-1], pulls, strict=True):
            of = priority[by_class[begin : begin + count]]
            classes += np.flatnonzero(np.diff(of, prepend=-1)).tolist()
            class_first.append(len(classes))
        return cls(first, by_class, pulls, np.array(classes, dtype=np.int64), np.array(class_first, dtype=np.int64))


@dataclass(frozen=True)
class Plain:
    """A pile that lets go by need, without accounts, rations or prices; its lanes by row, then class."""

    start: Index
    first: Index
    end: Index
    lanes: Index
    row: Index
    priority: Index
    group: Index
    received: Array
    capacity_tpd: Array
    trigger_d: Array

    @classmethod
    def of(cls, pile: Pile, width: int) -> Plain | None:
        """Lay a pile out, or return None where it does more."""
        call, priority = pile.call, pile.rationing.rank
        if pile.ration is not None or pile.accounts is not None or (call is not None and call.price is not None):
            return None
        emergencies = None if call is None else call.emergencies
        if emergencies is not None and not emergencies:
            return None
        firsts_of, ends_of = zip(*emergencies, strict=True) if emergencies else ((), ())
        order = np.lexsort((priority, pile.row))
        return cls(
            np.zeros(width, np.int64) if call is None else np.broadcast_to(call.start_day, width).astype(np.int64),
            np.array(firsts_of, dtype=np.int64).reshape(-1, width),
            np.array(ends_of, dtype=np.int64).reshape(-1, width),
            pile.lanes[order],
            pile.row[order],
            priority[order],
            pile.group[order],
            pile.received[order, 0],
            np.ascontiguousarray(np.broadcast_to(pile.capacity_tpd, (len(order), width))[order]),
            np.zeros(0) if pile.trigger_d is None else pile.trigger_d,
        )
