"""The comparison of policies over invented futures: compare.json, the tables, the page and the folder."""

from __future__ import annotations

import io
import json
from copy import deepcopy

import numpy as np
import pyarrow.parquet as pq
import pytest
from invented import block, scenario
from rich.console import Console

from sim.errors import ModelError, ResultsError, ScenarioError
from sim.report import words
from sim.report.verdict import cost_per_day, verdict
from sim.results import estimate
from sim.results.futures import Block, Results, merge
from sim.results.making import Run
from sim.results.place import check_target
from sim.results.summary import futures_within_limit, summarise
from sim.running.folder import write_results
from sim.spec.shipped import policy_names
from sim.studies.comparison.document import Comparison, baseline_of, compare, cost_per_day_avoided
from sim.studies.comparison.folder import comparison_manifest, write_comparison
from sim.studies.comparison.page import comparison_page
from sim.studies.comparison.tables import print_comparison
from sim.studies.yardstick import TOTAL, yardstick

FUTURES = 60
HARM = {"none": 1.0, "pile": 0.8, "large": 0.5}
COST = {"none": 0.0, "pile": 4e6, "large": 9e6}
RUN = Run(seed=7, command="sim compare invented --seed 7", seconds=1.5)


def results(policy: str, *, size: int = FUTURES, twin: bool = True) -> Results:
    """What the engine would hand over under a policy that takes away a part of the harm, at a cost."""
    made = block(size=size, harm=HARM[policy], twin=twin)
    cost = COST[policy] * (1 + 0.1 * np.sin(np.arange(size)))
    return merge([Block(made.replications, made.columns | {"all/policy_cost_usd": cost}, {}, ())])


def comparison(*policies: str, objective: str | None = None, **made) -> Comparison:
    """Policies over invented futures, with what is kept of each."""
    by = yardstick([scenario(policy=policy) for policy in policies], objective, twin=True)
    kept = {policy: _kept(by, results(policy, **made)) for policy in policies}
    return Comparison(scenario(), kept, by, 10)


def _kept(by, found: Results) -> Results:
    return merge([by.kept(Block(found.replications, found.columns, {}, ()))])


@pytest.fixture(scope="module")
def three() -> Comparison:
    """Three policies."""
    return comparison("none", "pile", "large")


@pytest.fixture(scope="module")
def document(three):
    """The comparison of three policies."""
    return compare(three, seed=7)


def printed(document) -> str:
    """What the tables look like in a pipe."""
    pipe = io.StringIO()
    print_comparison(document, Console(width=80, file=pipe))
    return pipe.getvalue()


def test_a_comparison_says_what_was_run(document):
    """Version, scenario, baseline, policies, futures, seed, days, start and units, in plain JSON."""
    json.dumps(document, allow_nan=False)

    assert document["schema_version"] == 1
    assert (document["scenario"], document["baseline"]) == ("invented_ban", "none")
    assert document["policies"] == ["none", "pile", "large"]
    assert (document["replications"], document["seed"], document["days"]) == (FUTURES, 7, 730)
    assert document["start_date"] == "2026-01-01"
    assert document["units"]["shortage_days"] == "d"
    assert document["units"]["cost_per_shortage_day_avoided"] == "usd/d"


def test_the_baseline_is_none_or_the_first():
    """Wherever `none` stands among the policies; else the first named."""
    assert [baseline_of(names) for names in (["a", "none"], ["none", "a"], ["b", "a"])] == ["none", "none", "b"]


def test_what_is_said_of_a_policy_is_what_its_own_run_says(document):
    """The statistics under each policy are those of summary.json of a run under it."""
    summary = summarise(results("pile"), scenario(), seed=7)
    found = document["results"]["pile"]

    assert (
        found["groups"]["priority:2"]["any_member"]["shortage_days"]
        == (summary["groups"]["priority:2"]["any_member"]["shortage_days"])
    )
    assert found["buyers"]["us.ev"]["shortage_days"] == summary["buyers"]["us.ev"]["shortage_days"]
    assert found["within_limit"] == summary["within_limit"]
    assert found["output_lost_usd"] == summary["output_lost_usd"]


