"""The oracle by itself: facts that a reader can check by hand, before anything is compared with it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.spec.scenario import Scenario
from sim.testing.quantities import q

from .draws import Draws, uniform
from .measures import first_run, longest_run, recovery
from .model import run
from .rationing import Request, netback, ration
from .small_chains import ban, buyer, lane, mine, one_product, scenario, separation

names = st.text("abcdefg/._-0123456789", min_size=1, max_size=30)


def same_every_day(values: list[float]) -> bool:
    """Tell whether a series stays where it began, to 1e-9 of it."""
    return all(math.isclose(value, values[0], rel_tol=1e-9, abs_tol=1e-9) for value in values)


# Random numbers


@given(st.integers(0, 2**32), names, st.integers(0, 2000), st.integers(0, 100_000))
def test_a_uniform_is_inside_the_unit_interval_and_always_the_same(
    seed: int, stream: str, draw: int, replication: int
) -> None:
    """What a draw is depends on its four names alone, and it is never 0 or 1."""
    first = uniform(seed, stream, draw, replication)

    assert 0 < first < 1
    assert uniform(seed, stream, draw, replication) == first


def test_neighbouring_uniforms_differ() -> None:
    """Replications, draws, streams and seeds do not share their luck."""
    names = [(s, stream, k, r) for s in (0, 1) for stream in "ab" for k in (0, 1) for r in range(9)]

    assert len({uniform(*name) for name in names}) == len(names)


def test_uniforms_are_even() -> None:
    """Over 2,000 futures, mean and variance are those of the uniform distribution, within four errors."""
    drawn = [uniform(1, "lane/x/transit", 0, r) for r in range(2000)]
    mean = sum(drawn) / 2000

    assert mean == pytest.approx(0.5, abs=4 * math.sqrt(1 / 12 / 2000))
    assert sum((u - mean) ** 2 for u in drawn) / 2000 == pytest.approx(1 / 12, abs=0.006)


def test_noise_has_the_variance_that_section_8_gives_it() -> None:
    """In week 20 of a walk that forgets in four weeks, the deviation is the long-run one."""
    ends = [Draws(3, r).weekly_walk("demand/jp", 0.2, 28, 21)[20] for r in range(500)]

    assert Draws(3, 0).weekly_walk("demand/jp", 0.2, 28, 1) == [0.0]
    assert math.sqrt(sum(end**2 for end in ends) / 500) == pytest.approx(0.2, rel=0.15)


# A chain that stands still


@pytest.mark.parametrize("transit_d", [1, 10, 42])
def test_a_steady_chain_stands_still(transit_d: int) -> None:
    """Nothing happens: no stock, flow or price moves, and nobody is short."""
    diary = run(one_product(transit_d=transit_d), 1, 0)

    assert all(same_every_day(values) for values in diary.series.values())
    assert diary.metrics["jp.use/shortage_days"] == 0
    assert diary.series["price/ndpr/world"][-1] == pytest.approx(60, rel=1e-9)
    assert diary.series["under_way/oxide"][-1] == pytest.approx(1.8 * transit_d)


def test_what_is_under_way_is_rate_times_transit() -> None:
    """37.5 t a day over 42 days are 1,575 t at sea (known answer Q2)."""
    diary = run(_one_ore(feed={"ndpr": 0.5, "other": 0.5}, demand_tpd=37.5, recovered=1.0), 1, 0)

    assert diary.series["under_way/oxide"] == pytest.approx([1575] * 20)


def _one_ore(feed: dict[str, float], demand_tpd: float, recovered: float) -> Scenario:
    elements = [element for element in feed if element != "other"]
    return scenario(
        ore=feed,
        facilities={"mine": mine(3000), "plant": separation(dict.fromkeys(elements, recovered), 3000)},
        buyers={"jp.use": buyer("ndpr_oxide", demand_tpd, 20)},
        lanes={
            "ore": lane("mine", "plant", "ore", 3),
            "oxide": lane("plant", "jp.use", "ndpr_oxide", 42),
        },
        priced={"ndpr": 60},
        horizon=20,
    )


def test_separation_splits_an_assay() -> None:
    """198 t of NdPr a day take 1,000 t of this ore; the other products and the tailings follow (S7)."""
    assay = {"ndpr": 0.22, "dy": 0.006, "tb": 0.001, "la": 0.27, "ce": 0.49, "other": 0.013}
    diary = run(_one_ore(feed=assay, demand_tpd=198, recovered=0.9), 1, 0)
    day, surplus = 20, {e: diary.series[f"stock/plant/surplus/{e}_oxide"][-1] for e in assay if e != "other"}

    assert diary.series["shipped/ore"] == pytest.approx([1000] * day)
    assert diary.series["shipped/oxide"] == pytest.approx([198] * day)
    made = {"ndpr": 0, "dy": 5.4, "tb": 0.9, "la": 243, "ce": 441}
    assert surplus == pytest.approx({e: tonnes * day for e, tonnes in made.items()})
    assert 1000 - 198 - sum(made.values()) == pytest.approx(111.7)
    assert max(map(abs, diary.balance.values())) < 1e-12


def test_a_co_product_that_is_needed_in_part_stands_still_too() -> None:
    """Dy comes with NdPr, more than is asked for: the rest is surplus, and Dy's price stays where it was."""
    chain = one_product(
        facilities={"plant": separation({"ndpr": 0.9, "dy": 0.9}, 50)},
    ).model_dump(by_alias=True)
    chain["elements"] = ["ndpr", "dy", "other"]
    chain["materials"]["ore"]["content"] = {
        "ndpr": q(0.2, "t/t"),
        "dy": q(0.01, "t/t"),
        "other": q(0.79, "t/t"),
    }
    chain["materials"]["dy_oxide"] = {"form": "oxide", "content": {"dy": q(1, "t/t")}}
    chain["buyers"]["jp.dy"] = buyer("dy_oxide", 0.05, 20)
    chain["lanes"]["dy"] = lane("plant", "jp.dy", "dy_oxide", 10)
    opening = {"china": q(230, "usd/kg"), "world": q(230, "usd/kg")}
    chain["prices"]["elements"]["dy"] = {"oxide": "dy_oxide", "opening": opening}

    assert same_every_day(run(Scenario.model_validate(chain), 1, 0).series["price/dy/china"])


