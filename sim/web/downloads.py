"""What can be taken away from a setting: the scenario, its futures, its report, as `sim run` would write them."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.csv
import pyarrow.parquet

from sim.results.futures import Results
from sim.results.making import Run
from sim.results.saved import REPLICATIONS, REPORT
from sim.results.summary import summarise
from sim.running.folder import write_results
from sim.spec.reading import ReadScenario
from sim.spec.writing import written


def file_name(read: ReadScenario) -> str:
    """Return what the files of a setting are called, without their ends."""
    policy = "" if read.scenario.policy == "none" else f"+{read.scenario.policy}"
    return f"{read.scenario.name}{policy}.what_if"


def command(read: ReadScenario, futures: int, seed: int) -> str:
    """Return the command that repeats so many futures of a setting from its scenario file."""
    name = file_name(read)
    return f"sim run {name}.yaml -n {futures} --seed {seed} --no-twin --out results/{name}"


def scenario_file(read: ReadScenario, futures: int, seed: int) -> bytes:
    """Return the scenario written out in full."""
    head = f"A setting of the what-if page, written out in full.\n{command(read, futures, seed)}\nrepeats its numbers."
    return written(read.resolved, head).encode()


def report_file(read: ReadScenario, results: Results, seed: int) -> bytes:
    """Return report.html."""
    return _written(read, results, seed, lambda folder: (folder / REPORT).read_bytes())


def parquet_file(read: ReadScenario, results: Results, seed: int) -> bytes:
    """Return replications.parquet: a row per future."""
    return _written(read, results, seed, lambda folder: (folder / REPLICATIONS).read_bytes())


def csv_file(read: ReadScenario, results: Results, seed: int) -> bytes:
    """Return the rows of replications.parquet as CSV."""

    def as_csv(folder: Path) -> bytes:
        text = io.BytesIO()
        pyarrow.csv.write_csv(pyarrow.parquet.read_table(folder / REPLICATIONS), text)
        return text.getvalue()

    return _written(read, results, seed, as_csv)


def _written(read: ReadScenario, results: Results, seed: int, take: Callable[[Path], bytes]) -> bytes:
    """Write the whole results folder, as `sim run` does, and take one thing from it."""
    begun = time.perf_counter()
    summary = summarise(results, read.scenario, seed=seed)
    with TemporaryDirectory(prefix="sim-") as place:
        folder = Path(place) / "results"
        said = command(read, int(results.replications.size), seed)
        write_results(
            folder,
            results,
            read.scenario,
            summary,
            Run(seed, said, time.perf_counter() - begun, read.sources, read.world_digest),
        )
        return take(folder)
