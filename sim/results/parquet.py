"""The tables of a results folder: futures, daily bands and events, to and from Parquet.

The same results give the same bytes: fixed compression, fixed order, nothing of the machine or the hour.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.errors import minding, not_installed
from sim.results.daily import BAND_QUANTILES, Band, Bands
from sim.results.estimate import QUANTILES
from sim.results.flows import Flow
from sim.results.futures import Event, EventKind
from sim.results.months import MonthRow

if TYPE_CHECKING:
    from pandas import DataFrame

KINDS = get_args(EventKind)
UNREAD = "it cannot be read"
ROWS = 1 << 17
"""Rows written together."""
FUTURES = 1 << 12
"""Futures written together: each has a thousand columns and more."""


def write_futures(path: Path, replications: NDArray[np.int64], columns: Mapping[str, NDArray[np.float64]]) -> None:
    """Write one row per future: `replication`, then the columns, (N,) each; never is null."""
    parts = (slice(at, at + FUTURES) for at in range(0, replications.size, FUTURES))
    _write(path, (_futures(replications, columns, part) for part in parts))


def write_daily(path: Path, bands: Bands, start_date: datetime.date) -> None:
    """Write one row per series and day: `day`, `date`, `series` and the quantiles of its band."""
    lengths = [band.p50.size for band in bands.values()]
    day = np.concatenate([np.arange(length) for length in lengths] or [np.zeros(0, np.int64)])
    names = pa.array(list(bands), pa.string())
    columns = {
        "day": pa.array(day, pa.int32()),
        "date": pa.array(np.datetime64(start_date, "D") + day, pa.date32()),
        "series": names.take(pa.array(np.repeat(np.arange(len(bands)), lengths))),
    }
    for quantile in BAND_QUANTILES:
        parts = [getattr(band, quantile) for band in bands.values()] or [np.zeros(0)]
        columns[quantile] = _nullable(np.concatenate(parts))
    _write(path, _regrouped([pa.table(columns)]))


def write_events(path: Path, batches: Iterable[Sequence[Event]]) -> None:
    """Write one row per future and event: `replication`, `day`, `kind`, `subject`, ..., in that order of rows.

    A batch holds the events of some futures, all before those of the next. Kinds stand as `EventKind` lists them.
    What happens on one day has no order of its own: which process of the calendar comes first depends on the futures
    that run beside.
    """
    _write(path, _regrouped(map(_rows, batches)))


def write_months(path: Path, rows: Iterable[MonthRow]) -> None:
    """Write one row per month and series, then one per group of buyers for when its lines stop."""
    texts = [(name, pa.string()) for name in ("month", "series", "unit")]
    numbers = [(name, pa.float64()) for name in ("mean", *QUANTILES, "censored_share")]
    _write(path, _regrouped([pa.Table.from_pylist(list(rows), schema=pa.schema(texts + numbers))]))


def write_flows(path: Path, flows: Iterable[Flow]) -> None:
    """Write one row per period, element and way from stage and region to stage and region."""
    schema = pa.schema([(name, pa.float64() if name == "t_per_year" else pa.string()) for name in Flow._fields])
    _write(path, _regrouped([pa.Table.from_pylist([flow._asdict() for flow in flows], schema=schema)]))


def write_rows(path: Path, rows: Sequence[Mapping[str, str | int | float | None]]) -> None:
    """Write rows that all have the columns of the first: texts, whole numbers and numbers, which may be null."""
    kinds = {str: pa.string(), int: pa.int32()}
    schema = pa.schema([(name, kinds.get(type(value), pa.float64())) for name, value in rows[0].items()])
    _write(path, _regrouped([pa.Table.from_pylist([dict(row) for row in rows], schema=schema)]))


def read_replications(path: Path) -> dict[str, NDArray[np.float64]]:
    """Return the columns of all futures, (N,), NaN for never; `replication` is among them."""
    with minding(path, UNREAD):
        table = pq.read_table(path)
        return {name: _floats(table.column(name)) for name in table.column_names}


def read_frame(path: Path) -> DataFrame:
    """Return a table as a pandas frame; a table of futures has them as its index."""
    with minding(path, UNREAD):
        try:
            frame = pq.read_table(path).to_pandas()
        except ImportError as error:
            raise not_installed("to_pandas", "pandas", "analysis") from error
        return frame.set_index("replication") if frame.columns[0] == "replication" else frame


def read_daily(path: Path) -> Bands:
    """Return the band of every series, as it was written."""
    with minding(path, UNREAD):
        table = pq.read_table(path, columns=["series", *BAND_QUANTILES])
        series = table.column("series").to_numpy()
        starts = [0, *(np.flatnonzero(series[1:] != series[:-1]) + 1), series.size] if series.size else []
        quantiles = [_floats(table.column(name)) for name in BAND_QUANTILES]
        return {str(series[at]): Band(*(values[at:end] for values in quantiles)) for at, end in pairwise(starts)}


def read_flows(path: Path) -> list[Flow]:
    """Return the flows as they were written."""
    with minding(path, UNREAD):
        return [Flow(**row) for row in pq.read_table(path).to_pylist()]


def read_events(path: Path, replication: int) -> tuple[Event, ...]:
    """Return the events of one future, in the order they happened."""
    with minding(path, UNREAD):
        rows = pq.read_table(path, filters=[("replication", "==", replication)]).to_pylist()
        return tuple(
            Event(
                day=row["day"],
                kind=cast(EventKind, row["kind"]),
                subject=row["subject"],
                replications=np.array([replication]),
                text=row["text"],
                values=None if row["value"] is None else np.array([row["value"]]),
            )
            for row in rows
        )


def _futures(replications: NDArray[np.int64], columns: Mapping[str, NDArray[np.float64]], some: slice) -> pa.Table:
    first = {"replication": pa.array(replications[some], pa.int64())}
    # Copied: what a table refers to in a file would stay in memory for longer than the table.
    return pa.table(first | {name: _nullable(np.array(column[some])) for name, column in columns.items()})


def _rows(events: Sequence[Event]) -> pa.Table:
    which = np.repeat(np.arange(len(events)), [event.replications.size for event in events])
    replication = np.concatenate([np.zeros(0, np.int64), *(event.replications for event in events)])
    value = np.concatenate([np.zeros(0), *map(_values, events)])
    day = np.array([event.day for event in events], np.int64)[which]
    kind = np.array([KINDS.index(event.kind) for event in events], np.int64)[which]
    subject = np.unique([event.subject for event in events], return_inverse=True)[1][which]
    order = np.lexsort((subject, kind, day, replication))
    rows = pa.array(which[order])
    columns = {
        "replication": pa.array(replication[order], pa.int64()),
        "day": pa.array(day[order], pa.int32()),
        "kind": pa.array([event.kind for event in events], pa.string()).take(rows),
        "subject": pa.array([event.subject for event in events], pa.string()).take(rows),
        "value": _nullable(value[order]),
        "text": pa.array([event.text for event in events], pa.string()).take(rows),
    }
    return pa.table(columns)


def _regrouped(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Cut tables anew into groups of `ROWS`, so that how they came does not show; at least one, be it empty."""
    held, none_yet = None, True
    for table in tables:
        # In one chunk: pages end where chunks do.
        held = table if held is None else pa.concat_tables([held, table]).combine_chunks()
        while held.num_rows >= ROWS:
            yield held.slice(0, ROWS)
            held, none_yet = held.slice(ROWS), False
    if held is not None and (held.num_rows or none_yet):
        yield held


def _write(path: Path, groups: Iterable[pa.Table]) -> None:
    """Write tables as a group of rows each, so that no more than one is in memory; there is at least one."""
    groups = iter(groups)
    first = next(groups)
    with pq.ParquetWriter(path, first.schema, compression="zstd", compression_level=3) as file:
        for group in chain([first], groups):
            file.write_table(group, row_group_size=max(group.num_rows, 1))


def _nullable(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    return np.asarray(column.to_numpy(), dtype=np.float64)


def _values(event: Event) -> NDArray[np.float64]:
    return np.full(event.replications.size, np.nan) if event.values is None else event.values