# A ban


def test_a_ban_longer_than_cover_is_short_for_the_difference() -> None:
    """Sixty days without cargo and thirty of cover are thirty days short.

    The last cargo leaves on day 19 and arrives on day 29; cover lasts through day 59; the first cargo after
    the ban leaves on day 80 and arrives on day 90. So days 60 to 89 are short, and all of them in full.
    """
    diary = run(one_product(disruptions={"ban": ban(20, 60)}), 1, 0)
    unmet = diary.series["unmet/jp.use"]

    assert [day for day, tonnes in enumerate(unmet) if tonnes > 1e-9] == list(range(60, 90))
    assert diary.metrics["jp.use/shortage_days"] == diary.metrics["jp.use/longest_run_d"] == 30
    assert diary.metrics["jp.use/first_shortage_day"] == diary.metrics["jp.use/line_stop_day"] == 60
    assert diary.metrics["jp.use/unmet_t"] == pytest.approx(30 * 1.8)
    assert diary.metrics["jp.use/lost_production_days"] == pytest.approx(30)
    assert diary.metrics["jp.use/recovery_day"] == 90


@pytest.mark.parametrize(("duration_d", "short_d"), [(20, 0), (30, 0), (31, 1), (45, 15)])
def test_shortage_days_grow_by_a_day_per_day_of_ban(duration_d: int, short_d: int) -> None:
    """Cover of thirty days carries through thirty days of ban, and not a day more."""
    diary = run(one_product(disruptions={"ban": ban(20, duration_d)}), 1, 0)

    assert diary.metrics["jp.use/shortage_days"] == short_d


def test_a_leak_lets_its_share_of_the_opening_flow_pass() -> None:
    """A tenth passes: cover lasts 30 / 0.9 = 33 days, and then nine tenths are unmet."""
    diary = run(one_product(disruptions={"ban": ban(20, 60, leak=q(0.1, "share"))}), 1, 0)

    assert diary.series["shipped/oxide"][20:80] == pytest.approx([0.18] * 60)
    assert diary.metrics["jp.use/first_shortage_day"] == 63
    assert diary.series["unmet/jp.use"][70] == pytest.approx(0.9 * 1.8)


def test_overlapping_bans_hold_until_the_last_has_ended() -> None:
    """None of two bans undoes the other; recovery counts from the end of the later one."""
    bans = {"first": ban(20, 30), "second": ban(40, 25), "inside": ban(30, 5)}
    diary = run(one_product(disruptions=bans), 1, 0)

    assert [d for d, t in enumerate(diary.series["shipped/oxide"]) if t == 0] == list(range(20, 65))
    assert diary.metrics["jp.use/recovery_day"] == 75


def test_prices_step_on_the_announcement_and_split_at_the_border() -> None:
    """Japan's price jumps before the ban and rises in it; China's, with more oxide at home, falls."""
    step = {"announced": q(15, "d"), "price_jump": q(0.2, "log")}
    diary = run(one_product(disruptions={"ban": ban(20, 60, **step)}), 1, 0)
    china, world = diary.series["price/ndpr/china"], diary.series["price/ndpr/world"]

    assert world[14] == pytest.approx(60, rel=1e-9)
    assert math.exp(0.17) < world[15] / 60 < math.exp(0.2)
    assert world[85] > 2 * 60
    assert min(china[20:80]) < 60


