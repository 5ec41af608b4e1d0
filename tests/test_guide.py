"""The examples of the guide are whole files that work as they stand."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
import typer

import sim
from sim.cli import app
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.spec.words import describe

GUIDES = Path(__file__).parents[1] / "docs" / "guides"
GUIDE = GUIDES / "write_a_scenario.md"


@pytest.fixture
def examples(tmp_path: Path) -> dict[str, Path]:
    """The YAML blocks of the guide as files, under the names in their first lines."""
    blocks = re.findall(r"^```yaml\n# (\S+)\.yaml\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    for name, text in blocks:
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    return {name: tmp_path / f"{name}.yaml" for name, _ in blocks}


def test_every_block_of_yaml_is_a_file(examples):
    """None is left out for want of a name."""
    assert len(examples) == GUIDE.read_text("utf-8").count("```yaml") == 8


@pytest.mark.parametrize("name", ["border_and_sea", "trade_war", "plain_firms"])
def test_every_example_can_be_read(examples, name):
    """It is a whole scenario, which can be said in words, each of its disruptions in a sentence of its own."""
    read = read_scenario(str(examples[name])).scenario
    words = describe(read)

    assert read.name == name
    assert all(any(line.startswith(f"{disruption}: ") for line in words) for disruption in read.disruptions)


def test_the_guide_has_an_example_of_every_kind(examples):
    """Whatever may happen can be copied from there."""
    texts = "".join(path.read_text("utf-8") for path in examples.values())
    kinds = Scenario.model_json_schema()["properties"]["disruptions"]["additionalProperties"]["discriminator"][
        "mapping"
    ]
    shipped = {"export_ban"}  # inherited by the first example

    assert {kind for kind in kinds if f"kind: {kind}\n" not in texts} == shipped


def test_options_of_a_control_are_laid_over_it(examples):
    """What the truce says comes on top of the licences that it extends."""
    licence = read_scenario(str(examples["japan_truce"])).scenario.disruptions["heavy_licences"]

    assert licence.applicants == 10
    assert licence.general[0].facilities == ("jp_alloy",)
    assert len(licence.changes) == len(licence.suspensions) == 1


@pytest.mark.parametrize("scenario", ["japan_stop", "japan_licences", "japan_truce", "japan_quota"])
@pytest.mark.parametrize("policy", [None, "reserve_90"])
def test_what_is_about_japan_is_about_japan(examples, scenario, policy):
    """Each alone and under the policy is what the guide says: Japan only, magnets too, 90 days."""
    read = read_scenario(str(examples[scenario]), str(examples[policy]) if policy else None).scenario
    (control,) = (one for one in read.disruptions.values() if one.kind != "outage")

    assert read.name == scenario
    assert (control.authority, control.destinations) == ("cn", ("jp",))
    assert {"dy_oxide", "tb_metal", "magnet_high_temperature"} <= set(control.materials)
    assert read.policy_facilities == (("jp_heavy_reserve",) if policy else ())


def test_every_option_that_the_guide_to_comparing_names_is_there():
    """`sim compare` knows what its guide speaks of."""
    named = set(re.findall(r"`(--?[a-z][a-z-]*)", (GUIDES / "compare_policies.md").read_text("utf-8")))
    command = typer.main.get_command(app).commands["compare"]
    known = {option for parameter in command.params for option in parameter.opts}

    assert {"--objective", "--limit", "-n"} <= named <= known


@pytest.mark.parametrize("guide", sorted(path.name for path in GUIDES.glob("*.md")))
def test_every_command_of_a_guide_is_one(guide):
    """Lines that begin with `sim` name a verb and options that it knows."""
    verbs = typer.main.get_command(app).commands
    lines = re.findall(r"^sim ([a-z]+)(.*)$", (GUIDES / guide).read_text("utf-8"), re.MULTILINE)
    for verb, rest in lines:
        known = {option for parameter in verbs[verb].params for option in parameter.opts}
        assert set(re.findall(r"(?<= )(--?[a-z][a-z-]*)", rest)) <= known, (verb, rest)


@pytest.mark.parametrize("guide", sorted(path.name for path in GUIDES.glob("*.md")))
def test_every_call_of_a_guide_is_one(guide):
    """What its Python passes to this program are parameters of the functions it calls."""
    for text in re.findall(r"^```python\n(.*?)^```$", (GUIDES / guide).read_text("utf-8"), re.MULTILINE | re.DOTALL):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("sim."):
                known = inspect.signature(getattr(sim, ast.unparse(node.func).removeprefix("sim."))).parameters
                assert {word.arg for word in node.keywords} <= set(known)
