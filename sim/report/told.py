"""What a page is made of: all that a results folder holds, wherever it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.documents import Json
from sim.results.daily import Bands
from sim.results.flows import Flow
from sim.results.milestones import Milestone


@dataclass(frozen=True, eq=False)
class Told:
    """One run, as its page tells it; what is empty is left out of the page."""

    summary: Json
    """summary.json."""
    daily: Bands
    """daily.parquet."""
    manifest: Json
    """manifest.json."""
    columns: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    """replications.parquet, a number per future, (N,)."""
    flows: Sequence[Flow] = ()
    """flows.parquet."""
    milestones: Sequence[Milestone] = ()
    """What events.parquet says of controls and other causes, over all futures."""
