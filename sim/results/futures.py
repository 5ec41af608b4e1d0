"""What the engine hands over and the reading wing lives on: futures, their columns, counts and events.

Columns are named `<subject>/<metric>`. Subjects: a buyer (`jp.ev`), a group with tonnes pooled (`region:jp`,
`end_use:ev`, `priority:1`), a group with any member (`region:jp:any`), a priced thing in a market
(`dy_oxide@china`), the origins of what a region receives (`origin:jp`), or the whole (`all`). sim/results/metrics.py
lists the metrics of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.errors import ModelError

COLUMN = np.dtype(np.float64)
Link = tuple[str, str, str, str, str]
"""Element, then stage and region of who ships and of who receives: `("dy", "separation", "cn", "magnet", "jp")`."""
FUTURES: Link = ("", "", "", "", "")
"""What stands for how many futures a sum of flows is over."""

EventKind = Literal[
    "announced",  # a control becomes known: subject is the disruption
    "control_start",  # and comes into force
    "control_end",  # and is lifted
    "suspended",  # is not applied for a while
    "resumed",  # and is again
    "licensed",  # licences reach another quarter of what passed on day 0; value: the share they reach
    "batch",  # a batch of a quota is given out; value: its tonnes
    "begins",  # a closure, content rule, delay, surge, dumping or tariff begins: subject is the disruption
    "ends",  # and is over
    "outage_start",  # a facility goes down, or slows down: subject is the facility
    "outage_end",  # and is back
    "opened",  # a facility is commissioned
    "qualified",  # a lane is qualified: subject is the lane
    "lapsed",  # and must be qualified anew
    "release_start",  # a stockpile begins to release: subject is the stockpile
    "release_end",  # and stops; value: tonnes let go since it began
    "response_called",  # a Rapid Response is called: subject is the response
    "response_start",  # it has been decided, and sends
    "response_end",  # and sends no more; value: tonnes sent since it began
    "supported",  # a plant not yet open is given support: subject is the plant, text the project; value: USD
    "floor_start",  # a price floor begins to pay: subject is the floor
    "floor_end",  # it has paid nothing for a month, or the run ends; value: USD paid since it began
    "rotation_start",  # a stockpile begins to sell old stock and to buy as much anew: subject is the stockpile
    "rotation_end",  # it has sold none for a month, or the run ends; value: tonnes sold since it began
    "short_start",  # a buyer's first short day of a spell: subject is the buyer
    "short_end",  # its first day without shortage after; value: tonnes unmet in the spell
    "line_stop",  # first of the days that make a line stop
    "price_2x",  # a price first doubles: subject is `dy_oxide@world`; value: its multiple
]


@dataclass(frozen=True, eq=False)
class Event:
    """One thing that happens on one day, in some futures."""

    day: int
    """Days since the start of the scenario."""
    kind: EventKind
    """What sort of thing it is."""
    subject: str
    """Id of what it happens to; `EventKind` says of what."""
    replications: NDArray[np.int64]
    """The futures it happens in, ascending, (futures,)."""
    text: str = ""
    """What a reader should know besides, the same words in every future; empty where the kind says it all."""
    values: NDArray[np.float64] | None = None
    """A number per future, in the order of `replications`, (futures,); `EventKind` says of what."""


@dataclass(frozen=True, eq=False)
class Block:
    """What is kept of some futures that ran together."""

    replications: NDArray[np.int64]
    """The futures, ascending, (R,)."""
    columns: dict[str, NDArray[np.float64]]
    """`<subject>/<metric>` -> a number per future, (R,); NaN means never, or not known."""
    counts: dict[str, NDArray[np.integer[Any]]]
    """Daily series -> futures in each bin of `sim.results.bins.SERIES_BINS`, (day, bin); any integer type.

    Series: `delivered_share/<buyer or group>` (delivered over notional; 1 where nothing is wanted),
    `price_multiple/<priced thing>@<market>`, `stock_share/<stockpile>/<material>` (of the target,
    which is the opening stock unless given).
    """
    events: tuple[Event, ...]
    """In the order in which they happened."""
    monthly: dict[str, dict[str, NDArray[np.float64]]] = field(default_factory=dict)
    """Month (`2025-04`) -> series -> a number per future, (R,); empty unless the scenario asks for it."""
    flows: dict[Link, NDArray[np.int64]] = field(default_factory=dict)
    """Link -> sums over futures of g oxide-equivalent a year, before the first control in force and from then to the
    last one's end, (2,); of `FUTURES` how many futures have such days."""


