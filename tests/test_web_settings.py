"""What can be set on the what-if page, and what a link may ask for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.results.futures import Block
from sim.results.subjects import buyer_subjects, group_subjects
from sim.running.experiment import run_block
from sim.spec.figures import figures
from sim.spec.reading import read_scenario
from sim.spec.variation import variations
from sim.web.controls import controls, said, spoken
from sim.web.figures import asked_about, hardest_hit, regions_hit
from sim.web.hands import Glimpse
from sim.web.sample import Sample, Start, spans
from sim.web.setting import Setting, settings
from sim.web.shelf import Shelf
from sim.web.sight import sight
from sim.web.studies import Study
from sim.web.view import fragments

SIX_NODE = Path(__file__).parent / "scenarios" / "six_node.yaml"
SHELF = Shelf(str(SIX_NODE))
REGIONS = tuple(one for one in group_subjects(read_scenario(str(SIX_NODE)).scenario) if one.dimension == "region")


@pytest.mark.parametrize("scenario", ["export_ban", "licensing_2025", "gallium_2023"])
def test_a_slider_is_figures_that_a_sweep_could_vary(scenario: str) -> None:
    """The page has no model of its own: every slider moves figures of the scenario, by the paths of `sim sweep`."""
    read = SHELF.read(scenario)
    known = dict(figures(read.scenario))
    for control in controls(read.scenario):
        assert all(known[path] is was for path, was in zip(control.paths, control.was, strict=True))
        assert variations([f"{'.'.join(map(str, control.paths[0]))}={control.most}"], read.scenario)


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_both_ends_of_every_slider_can_be_run(end: float) -> None:
    """No slider can be pushed to where the scenario would be refused."""
    policies = ("joint_pooled", "rapid_response", "projects", "price_floor", "recycling")
    sliders = controls(SHELF.read("export_ban", policies).scenario)
    setting = Setting("export_ban", policies, {one.id: one.most * end for one in sliders})

    assert setting.read(SHELF).scenario.policy == "joint_pooled-rapid_response-projects-price_floor-recycling"
    assert len(sliders) >= 12


def test_all_switches_together_are_the_framework() -> None:
    """The switches of the page lay the same policies over each other as the shipped framework does."""
    policies = ("recycling", "joint_pooled", "price_floor", "projects", "rapid_response")
    mine, framework = SHELF.read("export_ban", policies).scenario, read_scenario("export_ban", "framework").scenario

    assert mine.model_copy(update={"policy": "framework"}) == framework


def test_a_tonnage_is_shared_out_as_it_was() -> None:
    """A pile that is given in tonnes keeps its mix when it is made larger."""
    control = next(one for one in controls(SHELF.read("export_ban", ("national_jp",)).scenario) if one.unit == "t")
    before = control.values(control.at)
    doubled = control.values(2 * control.at)

    assert sum(doubled.values()) == pytest.approx(2 * control.at)
    assert all(doubled[path] == pytest.approx(2 * value) for path, value in before.items())


def test_only_policies_that_fit_are_offered() -> None:
    """A policy for rare earths is no policy for gallium."""
    assert "joint_pooled" in SHELF.policies("export_ban")
    assert SHELF.policies("gallium_2023") == ()
    assert SHELF.policies("six_node") == ()


numbers = st.floats(0, 1, allow_nan=False)


@given(ban=st.none() | numbers, leak=st.none() | numbers, pile=st.none() | numbers)
def test_a_link_restores_its_setting(ban: float | None, leak: float | None, pile: float | None) -> None:
    """What is read from the link of a setting is that setting, to what a slider can show."""
    given_ = {"oxide-ban.duration": ban, "oxide-ban.leak": leak, "reserve.jp.dy_oxide": pile}
    setting = Setting("six_node", (), {id: value for id, value in given_.items() if value is not None})
    back, held = settings(setting.pairs(), "six_node")

    assert held is None
    assert back.moved == pytest.approx(setting.moved)
    assert settings(back.pairs(), "six_node")[0] == back


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("oxide-ban.duration", "-1")], "found -1 days; 0 to 730 days"),
        ([("oxide-ban.leak", "1.01")], "found 101 %; 0 to 100 %"),
        ([("oxide-ban.leak", "nan")], "a finite number"),
        ([("oxide-ban.leak", "1e999")], "a finite number"),
        ([("oxide-ban.leak", "0.1"), ("oxide-ban.leak", "0.2")], "each control once"),
        ([("facilities.mine.north.capacity", "1")], "a control that is not there"),
        ([("scenario", "../../etc/passwd")], "one of 17 names"),
        ([("scenario", str(SIX_NODE))], "one of 17 names"),
        ([("policy", "../policies/none")], "there is none to name"),
        ([("scenario", "export_ban"), ("policy", "none")], "one of: "),
        ([("held.scenario", "export_ban")], "two settings of one scenario"),
        ([(f"k{number}", "1") for number in range(200)], "at most 128"),
    ],
)
def test_a_crafted_link_is_refused(pairs: list[tuple[str, str]], says: str) -> None:
    """A value out of range, a name that is a path, a figure that has no slider: each is told, and nothing is read."""
    with pytest.raises(ScenarioError, match=says.replace("[", r"\[")):
        settings(pairs, "six_node")[0].read(SHELF)


def test_a_scenario_too_large_for_the_page_is_refused(tmp_path: Path) -> None:
    """A century of a network would keep a processor busy for all; `sim run` is the place for it."""
    own = tmp_path / "century.yaml"
    (tmp_path / "sources.yaml").write_text((SIX_NODE.parent / "sources.yaml").read_text())
    text = SIX_NODE.read_text().replace("horizon_d: 730", "horizon_d: 36500").replace("name: six_node", "name: century")
    own.write_text(text)
    with pytest.raises(ScenarioError, match="`sim run` takes larger ones"):
        Shelf(str(own), most_work=100_000).read("century")


def test_futures_count_once_none_before_them_is_missing() -> None:
    """Blocks may come in any order; a sample holds futures 0 to n - 1, as a run of n has them."""
    scenario = read_scenario(str(SIX_NODE)).scenario.model_copy(update={"horizon_d": 20})
    blocks = [run_block(scenario, 1, np.arange(a, b), twin=False) for a, b in ((0, 3), (3, 8), (8, 10))]
    whole, sample = run_block(scenario, 1, np.arange(10), twin=False), Sample()
    seen = []
    for block in (blocks[2], blocks[0], blocks[1]):
        sample.add(block)
        seen.append(sample.futures)

    assert seen == [0, 3, 10]
    _assert_same(sample, whole)


def _assert_same(sample: Sample, whole: Block) -> None:
    results = sample.results()
    assert np.array_equal(results.replications, whole.replications)
    assert all(np.array_equal(results.columns[name], column, equal_nan=True) for name, column in whole.columns.items())
    assert all(np.array_equal(results.counts[name], count) for name, count in whole.counts.items())


@given(most=st.integers(32, 10_000), first=st.sampled_from([32, 200]), hands=st.integers(1, 4))
def test_spans_cover_every_future_once(most: int, first: int, hands: int) -> None:
    """What is run in parts is the whole: no future twice, none left out; every process has a part of the first."""
    found = spans(most, Start(first, hands))
    assert [future for span in found for future in span] == list(range(most))
    assert sum(span.start < first for span in found) == hands or most < first


def test_what_the_first_days_bring_is_what_they_are_in_the_end() -> None:
    """A picture that grows with the days never takes back what it has shown."""
    scenario = read_scenario(str(SIX_NODE)).scenario.model_copy(update={"horizon_d": 300})
    early: list[tuple[int, Block]] = []
    whole = run_block(scenario, 1, np.arange(5), twin=False, so_far=lambda days, look: early.append((days, look())))

    assert [days for days, _ in early] == [8 * n for n in range(1, 38)]
    for days, block in early:
        assert all(np.array_equal(count, whole.counts[name][:days]) for name, count in block.counts.items())
    assert early[-1][1].columns["jp.ev/shortage_days"].sum() > 0


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(0.03, "share", "3 %"), (365, "d", "365 days"), (1320, "t", "1,320 t"), (2.5, "multiple", "2.5 times")],
)
def test_values_are_said_in_a_planners_words(value: float, unit: str, words: str) -> None:
    """A share is said in per cent, a day count in days."""
    assert said(value, unit) == words


def test_ids_are_said_in_words() -> None:
    """Abbreviations of countries and elements are written as such."""
    assert [spoken(id) for id in ("china_ban", "heavy_to_us", "ndpr_oxide")] == [
        "China ban",
        "Heavy to US",
        "NdPr oxide",
    ]


def test_first_days_are_not_held_against_a_whole_run() -> None:
    """While a setting is known until some day only, nothing says how it differs from one that is known to the end."""
    read = read_scenario(str(SIX_NODE))
    read = replace(read, scenario=read.scenario.model_copy(update={"horizon_d": 260}))
    looks: list[tuple[int, Block]] = []
    whole = run_block(
        read.scenario, 1, np.arange(4), twin=False, so_far=lambda days, look: looks.append((days, look()))
    )
    early, late = Study(read, 4), Study(read, 4)
    assert early.glimpsed(Glimpse(*looks[-1]))
    late.sample.add(whole)
    now, held = sight(early), sight(late)
    assert now is not None
    assert held is not None

    growing, compared = fragments(now, held), fragments(held, held)
    assert "until 14 Sep 2026" in growing["glance"]
    assert "Held: –" in growing["glance"]
    assert 'class="way' not in growing["glance"] + growing["short"]
    assert 'class="way even"' in compared["glance"]
    assert "Held setting" in growing["prices"]


def test_the_page_is_about_those_at_whom_controls_are_aimed() -> None:
    """As in a report: the regions that the question is about stand first, and so does their buyer in the headline."""
    read = read_scenario(str(SIX_NODE))
    read = replace(read, scenario=read.scenario.model_copy(update={"horizon_d": 260}))
    study, scenario = Study(read, 8), read.scenario
    study.sample.add(run_block(scenario, 1, np.arange(8), twin=False))
    ban = scenario.disruptions["oxide-ban"]
    for region in scenario.regions:
        aimed = scenario.model_copy(update={"disruptions": {"ban": ban.model_copy(update={"destinations": (region,)})}})
        study.read = replace(read, scenario=aimed)
        now = sight(study)
        assert now is not None
        regions, (buyer, how) = [one.id for one in regions_hit(now)], asked_about(now)[0]
        short = f"region:{region}" in regions
        assert not short or regions[0] == f"region:{region}"
        assert not short or scenario.buyers[buyer.id].region == region
        hardest = hardest_hit(now, buyer_subjects(aimed))[0]
        assert (how == "hit hardest") == (buyer == hardest)
        assert short or buyer == hardest
        assert regions[short:] == [one.id for one in hardest_hit(now, REGIONS) if one.id != f"region:{region}"]
