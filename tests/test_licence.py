"""Licences: what is granted passes, what is refused does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.results.futures import Event
from sim.running.experiment import run_block
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing.diary import keep_diary
from sim.testing.quantities import q, uniform

SIX_NODE = Path(__file__).parent / "scenarios" / "six_node.yaml"
START = 21
"""A day on which the office issues licences."""
LANE = "shipped/ndpr-oxide-metal"


def licensed(**keys: Any) -> Scenario:
    """Return six nodes under a licence control on oxides to Japan from day 21 for 100 days."""
    data = read_scenario(str(SIX_NODE)).scenario.model_dump(mode="json", by_alias=True)
    control = {
        "kind": "licence",
        "authority": "cn",
        "destinations": ["jp"],
        "materials": ["ndpr_oxide", "dy_oxide"],
        "start": q(START, "d"),
        "duration": q(100, "d"),
        "applicants": 4,
    }
    return Scenario.model_validate(data | {"horizon_d": 150, "disruptions": {"control": control | keys}})


def shipped(scenario: Scenario) -> np.ndarray:
    """Return tonnes of NdPr oxide leaving for Japan, (day, replication)."""
    return keep_diary(scenario, 1, list(range(24)), twin=False)[0][LANE]


def test_nothing_passes_before_the_first_decision() -> None:
    """Nine days of review end in the second week's papers; then all lanes are open if all are granted."""
    tonnes = shipped(licensed(review=q(9, "d"), approval=q(1, "share")))

    assert (tonnes[START - 1] > 0).all()
    assert (tonnes[START : START + 14] == 0).all()
    assert (tonnes[START + 14] > 0).all()


def test_a_licence_nobody_can_get_is_a_ban() -> None:
    """With no chance of approval nothing passes but the leak, until the control ends."""
    tonnes = shipped(licensed(review=q(9, "d"), approval=q(0, "share"), reapply=q(5, "d")))
    leaky = shipped(licensed(review=q(9, "d"), approval=q(0, "share"), leak=q(0.1, "share")))

    assert (tonnes[START : START + 100] == 0).all()
    assert (tonnes[START + 100] > 0).all()
    assert np.allclose(leaky[START : START + 100], 0.1 * leaky[0], rtol=1e-9)


def test_what_is_granted_passes_in_quarters() -> None:
    """Four applicants with luck of their own open a lane by quarters, and about half of them in the end."""
    scenario = licensed(review=uniform(2, 30, "d"), approval=q(0.5, "share"))
    days, _ = keep_diary(scenario, 1, list(range(64)), twin=False)
    share = days["open/ndpr-oxide-metal"][START : START + 100]

    assert set(np.unique(share)) == {0, 0.25, 0.5, 0.75, 1}
    assert (np.diff(share, axis=0) >= 0).all()
    assert (share[0] == 0).all()
    assert 0.4 < share[40].mean() < 0.6
    assert (days[LANE][START : START + 100] <= share * days[LANE][0] * (1 + 1e-9))[share < 1].all()


def test_who_asks_in_time_is_never_without() -> None:
    """Papers handed in a week before the end, with five days of review, leave no gap between two licences."""
    terms = {"term": q(14, "d"), "renewal": q(7, "d")}
    tonnes = shipped(licensed(review=q(5, "d"), approval=q(1, "share"), **terms))

    assert (tonnes[START : START + 7] == 0).all()
    assert (tonnes[START + 7 : START + 100] > 0).all()


def test_a_term_ends_and_is_renewed() -> None:
    """A licence of ten days, reviewed in five, is good for two weeks of three: papers are done once a week."""
    tonnes = shipped(licensed(review=q(5, "d"), approval=q(1, "share"), term=q(10, "d")))
    passes = (tonnes[START : START + 84] > 0).all(axis=1)

    assert passes.reshape(4, 21).tolist() == [[False] * 7 + [True] * 14] * 4


def reaches(scenario: Scenario, futures: int = 24) -> list[Event]:
    """Return where licences reach another quarter, as the story of a future has it."""
    block = run_block(scenario, 1, np.arange(futures), twin=False, watched=True)
    return [event for event in block.events if event.kind == "licensed"]


def test_the_story_knows_how_far_licences_reach() -> None:
    """All granted at once reach everything on that day; half of four applicants' reach two quarters, one by one."""
    (once,) = reaches(licensed(review=q(9, "d"), approval=q(1, "share")))
    assert (once.day, once.subject, once.replications.size) == (START + 14, "control", 24)
    assert once.values is not None
    assert np.allclose(once.values, 1.0)
    assert reaches(licensed(review=q(9, "d"), approval=q(0, "share"))) == []

    slow = reaches(licensed(review=uniform(2, 60, "d"), approval=q(0.5, "share")))
    for future in range(24):
        mine = [event for event in slow if future in event.replications]
        shares = [float(event.values[list(event.replications).index(future)]) for event in mine]
        quarters = [int(4 * share + 1e-9) for share in shares]
        assert quarters == sorted(set(quarters) - {0})
        assert [event.day for event in mine] == sorted(event.day for event in mine)
    assert len(slow) > 3