@dataclass(frozen=True, eq=False)
class Results:
    """All futures of one run, in order: blocks put end to end."""

    replications: NDArray[np.int64]
    """The futures, ascending, (N,)."""
    columns: Mapping[str, NDArray[np.float64]]
    """As in `Block`, (N,)."""
    counts: dict[str, NDArray[np.int32]]
    """As in `Block`, summed, (day, bin)."""
    events: Iterable[Sequence[Event]]
    """Those of the first block, then of the second, and so on."""
    monthly: dict[str, dict[str, NDArray[np.float64]]] = field(default_factory=dict)
    """As in `Block`, (N,)."""
    flows: dict[Link, NDArray[np.int64]] = field(default_factory=dict)
    """As in `Block`, over all futures."""


def merge(blocks: Iterable[Block]) -> Results:
    """Put blocks end to end, in the order given, taking them up one at a time; futures must ascend."""
    joining, events = Joining(), list[Sequence[Event]]()
    columns: dict[str, list[NDArray[np.float64]]] = {}
    for block in blocks:
        joining.add(block)
        events.append(block.events)
        for name, column in block.columns.items():
            columns.setdefault(name, []).append(column)
    joined = {name: np.concatenate(parts) for name, parts in columns.items()}
    return joining.results(joined, events)


def merge_on_disk(blocks: Iterable[Block], events: Iterable[Sequence[Event]], n: int, path: Path) -> Results:
    """Put blocks of n futures end to end as `merge` does, with the columns in a file and not in memory.

    The file is read where a column is, and stays there for as long as the results are used. `events` are those of the
    blocks, to be gone through when they are wanted.
    """
    joining, done = Joining(), 0
    with path.open("wb") as file:  # written, not mapped: a full disk is then an error, and no sudden death
        for block in blocks:
            joining.add(block)
            for row, name in enumerate(joining.names):
                file.seek((row * n + done) * COLUMN.itemsize)
                file.write(block.columns[name].astype(COLUMN).tobytes())
            done += block.replications.size
    return joining.results(OnDisk(path, joining.names, n), events)


class OnDisk(Mapping[str, NDArray[np.float64]]):
    """Columns in a file, one after another; each is mapped when it is asked for, and for as long as it is used."""

    def __init__(self, path: Path, names: Sequence[str], n: int) -> None:
        self._path, self._n = path, n
        self._rows = {name: row for row, name in enumerate(names)}

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        at = self._rows[name] * self._n * COLUMN.itemsize
        return np.memmap(self._path, COLUMN, "r", at, (self._n,))

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


class Joining:
    """What blocks have in common, and what of them adds up."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self._replications: list[NDArray[np.int64]] = []
        self._counts: dict[str, NDArray[np.int32]] = {}
        self._monthly: dict[str, dict[str, list[NDArray[np.float64]]]] = {}
        self._flows: dict[Link, NDArray[np.int64]] = {}

    def add(self, block: Block) -> None:
        """Count a block in; refuse one that does not belong to those before."""
        if not self._replications:
            self.names = tuple(block.columns)
            self._counts = {name: np.zeros(count.shape, np.int32) for name, count in block.counts.items()}
        if set(self.names) != block.columns.keys() or self._counts.keys() != block.counts.keys():
            raise ModelError("two blocks of one run have different columns or series")
        self._replications.append(block.replications)
        for name, count in block.counts.items():
            self._counts[name] += count
        for link, sums in block.flows.items():
            self._flows[link] = self._flows.get(link, 0) + sums
        for month, series in block.monthly.items():
            for name, column in series.items():
                self._monthly.setdefault(month, {}).setdefault(name, []).append(column)

    def results(self, columns: Mapping[str, NDArray[np.float64]], events: Iterable[Sequence[Event]]) -> Results:
        """Return the results of all blocks, given their columns put end to end."""
        if not self._replications:
            raise ModelError("a run without any future has no results")
        order = np.concatenate(self._replications)
        if np.any(np.diff(order) <= 0):
            raise ModelError("blocks must be merged in the order of their futures")
        monthly = {m: {name: np.concatenate(parts) for name, parts in s.items()} for m, s in self._monthly.items()}
        return Results(order, columns, self._counts, events, monthly, self._flows)
