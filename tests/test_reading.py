"""The strict reader: what it makes of good files, and that bad ones can only ever be refused."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.spec import shipped
from sim.spec.figures import figures
from sim.spec.finding import dotted
from sim.spec.reading import ReadScenario, read_scenario
from sim.spec.scenario import Scenario
from sim.spec.words import describe
from sim.spec.yaml_strict import parse_yaml

SIX_NODE = Path(__file__).parent / "scenarios" / "six_node.yaml"
TEXT = SIX_NODE.read_text()
VERSION = "schema_version: 1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the six-node scenario and its sources."""
    shutil.copy(SIX_NODE, tmp_path)
    shutil.copy(SIX_NODE.with_name("sources.yaml"), tmp_path)
    return tmp_path


def write(folder: Path, name: str, text: str) -> str:
    """Write a file of the current version and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(VERSION + text)
    return str(path)


def over(folder: Path, text: str) -> ReadScenario:
    """Read what a text makes of the six-node scenario it extends."""
    return read_scenario(write(folder, "over.yaml", f"extends: six_node.yaml\n{text}"))


def problem_codes(*arguments: str) -> list[str]:
    """Return the codes of the problems with which a scenario is refused."""
    with pytest.raises(ScenarioError) as caught:
        read_scenario(*arguments)
    return [problem.code for problem in caught.value.problems]


def test_a_good_file_becomes_a_scenario() -> None:
    """The six-node scenario is read whole, with the files and the sources it rests on."""
    read = read_scenario(str(SIX_NODE))

    assert read.scenario.name == "six_node"
    assert read.files == (SIX_NODE,)
    assert list(read.sources) == ["example-trade-2024"]
    assert read.overrides == ()
    assert read.scenario.policy == "none"


def test_the_resolved_data_make_the_scenario_again() -> None:
    """What the manifest keeps is plain JSON, and enough to repeat the run."""
    read = read_scenario(str(SIX_NODE))

    again = Scenario.model_validate_json(json.dumps(read.resolved))

    assert again == read.scenario
    assert read.resolved["start_date"] == "2026-01-01"


def test_every_shipped_scenario_and_policy_is_valid() -> None:
    """Nothing is shipped that the reader refuses; every policy can be laid over one scenario or another."""
    scenarios = scenarios_of_2024()
    for number, policy in enumerate(shipped.policy_names()):
        assert read_scenario(scenarios[number % len(scenarios)], policy).scenario.policy == policy


@pytest.mark.slow
def test_every_shipped_policy_fits_every_scenario() -> None:
    """The policies shipped are made for the network of 2024, and can be laid over all that is asked of it."""
    for name in scenarios_of_2024():
        for policy in shipped.policy_names():
            assert read_scenario(name, policy).scenario.policy == policy


def scenarios_of_2024() -> list[str]:
    """Read every shipped scenario; return those of the network of 2024."""
    names = shipped.scenario_names()
    return [name for name in names if "jp_alloy" in read_scenario(name).scenario.facilities]


def test_an_overlay_merges_keys_and_replaces_quantities_whole(folder: Path) -> None:
    """A quantity never mixes the value of one file with the source of another."""
    text = "buyers: {jp.ev: {demand: {value: 900, unit: t/year, assumed: test}}}"

    read = over(folder, text)

    demand = read.scenario.buyers["jp.ev"].demand
    assert (demand.value, demand.source, demand.note) == (900, None, None)
    assert read.scenario.buyers["jp.ev"].priority == 2
    assert read.overrides == ("buyers.jp.ev.demand: 1200 t/year -> 900 t/year",)


def test_null_deletes_and_is_logged(folder: Path) -> None:
    """An overlay takes a disruption out by saying null."""
    read = over(folder, "disruptions: {magnet-fire: null}\ndemand_noise: null\n")

    assert list(read.scenario.disruptions) == ["oxide-ban"]
    assert read.scenario.demand_noise is None
    assert [line.split(":")[0] for line in read.overrides] == ["disruptions.magnet-fire", "demand_noise"]
    assert all(line.endswith("-> deleted") for line in read.overrides)


def test_saying_the_same_again_is_no_override(folder: Path) -> None:
    """Only changes are logged, and they alone change the digest."""
    base = read_scenario(str(folder / "six_node.yaml"))

    same = over(folder, "horizon_d: 730")

    assert same.overrides == ()
    assert same.digest == base.digest
    assert over(folder, "horizon_d: 731").digest != base.digest


def test_the_order_of_recipes_is_part_of_the_digest(folder: Path) -> None:
    """Recipes take turns in file order, so two orders are two scenarios."""
    text = SIX_NODE.read_text()
    start, end = text.index("      ndpr_metal:\n        inputs"), text.index("  magnet.osaka:\n    kind")
    first, second = text[start:end].split("      dy_metal:")
    swapped = f"{text[:start]}      dy_metal:{second}{first}{text[end:]}"
    (folder / "swapped.yaml").write_text(swapped)

    assert read_scenario(str(folder / "swapped.yaml")).digest != read_scenario(str(SIX_NODE)).digest


def test_each_file_of_a_diamond_is_laid_once(folder: Path) -> None:
    """A base that two extensions share does not undo what the first of them changed."""
    write(folder, "long.yaml", "extends: six_node.yaml\nhorizon_d: 1000\n")
    write(folder, "late.yaml", "extends: six_node.yaml\nstart_date: 2030-01-01\n")

    read = read_scenario(write(folder, "both.yaml", "extends: [long.yaml, late.yaml]\nname: both\n"))

    assert (read.scenario.horizon_d, read.scenario.start_date.year) == (1000, 2030)
    assert [file.name for file in read.files] == ["six_node.yaml", "long.yaml", "late.yaml", "both.yaml"]


def test_a_cycle_is_named(folder: Path) -> None:
    """Two files that extend each other are refused with the way round."""
    write(folder, "a.yaml", "extends: b.yaml\n")
    write(folder, "b.yaml", "extends: a.yaml\n")

    with pytest.raises(ScenarioError, match=r"a\.yaml -> .*b\.yaml -> .*a\.yaml"):
        read_scenario(str(folder / "a.yaml"))


def test_a_link_does_not_lead_outside(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A base below the folder by name, but elsewhere in truth, is refused."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "base.yaml"
    shutil.copy(SIX_NODE, elsewhere)
    (folder / "link.yaml").symlink_to(elsewhere)

    assert problem_codes(write(folder, "over.yaml", "extends: link.yaml\n")) == ["outside"]


def test_a_folder_below_is_inside(folder: Path) -> None:
    """What is extended may lie in a folder below, and extend a file above it, within the first folder."""
    write(folder, "parts/longer.yaml", "extends: ../six_node.yaml\nhorizon_d: 900\n")

    read = read_scenario(write(folder, "top.yaml", "extends: parts/longer.yaml\n"))

    assert read.scenario.horizon_d == 900


def test_a_policy_is_laid_over_and_named(folder: Path) -> None:
    """The scenario knows the policy's name and the facilities it added, but not those it changed."""
    policy = write(
        folder,
        "policies/pile.yaml",
        """policy: pile
description: A magnet pile.
facilities:
  metal.osaka: {name: Osaka}
  magnets.us:
    kind: stockpile
    region: us
    owners: [us]
    stocks: {magnet_standard: {opening: {value: 90, unit: t, assumed: test}}}
    trigger: {value: 20, unit: d, assumed: test}
lanes:
  magnets-us:
    {from: magnets.us, to: us.defense, material: magnet_standard, transit: {value: 3, unit: d, assumed: test}}
""",
    )

    read = read_scenario(str(SIX_NODE), policy)

    assert (read.scenario.policy, read.scenario.policy_facilities) == ("pile", ("magnets.us",))
    assert [file.name for file in read.files] == ["six_node.yaml", "pile.yaml"]
    assert any("Policy pile adds magnets.us." in line for line in describe(read.scenario))


