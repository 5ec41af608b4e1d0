"""The page of a finished folder is made again without running anything; of any other it is said what is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from invented import block, scenario
from typer.testing import CliRunner

import sim
from sim.cli import _guarded, app
from sim.errors import ResultsError
from sim.rebuilding import STUDIES, page_of, rebuild
from sim.results.futures import merge
from sim.results.making import Run
from sim.results.manifest import sealed
from sim.results.summary import summarise
from sim.running.folder import write_results
from sim.studies import folder as study_folder
from sim.studies.comparison.document import Comparison, compare
from sim.studies.comparison.folder import write_comparison
from sim.studies.yardstick import yardstick

RUN = Run(7, "sim run invented --seed 7", 1.5, {"mp-2024": {"title": "MP, 2024", "address": "", "accessed": ""}})


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """The folder of a run."""
    folder = tmp_path_factory.mktemp("rebuilding") / "run"
    results = merge([block(size=12)])
    write_results(folder, results, scenario(), summarise(results, scenario(), seed=7), RUN)
    return folder


@pytest.fixture(scope="module")
def comparison(tmp_path_factory) -> Path:
    """The folder of a comparison of two policies."""
    folder = tmp_path_factory.mktemp("rebuilding") / "comparison"
    told = {name: scenario(policy=name) for name in ("none", "pile")}
    by = yardstick([*told.values()], None, twin=True)
    found = {name: merge([by.kept(block(size=12, harm=harm))]) for name, harm in (("none", 1.0), ("pile", 0.8))}
    both = Comparison(told["none"], found, by, 10)
    write_comparison(folder, both, told, compare(both, seed=7), RUN)
    return folder


@pytest.mark.parametrize("kind", ["run", "comparison"])
def test_a_page_made_again_is_the_same_page(kind, request, tmp_path):
    """What stands in the folder is all that the page is made of, to the last byte."""
    folder = request.getfixturevalue(kind)
    before = (folder / "report.html").read_bytes()

    assert rebuild(folder, tmp_path / "deep" / "page.html").read_bytes() == before
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["page.html"]


def test_a_lost_page_is_put_back_into_its_folder(run, tmp_path):
    """The front door does it, too."""
    copy = Path(shutil.copytree(run, tmp_path / "copy"))
    (copy / "report.html").unlink()

    assert sim.rebuild(copy) == copy / "report.html"
    assert (copy / "report.html").read_bytes() == (run / "report.html").read_bytes()


def test_every_study_has_its_page_made_again():
    """Whoever adds a kind of folder says how its page is made."""
    assert {one.form for one in vars(study_folder).values() if isinstance(one, study_folder.Study)} == set(STUDIES)


def _lost(folder: Path) -> None:
    shutil.rmtree(folder)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def _half(folder: Path) -> None:
    _changed(folder, finished=False)


def _newer(folder: Path) -> None:
    _changed(folder, schema_version=99)


def _foreign(folder: Path) -> None:
    _changed(folder, format="somebody else's")


def _unknown(folder: Path) -> None:
    _changed(folder, format="rare-earth-sim horoscope")


def _truncated(folder: Path) -> None:
    path = folder / "replications.parquet"
    path.write_bytes(path.read_bytes()[:-100])


def _hollow(folder: Path) -> None:
    (folder / "daily.parquet").unlink()


def _broken(folder: Path) -> None:
    (folder / "manifest.json").write_text("{", "utf-8")


def _outside(folder: Path) -> None:
    _changed(folder, files={"../../../etc/hostname": "x"})


def _nameless(folder: Path) -> None:
    _changed(folder, scenario={"name": "x"})


def _changed(folder: Path, **changes: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(sealed(manifest | changes)), "utf-8")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_lost, "no such results folder"),
        (_empty, "holds no results of this program"),
        (_half, "did not finish"),
        (_newer, "schema_version 99"),
        (_foreign, "holds no results of this program"),
        (_unknown, "no page of a folder that holds 'horoscope'"),
        (_truncated, "replications.parquet is not what the run wrote"),
        (_hollow, "daily.parquet is missing"),
        (_broken, "manifest.json cannot be read"),
        (_outside, "does not name the files"),
        (_nameless, "its scenario cannot be read"),
    ],
)
def test_a_bad_folder_is_refused_with_a_reason(harm, words, run, tmp_path):
    """Missing, empty, half, newer, foreign, truncated, hollow, broken: one message each, and no page."""
    copy = Path(shutil.copytree(run, tmp_path / "copy"))
    harm(copy)

    with pytest.raises(ResultsError, match=words):
        rebuild(copy, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_a_comparison_without_its_column_is_damaged(comparison, tmp_path):
    """A document that asks for what the table does not have is refused, not told half."""
    copy = Path(shutil.copytree(comparison, tmp_path / "copy"))
    document = json.loads((copy / "compare.json").read_text("utf-8"))
    document["objective"]["column"] = "all/nothing"
    (copy / "compare.json").write_text(json.dumps(document), "utf-8")
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    from sim.results.manifest import digest_of

    _changed(copy, files=manifest["files"] | {"compare.json": digest_of(copy / "compare.json")})
    with pytest.raises(ResultsError, match="is damaged, or of another version"):
        page_of(copy)


def test_the_command_line_says_where_the_page_is(run, tmp_path, capsys):
    """`sim report` writes it and says where; a wrong folder is exit 2."""
    done = CliRunner().invoke(app, ["report", str(run), "--out", str(tmp_path / "p.html")])
    assert done.exit_code == 0
    assert "p.html: open it in a browser" in done.output

    assert _guarded(lambda: app(["report", str(tmp_path / "nowhere")], standalone_mode=False)) == 2
    assert "no such results folder" in capsys.readouterr().err
