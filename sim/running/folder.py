"""The results folder of a run, written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from sim.documents import Json, as_json, write_text
from sim.report.page import page
from sim.report.told import Told
from sim.results import parquet
from sim.results.daily import bands
from sim.results.flows import flows
from sim.results.futures import Results
from sim.results.making import Run, manifest_of, write_manifest
from sim.results.milestones import milestones
from sim.results.months import month_rows
from sim.results.place import write_whole
from sim.results.saved import CHECKED, DAILY, DAYS, EVENTS, FLOWS, MONTHLY, REPLICATIONS, REPORT, SUMMARY
from sim.spec.scenario import Scenario


def write_results(
    out: Path, results: Results, scenario: Scenario, summary: Json, run: Run, days: Sequence[Path] = ()
) -> None:
    """Write the results folder `out`, in one step: it holds the whole run, or what it held before.

    `days` are finished files of every day of every future, on the same disk; they are shared, not copied, where that
    can be.
    """
    write_whole(out, lambda fresh: _write_files(fresh, results, scenario, summary, run, days))


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
