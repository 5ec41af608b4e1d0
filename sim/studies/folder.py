"""The folder of a study, many runs that differ by one thing at a time, or history played again; whole or not at all.

<study>.json     what was found
<table>.parquet  the same as rows
manifest.json    what was run, with what, and that it finished; written last
report.html      the page
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.documents import Json, as_json, write_text
from sim.results import parquet
from sim.results.making import Run, manifest_head, provenance, resolved, write_manifest
from sim.results.metrics import LOSSES
from sim.results.place import write_whole
from sim.results.saved import REPORT
from sim.spec.digest import digest
from sim.spec.scenario import Scenario

WHOLE_METRICS = ("buyer_shortage_days", *(metric.name for metric in LOSSES))
FIGURES = ("mean", "ci95_low", "ci95_high", "p05", "p50", "p95", "cvar95")


@dataclass(frozen=True)
class Study:
    """What a folder of this kind is called, and its files."""

    form: str
    """What its manifest says it is."""
    document: str
    """The file of what was found."""
    table: str
    """The file of the same as rows."""


SWEEP = Study("rare-earth-sim sweep", "sweep.json", "points.parquet")
BACKTEST = Study("rare-earth-sim backtest", "backtest.json", "targets.parquet")
DISCOVERY = Study("rare-earth-sim discovery", "discover.json", "inputs.parquet")
OPTIMUM = Study("rare-earth-sim optimum", "optimize.json", "trials.parquet")
REGRET = Study("rare-earth-sim regret", "regret.json", "regrets.parquet")
SENSITIVITY = Study("rare-earth-sim sensitivity", "sensitivity.json", "drivers.parquet")
VULNERABILITIES = Study("rare-earth-sim vulnerabilities", "vulnerabilities.json", "losses.parquet")


def write_study(
    out: Path,
    study: Study,
    what: Json,
    document: Json,
    rows: Sequence[Json],
    page: Callable[[Json, Json], str],
    run: Run,
    more: Mapping[str, str] | None = None,
) -> None:
    """Write the folder `out` in one step; `page` makes report.html of the document and the manifest.

    `what` is what the manifest says was run: see `of_one` and `of_several`. `more` are further files, name -> text,
    that hold nothing which the document has not.
    """
    manifest = manifest_head(study.form) | what | provenance(run, document["replications"])

    def write(fresh: Path) -> None:
        parquet.write_rows(fresh / study.table, rows)
        write_text(fresh / study.document, as_json(document))
        write_text(fresh / REPORT, page(document, manifest))
        for name, text in (more or {}).items():
            write_text(fresh / name, text)
        write_manifest(fresh, manifest, (study.document, study.table))

    write_whole(out, write, study.form)


def of_one(scenario: Scenario) -> Json:
    """Return what a manifest says of the one scenario that was run."""
    told = resolved(scenario)
    return {"scenario": told, "policy": scenario.policy, "digest": digest(told)}


def of_several(scenarios: Mapping[str, Scenario]) -> Json:
    """Return what a manifest says of the scenarios that were run, by name or by policy."""
    told = {name: resolved(scenario) for name, scenario in scenarios.items()}
    return {"scenarios": told, "digests": {name: digest(scenario) for name, scenario in told.items()}}


def point_rows(document: Json) -> list[Json]:
    """Return a row per point of a sweep and metric: `point`, a column per figure, then what `figure_row` gives."""
    return [
        {"point": number, **point["values"], **row}
        for number, point in enumerate(document["points"])
        for row in outcome_rows(point, document["units"])
    ]


def outcome_rows(found: Json, units: Json) -> Iterator[Json]:
    """Yield a row per subject and metric of an outcome (see `sim.studies.outcome`)."""
    for metric in (*WHOLE_METRICS, "policy_cost_usd"):
        yield figure_row("all", metric, units, found[metric])
    for id, stats in found["buyers"].items():
        yield from (figure_row(id, metric, units, stat) for metric, stat in stats.items())
    for id, group in found["groups"].items():
        for subject, kind in ((id, "aggregate"), (f"{id}:any", "any_member")):
            yield from (figure_row(subject, metric, units, stat) for metric, stat in group[kind].items())


def target_rows(document: Json) -> list[Json]:
    """Return a row per target of a backtest, with its episode."""
    return [{"episode": one["episode"]} | row for one in document["episodes"] for row in one["targets"]]


def loss_rows(document: Json) -> list[Json]:
    """Return a row per loss and metric: `rank`, `kind` and `id` of the loss, then what `figure_row` gives."""
    rows, units = list[Json](), document["units"]
    for loss in document["losses"]:
        which = {"rank": loss["rank"], "kind": loss["kind"], "id": loss["id"]}
        whole = {"all": {metric: loss[metric] for metric in WHOLE_METRICS}}
        for subject, stats in (whole | loss["groups"] | loss["buyers"]).items():
            rows += [which | figure_row(subject, metric, units, stat) for metric, stat in stats.items()]
    return rows


def driver_rows(document: Json) -> list[Json]:
    """Return a row per figure of a sensitivity study: its part, the metric, the factor, and the figure."""
    rows = list[Json]()

    def add(part: str, metric: str, factor: str, statistic: str, value: float | None, ci95: Json | None = None) -> None:
        low, high = ci95 or (None, None)
        rows.append({"part": part, "metric": metric, "factor": factor, "statistic": statistic, "value": value}
                    | {"ci95_low": low, "ci95_high": high})  # fmt: skip

    for metric, one in document["spread"].items():
        for source in ("chance", "doubt"):
            add("spread", metric, source, "share", one[source]["share"], one[source]["ci95"])
    for metric, told in (document["screening"] or {"metrics": {}})["metrics"].items():
        for one in told:
            add("screening", metric, one["factor"], "mu_star", one["mu_star"], one["ci95"])
            add("screening", metric, one["factor"], "mu", one["mu"])
            add("screening", metric, one["factor"], "sigma", one["sigma"])
    for metric, told in (document["sobol"] or {"metrics": {}})["metrics"].items():
        for one in told or ():
            for order in ("first", "total"):
                add("sobol", metric, one["factor"], order, one[order], one[f"{order}_ci95"])
    return rows


def figure_row(subject: str, metric: str, units: Json, stat: Json) -> Json:
    """Return one statistic as a row; what is not known is null."""
    low, high = stat["ci95"]
    figures = dict(zip(FIGURES, (stat["mean"], low, high, *(stat[name] for name in FIGURES[3:])), strict=True))
    return {"subject": subject, "metric": metric, "unit": units[metric], **figures}
