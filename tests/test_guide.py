"""The examples of the guide are whole files that work as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.spec.reading import read_scenario

GUIDE = Path(__file__).parents[1] / "docs" / "guides" / "write_a_scenario.md"


@pytest.fixture
def examples(tmp_path: Path) -> dict[str, Path]:
    """The YAML blocks of the guide as files, under the names in their first lines."""
    blocks = re.findall(r"^```yaml\n# (\S+)\.yaml\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    for name, text in blocks:
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    return {name: tmp_path / f"{name}.yaml" for name, _ in blocks}


def test_every_block_of_yaml_is_a_file(examples):
    """None is left out for want of a name."""
    assert len(examples) == GUIDE.read_text("utf-8").count("```yaml") == 3


@pytest.mark.parametrize("scenario", ["japan_stop", "japan_licences"])
@pytest.mark.parametrize("policy", [None, "reserve_90"])
def test_every_example_can_be_read(examples, scenario, policy):
    """Each scenario alone and under the policy is what the guide says: Japan only, magnets too, 90 days."""
    read = read_scenario(str(examples[scenario]), str(examples[policy]) if policy else None).scenario
    (control,) = (one for one in read.disruptions.values() if one.kind != "outage")

    assert read.name == scenario
    assert (control.authority, control.destinations) == ("cn", ("jp",))
    assert {"dy_oxide", "tb_metal", "magnet_high_temperature"} <= set(control.materials)
    assert read.policy_facilities == (("jp_heavy_reserve",) if policy else ())
