"""What was drawn in each future is told by the scenario's own names, without running anything."""

from __future__ import annotations

import numpy as np
import pytest
from test_cli import SIX_NODE

from sim.running.experiment import run_block
from sim.running.inputs import inputs
from sim.spec.figures import figures
from sim.spec.finding import dotted
from sim.spec.reading import ReadScenario, read_scenario, with_values

LISTS = """\
schema_version: 1
policy: lists
parameters: {fear: {among: [0.5, 1, 2], unit: multiple, assumed: a test}}
backlog_share: {among: [0.1, 0.2, 0.4], unit: share, assumed: a test}
disruptions:
  oxide-ban:
    chance: {value: 0.5, unit: share, assumed: a test}
    hoarding: {uniform: [5, 30], times: fear, unit: d, assumed: a test}
    hoarding_for: {value: 60, unit: d, assumed: a test}
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory) -> ReadScenario:
    """The small chain with lists that move together, a parameter, and a ban that may not come."""
    policy = tmp_path_factory.mktemp("inputs") / "lists.yaml"
    policy.write_text(LISTS)
    return read_scenario(str(SIX_NODE), str(policy))


def test_every_figure_with_a_distribution_is_told_in_its_own_unit(read: ReadScenario) -> None:
    """Each stands under its path, within its bounds; lists of equally likely values share a stream."""
    found = {one.path: one for one in inputs(read.scenario, 3, np.arange(40))}
    drawn = {dotted(path): q for path, q in figures(read.scenario) if q.value is None and q.exponential is None}

    assert drawn.keys() == found.keys() - {"disruptions.oxide-ban.chance"}
    for path, quantity in drawn.items():
        low, high = quantity.support
        assert low <= found[path].values.min() < found[path].values.max() <= high
        assert found[path].unit == quantity.unit
    assert found["parameters.fear"].stream == found["backlog_share"].stream == "parameters"
    assert set(found["backlog_share"].values) == {0.1, 0.2, 0.4}
    assert np.array_equal(found["parameters.fear"].values == 2, found["backlog_share"].values == 0.4)


def test_inputs_of_a_future_do_not_depend_on_its_neighbours(read: ReadScenario) -> None:
    """Future 7 alone was given what it is given among forty."""
    alone = inputs(read.scenario, 3, np.array([7]))
    batch = inputs(read.scenario, 3, np.arange(40))

    assert [one.path for one in alone] == [one.path for one in batch]
    assert [float(one.values[0]) for one in alone] == [float(one.values[7]) for one in batch]


def test_a_future_is_the_same_once_its_draws_are_written_into_the_scenario(read: ReadScenario) -> None:
    """What is told is what the run met: taken as certain, it makes the same future, and nothing else is drawn."""
    replication = np.array([7])
    found = {one.path: float(one.values[0]) for one in inputs(read.scenario, 3, replication)}
    paths = {dotted(path): path for path, quantity in figures(read.scenario) if not quantity.is_constant}
    lone = with_values(read, {paths[name]: value for name, value in found.items() if name in paths}, "drawn")
    before = run_block(read.scenario, 3, replication, twin=False).columns
    # A parameter is certain now, and what it multiplies is written without it.
    fear = found["parameters.fear"]
    after = with_values(
        lone, {paths["disruptions.oxide-ban.hoarding"]: found["disruptions.oxide-ban.hoarding"] * fear}, ""
    )
    columns = run_block(after.scenario, 3, replication, twin=False).columns

    for name, column in before.items():
        assert columns[name] == pytest.approx(column, rel=1e-9, abs=1e-9, nan_ok=True), name


def test_a_disruption_with_a_chance_is_told_as_happening_or_not(read: ReadScenario) -> None:
    """Where the ban does not come, no control is ever in force."""
    found = {one.path: one.values for one in inputs(read.scenario, 3, np.arange(12))}
    columns = run_block(read.scenario, 3, np.arange(12), twin=False).columns

    assert 0 < found["disruptions.oxide-ban.chance"].sum() < 12
    assert np.array_equal(found["disruptions.oxide-ban.chance"] == 1, ~np.isnan(columns["all/disruption_day"]))
