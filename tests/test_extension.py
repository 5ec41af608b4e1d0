"""What an installed package adds: the example of docs/guides/extend.md, in processes that find it installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from command_line import SIX_NODE, TERMINAL, sim

from sim import extensions
from sim.errors import ExtensionError
from sim.extensions import GROUPS, Extension, Group
from sim.results.metrics import added
from sim.results.provenance import fingerprint
from sim.spec.disruptions import Disruption
from sim.spec.kinds import kinds
from sim.spec.network import Facility

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "extension"
WEATHER = """\
schema_version: 1
extends: six_node.yaml
name: weather
horizon_d: 130
facilities:
  mine.north:
    kind: winter_mine
    freezes: {value: 60, unit: d, assumed: for the test}
    winter: {uniform: [30, 50], unit: d, assumed: for the test}
    heated: {value: 0.3, unit: share, assumed: for the test}
disruptions:
  monsoon:
    kind: flood
    facilities: [metal.osaka]
    start: {value: 30, unit: d, assumed: for the test}
    duration: {value: 20, unit: d, assumed: for the test}
    dry: {uniform: [0.1, 0.2], unit: share, assumed: for the test}
"""
CLAIMS = """
import json, pickle, sys
import numpy as np
from sim.spec.reading import read_scenario
from sim.spec.schema import file_schema
from sim.testing import goes_on_as_it_began, has_the_twin_it_says, is_alone_as_in_company, keeps_its_books, stands_still
four = np.arange(4)
mine = read_scenario("weather.yaml").scenario
shipped = read_scenario(*sys.argv[1:]).scenario
claims = [*keeps_its_books(mine, four), is_alone_as_in_company(mine, four), stands_still(mine),
          goes_on_as_it_began(mine, 70, four), has_the_twin_it_says(mine, four)]
print(json.dumps({
    "broken": [str(claim) for claim in claims if not claim.holds],
    "again": pickle.loads(pickle.dumps(mine)) == mine,
    "kinds": [shipped.facilities["mountain_pass"].kind, shipped.disruptions["gan_flood"].kind],
    "heated": shipped.facilities["mountain_pass"].heated.typical,
    "defined": [name in file_schema()["$defs"] for name in ("Flood", "WinterMine")],
}))
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a folder in which the example is installed, as pip would have it, without a network."""
    made = tmp_path / "site"
    shutil.copytree(EXAMPLE / "rare_earth_weather", made / "rare_earth_weather")
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    _install(made, project["name"], project["version"], project["entry-points"])
    return made


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Return a folder with a scenario that has all that the example adds."""
    folder = tmp_path / "here"
    folder.mkdir()
    for file in (SIX_NODE, SIX_NODE.with_name("sources.yaml")):
        shutil.copy(file, folder)
    (folder / "weather.yaml").write_text(WEATHER, "utf-8")
    return folder


def test_a_package_adds_kinds_and_metrics_to_what_a_run_tells(site: Path, here: Path) -> None:
    """A mine freezes, a flood stands and days without work are counted, by a package; the manifest names it."""
    run = _python(site, here, "-m", "sim", "run", "weather.yaml", "-n", "4", "--workers", "1", "--out", "out")
    assert run.returncode == 0, run.stderr
    summary, manifest = (json.loads((here / "out" / f"{name}.json").read_text()) for name in ("summary", "manifest"))
    idle = {place: counted["idle_days"] for place, counted in summary["extensions"].items()}
    assert idle["metal.osaka"]["mean"] == 20  # the flood
    assert 30 <= idle["mine.north"]["p05"] < idle["mine.north"]["p95"] <= 50  # a winter
    assert idle["separation.north"]["mean"] == 0
    assert summary["units"]["idle_days"] == "d"
    assert "idle_days, d</h3>" in (here / "out" / "report.html").read_text("utf-8")
    assert "\nAdded metric: idle_days, d" in run.stdout
    assert manifest["versions"]["rare-earth-weather"] == "0.1.0"


def test_what_a_package_adds_keeps_the_promises_of_the_model(site: Path, here: Path) -> None:
    """Invariants hold with what the example adds; its scenario and policy can be read, and editors know its keys."""
    files = [str(EXAMPLE / name) for name in ("winter.yaml", "heated.yaml")]
    told = _python(site, here, "-c", CLAIMS, *files)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {
        "broken": [],
        "again": True,
        "kinds": ["winter_mine", "flood"],
        "heated": 0.9,
        "defined": [True, True],
    }


