"""Rapid Responses: what allies can spare, sent by air to whom it is needed most."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.arrays import Array, Index, Mask
from sim.decisions import below
from sim.entities.accounts import Accounts
from sim.entities.incidence import sum_rows
from sim.entities.rationing import Rationing


@dataclass(frozen=True, eq=False)
class Watch:
    """What is watched, and when it is time to call."""

    groups: Index
    """What the watched places order, as rows among groups."""
    buyers: Index
    """The watched buyers."""
    value_row: Index
    """What prices the material of each watched buyer, (buyer,)."""
    cover_below_d: float | None
    unmet_above: float | None
    price_above: float | None

    def calls(
        self, use_tpd: Array, ahead_t: Array, notional_t: Array, unmet_t: Array, value: Array, opening_value: Array
    ) -> Mask:
        """Return where it is time, (replication,).

        `use_tpd` and `ahead_t` (position less what keeps the lanes filled) are (group, replication), `notional_t` and
        `unmet_t` yesterday's (buyer, replication), values USD/kg, (value row, replication) and (value row, 1).
        """
        if self.cover_below_d is not None:
            use = use_tpd[self.groups]
            return np.asarray(((use > 0) & below(ahead_t[self.groups], self.cover_below_d * use)).any(axis=0))
        if self.unmet_above is not None:
            return below(self.unmet_above * sum_rows(notional_t[self.buyers]), sum_rows(unmet_t[self.buyers]))
        assert self.price_above is not None
        opening = np.broadcast_to(opening_value[self.value_row], value[self.value_row].shape)
        return np.asarray(below(self.price_above * opening, value[self.value_row]).any(axis=0))


@dataclass(frozen=True, eq=False)
class Source:
    """A plant or a pile that sends, and its lanes."""

    lanes: Index
    """Rows among response lanes."""
    group: Index
    """Whom each lane serves, (lane,)."""
    received: Array
    """Tonnes received per tonne shipped, (lane, 1)."""
    capacity_tpd: Array
    """The most each lane carries, (lane, replication)."""
    shippers: Index
    """What it sends, as rows among shippers, (goods,)."""
    goods: Index
    """The same as rows of what is left of the tonnage, (goods,)."""
    keep_d: Array
    """Days of planned sales that it keeps; 0 for a pile, (goods, replication)."""
    rationing: Rationing
    accounts: Accounts | None
    """What each owner of a pile may draw; None where all draw by need, and for a plant."""


@dataclass(frozen=True, eq=False)
class Response:
    """One Rapid Response; futures stand side by side, each with its own calls."""

    id: str
    watch: Watch
    sources: tuple[Source, ...]
    """In the order of their first lanes in the file."""
    restores_d: Array
    """Projected cover it restores, (replication,)."""
    tonnage_t: Array
    """The most that one response sends, t, (material, replication); infinite where a material has no limit."""
    limit_t: Array | None
    """The most of all materials together, t, (replication,); None where there is no such limit."""
    ready: Mask
    """Whether it may be called, (replication,); written in place."""
    stands: Mask
    """Whether it sends, (replication,); written in place."""
    left_t: Array
    """What it may still send, t, (material, replication)."""
    calls: Index
    """How often it was called, (replication,)."""
    sent_t: Array
    """Sent by the response that stands, all materials, t, (replication,)."""

    def allowed(self, source: Source, asked: Array, spare: Array) -> Array:
        """Return what may leave a source, t, (goods, replication), of what it can spare."""
        most = np.minimum(spare, self.left_t[source.goods])
        if self.limit_t is None:
            return most
        meant = np.minimum(source.rationing.leaves(asked), most)
        whole, left = sum_rows(meant), np.maximum(self.limit_t - self.sent_t, 0.0)
        part = np.divide(left, whole, out=np.ones_like(whole), where=whole > 0)
        return np.asarray(meant * np.minimum(part, 1.0))

    def begin(self, hit: Mask) -> None:
        """Let it send."""
        self.stands[hit] = True
        self.left_t[:, hit] = self.tonnage_t[:, hit]
        self.sent_t[hit] = 0.0


@dataclass(frozen=True, eq=False)
class Responses:
    """All Rapid Responses, in file order."""

    each: tuple[Response, ...]
    sent: Array
    """Sent today, shipped t, (response lane, replication)."""
    taken: Array
    """What left each row today, t, (shipper, replication)."""
    groups: Index = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Whom they watch or serve: groups whose pipeline must be known."""

    def send(
        self, use_tpd: Array, out_tpd: Array, going_t: Array, position: Array, on_hand: Array, open_share: Array
    ) -> None:
        """Let those that stand send what each group lacks; counts at once in `position`, and leaves `on_hand`.

        `use_tpd`, `going_t` and `position` are (group, replication), `out_tpd` and `on_hand` (shipper, replication),
        `open_share` is (response lane, replication).
        """
        self.sent[:] = 0.0
        self.taken[:] = 0.0
        for response in self.each:
            if response.stands.any():
                for source in response.sources:
                    missing = response.restores_d * use_tpd[source.group] - (position - going_t)[source.group]
                    asked = np.minimum(np.maximum(missing, 0.0) / source.received, source.capacity_tpd)
                    asked *= (open_share[source.lanes] == 1) & response.stands
                    if asked.any():
                        self._send_from(response, source, asked, out_tpd, position, on_hand)

    def _send_from(
        self, response: Response, source: Source, asked: Array, out_tpd: Array, position: Array, on_hand: Array
    ) -> None:
        spare = np.maximum(on_hand[source.shippers] - source.keep_d * out_tpd[source.shippers], 0.0)
        granted = source.rationing.grant(asked, response.allowed(source, asked, spare), asked)
        if source.accounts is not None:
            granted = source.accounts.grant(granted, np.full_like(source.accounts.each[0].held, np.inf))
        taken = source.rationing.leaves(granted)
        self.sent[source.lanes] = granted
        self.taken[source.shippers] += taken
        on_hand[source.shippers] = np.maximum(on_hand[source.shippers] - taken, 0.0)
        response.left_t[source.goods] = np.maximum(response.left_t[source.goods] - taken, 0.0)
        response.sent_t[:] += sum_rows(taken)
        np.add.at(position, source.group, granted * source.received)