def test_policy_none_changes_nothing() -> None:
    """The policy that does nothing gives the scenario itself."""
    assert read_scenario(str(SIX_NODE), "none").digest == read_scenario(str(SIX_NODE)).digest


def test_a_problem_is_placed_in_the_file_that_last_set_the_value(folder: Path) -> None:
    """A mistake in a policy is not blamed on the scenario."""
    policy = write(folder, "bad.yaml", "policy: bad\nlanes: {magnet-jp.ev: {to: jp.evs}}\n")

    with pytest.raises(ScenarioError) as caught:
        read_scenario(str(folder / "six_node.yaml"), policy)

    assert [(Path(p.file).name, p.line) for p in caught.value.problems] == [("bad.yaml", 3)]


def test_all_problems_are_told_in_the_order_of_the_lines(folder: Path) -> None:
    """Mistakes of different kinds in one file come out together."""
    text = "horizon_d: 0\nstart_date: today\nname: A\norder_ceiling: .nan\nelements: [a]\nelements: [b]\n"

    with pytest.raises(ScenarioError) as caught:
        over(folder, text)

    assert [(p.line, p.code) for p in caught.value.problems] == [
        (3, "bounds"),
        (4, "type"),
        (5, "id"),
        (6, "not-finite"),
        (8, "duplicate-key"),
    ]