OWN = """
from typing import Literal
import numpy as np
from sim.results.metrics import Metric
from sim.spec.disruptions import AddedDisruption
from sim.spec.network import Mine
class Tariff(AddedDisruption):
    kind: Literal["tariff"]
    def tell(self, world, i): ...
class Silent(AddedDisruption):
    kind: Literal["silent"]
class Deaf(AddedDisruption):
    kind: Literal["deaf"]
    def tell(self, world): ...
class Quiet(Mine):
    kind: Literal["quiet"]
class Snow:
    metrics = (Metric("unmet_t", "t", "snow"),)
    def __init__(self, world): ...
    def note_day(self, world, day, shipped): ...
    def columns(self, world): ...
class Sleepy(Snow):
    metrics = (Metric("slept_d", "d", "days asleep"),)
    note_day = None
class Empty:
    pass
class Orphan(Snow):
    metrics = (Metric("orphan_d", "d", "days alone"),)
    __init__ = object.__init__
class Astray(Snow):
    metrics = (Metric("astray_d", "d", "days astray"),)
    def columns(self, world):
        return {"all/lost_d": np.zeros(world.width)}
class Short(Astray):
    def columns(self, world):
        return {"all/astray_d": np.zeros(1)}
"""
REFUSED: dict[Group, dict[str, tuple[str, str]]] = {
    "disruptions": {
        "tariff": ("own_weather:Tariff", "has the name of a kind that is shipped"),
        "sleet": ("own_weather:Tariff", "needs `kind: Literal['sleet']`, as its entry point is called"),
        "hail": ("own_weather.missing:Hail", "cannot be imported (ModuleNotFoundError: No module named"),
        "silent": ("own_weather:Silent", "has no `tell(self, world, i)` of its own"),
        "deaf": ("own_weather:Deaf", "needs `tell(self, world, i)`, of which each is given (too many positional"),
    },
    "facilities": {
        "snow": ("own_weather:Snow", "is no subclass of Mine or SeparationPlant or Maker or Stockpile"),
        "quiet": ("own_weather:Quiet", "has no `tell(self, world, i)` of its own"),
    },
    "metrics": {
        "snow": ("own_weather:Snow", "counts 'unmet_t', as something else does"),
        "sleepy": ("own_weather:Sleepy", "has no `note_day(self, world, day, shipped)`"),
        "empty": ("own_weather:Empty", "has no `metrics`, a tuple of `sim.results.metrics.Metric`"),
        "orphan": ("own_weather:Orphan", "has no `__init__(self, world)`"),
        "number": ("own_weather:np.pi", "is no class"),
    },
}


