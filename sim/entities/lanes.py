"""Lanes: who ships what to whom, what of it is open, and in which shares a receiver buys today."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from sim.arrays import Array, Index, Mask, some
from sim.entities.incidence import incidence
from sim.entities.layers import Layers
from sim.spec.network import Lane


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
