"""The network of 2024 is what its tables say, once they agree, and stands still."""

from __future__ import annotations

import math
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.spec.network import Stockpile
from sim.spec.reading import read_scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios"
NETWORKS = SCENARIOS / "networks"
MATERIALS = {
    *(f"{element}_{form}" for element in ("ndpr", "dy", "tb") for form in ("oxide", "metal")),
    *(f"magnet_{grade}" for grade in ("standard", "mid", "high_temperature", "defense")),
}


def read(path: Path) -> dict[str, Any]:
    """Read a file as plain YAML."""
    with path.open(encoding="utf-8") as file:
        document: dict[str, Any] = yaml.load(file, Loader=yaml.CSafeLoader)
    return document


@pytest.fixture(scope="module")
def world() -> dict[str, Any]:
    """The network as it is shipped."""
    return read(NETWORKS / "world_2024.yaml")


def script(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script of scenarios/networks."""
    command = [sys.executable, str(NETWORKS / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def quantities(node: object, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Find every mapping that has a unit."""
    if isinstance(node, dict):
        if "unit" in node:
            yield path, node
        for key, child in node.items():
            yield from quantities(child, f"{path}.{key}")
    elif isinstance(node, list):
        for place, child in enumerate(node):
            yield from quantities(child, f"{path}[{place}]")


def shipped_files() -> list[Path]:
    """Find all that is shipped, but for the list of sources itself."""
    return sorted(path for path in SCENARIOS.rglob("*.yaml") if path.name != "sources.yaml")


def test_rebuilding_the_network_gives_the_same_bytes(tmp_path: Path) -> None:
    """The shipped file is what the script makes of the tables, byte by byte."""
    rebuilt = tmp_path / "world.yaml"
    done = script("build_world_2024.py", "--out", str(rebuilt))

    assert done.returncode == 0, done.stderr
    assert rebuilt.read_bytes() == (NETWORKS / "world_2024.yaml").read_bytes()


def test_every_node_balances() -> None:
    """What a plant makes is what is bought from it, to a millionth, and no plant is over capacity."""
    done = script("check_balance.py")

    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_a_network_out_of_balance_is_found(world: dict[str, Any], tmp_path: Path) -> None:
    """A plant whose ore is richer than what is bought from it fails the check, by name."""
    ore = world["materials"]["bayan_obo_concentrate"]["content"]["dy"]
    richer = world | {
        "materials": world["materials"]
        | {
            "bayan_obo_concentrate": world["materials"]["bayan_obo_concentrate"]
            | {
                "content": world["materials"]["bayan_obo_concentrate"]["content"]
                | {"dy": ore | {"value": ore["value"] * 1.01}}
            }
        }
    }
    path = tmp_path / "richer.yaml"
    path.write_text(yaml.safe_dump(richer), encoding="utf-8")
    done = script("check_balance.py", str(path))

    assert done.returncode == 1
    assert "does not balance: baotou_separation" in done.stdout


def test_buyers_are_named_by_region_and_end_use(world: dict[str, Any]) -> None:
    """A buyer's id is `<region>.<end_use>`, and the planners' buyers are there."""
    for name, buyer in world["buyers"].items():
        assert name == f"{buyer['region']}.{buyer['end_use']}"
        assert name == name.lower()
    assert {"jp.ev", "us.defense", "cn.wind"} <= set(world["buyers"])


def test_other_uses_add_up_to_the_data(world: dict[str, Any]) -> None:
    """Catalysts, polish, capacitors and the like use together what the data has outside magnets, to the gram."""
    sums: dict[tuple[str, str], list[float]] = defaultdict(list)
    for buyer in world["buyers"].values():
        if buyer["material"].endswith("_oxide"):
            sums[buyer["region"], buyer["material"]].append(buyer["demand"]["value"])

    assert {key: round(math.fsum(tonnes), 6) for key, tonnes in sums.items()} == {
        ("cn", "ndpr_oxide"): 4500,
        ("cn", "dy_oxide"): 80,
        ("cn", "tb_oxide"): 30,
        ("row", "ndpr_oxide"): 1200,
        ("row", "dy_oxide"): 15,
        ("row", "tb_oxide"): 5,
    }


def test_patients_and_chips_come_before_polish(world: dict[str, Any]) -> None:
    """Medical uses and semiconductors stand in a class above polishing, wherever they are, and hold more cover."""
    for region in ("cn", "row"):
        medical, chips, polish = (world["buyers"][f"{region}.{u}"] for u in ("medical", "semiconductors", "polishing"))
        assert max(medical["priority"], chips["priority"]) < polish["priority"]
        assert min(cover_of(medical), cover_of(chips)) > cover_of(polish)


def cover_of(buyer: dict[str, Any]) -> float:
    """Return a buyer's mean cover, d."""
    return math.fsum(one["share"]["value"] * one["cover"]["value"] for one in buyer["cohorts"])


def test_materials_and_markets_have_the_agreed_names(world: dict[str, Any]) -> None:
    """Oxides, metals, magnets and the two markets are called what commands and reports call them."""
    assert set(world["materials"]) >= MATERIALS
    assert set(world["markets"]) == {"china", "world"}


def test_every_region_stands_in_one_market(world: dict[str, Any]) -> None:
    """Prices need each region once."""
    placed = [region for market in world["markets"].values() for region in market["regions"]]

    assert sorted(placed) == sorted(world["regions"])


def test_lanes_ship_what_their_source_makes(world: dict[str, Any]) -> None:
    """A lane's material is a product, by-product or stock of the facility it leaves."""
    made = {
        name: {one["product"]} if "product" in one else {*one.get("products", ()), *one.get("stocks", ())}
        for name, one in world["facilities"].items()
    }
    for name, one in world["facilities"].items():
        for product, recipe in one.get("recipes", {}).items():
            made[name] |= {product, *recipe.get("byproducts", ())}
    for name, lane in world["lanes"].items():
        assert lane["material"] in made[lane["from"]], name


def test_shares_of_a_purchase_sum_to_one(world: dict[str, Any]) -> None:
    """Contract shares sum to 1 over what is bought together, and over what a row of swarf is pushed to."""
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    for lane in world["lanes"].values():
        if "share" in lane:
            plant = world["facilities"].get(lane["to"], {}).get("kind")
            feed = "" if plant == "separation" else lane.get("received_as", lane["material"])
            ends = (lane["from"], lane["material"]) if lane.get("push") else (lane["to"], feed, "pull")
            sums[ends] += lane["share"]["value"]

    assert all(math.isclose(total, 1, abs_tol=1e-6) for total in sums.values())


def test_cohorts_hold_the_cover_of_their_region(world: dict[str, Any]) -> None:
    """Shares of a buyer's cohorts sum to 1, and Japan's mean is eight weeks."""
    for name, buyer in world["buyers"].items():
        shares = [cohort["share"]["value"] for cohort in buyer["cohorts"]]
        covers = [cohort["cover"]["value"] for cohort in buyer["cohorts"]]
        assert math.isclose(math.fsum(shares), 1)
        if buyer["region"] == "jp":
            mean = math.fsum(s * c for s, c in zip(shares, covers, strict=True))
            assert math.isclose(mean, 56, abs_tol=0.1), name


@pytest.mark.parametrize("path", shipped_files(), ids=lambda path: path.stem)
def test_every_figure_has_its_origin(path: Path) -> None:
    """A number has a source that is listed, or says why it is assumed; never both."""
    sources = read(SCENARIOS / "sources.yaml")
    for place, quantity in quantities(read(path)):
        assert ("source" in quantity) != bool(quantity.get("assumed")), place
        assert quantity.get("source", "argus-scrap-2025") in sources, place


def test_every_source_is_cited_and_says_where_it_is() -> None:
    """The list of sources holds what the files lean on, with title and address, and nothing else."""
    cited = {q["source"] for path in shipped_files() for _, q in quantities(read(path)) if "source" in q}
    listed = {key: one for key, one in read(SCENARIOS / "sources.yaml").items() if key != "schema_version"}

    assert cited == set(listed)
    assert all({"title", "address", "accessed"} == set(one) for one in listed.values())


def test_the_ban_leaves_all_plants_to_chance(world: dict[str, Any]) -> None:
    """Every mine, plant and maker of the network can fail in any year, by one cause; piles cannot."""
    plants = {name for name, one in world["facilities"].items() if one["kind"] != "stockpile"}
    disruptions = read(SCENARIOS / "ordinary_failures.yaml")["disruptions"].values()
    failing = [name for one in disruptions if one["kind"] == "outage" for name in one["facilities"]]

    assert sorted(failing) == sorted(plants)


def pile_tonnes(policy: str) -> dict[str, float]:
    """Return what the piles that a policy adds hold on day 0, by material."""
    scenario, tonnes = read_scenario("baseline", policy).scenario, defaultdict[str, float](float)
    for name in scenario.policy_facilities:
        pile = scenario.facilities[name]
        assert isinstance(pile, Stockpile)
        for material, stock in pile.stocks.items():
            tonnes[material] += stock.opening.typical
    return {material: round(amount, 6) for material, amount in sorted(tonnes.items())}


@pytest.mark.parametrize("policy", ["national_both", "joint_shares", "joint_complementary", "allied_pooled"])
def test_who_may_draw_is_compared_over_the_same_stock(policy: str) -> None:
    """Policies that differ in who holds and draws hold the same tonnes of every material."""
    assert pile_tonnes(policy) == pile_tonnes("joint_pooled")


@pytest.mark.parametrize("policy", ["national_jp", "national_us"])
def test_one_country_holds_as_much_as_two(policy: str) -> None:
    """A country alone holds as many tonnes in all, of what its users can use."""
    assert sum(pile_tonnes(policy).values()) == pytest.approx(sum(pile_tonnes("joint_pooled").values()))
