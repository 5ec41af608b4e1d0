"""A results folder is whole or not there, and is read back with its doubts checked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from invented import DAYS, block, scenario

from sim.errors import ResultsError
from sim.results import making, parquet, replace
from sim.results.futures import Event, Results, merge
from sim.results.making import Run
from sim.results.manifest import sealed
from sim.results.place import check_target
from sim.results.saved import read_results
from sim.results.summary import summarise
from sim.running.folder import write_results
from sim.spec.digest import digest

FILES = {
    "summary.json",
    "replications.parquet",
    "daily.parquet",
    "events.parquet",
    "flows.parquet",
    "manifest.json",
    "report.html",
}
RUN = Run(seed=7, command="sim run invented --seed 7", seconds=1.5)


@pytest.fixture(scope="module")
def results() -> Results:
    """A dozen invented futures."""
    return merge([block(size=12)])


def write(out: Path, results: Results, run: Run = RUN) -> Path:
    """Write a results folder."""
    write_results(out, results, scenario(), summarise(results, scenario(), seed=7), run)
    return out


@pytest.fixture(scope="module")
def finished(results, tmp_path_factory) -> Path:
    """A finished folder that nobody changes."""
    return write(tmp_path_factory.mktemp("kept") / "run", results)


@pytest.fixture
def copy(finished, tmp_path) -> Path:
    """A finished folder to do harm to."""
    return Path(shutil.copytree(finished, tmp_path / "copy"))


def test_a_folder_holds_seven_files_and_nothing_stays_beside_it(finished):
    """Parents are made; the place it was written in is gone."""
    assert {path.name for path in finished.iterdir()} == FILES
    assert [path.name for path in finished.parent.iterdir()] == ["run"]


def test_the_same_results_give_the_same_bytes(finished, results, tmp_path):
    """Another day, another command, another duration: summary.json and the tables do not know."""
    again = write(tmp_path / "again", results, Run(seed=7, command="other words", seconds=99.0))

    for name in FILES - {"manifest.json", "report.html"}:
        assert (again / name).read_bytes() == (finished / name).read_bytes(), name


def test_replications_have_a_row_per_future_and_null_for_never(finished, results):
    """`replication` from 0, then the columns; nothing of batches, workers or time."""
    table = pq.read_table(finished / "replications.parquet")

    assert table.column_names == ["replication", *results.columns]
    assert table.column("replication").to_pylist() == list(range(12))
    assert table.column("cn.ev/first_shortage_day").null_count == 12
    assert not table.schema.metadata


def test_daily_has_a_row_per_series_and_day(finished, results):
    """Bands with the day and its date."""
    table = pq.read_table(finished / "daily.parquet")

    assert table.column_names == ["day", "date", "series", "p05", "p25", "p50", "p75", "p95"]
    assert table.num_rows == DAYS * len(results.counts)
    assert str(table.column("date")[31]) == "2026-02-01"


def test_events_stand_by_future_and_day(finished):
    """One row per future and event, in the order of a story."""
    table = pq.read_table(finished / "events.parquet").to_pylist()
    order = [(row["replication"], row["day"]) for row in table]

    assert order == sorted(order)
    assert {row["kind"] for row in table} >= {"control_start", "short_start", "short_end"}


def test_the_order_within_a_day_is_that_of_the_kinds(tmp_path):
    """Whichever process of the calendar came first, the rows of a day are the same."""
    day = [
        Event(9, "announced", "ban", np.array([0, 2])),
        Event(9, "control_start", "ban", np.array([2])),
        Event(9, "qualified", "a-lane", np.array([2])),
        Event(9, "qualified", "b-lane", np.array([0, 2])),
    ]
    parquet.write_events(tmp_path / "one", [day])
    parquet.write_events(tmp_path / "other", [day[::-1]])

    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert [event.subject for event in parquet.read_events(tmp_path / "one", 2)] == ["ban", "ban", "a-lane", "b-lane"]


def test_what_is_written_together_does_not_show_how_it_came(tmp_path, monkeypatch):
    """Events of six futures in one batch, in three, or with an empty one between: the same bytes."""
    monkeypatch.setattr(parquet, "ROWS", 5)
    futures = [block(first=r, size=1).events for r in range(6)]
    for name, batches in (
        ("one", [sum(futures, ())]),
        ("three", [futures[0], sum(futures[1:5], ()), futures[5]]),
        ("gap", [*futures[:3], (), *futures[3:]]),
    ):
        parquet.write_events(tmp_path / name, batches)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "three").read_bytes() == (tmp_path / "gap").read_bytes()
    assert pq.ParquetFile(tmp_path / "one").num_row_groups > 3


def test_a_run_without_events_has_an_empty_table_of_them(tmp_path):
    """No rows, the same columns; and futures that nothing happens in are read back as such."""
    parquet.write_events(tmp_path / "none", [(), ()])

    assert pq.read_table(tmp_path / "none").num_rows == 0
    assert parquet.read_events(tmp_path / "none", 0) == ()


def test_futures_are_written_in_groups_and_read_back_whole(results, tmp_path, monkeypatch):
    """Groups of five of twelve futures."""
    monkeypatch.setattr(parquet, "FUTURES", 5)
    parquet.write_futures(tmp_path / "grouped", results.replications, results.columns)
    columns = parquet.read_replications(tmp_path / "grouped")

    assert pq.ParquetFile(tmp_path / "grouped").num_row_groups == 3
    assert all(np.array_equal(columns[name], column, equal_nan=True) for name, column in results.columns.items())


def test_what_was_written_is_read_back(finished, results):
    """Summary, manifest, scenario, columns, bands and events."""
    saved = read_results(finished)

    assert saved.scenario == scenario()
    assert saved.summary["replications"] == 12
    assert saved.manifest["command"] == RUN.command
    assert np.array_equal(saved.columns["jp.ev/recovery_day"], results.columns["jp.ev/recovery_day"])
    assert saved.daily["delivered_share/jp.ev"].p50.shape == (DAYS,)
    assert all(event.replications.tolist() == [3] for event in saved.events(3))


def test_the_manifest_says_with_what_it_was_run(finished):
    """Resolved scenario, digest, seed, versions, command, seconds, finished."""
    manifest = json.loads((finished / "manifest.json").read_text())

    assert manifest["finished"] is True
    assert manifest["scenario"]["lanes"]["cn-jp.dy"]["from"] == "cn_oxides"
    assert {"python", "numpy", "scipy", "simpy", "rare-earth-sim"} <= manifest["versions"].keys()
    assert manifest["digest"] == digest(making.resolved(scenario()))
    assert manifest["digest"] != digest(making.resolved(scenario(horizon_d=DAYS + 1)))


def test_a_finished_folder_is_replaced_whole(copy, results):
    """Nothing of the older run survives beside the newer."""
    (copy / "stale.txt").write_text("from the older run")
    write(copy, results, Run(seed=7, command="newer", seconds=0.0))

    assert {path.name for path in copy.iterdir()} == FILES
    assert read_results(copy).manifest["command"] == "newer"


def test_a_finished_folder_is_replaced_where_names_cannot_be_swapped(copy, results, monkeypatch):
    """On a disk without the swap the same comes out in two steps."""
    monkeypatch.setattr(replace, "_swapped_by_system", lambda fresh, target: False)
    write(copy, results, Run(seed=7, command="newer", seconds=0.0))

    assert read_results(copy).manifest["command"] == "newer"
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_a_finished_folder_that_lost_its_name_gets_it_back(copy):
    """Killed between two names, on a disk without the swap: whoever comes next finds the older run, and no rest."""
    half = copy.with_name(".copy-12345678-unfinished")
    half.mkdir()
    copy.rename(copy.with_name(f"{half.name}-old"))
    replace.sweep(copy)

    assert read_results(copy)
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_a_kill_after_both_names_leaves_the_newer_folder(copy, results):
    """What it took the place of is swept away with the next."""
    shutil.copytree(copy, copy.with_name(".copy-12345678-unfinished-old"))
    shutil.copytree(copy, copy.with_name(".copy-12345678-unfinished"))
    write(copy, results, Run(seed=7, command="newer", seconds=0.0))

    assert read_results(copy).manifest["command"] == "newer"
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_what_somebody_is_writing_is_not_swept_away(tmp_path):
    """Two write into one folder: the second sweeps what the dead left, not what the first is at."""
    (tmp_path / ".out-12345678-unfinished").mkdir()
    with replace.replacing(tmp_path / "out") as first, replace.replacing(tmp_path / "out") as second:
        assert sorted([first, second]) == sorted(tmp_path.iterdir())


@pytest.mark.parametrize("thing", ["thesis.txt", "manifest.json", "summary.json"])
def test_somebody_elses_folder_is_refused(tmp_path, thing):
    """A folder that holds anything but finished results is left as it is."""
    (tmp_path / thing).write_text('{"finished": true}')

    with pytest.raises(ResultsError, match="not empty"):
        check_target(tmp_path)
    assert (tmp_path / thing).read_text() == '{"finished": true}'


def test_a_file_is_no_folder(tmp_path):
    """Neither the folder nor a parent of it may be a file."""
    (tmp_path / "file").write_text("")

    for out in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(ResultsError, match="is a file"):
            check_target(out)


def test_an_empty_or_missing_folder_is_fine(tmp_path):
    """Checking makes nothing."""
    check_target(tmp_path)
    check_target(tmp_path / "a" / "b")

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_write_leaves_what_was_there(copy, results, monkeypatch, error):
    """A run that is stopped while it writes leaves the older results and nothing else."""

    def stop(*_):
        raise error

    monkeypatch.setattr("sim.running.folder.page", stop)
    before = {path.name: path.read_bytes() for path in copy.iterdir()}
    with pytest.raises(error):
        write(copy, results)

    assert {path.name: path.read_bytes() for path in copy.iterdir()} == before
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_a_missing_folder_is_named(tmp_path):
    """Reading what is not there says so."""
    with pytest.raises(ResultsError, match="no such results folder"):
        read_results(tmp_path / "nowhere")


def test_a_foreign_folder_is_not_read(tmp_path):
    """A folder of somebody else's is not ours to read."""
    (tmp_path / "manifest.json").write_text('{"format": "something else"}')

    with pytest.raises(ResultsError, match="no results of this program"):
        read_results(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"finished": False}, "did not finish"),
        ({"schema_version": 2}, "schema_version 2"),
        ({"scenario": {"name": "half"}}, "damaged"),
        ({"files": {}}, "damaged"),
    ],
)
def test_a_manifest_that_lies_is_found_out(copy, change, words):
    """Unfinished, from a newer program, or damaged: each is said."""
    path = copy / "manifest.json"
    path.write_text(json.dumps(sealed(json.loads(path.read_text()) | change)))

    with pytest.raises(ResultsError, match=words):
        read_results(copy)


@pytest.mark.parametrize("name", sorted(FILES - {"manifest.json", "report.html"}))
def test_a_missing_or_changed_file_is_named(copy, name):
    """A file that is gone, and one that is not what the run wrote."""
    (copy / name).write_bytes((copy / name).read_bytes()[:-5])
    with pytest.raises(ResultsError, match=f"{name} is not what the run wrote"):
        read_results(copy)

    (copy / name).unlink()
    with pytest.raises(ResultsError, match=f"{name} is missing"):
        read_results(copy)


def test_broken_json_is_said_to_be_broken(copy):
    """A manifest that is cut off is an error with a name, not a traceback."""
    (copy / "manifest.json").write_text('{"format": ')

    with pytest.raises(ResultsError, match="cannot be read"):
        read_results(copy)
