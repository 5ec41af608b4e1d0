"""Every day of every future, in files: a column per series, a row per day and future, 256 futures to a file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.arrays import Array, Mask
from sim.errors import ResultsError
from sim.records.shocks import priced
from sim.records.shortages import Shortages
from sim.results.day_files import file_of, together
from sim.world import World

DAYS = 64
"""Days written together."""
OF_BUYERS = ("notional_t", "delivered_t", "thrifted_t", "unmet_t", "stock_t")


class EveryDay:
    """Writes the days of the disturbed futures of a block as they go by, and holds no more than 64 of them."""

    def __init__(self, world: World, folder: Path) -> None:
        scenario, futures = world.scenario, world.draws.replications
        things, buyers = priced(scenario), list(scenario.buyers)
        self._values = [world.values.number[thing] for thing in things]
        self._last = world.clock.horizon_d - 1
        names = [f"{kind}/{buyer}" for kind in OF_BUYERS for buyer in buyers]
        names += [f"stock_t/{pile}/{material}" for pile, material in world.rows.piles]
        names += [f"price_usd_per_kg/{thing}@{market}" for thing, market in things]
        shorts = [f"short/{buyer}" for buyer in buyers]
        spans = together(range(int(futures[0]), int(futures[-1]) + 1))
        self._files = [_File(folder, span, names, shorts) for span in spans]

    def note_day(self, world: World, day: int, shortages: Shortages) -> None:
        """Write a day."""
        buyers = world.buyers
        unmet = np.maximum(buyers.wanted - buyers.delivered, 0.0)
        stock = buyers.per_buyer @ buyers.stock
        of_buyers = (buyers.notional, buyers.delivered, buyers.thrifted, unmet, stock)
        blocks = (*of_buyers, world.part("piles"), world.value[self._values])
        short, at = shortages.short[: len(buyers.notional)], 0
        for file in self._files:
            columns = slice(at, at := at + len(file.span))
            file.note_day(day, [block[:, columns] for block in blocks], short[:, columns])
            if (day + 1) % DAYS == 0 or day == self._last:
                file.flush()

    def close(self) -> None:
        """Give the files their names: they are whole."""
        for file in self._files:
            file.close()


class _File:
    """The days of some futures, under a name of its own until it is whole."""

    def __init__(self, folder: Path, span: range, names: list[str], shorts: list[str]) -> None:
        self.span = span
        self._path = folder / file_of(span)
        # Nobody else's name: a cluster may run the same futures twice.
        self._fresh = folder / f"{file_of(span)}-{secrets.token_hex(4)}.unfinished"
        self._days: list[int] = []
        self._numbers = np.zeros((len(names), DAYS, len(span)), np.float32)
        self._shorts = np.zeros((len(shorts), DAYS, len(span)), np.bool_)
        keys = [("replication", pa.int32()), ("day", pa.int32())]
        numbers = [(name, pa.float32()) for name in names]
        self._schema = pa.schema(keys + numbers + [(name, pa.bool_()) for name in shorts])
        try:
            self._writer = pq.ParquetWriter(
                self._fresh, self._schema, compression="zstd", compression_level=3, use_dictionary=False,
                use_byte_stream_split=names, write_statistics=["replication", "day"],
            )  # fmt: skip
        except OSError as error:
            raise self._refusal(error) from error

    def note_day(self, day: int, blocks: list[Array], short: Mask) -> None:
        """Put a day by; blocks are (series, future) each."""
        place, row = len(self._days), 0
        for block in blocks:
            self._numbers[row : row + len(block), place] = block
            row += len(block)
        self._shorts[:, place] = short
        self._days.append(day)

    def flush(self) -> None:
        """Write what was put by, a row per day and future."""
        n = len(self._days)
        keys = [np.tile(np.array(self.span, np.int32), n), np.repeat(np.array(self._days, np.int32), len(self.span))]
        columns: list[NDArray[np.generic]] = [*keys, *_columns(self._numbers[:, :n]), *_columns(self._shorts[:, :n])]
        try:
            self._writer.write_table(pa.table([pa.array(column) for column in columns], self._schema))
        except OSError as error:
            raise self._refusal(error) from error
        self._days.clear()

    def close(self) -> None:
        """Have the disk hold the file, and give it its name."""
        try:
            self._writer.close()
            handle = os.open(self._fresh, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            self._fresh.rename(self._path)
        except OSError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: OSError) -> ResultsError:
        return ResultsError(
            f"days could not be written to {self._path.parent}: {error} "
            "(with --cluster it must be on a disk that the workers share)"
        )


def _columns(block: NDArray[np.generic]) -> list[NDArray[np.generic]]:
    """Return the days and futures of each series one after the other: (series, day, future) -> series of (row,)."""
    return [series.reshape(-1) for series in block]
