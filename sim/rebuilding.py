"""Pages from finished folders: the same page again, years later, without running anything."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.documents import Json, write_text
from sim.errors import ResultsError, minding
from sim.report.page import page
from sim.report.told import Told
from sim.results import parquet
from sim.results.manifest import check_names, kind_of, read_json, read_manifest
from sim.results.milestones import milestones
from sim.results.saved import EVENTS, FORMAT, REPORT, read_results
from sim.studies.backtest.page import backtest_page
from sim.studies.comparison.folder import COMPARE, COMPARISON_FORMAT, PAIRED
from sim.studies.comparison.page import comparison_page
from sim.studies.discovery.page import discovery_page
from sim.studies.folder import BACKTEST, DISCOVERY, OPTIMUM, REGRET, SENSITIVITY, SWEEP, VULNERABILITIES
from sim.studies.optimum.page import optimum_page
from sim.studies.regret.page import regret_page
from sim.studies.sensitivity.page import sensitivity_page
from sim.studies.sweep.page import sweep_page
from sim.studies.vulnerabilities.page import vulnerability_page

STUDIES = {
    SWEEP.form: (SWEEP, sweep_page),
    BACKTEST.form: (BACKTEST, backtest_page),
    VULNERABILITIES.form: (VULNERABILITIES, vulnerability_page),
    DISCOVERY.form: (DISCOVERY, discovery_page),
    REGRET.form: (REGRET, regret_page),
    OPTIMUM.form: (OPTIMUM, optimum_page),
    SENSITIVITY.form: (SENSITIVITY, sensitivity_page),
}
"""Format of a study -> its files, and what makes its page of the document and the manifest."""


def rebuild(folder: Path, out: Path | None = None) -> Path:
    """Write the page of a finished folder anew, into the folder where nobody says; return where it is.

    Raises `sim.errors.ResultsError` where the folder is missing, half, foreign or damaged.
    """
    html = page_of(folder)
    out = out or folder / REPORT
    fresh = out.with_name(f".{out.name}-{secrets.token_hex(4)}-unfinished")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_text(fresh, html)
        os.replace(fresh, out)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise ResultsError(f"the page could not be written to {out}: {error}") from error
    return out


def page_of(folder: Path) -> str:
    """Return the page of a finished folder of any kind."""
    manifest = read_manifest(folder)
    with minding(folder, "its page cannot be made"):
        html = _maker(manifest)(folder, manifest)
        html.encode("utf-8")
        return html


def told_of(folder: Path) -> Told:
    """Return what the page of a run is made of."""
    saved = read_results(folder)
    found = milestones(folder / EVENTS, saved.columns["replication"].size)
    return Told(saved.summary, saved.daily, saved.manifest, saved.columns, saved.flows, found)


def objective_of(folder: Path, document: Json) -> dict[str, NDArray[np.float64]]:
    """Return what the policies of a comparison should be low in, policy -> a number per future, (N,)."""
    columns = parquet.read_replications(folder / PAIRED)
    return {policy: columns[f"{policy}/{document['objective']['column']}"] for policy in document["policies"]}


def _maker(manifest: Json) -> Callable[[Path, Json], str]:
    form = manifest["format"]
    if form == FORMAT:
        return lambda folder, _: page(told_of(folder))
    if form == COMPARISON_FORMAT:
        return _comparison
    if form in STUDIES:
        return _study
    raise ResultsError(f"there is no page of a folder that holds {kind_of(manifest)!r}")


def _comparison(folder: Path, manifest: Json) -> str:
    check_names(folder, manifest, (COMPARE, PAIRED))
    document = read_json(folder / COMPARE)
    return comparison_page(document, objective_of(folder, document), manifest)


def _study(folder: Path, manifest: Json) -> str:
    study, make = STUDIES[manifest["format"]]
    check_names(folder, manifest, (study.document, study.table))
    return make(read_json(folder / study.document), manifest)
