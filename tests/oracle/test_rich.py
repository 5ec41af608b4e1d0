"""The quick net under the day: small worlds with one of everything, held against the oracle day by day.

It is what mutants are killed with (`make mutants`): the first number that is off, on the first day, ends it. What the
oracle tells is kept, since no mutant is about it; what the engine tells never is.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim import engine
from sim.assembly import assemble
from sim.chance.draws import Draws
from sim.records.ledger import Ledger
from sim.results.futures import FUTURES, Block
from sim.spec.checks import check
from sim.spec.reading import read_scenario
from sim.spec.scenario import Scenario
from sim.spec.words import describe
from sim.testing.check import shortened
from sim.testing.diary import Diarist
from sim.world import World

from . import draws as oracle_draws
from .agreement import COIN_TOSS, RELATIVE, THROUGHPUT_T
from .corners import corners
from .measures import Diary
from .model import run
from .rich import rich
from .told import Future

SIX_NODE = Path(__file__).parents[1] / "scenarios" / "six_node.yaml"
STORIES = Path(__file__).parents[1] / "golden"
SEED, REPLICATIONS = 1, (0, 3)
RICH = ("controls", "policies")
CORNERS = tuple(corners())


@cache
def scenarios() -> dict[str, Scenario]:
    """Return every world of the net."""
    six = shortened(read_scenario(str(SIX_NODE)).scenario, 200)
    return corners() | rich() | {"six nodes": six}


def futures_of(name: str) -> tuple[int, ...]:
    """Return which futures of a world are looked at."""
    return REPLICATIONS[:1] if name in CORNERS else REPLICATIONS


@cache
def oracle(name: str) -> list[Diary]:
    """Return what the oracle tells of the futures of a world, then of their twins."""
    return [run(scenarios()[name], SEED, r, disturbed=own) for own in (True, False) for r in futures_of(name)]


@cache
def expected(name: str) -> dict[str, np.ndarray]:
    """Return every series that the oracle tells, (day, column)."""
    diaries = oracle(name)
    return {series: np.array([diary.series[series] for diary in diaries]).T for series in diaries[0].series}


@pytest.fixture
def told(request: pytest.FixtureRequest) -> str:
    """Have the oracle tell first, and return the name of the world."""
    expected(request.param)
    return str(request.param)


class Witness(Diarist):
    """A diarist who writes nothing down, and raises the alarm on the first day on which anything differs."""

    def __init__(self, world: World, name: str) -> None:
        super().__init__(world)
        self._expected, self._day = expected(name), 0
        self._known: dict[tuple[str, str], tuple[list[int], np.ndarray, np.ndarray]] = {}

    def note_day(self, world: World, day: int, shipped: np.ndarray) -> None:
        """Look at a day."""
        self._day = day
        assert (world.stock >= 0).all(), f"less than nothing on hand on day {day}"
        super().note_day(world, day, shipped)

    def _put(self, names: list[str], block: np.ndarray) -> None:
        if not names:
            return
        rows, of, near = self._looked_up(names)
        off = np.abs(block[rows] - of[self._day]) > near
        apart = [names[row] for row, far in zip(rows, off.any(axis=1), strict=True) if far]
        assert not apart, f"on day {self._day}: {apart}"

    def _looked_up(self, names: list[str]) -> tuple[list[int], np.ndarray, np.ndarray]:
        """Return which of the rows the oracle tells of, what it tells, (day, row, column), and how near is the same."""
        key = (names[0], names[-1])
        if key not in self._known:
            rows = [row for row, name in enumerate(names) if name in self._expected]
            of = np.stack([self._expected[names[row]] for row in rows], axis=1)
            self._known[key] = rows, of, RELATIVE * np.maximum(THROUGHPUT_T, np.abs(of).max(axis=(0, 2)))[:, None]
        return self._known[key]


def live(name: str) -> Block:
    """Run the engine under the eyes of a witness, and return what it hands over."""
    draws = Draws(SEED, np.array(futures_of(name)), copies=2, parameters=scenarios()[name].parameters)
    world = assemble(scenarios()[name], draws, watched=True)
    witness = Witness(world, name)
    engine.run(world, witness)
    return witness.ledger.block(world)


@pytest.mark.parametrize("told", [*RICH, "six nodes"], indirect=True)
def test_a_rich_world_agrees_day_by_day_and_in_all_that_is_counted(told: str) -> None:
    """Every stock, flow and price of every day, all columns, flows, months and bands made of them, and the story."""
    block = live(told)
    scenario, diaries, futures = scenarios()[told], oracle(told), lived(told)

    _hold_what_the_oracle_counts(block, told)
    counted = [future.of_buyers() | future.of_prices() | future.of_origins() for future in futures]
    for r, columns in enumerate(counted):
        for name, mine in columns.items():
            assert _same(block.columns[name][r], mine), f"{name}: engine {block.columns[name][r]!r}, counted {mine!r}"
    assert block.columns.keys() <= counted[0].keys() | diaries[0].metrics.keys() | {"all/balance_error"}
    _hold_flows(block, futures)
    if scenario.monthly is not None:
        _hold_months(block, futures)
    _hold_bands(block, futures)
    if told in RICH:
        assert story(block) == story_file(told).read_text("utf-8")


def test_corners_agree_day_by_day() -> None:
    """Chains made for one seldom thing each agree over all their days."""
    for name in CORNERS:
        assert check(scenarios()[name], ()) == [], name
        block = live(name)
        _hold_what_the_oracle_counts(block, name)
        _hold_flows(block, lived(name))


@pytest.mark.parametrize("told", RICH, indirect=True)
def test_a_rich_world_is_a_fair_one(told: str) -> None:
    """It has no mistakes, nothing in it is decided by a hair, and people run short in it."""
    diaries = oracle(told)

    assert check(scenarios()[told], ()) == []
    assert min(min(diary.margins) for diary in diaries) > COIN_TOSS
    for diary in diaries[: len(REPLICATIONS)]:
        assert sum(diary.metrics[f"{name}/shortage_days"] for name in scenarios()[told].buyers) > 0


def lived(name: str) -> list[Future]:
    """Return the futures of a world, as the oracle tells them, with their twins."""
    scenario, of, diaries = scenarios()[name], futures_of(name), oracle(name)
    draws = [oracle_draws.Draws(SEED, r, scenario.parameters) for r in of]
    return [Future(scenario, *each) for each in zip(diaries[: len(of)], diaries[len(of) :], draws, strict=True)]


def story_file(name: str) -> Path:
    """Return where the story of a world is kept."""
    return STORIES / f"rich_{name}.txt"


def story(block: Block) -> str:
    """Return a line for each event of each future."""
    lines = []
    for event in block.events:
        for n, r in enumerate(event.replications):
            number = "" if event.values is None else f" {event.values[n]:.6g}"
            lines.append(f"{r}: {event.day} {event.kind} {event.subject} {event.text}{number}".rstrip())
    return "\n".join(lines) + "\n"


def _same(its: float, mine: float) -> bool:
    return (math.isnan(its) and math.isnan(mine)) or math.isclose(its, mine, rel_tol=1e-8, abs_tol=1e-8)


def _hold_what_the_oracle_counts(block: Block, name: str) -> None:
    for r, diary in enumerate(oracle(name)[: len(futures_of(name))]):
        for metric, mine in diary.metrics.items():
            its = block.columns[metric][r]
            near = math.isclose(its, mine, rel_tol=1e-7, abs_tol=1e-6) or _same(its, mine)
            assert near, f"{metric}: engine {its!r}, oracle {mine!r}"
    assert (block.columns["all/balance_error"] < 1e-12).all()


def _hold_flows(block: Block, futures: list[Future]) -> None:
    counted = [future.flows() for future in futures]
    assert block.flows.keys() - {FUTURES} == counted[0].keys()
    for link, (before, during) in ((link, block.flows[link]) for link in counted[0]):
        for grams, period in ((before, 0), (during, 1)):
            whole = sum(of_one[link][period] for of_one in counted)
            assert math.isclose(grams, whole, rel_tol=1e-9, abs_tol=0.51 * len(futures)), link
    spans = [future.span() for future in futures]
    having = [sum(first > 0 for first, _ in spans), sum(end > first for first, end in spans)]
    assert block.flows[FUTURES].tolist() == having


def _hold_months(block: Block, futures: list[Future]) -> None:
    for r, future in enumerate(futures):
        months = future.months()
        assert block.monthly.keys() == months.keys()
        for month, series in months.items():
            assert block.monthly[month].keys() == series.keys()
            for name, mine in series.items():
                assert _same(block.monthly[month][name][r], mine), (month, name)


def _hold_bands(block: Block, futures: list[Future]) -> None:
    """Nodes may be one apart where a value lies between two."""
    counted = [future.bands() for future in futures]
    for name, counts in block.counts.items():
        assert (counts.sum(axis=1) == len(futures)).all()
        if name in counted[0]:
            mine = np.sort([of_one[name] for of_one in counted], axis=0)
            its = np.stack([np.repeat(np.arange(counts.shape[1]), day) for day in counts], axis=1)
            assert (np.abs(its - mine) <= 1).all(), name
            assert (its == mine).mean() > 0.99, name


@pytest.mark.parametrize(
    ("name", "sentences"),
    [
        (
            "controls",
            ["it happens, and with it what follows it", "us levies 25.5 to 34.5 % (uniform, assumed) on magnet"],
        ),
        (
            "controls",
            ["2 applicants on every lane wait 3.4 to 4.6 d", "60 % (assumed) on day 0 and 40 % (assumed) on day 1"],
        ),
        ("policies", ["air is called when more than 2 % (assumed) of the use of us.arms and us.use goes unmet"]),
        (
            "policies",
            ["light is called when what one of eu.light buys costs more than 1.02 times (assumed) the opening"],
        ),
        ("policies", ["only at 1.001 times (assumed) the opening value and 3.4 to 4.6 d (uniform, assumed) into ban"]),
    ],
)
def test_a_rich_world_is_told_in_words(name: str, sentences: list[str]) -> None:
    """Before anything runs: what happens, to whom, and when responses and piles are called upon."""
    told = "\n".join(describe(scenarios()[name]))

    assert [sentence for sentence in sentences if sentence not in told] == []


def test_what_is_told_on_the_way_is_what_would_be_told_in_the_end() -> None:
    """Of shortages, prices and every day's spread, after a hundred days of 130, and after all of a hundred."""
    whole, days = scenarios()["controls"], 100
    blocks = []
    for scenario in (whole, shortened(whole, days)):
        world = assemble(scenario, Draws(SEED, np.array(REPLICATIONS), copies=2, parameters=scenario.parameters))
        ledger = OnTheWay(world, days)
        engine.run(world, ledger)
        blocks.append(ledger.told)
    early, late = blocks

    assert early.replications.tolist() == list(REPLICATIONS)
    assert early.events == ()
    assert early.columns.keys() == late.columns.keys()
    assert {"all/disruption_day", "all/control_end_day"} < early.columns.keys()
    for name in early.columns.keys() - {"all/control_end_day"}:
        if not name.endswith("/back_within_10pct_day"):  # past the horizon it is never
            assert np.array_equal(early.columns[name], late.columns[name], equal_nan=True), name
    assert early.counts.keys() == late.counts.keys()
    assert all(np.array_equal(early.counts[name], late.counts[name]) for name in late.counts)


