"""The folder of a backtest: written whole or not at all, like that of a run.

backtest.json    every target: observed, the model's band, scores; what was fitted apart from what was not
targets.parquet  the same as rows, one per target
manifest.json    what was run, with what, and that it finished; written last
report.html      the page
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sim import parquet
from sim.folder import (
    REPORT,
    Run,
    as_json,
    manifest_head,
    provenance,
    resolved,
    write_manifest,
    write_text,
    write_whole,
)
from sim.report.backtest_page import backtest_page
from sim.spec.digest import digest
from sim.spec.episode import Episode
from sim.spec.scenario import Scenario
from sim.summary import Json

BACKTEST_FORMAT = "rare-earth-sim backtest"
BACKTEST, TARGETS = "backtest.json", "targets.parquet"


def write_backtest(
    out: Path, episodes: Sequence[Episode], scenarios: Mapping[str, Scenario], document: Json, run: Run
) -> None:
    """Write the folder `out` in one step; `document` is backtest.json, `scenarios` are by name."""
    told = {name: resolved(scenario) for name, scenario in scenarios.items()}
    history = [episode.model_dump(mode="json", exclude_none=True) for episode in episodes]
    what = {
        "episodes": history,
        "scenarios": told,
        "digests": {name: digest(scenario) for name, scenario in told.items()},
    }
    manifest = manifest_head(BACKTEST_FORMAT) | what | provenance(run, document["replications"])
    rows = [{"episode": one["episode"]} | row for one in document["episodes"] for row in one["targets"]]

    def write(fresh: Path) -> None:
        parquet.write_rows(fresh / TARGETS, rows)
        write_text(fresh / BACKTEST, as_json(document))
        write_text(fresh / REPORT, backtest_page(document, manifest))
        write_manifest(fresh, manifest, (BACKTEST, TARGETS))

    write_whole(out, write, BACKTEST_FORMAT)
