"""One future out of many: which one, told how, and what would have been without."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import numpy as np
import pytest
from command_line import SHORT, SIX_NODE, sim

from sim.errors import OptionError
from sim.running.experiment import run_block
from sim.spec.reading import read_scenario
from sim.testing.check import shortened
from sim.tracing import timeline
from sim.tracing.account import without_lines
from sim.tracing.run import trace
from sim.tracing.story import story


@pytest.fixture(scope="module")
def told():
    """A small world under a ban."""
    return read_scenario(str(SHORT)).scenario


@pytest.fixture(scope="module")
def banned():
    """The same with the ban biting, one future of it."""
    return trace(shortened(read_scenario(str(SIX_NODE)).scenario, 330), "3")


def test_the_worst_is_the_worst_and_the_median_in_the_middle(told):
    """Of five futures by a column: nobody has more than the worst, two have less than the median."""
    column = "all/output_lost_usd"
    values = run_block(told, 5, np.arange(5), twin=False).columns[column]
    worst, median = (trace(told, which, seed=5, n=5, by=column) for which in ("worst", "median"))

    assert worst.chosen == {"which": "worst", "of": 5, "by": column, "value": values.max()}
    assert values[worst.replication] == values.max()
    assert median.chosen["value"] == np.sort(values)[2] == values[median.replication]
    assert worst.lines()[0].startswith("The worst of 5 futures by all/output_lost_usd, which is USD ")


def test_the_worst_day_to_run_short_is_the_first(banned):
    """Whether high or low is bad is the metric's own; never is the best of days."""
    scenario, column = banned.scenario, "region:jp/first_shortage_day"
    days = run_block(scenario, 1, np.arange(3), twin=False).columns[column]

    assert trace(scenario, "worst", n=3, by=column).chosen["value"] == np.nanmin(days)


def test_a_future_that_is_named_is_told_as_it_always_was(banned):
    """The story is that of the block, then what the means did."""
    block = run_block(banned.scenario, 1, np.array([3]), twin=False, watched=True)
    lines = story(block, banned.scenario, 3)

    assert banned.lines()[: len(lines)] == lines
    assert banned.chosen is None


def test_without_the_policy_is_the_same_future_without_it(told):
    """What would have been is that future of the bare scenario, no other; the policy itself is not asked again."""
    calm = told.model_copy(update={"disruptions": {}})
    here, there = (run_block(one, 1, np.array([2]), twin=False).columns for one in (told, calm))
    found = trace(told, "2", bare=calm).without

    assert found["output_lost_usd"] == [here["all/output_lost_usd"][0], there["all/output_lost_usd"][0]]
    assert found["groups"]["region:jp"]["shortage_days"][1] == there["region:jp/shortage_days"][0]
    assert trace(told, "2").without is None


def test_piles_that_sell_dear_are_told_to_earn(told):
    """Nobody reads that something cost less than nothing."""
    calm = told.model_copy(update={"disruptions": {}})
    without = trace(told, "2", bare=calm).without
    dear, cheap = ("\n".join(without_lines(without | {"policy_cost_usd": usd}, "pile")) for usd in (2e6, -2e6))

    assert "stockpiles cost USD 2.0 m net" in dear
    assert "stockpiles earned USD 2.0 m net" in cheap


def test_the_document_has_all_that_is_told(banned):
    """Every dated line, every spell, every stockpile, as plain JSON."""
    document = json.loads(json.dumps(banned.document(), allow_nan=False))

    assert [one["text"] for one in document["story"]] == [line.text for line in banned.rows()]
    assert document["story"][0]["date"] >= document["start_date"]
    assert {spell["buyer"] for spell in document["shortages"]} <= set(banned.scenario.buyers)
    assert document["summary"] == banned.account()


def test_the_timeline_has_a_row_for_all_that_stands_and_runs_out(banned):
    """The ban, every stockpile's material, every region that goes without, every price; days stay on the picture."""
    rows = timeline.rows(banned.events, banned.series, banned.scenario)
    picture = str(timeline.draw("x & <y>", rows, banned.scenario))
    days = banned.scenario.horizon_d

    ElementTree.fromstring(picture)
    assert "x &amp; &lt;y&gt;" in picture
    assert {"Japan"} <= {row.label for row in rows}
    assert all(0 <= bit.first < bit.end <= days and 0 < bit.shade <= 1 for row in rows for bit in row.bits)


@pytest.mark.parametrize(
    ("which", "by", "words"),
    [
        ("best", "all/output_lost_usd", "'best' is no future"),
        ("-4", "all/output_lost_usd", "'-4' is no future"),
        ("9999999999999", "all/output_lost_usd", "past the last future"),
        ("worst", "all/output_lost", "no column 'all/output_lost' to choose a future by; such as all/output_lost_usd"),
    ],
)
def test_a_future_that_is_none_is_refused(which, by, words, told):
    """A number, the median or the worst, by a column that there is."""
    with pytest.raises(OptionError, match=words):
        trace(told, which, n=2, by=by)


def test_the_command_line_tells_it_three_ways(tmp_path):
    """Sentences, a table of 80 columns, a JSON document; and the picture beside."""
    table = sim("trace", str(SHORT), "-r", "worst", "-n", "3", "--table", "--out", "x.svg", cwd=tmp_path)
    document = sim("trace", str(SHORT), "-r", "1", "--json", "--out", "deep/x.html", cwd=tmp_path)
    wrong = sim("trace", str(SHORT), "-r", "1", "--out", "x.gif", cwd=tmp_path)

    assert table.returncode == document.returncode == 0, table.stderr + document.stderr
    assert max(map(len, table.stdout.splitlines())) <= 80
    assert "the worst of 3" in table.stdout
    assert json.loads(document.stdout)["replication"] == 1
    assert (tmp_path / "x.svg").read_text("utf-8").startswith("<svg")
    assert "src=" not in (tmp_path / "deep" / "x.html").read_text("utf-8").replace("-src", "")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "ends in .svg or .html" in wrong.stderr
