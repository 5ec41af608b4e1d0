"""The lanes of 2024: who ships what to whom, in which shares, and how long it is under way."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import other_uses_2024 as other
import reconcile_2024 as year
import tables_2024 as tables
import yaml_text as yt

REGION = {
    "cn": "M01 M02 M03 S01 S02 S03 S04 X01 G01 G02 B_CN NM_CN",
    "mm": "M04",
    "sea": "M05 S05 S05H X02 G04 B_SEA",
    "us": "M06 S06 S09 X05 G08 B_US",
    "au": "M07 M12",
    "row": "M08 M10 M11 B_ROW NM_ROW",
    "in": "M09 S07 B_IN",
    "jp": "R02 X03 G03 B_JP STK_JP",
    "eu": "S08 S10 X04 G06 G07 B_EU",
    "kr": "G05 B_KR STK_KR",
}
REGION_OF = {node: region for region, nodes in REGION.items() for node in nodes.split()}
EXTRA_IDS = {
    "S05H": "lynas_heavy_line",
    "S09": "white_mesa",
    "S10": "latent_heavy_separation",
    "M12": "nolans",
    "STK_JP": "jp_stockpile",
    "STK_KR": "kr_stockpile",
}
IDS = tables.IDS | EXTRA_IDS
SEA_DAYS = {("cn", "jp"): (3, 10), ("cn", "us"): (14, 35), ("cn", "eu"): (28, 45)}
"""Shortest and longest, from forwarders' tables; other routes run from 0.7 to 1.4 times the data's days."""
RECONCILED = "flows.csv, reconciled"
FITTED = "IPF of flows.csv and demand.csv"
LATENT = "latent_lanes.csv"
CAR_PARTS = ("ev", "autoaux")
STALE_AFTER = (365.0, "PPAP: car makers approve anew what was not made for them for twelve months (from memory)")
ANEW_D = (90.0, "samples, tests and papers of a part approved once before: a quarter, est.")
"""How long a magnet maker may ship nothing to a car maker, and how long it takes to be approved again."""
NDPR_RIGHT_T = 7200.0
HEAVY_RIGHT_SHARE = 0.65
HEAVY_LINE_REO_T = 1500.0


@dataclass(frozen=True)
class Lane:
    """One line of the file."""

    source: str
    to: str
    material: str
    share: float | None = None
    days: float = 1.0
    origin: str = RECONCILED
    received_as: str | None = None
    standby: float | None = None
    qualification: float | tuple[float, ...] | None = None
    right: str | None = None
    push: bool = False
    may_lapse: bool = False
    suffix: str = ""
    to_id: str = ""

    def line(self) -> tuple[str, str]:
        """Give the id and the flow mapping."""
        sender, receiver = IDS[self.source], self.to_id or IDS[self.to]
        qualified = self.qualification
        fields = {
            "from": sender,
            "to": receiver,
            "material": self.material,
            "received_as": self.received_as,
            "share": None if self.share is None else yt.assumed(self.share, "share", self.origin),
            "standby": None if self.standby is None else yt.assumed(self.standby, "multiple", self.origin),
            "transit": transit(REGION_OF[self.source], REGION_OF[self.to], self.days),
            "qualification": yt.assumed(qualified, "d", self.origin) if qualified is not None else None,
            **(lapse() if self.may_lapse else {}),
            "right": self.right,
            "push": "true" if self.push else None,
        }
        return f"{sender}-{receiver}{'-' if self.suffix else ''}{self.suffix}", yt.flow(fields)


def lapse() -> dict[str, str]:
    """Write when an approval lapses, and how long it takes to get another."""
    (after, rule), (again, why) = STALE_AFTER, ANEW_D
    return {"qualification": yt.assumed(again, "d", why), "requalify_after": yt.assumed(after, "d", rule)}


def transit(start: str, end: str, days: float) -> str:
    """Write days under way: fixed within a region, a triangle between regions."""
    days = max(1.0, days)
    if start == end:
        return yt.assumed(days, "d", "within a region")
    low, high = 0.7 * days, 1.4 * days
    if (start, end) in SEA_DAYS:
        shortest, longest = SEA_DAYS[start, end]
        return yt.found((min(shortest, days), days, max(longest, days)), "d", "sea-freight-times")
    return yt.assumed((max(1.0, math.floor(low)), days, math.ceil(high)), "d", "flows.csv, x0.7 to x1.4")


def buyer_id(buyer: str, kind: str) -> str:
    """Give `jp.ev` for `B_JP`, `ev`."""
    return f"{buyer.removeprefix('B_').lower()}.{tables.CLASSES[kind][0]}"


def days_of_flows() -> dict[tuple[str, str], float]:
    """Transit days of the data, by (from, to)."""
    days = {(row["from"], row["to"]): float(row["transit_days"]) for row in tables.rows("flows")}
    return days | {("S01", "NM_ROW"): days["X01", "NM_ROW"], ("S02", "NM_ROW"): days["X01", "NM_ROW"]}


def ore_lanes(world: year.Reconciled) -> Iterator[Lane]:
    """Ore to separation plants, with Lynas's unseparated heavies, and society's scrap to recyclers."""
    days = days_of_flows()
    fed: dict[str, float] = defaultdict(float)
    for feed in world.feeds:
        fed[feed.plant] += feed.reo_t
    fed["S02"] += tables.SEGH_T
    for feed in world.feeds:
        ore = f"{IDS[feed.mine]}_concentrate"
        yield Lane(feed.mine, feed.plant, ore, feed.reo_t / fed[feed.plant], days[feed.mine, feed.plant])
    yield Lane("S05", "S02", "segh_concentrate", tables.SEGH_T / fed["S02"], days["S05", "S02"])


def traded_lanes(world: year.Reconciled) -> Iterator[Lane]:
    """Oxide and metal between plants, metal makers and magnet makers."""
    days = days_of_flows()
    for receiver in (*tables.METAL, *tables.MAGNETS):
        for element, deals in world.bought(receiver).items():
            for supplier, tonnes in deals.items():
                material, counted = forms(supplier, receiver, element)
                yield Lane(
                    supplier,
                    receiver,
                    material,
                    tonnes / math.fsum(deals.values()),
                    days[supplier, receiver],
                    received_as=counted,
                    suffix=element,
                )


def forms(supplier: str, receiver: str, element: str) -> tuple[str, str | None]:
    """Say what is shipped and what it counts as: alloy makers count oxide as metal (toll reduction)."""
    if supplier in tables.METAL:
        return f"{element}_metal", None
    return f"{element}_oxide", None if receiver in ("X01", "X02") else f"{element}_metal"


def magnet_lanes(world: year.Reconciled) -> Iterator[Lane]:
    """Magnets to buyers."""
    days, wanted = days_of_flows(), tables.demand()
    for buyer, kind in wanted:
        makers = {m: t for (m, to, of), t in world.magnets.items() if (to, of) == (buyer, kind)}
        for maker, tonnes in makers.items():
            share = tonnes / math.fsum(makers.values())
            grade = tables.CLASSES[kind][1]
            to_id = buyer_id(buyer, kind)
            approved = kind in CAR_PARTS
            yield Lane(maker, buyer, grade, share, days[maker, buyer], FITTED, may_lapse=approved, to_id=to_id)


def nonmagnet_lanes(world: year.Reconciled) -> Iterator[Lane]:
    """Oxide for other uses: every kind in a place buys from the same plants."""
    days = days_of_flows()
    for place, end_use, _ in other.wanted(world):
        element = other.KINDS[end_use].element
        deals = {who: t for (who, to, of), t in world.nonmagnet.items() if (to, of) == (place, element)}
        whole, to_id = math.fsum(deals.values()), other.buyer_id(place, end_use)
        for supplier, tonnes in deals.items():
            transit_d = days.get((supplier, place), 20.0)
            yield Lane(supplier, place, f"{element}_oxide", tonnes / whole, transit_d, to_id=to_id)


def swarf_lanes(world: year.Reconciled, grades: dict[str, tuple[str, ...]]) -> Iterator[Lane]:
    """Swarf to recyclers, pushed: in China at home, elsewhere in part to R02 and the rest sold to China."""
    domestic = "latent_lanes.csv: swarf goes to the domestic recyclers"
    split = "R02 makes 600 t NdPr; the rest of the swarf is taken to be sold to China"
    for maker, kept in world.swarf_share.items():
        for grade in grades[maker]:
            swarf = grade.replace("magnet_", "swarf_")
            sea = 20.0 if maker == "G06" else 3.0
            if kept > 0:
                yield Lane(maker, "R02", swarf, kept, sea, split, push=True, suffix=swarf)
            if kept < 1:
                chinese = maker in tables.CHINESE_MAKERS
                far = {"G06": 38.0}.get(maker, 7.0)
                origin, days = (domestic, 2.0) if chinese else (split, far)
                yield Lane(maker, "S04", swarf, 1 - kept, days, origin, push=True, suffix=swarf)


def elements_of(commodity: str) -> tuple[str, ...]:
    """Read which elements a commodity of latent_lanes.csv holds."""
    if ("Dy" in commodity and "NdPr" in commodity) or commodity == "alloy":
        return tables.ELEMENTS
    return ("dy", "tb") if "Dy" in commodity else ("ndpr",)


def latent_lanes(world: year.Reconciled) -> Iterator[Lane]:
    """Lanes nobody uses in 2024, that closed borders would open once they are qualified."""
    for row in tables.rows("latent_lanes"):
        source, to, days = row["from"], row["to"], float(row["transit_days"])
        used = source.startswith("STK") or "swarf" in row["commodity"] or source == "R02"
        if used:
            continue
        time = float(row["qualification_days"])
        if source.startswith("M"):
            ore = f"{IDS[source]}_concentrate"
            yield Lane(source, to, ore, None, days, LATENT, standby=1.0, qualification=time)
        elif to.startswith("B_"):
            yield from latent_magnets(world, source, to, days, time)
        elif to == "G07":
            for element in tables.ELEMENTS:
                yield Lane(source, to, f"{element}_metal", 1.0, days, LATENT, suffix=element)
        else:
            for element in elements_of(row["commodity"]):
                yield latent_metal(source, to, element, days, time)
    sole = "its only feed"
    yield Lane("S05", "S05H", "segh_concentrate", 1.0, 1.0, sole)


def latent_metal(source: str, to: str, element: str, days: float, time: float) -> Lane:
    """One element of a latent lane upstream; Lynas's and White Mesa's heavies have stories of their own."""
    material, counted = forms(source, to, element)
    right, qualified = None, time
    if (source, to) == ("S05", "X03"):
        right = yt.found(NDPR_RIGHT_T, "t/year", "jogmec-lynas")
        if element != "ndpr":
            source = "S05H"
            content = year.data_assays()["SEGH"][element]
            tonnes = HEAVY_RIGHT_SHARE * HEAVY_LINE_REO_T * content * tables.RECOVERY
            right = yt.found(tonnes, "t/year", "jogmec-lynas", "65 % of the heavy line's nameplate")
    if source == "S09" and element != "ndpr":
        late = (550.0, 640.0, 730.0)  # heavies not before late 2026, counted from a need early in 2025
        return Lane(source, to, material, None, days, LATENT, counted, 1.0, late, suffix=element)
    return Lane(source, to, material, None, days, LATENT, counted, 1.0, qualified, right, suffix=element)


def latent_magnets(world: year.Reconciled, maker: str, buyer: str, days: float, time: float) -> Iterator[Lane]:
    """Magnet lanes at zero base flow to every class of a region, weighted by the maker's idle capacity."""
    nameplate = {row["id"]: row["capacity"] for row in tables.rows("nodes")}
    wanted = {kind: t for (to, kind), t in tables.demand().items() if to == buyer}
    idle = float(nameplate[maker]) - math.fsum(world.grade_t(maker).values())
    weight = idle / math.fsum(wanted.values())
    origin = f"{LATENT}; weight: idle capacity / demand"
    for kind in wanted:
        grade, to_id = tables.CLASSES[kind][1], buyer_id(buyer, kind)
        yield Lane(maker, buyer, grade, None, days, origin, None, weight, time, to_id=to_id)


def pile_lanes() -> Iterator[Lane]:
    """Release and refill of the piles that exist."""
    for pile, user, days in (("STK_JP", "X03", 3.0), ("STK_KR", "G05", 8.0)):
        for element in tables.ELEMENTS:
            oxide, metal = f"{element}_oxide", f"{element}_metal"
            yield Lane(pile, user, oxide, None, days, received_as=metal, suffix=element)
            seller, far = ("S05", 8.0) if element == "ndpr" else ("S02", 7.0)
            yield Lane(seller, pile, oxide, 1.0, far, "refill; the seller is assumed", suffix=element)
