"""Simulate rare-earth supply disruptions, and the stockpiles that answer them.

For example::

    import sim

    scenario = sim.load("export_ban", policy="joint_pooled")
    results = sim.run(scenario, "results/mine", n=200)
    results.summary["buyers"]["jp.ev"]["shortage_days"]["mean"]
    results.to_pandas()["jp.ev/shortage_days"].hist()

    policies = [sim.load("export_ban", policy) for policy in ("none", "joint_pooled")]
    comparison = sim.compare(policies, "results/mine.compare", n=200)

    curve = sim.sweep(sim.load("export_ban"), ["disruptions.china_ban.duration=90:360:90"], "results/mine.sweep", n=200)

    trigger, target = "facilities.us_jp_magnet_pool.trigger=7:90", "all/output_lost_usd <= 9e10"
    best = sim.optimize(sim.load("export_ban", "joint_pooled"), [trigger], [target], "results/mine.optimum", trials=20)

    drivers = sim.sensitivity(sim.load("export_ban"), "results/mine.sensitivity")
    where = sim.discover(sim.load("export_ban", "joint_pooled"), "us.ev/shortage_days > 365", "results/mine.discovery")
    losses = sim.vulnerabilities(sim.load("baseline"), "results/mine.vulnerabilities")
    history = sim.backtest(["embargo_2010", "after_2011"], "results/mine.backtest")
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from sim.folder import Saved as Results
    from sim.spec.reading import ReadScenario as Scenario
    from sim.tracing import Trace

__all__ = [
    "Results",
    "Scenario",
    "__version__",
    "backtest",
    "compare",
    "compare_runs",
    "discover",
    "load",
    "optimize",
    "plot",
    "read",
    "rebuild",
    "regret",
    "run",
    "sensitivity",
    "sweep",
    "trace",
    "vulnerabilities",
]


def __getattr__(name: str) -> Any:
    """Import what results and scenarios are made of when they are asked for by name, and no earlier."""
    if name == "Results":
        from sim.folder import Saved

        return Saved
    if name == "Scenario":
        from sim.spec.reading import ReadScenario

        return ReadScenario
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__version__ = metadata.version("rare-earth-sim")


def load(scenario: str, policy: str | None = None) -> Scenario:
    """Read a scenario, and a policy over it; both are a path or a shipped name.

    Raises `sim.errors.ScenarioError` with every problem found.
    """
    from sim.spec.reading import read_scenario

    return read_scenario(scenario, policy)


def read(folder: str | Path) -> Results:
    """Read the finished results folder of a run back.

    Raises `sim.errors.ResultsError` where it is missing, unfinished, damaged or not of this program.
    """
    from sim.folder import read_results

    return read_results(Path(folder))


def rebuild(folder: str | Path, out: str | Path | None = None) -> Path:
    """Write the page of a finished folder of any kind anew, into the folder where nobody says; return where it is.

    Raises `sim.errors.ResultsError` where the folder is missing, unfinished, damaged or not of this program.
    """
    from sim.rebuilding import rebuild

    return rebuild(Path(folder), None if out is None else Path(out))


def plot(folder: str | Path, kind: str, out: str | Path, about: str | None = None) -> Path:
    """Draw a picture of a finished folder for slides, `fan`, `sankey`, `exceedance` or `frontier`; return where it is.

    `about` is a buyer, a group or a priced thing for a fan, a column or a subject for an exceedance, an element for a
    Sankey diagram. Raises `sim.errors.ResultsError` where the folder is bad, and `sim.errors.OptionError` for what
    there is none of, and without matplotlib (the extra `plot`).
    """
    from sim.plotting import plot

    return plot(Path(folder), kind, Path(out), about)


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
    from sim.running import run_and_write

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


def compare(
    policies: Sequence[Scenario],
    out: str | Path,
    *,
    n: int = 1000,
    seed: int = 1,
    twin: bool = True,
    workers: int | str | None = 1,
    limit_d: float = 10,
    objective: str | None = None,
    indifference: float | None = None,
) -> dict[str, Any]:
    """Run one scenario under several policies over the same n futures, write the folder `out`, return compare.json.

    `limit_d` is how many shortage days a priority buyer can bear. `objective` is what should be low, a column
    `<subject>/<metric>`; the welfare lost of all where absent. `indifference` is a lead in it that does not
    matter; 1 % of the baseline's mean where absent. Raises `sim.errors.ScenarioError` with fewer than two policies,
    and `sim.errors.ResultsError` where `out` holds anything but a finished comparison.
    """
    from sim.comparing import compare_and_write

    return compare_and_write(
        policies,
        Path(out),
        n=n,
        seed=seed,
        twin=twin,
        workers=workers,
        limit_d=limit_d,
        objective=objective,
        indifference=indifference,
    )


def compare_runs(
    folders: Sequence[str | Path],
    out: str | Path,
    *,
    limit_d: float = 10,
    objective: str | None = None,
    indifference: float | None = None,
) -> dict[str, Any]:
    """Compare finished runs of one scenario under several policies, write the folder `out`, return compare.json.

    It is the comparison that `compare` makes of the same futures; nothing is run. Raises `sim.errors.ResultsError`
    where a folder holds no finished run, or the runs differ in anything but their policy.
    """
    from sim.comparing import compare_finished
    from sim.finished import read_finished

    saved = read_finished([Path(folder) for folder in folders])
    return compare_finished(saved, Path(out), limit_d=limit_d, objective=objective, indifference=indifference)


def sweep(
    scenario: Scenario,
    vary: Sequence[str],
    out: str | Path,
    *,
    n: int = 256,
    seed: int = 1,
    twin: bool = True,
    workers: int | str | None = 1,
) -> dict[str, Any]:
    """Run the same n futures at every value of one or two figures, write the folder `out`, return sweep.json.

    `vary` holds a text per figure: its path and its values in its own unit, `PATH=first:last:step` or
    `PATH=value,value,...`. Raises `sim.errors.ScenarioError` where a path or a value is wrong, before anything is
    run, and `sim.errors.ResultsError` where `out` holds anything but a finished sweep.
    """
    from sim.spec.variation import variations
    from sim.sweeping import sweep_and_write

    varied = variations(vary, scenario.scenario)
    return sweep_and_write(scenario, varied, Path(out), n=n, seed=seed, twin=twin, workers=workers)


def optimize(
    scenario: Scenario,
    vary: Sequence[str],
    targets: Sequence[str],
    out: str | Path,
    *,
    cost: Literal["net", "outlay"] = "net",
    trials: int = 100,
    n: int = 1024,
    fresh: int = 5000,
    seed: int = 1,
    workers: int | None = 1,
    resume: bool = False,
) -> dict[str, Any]:
    """Search for the cheapest policy that meets every target, write the folder `out`, return optimize.json.

    `vary` holds a text per figure, `PATH=low:high` or `PATH=low:high:step` in its own unit; `targets` are such as
    `P(jp.ev/shortage_days <= 10) >= 0.95`, or of a mean `all/output_lost_usd <= 9e10`. Trials that are worth it meet n
    futures; at most three candidates are checked on `fresh` futures that the search has not seen. With `resume` it goes
    on from what the same search has left. Raises `sim.errors.OptionError` where optuna is not installed,
    `sim.errors.ScenarioError` where a path, range or target is wrong, before anything is run, and
    `sim.errors.ResultsError` where `out` holds anything but a finished optimum.
    """
    from sim.conditions import target
    from sim.optimising import Effort, optimise_and_write
    from sim.spec.variation import ranges

    varied, asked = ranges(vary, scenario.scenario), [target(text, scenario.scenario) for text in targets]
    effort = Effort(trials, n, fresh)
    return optimise_and_write(
        scenario, varied, asked, Path(out), seed=seed, effort=effort, cost=cost, workers=workers, resume=resume
    )


def trace(
    scenario: Scenario,
    which: str | int = 0,
    *,
    bare: Scenario | None = None,
    seed: int = 1,
    n: int = 100,
    by: str = "all/output_lost_usd",
    workers: int | None = 1,
) -> Trace:
    """Run one future and return its story: a number, or the `median` or the `worst` of n futures by a column.

    `bare` is the scenario without its policy, for what would have been; `lines()`, `rows()` and `document()` of the
    trace tell it. Raises `sim.errors.OptionError` for a future or a column that there is not.
    """
    from sim.tracing import trace

    without = None if bare is None else bare.scenario
    return trace(scenario.scenario, str(which), bare=without, seed=seed, n=n, by=by, workers=workers)


def sensitivity(
    scenario: Scenario,
    out: str | Path,
    *,
    metrics: Sequence[str] = (),
    n: int = 8,
    worlds: int = 128,
    trajectories: int = 6,
    rows: int = 32,
    factors: int = 8,
    spread: float = 0.25,
    by: str = "field",
    seed: int = 1,
    workers: int | None = 1,
) -> dict[str, Any]:
    """Find what drives some metrics, write the folder `out` whole, and return sensitivity.json.

    `metrics` are columns, `<subject>/<metric>`; buyer-days short and output lost where there are none. Chance and doubt
    are told apart over `worlds` draws of what nobody knows, `n` futures each. Then Morris screens all assumptions in
    `trajectories` rows (0: none), and Sobol's indices of the strongest `factors` (at most 20) come from `rows` rows, a
    power of two (0: none), `n` futures at each point. Constants are off by up to `spread` of what they are. `by` puts
    together figures of one "field", or of one "sentence" besides.

    Raises `sim.errors.ScenarioError` where a number or a metric is wrong, `sim.errors.OptionError` without the extra
    `sensitivity`, and `sim.errors.ResultsError` where `out` holds anything but finished sensitivity.
    """
    from sim.sensing import Plan, sensitivity_and_write

    plan = Plan(n, worlds, trajectories, rows, factors, spread, by)  # type: ignore[arg-type]  # checked there
    return sensitivity_and_write(scenario, Path(out), metrics=metrics, plan=plan, seed=seed, workers=workers)


def discover(
    scenario: Scenario,
    fails: str,
    out: str | Path,
    *,
    n: int = 2000,
    seed: int = 1,
    workers: int | None = 1,
) -> dict[str, Any]:
    """Find under which conditions futures fail, write the folder `out`, return discover.json.

    `fails` is what it is to fail, such as `jp.ev/shortage_days > 10`. Boxes in what was drawn are found in two thirds
    of the n futures and counted in the others. Raises `sim.errors.OptionError` where scikit-learn is not installed,
    `sim.errors.ScenarioError` where `fails` cannot be meant, and `sim.errors.ResultsError` where `out` holds anything
    but a finished discovery.
    """
    from sim.conditions import condition
    from sim.discovering import discover_and_write

    asked = condition(fails, scenario.scenario, "fails")
    return discover_and_write(scenario, asked, Path(out), n=n, seed=seed, workers=workers)


def regret(
    scenarios: Sequence[str],
    policies: Sequence[str],
    out: str | Path,
    *,
    n: int = 256,
    seed: int = 1,
    objective: str | None = None,
    workers: int | None = 1,
) -> dict[str, Any]:
    """Run every scenario under every policy, write the folder `out`, return regret.json.

    Scenarios and policies are paths or shipped names, two or more of each. `objective` is what should be low, a column
    `<subject>/<metric>`; welfare lost where absent. Raises `sim.errors.ScenarioError` with every problem found, and
    `sim.errors.ResultsError` where `out` holds anything but a finished regret.
    """
    from sim.regretting import read_table, regret_and_write

    reads = read_table(scenarios, policies)
    return regret_and_write(reads, Path(out), n=n, seed=seed, objective=objective, workers=workers)


def vulnerabilities(
    scenario: Scenario,
    out: str | Path,
    *,
    days: int = 180,
    start: int = 60,
    lanes: bool = False,
    n: int = 32,
    seed: int = 1,
    workers: int | str | None = 1,
) -> dict[str, Any]:
    """Lose every plant and country one at a time, from day `start` for `days`, and return vulnerabilities.json.

    With `lanes` what a plant sends of one material to one region is lost, too. The folder `out` is written whole.
    Raises `sim.errors.ScenarioError` where the loss begins past the horizon, and `sim.errors.ResultsError` where
    `out` holds anything but finished vulnerabilities.
    """
    from sim.losing import Trial, lose_and_write

    trial = Trial(scenario.scenario, start, days, lanes=lanes)
    return lose_and_write(scenario, trial, Path(out), n=n, seed=seed, workers=workers)


def backtest(
    episodes: Sequence[str], out: str | Path, *, n: int = 512, seed: int = 1, workers: int | str | None = 1
) -> dict[str, Any]:
    """Play episodes of history again, write the folder `out` whole, and return backtest.json.

    Episodes are paths or shipped names. Raises `sim.errors.ScenarioError` where one is wrong, or asks for what its
    scenario does not keep, and `sim.errors.ResultsError` where `out` holds anything but a finished backtest.
    """
    from sim.backtesting import backtest_and_write
    from sim.spec.reading_episode import read_episode

    return backtest_and_write([read_episode(one) for one in episodes], Path(out), n=n, seed=seed, workers=workers)
