"""Fit what firms and prices do to history: `make calibrate`.

Crises differ in how nervous everybody is. Each fitted episode is therefore fitted for itself, in a process of its own,
and gives as many sets of parameters: what comes next is taken to be like one of them.

Approximate Bayesian computation by population Monte Carlo (Beaumont et al. 2009), every future a try of its own. A try
draws a set of parameters from scenarios/parameters/prior.yaml, plays the fitted episodes, and counts with the
likelihood of what was observed under normal errors of the logs, as the episodes state them: with that kernel the
result is the posterior of a model that is wrong by just that error (Wilkinson 2013). Waves after the first propose
from a kernel density of the wave before, tempered so that it keeps enough tries to be a density.

Parameters are sampled as standard normals, their probits under the prior. Those in STEERED are proposed by where the
fit is good; the rest, which the data say little of, come from the prior and are only weighted, so that their number
costs nothing.
"""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import logsumexp, ndtr, ndtri
from scipy.stats import gaussian_kde, norm, qmc, spearmanr

from sim.chance.draws import Draws, quantile
from sim.spec import shipped
from sim.spec.episode import Target
from sim.spec.finding import Path as FieldPath
from sim.spec.finding import dotted
from sim.spec.quantity import Quantity
from sim.spec.reading import with_values
from sim.spec.reading_episode import ReadEpisode, read_episode
from sim.spec.yaml_strict import read_yaml
from sim.studies.backtest.document import ratio
from sim.studies.backtest.run import play, read_scenarios

Array = NDArray[np.float64]
Name = tuple[str, ...]
"""The path of a figure in a file of parameters."""

WAVES, TRIES = 5, 8192
CALM: dict[str, dict[Name, float]] = {"gallium_2023": {("speculation", "cover"): 0.0}}
"""What is held at a value, by episode: what was seen of gallium is met as well without speculation, and the simpler
account is taken. Half of the sets are therefore of a world in which nobody buys ahead."""
LIKE = {"embargo_2010": "like 2010", "gallium_2023": "like gallium in 2023"}
"""What a planner calls the sets that an episode gave."""
STEERED = (
    ("parameters", "fear"), ("speculation", "cover"), ("speculation", "starts_at"),
    ("prices", "scarcity_slope"), ("prices", "adjustment"), ("prices", "decay"), ("prices", "tie"),
)  # fmt: skip
"""What data speak to."""
INDEPENDENT = 8 / 14
"""As what part of their number targets count: those of one price move together."""
SETS = 256
"""Sets of parameters that are kept, of each episode as many."""
KEPT_AT_LEAST = 300
"""Effective tries that a wave must leave for the next to be proposed from it."""
FROM_PRIOR = 0.1
"""Part of the later waves that is drawn from the prior again, so that no corner is forgotten."""
WHY = "make calibrate"


@dataclass(frozen=True)
class Tries:
    """Some tries: where in parameter space, how near to history, and from where they were drawn."""

    z: Array
    """Probits of the parameters under the prior, (try, parameter)."""
    misfit: Array
    """Log of model over history, in standard deviations, (try, target)."""
    log_proposal: Array
    """Log density with which each was proposed, (try,)."""

    def log_weight(self, temperature: float = 1.0) -> Array:
        """Return the log of what each counts, normalised, (try,)."""
        squares = np.sum(self.misfit**2, axis=1) * INDEPENDENT
        log_weight = -0.5 * squares / temperature + norm.logpdf(self.z).sum(axis=1) - self.log_proposal
        return np.asarray(log_weight - logsumexp(log_weight))

    def effective(self, temperature: float = 1.0) -> float:
        """Return how many equal tries the weighted ones are worth."""
        return float(np.exp(-logsumexp(2 * self.log_weight(temperature))))


class Player(Protocol):
    """What is fitted: something that plays tries."""

    name: str
    prior: dict[Name, Quantity]
    steered: list[int]
    """Columns of z that are proposed by where the fit is good."""

    def play(self, z: Array, seed: int) -> tuple[Array, Array]:
        """Return the tries that were played and the misfit of each."""


class History:
    """The prior, and the fitted targets of an episode."""

    def __init__(self, prior: Mapping[Name, Quantity], episode: ReadEpisode) -> None:
        self.prior = {name: quantity for name, quantity in prior.items() if not quantity.is_constant}
        self.name = episode.episode.episode
        self._held = CALM.get(self.name, {})
        self.steered = [n for n, name in enumerate(self.prior) if name in STEERED and name not in self._held]
        self.targets = {key: target for key, target in episode.episode.targets.items() if target.fitted}
        (self._read,) = read_scenarios([episode]).values()
        self._days = self._horizon_d()

    def values(self, z: Array) -> Array:
        """Return the parameters in their own units, (try, parameter)."""
        columns = [
            np.full(len(z), self._held[name]) if name in self._held else quantile(q, ndtr(z[:, n]))
            for n, (name, q) in enumerate(self.prior.items())
        ]
        return np.stack(columns, axis=1)

    def play(self, z: Array, seed: int) -> tuple[Array, Array]:
        """Play as many futures as there are rows of z, each with one of them; return z and the misfit of each."""
        values, n = self.values(z), len(z)
        lists: dict[FieldPath, Sequence[float]] = {name: values[:, k].tolist() for k, name in enumerate(self.prior)}
        read = with_values(self._read, lists, WHY)
        results = play(replace(read, scenario=read.scenario.model_copy(update={"horizon_d": self._days})), n, seed)
        misfit = [_misfit(target, ratio(target, results)) for target in self.targets.values()]
        return z[Draws(seed, np.arange(n)).row(n)], np.stack(misfit, axis=1)

    def _horizon_d(self) -> int:
        """Return the days until the last month that is compared is over: what comes after changes nothing before."""
        months = [mean.months[1] for target in self.targets.values() for mean in (target.of, target.over)]
        over = datetime.date.fromisoformat(f"{max(months)}-01") + datetime.timedelta(days=31)
        return min(self._read.scenario.horizon_d, (over - self._read.scenario.start_date).days)


