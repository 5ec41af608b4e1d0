"""Milestones: on which days controls and other causes begin and end, over all futures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.results.estimate import QUANTILES, quantile
from sim.results.futures import EventKind

KINDS: tuple[EventKind, ...] = (
    "announced",
    "control_start",
    "suspended",
    "resumed",
    "control_end",
    "begins",
    "ends",
    "response_start",
)
"""What a chart over time has marked."""


@dataclass(frozen=True)
class Milestone:
    """The first time that something happens to a subject in each future."""

    kind: EventKind
    subject: str
    share: float
    """Of the futures in which it happens at all, 0 to 1."""
    p05: float | None
    p50: float | None
    p95: float | None
    """Days since the start; None where too few futures have it."""


def milestones(path: Path, replications: int) -> list[Milestone]:
    """Return what is marked of the events in a table of so many futures, by median day; what seldom happens last."""
    table = pq.read_table(path, columns=["replication", "day", "kind", "subject"])
    table = table.filter(pc.field("kind").isin(KINDS))
    first = table.group_by(["kind", "subject", "replication"]).aggregate([("day", "min")])
    found: dict[tuple[EventKind, str], list[int]] = {}
    for row in first.to_pylist():
        found.setdefault((row["kind"], row["subject"]), []).append(row["day_min"])
    told = [_milestone(kind, subject, days, replications) for (kind, subject), days in found.items()]
    return sorted(
        told, key=lambda one: (one.p50 is None, one.p50 or one.p05 or 0.0, KINDS.index(one.kind), one.subject)
    )


def _milestone(kind: EventKind, subject: str, days: list[int], replications: int) -> Milestone:
    ordered = np.full(replications, np.inf)
    ordered[: len(days)] = sorted(days)
    p05, p50, p95 = (quantile(ordered, p).value for p in QUANTILES.values())
    return Milestone(kind, subject, len(days) / replications, p05, p50, p95)
