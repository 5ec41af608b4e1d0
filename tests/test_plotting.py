"""Pictures for slides."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from invented import block, scenario
from matplotlib.figure import Figure
from test_rebuilding import RUN, comparison  # noqa: F401

import sim
from sim.errors import OptionError, ResultsError
from sim.plotting import DRAWN, KINDS, frontiers, plot
from sim.results.flows import G_PER_T
from sim.results.futures import FUTURES, Block, merge
from sim.results.making import manifest_head, write_manifest
from sim.results.summary import summarise
from sim.running.folder import write_results
from sim.verbs.plot import Kind


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """The folder of a run with a few flows."""
    import numpy as np

    made = block(size=12)
    grams = np.array([8, 1]) * int(G_PER_T) * 12
    ways = [
        ("dy", "mine", "cn", "magnet", "cn"),
        ("dy", "magnet", "cn", "use", "jp"),
        ("ndpr", "mine", "au", "use", "jp"),
    ]
    moved = {FUTURES: np.array([12, 12]), **dict.fromkeys(ways, grams)}
    results = merge([Block(made.replications, made.columns, made.counts, made.events, {}, moved)])
    folder = tmp_path_factory.mktemp("plotting") / "run"
    write_results(folder, results, scenario(), summarise(results, scenario(), seed=7), RUN)
    return folder


@pytest.mark.parametrize(
    ("kind", "about", "words"),
    [
        ("fan", None, ("United States", "Demand not met")),
        pytest.param("fan", "jp.ev", ("Japan EV",), marks=pytest.mark.slow),
        ("fan", "tb_oxide", ("Terbium oxide", "rest of the world")),
        pytest.param("sankey", None, ("Before the disruption", "Australia"), marks=pytest.mark.slow),
        ("sankey", "dy", ("During it", "China")),
        pytest.param("exceedance", None, ("Futures with more", "European Union"), marks=pytest.mark.slow),
        ("exceedance", "jp.ev", ("jp.ev/shortage_days",)),
    ],
)
def test_a_run_has_its_pictures(kind, about, words, run, tmp_path):
    """Each is an SVG whose letters are text, and asks no other host for anything."""
    text = plot(run, kind, tmp_path / "deep" / "x.svg", about).read_text("utf-8")

    ElementTree.fromstring(text)
    assert all(word in text for word in words)
    assert "<image" not in text
    assert "<script" not in text
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["x.svg"]


def test_a_comparison_has_a_frontier_of_cost_and_shortage(comparison, tmp_path):  # noqa: F811
    """Where cost does not differ there is nothing to set against shortage, and it is said."""
    assert "pile" in plot(comparison, "exceedance", tmp_path / "e.svg").read_text("utf-8")
    with pytest.raises(ResultsError, match="there is no frontier"):
        plot(comparison, "frontier", tmp_path / "f.svg")
    assert not (tmp_path / "f.svg").exists()


def test_money_lost_is_drawn_in_millions(comparison, tmp_path):  # noqa: F811
    """An axis of dollars says so, and has no power of ten in its corner."""
    document = json.loads((comparison / "compare.json").read_text("utf-8"))
    document["objective"] |= {"name": "of welfare lost", "unit": "usd"}
    for n, result in enumerate(document["results"].values()):
        result["objective"] |= {"mean": n * 1.2e9, "ci95": [n * 1e9, n * 1.4e9]}
        result["policy_cost_usd"] |= {"mean": -n * 4e6, "ci95": [-n * 5e6, -n * 3e6]}
    (tmp_path / "compare.json").write_text(json.dumps(document), "utf-8")
    canvas = Figure()
    frontiers.draw_frontier_of_policies(canvas, tmp_path, {}, None)

    assert canvas.axes[0].get_xlabel() == "Welfare lost, USD million, mean"
    assert max(line.get_xdata()[0] for line in canvas.axes[0].lines) == pytest.approx(
        1200 * (len(document["results"]) - 1)
    )


def test_a_search_has_a_frontier_of_its_trials(tmp_path):
    """Every trial is a dot, what was asked a line; a folder without trials has none."""
    trials = [{"trial": n, "targets": [0.9 + n / 50], "cost": {"mean": 1e6 * n}} for n in range(4)]
    told = {"trials": trials, "front": [1, 2], "targets": [{"asked": 0.95, "text": "P(short <= 10) >= 0.95"}]}

    def drawn(document):
        (tmp_path / "optimize.json").write_text(json.dumps(document), "utf-8")
        manifest = manifest_head("rare-earth-sim optimum") | {"replications": 3}
        write_manifest(tmp_path, manifest, ("optimize.json",))
        return plot(tmp_path, "frontier", tmp_path / "f.svg").read_text("utf-8")

    assert "asked: P(short" in drawn(told)
    with pytest.raises(ResultsError, match="no trial to draw"):
        drawn(told | {"trials": []})


def test_the_same_results_give_the_same_picture(run, tmp_path):
    """No date, no chance; a PNG is a PNG."""
    one, two = (sim.plot(run, "fan", tmp_path / f"{name}.svg") for name in "ab")

    assert one.read_bytes() == two.read_bytes()
    assert plot(run, "exceedance", tmp_path / "c.PNG").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("kind", "about", "out", "words"),
    [
        ("fan", None, "x.gif", "a picture ends in"),
        ("frontier", None, "x.svg", "holds results, and a frontier is drawn of comparison, sweep and optimum"),
        ("fan", "jp.evv", "x.svg", "no buyer, group or priced thing 'jp.evv' here; such as jp.ev"),
        ("sankey", "gold", "x.svg", "no element 'gold'"),
        ("exceedance", "jp.ev/nothing", "x.svg", "no column"),
    ],
)
def test_what_cannot_be_drawn_is_said(kind, about, out, words, run, tmp_path):
    """One message, and no file."""
    with pytest.raises(OptionError, match=words):
        plot(run, kind, tmp_path / out, about)
    assert not list(tmp_path.iterdir())


def test_the_command_line_offers_every_kind():
    """What --kind takes is what is drawn."""
    assert {kind.value for kind in Kind} == set(KINDS) == {kind for kind, _ in DRAWN}