def _misfit(target: Target, model: Array) -> Array:
    return np.asarray((np.log(model) - np.log(target.observed.typical)) / target.error.typical)


def read_prior(path: Path) -> dict[Name, Quantity]:
    """Return every figure of a file of parameters, by its path."""
    return dict(_figures(read_yaml(path, path.name).root.plain(), ()))


def _figures(node: Any, path: Name) -> Iterator[tuple[Name, Quantity]]:
    if isinstance(node, dict) and "unit" in node:
        yield path, Quantity.model_validate(node)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _figures(value, (*path, key))


def fit(history: Player, waves: int, tries: int, seed: int) -> list[Tries]:
    """Return every wave of tries; the last is of twice as many, and nearest to history."""
    n_parameters = len(history.prior)
    sobol = qmc.Sobol(n_parameters, rng=np.random.default_rng(seed)).random(tries)
    z = ndtri(np.clip(sobol, 1e-9, 1 - 1e-9))
    found: list[Tries] = []
    density = None
    for wave in range(waves):
        played, misfit = history.play(z, seed + wave)
        log_proposal = norm.logpdf(played).sum(axis=1)
        if density is not None:
            log_proposal += _log_mixture(density, played[:, history.steered])
        found.append(Tries(played, misfit, log_proposal))
        n = 2 * tries if wave == waves - 2 else tries
        density, z = _next(found[-1], history.steered, n, np.random.default_rng((seed, wave)))
        _say(history.name, wave, found[-1])
    return found


def _next(tries: Tries, steered: Sequence[int], n: int, rng: np.random.Generator) -> tuple[gaussian_kde, Array]:
    """Return the density that the next wave is proposed from, and its tries."""
    density = gaussian_kde(tries.z[:, steered].T, weights=np.exp(tries.log_weight(_temperature(tries))))
    z = rng.standard_normal((n, tries.z.shape[1]))
    near = rng.random(n) >= FROM_PRIOR
    z[np.ix_(np.flatnonzero(near), np.array(steered))] = density.resample(int(near.sum()), seed=rng).T
    return density, z


def _log_mixture(density: gaussian_kde, z: Array) -> Array:
    """Return the log density of the proposal over that of the prior, for what is steered, (try,)."""
    near = density.logpdf(z.T) - norm.logpdf(z).sum(axis=1)
    return np.asarray(np.logaddexp(np.log(1 - FROM_PRIOR) + near, np.log(FROM_PRIOR)))


def _temperature(tries: Tries) -> float:
    """Return the lowest temperature, 1 at least, at which enough tries count."""
    if tries.effective() >= KEPT_AT_LEAST:
        return 1.0
    return float(np.exp(brentq(lambda log_t: tries.effective(np.exp(log_t)) - KEPT_AT_LEAST, 0, np.log(1e6))))


def _say(name: str, wave: int, tries: Tries) -> None:
    best = float(np.sqrt(np.mean(tries.misfit**2, axis=1)).min())
    print(
        f"{name}, wave {wave}: worth {tries.effective():.0f} of {len(tries.z)} tries; next at temperature "
        f"{_temperature(tries):.1f}; nearest try {best:.2f} standard deviations off on average",
        flush=True,
    )


def together(found: Sequence[Tries]) -> Tries:
    """Return waves as one: weights against what each was proposed from are on one scale."""
    parts = ([getattr(tries, name) for tries in found] for name in ("z", "misfit", "log_proposal"))
    return Tries(*map(np.concatenate, parts))


def keep(tries: Tries, n: int, seed: int) -> NDArray[np.int64]:
    """Return the numbers of n tries, by systematic resampling, in random order."""
    weight = np.exp(tries.log_weight())
    rng = np.random.default_rng(seed)
    at = (np.arange(n) + rng.random()) / n
    return rng.permutation(np.searchsorted(np.cumsum(weight) / weight.sum(), at))


HEAD = """\
# What firms and prices do, as 2010-2011 and gallium in 2023 leave it possible: {n} sets of parameters, equally likely,
# which move together. Written by `make calibrate` from prior.yaml; docs/background/calibration.md has the fit.
schema_version: 1
"""


