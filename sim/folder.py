"""The results folder: written whole or not at all, and read back with its doubts checked.

summary.json          the figures of the run
replications.parquet  one row per future
daily.parquet         bands per day
events.parquet        what happened, by future
flows.parquet         what goes from stage to stage and region to region, before the disruption and during
monthly.parquet       trade and prices by month, where the scenario asks for it
manifest.json         what was run, with what, and that it finished; written last
report.html           the page
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from sim import frames, parquet
from sim.daily import Bands, bands
from sim.errors import ResultsError
from sim.flows import Flow, flows
from sim.milestones import milestones
from sim.months import month_rows
from sim.provenance import versions
from sim.replace import replacing
from sim.report.page import page
from sim.report.told import Told
from sim.results import Event, Results
from sim.spec.digest import digest
from sim.spec.scenario import Scenario
from sim.spec.shipped import NO_POLICY
from sim.summary import SCHEMA_VERSION, Json

if TYPE_CHECKING:
    from pandas import DataFrame
    from xarray import Dataset

FORMAT = "rare-earth-sim results"
MANIFEST, SUMMARY, REPORT = "manifest.json", "summary.json", "report.html"
REPLICATIONS, DAILY, EVENTS = "replications.parquet", "daily.parquet", "events.parquet"
FLOWS, MONTHLY = "flows.parquet", "monthly.parquet"
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
    if out.exists() and not out.is_dir():
        raise ResultsError(f"{out} is a file; name a folder for the results")
    if out.is_dir() and any(out.iterdir()) and not _is_finished(out, form):
        kind = form.rpartition(" ")[2]
        raise ResultsError(f"{out} is not empty and holds no finished {kind}; name another folder with --out")
    ground = next(parent for parent in out.resolve().parents if parent.exists())
    if not ground.is_dir():
        raise ResultsError(f"{ground} is a file, so {out} cannot be made")
    if not os.access(ground, os.W_OK | os.X_OK):
        raise ResultsError(f"{ground} may not be written to, so {out} cannot be made")


def write_results(out: Path, results: Results, scenario: Scenario, summary: Json, run: Run) -> None:
    """Write the results folder `out`, in one step: it holds the whole run, or what it held before."""
    write_whole(out, lambda fresh: _write_files(fresh, results, scenario, summary, run))


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
    if not folder.is_dir():
        raise ResultsError(f"{folder}: no such results folder; `sim run` makes one")
    manifest = _json(folder / MANIFEST) if (folder / MANIFEST).is_file() else {}
    if manifest.get("format") != FORMAT:
        raise ResultsError(f"{folder} holds no results of this program (no {MANIFEST} of its format)")
    if manifest.get("finished") is not True:
        raise ResultsError(f"{folder} holds results of a run that did not finish; run it again")
    if manifest.get("schema_version") != SCHEMA_VERSION:
        found = manifest.get("schema_version")
        raise ResultsError(f"{folder} has schema_version {found!r}; this program reads {SCHEMA_VERSION}: run it again")
    _check_files(folder, manifest)
    try:
        scenario = Scenario.model_validate(manifest.get("scenario"))
    except ValidationError as error:
        raise ResultsError(f"{folder / MANIFEST} is damaged: its scenario cannot be read: {error}") from error
    return Saved(folder, _json(folder / SUMMARY), manifest, scenario)


def resolved(scenario: Scenario) -> Json:
    """Return the scenario as JSON, with overlays laid on and nothing absent spelled out."""
    return scenario.model_dump(mode="json", by_alias=True, exclude_none=True)


def manifest_of(scenario: Scenario, summary: Json, run: Run) -> Json:
    """Return what manifest.json says of a finished run, but for the digests of its files."""
    what = {"scenario": resolved(scenario), "policy": scenario.policy, "digest": digest(resolved(scenario))}
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


def _write_files(folder: Path, results: Results, scenario: Scenario, summary: Json, run: Run) -> None:
    daily = bands(results.counts)
    manifest = manifest_of(scenario, summary, run)
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


def write_manifest(folder: Path, manifest: Json, checked: Iterable[str]) -> None:
    """Write manifest.json, the last of all, with the digests of the files that hold figures."""
    files = {name: _digest_of(folder / name) for name in checked}
    write_text(folder / MANIFEST, as_json(manifest | {"files": files}))


def as_json(document: Json) -> str:
    """Return a document as it stands in the folder and on stdout: indented, and never NaN."""
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write a text the same way on every machine."""
    path.write_text(text, encoding="utf-8", newline="\n")


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _check_files(folder: Path, manifest: Json) -> None:
    files: Any = manifest.get("files")
    if not isinstance(files, dict) or set(files) - {MONTHLY} != set(CHECKED):
        raise ResultsError(f"{folder / MANIFEST} is damaged: it does not name the files of a run of this version")
    for name, expected in files.items():
        if not (folder / name).is_file():
            raise ResultsError(f"{folder} is not complete: {name} is missing; run it again")
        if _digest_of(folder / name) != expected:
            raise ResultsError(f"{folder / name} is not what the run wrote; run it again")


def _json(path: Path) -> Json:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ResultsError(f"{path} cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise ResultsError(f"{path} is damaged: it holds no JSON object")
    return document


def _is_finished(folder: Path, form: str) -> bool:
    path = folder / MANIFEST
    try:
        manifest = _json(path) if path.is_file() else {}
    except ResultsError:
        return False
    return manifest.get("format") == form and manifest.get("finished") is True
