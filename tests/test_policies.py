"""The shipped policies: each is read, says what it does, and can be laid over what is shipped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.spec import shipped
from sim.spec.reading import read_scenario
from sim.spec.words import describe

GUIDES = Path(__file__).parents[1] / "docs" / "guides"
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


@pytest.mark.parametrize("guide", ["rapid_response"])
def test_the_example_of_a_guide_works_as_it_stands(guide: str, tmp_path: Path) -> None:
    """It is a policy for the shipped ban."""
    [text] = re.findall(r"^```yaml\n(.*?)^```$", (GUIDES / f"{guide}.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "own.yaml").write_text(text, "utf-8")

    assert read_scenario("export_ban", str(tmp_path / "own.yaml")).scenario.responses
