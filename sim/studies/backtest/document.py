"""History against the model: what backtest.json holds.

A pure function of monthly series, one number per future. Ratios are compared in logs, where ten times as much and a
tenth are as far from one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from sim.arrays import Array
from sim.documents import Json
from sim.errors import Problem, ScenarioError
from sim.results.estimate import QUANTILES, quantile
from sim.results.futures import Results
from sim.results.months import month_of, series_of
from sim.results.summary import SCHEMA_VERSION
from sim.spec.episode import Episode, Mean, Target
from sim.spec.scenario import Scenario

LEAST = 1e-3
"""A ratio below this counts as this: nothing is infinitely far from what was observed."""


def backtest(found: Sequence[tuple[Episode, Results]], *, seed: int) -> Json:
    """Return backtest.json: every target of every episode, what was fitted apart from what was not."""
    episodes = [_episode(episode, results) for episode, results in found]
    rows = [row for one in episodes for row in one["targets"]]
    return {
        "schema_version": SCHEMA_VERSION,
        "replications": len(found[0][1].replications),
        "seed": seed,
        "conventions": _conventions(),
        "fitted": _score(row for row in rows if row["fitted"]),
        "left_out": _score(row for row in rows if not row["fitted"]),
        "episodes": episodes,
    }


def ratio(target: Target, results: Results) -> Array:
    """Return what the model has for a target, a ratio per future, (replication,)."""
    of, over = (_mean(mean, results) for mean in (target.of, target.over))
    found = np.divide(of, over, out=np.full_like(of, np.inf), where=over > 0)
    return np.asarray(np.clip(found, LEAST, 1 / LEAST))


def check_series(episode: Episode, scenario: Scenario) -> None:
    """Refuse an episode that asks for series or months that its scenario does not keep."""
    series = series_of(scenario) if scenario.monthly else []
    months = {month_of(scenario, day) for day in range(scenario.horizon_d)}
    problems = [
        Problem("series", f"targets.{key}.{side}", f"{mean.series} in {month}", "a series and month that it keeps")
        for key, target in episode.targets.items()
        for side, mean in (("of", target.of), ("over", target.over))
        for month in mean.months
        if mean.series not in series or month not in months
    ]
    if problems:
        raise ScenarioError(problems)


def _mean(mean: Mean, results: Results) -> Array:
    first, last = mean.months
    columns = [series[mean.series] for month, series in results.monthly.items() if first <= month <= last]
    return np.asarray(np.mean(np.stack(columns), axis=0))


def _episode(episode: Episode, results: Results) -> Json:
    return {
        "episode": episode.episode,
        "question": episode.question,
        "scenario": episode.scenario,
        "targets": [_row(key, target, ratio(target, results)) for key, target in episode.targets.items()],
    }


def _row(key: str, target: Target, model: Array) -> Json:
    observed, ordered = target.observed.typical, np.sort(model)
    band = {name: quantile(ordered, p).value or LEAST for name, p in QUANTILES.items()}
    return {
        "id": key,
        "what": target.what,
        "fitted": target.fitted,
        "observed": observed,
        "error": target.error.typical,
        **band,
        "inside": bool(band["p05"] <= observed <= band["p95"]),
        "below_share": float(np.mean(model < observed)),
        "crps": crps(np.log(model), float(np.log(observed))),
        "crps_no_change": abs(float(np.log(observed))),
    }


def crps(model: Array, observed: float) -> float:
    """Return the continuous ranked probability score of equally likely values, in their own unit.

    It is the mean distance to what was observed less half the mean distance of two values to each other.
    """
    values, n = np.sort(model), len(model)
    rank = 2 * np.arange(1, n + 1) - n - 1
    return float(np.mean(np.abs(values - observed)) - np.sum(rank * values) / n**2)


def _score(rows: Iterable[Json]) -> Json:
    listed = list(rows)
    mean = {name: float(np.mean([row[name] for row in listed])) for name in ("crps", "crps_no_change") if listed}
    return {"targets": len(listed), "inside": sum(row["inside"] for row in listed), **mean}


def _conventions() -> Json:
    return {
        "band": "p05 to p95 over futures, which differ in chance and in the row of the table of plausible parameters",
        "inside": "whether what was observed lies in the band",
        "crps": "continuous ranked probability score of the log of the ratio; `crps_no_change` is that of a forecast "
        "that nothing changes",
        "fitted": "targets that parameters were fitted to; `left_out` are those they were not, the test of the model",
        "least": f"a ratio below {LEAST:g} counts as {LEAST:g}",
    }
