"""The folder of a comparison: written whole or not at all, like that of a run.

compare.json     every policy, paired differences, the ranking
paired.parquet   one row per future, a column `<policy>/<subject>/<metric>` each
manifest.json    what was run, with what, and that it finished; written last
report.html      the page
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.documents import Json, as_json, write_text
from sim.results import parquet
from sim.results.making import Run, manifest_head, provenance, write_manifest
from sim.results.place import write_whole
from sim.results.saved import REPORT
from sim.spec.scenario import Scenario
from sim.studies.comparison.document import Comparison
from sim.studies.comparison.page import comparison_page
from sim.studies.folder import of_several

COMPARISON_FORMAT = "rare-earth-sim comparison"
COMPARE, PAIRED = "compare.json", "paired.parquet"


def write_comparison(
    out: Path, comparison: Comparison, scenarios: Mapping[str, Scenario], document: Json, run: Run
) -> None:
    """Write the folder `out` in one step; `document` is compare.json, `scenarios` are by policy."""
    write_whole(out, lambda fresh: _write_files(fresh, comparison, scenarios, document, run), COMPARISON_FORMAT)


def comparison_manifest(scenarios: Mapping[str, Scenario], document: Json, run: Run) -> Json:
    """Return what manifest.json says of a finished comparison, but for the digests of its files."""
    what = of_several(scenarios) | {"baseline": document["baseline"]}
    return manifest_head(COMPARISON_FORMAT) | what | provenance(run, document["replications"])


def _write_files(
    folder: Path, comparison: Comparison, scenarios: Mapping[str, Scenario], document: Json, run: Run
) -> None:
    manifest = comparison_manifest(scenarios, document, run)
    columns = {
        f"{policy}/{name}": column
        for policy, kept in comparison.columns.items()
        for name, column in kept.by_name.items()
    }
    parquet.write_futures(folder / PAIRED, comparison.replications, columns)
    write_text(folder / COMPARE, as_json(document))
    write_text(folder / REPORT, comparison_page(document, comparison.objective(), manifest))
    write_manifest(folder, manifest, (COMPARE, PAIRED))
