"""Lanes of a scenario, laid out as rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim import units
from sim.arrays import Array, Index
from sim.chance.draws import Draws
from sim.entities.lanes import Lanes
from sim.entities.layers import Layers
from sim.entities.rows import Key, Rows
from sim.spec.network import Lane, Stockpile
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario

PLANT_PRIORITY = 2
STOCKPILE_PRIORITY = 9


def build_lanes(scenario: Scenario, rows: Rows, draws: Draws) -> Lanes:
    """Lay the lanes of a scenario out as rows."""
    specs = dict(sorted(scenario.lanes.items(), key=lambda item: _kind(scenario, item[1])))
    kinds = [_kind(scenario, lane) for lane in specs.values()]
    lanes = list(specs.values())
    arrives: list[Key] = [(lane.to, lane.received_as or lane.material) for lane in lanes]
    shipper = np.array([rows.shippers[lane.from_, lane.material] for lane in lanes], dtype=np.int64)
    group = np.array([rows.groups[key] for key in arrives], dtype=np.int64)
    streams = [f"lane/{lane.stream or i}" for i, lane in specs.items()]
    width = draws.width
    needs_time = np.array([lane.qualification is not None and _number(lane.share) == 0 for lane in lanes], dtype=bool)
    qualified = np.broadcast_to(~needs_time[:, None], (len(lanes), width)).copy()
    lapsing = np.array([n for n, lane in enumerate(lanes) if lane.requalify_after is not None], dtype=np.int64)
    return Lanes(
        specs=specs,
        n_pull=kinds.count(0),
        n_push=kinds.count(1),
        n_release=kinds.count(2),
        shipper=shipper,
        receiver=np.array([rows.receivers[key] for key in arrives], dtype=np.int64),
        group=group,
        received=np.array([_received(scenario, lane) for lane in lanes]),
        share=_normalised(np.array([_number(lane.share) for lane in lanes]), kinds, group, shipper),
        standby=np.array([_number(lane.standby) for lane in lanes]),
        priority=np.array([_priority(scenario, lane) for lane in lanes], dtype=np.int64),
        freight=np.array([_number(lane.freight) for lane in lanes]),
        transit_d=_stack(
            (
                draws.days(f"{s}/transit", lane.transit, at_least=1) + _handling_d(scenario, lane, draws)
                for s, lane in zip(streams, lanes, strict=True)
            ),
            width,
        ).astype(np.int64),
        qualification_d=_stack(
            (
                draws.days(f"{s}/qualification", lane.qualification, at_least=1)
                if lane.qualification
                else np.ones(width)
                for s, lane in zip(streams, lanes, strict=True)
            ),
            width,
        ).astype(np.int64),
        lapsed=np.zeros_like(qualified),
        lapsing=lapsing,
        requalify_after_d=_stack(
            (draws.days(f"{streams[n]}/requalify_after", lanes[n].requalify_after, at_least=1) for n in lapsing), width
        ).astype(np.int64),
        closed_d=np.zeros((len(lapsing), width), dtype=np.int64),
        capacity_tpd=_drawn(draws, streams, "capacity", [lane.capacity for lane in lanes], np.inf),
        right_tpd=_drawn(draws, streams, "right", [lane.right for lane in lanes], 0.0),
        qualified=qualified,
        asked=qualified.copy(),
        limits=Layers(len(lanes), width),
        expected=Layers(len(lanes), width),
        delays=Layers(len(lanes), width, 0.0, np.add),
        duties=Layers(len(lanes), width, 0.0, np.add),
        markups=Layers(len(lanes), width, 0.0, np.maximum),
        news=np.zeros(width, dtype=bool),
        n_groups=rows.n_groups,
        n_receivers=len(rows.receivers),
        n_shippers=len(rows.shippers),
    )


def _kind(scenario: Scenario, lane: Lane) -> int:
    """0 answers orders, 1 pushes, 2 releases, 3 belongs to a response."""
    if lane.response is not None:
        return 3
    return 2 if isinstance(scenario.facilities[lane.from_], Stockpile) else int(lane.push)


def _number(quantity: Quantity | None) -> float:
    return 0.0 if quantity is None or quantity.value is None else quantity.value * units.factor(quantity.unit)


def _received(scenario: Scenario, lane: Lane) -> float:
    """Tonnes received per tonne shipped: the elements stay what they are."""
    shipped = scenario.materials[lane.material].content
    booked = scenario.materials[lane.received_as or lane.material].content
    element = max(booked, key=lambda e: _number(booked[e]))
    return _number(shipped[element]) / _number(booked[element])


def _priority(scenario: Scenario, lane: Lane) -> int:
    if lane.to in scenario.buyers:
        return scenario.buyers[lane.to].priority
    return STOCKPILE_PRIORITY if isinstance(scenario.facilities[lane.to], Stockpile) else PLANT_PRIORITY


def _handling_d(scenario: Scenario, lane: Lane, draws: Draws) -> Index | int:
    """Return the days that a pile takes from its decision to the departure; 0 of other lanes."""
    pile = scenario.facilities[lane.from_]
    if not isinstance(pile, Stockpile) or pile.handling is None:
        return 0
    return draws.days(f"facility/{pile.stream or lane.from_}/handling", pile.handling)


def _normalised(share: Array, kinds: list[int], group: Index, shipper: Index) -> Array:
    """Make contract shares sum to one: per group for pull lanes, per shipper for push lanes."""
    bucket = np.where(np.array(kinds) == 1, shipper + group.max(initial=0) + 1, group)
    total = np.bincount(bucket, weights=share)[bucket]
    return np.divide(share, total, out=np.zeros_like(share), where=total > 0)


def _stack(values: Iterable[NDArray[np.generic]], width: int) -> Array:
    found = list(values)
    return np.stack(found).astype(np.float64) if found else np.zeros((0, width))


def _drawn(draws: Draws, streams: list[str], what: str, quantities: list[Quantity | None], absent: float) -> Array:
    return _stack(
        (draws.optional(f"{s}/{what}", q, absent) for s, q in zip(streams, quantities, strict=True)),
        draws.width,
    )
