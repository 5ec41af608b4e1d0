"""What no one would write, and what a disk makes of what someone wrote: it is read or refused, without a traceback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented import block

from sim.errors import ResultsError, ScenarioError
from sim.rebuilding import rebuild
from sim.results.manifest import Json, read_json, sealed
from sim.results.saved import read_results
from sim.running import block_file
from sim.studies.conditions import condition
from verification.trials import TRIALS, finished, scenario, seal, try_path

NASTY = Path(__file__).parent / "nasty"
CORPUS = sorted(path for path in NASTY.rglob("*") if path.is_file())
ANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DATA = ["manifest.json", "summary.json", "replications.parquet", "daily.parquet", "events.parquet", "flows.parquet"]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_nasties_are_read_or_refused(path: Path) -> None:
    """Inputs that broke a reader, or might have."""
    TRIALS[path.parent.name](path.read_bytes())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished folder; a test does harm to a file and undoes it."""
    return Path(shutil.copytree(finished(), tmp_path_factory.mktemp("harmed") / "run"))


@ANY
@given(name=st.sampled_from(DATA), at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_flipped_bit_is_found_or_changes_nothing(place: Path, name: str, at: float, bit: int) -> None:
    """Anywhere in any file that holds figures, the manifest among them: an error, or all that was written."""
    path, good = place / name, (place / name).read_bytes()
    harmed = bytearray(good)
    harmed[int(at * len(good))] ^= 1 << bit
    refused_or_same(path, bytes(harmed))


@ANY
@given(name=st.sampled_from(DATA), at=st.floats(0, 1, exclude_max=True), more=st.binary(max_size=20))
def test_a_file_cut_off_or_foreign_is_found(place: Path, name: str, at: float, more: bytes) -> None:
    """Truncated anywhere, with rubbish after or without."""
    path, good = place / name, (place / name).read_bytes()
    refused_or_same(path, good[: int(at * len(good))] + more)


def refused_or_same(path: Path, harmed: bytes) -> None:
    """Read a folder with a harmed file, and put the good one back."""
    good = path.read_bytes()
    here, truth = path.parent, read_results(path.parent)
    path.write_bytes(harmed)
    try:
        saved = read_results(here)
    except ResultsError:
        return
    else:
        same = {key: saved.manifest.get(key) for key in truth.manifest if key != "sealed"}
        assert same == {key: value for key, value in truth.manifest.items() if key != "sealed"}
        assert saved.summary == truth.summary
        assert saved.scenario == truth.scenario
    finally:
        path.write_bytes(good)


@settings(ANY, max_examples=20)
@given(names=st.lists(st.text(min_size=1, max_size=8), max_size=3), value=st.none() | st.integers() | st.text())
def test_a_manifest_that_names_anything_is_refused(place: Path, names: list[str], value: object) -> None:
    """Files that are none, or whose digest is no text."""
    manifest = read_json(place / "manifest.json")
    refused_or_same(place / "manifest.json", as_bytes(manifest | {"files": dict.fromkeys(names, value)}))
    refused_or_same(place / "manifest.json", as_bytes(manifest | {"days": value}))


def as_bytes(manifest: dict[str, object]) -> bytes:
    """Return a manifest as whoever forges it would seal it."""
    return json.dumps(sealed(manifest)).encode()


def _no_groups(summary: Json) -> None:
    for group in summary["groups"].values():
        del group["any_member"]


def _words(summary: Json) -> None:
    summary["buyers"]["jp.ev"]["shortage_days"]["mean"] = "\ud800"


def _no_end_of_futures(summary: Json) -> None:
    summary["replications"] = 10**30


@pytest.mark.parametrize("forge", [_no_groups, _words, _no_end_of_futures])
def test_a_forged_summary_has_no_page_and_no_traceback(place: Path, forge: Callable[[Json], None]) -> None:
    """Its digest and seal are right, and yet it is none of ours."""
    summary = read_json(place / "summary.json")
    forge(summary)
    kept = {name: (place / name).read_bytes() for name in ("summary.json", "manifest.json")}
    (place / "summary.json").write_text(json.dumps(summary))
    seal(place)
    with suppress(ResultsError):
        rebuild(place, place.with_name("page.html"))
    for name, content in kept.items():
        (place / name).write_bytes(content)


def test_a_forged_block_is_refused() -> None:
    """Days for numbers, and futures that nobody ran: none of it comes from the program."""
    whole = block(size=4)
    days = np.zeros(4, "M8[D]")
    for forged in (
        replace(whole, columns=whole.columns | {"jp.ev/unmet_t": days}),
        replace(whole, replications=whole.replications[::-1].copy()),
        replace(whole, counts={name: count[0] for name, count in whole.counts.items()}),
    ):
        with pytest.raises(ValueError, match="not those of futures"):
            block_file.check(forged)


PACKED = block_file.packed(block(size=4))


@ANY
@given(at=st.floats(0, 1, exclude_max=True), bits=st.integers(0, 255), cut=st.booleans())
def test_a_harmed_block_is_named_or_the_same(tmp_path: Path, at: float, bits: int, cut: bool) -> None:
    """Of a run that was stopped: what it kept comes back to the last bit, or not at all."""
    path, kept = tmp_path / "0000000-0000004.block", block(size=4)
    content = bytearray(PACKED)
    place = int(at * len(content))
    content[place] ^= bits
    path.write_bytes(bytes(content[:place]) if cut else bytes(content))
    try:
        again = block_file.load(path)
    except ResultsError:
        return
    assert list(again.columns) == list(kept.columns)
    assert all(np.array_equal(again.columns[name], kept.columns[name], equal_nan=True) for name in kept.columns)


PARTS = ["facilities", "reserve", ".", "jp.ev", "/", "shortage_days", "P(", ")", "<=", ">", "=", ":", ",", "1", "-0.5"]
PARTS += ["1e999", "nan", "all/output_lost_usd", "every_priority", " ", "\udcff", "\0", "[", "0x1", "1_0", "٣"]


@settings(ANY, max_examples=200)
@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=3), max_size=9).map("".join))
def test_any_expression_is_a_path_or_refused(text: str) -> None:
    """Of --vary, --target and --fails; numbers in it are finite."""
    try_path(text.encode("utf-8", "surrogatepass"))


def test_infinite_limits_are_refused() -> None:
    """A limit or a chance past what a float carries is no limit."""
    with pytest.raises(ScenarioError, match="finite"):
        condition("jp.ev/shortage_days > 1e999", scenario(), "--fails")
