"""`sim vulnerabilities`: everything is lost once, one at a time, in a world without the scenario's own controls."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from command_line import SIX_NODE, sim
from rich.console import Console

from sim.report.verdict import TOTAL
from sim.results.parquet import read_replications
from sim.spec.losses import with_loss
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.studies.vulnerabilities.run import Trial, lanes_in_use
from sim.studies.vulnerabilities.tables import losses_table
from sim.studies.vulnerabilities.words import answer

NAME = "results/idle_mine.vulnerabilities"
# The small chain, a mine that nobody buys from, and a country that has nothing.
IDLE_MINE = """\
schema_version: 1
extends: six_node.yaml
name: idle_mine
horizon_d: 240
regions: {au: {name: Australia}}
markets: {world: {regions: [jp, us, au]}}
facilities:
  mine.idle:
    kind: mine
    region: au
    product: concentrate
    capacity: {value: 10, unit: t/year, assumed: nobody buys from it}
    lead: {value: 3, unit: d, assumed: round figure}
    cover: {value: 15, unit: d, assumed: round figure}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder in which everything was lost once, lanes too."""
    here = tmp_path_factory.mktemp("vulnerabilities")
    for file in (SIX_NODE, SIX_NODE.parent / "sources.yaml"):
        shutil.copy(file, here)
    (here / "idle_mine.yaml").write_text(IDLE_MINE)
    done = lose(here, "--lanes", "--days", "90")
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    (here / "stdout.txt").write_text(done.stdout)
    return here


def lose(here: Path, *more: str):
    """Lose all there is to lose."""
    return sim("vulnerabilities", "idle_mine.yaml", "-n", "6", "--seed", "3", *more, cwd=here)


@pytest.fixture(scope="module")
def document(place: Path) -> dict:
    """What was found."""
    return json.loads((place / NAME / "vulnerabilities.json").read_text())


def test_no_header_is_cut_short(document: dict) -> None:
    """However long the figures below it are."""
    losses = [loss | {"output_lost_usd": loss["output_lost_usd"] | {"mean": 1.9e11}} for loss in document["losses"]]
    days = {"mean": 26_814.0, "ci95": [24_476.0, 29_152.0]}
    wide = document | {"losses": [loss | {TOTAL: loss[TOTAL] | days} for loss in losses]}
    pipe = io.StringIO()
    Console(width=80, file=pipe).print(losses_table(wide))

    assert not any("…" in line for line in pipe.getvalue().splitlines()[:5])
    assert max(map(len, pipe.getvalue().splitlines())) <= 80


def test_a_whole_folder_is_written(place: Path, document: dict) -> None:
    """By default results/<scenario>.vulnerabilities; tables and the answer go to stdout, within 80 columns."""
    told = (place / "stdout.txt").read_text()
    manifest = json.loads((place / NAME / "manifest.json").read_text())

    assert {path.name for path in (place / NAME).iterdir()} == {
        "vulnerabilities.json", "losses.parquet", "manifest.json", "report.html"
    }  # fmt: skip
    assert all(len(line) <= 80 for line in told.splitlines()[:-1])
    assert " ".join(answer(document).split()) in " ".join(told.split())
    assert manifest["finished"] is True
    assert set(manifest["files"]) == {"vulnerabilities.json", "losses.parquet"}
    assert document["schema_version"] == 1
    assert document["loss"] == {"start_day": 60, "days": 90}


def test_everything_is_lost_once(document: dict) -> None:
    """Every facility but the stockpile, every region, and all that a facility ships of a material to a region."""
    lost = [(loss["kind"], loss["id"]) for loss in document["losses"]]

    assert len(set(lost)) == len(lost)
    assert {id for kind, id in lost if kind == "facility"} == {
        "mine.north", "separation.north", "metal.osaka", "magnet.osaka", "mine.idle"
    }  # fmt: skip
    assert {id for kind, id in lost if kind == "country"} == {"cn", "jp", "us", "au"}
    assert ("lane", "separation.north-jp-dy_oxide") in lost
    assert ("lane", "reserve.jp-jp-dy_oxide") not in lost  # it carries nothing until something happens


def test_the_worst_comes_first(document: dict) -> None:
    """Losses stand by the buyer-days that they add; so do the buyers that each hits most."""
    added = [loss["buyer_shortage_days"]["mean"] for loss in document["losses"]]

    assert added == sorted(added, reverse=True)
    assert [loss["rank"] for loss in document["losses"]] == list(range(1, len(added) + 1))
    assert added[0] > 30
    for loss in document["losses"]:
        hit = [loss["buyers"][id]["shortage_days"]["mean"] for id in loss["hit_most"]]
        assert hit == sorted(hit, reverse=True)
        assert all(days > 0 for days in hit)


def test_what_nobody_uses_hurts_nobody(document: dict) -> None:
    """A mine without customers, and the country it stands in, are lost without a trace in any future."""
    for loss in (loss for loss in document["losses"] if loss["id"] in ("mine.idle", "au")):
        assert loss["buyer_shortage_days"]["mean"] == loss["buyer_shortage_days"]["cvar95"] == 0
        assert loss["output_lost_usd"]["mean"] == loss["output_lost_usd"]["cvar95"] == 0
        assert loss["buyers"] == {}
        assert loss["hit_most"] == []


def test_a_loss_is_an_outage_in_a_world_without_the_ban(place: Path, document: dict) -> None:
    """Two runs of the scenario without its ban, with the outage and without, differ by the same days."""
    (place / "calm.yaml").write_text(
        "schema_version: 1\nextends: idle_mine.yaml\nname: calm\ndisruptions: {oxide-ban: null}\n"
    )
    (place / "lost.yaml").write_text(
        "schema_version: 1\nextends: calm.yaml\nname: lost\ndisruptions: {fire: {kind: outage, facilities: "
        "[metal.osaka], start: {value: 60, unit: d, assumed: x}, duration: {value: 90, unit: d, assumed: x}}}\n"
    )
    days = {}
    for name in ("calm", "lost"):
        done = sim("run", f"{name}.yaml", "-n", "6", "--seed", "3", "-q", "--no-twin", "--out", name, cwd=place)
        assert done.returncode == 0, done.stderr
        days[name] = read_replications(place / name / "replications.parquet")["jp.ev/shortage_days"]
    (loss,) = (loss for loss in document["losses"] if loss["id"] == "metal.osaka")
    found = loss["buyers"]["jp.ev"]["shortage_days"]

    assert document["days"] == 240
    assert document["left_out"] == ["oxide-ban"]
    assert document["kept"] == ["magnet-fire"]
    assert found["mean"] == pytest.approx((days["lost"] - days["calm"]).mean(), abs=1e-12)


def test_every_figure_stands_in_a_row(place: Path, document: dict) -> None:
    """losses.parquet has a row per loss, subject and metric."""
    rows = pq.read_table(place / NAME / "losses.parquet").to_pylist()
    whole = [row["mean"] for row in rows if (row["subject"], row["metric"]) == ("all", "output_lost_usd")]

    assert len({(row["rank"], row["subject"], row["metric"]) for row in rows}) == len(rows)
    assert whole == [loss["output_lost_usd"]["mean"] for loss in document["losses"]]


def test_json_and_the_front_door_say_the_same(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --json stdout is vulnerabilities.json; `sim.vulnerabilities` returns it. Lanes are left out unless asked."""
    import sim as package

    done = lose(place, "--json", "--out", "ours")
    again = lose(place, "-q", "--out", "ours")
    monkeypatch.chdir(place)
    found = package.vulnerabilities(package.load("idle_mine.yaml"), "theirs", n=6, seed=3)

    assert done.returncode == again.returncode == 0
    assert json.loads(done.stdout) == found == json.loads((place / "ours" / "vulnerabilities.json").read_text())
    assert {loss["kind"] for loss in found["losses"]} == {"facility", "country"}
    assert "Losing" in done.stderr
    assert not again.stdout + again.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--start", "240"), "a day before the scenario's horizon, 240"),
        (("--days", "0"), "--days"),
        (("--start", "-1"), "--start"),
        (("--out", "."), "holds no finished vulnerabilities"),
    ],
)
def test_wrong_input_is_told_and_exits_2(place: Path, words: tuple[str, ...], message: str) -> None:
    """Whatever is wrong is named on stderr, and nothing is run."""
    before = sorted(place.iterdir())
    done = lose(place, *words)

    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(place.iterdir()) == before


def test_every_loss_is_a_scenario_of_its_own() -> None:
    """What is built here could have been read: the shipped network with each loss is a valid scenario."""
    trial = Trial(read_scenario("export_ban").scenario, 60, 180, lanes=True)
    lost = [with_loss(trial.scenario, loss) for loss in trial.losses]

    for one in lost[:: max(len(lost) // 6, 1)]:
        assert Scenario.model_validate(one.model_dump(by_alias=True, exclude_none=True)) == one
    assert trial.left_out == ["china_ban"]
    assert trial.scenario.horizon_d == 60 + 180 + 365
    assert trial.runs == len(lost) + 1
    assert 0 < len(lanes_in_use(trial.scenario)) < len(trial.scenario.lanes)
