"""A finished results folder, read back with its doubts checked.

summary.json          the figures of the run
replications.parquet  one row per future
daily.parquet         bands per day
events.parquet        what happened, by future
flows.parquet         what goes from stage to stage and region to region, before the disruption and during
monthly.parquet       trade and prices by month, where the scenario asks for it
days/                 every day of every future, where that is asked for: a file per 256
manifest.json         what was run, with what, and that it finished; written last
report.html           the page
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from sim.documents import Json
from sim.errors import ResultsError
from sim.results import frames, parquet
from sim.results.daily import Bands
from sim.results.flows import Flow
from sim.results.futures import Block, Event
from sim.results.manifest import MANIFEST, check_names, kind_of, read_json, read_manifest
from sim.spec.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame
    from xarray import Dataset

FORMAT = "rare-earth-sim results"
SUMMARY, REPORT = "summary.json", "report.html"
REPLICATIONS, DAILY, EVENTS = "replications.parquet", "daily.parquet", "events.parquet"
FLOWS, MONTHLY, DAYS = "flows.parquet", "monthly.parquet", "days"
CHECKED = (SUMMARY, REPLICATIONS, DAILY, EVENTS, FLOWS)
"""Files whose digests the manifest holds; that of months besides, where there is one."""


@dataclass(frozen=True, eq=False)
class Saved:
    """A finished results folder that was read back; its tables are read when asked for."""

    path: Path
    summary: Json
    manifest: Json
    scenario: Scenario

    @cached_property
    def columns(self) -> dict[str, NDArray[np.float64]]:
        """`<subject>/<metric>` -> a number per future, (N,), NaN for never; `replication` is among them."""
        return parquet.read_replications(self.path / REPLICATIONS)

    @cached_property
    def daily(self) -> Bands:
        """The band of every daily series."""
        return parquet.read_daily(self.path / DAILY)

    @cached_property
    def flows(self) -> list[Flow]:
        """What goes from stage to stage and region to region."""
        return parquet.read_flows(self.path / FLOWS)

    def futures(self) -> Block:
        """Return every column of every future as the engine handed it over."""
        columns = dict(self.columns)
        return Block(columns.pop("replication").astype(np.int64), columns, {}, ())

    def events(self, replication: int) -> tuple[Event, ...]:
        """Return what happened in one future, in order."""
        return parquet.read_events(self.path / EVENTS, replication)

    def to_pandas(self, table: str = "replications") -> DataFrame:
        """Return a table as pandas has it: `replications`, `daily`, `events`, or `monthly` where there is one."""
        path = self.path / f"{table}.parquet"
        if not path.is_file():
            there = ", ".join(sorted(one.stem for one in self.path.glob("*.parquet")))
            raise ResultsError(f"{self.path} has no table {table!r}; it has {there}")
        return parquet.read_frame(path)

    def to_xarray(self) -> Dataset:
        """Return every metric of every future and the daily bands, with named dimensions (sim.results.frames)."""
        return frames.dataset(self.columns, self.daily)


def read_results(folder: Path) -> Saved:
    """Read a finished results folder back; say what is wrong with any other."""
    manifest = read_manifest(folder)
    if manifest["format"] != FORMAT:
        raise ResultsError(f"{folder} holds a {kind_of(manifest)}, not the results of a run")
    check_names(folder, manifest, CHECKED, optional=(MONTHLY,))
    _check_days(folder, manifest.get(DAYS, {}))
    try:
        scenario = Scenario.model_validate(manifest.get("scenario"))
    except ValidationError as error:
        raise ResultsError(f"{folder / MANIFEST} is damaged: its scenario cannot be read: {error}") from error
    return Saved(folder, read_json(folder / SUMMARY), manifest, scenario)


def _check_days(folder: Path, sizes: object) -> None:
    """Refuse a folder without some of the days that it had; there may be too many bytes to digest them each time."""
    if not isinstance(sizes, dict):
        raise ResultsError(f"{folder / MANIFEST} is damaged: it does not name the files of days")
    for name, size in sizes.items():
        path = folder / DAYS / name
        if not os.path.isfile(path) or path.stat().st_size != size:
            raise ResultsError(f"{path} is missing or not what the run wrote; run it again")
