"""A scenario file to begin with: over a shipped one, with a control that runs as it stands, and comments."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from sim.errors import OptionError
from sim.spec import shipped
from sim.spec.network import Stockpile
from sim.spec.reach import region_of
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario

NAME = re.compile(r"[a-z][a-z0-9_]*")
START_D, DURATION_D = 90, 180

TEMPLATE = """\
# {name}: what this file leaves out stays as it is in {base}; `sim list` says what else is shipped to build on.
#   sim check {file}     says it in words, and whether the model's promises hold
#   sim run {file} -n 200
schema_version: 1
extends: {base}
name: {name}
question: What happens if {authority_name} stops its exports for half a year?

disruptions:
  {control}:
    # export_ban: nothing passes. Others are licence, quota, tariff, outage, closure: docs/guides/write_a_scenario.md.
    kind: export_ban
    # Whose exports are controlled, and where they may not go. Regions of {base}: {regions}.
    authority: {authority}
    destinations: [{destinations}]
    # All that is stopped, and nothing else is.
    materials:
{materials}
    # Every number has a unit, and says where it comes from: assumed: "why", or source: a key of a sources.yaml.
    # Days count from start_date, {start_date}. In place of value: uniform: [low, high], triangular: [low, likely,
    # high]; each future then draws its own.
    start: {{value: {start}, unit: d, assumed: "a first guess: replace it"}}
    duration: {{value: {duration}, unit: d, assumed: "a first guess: replace it"}}
    # What passes all the same: smuggling, and resale by way of others.
    leak: {{uniform: [0, 0.05], unit: share, assumed: "a first guess: replace it"}}
"""


def new_scenario(name: str, base: str, out: Path) -> Path:
    """Write a scenario file over a shipped one and return where it is.

    Raises `sim.errors.OptionError` for a name that is none, for a base that is not shipped or has no trade to stop, and
    where the file is there already.
    """
    if not NAME.fullmatch(name):
        raise OptionError(f"{name!r} is no name for a scenario: small letters, digits and _, such as my_ban")
    if out.exists():
        raise OptionError(f"{out} is there already; name another file with --out")
    if base not in shipped.scenario_names():
        raise OptionError(
            f"--extends {base!r} is no shipped scenario; shipped are {', '.join(shipped.scenario_names())}"
        )
    text = scaffold(name, base, out.name)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise OptionError(f"{out} could not be written: {error}") from error
    return out


def scaffold(name: str, base: str, file: str) -> str:
    """Return the text: whoever exports most, by lanes of the base, stops all of it towards everybody it sells to."""
    scenario = read_scenario(base).scenario
    trade = _trade(scenario)
    if not trade:
        raise OptionError(f"--extends {base!r} has no trade between regions that could be stopped")
    authority = Counter(start for start, _, _ in trade).most_common(1)[0][0]
    destinations = dict.fromkeys(end for start, end, _ in trade if start == authority)
    materials = dict.fromkeys(material for start, _, material in trade if start == authority)
    return TEMPLATE.format(
        name=name,
        base=base,
        file=file,
        control=f"{authority}_stop" if f"{authority}_stop" not in scenario.disruptions else f"{authority}_stop_anew",
        authority=authority,
        authority_name=scenario.regions[authority].name,
        regions=", ".join(scenario.regions),
        destinations=", ".join(destinations),
        materials="\n".join(f"      - {material}" for material in materials),
        start_date=scenario.start_date.isoformat(),
        start=min(START_D, scenario.horizon_d // 4),
        duration=min(DURATION_D, scenario.horizon_d // 2),
    )


def _trade(scenario: Scenario) -> list[tuple[str, str, str]]:
    """Return from, to and material of every lane between regions that is no stockpile's."""
    ends = [(region_of(lane.from_, scenario), region_of(lane.to, scenario), lane) for lane in scenario.lanes.values()]
    return [
        (start, end, lane.material)
        for start, end, lane in ends
        if start != end and not isinstance(scenario.facilities[lane.from_], Stockpile)
    ]