class OnTheWay(Ledger):
    """A ledger that is asked while the world lives on."""

    def __init__(self, world: World, days: int) -> None:
        super().__init__(world)
        self._asked_d = days

    def note_day(self, world: World, day: int, shipped: np.ndarray) -> None:
        """Take note of a day, and answer when asked."""
        super().note_day(world, day, shipped)
        if day + 1 == self._asked_d:
            self.told = self.so_far(world, self._asked_d)


def test_kept_days_are_what_the_oracle_tells(tmp_path: Path) -> None:
    """A row per day and future, in single precision, written 64 days at a time."""
    name, futures = "six nodes", range(2, REPLICATIONS[-1] + 1)
    scenario, days = scenarios()[name], scenarios()[name].horizon_d
    world = assemble(scenario, Draws(SEED, np.array(futures), copies=2))
    ledger = Ledger(world, tmp_path)
    engine.run(world, ledger)
    ledger.block(world)
    [path] = tmp_path.iterdir()
    file = pq.ParquetFile(path)
    table = file.read()

    assert path.name == "0000002-0000004.parquet"
    assert [file.metadata.row_group(n).num_rows for n in range(4)] == [128, 128, 128, 2 * (days - 192)]
    assert table["replication"].to_pylist() == [*futures] * days
    assert table["day"].to_pylist() == [day for day in range(days) for _ in futures]
    r, diary = REPLICATIONS[-1], oracle(name)[len(REPLICATIONS) - 1]
    mine = Future(scenario, diary, diary, oracle_draws.Draws(SEED, r, scenario.parameters)).kept_days()
    assert set(table.column_names) == {"replication", "day", *mine}
    for series, of in mine.items():
        assert np.allclose(np.array(table[series][len(futures) - 1 :: len(futures)]), of, rtol=1e-6, atol=1e-6), series