def test_a_very_long_list_of_problems_is_cut(folder: Path) -> None:
    """Fifty problems are enough to begin with; the rest are counted."""
    text = "lanes:\n" + "".join(f"  lane{i}: {i}\n" for i in range(80))

    with pytest.raises(ScenarioError) as caught:
        over(folder, text)

    assert len(caught.value.problems) == 51
    assert str(caught.value).endswith("found 30 more problems; mend those above first")


def test_a_huge_file_is_not_read_whole(folder: Path) -> None:
    """A file of 100 GB is refused as fast as one of 5 MB."""
    with open(folder / "huge.yaml", "wb") as file:
        file.truncate(100 * 1024**3)

    assert problem_codes(str(folder / "huge.yaml")) == ["too-large"]


def test_what_is_no_file_is_refused(folder: Path) -> None:
    """A missing file, a folder, a pipe, a loop of links and an impossible name each give one problem."""
    (folder / "folder.yaml").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")

    assert problem_codes(str(folder / "none.yaml")) == ["no-file"]
    assert problem_codes(str(folder / "six_node.yaml" / "x.yaml")) == ["no-file"]
    assert problem_codes(str(folder / "folder.yaml")) == ["not-a-file"]
    assert problem_codes(str(folder / "pipe.yaml")) == ["not-a-file"]
    assert problem_codes(str(folder / "loop.yaml")) == ["unreadable"]
    assert problem_codes("a\0b.yaml") == ["unreadable"]
    assert problem_codes("x" * 5000 + ".yaml") == ["unreadable"]
    assert problem_codes("x" * 5000) == ["reference"]
    assert problem_codes("sources") == ["reference"]


def test_a_file_that_may_not_be_read_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of somebody else's is one problem, not a traceback."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)

    assert problem_codes(str(folder / "six_node.yaml")) == ["unreadable"]


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None)
def test_a_number_survives_the_reading_to_the_last_bit(number: float) -> None:
    """What is written is what is modelled."""
    text = TEXT.replace("value: 1200,", f"value: {number!r},")
    root = parse_yaml(text, "x").root

    assert root.plain()["buyers"]["jp.ev"]["demand"]["value"] == number
    dumped = json.dumps({"value": number, "unit": "d", "assumed": "x"})
    assert Scenario.model_fields["allocation_memory"].annotation.model_validate_json(dumped).value == number


def test_figures_are_listed_with_their_paths() -> None:
    """Every number of a scenario can be found, and quoted by its path."""
    listed = {dotted(path): quantity for path, quantity in figures(read_scenario(str(SIX_NODE)).scenario)}

    assert listed["facilities.mine.north.capacity"].value == 4000
    assert listed["buyers.jp.ev.cohorts.1.cover"].value == 60
    assert TEXT.count("unit: ") == len(listed)


def test_the_words_tell_what_happens() -> None:
    """`sim check` says in plain words what the scenario does, and what it rests on."""
    words = "\n".join(describe(read_scenario(str(SIX_NODE)).scenario))

    assert "From day 120 (assumed), for 120 to 240 d (uniform, assumed), cn lets no ndpr_oxide or dy_oxide" in words
    assert "By chance magnet.osaka works at 50 % (assumed) of capacity" in words
    assert "Stockpile reserve.jp of jp holds 30 d (assumed) of ndpr_oxide" in words
    assert "Not modelled: magnets inside imported motors; SmCo magnets." in words
    assert "2 from 1 source, " in words


def test_a_large_network_is_read_within_a_second(folder: Path) -> None:
    """A network of 200 kB costs less than starting Python twice."""
    lane = "  {0}: {{from: magnet.osaka, to: jp.ev, material: magnet_standard, transit: {1}}}\n"
    days = "{value: 3, unit: d, assumed: a made-up figure of ordinary length}"
    text = "lanes:\n" + "".join(lane.format(f"lane{i}", days) for i in range(1500))
    assert len(text) > 150_000
    began = time.process_time()

    over(folder, text)

    assert time.process_time() - began < 2
