"""Plants that fail by chance, and bans that nobody knows the length of."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from verification.case import Case, Expected
from verification.distributions import Cdf, binomial, exponential, rounded, triangular, uniform
from verification.watching import Watched

Array = NDArray[np.float64]

MTBF_D, MTTR_D = 200.0, 20.0
FAIL, REPAIR = 1 / 200, 1 / 20
"""Of the Markov chain by the day; the scenario has the exponential means that give these."""
PILE_T = 30.0
YEAR_D = 365


def up_chance(days: int) -> Array:
    """Return P(up) at the beginning of each day, (day,), of a plant that starts up."""
    long_run = MTBF_D / (MTBF_D + MTTR_D)
    return np.asarray(long_run + (1 - long_run) * np.exp(-(1 / MTBF_D + 1 / MTTR_D) * np.arange(days)))


def outages_told(days: int) -> float:
    """Return the expected number of outages that hold the beginning of a day, within a horizon.

    The integral over s in (d - 1, d] of P(up at s) / mtbf x P(down longer than d - s), summed over days d.
    """
    long_run, rate = MTBF_D / (MTBF_D + MTTR_D), 1 / MTBF_D + 1 / MTTR_D
    steady = long_run * MTTR_D / MTBF_D * -math.expm1(-1 / MTTR_D)
    first = (1 - long_run) * np.exp(-rate * np.arange(1, days)) * math.expm1(1 / MTBF_D)
    return float(steady * (days - 1) + first.sum())


def availability() -> Expected:
    """The mean of P(up) over whole days, and outages told."""
    return {"share of days up": float(up_chance(3650).mean()), "outages": outages_told(3650)}


def measured_availability(watched: Watched) -> Mapping[str, Array]:
    """Read both off."""
    return {"share of days up": watched.series["up/mine"].mean(axis=0), "outages": watched.events("outage_start")}


def six_plants() -> Expected:
    """Binomial on each day."""
    chances = np.array([binomial(6, a) for a in up_chance(1825)])
    return {
        "capacity up, t/d": float((chances @ np.arange(7)).mean() * 10),
        "four up": float(chances[:, 4:].sum(1).mean()),
    }


SIX = tuple(f"up/m{k}" for k in range(1, 7))


def measured_six(watched: Watched) -> Mapping[str, Array]:
    """Count plants up on each day."""
    up = sum(watched.series[name] for name in SIX)
    return {"capacity up, t/d": 10 * np.mean(up, axis=0), "four up": np.mean(np.asarray(up) >= 4, axis=0)}


def outages_without_stock() -> Expected:
    """A day down is a day short, two days later: one to be ready, one at sea."""
    return {"shortage_days": float((1 - up_chance(3650 - 2)).sum()), "beyond days down": 0.0}


def measured_without_stock(watched: Watched) -> Mapping[str, Array]:
    """Read short days, and hold them against the days down of the same future."""
    short = watched.column("jp.use/shortage_days")
    return {"shortage_days": short, "beyond days down": short - (1 - watched.series["up/mine"][:-2]).sum(axis=0)}


def pile_chain(days: int) -> tuple[Array, Array]:
    """Return P(short) and mean end stock, (day,) each: state drawn, then 1.5 t in if up, then 1 t out.

    The chance of each (up or down, stock in half tonnes) is carried from day to day; day 0 is up, with a full pile.
    """
    full = round(2 * PILE_T)
    chance = np.zeros((2, full + 1))  # row 0 is up
    chance[0, full] = 1
    short, stock = [], []
    for day in range(days):
        if day > 0:
            chance = np.array([[1 - FAIL, REPAIR], [FAIL, 1 - REPAIR]]) @ chance
        short.append(chance[1, :2].sum())  # 1.5 t always meet a tonne
        new = np.zeros_like(chance)
        np.add.at(new[0], np.minimum(np.arange(full + 1) + 1, full), chance[0])
        np.add.at(new[1], np.maximum(np.arange(full + 1) - 2, 0), chance[1])
        chance = new
        stock.append(float(chance.sum(axis=0) @ np.arange(full + 1)) / 2)
    return np.array(short), np.array(stock)


def pile_under_failures() -> Expected:
    """The buyer feels a day two days later; the mine's stock at the end of a day is the chain's of the day before."""
    short, stock = pile_chain(3650)
    mean_t = float((PILE_T + stock[:-1].sum()) / 3650)
    return {"shortage_days": float(short[:-2].sum()), "mean stock, t": mean_t, "beyond the recursion": 0.0}


def measured_pile(watched: Watched) -> Mapping[str, Array]:
    """Read both off, and hold short days against the recursion through the days up of the same future."""
    short, stock = watched.column("jp.use/shortage_days"), np.full(watched.block.replications.size, PILE_T)
    counted = np.zeros_like(short)
    for up in watched.series["up/mine"][:-2]:
        left = stock + 1.5 * up - 1
        counted += left < 0
        stock = np.clip(left, 0, PILE_T)
    mean_t = watched.series["product/mine"].mean(axis=0)
    return {"shortage_days": short, "mean stock, t": mean_t, "beyond the recursion": short - counted}


def ban(cdf: Cdf, chance: float = 1.0, cover: int = 30, first_dry: int = 30, horizon: int = 730) -> Expected:
    """Return what a ban of random length does to a buyer with cover; short days end with the horizon."""
    weights = chance * rounded(cdf)
    short = np.clip(np.arange(weights.size) - cover, 0, horizon - first_dry - cover)
    mean = float(weights @ short)
    some = float(weights[cover + 1 :].sum())
    return {"shortage_days": mean, "P(short)": some, "beyond (D - c)+": 0.0, "beyond one run": 0.0}


def measured_ban(watched: Watched) -> Mapping[str, Array]:
    """Read the same off, and hold short days against the ban of the same future."""
    short, run = watched.column("jp.use/shortage_days"), watched.column("jp.use/longest_run_d")
    began, ended = watched.column("all/disruption_day"), watched.column("all/control_end_day")
    lasted = np.where(np.isnan(began), 0, np.where(np.isnan(ended), np.inf, ended - began))
    beyond = short - np.clip(lasted - 30, 0, 730 - 60)
    return {
        "shortage_days": short,
        "P(short)": (short > 0) * 1.0,
        "beyond (D - c)+": beyond,
        "beyond one run": short - run,
    }


def pipeline_by_chance() -> Expected:
    """Rate times the mean of the rounded transit."""
    weights = rounded(triangular(30, 42, 72), at_least=1)
    return {"under way, t": 37.5 * float(weights @ np.arange(weights.size))}


def measured_pipeline(watched: Watched) -> Mapping[str, Array]:
    """Read the last day."""
    return {"under way, t": watched.series["under_way/sea"][-1]}


CASES = (
    Case("pipeline_by_chance", ("under_way/sea",), measured_pipeline, pipeline_by_chance, futures=8192),
    Case("availability", ("up/mine",), measured_availability, availability, futures=4096, slow=True),
    Case("six_plants", SIX, measured_six, six_plants, futures=2048, slow=True),
    Case("outages_without_stock", ("up/mine",), measured_without_stock, outages_without_stock, futures=4096, slow=True),
    Case(
        "pile_under_failures", ("product/mine", "up/mine"), measured_pile, pile_under_failures, futures=4096, slow=True
    ),
    Case("ban_exponential", (), measured_ban, lambda: ban(exponential(60)), futures=32768, slow=True),
    Case("ban_uniform", (), measured_ban, lambda: ban(uniform(0, 120)), futures=32768, slow=True),
    Case("ban_triangular", (), measured_ban, lambda: ban(triangular(28, 34, 40), chance=0.7), futures=8192),
)
