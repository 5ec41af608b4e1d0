"""The shipped policies: each is read, says what it does, and can be laid over what is shipped."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from sim.running.experiment import run_block
from sim.spec import shipped
from sim.spec.reading import read_scenario
from sim.spec.words import describe
from sim.testing.check import shortened

GUIDES = Path(__file__).parents[1] / "docs" / "guides"
PRIORITIES = """
schema_version: 1
policy: own
buyers:
  eu.wind: {priority: 1}
disruptions:
  duty:
    kind: tariff
    authority: us
    origins: [cn]
    materials: [magnet_mid]
    rate: {value: 0.25, unit: share, assumed: "a choice"}
    start: {value: 180, unit: d, assumed: "a choice"}
    duration: {value: 1, unit: year, assumed: "a choice"}
"""
ADDED = [name for name in shipped.policy_names() if name != shipped.NO_POLICY]


@pytest.mark.parametrize("policy", ADDED)
@pytest.mark.parametrize("scenario", ["baseline", "export_ban", "licensing_2025"])
def test_a_shipped_policy_can_be_laid_over_a_shipped_scenario(scenario: str, policy: str) -> None:
    """Nothing is wrong with it there, and it is said in words."""
    read = read_scenario(scenario, policy)

    assert read.scenario.policy == policy
    assert describe(read.scenario)


@pytest.mark.parametrize("policy", ADDED)
def test_a_shipped_policy_says_which_question_it_answers(policy: str) -> None:
    """Its file begins with what it is and what it answers."""
    file = shipped.find_policy(policy)
    assert file is not None

    assert re.search(r"^# .*\bAnswers:", file.read_text("utf-8").split("schema_version")[0], re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("guide", ["rapid_response", "write_a_policy"])
def test_the_example_of_a_guide_works_as_it_stands(guide: str, tmp_path: Path) -> None:
    """It is a policy for the shipped ban."""
    [text] = re.findall(r"^```yaml\n(.*?)^```$", (GUIDES / f"{guide}.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "own.yaml").write_text(text, "utf-8")

    assert describe(read_scenario("export_ban", str(tmp_path / "own.yaml")).scenario)


def test_a_policy_may_serve_others_first_and_levy_a_tariff(tmp_path: Path) -> None:
    """Whom it puts first is short of less than before, and sellers turn from where the duty is."""
    (tmp_path / "own.yaml").write_text(PRIORITIES, "utf-8")
    none, own = (
        shortened(read_scenario("export_ban", policy).scenario, 400) for policy in ("none", str(tmp_path / "own.yaml"))
    )
    before, after = (run_block(one, 1, np.arange(6), twin=False).columns for one in (none, own))

    assert after["eu.wind/unmet_t"].mean() < 0.8 * before["eu.wind/unmet_t"].mean()
    assert after["eu.industrial/unmet_t"].mean() > before["eu.industrial/unmet_t"].mean()
    assert own.disruptions["duty"].kind == "tariff"


def test_the_framework_is_its_pillars() -> None:
    """Whatever a pillar adds stands in the framework, too."""
    whole = read_scenario("export_ban", "framework").scenario

    for pillar in ("joint_pooled", "rapid_response", "projects", "price_floor", "recycling"):
        part = read_scenario("export_ban", pillar).scenario
        assert set(part.policy_facilities) <= set(whole.policy_facilities)
        for section in ("lanes", "responses", "projects", "floors"):
            assert getattr(part, section).keys() <= getattr(whole, section).keys(), pillar
