"""Points of a design, run: each at places of its own for every factor, over the futures of its row.

Points that differ only in what is drawn run side by side, as columns of one block; where a figure must be the same in
all futures, a scenario is made for its value. A point that cannot be run takes its row with it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, Index
from sim.chance.draws import plain_uniforms
from sim.chance.held import Given
from sim.errors import SimError
from sim.running.experiment import COLUMNS, run_block
from sim.running.job import Advance
from sim.running.processes import Processes
from sim.spec.reading import ReadScenario, with_forms
from sim.studies.sensitivity.dials import WHY, Dial, Forms
from sim.studies.yardstick import Yardstick

Places = NDArray[np.float64]
INSIDE = 0.05
"""Part of a distribution beyond either end of the range that is screened: ends that never come tell nothing."""
NEVER_QUITE = 1e-9
"""What keeps a place off the ends of a distribution, where it may be infinite."""


@dataclass(frozen=True, eq=False)
class Design:
    """The points to be run."""

    places: Places
    """Where every factor stands, 0 to 1, (point, factor)."""
    row: Index
    """The row of the design each point belongs to, (point,)."""
    luck: Index
    """Which futures each point meets: points with the same number meet the same, (point,)."""
    dials: tuple[Dial, ...]
    """The factors, (factor,)."""
    inside: float
    """Part of a distribution that is left out at either end."""


@dataclass(frozen=True, eq=False)
class Trial:
    """Points that run side by side."""

    points: Index
    """Their numbers, ascending, (point,)."""
    forms: Forms
    """What is the same in all their futures."""
    luck: Given
    """Their columns, the futures of each point one after another."""


@dataclass(frozen=True, eq=False)
class Failed:
    """Points that could not be run."""

    points: Index
    why: str


@dataclass(frozen=True, eq=False)
class Screening:
    """What trials have in common; see `sim.running.job.Work`."""

    read: ReadScenario
    ranged: Forms
    by: Yardstick
    columns: tuple[str, ...]
    """What is asked of every future."""
    seed: int

    def block(self, trial: Trial, advance: Advance) -> tuple[Index, Array] | Failed:
        """Return the means over each point's futures, (point, column), with the points' numbers."""
        width = trial.luck.future.size
        try:
            scenario = with_forms(self.read, self.ranged | trial.forms, WHY).scenario
            block = run_block(scenario, self.seed, np.arange(width), twin=False, luck=trial.luck, advance=advance)
        except (SimError, FloatingPointError) as error:
            return Failed(trial.points, str(error))
        kept = self.by.kept(block).columns
        each = [kept[name].reshape(len(trial.points), -1).mean(axis=1) for name in self.columns]
        return trial.points, np.stack(each, axis=1)


def run_design(
    hands: Processes, screening: Screening, design: Design, share: float, futures: int
) -> tuple[Array, dict[int, str]]:
    """Run all points; return what came of them, (point, column), NaN where a row failed, and those rows with why.

    Results do not depend on how points were put together, nor on the number of workers.
    """
    hands.take(screening)
    found = np.full((len(design.row), len(screening.columns)), np.nan)
    failed = dict[int, str]()
    groups = list(_together(design, futures))
    while groups:
        again = list[Index]()
        trials = [_trial(design, points, share, screening.seed, futures) for points in groups]
        for _, outcome in hands.pieces(trials):
            if isinstance(outcome, Failed):
                rows = np.unique(design.row[outcome.points])
                again += [outcome.points[design.row[outcome.points] == row] for row in rows] if len(rows) > 1 else []
                failed |= {int(rows[0]): outcome.why} if len(rows) == 1 else {}
            else:
                points, values = outcome
                found[points] = values
        groups = again
    found[np.isin(design.row, list(failed))] = np.nan
    return found, dict(sorted(failed.items()))


def _together(design: Design, futures: int) -> Iterator[Index]:
    """Yield points that can run side by side: alike in all that is the same in every future, and not too many."""
    fixed = [number for number, dial in enumerate(design.dials) if dial.fixed]
    _, kind = np.unique(design.places[:, fixed], axis=0, return_inverse=True)
    most = max(COLUMNS // futures, 1)
    for number in range(int(kind.max()) + 1):
        points = np.flatnonzero(kind.ravel() == number)
        yield from (points[start : start + most] for start in range(0, len(points), most))


def _trial(design: Design, points: Index, share: float, seed: int, futures: int) -> Trial:
    forms, given = Forms(), dict[str, Array]()
    for number, dial in enumerate(design.dials):
        place = design.places[points, number]
        forms |= dial.forms(float(place[0]), share)
        inner = design.inside + (1 - 2 * design.inside) * place
        if dial.is_nominal and design.inside:
            inner = _any(seed, design.row[points], place)
        given |= dict.fromkeys(dial.own, np.repeat(np.clip(inner, NEVER_QUITE, 1 - NEVER_QUITE), futures))
        given |= dict.fromkeys(dial.spread, np.repeat(place, futures))
    future = (design.luck[points, None] * futures + np.arange(futures)).ravel()
    return Trial(points, forms, Given(future, given))


def _any(seed: int, rows: Index, places: Places) -> Places:
    """Return any place at all for every level of every row: levels of what has no order are drawn, row by row."""
    names = [f"sensitivity/sets/{place:.6f}" for place in places]
    return np.array(
        [plain_uniforms(seed, name, range(1), np.array([row]))[0, 0] for name, row in zip(names, rows, strict=True)]
    )


def trajectories(dials: Sequence[Dial], rows: int, levels: int, seed: int, sample: Callable[..., Places]) -> Design:
    """Return Morris's design: in every row all factors move, one at a time; futures are the row's."""
    places = sample(problem([dial.factor.id for dial in dials]), rows, num_levels=levels, seed=seed)
    row = np.repeat(np.arange(rows), len(dials) + 1)
    return Design(np.asarray(places), row, row, tuple(dials), INSIDE)


def crossed(dials: Sequence[Dial], rows: int, seed: int, sample: Callable[..., Places]) -> Design:
    """Return Saltelli's design over the factors and the seed, which is the last: A, A with one of B's each, B."""
    places = sample(problem([*(dial.factor.id for dial in dials), "seed"]), rows, calc_second_order=False, seed=seed)
    row = np.repeat(np.arange(rows), len(dials) + 3)
    own, first = places[:, -1], places[:: len(dials) + 3, -1][row]
    return Design(np.asarray(places[:, :-1]), row, 2 * row + (own != first), tuple(dials), 0.0)


def problem(names: Sequence[str]) -> dict[str, object]:
    """Return what SALib wants to know of factors whose places lie between 0 and 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
