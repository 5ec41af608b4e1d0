"""Selling when short: who of a seller's customers gets what; docs/model.md, section 5, step 9."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, Index, Mask
from sim.disruptions.selection import lanes_under
from sim.entities.rationing import Rationing
from sim.spec.disruptions import Tariff
from sim.world import World

Number = TypeVar("Number", bound=np.generic)


class Sales:
    """Remembers what customers took, and weighs them by custom, today's orders and netback."""

    def __init__(self, world: World) -> None:
        lanes, scenario = world.lanes, world.scenario
        self._world = world
        self._opening_value = world.opening_value
        self._opening_flow_tpd = world.opening_flow_tpd
        self.taken_tpd = world.opening_flow_tpd[lanes.pull].copy()
        self._more = np.empty_like(self.taken_tpd)
        self.memory_d = max(1.0, scenario.allocation_memory.typical)
        self.spot_share = 0.0 if scenario.spot_share is None else scenario.spot_share.typical
        self.netback_exponent = scenario.prices.netback_exponent.typical
        # Lanes that ship the same material into the same market at the same freight are one kind of sale.
        # So are those on which the same duties may fall; the first lane of a kind stands for all.
        sales = np.stack([world.value_rows.lane, lanes.freight, _taxed_alike(world)], axis=1)
        kinds, self.sold_on, self.seller = np.unique(sales, axis=0, return_index=True, return_inverse=True)
        self.sold_as, self.freight = kinds[:, 0].astype(np.int64), kinds[:, 1:2]
        self._rationing: dict[bytes, tuple[Index, Rationing]] = {}

    def remember(self, leaving: Array) -> None:
        """Let sellers remember what each customer takes, shipped t, (pull lane, replication)."""
        np.subtract(leaving, self.taken_tpd, out=self._more)
        self._more *= 1.0 / self.memory_d
        self.taken_tpd += self._more

    def share_out(self, leaving: Array, short: Mask, on_hand: Array) -> None:
        """Where a shipper has less than is asked of it, share what there is; elsewhere orders stand as they are.

        `leaving` is what is asked, shipped t, (lane, replication), and is cut; `short` says where (shipper,
        replication), `on_hand` is what there is, t, (shipper, replication).
        """
        lanes, lacking = self._world.lanes, np.flatnonzero(short.any(axis=1))
        columns = np.flatnonzero(short.any(axis=0))
        few = 2 * len(columns) < short.shape[1]

        def cut(block: NDArray[Number], rows: Index) -> NDArray[Number]:
            # Whole rows are read ten times as fast as single cells.
            return block[np.ix_(rows, columns)] if few else block[rows]

        members, rationing = self._sharers(lacking)
        asked = cut(leaving, members)
        standing = np.minimum(cut(self._opening_flow_tpd, members), cut(self.taken_tpd, members))
        if self.spot_share > 0:
            standing *= 1.0 - self.spot_share
            standing += self.spot_share * asked
        standing *= cut(self._favour(), self.seller[members])
        right, have = cut(lanes.right_tpd, members), cut(on_hand, lacking)
        offtakes = self._world.floors.offtakes
        if offtakes is not None:
            holds = cut(offtakes.holds(self._world.clock.day), members)
            right = right + holds * offtakes.claims(members, asked, have, rationing)
        granted = rationing.grant(asked, have, standing, right)
        np.copyto(granted, asked, where=~cut(short, lanes.shipper[members]))
        leaving[np.ix_(members, columns) if few else members] = granted

    def _sharers(self, lacking: Index) -> tuple[Index, Rationing]:
        """Return the pull lanes of the shippers that lack, and how they share; the same few sets recur."""
        key = lacking.tobytes()
        if key not in self._rationing:
            lanes = self._world.lanes
            members = np.flatnonzero(np.isin(lanes.shipper[lanes.pull], lacking))
            shipper = np.searchsorted(lacking, lanes.shipper[members])
            self._rationing[key] = members, Rationing(shipper, len(lacking), lanes.priority[members])
        return self._rationing[key]

    def _favour(self) -> Array:
        """Return how much sellers favour each kind of sale: its netback now against that on day 0, to a power."""
        now, opening = self._world.value[self.sold_as], self._opening_value[self.sold_as]
        priced = opening > 0
        least = np.where(priced, 0.01 * opening, 1.0)
        if not self._world.lanes.duties.idle:
            now = now / (1.0 + self._world.lanes.duties.standing[self.sold_on])
        ratio = np.maximum(now - self.freight, least) / np.maximum(opening - self.freight, least)
        return np.where(priced, np.exp(np.log(ratio) * self.netback_exponent), 1.0)


def _taxed_alike(world: World) -> Array:
    """Number lanes so that those with one number pay the same duties, (lane,)."""
    every = np.arange(len(world.lanes.specs))
    tariffs = [d for d in world.scenario.disruptions.values() if isinstance(d, Tariff)]
    if not tariffs:
        return np.zeros(len(every))
    taxed = np.array([np.isin(every, lanes_under(world, tariff)) for tariff in tariffs])
    return np.unique(taxed, axis=1, return_inverse=True)[1].reshape(-1).astype(np.float64)
