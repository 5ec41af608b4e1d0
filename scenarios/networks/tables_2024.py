"""The tables in `data_2024/`, the ids their rows have in the scenario, and the constants of the trade."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

DATA = Path(__file__).parent / "data_2024"

ELEMENTS = ("ndpr", "dy", "tb")
OXIDE_PER_METAL = {"ndpr": 1.17, "dy": 1.148, "tb": 1.176}
"""t oxide per t metal, by stoichiometry (Tb as Tb4O7)."""
MELT_YIELD = 0.97
FINISHED_PER_BLANK = 0.72
SWARF_PER_MAGNET = (1 - FINISHED_PER_BLANK) / FINISHED_PER_BLANK
"""t of swarf per t of finished magnet: 28 % of the blank."""
RECOVERY = 0.92
"""Share of an ore's elements that a separation plant recovers (data README, traps)."""
SCRAP_RECOVERY = 0.95
"""The same for scrap; with it, society's scrap comes to about the README's residual of 2,180 t NdPr."""
SCRAP_NDPR = 0.28
"""t NdPr oxide-equivalent per t of end-of-life magnet scrap, much as in a magnet."""
TILT = 1.0
"""How far makers whose average recipe is rich in Dy are given the Dy-rich classes. 0 would be none; much
above 1 many buyers would have one supplier, and the makers' averages are still not met (README, traps)."""
MT_WELD_REO_T = 29_000.0
"""2024's 13,000 t of Mt Weld cannot hold 6,300 t NdPr; the definition of 2025 can (data README, traps)."""
MP_ASSAY_NDPR = 0.157
SEGH_T = 600.0

MINES = {
    "M01": "bayan_obo",
    "M02": "sichuan_shandong",
    "M03": "south_china_ionic",
    "M04": "myanmar_ionic",
    "M05": "sea_ionic",
    "M06": "mountain_pass",
    "M07": "mt_weld",
    "M08": "monazite_exporters",
    "M09": "irel_sands",
    "M10": "lovozero",
    "M11": "serra_verde",
}
PLANTS = {
    "S01": "baotou_separation",
    "S02": "south_china_separation",
    "S03": "sichuan_separation",
    "S04": "cn_scrap_recycling",
    "S05": "lynas_malaysia",
    "S06": "mp_separation",
    "S07": "irel_separation",
    "S08": "silmet",
    "R02": "ex_china_recycling",
}
METAL = {"X01": "cn_metal", "X02": "sea_metal", "X03": "jp_alloy", "X04": "eu_alloy", "X05": "us_alloy"}
MAGNETS = {
    "G01": "cn_top5_magnets",
    "G02": "cn_other_magnets",
    "G03": "jp_magnets",
    "G04": "sea_magnets",
    "G05": "kr_magnets",
    "G06": "eu_magnets",
    "G07": "narva",
    "G08": "us_magnets",
}
IDS = MINES | PLANTS | METAL | MAGNETS
CHINESE_MAKERS = ("G01", "G02")
CHINESE_PLANTS = ("S01", "S02", "S03", "S04")
ALLOY_OF = {"G03": "X03", "G06": "X04", "G08": "X05"}
"""Magnet makers that buy from an alloy maker of their own region."""
CLASSES = {
    "ev": ("ev", "magnet_high_temperature"),
    "autoaux": ("auto", "magnet_high_temperature"),
    "wind": ("wind", "magnet_mid"),
    "industrial": ("industrial", "magnet_mid"),
    "hvac": ("hvac", "magnet_mid"),
    "consumer": ("consumer", "magnet_standard"),
    "lowgrade": ("lowgrade", "magnet_standard"),
    "defense": ("defense", "magnet_defense"),
}
"""Class of the tables -> end use of the buyers, grade of magnet."""
GRADES = ("magnet_defense", "magnet_standard", "magnet_mid", "magnet_high_temperature")
"""In the order makers serve them when metal is scarce: defense, then what needs the least Dy."""

Vector = dict[str, float]
"""Element -> t."""


def rows(table: str) -> list[dict[str, str]]:
    """Read one of the tables."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def vector(row: Mapping[str, str], columns: str) -> Vector:
    """Read the three element columns of a row; `columns` holds a `*` for the element's name."""
    names = {"ndpr": "NdPr", "dy": "Dy", "tb": "Tb"}
    return {element: float(row[columns.replace("*", names[element])]) for element in ELEMENTS}


def total(vectors: Iterable[Vector]) -> Vector:
    """Add element by element."""
    listed = list(vectors)
    return {element: math.fsum(one[element] for one in listed) for element in ELEMENTS}


def demand() -> dict[tuple[str, str], float]:
    """Finished magnets a year, by (buyer, class)."""
    return {(row["buyer"], row["class"]): float(row["finished_magnet_t_per_yr"]) for row in rows("demand")}


def recipes() -> dict[str, Vector]:
    """Metal fractions of classes and makers, as the table has them."""
    return {row["key"]: vector(row, "*_metal_frac") for row in rows("recipes")}


def element_flows() -> dict[tuple[str, str], Vector]:
    """The data's flows by (from, to), in oxide-equivalents."""
    return {(row["from"], row["to"]): vector(row, "*_oxide_eq_t") for row in rows("flows")}
