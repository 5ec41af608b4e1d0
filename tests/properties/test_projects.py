"""Support brings plants forward and never makes them less likely, within its budget, and changes nothing else."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings

from sim.assembly import assemble
from sim.building import NEVER, Building, build, support
from sim.chance.dates import dates
from sim.chance.draws import Draws
from sim.running.experiment import run_block
from sim.spec.policies import Project
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing.quantities import q
from sim.testing.strategies import scenarios


def built(scenario: Scenario) -> Building:
    """Find when plants open in forty futures."""
    draws = Draws(4, np.arange(40), parameters=scenario.parameters)
    found = build(scenario, draws, dates(scenario, draws, np.ones(draws.width, dtype=bool)))
    support(found, scenario, draws)
    return found


def without(scenario: Scenario) -> Scenario:
    """Return the scenario without its projects."""
    return scenario.model_copy(update={"projects": {}})


@given(scenario=scenarios())
@settings(max_examples=150, deadline=None)
def test_support_never_puts_a_plant_off_nor_spends_more_than_there_is(scenario: Scenario) -> None:
    """Every plant opens as early as without, those that open at all still do, and budgets hold."""
    assume(scenario.projects)
    helped, alone = built(scenario), built(without(scenario))

    for plant, day in helped.opens.items():
        assert (day <= alone.opens[plant]).all()
    assert (helped.support_usd <= sum(p.budget.typical for p in scenario.projects.values())).all()
    assert (alone.support_usd == 0).all()


@given(scenario=scenarios())
@settings(max_examples=20, deadline=None)
def test_support_decided_when_all_is_built_changes_no_number(scenario: Scenario) -> None:
    """Plants that are open get nothing, and cost nothing."""
    late = {i: f for i, f in scenario.facilities.items() if getattr(f, "opens", None)}
    too_late = Project.model_validate(
        {
            "decision_day": q(9999, "d"),
            "budget": q(100, "usd"),
            "plants": {i: {"odds": q(1, "multiple"), "grant": q(9, "usd")} for i in late}
            or {"x": {"odds": q(1, "multiple")}},
        }
    )
    projects = {"too_late": too_late} if late else {}
    with_it, alone = (
        run_block(scenario.model_copy(update={"projects": one}), 1, np.arange(3), twin=False).columns
        for one in (projects, {})
    )

    assert all(np.array_equal(alone[name], with_it[name], equal_nan=True) for name in alone)


def test_permits_shorten_their_part_of_what_is_left() -> None:
    """Half of what is left waits for permits, which take two fifths of the time: seven tenths are left of it."""
    scenario = read_scenario("baseline").scenario
    support = {"permits": q(0.5, "share"), "shortened_to": q(0.4, "share"), "odds": q(2, "multiple")}
    terms = {"decision_day": q(180, "d"), "budget": q(500, "usd")}
    plants = {"latent_heavy_separation": support | {"grant": q(300, "usd")}, "narva": support | {"loan": q(250, "usd")}}
    project = Project.model_validate(terms | {"plants": plants})
    helped, alone = (built(scenario.model_copy(update={"projects": p})) for p in ({"support": project}, {}))
    plant, day = "latent_heavy_separation", alone.opens["latent_heavy_separation"]
    opens = day < NEVER

    assert (helped.opens[plant] < NEVER).all()
    assert np.allclose(helped.opens[plant][opens], 180 + 0.7 * (day[opens] - 180), atol=1)
    assert (helped.support_usd == 300).all()
    assert np.array_equal(helped.opens["narva"], alone.opens["narva"])


def test_what_is_supported_opens_in_the_run() -> None:
    """The plan reckons with the plant from the day it opens."""
    scenario = read_scenario("export_ban", "projects").scenario
    world = assemble(scenario, Draws(1, np.arange(8), parameters=scenario.parameters))

    assert (world.building.opens["latent_heavy_separation"] < NEVER).sum() >= 6
