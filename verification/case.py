"""What a case is: a scenario file, what theory says of it, and what the simulator does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.results.estimate import students_t
from verification.watching import Watched, futures_of

Array = NDArray[np.float64]
Expected = Mapping[str, float | Array]

FOLDER = Path(__file__).parent / "cases"
HEADINGS = ("formula", "source", "expected", "asserts")
SEED = 1
"""One seed for all, chosen before anything was run, and never for a verdict's sake."""
CONFIDENCE = 0.999
"""Of the interval around a simulated mean in which the expected value must lie."""
EXACT = 1e-9
"""How far a case without chance may be from its closed form: relative above 1, absolute below."""


@dataclass(frozen=True)
class Reference:
    """An expected value that is itself an average over an independent simulation."""

    value: float
    error: float
    """Its standard error."""


@dataclass(frozen=True)
class Finding:
    """One quantity of a case: what was expected, what was found."""

    case: str
    what: str
    expected: float
    simulated: float
    """The mean over futures; without chance, the value that is farthest off."""
    half_width: float
    """Of the interval around what was simulated; the tolerance where there is no chance."""
    by_chance: bool

    @property
    def holds(self) -> bool:
        """Whether the expected value lies in the interval."""
        return abs(self.simulated - self.expected) <= self.half_width


@dataclass(frozen=True)
class Case:
    """A scenario file of `cases/`, and what is held against it."""

    name: str
    series: tuple[str, ...]
    """The daily series to be watched; `watching.py` has what there is."""
    measured: Callable[[Watched], Mapping[str, Array]]
    """What is read off the futures of a block: (replication,), or (day,) of a case without chance."""
    expected: Callable[[], Mapping[str, float | Array | Reference]]
    """What theory says, by the same names."""
    futures: int = 1
    """One where nothing is left to chance."""
    slow: bool = False
    """Whether it is left out of the ordinary tests."""

    @property
    def path(self) -> Path:
        """Its scenario file."""
        return FOLDER / f"{self.name}.yaml"

    def heading(self) -> dict[str, str]:
        """Return what the comment at the top of its file says: formula, source, expected, asserts."""
        lines = [line[2:] for line in self.path.read_text("utf-8").splitlines() if line.startswith("# ")]
        pairs = [line.partition(": ") for line in lines]
        return {key: text for key, _, text in pairs if key in HEADINGS}

    def findings(self) -> list[Finding]:
        """Run the case and hold every quantity against its closed form."""
        blocks = [self.measured(block) for block in futures_of(self.path, self.futures, SEED, self.series)]
        expected = self.expected()
        found = {what: np.concatenate([block[what] for block in blocks]) for what in expected}
        judge = self._judge_exactly if self.futures == 1 else self._judge_mean
        return [judge(what, found[what], value) for what, value in expected.items()]

    def _judge_exactly(self, what: str, found: Array, value: float | Array | Reference) -> Finding:
        assert not isinstance(value, Reference)
        wanted = np.broadcast_to(np.asarray(value, dtype=np.float64), found.shape)
        room = EXACT * np.maximum(1.0, np.abs(wanted))
        worst = int(np.argmax(np.abs(found - wanted) / room))
        return Finding(self.name, what, float(wanted[worst]), float(found[worst]), float(room[worst]), False)

    def _judge_mean(self, what: str, found: Array, value: float | Array | Reference) -> Finding:
        reference = value if isinstance(value, Reference) else Reference(float(np.asarray(value)), 0.0)
        error = float(np.hypot(np.std(found, ddof=1) / np.sqrt(found.size), reference.error))
        rounding = EXACT * max(1.0, abs(reference.value))
        half = students_t(found.size - 1, 0.5 + CONFIDENCE / 2) * error + rounding
        return Finding(self.name, what, reference.value, float(np.mean(found)), half, True)
