"""Lanes: who ships what to whom, what of it is open, and in which shares a receiver buys today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sim import units
from sim.arrays import Array, Index, Mask, some
from sim.chance.draws import Draws
from sim.entities.incidence import incidence
from sim.entities.layers import Layers
from sim.entities.rows import Key, Rows
from sim.spec.network import Lane, Stockpile
from sim.spec.quantity import Quantity
from sim.spec.scenario import Scenario

PLANT_PRIORITY = 2
STOCKPILE_PRIORITY = 9


@dataclass(frozen=True, eq=False)
class Lanes:
    """All lanes as rows: those that answer orders (pull), those that ship all there is (push), releases, responses."""

    specs: dict[str, Lane]
    """Id -> spec, in row order."""
    n_pull: int
    n_push: int
    n_release: int
    shipper: Index
    """Row among shippers, (lane,)."""
    receiver: Index
    """Row among receivers, (lane,)."""
    group: Index
    """What it is ordered with, (lane,)."""
    received: Array
    """Tonnes received per tonne shipped, (lane,)."""
    share: Array
    """Contract share, normalised, (lane,)."""
    standby: Array
    """Weight in taking over what closed lanes leave, (lane,)."""
    priority: Index
    """Class of the receiver, 1 first, (lane,)."""
    freight: Array
    """USD/kg, (lane,)."""
    transit_d: Index
    """(lane, replication)."""
    qualification_d: Index
    """(lane, replication)."""
    capacity_tpd: Array
    """Shipped t/d, infinite where none is given, (lane, replication)."""
    right_tpd: Array
    """What the receiver may claim before all others, t/d, (lane, replication)."""
    qualified: Mask
    """Whether it may take over, (lane, replication); written in place."""
    asked: Mask
    """Whether qualification has begun or is not needed, (lane, replication); written in place."""
    lapsed: Mask
    """Whether its qualification has lapsed, so that it carries nothing, (lane, replication); written in place."""
    lapsing: Index
    """The lanes whose qualification may lapse."""
    requalify_after_d: Index
    """Days on end with nothing open of it after which it does, (lapsing, replication)."""
    closed_d: Index
    """Days on end, up to yesterday, with nothing open of it, (lapsing, replication); written in place."""
    limits: Layers
    """What controls, closures and openings leave open of each lane."""
    expected: Layers
    """What quotas are expected to let through of each lane."""
    delays: Layers
    """Days longer under way than its transit."""
    duties: Layers
    """Duty on what it carries, as a part of the price before it."""
    markups: Layers
    """How much dearer it is than what comes straight, in logs: what middlemen take."""
    news: Mask
    """Replications in which a lane was qualified since the plan was made, (replication,); written in place."""
    n_groups: int
    n_receivers: int
    n_shippers: int

    @property
    def pull(self) -> slice:
        """The rows that answer orders."""
        return slice(0, self.n_pull)

    @property
    def push(self) -> slice:
        """The rows that ship all there is."""
        return slice(self.n_pull, self.n_pull + self.n_push)

    @property
    def release(self) -> slice:
        """The rows out of stockpiles."""
        return slice(self.push.stop, self.push.stop + self.n_release)

    @property
    def response(self) -> slice:
        """The rows of Rapid Responses."""
        return slice(self.release.stop, len(self.specs))

    @property
    def unordered(self) -> slice:
        """The rows that carry what somebody decides to send: releases and responses."""
        return slice(self.push.stop, len(self.specs))

    @cached_property
    def to_receivers(self) -> csr_array:
        """Shipped tonnes per lane -> received tonnes per receiver."""
        return incidence(self.receiver, self.n_receivers, self.received)

    @cached_property
    def to_groups(self) -> csr_array:
        """Shipped tonnes per lane -> received tonnes per group."""
        return incidence(self.group, self.n_groups, self.received)

    @cached_property
    def from_shippers(self) -> csr_array:
        """Shipped tonnes per lane -> tonnes that leave per shipper."""
        return incidence(self.shipper, self.n_shippers)

    @cached_property
    def _per_group(self) -> csr_array:
        return incidence(self.group[self.pull], self.n_groups)

    def open_share(self, columns: Index) -> Array:
        """Return what is open of each lane, (lane, column), for some replications."""
        standing = some(self.limits.standing, columns)
        return np.where(some(self.lapsed, columns), 0.0, standing) if len(self.lapsing) else standing

    def passing(self, columns: Index) -> Array:
        """Return what is open of each lane and expected to be let through, (lane, column), for some replications."""
        hard = self.open_share(columns)
        return hard if self.expected.idle else np.minimum(hard, some(self.expected.standing, columns))

    def under_way_d(self, columns: Index) -> Array:
        """Return how long what leaves today is under way, (lane, column), for some replications."""
        transit_d = some(self.transit_d, columns).astype(np.float64)
        return transit_d if self.delays.idle else transit_d + some(self.delays.standing, columns)

    def todays_shares(self, columns: Index) -> tuple[Array, Array]:
        """Return each pull lane's share of its group's orders, and what closed lanes leave per group.

        Shapes (pull lane, column) and (group, column), for the replications `columns`.
        """
        passing = self.passing(columns)[self.pull]
        kept = self.share[self.pull, None] * passing
        # Contract shares may sum to one and a bit; nobody takes over less than nothing.
        lost = np.maximum(1.0 - self._per_group @ kept, 0.0)
        ready = some(self.qualified[self.pull], columns) & (passing == 1.0)
        weight = (self.share + self.standby)[self.pull, None] * ready
        total = self._per_group @ weight
        taken = np.divide(lost, total, out=np.zeros_like(lost), where=total > 0)
        return kept + taken[self.group[self.pull]] * weight, lost


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
