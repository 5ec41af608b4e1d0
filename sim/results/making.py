"""How results were made, as their manifest says it, and documents as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.documents import Json, as_json, write_text
from sim.results.manifest import MANIFEST, digest_of, sealed
from sim.results.provenance import versions
from sim.results.saved import FORMAT
from sim.results.summary import SCHEMA_VERSION
from sim.spec.digest import digest
from sim.spec.scenario import Scenario


@dataclass(frozen=True)
class Run:
    """How a run was made: what its manifest says besides the scenario."""

    seed: int
    """What all random numbers follow from."""
    command: str
    """The command that repeats it."""
    seconds: float
    """How long it took."""
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Key -> title, address and date of access of the sources that the scenario cites."""
    world_digest: str | None = None
    """Digest of the scenario without its policy; None where that was not read."""
    precision: Json | None = None
    """The precision that was asked for and how near the run came (`sim.running.precision.judge`); None if none was."""


def resolved(scenario: Scenario) -> Json:
    """Return the scenario as JSON, with overlays laid on and nothing absent spelled out."""
    return scenario.model_dump(mode="json", by_alias=True, exclude_none=True)


def manifest_of(scenario: Scenario, summary: Json, run: Run) -> Json:
    """Return what manifest.json says of a finished run, but for the digests of its files."""
    what: Json = {"scenario": resolved(scenario), "policy": scenario.policy, "digest": digest(resolved(scenario))}
    what |= {"world_digest": run.world_digest}
    return manifest_head(FORMAT) | what | provenance(run, summary["replications"])


def manifest_head(form: str) -> Json:
    """Return what every manifest begins with: what the folder is, and that it is finished."""
    return {"format": form, "schema_version": SCHEMA_VERSION, "finished": True}


def provenance(run: Run, replications: int) -> Json:
    """Return what every manifest says of how it was made: seed, command, seconds, versions, sources."""
    return {
        "seed": run.seed,
        "replications": replications,
        "precision": run.precision,
        "command": run.command,
        "seconds": round(run.seconds, 3),
        "versions": versions(),
        "sources": {key: dict(source) for key, source in sorted(run.sources.items())},
    }


def write_manifest(folder: Path, manifest: Json, checked: Iterable[str]) -> None:
    """Write manifest.json, the last of all, with the digests of the files that hold figures."""
    files = {name: digest_of(folder / name) for name in checked}
    write_text(folder / MANIFEST, as_json(sealed(manifest | {"files": files})))
