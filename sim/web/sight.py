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
from sim.web.studies import Study


@dataclass(frozen=True, eq=False)
class Sight:
    """Futures of a setting, over all days or the first ones."""

    scenario: Scenario
    futures: int
    days: int
    """Days known."""
    counts: Mapping[str, Counts]
    """Daily series -> futures in each bin, (day, bin)."""
    study: Study

    @property
    def whole(self) -> bool:
        """Whether all days are known."""
        return self.days >= self.scenario.horizon_d

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a number per future, (futures,), by `<subject>/<metric>`."""
        glimpse = None if self.whole else self.study.glimpse
        return self.study.sample.column(name) if glimpse is None else glimpse.block.columns[name]

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
    scenario, sample, glimpse = study.read.scenario, study.sample, study.glimpse
    if sample.futures:
        return Sight(scenario, sample.futures, scenario.horizon_d, sample.counts, study)
    if glimpse is not None:
        return Sight(scenario, glimpse.block.replications.size, glimpse.days, glimpse.block.counts, study)
    return None
