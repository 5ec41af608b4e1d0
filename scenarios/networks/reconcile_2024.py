"""The figures of 2024, made to agree: who needs how much of each element, and from whom.

The tables in `data_2024/` agree in their totals, not buyer by buyer. Here the end-use recipes are scaled to
what the world separates, magnets are allotted to buyers by iterative proportional fitting, and every stage
upstream is made to deliver what the stage below it needs. Flows are t of contained oxide a year; ore t REO,
magnets t finished.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from tables_2024 import (
    ALLOY_OF,
    CHINESE_MAKERS,
    CLASSES,
    ELEMENTS,
    FINISHED_PER_BLANK,
    GRADES,
    MAGNETS,
    MELT_YIELD,
    MINES,
    MP_ASSAY_NDPR,
    MT_WELD_REO_T,
    OXIDE_PER_METAL,
    PLANTS,
    RECOVERY,
    SCRAP_NDPR,
    SCRAP_RECOVERY,
    SEGH_T,
    SWARF_PER_MAGNET,
    TILT,
    Vector,
    demand,
    element_flows,
    recipes,
    rows,
    total,
    vector,
)


@dataclass(frozen=True)
class Feed:
    """An ore as one plant gets it."""

    mine: str
    plant: str
    reo_t: float


@dataclass(frozen=True)
class Reconciled:
    """The agreed year."""

    scale: Vector
    """Factor on the class recipes, per element."""
    magnet_fraction: dict[str, Vector]
    """Grade -> t metal per t finished magnet."""
    magnets: dict[tuple[str, str, str], float]
    """(maker, buyer, class) -> t finished."""
    oxide: dict[tuple[str, str, str], float]
    """(supplier, receiver, element) -> t oxide, between plants, metal makers and magnet makers."""
    nonmagnet: dict[tuple[str, str, str], float]
    """(plant, `NM_CN` or `NM_ROW`, element) -> t oxide."""
    feeds: tuple[Feed, ...]
    assay: dict[str, Vector]
    """Mine, `SEGH` -> t oxide contained per t REO."""
    swarf_share: dict[str, float]
    """Maker -> part of its swarf that stays outside China."""
    eol_t: dict[str, float]
    """Recycler -> t of society's scrap a year."""
    eol_content: dict[str, Vector]
    """Recycler -> content of that scrap."""

    def grade_t(self, maker: str) -> dict[str, float]:
        """What a maker makes of each grade, t finished a year."""
        made: dict[str, float] = defaultdict(float)
        for (who, _, kind), tonnes in self.magnets.items():
            if who == maker:
                made[CLASSES[kind][1]] += tonnes
        return {grade: made[grade] for grade in GRADES if grade in made}

    def sold(self, supplier: str) -> Vector:
        """What a plant or metal maker sells of each element."""
        deals = [*self.oxide.items(), *self.nonmagnet.items()]
        return {e: math.fsum(t for (who, _, of), t in deals if who == supplier and of == e) for e in ELEMENTS}

    def bought(self, receiver: str) -> dict[str, dict[str, float]]:
        """Element -> supplier -> t oxide."""
        return {e: {who: t for (who, to, of), t in self.oxide.items() if to == receiver and of == e} for e in ELEMENTS}


def supply_for_magnets() -> Vector:
    """World separated supply less non-magnet uses and MP's inventory build, which is left out."""
    nodes = {row["id"]: row for row in rows("nodes")}
    plants = total(vector(nodes[plant], "*_ox_t_2024") for plant in PLANTS)
    other = total(vector(nodes[node], "*_ox_t_2024") for node in ("NM_CN", "NM_ROW", "STK_MP"))
    segh = element_flows()["S05", "S02"]  # counted at S05 and again at S02
    return {e: plants[e] - other[e] - segh[e] for e in ELEMENTS}


