"""Studies: many runs that are read together. Each writes its folder and returns the document in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from sim.spec.reading import ReadScenario as Scenario
from sim.spec.reading_episode import read_episode
from sim.spec.variation import ranges, variations
from sim.studies.backtest.run import backtest_and_write
from sim.studies.comparison.finished import read_finished
from sim.studies.comparison.run import compare_and_write, compare_finished
from sim.studies.conditions import condition, target
from sim.studies.discovery.run import discover_and_write
from sim.studies.optimum.run import Effort, optimise_and_write
from sim.studies.regret.run import read_table, regret_and_write
from sim.studies.sensitivity.run import Plan, sensitivity_and_write
from sim.studies.sweep.run import sweep_and_write
from sim.studies.vulnerabilities.run import Trial, lose_and_write


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
    varied, asked = ranges(vary, scenario.scenario), [target(text, scenario.scenario) for text in targets]
    effort = Effort(trials, n, fresh)
    return optimise_and_write(
        scenario, varied, asked, Path(out), seed=seed, effort=effort, cost=cost, workers=workers, resume=resume
    )


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
    trial = Trial(scenario.scenario, start, days, lanes=lanes)
    return lose_and_write(scenario, trial, Path(out), n=n, seed=seed, workers=workers)


def backtest(
    episodes: Sequence[str], out: str | Path, *, n: int = 512, seed: int = 1, workers: int | str | None = 1
) -> dict[str, Any]:
    """Play episodes of history again, write the folder `out` whole, and return backtest.json.

    Episodes are paths or shipped names. Raises `sim.errors.ScenarioError` where one is wrong, or asks for what its
    scenario does not keep, and `sim.errors.ResultsError` where `out` holds anything but a finished backtest.
    """
    return backtest_and_write([read_episode(one) for one in episodes], Path(out), n=n, seed=seed, workers=workers)
