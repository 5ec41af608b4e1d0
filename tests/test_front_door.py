"""What `import sim` offers, and how its results go into pandas and xarray."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import ResultsError

SIX_NODE = str(Path(__file__).parent / "scenarios" / "six_node.yaml")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Four futures, finished."""
    return sim.run(sim.load(SIX_NODE), tmp_path_factory.mktemp("front") / "out", n=4, twin=False)


def test_the_front_door_has_what_it_says():
    """Every name can be had, and none is there by accident."""
    offered = {name for name in sim.__all__ if getattr(sim, name)}

    assert offered == set(sim.__all__)
    assert {"load", "run", "compare", "sweep", "Scenario", "Results"} <= offered
    with pytest.raises(AttributeError, match="rum"):
        _ = sim.rum


def test_results_read_back_are_those_that_were_run(results):
    """A folder tells the same as the run did."""
    again = sim.read(results.path)

    assert isinstance(again, sim.Results)
    assert isinstance(sim.load(SIX_NODE), sim.Scenario)
    assert again.summary == results.summary
    assert again.summary["replications"] == 4


def test_a_frame_has_a_row_per_future(results):
    """Columns are those of replications.parquet; the mean of one is the summary's."""
    frame = results.to_pandas()

    assert list(frame.index) == [0, 1, 2, 3]
    for id, buyer in results.summary["buyers"].items():
        assert frame[f"{id}/shortage_days"].mean() == pytest.approx(buyer["shortage_days"]["mean"])


def test_tables_are_asked_for_by_name(results):
    """Bands and events are frames, too; a table that is not there is named, with those that are."""
    assert list(results.to_pandas("daily").columns[:3]) == ["day", "date", "series"]
    with pytest.raises(ResultsError, match=r"no table 'monthly'; it has daily, events, flows, replications"):
        results.to_pandas("monthly")


def test_a_dataset_holds_every_column(results):
    """Nothing is lost or doubled on the way from columns to dimensions."""
    data = results.to_xarray()

    for name, column in results.columns.items():
        subject, _, metric = name.rpartition("/")
        if not subject:
            found = data[metric]
        elif subject == "all":
            found = data[f"all_{metric}"]
        else:
            found = data[metric].sel({data[metric].dims[0]: subject})
        np.testing.assert_array_equal(found.values, column)
    assert data["daily"].sizes["day"] == results.scenario.horizon_d
