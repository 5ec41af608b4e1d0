"""The results folder: written whole or not at all, and read back with its doubts checked.

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

import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from sim import frames, parquet
from sim.daily import Bands, bands
from sim.errors import ResultsError
from sim.flows import Flow, flows
from sim.manifest import MANIFEST, check_names, digest_of, is_finished, kind_of, read_json, read_manifest, sealed
from sim.milestones import milestones
from sim.months import month_rows
from sim.provenance import versions
from sim.replace import replacing
from sim.report.page import page
from sim.report.told import Told
from sim.results import Block, Event, Results
from sim.spec.digest import digest
from sim.spec.scenario import Scenario
from sim.spec.shipped import NO_POLICY
from sim.summary import SCHEMA_VERSION, Json

if TYPE_CHECKING:
    from pandas import DataFrame
    from xarray import Dataset

FORMAT = "rare-earth-sim results"
SUMMARY, REPORT = "summary.json", "report.html"
REPLICATIONS, DAILY, EVENTS = "replications.parquet", "daily.parquet", "events.parquet"
FLOWS, MONTHLY, DAYS = "flows.parquet", "monthly.parquet", "days"
CHECKED = (SUMMARY, REPLICATIONS, DAILY, EVENTS, FLOWS)
"""Files whose digests the manifest holds; that of months besides, where there is one."""


@dataclass(frozen=True)
class Run:
    """How a run was made: what its manifest says besides the scenario."""

    seed: int
    """What all random numbers follow from."""
    command: str
    """The command that repeats it."""
    seconds: float
    """How long it took."""
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Key -> title, address and date of access of the sources that the scenario cites."""
    world_digest: str | None = None
    """Digest of the scenario without its policy; None where that was not read."""
    precision: Json | None = None
    """The precision that was asked for and how near the run came (`sim.precision.judge`); None if none was."""


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
        """Return every metric of every future and the daily bands, with named dimensions: see `sim.frames.dataset`."""
        return frames.dataset(self.columns, self.daily)


def default_folder(scenario: Scenario, kind: str = "") -> Path:
    """Return where results go when nobody says: results/<scenario>[+<policy>], and what they are of after a dot."""
    policy = "" if scenario.policy == NO_POLICY else f"+{scenario.policy}"
    return Path("results") / f"{scenario.name}{policy}{kind}"


def check_target(out: Path, form: str = FORMAT) -> None:
    """Refuse, before anything is run, a place where results cannot or must not be written.

    A finished folder of the same form may be replaced; an empty or missing one filled; anything else is somebody's.
    """
    try:
        _check_place(out, form)
    except (OSError, RuntimeError) as error:  # a name that is too long; a link that leads to itself
        raise ResultsError(f"{out} cannot be made: {error}") from error


def _check_place(out: Path, form: str) -> None:
    if out.exists() and not out.is_dir():
        raise ResultsError(f"{out} is a file; name a folder for the results")
    if out.is_dir() and any(out.iterdir()) and not is_finished(out, form):
        kind = form.rpartition(" ")[2]
        raise ResultsError(f"{out} is not empty and holds no finished {kind}; name another folder with --out")
    ground = next(parent for parent in out.resolve().parents if parent.exists())
    if not ground.is_dir():
        raise ResultsError(f"{ground} is a file, so {out} cannot be made")
    if not os.access(ground, os.W_OK | os.X_OK):
        raise ResultsError(f"{ground} may not be written to, so {out} cannot be made")


def write_results(
    out: Path, results: Results, scenario: Scenario, summary: Json, run: Run, days: Sequence[Path] = ()
) -> None:
    """Write the results folder `out`, in one step: it holds the whole run, or what it held before.

    `days` are finished files of every day of every future, on the same disk; they are shared, not copied, where that
    can be.
    """
    write_whole(out, lambda fresh: _write_files(fresh, results, scenario, summary, run, days))