def test_a_difference_is_that_of_the_two_columns(document):
    """Policy less baseline in the same future; its statistics are not differences of statistics."""
    apart = results("large").columns["us.ev/unmet_t"] - results("none").columns["us.ev/unmet_t"]
    found = document["differences"]["large"]["buyers"]["us.ev"]["unmet_t"]

    assert found["mean"] == pytest.approx(apart.mean())
    assert found["p50"] == np.sort(apart)[FUTURES // 2 - 1]
    assert found["ci95"] == estimate.mean(apart).ci95
    assert found["variance_ratio"] > 1


def test_every_metric_is_compared_for_every_buyer_and_group(document):
    """Shortage days, attributable ones, tonnes unmet, output and welfare lost; and parts and cost for the whole."""
    pooled = {"shortage_days", "attributable_shortage_days", "unmet_t", "output_lost_usd", "welfare_lost_usd"}
    parts = {"output_unmet_usd", "output_priced_out_usd", "welfare_lost_usd"}
    found = document["differences"]["pile"]

    assert all(set(metrics) == pooled for metrics in found["buyers"].values())
    assert all(set(group["aggregate"]) == pooled for group in found["groups"].values())
    assert {"output_lost_usd", "policy_cost_usd", "buyer_shortage_days"} | parts <= found.keys()
    assert "none" not in document["differences"]


def test_the_order_of_policies_moves_no_number_of_a_policy(document):
    """Named the other way round, every policy and every difference from `none` is the same to the last bit."""
    turned = compare(comparison("large", "none", "pile"), seed=7)

    for part in ("results", "differences"):
        assert turned[part] == document[part]
    assert turned["ranking"] == document["ranking"]


def test_a_policy_that_does_nothing_differs_by_exactly_nothing(three):
    """A copy of the baseline under another name: all differences 0, and no cost per day avoided."""
    kept = three.columns["none"].by_name
    same = {
        name: merge([Block(three.replications, {k: v.copy() for k, v in kept.items()}, {}, ())])
        for name in ("none", "idle")
    }
    found = compare(Comparison(scenario(), same, three.by, 10), seed=7)
    apart = found["differences"]["idle"]
    stats = [stat for buyer in apart["buyers"].values() for stat in buyer.values()]

    assert all(stat[name] == 0 for stat in stats for name in ("mean", "p05", "p50", "p95", "cvar95"))
    assert apart["cost_per_shortage_day_avoided"]["buyer_shortage_days"]["mean"] is None
    assert found["results"]["idle"]["probability_best"]["mean"] == 0.5
    assert found["ranking"]["equal_to_first"] == ["none"]
    assert verdict(found)[0].startswith("idle and none are equal in every future")


def test_the_total_counts_every_short_buyer_of_every_day(three):
    """The objective is the sum of the shortage days of all buyers, future by future."""
    columns = results("pile").columns
    total = sum(columns[f"{buyer}/shortage_days"] for buyer in scenario().buyers)

    assert np.array_equal(three.columns["pile"].by_name[TOTAL], total)


def test_the_joint_probability_is_of_all_priorities_at_once(document, three):
    """A future counts where no buyer of any priority is short for more than the limit; a limit of 0 is stricter."""
    columns = three.columns["large"]
    every = futures_within_limit(columns, three.by.priorities, 10)["every_priority"]

    assert document["results"]["large"]["within_limit"]["every_priority"]["mean"] == every.mean()
    assert futures_within_limit(columns, three.by.priorities, 0)["every_priority"].sum() <= every.sum()
    assert document["differences"]["large"]["within_limit"]["priorities"]["priority:1"]["mean"] >= 0


def test_a_day_avoided_costs_what_the_policy_costs_over_the_days(document):
    """Mean cost over mean buyer-days avoided, within its Fieller interval."""
    found = document["differences"]["large"]
    cost = found["cost_per_shortage_day_avoided"]["buyer_shortage_days"]

    assert cost["mean"] == pytest.approx(-found["policy_cost_usd"]["mean"] / found["buyer_shortage_days"]["mean"])
    assert cost["ci95"][0] < cost["mean"] < cost["ci95"][1]
    assert cost["reason"] is None


@pytest.mark.parametrize(
    ("avoided", "cost", "reason"),
    [
        ([-1, 1, 0.5], 1.0, "the 95 % interval of the days avoided holds 0"),
        ([-1, -1.1, -1.2], 1.0, "the policy adds shortage days"),
        ([5], 1.0, "a single future has no interval"),
        ([5, 6, 7], np.nan, "the policy's cost is not known"),
        ([5, 6, 7], 0.0, "nothing it does is counted as cost"),
    ],
)
def test_a_cost_per_day_that_is_not_defined_says_why(avoided, cost, reason):
    """Null, with the reason beside it."""
    found = cost_per_day_avoided(np.full(len(avoided), cost), np.array(avoided, float))

    assert found == {"mean": None, "ci95": [None, None], "reason": reason}


def test_an_objective_of_ones_own_decides_who_is_best():
    """By policy cost, doing nothing is best."""
    found = compare(comparison("none", "pile", "large", objective="all/policy_cost_usd"), seed=7)

    assert found["objective"] == {"column": "all/policy_cost_usd", "name": "policy cost", "unit": "usd"}
    assert found["ranking"]["best"] == "none"
    assert verdict(found)[0].startswith("none is best, at 95 % confidence: USD 0 policy cost on average")


def test_an_objective_that_nobody_measures_is_refused():
    """The nearest column is named; attributable days need the twin."""
    with pytest.raises(ScenarioError, match=r"did you mean 'jp\.ev/shortage_days'"):
        yardstick([scenario()], "jp.ev/shortage_day", twin=True)
    with pytest.raises(ScenarioError, match="objective"):
        yardstick([scenario()], "jp.ev/attributable_shortage_days", twin=False)


def test_a_policy_that_changes_priorities_is_held_to_those_of_the_baseline():
    """Who is served first may change; whose shortage is compared may not."""
    other = scenario()
    moved = {id: b.model_copy(update={"priority": 1}) if id == "jp.ev" else b for id, b in other.buyers.items()}
    found = yardstick([scenario(), other.model_copy(update={"buyers": moved})], None, twin=True)

    assert {group.id for group in found.groups if group.dimension == "priority"} == {"priority:3"}
    assert [group.id for group in found.priorities] == ["priority:1", "priority:2", "priority:3"]
    assert "jp.ev" in found.priorities[1].buyers


def test_futures_that_are_not_the_same_are_refused(three):
    """A comparison of runs of different futures would be no pairing."""
    short = {"none": _kept(three.by, results("none")), "pile": _kept(three.by, results("pile", size=9))}

    with pytest.raises(ModelError, match="same futures"):
        Comparison(scenario(), short, three.by, 10)


def test_an_objective_that_is_not_known_is_found_out(three):
    """A cost that a run left out cannot rank policies."""
    by = yardstick([scenario()], "all/policy_cost_usd", twin=True)
    kept = {policy: _kept(by, results(policy)) for policy in ("none", "pile")}
    del kept["pile"].columns["all/policy_cost_usd"]

    with pytest.raises(ModelError, match="not known in every future under pile"):
        Comparison(scenario(), kept, by, 10)


def test_what_costs_nothing_that_is_counted_says_so():
    """A policy that enlarges a pile that exists has no cost in these books."""
    found = compare(comparison("none", "pile"), seed=7)
    found["differences"]["pile"]["policy_cost_usd"]["mean"] = 0.0

    assert verdict(found)[-1] == "Against none nothing it does is counted as cost."


def test_only_a_clear_saving_is_called_one():
    """Where the interval of the cost per day reaches above 0 the figure is told, below 0 or not."""
    said = [cost_per_day({"mean": -5.0, "ci95": ci95, "reason": None}) for ci95 in ([-9.0, -1.0], [-12.0, 2.0])]

    assert said == ["saves", "-USD 5"]
    assert cost_per_day({"mean": None, "ci95": [None, None], "reason": "nothing avoided"}) == "–"


def test_without_a_twin_nothing_attributable_is_compared():
    """Null, and all else is there."""
    found = compare(comparison("none", "pile", twin=False), seed=7)["differences"]["pile"]["buyers"]["us.ev"]

    assert found["attributable_shortage_days"]["mean"] is None
    assert found["shortage_days"]["mean"] < 0


def test_families_are_compared_as_if_their_futures_were_all_there_are(document, three):
    """Objective, differences and ranking of a family are those of a comparison of its futures alone."""
    for number, (id, futures) in enumerate([("tense", slice(0, None, 2)), ("calm", slice(1, None, 2))]):
        few = {
            policy: Results(three.replications[futures], {n: c[futures] for n, c in kept.by_name.items()}, {}, ())
            for policy, kept in three.columns.items()
        }
        alone, family = compare(Comparison(scenario(), few, three.by, 10), seed=7), document["families"][id]

        assert family["replications"] == FUTURES // 2
        assert family["ranking"] == alone["ranking"]
        for policy in ("pile", "large"):
            assert family["differences"][policy]["objective"] == alone["differences"][policy]["objective"]
        assert family["results"]["none"]["welfare_lost_usd"] == alone["results"]["none"]["welfare_lost_usd"]
        assert (three.columns["none"].by_name["all/family"][futures] == number).all()


def test_who_leads_in_one_family_alone_is_named(document):
    """The leader of all futures need not be that of a part of them; where it is, nothing is said."""
    found = deepcopy(document)
    found["families"]["calm"]["ranking"]["order"] = ["pile", "large", "none"]

    assert not any("Others lead" in sentence for sentence in verdict(document))
    assert "Others lead in a part of the futures: pile in those like 2023." in verdict(found)


def test_a_scenario_without_families_is_compared_as_one(three):
    """No family is told, and the table of differences has one column."""
    plain = {
        policy: Results(three.replications, {n: c for n, c in kept.by_name.items() if n != "all/family"}, {}, ())
        for policy, kept in three.columns.items()
    }
    found = compare(Comparison(scenario(families={}), plain, three.by, 10), seed=7)

    assert found["families"] == {}
    assert "All futures" in printed(found)
    assert "like 2010" not in printed(found)


def test_the_verdict_says_who_is_best_how_sure_and_at_what_price():
    """At most three sentences."""
    best, often, price = verdict(compare(comparison("none", "pile", "large", objective=TOTAL), seed=7))

    assert best.startswith("large is best, at 95 % confidence: ")
    assert "fewer than none (at least " in best
    assert often.startswith("It is the best in every future")
    assert price.startswith("Against none it avoids ")
    assert "costs USD 9.0 m more, USD " in price


def test_an_unsettled_verdict_says_so_and_how_many_more_would_settle_it():
    """The leader is named as no more than that."""
    found = compare(comparison("none", "pile"), seed=7, indifference=0)
    pair = found["ranking"]["pairs"][0] | {"state": "open", "low": -3.0}
    found["ranking"] |= {"settled": False, "best": None, "pairs": [pair], "more_futures": 40}
    said = verdict(found)[0]

    assert said.startswith("Which is best is not settled at 95 % confidence: pile leads with ")
    assert said.endswith("About 40 more futures would (-n 100).")


def test_a_lead_too_small_to_matter_is_no_win():
    """Who is settled upon among equals is said to lead, not to be best."""
    found = compare(comparison("none", "pile", "large", objective=TOTAL), seed=7, indifference=1e6)
    close = found["ranking"]["pairs"][0] | {"state": "no_better", "low": -3.0}
    found["ranking"]["pairs"][0] = close
    said = verdict(found)[0]

    assert said.startswith("large leads with ")
    assert " fewer than none (at least " in said
    assert said.endswith("pile may be as good, but at 95 % confidence better by no more than 1,000,000.")


def test_one_future_is_compared_without_a_word_on_how_sure(three):
    """What happened is told; nothing is settled, no interval is given."""
    found = compare(comparison("none", "pile", size=1), seed=7)

    assert found["ranking"]["best"] is None
    assert "A single future" in verdict(found)[0]
    assert "±" not in printed(found)
    assert comparison_page(found, {p: np.array([1.0]) for p in ("none", "pile")}, _manifest(found))


@pytest.mark.parametrize(
    "objective", [None, "all/output_lost_usd", "priority:1:any/shortage_days", "region:jp/unmet_t"]
)
def test_tables_fit_80_columns(objective):
    """With whatever is to be low, and nothing cut short."""
    text = printed(compare(comparison("none", "pile", "large", objective=objective), seed=7))

    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text


def test_pairing_that_gains_nothing_is_not_told_as_once_as_many(document):
    """A policy that takes away nearly all that is lost has a difference as wide as the loss itself."""
    found = deepcopy(document)
    for difference in found["differences"].values():
        difference["objective"]["variance_ratio"] = 1.003

    assert "would tell as much" in printed(found)
    assert "1 times as many" not in " ".join(printed(found).split())


def test_the_tables_say_what_pairing_gains_and_how_likely_all_is_well(document):
    """And leave out priorities of whom nobody is ever short, naming them once."""
    found = deepcopy(document)
    for result in found["results"].values():
        result["groups"]["priority:1"]["any_member"]["shortage_days"]["mean"] = 0
    ratios = [found["differences"][policy]["objective"]["variance_ratio"] for policy in ("pile", "large")]
    said = " ".join(printed(found).split())

    assert f"would have to be {words.count(min(ratios))} to {words.count(max(ratios))} times as many" in said
    assert "of all priorities at once " in said
    assert "Never short under any policy: Priority 1." in said
    assert "Never short" not in printed(document)


def test_long_names_of_policies_go_over_two_lines(document):
    """A figure is never cut short for a name."""
    text = json.dumps(document).replace('"large"', '"a_joint_stockpile_of_90_days_pooled_by_need_with_air_lift"')
    told = printed(json.loads(text))

    assert "…" not in told
    assert max(map(len, told.splitlines())) <= 80


def test_no_shipped_name_of_a_policy_goes_over_two_lines(document):
    """Where figures are wide, cells move closer together first."""
    longest = max(policy_names(), key=len)
    wide = json.loads(json.dumps(document).replace('"large"', f'"{longest}"'))
    for result in wide["results"].values():
        result["objective"] |= {"mean": 57_521e6, "ci95": [55_285e6, 59_757e6], "p95": 71_762e6, "cvar95": 75_180e6}
        result["policy_cost_usd"] |= {"mean": -1_187e6}
    table = printed(wide).splitlines()[:12]

    assert any(line.startswith(f" {longest}  57,521 ± 2,236  71,762") for line in table)
    assert max(map(len, table)) <= 80


def _manifest(document):
    told = {policy: scenario(policy=policy) for policy in document["policies"]}
    return comparison_manifest(told, document, RUN)


def test_the_page_is_one_file_that_asks_no_other_host(document, three):
    """Style and pictures stand in it; every policy is on it."""
    html = comparison_page(document, three.objective(), _manifest(document))

    assert html.startswith("<!doctype html>")
    assert html.count("<script>") == 1
    assert "src=" not in html.replace("default-src", "").replace("style-src", "").replace("img-src", "")
    assert html.count('<svg class="chart"') == 3
    assert all(policy in html for policy in ("none", "pile", "large"))
    assert "sim compare invented --seed 7" in html


def test_what_a_scenario_calls_its_regions_cannot_break_the_page(document, three):
    """Names are text, not markup."""
    document = json.loads(json.dumps(document).replace('"Japan"', '"<b>Japan</b>"'))
    html = comparison_page(document, three.objective(), _manifest(document))

    assert "<b>Japan" not in html
    assert "&lt;b&gt;Japan" in html


@pytest.fixture
def folder(three, document, tmp_path):
    """A finished folder of a comparison."""
    write_comparison(tmp_path / "out", three, {p: scenario(policy=p) for p in three.policies}, document, RUN)
    return tmp_path / "out"


def test_a_folder_holds_four_files(folder, document, three):
    """compare.json, a row per future, the page, and the manifest with every scenario and its digest."""
    assert {path.name for path in folder.iterdir()} == {
        "compare.json", "paired.parquet", "manifest.json", "report.html"
    }  # fmt: skip
    assert json.loads((folder / "compare.json").read_text()) == document
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["finished"] is True
    assert manifest["scenarios"].keys() == manifest["digests"].keys() == {"none", "pile", "large"}
    table = pq.read_table(folder / "paired.parquet")
    assert table.num_rows == FUTURES
    assert {"replication", "pile/jp.ev/shortage_days", "none/priority:1:any/shortage_days"} <= set(table.column_names)
    assert "large/all/policy_cost_usd" in table.column_names


def test_a_comparison_and_a_run_never_replace_each_other(folder, document, three, tmp_path):
    """A folder is replaced by one of its own kind; the other kind is somebody's work."""
    write_results(tmp_path / "run", merge([block(size=3)]), scenario(), _summary_of_three(), RUN)
    with pytest.raises(ResultsError, match="no finished results"):
        check_target(folder)
    with pytest.raises(ResultsError, match="no finished comparison"):
        write_comparison(tmp_path / "run", three, {"none": scenario()}, document, RUN)

    write_comparison(folder, three, {p: scenario(policy=p) for p in three.policies}, document, RUN)
    assert {path.name for path in tmp_path.iterdir()} == {"out", "run"}


def _summary_of_three():
    return summarise(merge([block(size=3)]), scenario(), seed=7)


def test_the_parts_of_the_cost_are_told(document, three):
    """The page has a row for each policy that spends anything, with what it spends it on."""
    found = deepcopy(document)
    found["results"]["pile"]["policy_cost_parts"]["policy_storage_usd"]["mean"] = 2.5e6
    pages = [comparison_page(one, three.objective(), _manifest(one)) for one in (document, found)]

    assert ["What the piles cost, on average" in html for html in pages] == [False, True]
    assert "Closing stock" in pages[1]
