"""Whose a stockpile is: what each owner has in it, may draw from it, and lends to the others."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import Array, Index
from sim.entities.rationing import Rationing


@dataclass(frozen=True, eq=False)
class Drawers:
    """Lanes that may draw on one account."""

    lanes: Index
    """Rows among the pile's lanes."""
    rationing: Rationing

    def draw(self, asked: Array, on_hand: Array, granted: Array) -> Array:
        """Grant of what is `on_hand`, t, (row, replication), and return what that takes; `granted` is added to."""
        wanted = np.maximum(asked[self.lanes] - granted[self.lanes], 0.0)
        drawn = self.rationing.grant(wanted, on_hand, np.ones_like(wanted))
        granted[self.lanes] += drawn
        return self.rationing.leaves(drawn)


@dataclass(frozen=True, eq=False)
class Account:
    """What one owner has in a stockpile; blocks are written in place."""

    owner: str
    share: float
    """Its part of what is held and bought."""
    held: Array
    """On hand, t, (row, replication)."""
    brought: Array
    """Held on opening and bought since, t, (row, replication)."""
    lent: Array
    """Drawn by the others since the start, t, (row, replication)."""
    owed: Array
    """Sold by rotation and not bought back, t, (row, replication)."""
    own: Drawers
    others: Drawers

    def spend(self, tonnes: Array) -> None:
        """Take off what was drawn."""
        self.held[:] = np.maximum(self.held - tonnes, 0.0)


@dataclass(frozen=True, eq=False)
class Accounts:
    """The accounts of those who have a share, in the order of the file."""

    each: tuple[Account, ...]
    entitlement: float
    """Part of what an owner brought that the others may draw."""

    def drawn_by(self, drawers: dict[str, tuple[Drawers, Drawers]]) -> Accounts:
        """Return the same accounts for other lanes: owner -> those into its own region, and the rest."""
        each = [replace(one, own=drawers[one.owner][0], others=drawers[one.owner][1]) for one in self.each]
        return Accounts(tuple(each), self.entitlement)

    def grant(self, asked: Array, limit: Array) -> Array:
        """Return what each lane is granted, t, (lane, replication): from one's own account first, then from others'.

        `asked` is t, (lane, replication); `limit`, t, (row, replication), is divided among owners by their shares.
        """
        granted, left = np.zeros_like(asked), []
        for account in self.each:
            most = np.minimum(account.held, account.share * limit)
            drawn = account.own.draw(asked, most, granted)
            account.spend(drawn)
            left.append(np.maximum(most - drawn, 0.0))
        if self.entitlement > 0:
            for account, most in zip(self.each, left, strict=True):
                free = np.maximum(self.entitlement * account.brought - account.lent, 0.0)
                drawn = account.others.draw(asked, np.minimum(most, free), granted)
                account.spend(drawn)
                account.lent[:] += drawn
        return granted

    def rotate(self, sold: Array) -> None:
        """Take off what rotation sold, t, (row, replication), pro rata to what each owner holds."""
        whole = np.zeros_like(sold)
        for account in self.each:
            whole += account.held
        part = np.divide(sold, whole, out=np.zeros_like(sold), where=whole > 0)
        for account in self.each:
            taken = part * account.held
            account.spend(taken)
            account.owed[:] += taken

    def book(self, arrived: Array, target: Array) -> None:
        """Book what was bought: first whose rotation sold, then pro rata to what each lacks of its share of `target`.

        What only makes up for what rotation sold is nothing that anybody brought.
        """
        brought = arrived - self._pay_back(arrived)
        lacking = [np.maximum(account.share * target - account.held, 0.0) for account in self.each]
        whole = np.zeros_like(target)
        for lacks in lacking:
            whole += lacks
        for account, lacks in zip(self.each, lacking, strict=True):
            part = np.divide(lacks, whole, out=np.full_like(whole, account.share), where=whole > 0)
            account.held[:] += part * brought
            account.brought[:] += part * brought

    def _pay_back(self, arrived: Array) -> Array:
        """Return to everybody what rotation sold of his, pro rata, and say how much that was, t, (row, replication)."""
        owed = np.zeros_like(arrived)
        for account in self.each:
            owed += account.owed
        back = np.minimum(arrived, owed)
        part = np.divide(back, owed, out=np.zeros_like(back), where=owed > 0)
        for account in self.each:
            account.held[:] += part * account.owed
            account.owed[:] = np.maximum(account.owed - part * account.owed, 0.0)
        return back