def text(
    prior: Mapping[Name, Quantity],
    values: Mapping[Name, Array],
    families: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> str:
    """Return the file of fitted parameters; what is certain in the prior stays as it is there.

    `families` has the numbers of the sets that each episode gave.
    """
    lines, opened = [HEAD.format(n=len(next(iter(values.values()))))], ""
    for name, quantity in prior.items():
        *section, key = name
        if "".join(section) != opened:
            lines += [f"\n{one}:\n" for one in section]
            opened = "".join(section)
        pad = "  " * len(section)
        if name in values:
            numbers = ", ".join(f"{value:.4g}" for value in values[name])
            lines.append(f"{pad}{key}: {{among: [{numbers}], unit: {quantity.unit}, source: fit-2010-2023}}\n")
        else:
            lines.append(
                f'{pad}{key}: {{value: {quantity.value:g}, unit: {quantity.unit}, assumed: "{quantity.assumed}"}}\n'
            )
    if families:
        lines.append("\nfamilies:\n")
        lines += [f"  {id}: {{name: {LIKE[id]}, sets: {sorted(sets)}}}\n" for id, sets in families.items()]
    return "".join(lines)


def learnt(history: History, first: Tries, kept: Array) -> Iterator[str]:
    """Say what was learnt of each parameter, and what each target speaks to; lines of Markdown."""
    names = [dotted(name) for name in history.prior]
    before = history.values(ndtri((np.arange(999)[:, None] + 0.5) / 999) * np.ones(len(names)))
    yield "\n| parameter | prior p05, p50, p95 | fitted p05, p50, p95 | spread left |\n|---|---|---|---|"
    moving = [n for n in range(len(names)) if kept[:, n].std() > 0]
    for n, name in enumerate(names):
        spans = [np.quantile(column[:, n], [0.05, 0.5, 0.95]) for column in (before, kept)]
        told = [", ".join(f"{value:.3g}" for value in span) for span in spans]
        before_span, after_span = (span[2] - span[0] for span in spans)
        left = after_span / before_span if before_span > 0 else 0.0
        yield f"| {name} | {told[0]} | {told[1]} | {left:.0%} |"
    yield "\n| target | parameters it speaks to (rank correlation over the prior) |\n|---|---|"
    rank = spearmanr(np.hstack([first.z, first.misfit])).statistic[: len(names), len(names) :]
    for k, target in enumerate(history.targets):
        strongest = np.argsort(-np.abs(rank[:, k]))[:4]
        yield f"| {target} | {', '.join(f'{names[n]} {rank[n, k]:+.2f}' for n in strongest)} |"
    together = spearmanr(kept[:, moving]).statistic
    pairs = sorted(((abs(together[a, b]), a, b) for a in range(len(moving)) for b in range(a)), reverse=True)[:6]
    names = [names[n] for n in moving]
    yield (
        "\nCorrelated in the fit: " + "; ".join(f"{names[a]} and {names[b]} {together[a, b]:+.2f}" for _, a, b in pairs)
    )


def main() -> None:
    """Fit, write scenarios/parameters/fitted.yaml, and say what was learnt."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--waves", type=int, default=WAVES)
    arguments.add_argument("--tries", type=int, default=TRIES, help="futures a wave, a power of two")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--out", type=Path, default=shipped.folder() / "parameters" / "fitted.yaml")
    asked = arguments.parse_args()

    prior = read_prior(shipped.folder() / "parameters" / "prior.yaml")
    episodes = [read_episode(name) for name in shipped.episode_names()]
    fitted = [one for one in episodes if any(target.fitted for target in one.episode.targets.values())]
    calls = [(History(prior, episode), asked, SETS // len(fitted)) for episode in fitted]
    with ProcessPoolExecutor(len(calls), mp_context=get_context("spawn")) as pool:
        found = [*pool.map(_one, *zip(*calls, strict=True))]
    for _, report in found:
        print(report)
    sets = [values for values, _ in found]
    mixed = np.random.default_rng(asked.seed).permutation(sum(map(len, sets)))
    values, ends = np.concatenate(sets)[mixed], np.cumsum([0, *map(len, sets)])
    families = {
        history.name: np.flatnonzero((start <= mixed) & (mixed < end)).tolist()
        for (history, *_), (start, end) in zip(calls, pairwise(ends), strict=True)
    }
    doubted = [name for name, quantity in prior.items() if not quantity.is_constant]
    asked.out.write_text(text(prior, {name: values[:, n] for n, name in enumerate(doubted)}, families))


def _one(history: History, asked: argparse.Namespace, n: int) -> tuple[Array, str]:
    """Fit one episode; return n sets, (set, parameter), and what was learnt."""
    found = fit(history, asked.waves, asked.tries, asked.seed)
    tries = together(found[len(found) // 3 :])
    chosen = keep(tries, n, asked.seed)
    values = history.values(tries.z[chosen])
    head = (
        f"\n{history.name}\n{n} sets of {len(set(chosen.tolist()))} tries, from {tries.effective():.0f} effective ones"
    )
    return values, "\n".join([head, *learnt(history, found[0], values)])


if __name__ == "__main__":
    main()
