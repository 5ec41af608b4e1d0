"""The network of 2010 carries what is known of that year, and stands still."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.running.experiment import run_block
from sim.spec.controls import Quota
from sim.spec.network import Lane, Mine, SeparationPlant
from sim.spec.reach import region_of
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing.check import check_model, undisturbed
from sim.testing.diary import Array, keep_diary

NETWORKS = Path(__file__).parents[1] / "scenarios" / "networks"
NAMES = ("embargo_2010", "quota_2010")
DAYS_PER_YEAR = 365
QUIET_DAY = 1
"""After the order of day 0, which does not see yet what swarf is pushed that day."""
METALS = ("ndpr_metal", "dy_metal", "tb_metal")


@cache
def scenario_of(name: str) -> Scenario:
    """Return the scenario as it is shipped."""
    return read_scenario(name).scenario


@cache
def quiet() -> Scenario:
    """Return the network with nothing happening, and the plants to come still to come."""
    scenario = scenario_of("embargo_2010")
    return undisturbed(scenario).model_copy(update={"facilities": scenario.facilities})


@cache
def diary() -> dict[str, Array]:
    """Return two quiet days, (day, replication)."""
    return keep_diary(quiet().model_copy(update={"horizon_d": 2}), 1, [0], twin=False)[0]


def yearly(lane: str) -> float:
    """Return what the lane carries in a quiet year, t."""
    return float(diary()[f"shipped/{lane}"][QUIET_DAY, 0]) * DAYS_PER_YEAR


def lanes_between(origin: str, destinations: set[str]) -> dict[str, Lane]:
    """Return the lanes of compounds and metals, ore and all, from a region to others; no magnets, no swarf."""
    forms = {"concentrate", "oxide", "metal"}
    return {
        name: lane
        for name, lane in quiet().lanes.items()
        if region_of(lane.from_, quiet()) == origin
        and region_of(lane.to, quiet()) in destinations
        and quiet().materials[lane.material].form in forms
    }


def imports(origin: str, destination: str) -> float:
    """Return tonnes a year from one region to another."""
    return sum(yearly(name) for name in lanes_between(origin, {destination}))


def test_rebuilding_the_network_gives_the_same_bytes(tmp_path: Path) -> None:
    """The shipped file is what the script writes, byte by byte."""
    rebuilt = tmp_path / "world.yaml"
    script = [sys.executable, str(NETWORKS / "build_world_2010.py"), "--out", str(rebuilt)]
    subprocess.run(script, check=True)

    assert rebuilt.read_bytes() == (NETWORKS / "world_2010.yaml").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_the_invariants_of_check_hold(name: str) -> None:
    """Undisturbed it stands still; nothing negative, nothing past a closed lane, no pile over its room; books close."""
    claims = list(check_model(scenario_of(name)))

    assert len(claims) == 11
    assert not [claim for claim in claims if not claim.holds]


def test_with_plants_still_to_come_it_stands_still_too() -> None:
    """Nobody is short in two quiet years before Lynas and Mountain Pass open, and no price leaves its opening."""
    columns = run_block(quiet(), 1, np.arange(2), twin=False).columns
    peaks = [column for name, column in columns.items() if name.endswith("/peak_multiple")]

    assert all((column == 0).all() for name, column in columns.items() if name.endswith("/shortage_days"))
    assert all(np.allclose(peak, 1, rtol=0, atol=1e-9) for peak in peaks)


def test_japan_imports_what_it_did_before_the_embargo() -> None:
    """1,884 t a month come from China, the mean of January to August 2010, and 18 % of all imports from others."""
    months = (23310 - 2246 - 1278 - 634 - 4080) / 8
    others = sum(imports(region, "jp") for region in ("us", "eu", "in", "sea"))

    assert imports("cn", "jp") / 12 == pytest.approx(months, rel=1e-6)
    assert others / (others + imports("cn", "jp")) == pytest.approx(1 - 23310 / 28564, abs=0.005)


def test_china_exports_what_it_did_before_the_embargo() -> None:
    """Exports run at 38,000 to 42,000 t a year: 35,000 t in eleven months, two of them of the embargo."""
    assert 38000 < sum(imports("cn", region) for region in ("jp", "us", "eu")) < 42000


def test_china_uses_73_000_tonnes() -> None:
    """Oxide that China's metal makers and buyers take, less what leaves as metal and comes back as swarf (2009)."""
    scenario, metal_abroad, taken = quiet(), 0.0, 0.0
    for name, lane in lanes_between("cn", {"cn"}).items():
        is_oxide = scenario.materials[lane.material].form == "oxide"
        taken += yearly(name) if is_oxide and lane.from_ != "cn_recycling" else 0.0
    for name, lane in lanes_between("cn", {"jp", "eu"}).items():
        if lane.material in METALS:
            (content,) = scenario.materials[lane.material].content.values()
            metal_abroad += yearly(name) * content.typical

    assert taken - metal_abroad == pytest.approx(73000, rel=1e-3)