def test_a_standby_lane_opens_when_it_is_qualified() -> None:
    """The need is found on day 20, qualification takes 15 days: the first cargo leaves on day 35."""
    abroad = {"kind": "separation"} | separation({"ndpr": 0.9}, 50) | {"region": "jp"}
    standby = {"standby": q(1, "multiple"), "qualification": q(15, "d")}
    chain = one_product(
        facilities={"abroad": abroad},
        lanes={
            "ore-abroad": lane("mine", "abroad", "ore", 3),
            "second": lane("abroad", "jp.use", "ndpr_oxide", 5, **standby),
        },
        disruptions={"ban": ban(20, 100)},
    )
    shipped = run(chain, 1, 0).series["shipped/second"]

    assert not any(shipped[:35])
    assert any(shipped[35:])


def test_a_pile_bridges_what_cover_does_not() -> None:
    """Thirty days of cover and thirty-five in the pile carry through sixty days without cargo."""
    pile = {
        "kind": "stockpile", "region": "jp", "owners": ["jp"], "days_of": "jp.use", "trigger": q(5, "d"),
        "stocks": {"ndpr_oxide": {"opening": q(35, "d")}},
    }  # fmt: skip
    chain = one_product(
        facilities={"pile": pile},
        lanes={"release": lane("pile", "jp.use", "ndpr_oxide", 2, release=True)},
        disruptions={"ban": ban(20, 60)},
    )
    diary = run(chain, 1, 0)

    assert diary.series["stock/pile/ndpr_oxide"][0] == pytest.approx(35 * 1.8)
    assert diary.metrics["jp.use/shortage_days"] == 0
    assert not any(diary.series["shipped/release"][:45])
    assert sum(diary.series["shipped/release"]) > 29 * 1.8


def test_an_outage_stops_a_plant_for_its_days() -> None:
    """A plant that is down from day 8 begins nothing for 15 days; what is in work still comes out."""
    outage = {"kind": "outage", "facilities": ["mine"], "start": q(8, "d"), "duration": q(15, "d")}
    stock = run(one_product(disruptions={"outage": outage}), 1, 0).series["stock/mine/product/ore"]

    assert same_every_day(stock[:10])
    assert stock[10] == pytest.approx(stock[9] - 10)
    assert stock[19:25] == pytest.approx([0.0] * 6)
    assert stock[26] > 0


# Rationing


def test_rights_come_first_then_priority_then_opening_demand() -> None:
    """Ten tonnes for four: a right of 2, all 3 of the first class, the rest by opening demand 3 to 1."""
    asked = [
        Request(wanted=4, priority=2, weight=3, right=2),
        Request(wanted=3, priority=1, weight=1),
        Request(wanted=6, priority=2, weight=1),
        Request(wanted=9, priority=9, weight=5),
    ]

    assert ration(10, asked) == pytest.approx([4, 3, 3, 0])
    assert ration(22, asked) == [4, 3, 6, 9]
    assert ration(1, asked) == [1, 0, 0, 0]


def test_hoarded_and_rerouted_orders_get_what_the_usual_ones_leave() -> None:
    """The usual customer gets its usual tonnage; a new one without opening flow shares in the rest."""
    asked = [Request(wanted=6, priority=2, weight=5), Request(wanted=9, priority=2, weight=0)]

    assert ration(6, asked) == pytest.approx([6, 0])
    assert ration(12, asked) == pytest.approx([6, 6])
    assert ration(6, asked[1:]) == pytest.approx([6])


def test_a_seller_favours_the_better_netback() -> None:
    """Value 30 less freight 10 is twice 20 less 10; it counts twice, or four times when squared."""
    assert netback(30, 20, 10, 1) == pytest.approx(2)
    assert netback(30, 20, 10, 2) == pytest.approx(4)
    assert netback(5, 20, 10, 1) == pytest.approx(0.02)
    assert netback(5, 0, 10, 1) == 1


# Counting


def test_runs_are_counted_from_their_first_day() -> None:
    """A recovery is the first day, at or after the end, of so many days without shortage."""
    short = [False, True, True, False, True, False, False, False]

    assert first_run(short, 2) == 1
    assert math.isnan(first_run(short, 3))
    assert longest_run(short) == 2
    assert recovery(short, 2, 2) == 5
    assert recovery(short, 6, 2) == 6
    assert math.isnan(recovery(short, 2, 4))
    assert math.isnan(recovery(short, None, 1))


def test_half_the_stock_doubles_the_price_that_scarcity_sets() -> None:
    """With a slope of 1 the log price is minus the log of cover; below the floor it rises no further."""
    diary = run(one_product(disruptions={"ban": ban(0, 140)}), 1, 0)
    last = diary.series["price/ndpr/world"]

    assert max(last) / 60 < 10 * math.e
    assert last[139] / 60 > 0.9 * 10 * math.e
