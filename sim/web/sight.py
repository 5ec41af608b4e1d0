"""What is known of a setting at a moment: some futures of all days, or of the first days only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.report.charts import every
from sim.results.bins import Counts, bins_of
from sim.results.daily import BAND_QUANTILES, Band
from sim.spec.scenario import Scenario
from sim.web.sample import Sample
from sim.web.studies import Study


@dataclass(frozen=True, eq=False)
class Sight:
    """Futures of a setting, over all days or the first ones."""

    scenario: Scenario
    days: int
    """Days known."""
    sample: Sample

    @property
    def whole(self) -> bool:
        """Whether all days are known."""
        return self.days >= self.scenario.horizon_d

    @property
    def futures(self) -> int:
        """How many futures there are."""
        return self.sample.futures

    @property
    def counts(self) -> Mapping[str, Counts]:
        """Daily series -> futures in each bin, (day, bin)."""
        return self.sample.counts

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a number per future, (futures,), by `<subject>/<metric>`."""
        return self.sample.column(name)

    def band(self, series: str) -> Band:
        """Return the band of a daily series over the days known, (day,), as it is drawn: every few days."""
        step = every(self.scenario.horizon_d)
        drawn = self.counts[series][::step]
        lines = (bins_of(series).quantile(drawn, p) for p in BAND_QUANTILES.values())
        return Band(*(np.repeat(line, step)[: self.days] for line in lines))

    def controls_stand(self) -> tuple[float, float] | None:
        """Return the days between which controls are in force in the median future, if any is."""
        start, end = (
            np.sort(np.nan_to_num(self.column(f"all/{name}"), nan=np.inf))[(self.futures - 1) // 2]
            for name in ("disruption_day", "control_end_day")
        )
        return None if np.isinf(start) else (float(start), float(min(end, self.scenario.horizon_d)))


def sight(study: Study) -> Sight | None:
    """Return what is known of a study now; None where nothing is."""
    scenario = study.read.scenario
    if study.sample.futures:
        return Sight(scenario, scenario.horizon_d, study.sample)
    known = [days for days, sample in study.early.items() if sample.futures == study.first]
    return Sight(scenario, max(known), study.early[max(known)]) if known else None
