"""Finished runs that are to be compared: read back, and refused where their futures are not the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from sim.errors import ResultsError, minding
from sim.results.metrics import ATTRIBUTABLE_DAYS
from sim.results.saved import Saved, read_results
from sim.spec.shipped import NO_POLICY

PLAIN = "plain"


def read_finished(folders: Sequence[Path]) -> list[Saved]:
    """Return the runs in folders of `sim run`; say all that keeps them from being compared."""
    saved, wrong = [], []
    for folder in folders:
        try:
            saved.append(read_results(folder))
        except ResultsError as error:
            wrong.append(str(error))
    with minding(", ".join(str(one.path) for one in saved), "they cannot be held against each other"):
        wrong = wrong or list(_unlike(saved))
    if wrong:
        raise ResultsError("\n".join(wrong))
    return saved


def has_twin(saved: Saved) -> bool:
    """Tell whether undisturbed twins ran beside the futures."""
    days = (column for name, column in saved.columns.items() if name.endswith(f"/{ATTRIBUTABLE_DAYS.name}"))
    return any(bool(np.isfinite(column).any()) for column in days)


def _unlike(saved: Sequence[Saved]) -> Iterator[str]:
    """Say in what runs differ from the first, but for their policy."""
    if len(saved) < 2:
        yield f"{len(saved)} finished run to compare; name at least two"
        return
    policies = Counter(one.scenario.policy for one in saved)
    for policy in (policy for policy, times in policies.items() if times > 1):
        yield f"two of the runs have {_named(policy)}; runs are told apart by their policies"
    first, *others = saved
    told = _told(first)
    for one in others:
        for what, found in _told(one).items():
            if found != told[what]:
                yield f"{one.path} has {what} {found}, {first.path} has {told[what]}: their futures are not the same"
    for one in saved:
        how = one.summary.get("sampling", {}).get("name", PLAIN)
        if how != PLAIN:
            yield f"{one.path} has {how} futures; plain ones are compared"


def _told(saved: Saved) -> Mapping[str, object]:
    """Return what makes the futures of a run what they are, by what it is called."""
    manifest = saved.manifest
    return {
        "seed": manifest["seed"],
        "scenario": saved.scenario.name,
        "a scenario without its policy of digest": manifest.get("world_digest"),
        "futures": manifest["replications"],
        "undisturbed twins:": "yes" if has_twin(saved) else "no",
        "versions": ", ".join(f"{name} {version}" for name, version in manifest["versions"].items()),
    }


def _named(policy: str) -> str:
    return "no policy" if policy == NO_POLICY else f"the policy '{policy}'"
