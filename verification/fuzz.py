"""Feed the readers what no one would write: `python -m verification.fuzz yaml|path|results|block [libFuzzer options]`.

Coverage-guided, by atheris (`pip install 'rare-earth-sim[fuzz]'`). Whatever comes in, it is read or refused by an
error of the program's own; anything else ends the fuzzer and leaves the input, which then belongs into tests/nasty/.
`TRIALS` are what the tests replay that corpus with.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from sim.errors import ResultsError, ScenarioError
from sim.results.manifest import MANIFEST
from sim.results.saved import read_results
from sim.running import block_file
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.spec.variation import ranges, variations
from sim.studies.conditions import condition, target

TESTS = Path(__file__).resolve().parents[1] / "tests"
SIX_NODE = TESTS / "scenarios" / "six_node_short.yaml"


@cache
def place() -> Path:
    """Return a folder for what is to be read, with the sources that the six nodes cite."""
    folder = Path(tempfile.mkdtemp(prefix="sim-fuzz-"))
    shutil.copy(SIX_NODE.with_name("sources.yaml"), folder)
    return folder


@cache
def scenario() -> Scenario:
    """Return the scenario whose figures and columns paths may name."""
    return read_scenario(str(SIX_NODE)).scenario


@cache
def finished() -> Path:
    """Return a finished folder of two futures."""
    import sim

    sim.run(sim.load(str(SIX_NODE)), n=2, twin=False, out=place() / "run")
    return place() / "run"


@cache
def harmed() -> Path:
    """Return a copy of it to do harm to."""
    return Path(shutil.copytree(finished(), place() / "harmed"))


def try_yaml(content: bytes) -> None:
    """Read bytes as a scenario."""
    path = place() / "any.yaml"
    path.write_bytes(content)
    try:
        read = read_scenario(str(path))
    except ScenarioError:
        return
    json.dumps(read.resolved, allow_nan=False)


def try_path(content: bytes) -> None:
    """Read bytes as each of the expressions that name a figure or a column."""
    text = content.decode("utf-8", "surrogateescape")  # as Python reads the command line
    readers: list[Callable[[], object]] = [
        lambda: variations([text], scenario()),
        lambda: ranges([text], scenario()),
        lambda: target(text, scenario()),
        lambda: condition(text, scenario(), "--fails"),
    ]
    for read in readers:
        try:
            read()
        except ScenarioError as error:
            str(error).encode("utf-8", "backslashreplace")


def try_results(content: bytes) -> None:
    """Have bytes stand for the manifest of a finished folder."""
    (harmed() / MANIFEST).write_bytes(content)
    try:
        saved = read_results(harmed())
    except ResultsError:
        return
    assert saved.summary["replications"] == saved.columns["replication"].size


def try_block(content: bytes) -> None:
    """Have bytes stand for a block that a run which was stopped has kept."""
    path = place() / "0000000-0000004.block"
    path.write_bytes(content)
    try:
        block_file.load(path)
    except ResultsError:
        return


TRIALS = {"yaml": try_yaml, "path": try_path, "results": try_results, "block": try_block}


def main() -> None:
    """Feed one of the readers until an input breaks it, or the options say stop."""
    import atheris

    trial = TRIALS[sys.argv[1]]
    trial(b"")  # what is read once is not what is looked for
    for module in [
        name for name in sys.modules if name.startswith(("sim.spec", "sim.studies.conditions", "sim.results.manifest"))
    ]:
        _watch(atheris, module)
    corpus = [str(folder) for folder in [TESTS / "nasty" / sys.argv[1]] if folder.is_dir()]
    atheris.Setup([sys.argv[0], "-timeout=2", "-rss_limit_mb=1024", *sys.argv[2:], str(_new()), *corpus], trial)
    atheris.Fuzz()


def _watch(atheris: object, module: str) -> None:
    """Have the fuzzer see which branches of a module are taken."""
    for thing in vars(sys.modules[module]).values():
        if callable(thing) and getattr(thing, "__module__", None) == module and hasattr(thing, "__code__"):
            atheris.instrument_func(thing)  # type: ignore[attr-defined]


def _new() -> Path:
    """Return a folder for the inputs that the fuzzer finds worth keeping."""
    folder = place() / "found"
    folder.mkdir(exist_ok=True)
    return folder


if __name__ == "__main__":
    main()