def oxide_need(tonnes: float, fraction: Vector) -> Vector:
    """What so many tonnes of finished magnets take, swarf and melt loss included."""
    per_t = MELT_YIELD * FINISHED_PER_BLANK
    return {e: tonnes * fraction[e] * OXIDE_PER_METAL[e] / per_t for e in ELEMENTS}


def scale_of_recipes() -> Vector:
    """Factor per element that makes the world's need equal its supply."""
    classes = recipes()
    need = total(oxide_need(tonnes, classes[kind]) for (_, kind), tonnes in demand().items())
    supply = supply_for_magnets()
    return {e: supply[e] / need[e] for e in ELEMENTS}


def magnet_fractions(scale: Vector) -> dict[str, Vector]:
    """Metal fractions by grade: the mean of its classes by the world's tonnage, scaled."""
    classes, wanted = recipes(), demand()
    result: dict[str, Vector] = {}
    for grade in GRADES:
        members = {key: t for key, t in wanted.items() if CLASSES[key[1]][1] == grade}
        whole = math.fsum(members.values())
        result[grade] = {
            e: scale[e] * math.fsum(t * classes[kind][e] for (_, kind), t in members.items()) / whole for e in ELEMENTS
        }
    return result


def fit(seed: dict[tuple[str, str], float], by_row: Vector, by_column: Vector) -> dict[tuple[str, str], float]:
    """Fit a table to its margins by iterative proportional fitting, rows last."""
    table = dict(seed)
    for _ in range(2000):
        for axis, margin in ((1, by_column), (0, by_row)):
            for name, wanted in margin.items():
                have = math.fsum(t for key, t in table.items() if key[axis] == name)
                for key in [key for key in table if key[axis] == name]:
                    table[key] *= wanted / have
    return table


def allot_magnets() -> dict[tuple[str, str, str], float]:
    """Who makes which class for whom: the margins of flows.csv and demand.csv, tilted to Dy-rich makers.

    Defense buys outside China only, and is tilted like cars: at its own Dy it would all come from one maker.
    """
    dy = {key: fraction["dy"] for key, fraction in recipes().items()}
    flows = {(r["from"], r["to"]): float(r["gross_t_per_yr"]) for r in rows("flows") if r["to"].startswith("B_")}
    unit = 0.0079  # the world's mean Dy fraction, by which both sides of the tilt are measured
    result: dict[tuple[str, str, str], float] = {}
    for buyer in sorted({to for _, to in flows}):
        makers = {maker: t for (maker, to), t in flows.items() if to == buyer}
        classes = {kind: t for (to, kind), t in demand().items() if to == buyer}
        seed = {
            (maker, kind): math.exp(TILT * dy[maker] / unit * (dy["ev" if kind == "defense" else kind] / unit))
            for maker in makers
            for kind in classes
            if not (kind == "defense" and maker in CHINESE_MAKERS)
        }
        for (maker, kind), tonnes in fit(seed, makers, classes).items():
            result[maker, buyer, kind] = tonnes
    return result


def metal_needs(magnets: dict[tuple[str, str, str], float], fraction: dict[str, Vector]) -> dict[str, Vector]:
    """What each metal maker's customer needs: magnet makers, and alloy makers on their behalf."""
    needs = {
        maker: total(oxide_need(t, fraction[CLASSES[kind][1]]) for (who, _, kind), t in magnets.items() if who == maker)
        for maker in MAGNETS
        if any(who == maker for who, _, _ in magnets)
    }
    return needs | {alloy: needs[maker] for maker, alloy in ALLOY_OF.items()}


