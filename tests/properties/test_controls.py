"""What controls promise, whatever else happens: bars hold, quotas are kept, and lifting restores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.testing.diary import keep_diary
from sim.testing.quantities import q, uniform

SIX_NODE = Path(__file__).parents[1] / "scenarios" / "six_node.yaml"
LANES = ("ndpr-oxide-metal", "dy-oxide-metal")
HORIZON_D = 420
ON_OXIDES = {"authority": "cn", "destinations": ["jp"], "materials": ["ndpr_oxide", "dy_oxide"]}


def under(horizon_d: int = HORIZON_D, **disruptions: Any) -> Scenario:
    """Return six nodes in which only these disruptions happen."""
    data = read_scenario(str(SIX_NODE)).scenario.model_dump(mode="json", by_alias=True)
    return Scenario.model_validate(data | {"horizon_d": horizon_d, "disruptions": disruptions})


def control(kind: str, start: float, duration: float, **keys: Any) -> dict[str, Any]:
    """Return a control on oxides from China to Japan."""
    return {"kind": kind, **ON_OXIDES, "start": q(start, "d"), "duration": q(duration, "d"), **keys}


def shipped(scenario: Scenario, futures: int = 2) -> np.ndarray:
    """Return tonnes of both oxides leaving for Japan, (lane, day, replication)."""
    diary, _ = keep_diary(scenario, 1, list(range(futures)), twin=False)
    return np.stack([diary[f"shipped/{lane}"] for lane in LANES])


def opened(scenario: Scenario) -> np.ndarray:
    """Return the days on which both lanes are wholly open, (day,)."""
    diary, _ = keep_diary(scenario, 1, [0], twin=False)
    return np.stack([diary[f"open/{lane}"][:, 0] for lane in LANES]).min(axis=0) == 1


BATCHES = ((), ((0, 1.0),), ((0, 0.5), (180, 0.5)), ((0, 0.2), (30, 0.3), (200, 0.5)))


@given(
    start=st.integers(0, 60),
    part=st.sampled_from((0.0, 0.3, 0.8, 1.5)),
    batches=st.sampled_from(BATCHES),
    pace=st.sampled_from((None, 1.0, 3.0, 50.0)),
    suspended=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_a_quota_is_never_exceeded_over_its_year(
    start: int, part: float, batches: tuple[tuple[int, float], ...], pace: float | None, suspended: bool
) -> None:
    """In no year of a quota does more leave than its tonnage, nor before a batch than was given out by then."""
    usual_t = float(shipped(under(horizon_d=1))[:, 0].sum(axis=0).max()) * 365
    keys: dict[str, Any] = {"tonnage": q(part * usual_t, "t")}
    keys |= {"batches": [{"day": day, "share": q(share, "share")} for day, share in batches]} if batches else {}
    keys |= {"pace": q(pace, "multiple")} if pace else {}
    keys |= {"suspensions": [{"start": q(400, "d"), "duration": q(5, "d")}]} if suspended else {}
    tonnes = shipped(under(quota=control("quota", start, 1000, **keys))).sum(axis=0)

    for day in range(HORIZON_D - start):
        since = day % 365
        given_out = sum(share for on, share in batches or ((0, 1.0),) if on <= since) * part * usual_t
        if not (suspended and start + day >= 400):
            left = tonnes[start + day - since : start + day + 1].sum(axis=0)
            assert (left <= given_out * (1 + 1e-9) + 1e-9).all()


def test_a_quota_of_what_is_used_anyway_changes_next_to_nothing() -> None:
    """A quota far above use leaves every tonne as it was; its suspension too."""
    free = shipped(under())
    wide = shipped(under(quota=control("quota", 10, 300, tonnage=q(1e6, "t"))))

    assert np.array_equal(free, wide)


@given(spans=st.lists(st.tuples(st.integers(0, 100), st.integers(0, 90)), min_size=2, max_size=4))
@settings(max_examples=15, deadline=None)
def test_bans_overlap_in_any_manner(spans: list[tuple[int, int]]) -> None:
    """Lanes are shut on a day under any ban and open on every other, whatever the order of the bans."""
    bans = {f"ban{n}": control("export_ban", start, duration) for n, (start, duration) in enumerate(spans)}
    forward = shipped(under(horizon_d=200, **bans))
    backward = shipped(under(horizon_d=200, **dict(reversed(bans.items()))))
    banned = np.zeros(200, dtype=bool)
    for start, duration in spans:
        banned[start : start + duration] = True

    assert np.array_equal(forward, backward)
    assert (forward[:, banned] == 0).all()
    assert np.array_equal(opened(under(horizon_d=200, **bans)), ~banned)


def test_a_suspended_ban_lets_pass_and_comes_back() -> None:
    """For the days of its suspension all leaves that is asked for; before and after nothing does."""
    ban = control("export_ban", 20, 100, suspensions=[{"start": q(60, "d"), "duration": q(10, "d")}])
    tonnes, is_open = shipped(under(horizon_d=150, ban=ban)), opened(under(horizon_d=150, ban=ban))

    assert (tonnes[:, 20:60] == 0).all()
    assert (tonnes[:, 60:70] > 0).all()
    assert (tonnes[:, 70:120] == 0).all()
    assert is_open.tolist() == [True] * 20 + [False] * 40 + [True] * 10 + [False] * 50 + [True] * 30


def test_what_follows_happens_only_where_its_cause_does() -> None:
    """Of a cause with an even chance, half of the futures see it, and with it what follows, a set time later."""
    cause = {"kind": "trigger", "start": uniform(5, 40, "d"), "duration": q(1, "d"), "chance": q(0.5, "share")}
    ban = control("export_ban", 10, 30, follows="cause")
    tonnes = shipped(under(horizon_d=100, cause=cause, ban=ban), futures=64)[0]
    stopped = tonnes == 0
    first = stopped.argmax(axis=0)[stopped.any(axis=0)]

    assert 20 < stopped.any(axis=0).sum() < 44
    assert set(stopped.sum(axis=0)) == {0, 30}
    assert 15 <= first.min() < first.max() <= 50


@pytest.mark.parametrize("kind", ["export_ban", "licence"])
def test_a_control_that_starts_past_the_horizon_changes_nothing(kind: str) -> None:
    """What would come after the last day is not there."""
    keys = {"applicants": 2, "review": q(5, "d"), "approval": q(1, "share")} if kind == "licence" else {}

    assert np.array_equal(
        shipped(under(horizon_d=60, late=control(kind, 60, 30, **keys))), shipped(under(horizon_d=60))
    )


def test_re_export_flows_after_its_lag() -> None:
    """A tenth comes by way of others from the fortieth day of a ban on, nothing before."""
    again = {"via": ["us"], "share": q(0.1, "share"), "lag": q(40, "d")}
    tonnes = shipped(under(horizon_d=100, ban=control("export_ban", 10, 80, reexport=again)))
    usual = shipped(under(horizon_d=1))

    assert (tonnes[:, 10:50] == 0).all()
    assert (tonnes[:, 50:90] > 0).all()
    assert (tonnes[:, 50:90] <= 0.1 * usual * (1 + 1e-9)).all()


@pytest.mark.parametrize("term", [{"markup": q(0, "share")}, {"share": q(0, "share"), "markup": q(2, "share")}])
def test_a_mark_up_on_nothing_or_of_nothing_changes_no_number(term: dict[str, Any]) -> None:
    """Prices are those of a re-export that costs no more, to the last bit."""
    again = {"via": ["us"], "share": q(0.1, "share"), "lag": q(40, "d")} | {
        key: term[key] for key in term if key == "share"
    }
    bars = ({**again, **term}, again)
    diaries = [
        keep_diary(under(horizon_d=100, ban=control("export_ban", 10, 80, reexport=bar)), 1, [0, 1])[0] for bar in bars
    ]

    assert all(np.array_equal(diaries[0][key], diaries[1][key]) for key in diaries[0])


def lapsing(after_d: float, **disruptions: Any) -> Scenario:
    """Return six nodes whose oxide lanes must be qualified anew, for fifteen days, after so many days shut."""
    data = under(horizon_d=150, **disruptions).model_dump(mode="json", by_alias=True)
    for lane in LANES:
        data["lanes"][lane] |= {"qualification": q(15, "d"), "requalify_after": q(after_d, "d")}
    return Scenario.model_validate(data)


def test_a_lapse_that_never_comes_changes_no_number() -> None:
    """A ban shorter than it takes to lapse goes as if nothing ever lapsed, to the last bit."""
    bar = control("export_ban", 10, 60)
    with_it, without = (keep_diary(one, 1, [0, 1])[0] for one in (lapsing(61, ban=bar), under(horizon_d=150, ban=bar)))

    assert all(np.array_equal(with_it[key], without[key]) for key in without)


@given(start=st.integers(0, 40), lasts=st.integers(1, 60), after=st.integers(1, 70))
@settings(max_examples=25, deadline=None)
def test_a_lane_opens_when_its_ban_is_over_or_when_it_is_qualified_anew(start: int, lasts: int, after: int) -> None:
    """Nothing leaves until then, and something does on that day."""
    tonnes = shipped(lapsing(after, ban=control("export_ban", start, lasts)))
    again = start + lasts + (15 if lasts >= after else 0)

    assert (tonnes[:, start:again] == 0).all()
    assert (tonnes[:, again] > 0).all()


@given(markups=st.tuples(st.floats(0, 3), st.floats(0, 3)).map(sorted))
@settings(max_examples=10, deadline=None)
def test_a_higher_mark_up_never_makes_cheaper(markups: list[float]) -> None:
    """While what comes the long way comes, quotes abroad are higher the more middlemen take."""
    again = {"via": ["us"], "share": q(0.1, "share"), "lag": q(5, "d")}
    low, high = (
        keep_diary(
            under(horizon_d=60, ban=control("export_ban", 10, 80, reexport=again | {"markup": q(one, "share")})),
            1,
            [0, 1],
            twin=False,
        )[0]["price/dy/world"]
        for one in markups
    )

    assert (high[15:] >= low[15:] * (1 - 1e-9)).all()
