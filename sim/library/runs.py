"""A scenario, run: its results, its pages and pictures, and the story of one future."""

from __future__ import annotations

from pathlib import Path

from sim import plotting, rebuilding
from sim.results.saved import Saved as Results
from sim.results.saved import read_results
from sim.running.run import run_and_write
from sim.spec.reading import ReadScenario as Scenario
from sim.spec.reading import read_scenario
from sim.tracing import run as tracing


def load(scenario: str, policy: str | None = None) -> Scenario:
    """Read a scenario, and a policy over it; both are a path or a shipped name.

    Raises `sim.errors.ScenarioError` with every problem found.
    """
    return read_scenario(scenario, policy)


def read(folder: str | Path) -> Results:
    """Read the finished results folder of a run back.

    Raises `sim.errors.ResultsError` where it is missing, unfinished, damaged or not of this program.
    """
    return read_results(Path(folder))


def run(
    scenario: Scenario,
    out: str | Path,
    *,
    n: int = 1000,
    seed: int = 1,
    twin: bool = True,
    workers: int | str | None = 1,
    precision: float | None = None,
    resume: bool = False,
    keep_days: bool = False,
    sampling: str = "plain",
) -> Results:
    """Run n futures, write the results folder `out` whole, and return what stands there.

    With a `precision`, such as 0.02, a run stops earlier once the mean shortage days of every priority are within
    that share of the mean, or half a day; it is then the plain run of as many futures.
    With `resume` it goes on from what the same run has left, where that was stopped before its end. With `keep_days`
    every day of every future is written to `out`/days, too.
    `sampling` is how futures are drawn: "plain", in "antithetic" pairs, or as "sobol" points, which need a power of
    two from 32 on; without a precision.

    Results do not depend on `workers`. One is this process; more are processes of their own, which import the
    calling script anew, so that it must call this under `if __name__ == "__main__":`; None is as many as the cores
    can use. (`sim run` takes all cores, where nothing stands in the way.) An address, such as
    "tcp://127.0.0.1:8786", is a Dask scheduler, whose workers run the futures.

    Raises `sim.errors.ResultsError` where `out` holds anything but finished results.
    """
    run_and_write(
        scenario,
        Path(out),
        n=n,
        seed=seed,
        twin=twin,
        workers=workers,
        precision=precision,
        resume=resume,
        keep_days=keep_days,
        sampling=sampling,
    )
    return read(out)


def trace(
    scenario: Scenario,
    which: str | int = 0,
    *,
    bare: Scenario | None = None,
    seed: int = 1,
    n: int = 100,
    by: str = "all/output_lost_usd",
    workers: int | None = 1,
) -> tracing.Trace:
    """Run one future and return its story: a number, or the `median` or the `worst` of n futures by a column.

    `bare` is the scenario without its policy, for what would have been; `lines()`, `rows()` and `document()` of the
    trace tell it. Raises `sim.errors.OptionError` for a future or a column that there is not.
    """
    without = None if bare is None else bare.scenario
    return tracing.trace(scenario.scenario, str(which), bare=without, seed=seed, n=n, by=by, workers=workers)


def rebuild(folder: str | Path, out: str | Path | None = None) -> Path:
    """Write the page of a finished folder of any kind anew, into the folder where nobody says; return where it is.

    Raises `sim.errors.ResultsError` where the folder is missing, unfinished, damaged or not of this program.
    """
    return rebuilding.rebuild(Path(folder), None if out is None else Path(out))


def plot(folder: str | Path, kind: str, out: str | Path, about: str | None = None) -> Path:
    """Draw a picture of a finished folder for slides, `fan`, `sankey`, `exceedance` or `frontier`; return where it is.

    `about` is a buyer, a group or a priced thing for a fan, a column or a subject for an exceedance, an element for a
    Sankey diagram. Raises `sim.errors.ResultsError` where the folder is bad, and `sim.errors.OptionError` for what
    there is none of, and without matplotlib (the extra `plot`).
    """
    return plotting.plot(Path(folder), kind, Path(out), about)