def write_whole(out: Path, write: Callable[[Path], None], form: str = FORMAT) -> None:
    """Have a folder written, and put it in the place of `out` in one step; no one ever sees half of it."""
    check_target(out, form)
    try:
        with replacing(out.resolve()) as fresh:
            write(fresh)
            check_target(out, form)
    except OSError as error:
        raise ResultsError(f"the results could not be written to {out}: {error}") from error


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


def resolved(scenario: Scenario) -> Json:
    """Return the scenario as JSON, with overlays laid on and nothing absent spelled out."""
    return scenario.model_dump(mode="json", by_alias=True, exclude_none=True)


def manifest_of(scenario: Scenario, summary: Json, run: Run) -> Json:
    """Return what manifest.json says of a finished run, but for the digests of its files."""
    what: Json = {"scenario": resolved(scenario), "policy": scenario.policy, "digest": digest(resolved(scenario))}
    what |= {"world_digest": run.world_digest}
    return manifest_head(FORMAT) | what | provenance(run, summary["replications"])


def manifest_head(form: str) -> Json:
    """Return what every manifest begins with: what the folder is, and that it is finished."""
    return {"format": form, "schema_version": SCHEMA_VERSION, "finished": True}


def provenance(run: Run, replications: int) -> Json:
    """Return what every manifest says of how it was made: seed, command, seconds, versions, sources."""
    return {
        "seed": run.seed,
        "replications": replications,
        "precision": run.precision,
        "command": run.command,
        "seconds": round(run.seconds, 3),
        "versions": versions(),
        "sources": {key: dict(source) for key, source in sorted(run.sources.items())},
    }


def _write_files(
    folder: Path, results: Results, scenario: Scenario, summary: Json, run: Run, days: Sequence[Path]
) -> None:
    daily = bands(results.counts)
    manifest = manifest_of(scenario, summary, run) | _shared(days, folder / DAYS)
    parquet.write_futures(folder / REPLICATIONS, results.replications, results.columns)
    parquet.write_daily(folder / DAILY, daily, scenario.start_date)
    parquet.write_events(folder / EVENTS, results.events)
    moved = list(flows(results.flows))
    parquet.write_flows(folder / FLOWS, moved)
    write_text(folder / SUMMARY, as_json(summary))
    marks = milestones(folder / EVENTS, results.replications.size)
    write_text(folder / REPORT, page(Told(summary, daily, manifest, results.columns, moved, marks)))
    if scenario.monthly is not None:
        parquet.write_months(folder / MONTHLY, month_rows(results, scenario))
    write_manifest(folder, manifest, CHECKED if scenario.monthly is None else (*CHECKED, MONTHLY))


def _shared(files: Sequence[Path], folder: Path) -> Json:
    """Put files into a folder too, and return what the manifest says of them: their sizes, bytes."""
    if not files:
        return {}
    folder.mkdir()
    for path in files:
        try:
            os.link(path, folder / path.name)
        except OSError:  # a disk that knows no links
            shutil.copyfile(path, folder / path.name)
    return {DAYS: {path.name: path.stat().st_size for path in files}}


def write_manifest(folder: Path, manifest: Json, checked: Iterable[str]) -> None:
    """Write manifest.json, the last of all, with the digests of the files that hold figures."""
    files = {name: digest_of(folder / name) for name in checked}
    write_text(folder / MANIFEST, as_json(sealed(manifest | {"files": files})))


def as_json(document: Json) -> str:
    """Return a document as it stands in the folder and on stdout: indented, and never NaN."""
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write a text the same way on every machine."""
    path.write_text(text, encoding="utf-8", newline="\n")


def _check_days(folder: Path, sizes: object) -> None:
    """Refuse a folder without some of the days that it had; there may be too many bytes to digest them each time."""
    if not isinstance(sizes, dict):
        raise ResultsError(f"{folder / MANIFEST} is damaged: it does not name the files of days")
    for name, size in sizes.items():
        path = folder / DAYS / name
        if not os.path.isfile(path) or path.stat().st_size != size:
            raise ResultsError(f"{path} is missing or not what the run wrote; run it again")
