"""What is read off the columns of a run: bins, merged blocks, and the summary."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import DAYS, HARM, block, scenario

from sim.errors import ModelError
from sim.results.bins import MULTIPLE_BINS, SHARE_BINS, Bins
from sim.results.daily import bands
from sim.results.futures import Block, Results, merge, merge_on_disk
from sim.results.metrics import ANY_MEMBER_METRICS, PRICE_METRICS, SUBJECT_METRICS
from sim.results.subjects import buyer_subjects, end_use_name, group_subjects
from sim.results.summary import summarise

FUTURES = 64


@pytest.fixture(scope="module")
def invented() -> Block:
    """A block of invented futures with a twin."""
    return block(size=FUTURES)


@pytest.fixture(scope="module")
def summary(invented):
    """The summary of those futures."""
    return summarise(merge([invented]), scenario(), seed=7)


@pytest.mark.parametrize("bins", [SHARE_BINS, MULTIPLE_BINS], ids=["share", "multiple"])
def test_every_node_is_counted_in_its_own_bin(bins: Bins):
    """What lies on a node is given back; what lies beyond the ends goes to the ends."""
    assert np.array_equal(bins.index(bins.nodes), np.arange(bins.size))
    assert list(bins.index(np.array([bins.low / 9 - 1e-9 * (not bins.log), bins.high * 9]))) == [0, bins.size - 1]
    assert np.all((bins.edges[:-1] < bins.nodes) & (bins.nodes < bins.edges[1:]))


def test_the_common_values_are_exact():
    """Nothing, everything and the opening price are nodes: a calm future reads as exactly calm."""
    assert SHARE_BINS.nodes[SHARE_BINS.index(np.array([0.0, 1.0]))].tolist() == [0, 1]
    assert MULTIPLE_BINS.nodes[MULTIPLE_BINS.index(np.array([1.0]))][0] == pytest.approx(1, abs=1e-14)


@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=60), p=st.sampled_from([0.05, 0.25, 0.5, 0.75, 0.95]))
def test_a_quantile_of_counts_is_that_of_the_values_to_half_a_bin(values, p):
    """Counting in bins moves a quantile by no more than half a bin."""
    sample = np.array([values])
    exact = np.sort(values)[max(int(np.ceil(p * len(values) * (1 - 1e-12))), 1) - 1]

    assert abs(SHARE_BINS.quantile(SHARE_BINS.count(sample), p)[0] - exact) <= 0.0025 + 1e-12


def test_blocks_merge_to_what_one_block_would_be(invented):
    """Two blocks of 32 futures put end to end are the block of 64, to the last count."""
    halves = merge([block(0, FUTURES // 2), block(FUTURES // 2, FUTURES // 2)])
    whole = merge([invented])

    assert all(np.array_equal(halves.columns[name], whole.columns[name], equal_nan=True) for name in whole.columns)
    assert all(np.array_equal(halves.counts[name], whole.counts[name]) for name in whole.counts)
    assert json.dumps(summarise(halves, scenario(), seed=7)) == json.dumps(summarise(whole, scenario(), seed=7))


def test_blocks_merge_on_disk_to_what_they_merge_to_in_memory(tmp_path):
    """Columns may lie in a file: they are the same numbers under the same names."""
    halves = [block(0, 5), block(5, 3)]
    there, here = merge_on_disk(halves, [], 8, tmp_path / "columns"), merge(halves)

    assert list(there.columns) == list(here.columns)
    assert all(np.array_equal(there.columns[name], here.columns[name], equal_nan=True) for name in here.columns)
    assert all(np.array_equal(there.counts[name], here.counts[name]) for name in here.counts)
    assert json.dumps(summarise(there, scenario(), seed=7)) == json.dumps(summarise(here, scenario(), seed=7))


def test_blocks_out_of_order_are_refused():
    """The rows of replications.parquet are futures 0, 1, 2, ...: a block too early is a bug, not a choice."""
    with pytest.raises(ModelError, match="order"):
        merge([block(2, 2), block(0, 2)])


def test_a_band_lies_between_its_quantiles(invented):
    """On every day the 5 % quantile is at most the median, and that at most the 95 % one."""
    for band in bands(invented.counts).values():
        assert band.p05.shape == (DAYS,)
        assert np.all((band.p05 <= band.p25) & (band.p25 <= band.p50) & (band.p50 <= band.p75))
        assert np.all(band.p75 <= band.p95)


def test_a_summary_is_plain_json(summary):
    """No NaN, no infinity: any reader of JSON can read it."""
    json.dumps(summary, allow_nan=False)


def test_a_summary_says_what_was_run(summary):
    """The contract of design.md: version, scenario, policy, futures, seed, days, start and units."""
    found = {key: summary[key] for key in ("schema_version", "scenario", "policy", "replications", "seed", "days")}

    assert found == {
        "schema_version": 1,
        "scenario": "invented_ban",
        "policy": "none",
        "replications": FUTURES,
        "seed": 7,
        "days": DAYS,
    }
    assert summary["start_date"] == "2026-01-01"
    assert summary["units"]["shortage_days"] == "d"
    assert summary["conventions"]["worst_side"]["first_shortage_day"] == "low"


def test_every_buyer_and_group_has_every_metric(summary):
    """Nothing the engine counted gets lost on the way."""
    metrics = {metric.name for metric in SUBJECT_METRICS}
    for buyer in buyer_subjects(scenario()):
        assert metrics <= summary["buyers"][buyer.id].keys()
    for group in group_subjects(scenario()):
        assert metrics <= summary["groups"][group.id]["aggregate"].keys()
        assert {metric.name for metric in ANY_MEMBER_METRICS} <= summary["groups"][group.id]["any_member"].keys()
    for markets in summary["prices"].values():
        assert set(markets) == {"china", "world"}
        assert all({metric.name for metric in PRICE_METRICS} == market.keys() for market in markets.values())


def test_groups_are_by_region_end_use_and_priority(summary):
    """Each group knows what its members share and who they are."""
    dimensions = {group["dimension"] for group in summary["groups"].values()}

    assert dimensions == {"region", "end_use", "priority"}
    assert summary["groups"]["priority:1"]["members"] == ["jp.defense", "us.defense", "eu.defense", "cn.defense"]


def test_a_statistic_is_that_of_its_column(summary, invented):
    """The mean and quantiles of Japan's EV makers are those of the column."""
    days = np.sort(invented.columns["jp.ev/shortage_days"])
    found = summary["buyers"]["jp.ev"]["shortage_days"]

    assert found["mean"] == pytest.approx(days.mean())
    assert found["p50"] == days[FUTURES // 2 - 1]
    assert found["ci95"][0] < found["mean"] < found["ci95"][1]


def test_who_is_never_short_never_is(summary):
    """China has what it needs: no shortage, probability 0, first shortage never in any future."""
    buyer = summary["buyers"]["cn.ev"]

    assert "cn.ev" not in HARM
    assert buyer["probability_of_shortage"]["mean"] == 0
    assert buyer["first_shortage_day"]["p05"] is None
    assert buyer["first_shortage_day"]["censored_share"] == 1
    assert buyer["first_shortage_day"]["restricted_mean"] == DAYS


def test_days_are_also_given_since_the_disruption(summary, invented):
    """First shortage less the first day of the ban, future by future."""
    since = invented.columns["us.ev/first_shortage_day"] - invented.columns["all/disruption_day"]

    assert summary["buyers"]["us.ev"]["first_shortage_since_disruption_d"]["p05"] == np.sort(since)[3]


def test_the_limit_is_on_every_buyer_of_the_priority(summary, invented):
    """A priority stays within its limit in the futures in which each of its buyers does."""
    within = np.mean(invented.columns["us.defense/shortage_days"] <= 10)

    assert summary["within_limit"]["priorities"]["priority:1"]["mean"] == within
    assert summary["within_limit"]["every_priority"]["mean"] <= within


def test_without_a_twin_attributable_figures_are_null():
    """`--no-twin` leaves NaN columns, and null in the summary, and raw figures as they were."""
    found = summarise(merge([block(size=8, twin=False)]), scenario(), seed=7)["buyers"]["jp.ev"]

    assert found["attributable_shortage_days"]["mean"] is None
    assert found["shortage_days"]["mean"] is not None


def test_optional_columns_may_be_missing_and_no_others(invented):
    """A run without a twin may leave its columns out; leaving out shortage days is a bug."""
    columns = {name: column for name, column in invented.columns.items() if "attributable" not in name}
    results = merge([Block(invented.replications, columns, invented.counts, ())])

    assert summarise(results, scenario(), seed=7)["buyers"]["jp.ev"]["attributable_shortage_days"]["p95"] is None
    del results.columns["jp.ev/shortage_days"]
    with pytest.raises(ModelError, match=r"jp\.ev/shortage_days"):
        summarise(results, scenario(), seed=7)


def test_a_run_without_a_control_has_no_peak_in_force(invented):
    """The column may be missing, or NaN where no control came into force: null, and its unit stands all the same."""
    name = "dy_oxide@world/peak_in_force_multiple"
    nobody = {**invented.columns, name: np.full(FUTURES, np.nan)}
    left_out = {key: column for key, column in invented.columns.items() if key != name}

    for columns in (nobody, left_out):
        found = summarise(merge([Block(invented.replications, columns, invented.counts, ())]), scenario(), seed=7)
        assert found["prices"]["dy_oxide"]["world"]["peak_in_force_multiple"]["p50"] is None
        assert found["prices"]["dy_oxide"]["world"]["peak_multiple"]["p50"] is not None
        assert found["units"]["peak_in_force_multiple"] == "multiple"


def test_a_summary_says_what_money_and_days_mean(summary):
    """A figure that is easily misread has its convention beside it."""
    meant = summary["conventions"]

    assert "storage, capital and delivery as far as they state any" in meant["policy_cost_usd"]
    assert meant["extra_spend_usd"].endswith("do not add them")
    assert meant["back_within_10pct_day"] == "0 where the price never left 10 %"
    assert "plant failures included" in meant["attributable"]
    assert "in force" in meant["peak_in_force_multiple"]


def test_elements_are_written_as_symbols():
    """`lamps_dy` is what lamps use of Dy."""
    names = [end_use_name(use) for use in ("ev", "lamps_dy", "glass_ndpr", "hvac", "wind")]

    assert names == ["EV", "lamps Dy", "glass NdPr", "HVAC", "wind"]


def test_one_future_is_summed_up_too():
    """A run of one future has its values and no interval anywhere."""
    found = summarise(merge([block(size=1)]), scenario(), seed=7)["buyers"]["jp.ev"]["shortage_days"]

    assert found["mean"] == found["p05"] == found["p95"] == found["cvar95"]
    assert found["ci95"] == [None, None]


def test_families_are_the_futures_of_their_sets_of_parameters():
    """Each future is in one family; a family's figures are those of a run of its futures alone."""
    whole = merge([block(size=40)])
    families = summarise(whole, scenario(), seed=7)["families"]
    odd = Results(whole.replications[1::2], {name: c[1::2] for name, c in whole.columns.items()}, {}, ())
    alone = summarise(odd, scenario(), seed=7)

    assert {id: family["replications"] for id, family in families.items()} == {"tense": 20, "calm": 20}
    assert families["calm"]["welfare_lost_usd"] == alone["welfare_lost_usd"]
    for id, group in families["calm"]["groups"].items():
        assert group["aggregate"]["shortage_days"] == alone["groups"][id]["aggregate"]["shortage_days"]
    assert families["calm"]["within_limit"] == alone["within_limit"]
    peaks = families["calm"]["prices"]["dy_oxide"]["world"]
    assert all(stat == alone["prices"]["dy_oxide"]["world"][name] for name, stat in peaks.items())


def test_a_run_without_families_has_none():
    """The key is there, and empty."""
    plain = merge([block(size=3)])
    columns = {name: column for name, column in plain.columns.items() if name != "all/family"}

    assert summarise(Results(plain.replications, columns, {}, ()), scenario(families={}), seed=7)["families"] == {}
