"""A future never knows its neighbours, and no two futures are one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.chance.draws import Draws
from sim.results.futures import merge
from sim.running.experiment import run_block, run_blocks
from sim.spec.quantity import Quantity
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing import goes_on_as_it_began, is_alone_as_in_company
from sim.testing.check import shortened
from sim.testing.diary import keep_diary
from sim.testing.quantities import among, q
from sim.testing.strategies import scenarios

SIX_NODE = Path(__file__).parents[1] / "scenarios" / "six_node.yaml"


def assert_identical(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    """Assert that two tables are the same to the last bit."""
    assert one.keys() == other.keys()
    differ = [name for name in one if not np.array_equal(one[name], other[name], equal_nan=True)]
    assert not differ, differ[:5]


@given(scenario=scenarios(), first=st.integers(0, 500), n=st.integers(2, 9), twin=st.booleans(), data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_future_never_knows_its_neighbours(
    scenario: Scenario, first: int, n: int, twin: bool, data: st.DataObject
) -> None:
    """Any future can be pulled out of the batch and replayed alone, to the last bit."""
    which = data.draw(st.integers(0, n - 1))
    claim = is_alone_as_in_company(scenario, np.arange(first, first + n), which, twin=twin, seed=3)

    assert claim.holds, claim.found


@pytest.mark.parametrize("size", [1, 7, 64, 257])
def test_the_world_does_not_depend_on_the_size_of_the_batch(size: int) -> None:
    """Future 37 of the export ban is the same in batches of 1, 7, 64 and 257."""
    scenario = shortened(read_scenario("export_ban").scenario, 150)
    first = max(0, 37 - size + 1)
    batch = run_block(scenario, 1, np.arange(first, first + size), twin=False).columns
    reference = run_block(scenario, 1, np.array([37]), twin=False).columns

    assert_identical(reference, {name: column[37 - first : 38 - first] for name, column in batch.items()})


def test_blocks_are_the_batch_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Merged blocks of 64 hold the same futures as a block that runs all 300 together."""
    monkeypatch.setattr("sim.running.experiment.COLUMNS", 64)
    scenario = shortened(read_scenario("export_ban").scenario, 20)
    blocks = list(run_blocks(scenario, 1, 300, twin=False))
    assert len(blocks) == 5
    merged = merge(blocks)
    whole = run_block(scenario, 1, np.arange(300), twin=False)

    assert_identical(merged.columns, whole.columns)
    for name, counts in merged.counts.items():
        assert np.array_equal(counts, whole.counts[name]), name


@given(scenario=scenarios(max_horizon=120), more=st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_the_past_does_not_depend_on_the_horizon(scenario: Scenario, more: int) -> None:
    """The first days of a longer run are the shorter run, to the last bit."""
    longer = scenario.model_copy(update={"horizon_d": scenario.horizon_d + more})
    claim = goes_on_as_it_began(longer, scenario.horizon_d, np.array([2, 3]), seed=5)

    assert claim.holds, claim.found


def test_the_first_year_of_three_is_the_year_alone() -> None:
    """On the real network too."""
    scenario = read_scenario("export_ban").scenario
    one, _ = keep_diary(shortened(scenario, 365), 1, [0, 1], twin=False)
    three, _ = keep_diary(shortened(scenario, 500), 1, [0, 1], twin=False)

    assert_identical(one, {name: days[:365] for name, days in three.items()})


def test_many_futures_are_many() -> None:
    """Two hundred futures of the export ban are two hundred different ones."""
    scenario = shortened(read_scenario("export_ban").scenario, 250)
    delivered = run_block(scenario, 1, np.arange(200), twin=False).columns["region:jp/delivered_t"]

    assert len(np.unique(delivered)) == 200


@given(seed=st.integers(0, 2**40), first=st.integers(0, 10**6), stream=st.text(max_size=20), k=st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_a_uniform_is_a_function_of_its_name(seed: int, first: int, stream: str, k: int) -> None:
    """A draw is the same in any slice of draws and futures, and strictly between 0 and 1."""
    block = Draws(seed, np.arange(first, first + 9)).uniforms(stream, range(k, k + 3))
    one = Draws(seed, np.array([first + 4])).uniforms(stream, range(k + 1, k + 2))

    assert one[0, 0] == block[1, 4]
    assert ((block > 0) & (block < 1)).all()
    assert len(np.unique(block)) == block.size


def test_plausible_values_move_together() -> None:
    """A future has the same row of every list of plausible values, and each row its share of the futures."""
    draws = Draws(5, np.arange(4000), parameters={"nerves": Quantity.model_validate(among([1.0, 2, 3], "multiple"))})
    slope, lag = (Quantity.model_validate(among(values, "d")) for values in ([0.1, 0.2, 0.3], [10.0, 20, 30]))
    scaled = Quantity.model_validate(q(5, "d") | {"times": "nerves"})

    first, second, third = draws.quantity("a", slope), draws.quantity("b", lag), draws.quantity("c", scaled)

    assert np.allclose(second, 100 * first)
    assert np.allclose(third, second / 2)
    assert [float(np.mean(second == value)) for value in (10, 20, 30)] == pytest.approx([1 / 3] * 3, abs=0.03)


def test_an_outage_of_no_day_never_begins() -> None:
    """Whoever else is hit earlier, an outage that ends on the day it starts leaves its plant as it was."""
    data = read_scenario(str(SIX_NODE)).scenario.model_dump(mode="json", by_alias=True)
    data["disruptions"] = {
        "blink": {
            "kind": "outage",
            "facilities": ["mine.north"],
            "start": {"uniform": [2, 30], "unit": "d", "assumed": "test"},
            "duration": {"exponential": 1, "unit": "d", "assumed": "test"},
        }
    }
    scenario = shortened(Scenario.model_validate(data), 60)
    batch, _ = keep_diary(scenario, 1, list(range(40)), twin=False)
    for replication in (0, 17, 39):
        alone, _ = keep_diary(scenario, 1, [replication], twin=False)
        assert_identical(alone, {name: days[:, replication : replication + 1] for name, days in batch.items()})