def trade_in_metal(needs: dict[str, Vector]) -> dict[tuple[str, str, str], float]:
    """Non-Chinese suppliers at the data's tonnage (at most the need); China's metal makers give the rest."""
    flows = element_flows()
    deals: dict[tuple[str, str, str], float] = {}
    for receiver, need in needs.items():
        if receiver in ALLOY_OF:
            deals |= {(ALLOY_OF[receiver], receiver, e): need[e] for e in ELEMENTS}
            continue
        for e in ELEMENTS:
            others = {who: v[e] for (who, to), v in flows.items() if to == receiver and who != "X01" and v[e] > 0}
            whole = math.fsum(others.values())
            kept = min(1.0, need[e] / whole) if whole else 0.0
            deals |= {(who, receiver, e): t * kept for who, t in others.items()}
            rest = need[e] - whole * kept
            if rest > 1e-9 * need[e]:
                deals["X01", receiver, e] = rest
    return deals


def trade_in_oxide(deals: dict[tuple[str, str, str], float]) -> dict[tuple[str, str, str], float]:
    """What X02 and X01 buy. X01: Lynas and MP at the data's tonnage, Chinese plants in proportion."""
    flows = element_flows()
    bought: dict[tuple[str, str, str], float] = {}
    for metal, fixed in (("X02", ()), ("X01", ("S05", "S06"))):
        for e in ELEMENTS:
            need = math.fsum(t for (who, _, of), t in deals.items() if who == metal and of == e)
            given = {who: flows[who, metal][e] for who in fixed if flows[who, metal][e] > 0}
            shared = {who: v[e] for (who, to), v in flows.items() if to == metal and who not in fixed and v[e] > 0}
            rest, whole = need - math.fsum(given.values()), math.fsum(shared.values())
            bought |= {(who, metal, e): t for who, t in given.items()}
            bought |= {(who, metal, e): rest * t / whole for who, t in shared.items()}
    return bought


def nonmagnet_uses() -> dict[tuple[str, str, str], float]:
    """Oxide for other uses. What the data lets X01 sell abroad comes as oxide from the plants behind it."""
    behind = {"ndpr": "S01", "dy": "S02", "tb": "S02"}
    uses: dict[tuple[str, str, str], float] = defaultdict(float)
    for (supplier, to), flow in element_flows().items():
        if not to.startswith("NM_"):
            continue
        for e in ELEMENTS:
            if flow[e] > 0:
                uses[behind[e] if supplier == "X01" else supplier, to, e] += flow[e]
    return dict(uses)


def ore_flows(mp_oxide_t: float) -> tuple[Feed, ...]:
    """Ore by mine and plant, t REO. MP's own plant gets what its sales of oxide take."""
    given = {(row["from"], row["to"]): float(row["gross_t_per_yr"]) for row in rows("flows") if row["from"] in MINES}
    given["M07", "S05"] = MT_WELD_REO_T
    given["M06", "S06"] = mp_oxide_t / (RECOVERY * MP_ASSAY_NDPR)
    return tuple(Feed(mine, plant, tonnes) for (mine, plant), tonnes in given.items())


def data_assays() -> dict[str, Vector]:
    """Assays as the data implies them: recovered oxide over recovery and tonnage."""
    flows, gross = element_flows(), {(r["from"], r["to"]): r["gross_t_per_yr"] for r in rows("flows")}
    assays = {
        mine: {e: t / RECOVERY / float(gross[mine, to]) for e, t in flow.items()}
        for (mine, to), flow in flows.items()
        if mine in MINES and (mine, to) != ("M06", "S06")
    }
    assays["M06"]["ndpr"] = MP_ASSAY_NDPR
    assays["M11"] = {"ndpr": 0.225, "dy": 0.022, "tb": 0.0042}  # compositions.csv; 20 t tell nothing
    assays["SEGH"] = {e: t / RECOVERY / SEGH_T for e, t in flows["S05", "S02"].items()}
    return assays