@pytest.mark.parametrize(("group", "name"), [(group, name) for group, names in REFUSED.items() for name in names])
def test_what_cannot_be_added_is_refused(group: Group, name: str, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is taken, what is no kind, or of another kind, and what cannot be imported: each is said."""
    code, why = REFUSED[group][name]
    _pretend(monkeypatch, Extension(group, name, "own-weather", "2.0", EntryPoint(name, code, group)))
    with pytest.raises(ExtensionError) as refusal:
        {"disruptions": lambda: kinds(Disruption), "facilities": lambda: kinds(Facility), "metrics": added}[group]()
    assert str(refusal.value).startswith(f"extension refused: {GROUPS[group]} '{name}' of own-weather 2.0 {why}")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("own_weather:Astray", "returns 'all/lost_d', not <subject>/<one of its metrics>"),
        ("own_weather:Short", "returns 'all/astray_d' of shape (1,), not a number per future, (4,)"),
    ],
)
def test_columns_that_nobody_could_read_are_refused(
    code: str, why: str, own: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a name that was not announced, or of another length: before anything is written."""
    _pretend(monkeypatch, Extension("metrics", "astray", "own-weather", "2", EntryPoint("astray", code, "metrics")))
    run = sim("run", "six_node.yaml", "-n", "2", "--workers", "1", "--out", "out", cwd=here)
    assert (run.returncode, run.stderr.count("\n")) == (2, 1), run.stderr
    assert why in run.stderr
    assert not (here / "out").exists()


def test_an_added_metric_is_read_in_the_comparison_too(here: Path, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the plants that a policy changes most, what each policy brings and the paired difference stand everywhere."""
    (here / "brittle.yaml").write_text(BRITTLE, "utf-8")
    monkeypatch.syspath_prepend(EXAMPLE)
    point = EntryPoint("idle_days", "rare_earth_weather.idle_days:IdleDays", "metrics")
    _pretend(monkeypatch, Extension("metrics", "idle_days", "rare-earth-weather", "1", point))
    words = ("--policy", "none", "--policy", "brittle.yaml", "-n", "4", "--no-twin", "--workers", "1", "--out", "out")
    run = sim("compare", "six_node.yaml", *words, cwd=here)
    assert run.returncode == 0, run.stderr

    document, page = (here / "out" / "compare.json").read_text(), (here / "out" / "report.html").read_text()
    found = json.loads(document)
    assert found["results"]["brittle"]["extensions"]["metal.osaka"]["idle_days"]["mean"] == 20
    assert found["differences"]["brittle"]["extensions"]["metal.osaka"]["idle_days"]["ci95"] == [20, 20]
    assert (found["units"]["idle_days"], found["conventions"]["idle_days"][:7]) == ("d", "days on")
    table = [line.split() for line in run.stdout.partition("Added metric: idle_days, d")[2].splitlines()]
    assert {"metal.osaka"} < {word for row in table for word in row}
    assert ["none", "0", "±", "0", "0", "–"] in [row[-6:] for row in table]
    assert ["brittle", "20", "±", "0", "20", "20", "±", "0"] in [row[-8:] for row in table]
    assert ">Added metrics</h2>" in page
    assert '<td>metal.osaka</td><td class="left">' in page


BRITTLE = """\
schema_version: 1
policy: brittle
disruptions:
  strike:
    kind: outage
    facilities: [metal.osaka]
    start: {value: 30, unit: d, assumed: for the test}
    duration: {value: 20, unit: d, assumed: for the test}
"""


def test_two_packages_cannot_add_the_same(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which of two was meant nobody could say."""
    point = EntryPoint("tariff", "own_weather:Tariff", "disruptions")
    _pretend(monkeypatch, *(Extension("disruptions", "tariff", package, "1", point) for package in ("one", "other")))
    with pytest.raises(ExtensionError, match="disruption 'tariff' of one 1 and another package has one of that name"):
        kinds(Disruption)


def test_a_run_is_refused_with_one_message(own: Path, here: Path) -> None:
    """One line, exit code 2, nothing written."""
    _install(own, "own-weather", "2.0", {"rare_earth_sim.disruptions": {"tariff": "own_weather:Tariff"}})
    run = _python(own, here, "-m", "sim", "run", "six_node.yaml", "-n", "1", "--out", "out")
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1), run.stderr
    assert not (here / "out").exists()


def test_other_versions_are_another_program(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No run goes on, and no worker of a cluster helps, with another version or text of what is installed."""
    plain, seen = fingerprint(), []
    for version, text in (("1", OWN), ("2", OWN), ("2", OWN + "\n")):
        (own / "own_weather.py").write_text(text, "utf-8")
        point = EntryPoint("tariff", "own_weather:Tariff", "disruptions")
        _pretend(monkeypatch, Extension("disruptions", "tariff", "own-weather", version, point))
        seen.append(fingerprint())
    assert [one["own-weather"] for one in seen] == ["1", "2", "2"]
    assert seen[0]["code"] == seen[1]["code"] != seen[2]["code"]
    assert plain["code"] not in (seen[0]["code"], seen[2]["code"])


def test_a_scenario_cannot_name_code(here: Path) -> None:
    """Without the package its kinds are unknown, like any other word."""
    check = sim("check", "weather.yaml", cwd=here)
    assert check.returncode == 2
    assert '[kind] disruptions.monsoon.kind: found "flood"; one of: export_ban,' in check.stderr


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder with a module that can be imported, and forget afterwards what was asked of it."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "own_weather.py").write_text(OWN, "utf-8")
    monkeypatch.syspath_prepend(tmp_path / "own")
    yield tmp_path / "own"
    sys.modules.pop("own_weather", None)
    extensions.loaded.cache_clear()


def _pretend(monkeypatch: pytest.MonkeyPatch, *installed: Extension) -> None:
    extensions.loaded.cache_clear()
    monkeypatch.setattr(extensions, "installed", lambda: installed)


def _install(site: Path, name: str, version: str, points: Mapping[str, Mapping[str, str]]) -> None:
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
    lines = [
        line
        for group, names in points.items()
        for line in (f"[{group}]", *(f"{point} = {code}" for point, code in names.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", "utf-8")


def _python(site: Path, here: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python where the packages of a folder are installed besides."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=here,
        env=os.environ | TERMINAL | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, site)))},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