def test_magnets_are_made_where_they_were_made() -> None:
    """Of 98,200 t of blanks 79.4 % are China's, 19.3 % Japan's, 1.3 % Europe's; 72 % of a blank is finished."""
    made = dict.fromkeys(("cn", "jp", "eu"), 0.0)
    for name, lane in quiet().lanes.items():
        if lane.material.startswith("magnet"):
            made[region_of(lane.from_, quiet())] += yearly(name)
    blanks = {region: tonnes / 0.72 for region, tonnes in made.items()}

    assert sum(blanks.values()) == pytest.approx(98200, rel=1e-6)
    assert [blanks[r] / 98200 for r in made] == pytest.approx([0.794, 0.193, 0.013], rel=1e-6)


def test_china_mines_97_in_100_tonnes() -> None:
    """Ore of China over all ore that goes to a plant, undeclared ore and Mountain Pass's stock included."""
    scenario, mined = quiet(), {True: 0.0, False: 0.0}
    for name, lane in scenario.lanes.items():
        if isinstance(scenario.facilities[lane.from_], Mine):
            mined[region_of(lane.from_, scenario) == "cn"] += yearly(name)

    assert mined[True] / sum(mined.values()) == pytest.approx(0.97, abs=0.015)
    assert 125_000 < mined[True] < 145_000


@pytest.mark.parametrize("name", NAMES)
def test_the_monthly_series_counts_what_the_quotas_count(name: str) -> None:
    """The series of China's exports and the quotas name the same goods, and no lane abroad carries others."""
    scenario = scenario_of(name)
    assert scenario.monthly is not None
    counted = set(scenario.monthly.exports["all"].materials)
    abroad = {lane.material for lane in lanes_between("cn", {"jp", "us", "eu"}).values()}

    assert counted >= abroad
    assert all(set(one.materials) == counted for one in scenario.disruptions.values() if isinstance(one, Quota))


def test_quotas_are_worth_as_many_tonnes_every_year() -> None:
    """One draw says for all years of a future how many tonnes a tonne of quota stands for."""
    quotas = [one for one in scenario_of("quota_2010").disruptions.values() if isinstance(one, Quota)]
    stated = (30259, 30184, 30996, 30999, 30611)

    assert {one.stream for one in quotas} == {"tonnes_of_quota"}
    for quota, tonnes in zip(quotas, stated, strict=True):
        assert [end / tonnes for end in quota.tonnage.support] == pytest.approx([1.16, 1.8], rel=1e-3)


def test_nobody_abroad_opens_before_2012() -> None:
    """In no future do Lynas or Mountain Pass sell anything within the two years of the embargo."""
    scenario = scenario_of("embargo_2010")
    late = [one.opens.support for one in scenario.facilities.values() if isinstance(one, SeparationPlant) and one.opens]

    assert len(late) == 2
    assert all(first > scenario.horizon_d for first, _ in late)
