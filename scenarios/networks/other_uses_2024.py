"""Uses of oxide but for magnets, by kind: each buys the oxide that its kind uses most.

The data has one total per element, inside China and outside. How these divide by kind is an estimate throughout,
and the same in both places. USGS counted half of the NdPr outside magnets in alloys in 2008 (SIR 2011-5094, from
memory); La and Ce, which cost a fraction, have since taken its place in batteries and steel.

Uses outside China stand in one place, the rest of the world, as in the data: which country holds which part is not
known. So a ban on Japan does not reach Japan's capacitors, nor is their oxide part of Japan's trade.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import reconcile_2024 as year


@dataclass(frozen=True)
class Kind:
    """One kind of use: each figure with its reason."""

    element: str
    share: float
    """Of the element's tonnes outside magnets; the shares of an element sum to 1."""
    share_why: str
    priority: int
    elasticity: float
    elasticity_why: str
    value: float
    """USD of output lost per kg of oxide."""
    value_why: str
    weeks: float
    """Mean cover."""
    weeks_why: str
    limit: float
    """The most that can be saved."""
    limit_why: str
    lag_d: float
    lag_why: str


SMALL_COST = "the oxide is a trace of what the product costs: nobody does without because it is dear"
SUBSTITUTES = "data README, section 11: -0.05 to -0.15 within six months; cheaper stuff is at hand, so the upper end"
KINDS: dict[str, Kind] = {
    "catalysts": Kind(
        element="ndpr",
        share=0.2,
        share_why="car exhaust (Nd, Pr in the ceria) and synthetic rubber: a fifth, est.",
        priority=2,
        elasticity=0.05,
        elasticity_why="data README, section 11: -0.05 to -0.15; no car is sold without, so the lower end",
        value=2000,
        value_why="USD 20 value added per exhaust catalyst, 10 g of NdPr",
        weeks=6,
        weeks_why="chemical firms buy by the quarter and are seldom below a month, est.",
        limit=0.2,
        limit_why="La and Y do a part of the work of Nd and Pr in the coating",
        lag_d=720,
        lag_why="a new coating is approved with the engine: two years",
    ),
    "polishing": Kind(
        element="ndpr",
        share=0.2,
        share_why="Pr in polish, and the glass itself (filters, lasers, colour): a fifth, est.",
        priority=3,
        elasticity=0.15,
        elasticity_why=SUBSTITUTES,
        value=300,
        value_why="optical glass at USD 30 per kg holds a tenth of it",
        weeks=4,
        weeks_why="nodes.csv, est.",
        limit=0.5,
        limit_why="polish: demand -15 % by 2012, reuse -70 % by 2015 (data README, 10a and 11); glass keeps its share",
        lag_d=1200,
        lag_why="with this limit -15 % after fourteen months, as by 2012, and -37 % after four years and a half",
    ),
    "ceramics": Kind(
        element="ndpr",
        share=0.3,
        share_why="pigments and dielectrics; 15 % in 2008, and what alloys lost is made up here in part, est.",
        priority=3,
        elasticity=0.15,
        elasticity_why=SUBSTITUTES,
        value=150,
        value_why="yellow tiles: USD 10 value added per kg of pigment, 6 % Pr",
        weeks=4,
        weeks_why="nodes.csv, est.",
        limit=0.3,
        limit_why="other yellows and other dielectrics do for a third, est.",
        lag_d=365,
        lag_why="a new glaze takes a season or two",
    ),
    "alloys": Kind(
        element="ndpr",
        share=0.3,
        share_why="battery metal, magnesium, steel: half in 2008, less since La and Ce stand in, est.",
        priority=3,
        elasticity=0.15,
        elasticity_why=SUBSTITUTES,
        value=100,
        value_why="battery metal at USD 10 per kg, a tenth NdPr",
        weeks=4,
        weeks_why="nodes.csv, est.",
        limit=0.5,
        limit_why="La and Ce metal does for most, as after 2011, est.",
        lag_d=365,
        lag_why="a new melt needs no new product",
    ),
    "semiconductors": Kind(
        element="dy",
        share=0.6,
        share_why="ceramic capacitors of chips and boards are its largest use outside magnets, est.",
        priority=2,
        elasticity=0.0,
        elasticity_why=SMALL_COST,
        value=20000,
        value_why="capacitors for some USD 10 bn a year hold about 60 t; Ho and Y would do in nine of ten",
        weeks=10,
        weeks_why="two to three months since the shortages of 2018 and 2021, est.",
        limit=0.2,
        limit_why="Ho and Y do in some capacitors, est.",
        lag_d=720,
        lag_why="a capacitor for cars is tested for two years",
    ),
    "lighting": Kind(
        element="dy",
        share=0.4,
        share_why="halide lamps, glow-in-the-dark pigments, and what little control rods and sonar take, est.",
        priority=3,
        elasticity=0.15,
        elasticity_why=SUBSTITUTES,
        value=300,
        value_why="a lamp of USD 30 holds less than a gram, a pigment at USD 50 per kg a few per cent",
        weeks=4,
        weeks_why="nodes.csv, est.",
        limit=0.4,
        limit_why="LEDs do what halide lamps do, est.",
        lag_d=540,
        lag_why="lamps last a year or two",
    ),
    "phosphors": Kind(
        element="tb",
        share=0.7,
        share_why="green of lamps and screens: its one large use outside magnets, est.",
        priority=3,
        elasticity=0.15,
        elasticity_why=SUBSTITUTES,
        value=500,
        value_why="a tube of USD 3 holds 0.2 g, and most of its worth is not the lamp maker's, est.",
        weeks=4,
        weeks_why="nodes.csv, est.",
        limit=0.4,
        limit_why="LEDs with other phosphors, as after 2011, est.",
        lag_d=540,
        lag_why="a lamp factory changes over in a year or two",
    ),
    "medical": Kind(
        element="tb",
        share=0.3,
        share_why="screens and detectors of X-ray machines, est.",
        priority=2,
        elasticity=0.0,
        elasticity_why=SMALL_COST,
        value=100000,
        value_why="an X-ray screen of USD 1,000 holds 10 g",
        weeks=13,
        weeks_why="a quarter's stock: small lots, long approvals, est.",
        limit=0.1,
        limit_why="Cs I detectors in some machines, est.",
        lag_d=1080,
        lag_why="a medical device is approved in three years",
    ),
}
"""End use -> what it is like."""


def wanted(world: year.Reconciled) -> Iterator[tuple[str, str, float]]:
    """Give every place and kind with the oxide it uses, t/year; the kinds of an element sum to what the data has."""
    for place in ("NM_CN", "NM_ROW"):
        for end_use, kind in KINDS.items():
            tonnes = math.fsum(t for (_, to, of), t in world.nonmagnet.items() if (to, of) == (place, kind.element))
            yield place, end_use, round(kind.share * tonnes, 6)


def buyer_id(place: str, end_use: str) -> str:
    """Give `row.medical` for `NM_ROW`, `medical`."""
    return f"{place.removeprefix('NM_').lower()}.{end_use}"
