"""What is tried with any bytes: each is read, or refused by an error of the program's own.

`TRIALS` are fed by `verification/fuzz.py`, and by the tests with what is kept in tests/nasty/.
"""

from __future__ import annotations

import asyncio
import atexit
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import sim
from sim.errors import ModelError, ResultsError, ScenarioError
from sim.rebuilding import rebuild
from sim.results.manifest import MANIFEST, digest_of, read_json, sealed
from sim.results.saved import DAILY, EVENTS, FLOWS, REPLICATIONS, SUMMARY, read_results
from sim.running import block_file
from sim.running.checkpoint import Kept
from sim.running.experiment import run_block
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.spec.variation import ranges, variations
from sim.studies.comparison.finished import read_finished
from sim.studies.conditions import condition, target
from sim.testing.check import shortened
from verification.edits import Choices, Place, edited, paths

TESTS = Path(__file__).resolve().parents[1] / "tests"
SIX_NODE = TESTS / "scenarios" / "six_node_short.yaml"
IDLE = TESTS / "scenarios" / "idle.yaml"
FIGURE, LIMIT = "facilities.reserve.jp.stocks.dy_oxide.opening=5:10:5", "all/output_lost_usd <= 9e10"


@cache
def place() -> Path:
    """Return a folder for what is to be read, with the sources that the six nodes cite."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="sim-fuzz-", dir=memory))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copy(SIX_NODE.with_name("sources.yaml"), folder)
    return folder


@cache
def scenario() -> Scenario:
    """Return the scenario whose figures and columns paths may name."""
    return read_scenario(str(SIX_NODE)).scenario


@cache
def finished() -> Path:
    """Return a finished folder of two futures."""
    sim.run(sim.load(str(SIX_NODE)), n=2, twin=False, out=place() / "run")
    return place() / "run"


@cache
def harmed() -> Path:
    """Return a copy of it to do harm to."""
    return Path(shutil.copytree(finished(), place() / "harmed"))


@cache
def good(path: Path) -> tuple[str, list[Place]]:
    """Return a JSON file that was written well, and where something stands in it."""
    text = path.read_text(encoding="utf-8")
    return text, list(paths(json.loads(text)))


def changed(path: Path, choices: Choices) -> str:
    """Return a JSON file with changes."""
    return json.dumps(edited(*good(path), choices))


def seal(folder: Path, manifest: dict[str, Any] | None = None) -> None:
    """Let a folder look whole, as one who forges it would."""
    manifest = read_json(finished() / MANIFEST) if manifest is None else json.loads(json.dumps(manifest))
    files = manifest.get("files")
    if isinstance(files, dict):
        manifest["files"] = {name: _digest(folder / str(name), old) for name, old in files.items()}
    (folder / MANIFEST).write_text(json.dumps(sealed(manifest)))


def _digest(path: Path, old: object) -> object:
    return digest_of(path) if os.path.isfile(path) else old


def try_yaml(content: bytes) -> Scenario | None:
    """Read bytes as a scenario."""
    path = place() / "any.yaml"
    path.write_bytes(content)
    try:
        read = read_scenario(str(path))
    except ScenarioError:
        return None
    json.dumps(read.resolved, allow_nan=False)
    return read.scenario


@cache
def _whole() -> Path:
    """Return the six nodes written out in full."""
    path = place() / "whole.json"
    path.write_text(json.dumps(read_scenario(str(SIX_NODE)).resolved))
    return path


def try_scenario(content: bytes) -> None:
    """Read a good scenario with changes, and run the first days of a future where it is one; JSON is YAML."""
    read = try_yaml(changed(_whole(), Choices(content)).encode())
    if read is not None:
        with suppress(ModelError):  # numbers past what a float can carry
            run_block(shortened(read, DAYS), 1, np.arange(1), twin=False)


def try_path(content: bytes) -> None:
    """Read bytes as each of the expressions that name a figure or a column."""
    text = content.decode("utf-8", "surrogateescape")  # as Python reads the command line
    figure: list[Callable[[], object]] = [
        lambda: variations([text], scenario()),
        lambda: ranges([text], scenario()),
    ]
    column: list[Callable[[], object]] = [
        lambda: target(text, scenario()),
        lambda: condition(text, scenario(), "--fails"),
    ]
    for read in figure if "=" in text and not set("<>(") & set(text) else column:
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


def try_sealed(content: bytes) -> None:
    """Change the manifest of a finished folder, and seal it anew; read the folder, and beside another."""
    seal(harmed(), edited(*good(finished() / MANIFEST), Choices(content)))
    for read in (lambda: read_results(harmed()).columns, lambda: read_finished([finished(), harmed()])):
        try:
            read()
        except ResultsError:
            continue


def try_summary(content: bytes) -> None:
    """Change the summary of a finished folder, and seal it anew; make its page."""
    (harmed() / SUMMARY).write_text(changed(finished() / SUMMARY, Choices(content)))
    seal(harmed())
    try:
        rebuild(harmed(), place() / "page.html")
    except ResultsError:
        return
    finally:
        shutil.copy(finished() / SUMMARY, harmed())


DAYS = 40
TABLES = (REPLICATIONS, DAILY, EVENTS, FLOWS)


def try_table(content: bytes) -> None:
    """Change bytes of a table of a finished folder, and seal it anew; read them all."""
    choices = Choices(content)
    name = TABLES[choices.below(len(TABLES))]
    table = bytearray((finished() / name).read_bytes())
    while choices.left:
        at = len(table) - 1 - choices.below(len(table) or 1)  # what tells where things are stands last
        more = choices.take(1 + choices.below(3))
        table[at : at + len(more)] = more
        if choices.below(16) == 0:
            del table[at:]
    (harmed() / name).write_bytes(bytes(table))
    seal(harmed())
    try:
        _read_tables(harmed())
    finally:
        shutil.copy(finished() / name, harmed())


def _read_tables(folder: Path) -> None:
    saved = read_results(folder)
    readers: list[Callable[[], object]] = [lambda: saved.columns, lambda: saved.daily, lambda: saved.flows]
    for read in [*readers, lambda: saved.events(0), saved.to_pandas, saved.to_xarray, saved.futures]:
        try:
            read()
        except ResultsError:
            continue


@cache
def _block() -> dict[str, Any]:
    """Return the arrays of a good block."""
    packed = block_file.packed(run_block(scenario(), 1, np.arange(4), twin=False))
    with block_file.pa.input_stream(block_file.pa.BufferReader(packed), compression="zstd") as file:
        return dict(np.load(io.BytesIO(file.read())))


def try_block(content: bytes) -> None:
    """Have bytes stand for a block that a stopped run has kept, or for what is packed in one, or change one."""
    choices = Choices(content)
    kind = choices.below(4)
    if kind == 0:
        kept = content[1:]
    elif kind == 1:
        kept = _packed(content[1:])
    else:
        kept = _packed(_rearranged(choices))
    folder = place() / "kept"
    folder.mkdir(exist_ok=True)
    (folder / "0000000-0000004.block").write_bytes(kept)
    try:
        results = Kept(folder).results(4)
    except ResultsError:
        return
    assert results.replications.size == 4


def _packed(content: bytes) -> bytes:
    buffer = block_file.pa.BufferOutputStream()
    with block_file.pa.CompressedOutputStream(buffer, "zstd") as file:
        file.write(content)
    return bytes(buffer.getvalue())


KINDS = (np.float64, np.int64, np.int32, np.bool_, np.uint8, np.float16, np.complex128, "U3", "S3", "M8[D]", "f4,i2")


def _rearranged(choices: Choices) -> bytes:
    """Return the arrays of a block with some of them of another kind, shape or name, as numpy writes them."""
    arrays = dict(_block())
    for _ in range(8):
        name = list(arrays)[choices.below(len(arrays))]
        kind, one = choices.below(7), arrays[name]
        if kind == 0:
            del arrays[name]
        elif kind == 1:
            arrays[name] = np.zeros(one.shape, KINDS[choices.below(len(KINDS))])
        elif kind == 2:
            arrays[name] = one[: choices.below(one.shape[0] + 1)] if one.ndim else one
        elif kind == 3:
            arrays[name] = one.reshape(-1) if one.ndim > 1 else one[None]
        elif kind == 4:
            arrays[choices.text().replace("\0", "").replace("/", "") or "x"] = arrays.pop(name)
        elif kind == 5 and one.size and one.dtype.kind in "if":
            flat = one.copy().reshape(-1)
            flat[choices.below(flat.size)] = np.nan_to_num(choices.number()).astype(one.dtype, casting="unsafe")
            arrays[name] = flat.reshape(one.shape)
        else:
            arrays[name] = np.repeat(one, 2, axis=0) if one.ndim else one
        if not (arrays and choices.left):
            break
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _of_compare(out: Path) -> None:
    sim.compare([sim.load(str(SIX_NODE)), sim.load(str(SIX_NODE), str(IDLE))], out, n=2, twin=False)


def _of_regret(out: Path) -> None:
    worlds = [str(SIX_NODE), str(SIX_NODE.with_name("two_closures.yaml"))]
    sim.regret(worlds, ["none", str(IDLE)], out, n=2)


STUDIES: dict[str, Callable[[Path], object]] = {
    "compare.json": _of_compare,
    "sweep.json": lambda out: sim.sweep(sim.load(str(SIX_NODE)), [FIGURE], out, n=2, twin=False),
    "regret.json": _of_regret,
    "optimize.json": lambda out: sim.optimize(
        sim.load(str(SIX_NODE)), [FIGURE[:-2]], [LIMIT], out, n=2, trials=2, fresh=2
    ),
    "discover.json": lambda out: sim.discover(sim.load(str(SIX_NODE)), "jp.ev/shortage_days > 20", out, n=60),
    "sensitivity.json": lambda out: sim.sensitivity(
        sim.load(str(SIX_NODE)), out, n=2, worlds=4, trajectories=2, rows=4, factors=2
    ),
    "vulnerabilities.json": lambda out: sim.vulnerabilities(sim.load(str(SIX_NODE)), out, n=2),
    "backtest.json": lambda out: sim.backtest(["gallium_2023"], out, n=2),
}
"""What a study found -> how to make one."""


@cache
def study(name: str) -> tuple[Path, Path]:
    """Return the folder of a study, and a copy to do harm to."""
    out = place() / name
    STUDIES[name](out)
    return out, Path(shutil.copytree(out, place() / f"harmed-{name}"))


def try_study(content: bytes) -> None:
    """Change what a study found, or its manifest, and seal it anew; make its page."""
    choices = Choices(content)
    name = list(STUDIES)[choices.below(len(STUDIES))]
    whole, folder = study(name)
    manifest = read_json(whole / MANIFEST)
    if choices.below(4) == 0:
        manifest = edited(*good(whole / MANIFEST), choices)
    else:
        (folder / name).write_text(changed(whole / name, choices))
    seal(folder, manifest)
    try:
        rebuild(folder, place() / "page.html")
    except ResultsError:
        return
    finally:
        shutil.copy(whole / name, folder)


PAGES = ("/", "/controls")


@cache
def _served() -> Any:
    from sim.web.app import application
    from sim.web.shelf import Shelf

    shelf = Shelf(str(SIX_NODE))
    for name in shelf.scenarios[1:]:  # large ones take their time
        del shelf._paths[name]
    return application(shelf, seed=1, most=4, hands=1, token=None)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def try_link(content: bytes) -> None:
    """Have bytes stand for the query of a link to the what-if page."""
    choices = Choices(content)
    path = PAGES[choices.below(2)]
    told = _loop().run_until_complete(_asked(path, content[1:].replace(b"\n", b"")))
    assert told in (200, 414, 422), told


async def _asked(path: str, query: bytes) -> int:
    """Return the status of a page."""
    told: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        told.extend([message["status"]] if "status" in message else [])

    headers = [(b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query}
    more = {"headers": headers, "http_version": "1.1", "scheme": "http", "server": ("localhost", 80), "root_path": ""}
    await _served()(scope | more, receive, send)
    return told[0]


TRIALS: dict[str, Callable[[bytes], object]] = {
    "yaml": try_yaml,
    "scenario": try_scenario,
    "path": try_path,
    "results": try_results,
    "sealed": try_sealed,
    "summary": try_summary,
    "table": try_table,
    "block": try_block,
    "study": try_study,
    "link": try_link,
}
"""Name -> trial; what is kept of it lies in tests/nasty/<name>/."""