def fitted_assays(sold: dict[str, Vector], feeds: tuple[Feed, ...]) -> dict[str, Vector]:
    """Scale each plant's ores, one factor per element, until the plant makes what is bought from it."""
    assays = data_assays()
    fixed = ("M06", "M11")
    for plant in PLANTS:
        ores = [feed for feed in feeds if feed.plant == plant]
        for e in ELEMENTS:
            wanted = sold[plant][e] / RECOVERY
            wanted -= math.fsum(f.reo_t * assays[f.mine][e] for f in ores if f.mine in fixed)
            wanted -= SEGH_T * assays["SEGH"][e] if plant == "S02" else 0.0
            have = math.fsum(f.reo_t * assays[f.mine][e] for f in ores if f.mine not in fixed)
            for ore in (f for f in ores if f.mine not in fixed and have > 0):
                assays[ore.mine][e] *= wanted / have
    for e in ("dy", "tb"):  # recovered into SEGH at S05, and once more from it at S02
        assays["M07"][e] = SEGH_T * assays["SEGH"][e] / RECOVERY / MT_WELD_REO_T
    return assays


def swarf_of(magnets: dict[tuple[str, str, str], float], fraction: dict[str, Vector], maker: str) -> Vector:
    """What a maker's swarf contains, t oxide-equivalent a year."""
    return total(
        {e: t * SWARF_PER_MAGNET * fraction[CLASSES[kind][1]][e] * OXIDE_PER_METAL[e] for e in ELEMENTS}
        for (who, _, kind), t in magnets.items()
        if who == maker
    )


def swarf_shares(swarf: dict[str, Vector], sold: Vector) -> dict[str, float]:
    """Part of each maker's swarf that R02 takes, so that 85 % of its scarcest product comes from swarf.

    The lanes of the data go from G03, G04 and G06; G05 has none, and G08's few tonnes stay.
    """
    whole = total(swarf[maker] for maker in ("G03", "G04", "G06"))
    own = swarf["G08"]
    share = min((0.85 * sold[e] / SCRAP_RECOVERY - own[e]) / whole[e] for e in ELEMENTS)
    share = math.floor(share * 1000) / 1000
    kept = {"G03": share, "G04": share, "G06": share, "G07": 1.0, "G08": 1.0}
    return {maker: kept.get(maker, 0.0) for maker in MAGNETS}


def societys_scrap(swarf: dict[str, Vector], share: dict[str, float], sold: dict[str, Vector]) -> dict[str, Vector]:
    """What each recycler needs beside swarf to make what it sells."""
    result: dict[str, Vector] = {}
    for recycler, part in (("R02", share), ("S04", {maker: 1 - share[maker] for maker in swarf})):
        pushed = total({e: part[m] * swarf[m][e] for e in ELEMENTS} for m in swarf)
        result[recycler] = {e: sold[recycler][e] / SCRAP_RECOVERY - pushed[e] for e in ELEMENTS}
    return result


def reconcile() -> Reconciled:
    """Make the year agree, from demand up to the mines."""
    scale = scale_of_recipes()
    fraction, magnets = magnet_fractions(scale), allot_magnets()
    deals = trade_in_metal(metal_needs(magnets, fraction))
    oxide, uses = deals | trade_in_oxide(deals), nonmagnet_uses()
    trade = [*oxide.items(), *uses.items()]
    sold = {
        plant: {e: math.fsum(t for (w, _, of), t in trade if (w, of) == (plant, e)) for e in ELEMENTS}
        for plant in PLANTS
    }
    feeds = ore_flows(sold["S06"]["ndpr"])
    swarf = {maker: swarf_of(magnets, fraction, maker) for maker in MAGNETS if maker != "G07"}
    share = swarf_shares(swarf, sold["R02"])
    scrap = societys_scrap(swarf, share, sold)
    eol_t = {recycler: content["ndpr"] / SCRAP_NDPR for recycler, content in scrap.items()}
    return Reconciled(
        scale=scale,
        magnet_fraction=fraction,
        magnets=magnets,
        oxide=oxide,
        nonmagnet=uses,
        feeds=feeds,
        assay=fitted_assays(sold, feeds),
        swarf_share=share,
        eol_t=eol_t,
        eol_content={r: {e: t / eol_t[r] for e, t in content.items()} for r, content in scrap.items()},
    )
