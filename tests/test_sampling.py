"""Futures drawn more evenly than chance: Sobol points, antithetic pairs, and intervals over their blocks."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.chance.draws import Draws, plain_uniforms
from sim.chance.sampling import SCRAMBLINGS, Antithetic, SobolPoints, check_sampling
from sim.errors import ScenarioError
from sim.results import estimate
from sim.running.inputs import event_streams, streams

HERE = Path(__file__).parent
SIX = str(HERE / "scenarios" / "six_node.yaml")
STREAMS = ("parameters", "disruption/ban/start", "disruption/ban/leak")
WAYS = (Antithetic(), SobolPoints(STREAMS))


@settings(max_examples=30, deadline=None)
@given(
    way=st.sampled_from(WAYS),
    first=st.integers(0, 200),
    width=st.integers(1, 40),
    stream=st.sampled_from([*STREAMS, "demand/jp"]),
)
def test_a_future_has_its_numbers_whoever_runs_beside_it(way, first, width, stream):
    """Any future can be drawn alone, to the last bit, and its numbers lie between 0 and 1."""
    together = way.uniforms(7, stream, range(2), np.arange(first, first + width))
    alone = way.uniforms(7, stream, range(2), np.array([first + width // 2]))

    assert np.array_equal(together[:, [width // 2]], alone)
    assert np.all((together > 0) & (together < 1))


def test_of_a_pair_one_is_as_lucky_as_the_other_is_not():
    """The two futures of a pair add up to 1 in every draw; pairs are plain futures."""
    u = Antithetic().uniforms(3, "demand/jp", range(5), np.arange(10))

    assert np.array_equal(u[:, ::2] + u[:, 1::2], np.ones((5, 5)))
    assert np.array_equal(u[:, ::2], plain_uniforms(3, "demand/jp", range(5), np.arange(5)))


def test_points_of_a_scrambling_are_spread_evenly():
    """Of eight points of one scrambling every eighth of every draw holds one; scramblings differ."""
    r = np.arange(8 * SCRAMBLINGS)
    way = SobolPoints(STREAMS)
    for stream in STREAMS:
        u = way.uniforms(1, stream, range(1), r)[0]
        for number in range(SCRAMBLINGS):
            assert sorted(np.floor(8 * u[way.block(r) == number])) == list(range(8))
        assert len(np.unique(u)) == len(r)


def test_all_but_the_named_first_draws_stay_plain():
    """Noise, other streams and later draws of a named one are what they are in a plain run."""
    way, r = SobolPoints(STREAMS), np.arange(20)

    assert np.array_equal(way.uniforms(1, "demand/jp", range(3), r), plain_uniforms(1, "demand/jp", range(3), r))
    assert np.array_equal(way.uniforms(1, STREAMS[0], range(1, 3), r), plain_uniforms(1, STREAMS[0], range(1, 3), r))


def test_twins_share_their_futures_numbers():
    """A future and its undisturbed twin are drawn alike, however futures are sampled."""
    u = Draws(1, np.arange(6), copies=2, luck=Antithetic()).uniforms("demand/jp", range(2))

    assert np.array_equal(u[:, :6], u[:, 6:])


def test_every_figure_that_may_differ_is_found():
    """What futures may differ in is known by its stream, also where it is a constant; use and odds are not."""
    found = streams(sim.load("export_ban").scenario)

    assert found["disruptions", "china_ban", "leak"] == "disruption/china_ban/leak"
    assert found["disruptions", "china_ban", "duration"] == "disruption/china_ban/duration"
    assert found["parameters", "fear"] == "parameter/fear"
    assert found[("backlog_share",)] == "backlog_share"
    assert not [path for path in found if path[-1] in ("demand", "odds", "mtbf")]


def test_events_are_sampled_before_transits():
    """The 64 draws that are spread evenly are those of all parameters, of the ban and of plants first; no noise."""
    named = event_streams(sim.load("export_ban").scenario, 64)

    assert len(named) == 64
    assert named[0] == "parameters"
    assert "disruption/china_ban/leak" in named[:10]
    assert "disruption/china_ban/duration" not in named
    assert not [stream for stream in named if stream.endswith(("/up", "/down"))]


@pytest.mark.parametrize(
    ("name", "n", "precision"),
    [("latin", 64, False), ("sobol", 64, True), ("antithetic", 64, True), ("antithetic", 7, False),
     ("sobol", 48, False), ("sobol", 16, False)],
)  # fmt: skip
def test_what_cannot_be_sampled_is_refused(name, n, precision):
    """Unknown ways, half pairs, cut sequences and stated precisions are told before anything is run."""
    with pytest.raises(ScenarioError, match="--sampling"):
        check_sampling(name, n, precision=precision)


def test_intervals_rest_on_blocks():
    """Futures that come twice tell no more than once: the interval is that of half as many, not of all."""
    once = np.random.default_rng(1).exponential(size=40)
    twice, pairs = np.repeat(once, 2), estimate.Blocks(np.repeat(np.arange(40), 2))

    assert estimate.mean(twice, pairs).ci95 == pytest.approx(estimate.mean(once).ci95)
    assert estimate.mean(twice).high < estimate.mean(twice, pairs).high
    assert pairs.gain(twice).value == pytest.approx(0.5, rel=0.02)


def test_some_futures_of_blocks_are_still_bound():
    """Of a family that has one future of some pairs and two of others, pairs count, and not futures."""
    rng, held, family = np.random.default_rng(3), 0, np.tile([True, True, True, False], 30)
    blocks = estimate.Blocks(np.repeat(np.arange(60), 2)).among(family)
    for _ in range(300):
        sample = np.repeat(rng.exponential(size=60), 2)[family]  # both futures of a pair are the same
        found = estimate.mean(sample, blocks)
        held += found.low <= 1 <= found.high
    alone = estimate.Blocks(np.zeros(5, np.int64))

    assert blocks.count == 60
    assert 0.89 <= held / 300 <= 0.99
    assert estimate.mean(np.arange(5.0), alone).ci95 == [None, None]


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_intervals_over_blocks_hold_the_truth_about_as_often_as_they_say(share):
    """Of 300 samples of 64 blocks of two bound futures about 95 in 100 intervals hold mean, quantile and share."""
    rng, held = np.random.default_rng(5), np.zeros(4)
    blocks, tries = estimate.Blocks(np.repeat(np.arange(64), 2)), 300
    for _ in range(tries):
        u = rng.random(64)
        sample = np.stack([u, 1 - u], axis=1).ravel() ** 2  # antithetic: the two are bound
        found = (
            (estimate.mean(sample, blocks), 1 / 3),
            (estimate.quantile(np.sort(sample), share, sample, blocks), share**2),
            (estimate.proportion(sample < share**2, blocks), share),
            (estimate.tail_mean(sample, "high", blocks), (1 - 0.95**3) / 0.15),
        )
        held += [(f.low is None or f.low <= t) and (f.high is None or t <= f.high) for f, t in found]

    assert np.all(held / tries > [0.91, 0.91, 0.91, 0.7])  # a tail of six futures is known to be too narrow


def test_a_sampled_run_says_its_gain_and_a_plain_one_nothing(tmp_path):
    """The summary names the sampling, its blocks, and what was gained; a plain one is what it was."""
    scenario = sim.load(SIX)
    found = sim.run(scenario, tmp_path / "even", n=32, twin=False, sampling="sobol").summary

    assert found["sampling"]["blocks"] == 16
    assert found["sampling"]["name"] == "sobol"
    assert found["sampling"]["gain"]["all/output_lost_usd"]["ratio"] > 0
    assert "sampling" not in sim.run(scenario, tmp_path / "plain", n=2, twin=False).summary


@pytest.mark.slow
@pytest.mark.parametrize("sampling", ["antithetic", "sobol"])
def test_a_sampled_run_is_the_same_for_any_workers(tmp_path, sampling):
    """Futures may be cut into blocks anywhere: the summary has the same bytes."""
    scenario = sim.load(SIX)
    for workers in (1, 3):
        sim.run(scenario, tmp_path / str(workers), n=32, workers=workers, twin=False, sampling=sampling)
    one, two = ((tmp_path / str(w) / "summary.json").read_bytes() for w in (1, 3))

    assert one == two
