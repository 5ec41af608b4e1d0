"""A block of futures as bytes: numpy's arrays, compressed; what is read back is what was written, to the last bit."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.errors import ResultsError
from sim.results.futures import COLUMN, Block, Event, EventKind, Link

COUNTS, MONTHS, FLOWS = "counts/", "months/", "flows/"
WORDS = ("kind", "subject", "text")


def packed(block: Block) -> bytes:
    """Return a block as bytes."""
    buffer, compressed = io.BytesIO(), pa.BufferOutputStream()
    arrays: dict[str, Any] = {
        "replications": block.replications,
        "names": np.array(list(block.columns), np.str_),
        "columns": np.stack(list(block.columns.values())),
    }
    arrays |= {COUNTS + name: count for name, count in block.counts.items()} | _of_events(block.events)
    arrays |= {f"{MONTHS}{m}/{name}": column for m, series in block.monthly.items() for name, column in series.items()}
    arrays |= {FLOWS + "/".join(link): sums for link, sums in block.flows.items()}
    np.savez(buffer, **arrays)
    with pa.CompressedOutputStream(compressed, "zstd") as file:
        file.write(buffer.getbuffer())
    return bytes(compressed.getvalue())


def unpacked(content: bytes) -> Block:
    """Return the block that was made into bytes; raises what numpy and pyarrow raise where they are others."""
    with pa.input_stream(pa.BufferReader(content), compression="zstd") as file:
        arrays = dict(np.load(io.BytesIO(file.read())))
    columns = dict(zip(map(str, arrays["names"]), arrays["columns"], strict=True))
    counts = {name.removeprefix(COUNTS): a for name, a in arrays.items() if name.startswith(COUNTS)}
    flows = {_link(name): sums for name, sums in arrays.items() if name.startswith(FLOWS)}
    block = Block(arrays["replications"], columns, counts, tuple(_events(arrays)), _months(arrays), flows)
    check(block)
    return block


def check(block: Block) -> None:
    """Raise a ValueError where arrays are none of a block: of other kinds or shapes."""
    futures = block.replications
    columns = [*block.columns.values(), *(column for series in block.monthly.values() for column in series.values())]
    fits = [futures.ndim == 1 and futures.dtype.kind == "i" and bool((np.diff(futures) > 0).all())]
    fits += [column.shape == futures.shape and column.dtype == COLUMN for column in columns]
    fits += [count.ndim == 2 and count.dtype.kind in "iu" for count in block.counts.values()]
    fits += [sums.shape == (2,) and sums.dtype == np.int64 for sums in block.flows.values()]
    hit = np.concatenate([futures[:0], *(event.replications for event in block.events)])
    fits += [bool(np.isin(hit, futures).all())]
    if not all(fits):
        raise ValueError("its arrays are not those of futures")


def save(path: Path, block: Block) -> None:
    """Write a block, in one step: the file is whole or not there, even after a power cut."""
    fresh = path.with_suffix(".unfinished")
    with fresh.open("wb") as file:
        file.write(packed(block))
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def load(path: Path) -> Block:
    """Read a block back."""
    try:
        return unpacked(path.read_bytes())
    except Exception as error:  # numpy, zipfile and pyarrow raise what comes to their minds, eight kinds and more
        raise ResultsError(f"{path} is damaged: run without --resume to start anew ({error})") from error


def _link(name: str) -> Link:
    element, from_stage, from_region, to_stage, to_region = name.removeprefix(FLOWS).split("/")
    return element, from_stage, from_region, to_stage, to_region


def _months(arrays: dict[str, NDArray[Any]]) -> dict[str, dict[str, NDArray[Any]]]:
    """Return month -> series -> a number per future, in the order in which they were written."""
    months: dict[str, dict[str, NDArray[Any]]] = {}
    for name, column in arrays.items():
        if name.startswith(MONTHS):
            month, _, series = name.removeprefix(MONTHS).partition("/")
            months.setdefault(month, {})[series] = column
    return months


def _of_events(events: Sequence[Event]) -> dict[str, NDArray[Any]]:
    """Return events put end to end: a value each where an event has values, NaN where it has none."""
    sizes = np.array([event.replications.size for event in events], np.int64)
    values = [np.full(event.replications.size, np.nan) if event.values is None else event.values for event in events]
    return {
        "sizes": sizes,
        "day": np.array([event.day for event in events], np.int64),
        "valued": np.array([event.values is not None for event in events], np.bool_),
        "hit": np.concatenate([np.zeros(0, np.int64), *(event.replications for event in events)]),
        "values": np.concatenate([np.zeros(0), *values]),
    } | {word: np.array([getattr(event, word) for event in events], np.str_) for word in WORDS}


def _events(arrays: dict[str, NDArray[Any]]) -> list[Event]:
    ends = np.cumsum(arrays["sizes"])
    hit, values = np.split(arrays["hit"], ends[:-1]), np.split(arrays["values"], ends[:-1])
    return [
        Event(
            day=int(arrays["day"][i]),
            kind=cast(EventKind, str(arrays["kind"][i])),
            subject=str(arrays["subject"][i]),
            replications=hit[i],
            text=str(arrays["text"][i]),
            values=values[i] if arrays["valued"][i] else None,
        )
        for i in range(ends.size)
    ]
