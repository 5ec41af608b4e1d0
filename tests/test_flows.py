"""Where it flows, before the first control in force and during."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import engine
from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.records.ledger import Ledger
from sim.results.flows import G_PER_T, PERIODS, Flow, flows, of
from sim.results.futures import FUTURES, merge
from sim.results.parquet import read_flows, write_flows
from sim.running import block_file
from sim.running.experiment import run_block
from sim.spec.reading import read_scenario
from sim.testing.check import shortened

SIX_NODE = Path(__file__).parent / "scenarios" / "six_node.yaml"


@pytest.fixture(scope="module")
def told():
    """A small world under a ban from day 120, cut to 200 days."""
    return shortened(read_scenario(str(SIX_NODE)).scenario, 200)


class _Diary:
    """Keeps what left every day, beside the ledger."""

    def __init__(self, ledger):
        self.ledger, self.days = ledger, []

    def note_day(self, world, day, shipped):
        self.ledger.note_day(world, day, shipped)
        self.days.append(shipped.copy())


def test_flows_are_what_left_the_lanes(told):
    """Windows and snapshots give the sums that a diary of every day gives."""
    world = assemble(told, Draws(3, np.arange(5), copies=2))
    diary = _Diary(Ledger(world))
    engine.run(world, diary)
    found = diary.ledger.block(world).flows

    first = np.fmin(world.disruption_day[:5], 200).astype(int)
    end = np.fmin(world.control_end_day[:5], 200).astype(int)
    left = np.array(diary.days)[:, :, :5]
    contents = [told.materials[lane.material].content.values() for lane in world.lanes.specs.values()]
    content = np.array([sum(share.typical for share in shares) for shares in contents])
    total = sum(found[link] for link in found if link != FUTURES)
    for n, (since, until) in enumerate(((np.zeros(5, int), first), (first, end))):
        days = zip(since, until, range(5), strict=True)
        grams = sum(content @ left[a:b, :, r].sum(axis=0) * 365 / (b - a) * G_PER_T for a, b, r in days)
        assert total[n] == pytest.approx(grams, rel=1e-9, abs=len(found) * 5)
    assert found[FUTURES].tolist() == [5, 5]


def test_flows_do_not_know_how_futures_were_cut(told):
    """Whole grams add up to the same in any blocks."""
    whole = merge([run_block(told, 3, np.arange(4), twin=False)])
    parts = merge([run_block(told, 3, np.array(some), twin=False) for some in ([0], [1, 2, 3])])

    assert whole.flows.keys() == parts.flows.keys()
    assert all((whole.flows[link] == parts.flows[link]).all() for link in whole.flows)


def test_nothing_passes_a_closed_border(told):
    """Under the ban less leaves China for Japan than before, and what is told of all elements is their sum."""
    found = list(flows(merge([run_block(told, 3, np.arange(4), twin=False)]).flows))
    abroad = {
        period: [f.t_per_year for f in of(found, period) if (f.from_region, f.to_region) == ("cn", "jp")]
        for period in PERIODS
    }

    assert sum(abroad["during"]) < 0.5 * sum(abroad["before"])
    assert sum(f.t_per_year for f in of(found, "before")) == pytest.approx(
        sum(f.t_per_year for f in found if f.period == "before")
    )


def test_without_a_control_all_days_are_before(told):
    """A calm world has no flows during anything."""
    calm = merge([run_block(told.model_copy(update={"disruptions": {}}), 3, np.arange(2), twin=False)])

    assert {flow.period for flow in flows(calm.flows)} == {"before"}


def test_a_kept_block_keeps_its_flows(told, tmp_path):
    """A run that is gone on with has the flows of the futures before."""
    before = run_block(told, 3, np.arange(2), twin=False)
    block_file.save(tmp_path / "one.block", before)
    after = block_file.load(tmp_path / "one.block")

    assert after.flows.keys() == before.flows.keys()
    assert all((after.flows[link] == before.flows[link]).all() for link in before.flows)


def test_flows_are_read_back_as_they_were_written(tmp_path):
    """A table of flows, an empty one too."""
    some = [Flow("before", "dy", "mine", "cn", "separation", "cn", 12.5)]
    for kept in (some, []):
        write_flows(tmp_path / "flows.parquet", kept)
        assert read_flows(tmp_path / "flows.parquet") == kept
