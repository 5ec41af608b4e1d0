"""Check that the network of 2024 stands still, and how far it is from the data it was made of.

    python scenarios/networks/check_balance.py [FILE]

Reads the file as plain YAML and works out the steady flows from demand upstream, as docs/model.md, section
3, does where nothing is disturbed. Ends with 1 if a node does not balance to 1e-6 of what passes it, or is
over capacity.
"""

from __future__ import annotations

import csv
import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
ELEMENTS = ("ndpr", "dy", "tb")
TOLERANCE = 1e-6
MELT_LOSS = 0.03
"""Part of its input that a magnet maker loses; metal makers lose nothing."""
ORE_RECOVERY = 0.92
"""The data gives ore by what is recovered from it."""

Vector = dict[str, float]


@dataclass(frozen=True)
class Balance:
    """What passes a node in a year, t oxide-equivalent."""

    node: str
    stage: str
    row: str
    """Its row in nodes.csv, or nothing."""
    taken: Vector
    given: Vector
    gap: Vector
    """What is neither given nor lost as it should be."""
    fill: float
    """Flow over capacity."""

    @property
    def worst(self) -> float:
        """Largest gap, relative to what passes."""
        passing = {e: max(self.taken[e], self.given[e]) for e in ELEMENTS}
        return max((abs(self.gap[e]) / passing[e] for e in ELEMENTS if passing[e] > 0), default=0.0)


def typical(quantity: dict[str, Any] | None) -> float:
    """Give a constant, or the most likely value."""
    if quantity is None:
        return 0.0
    return float(quantity["value"] if "value" in quantity else quantity["triangular"][1])


class Network:
    """The steady flows of a network, t a year."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Index the lanes by sender, receiver and group."""
        self.facilities = document["facilities"]
        self.buyers = document["buyers"]
        self.content: dict[str, Vector] = {
            key: {e: typical(q) for e, q in material["content"].items()}
            for key, material in document["materials"].items()
        }
        piles = {key for key, one in self.facilities.items() if one["kind"] == "stockpile"}
        self.lanes = {key: lane for key, lane in document["lanes"].items() if lane["from"] not in piles}
        self.groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.leaving: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key, lane in self.lanes.items():
            if not lane.get("push"):
                self.groups[self.group(lane)].append(key)
            self.leaving[lane["from"], lane["material"]].append(key)

    def group(self, lane: dict[str, Any]) -> tuple[str, str]:
        """Name the group: one per input of a maker, per separation plant, per buyer, per pile's material."""
        receiver = lane["to"]
        kind = self.facilities[receiver]["kind"] if receiver in self.facilities else "buyer"
        one = kind in ("separation", "buyer")
        return receiver, "" if one else lane.get("received_as", lane["material"])

    def booked(self, key: str) -> str:
        """Give the material that a lane's cargo counts as."""
        lane = self.lanes[key]
        return str(lane.get("received_as", lane["material"]))

    def factor(self, key: str) -> float:
        """Tonnes received per tonne shipped."""
        shipped, booked = self.content[self.lanes[key]["material"]], self.content[self.booked(key)]
        return next(shipped[e] / booked[e] for e in shipped)

    @cache  # noqa: B019
    def share(self, key: str) -> float:
        """Contract share, normalised over the group (or over the row that is pushed from)."""
        lane = self.lanes[key]
        if lane.get("push"):
            others = [k for k in self.leaving[lane["from"], lane["material"]] if self.lanes[k].get("push")]
        else:
            others = self.groups[self.group(lane)]
        whole = math.fsum(typical(self.lanes[k].get("share")) for k in others)
        return typical(lane.get("share")) / whole if whole else 0.0

    @cache  # noqa: B019
    def yields(self, plant: str, product: str, feed: str) -> float:
        """Tonnes of product per tonne of feed."""
        made, ore = self.content[product], self.content[feed]
        rho = {e: typical(q) for e, q in self.facilities[plant]["recovery"].items()}
        return min(ore.get(e, 0.0) * rho.get(e, 0.0) / part for e, part in made.items())

    @cache  # noqa: B019
    def flow(self, key: str) -> float:
        """Tonnes shipped a year."""
        lane = self.lanes[key]
        if lane.get("push"):
            return self.share(key) * self.byproduct(lane["from"], lane["material"])
        need = self.use(*self.group(lane))
        if self.facilities.get(lane["to"], {}).get("kind") == "separation":
            need -= self.pushed(lane["to"])
        return need * self.share(key) / self.factor(key)

    @cache  # noqa: B019
    def out(self, facility: str, product: str) -> float:
        """Tonnes of a product that are ordered a year."""
        return math.fsum(self.flow(k) for k in self.leaving[facility, product] if not self.lanes[k].get("push"))

    @cache  # noqa: B019
    def byproduct(self, maker: str, material: str) -> float:
        """Tonnes of a by-product a year."""
        recipes = self.facilities[maker]["recipes"].items()
        return math.fsum(
            typical(recipe.get("byproducts", {}).get(material)) * self.out(maker, product)
            for product, recipe in recipes
        )

    def pushes(self, plant: str) -> list[str]:
        """Lanes that push into a plant."""
        return [key for key, lane in self.lanes.items() if lane.get("push") and lane["to"] == plant]

    @cache  # noqa: B019
    def pushed(self, plant: str) -> float:
        """Tonnes pushed into a plant a year."""
        return math.fsum(self.flow(key) for key in self.pushes(plant))

    @cache  # noqa: B019
    def use(self, receiver: str, feed: str) -> float:
        """Tonnes a group takes a year, before pushes are taken off."""
        if receiver in self.buyers:
            return typical(self.buyers[receiver]["demand"])
        plant = self.facilities[receiver]
        if plant["kind"] == "stockpile":
            return 0.0
        if plant["kind"] == "maker":
            recipes = plant["recipes"].items()
            return math.fsum(
                typical(recipe["inputs"].get(feed)) * self.out(receiver, product) for product, recipe in recipes
            )
        return self.run(receiver)

    def run(self, plant: str) -> float:
        """Tonnes of feed a separation plant needs: the product that needs the most decides."""
        pushed, need = self.pushed(plant), 0.0
        for product in self.facilities[plant]["products"]:
            ready = math.fsum(
                self.flow(key) * self.yields(plant, product, self.booked(key)) for key in self.pushes(plant)
            )
            mean = math.fsum(
                self.share(key) * self.yields(plant, product, self.booked(key)) for key in self.groups[plant, ""]
            )
            missing = max(0.0, self.out(plant, product) - ready)
            need = max(need, missing / mean if mean > 0 else 0.0)
        return pushed + need

    def contained(self, amounts: Iterator[tuple[str, float]]) -> Vector:
        """Add up elements over (material, tonnes)."""
        listed = list(amounts)
        return {e: math.fsum(self.content[m].get(e, 0.0) * t for m, t in listed) for e in ELEMENTS}

    def arriving(self, node: str) -> Iterator[tuple[str, float]]:
        """Give (material, tonnes received) by lane."""
        for key, lane in self.lanes.items():
            if lane["to"] == node:
                yield self.booked(key), self.flow(key) * self.factor(key)

    def made(self, name: str) -> Iterator[tuple[str, float]]:
        """Give (product, tonnes made) where a plant runs as it must, whether or not all of it is ordered."""
        plant = self.facilities[name]
        if plant["kind"] == "mine":
            yield plant["product"], self.out(name, plant["product"])
        elif plant["kind"] == "separation":
            for product in plant["products"]:
                yield (
                    product,
                    math.fsum(t * self.yields(name, product, feed) for feed, t in self.arriving(name)),
                )
        else:
            for product, recipe in plant["recipes"].items():
                yield product, self.out(name, product)
                for swarf, ratio in recipe.get("byproducts", {}).items():
                    yield swarf, typical(ratio) * self.out(name, product)

    def leaving_by_lane(self, name: str) -> Iterator[tuple[str, float]]:
        """Give (material, tonnes shipped) by lane."""
        for key, lane in self.lanes.items():
            if lane["from"] == name:
                yield lane["material"], self.flow(key)


def balance_of(network: Network, name: str) -> Balance:
    """Balance one plant."""
    plant = network.facilities[name]
    taken, made = network.contained(network.arriving(name)), network.contained(network.made(name))
    shipped = network.contained(network.leaving_by_lane(name))
    gap = {e: made[e] - shipped[e] for e in ELEMENTS}
    if plant["kind"] == "maker":
        lost = MELT_LOSS if plant["stage"] == "magnet" else 0.0
        gap = {e: taken[e] * (1 - lost) - shipped[e] for e in ELEMENTS}
    tonnes = math.fsum(t for _, t in network.arriving(name))
    if plant["kind"] in ("mine", "maker"):
        products = plant.get("recipes") or {plant.get("product"): None}
        tonnes = math.fsum(network.out(name, product) for product in products)
    row = re.search(r"\[(\w+)\]$", plant.get("name", ""))
    return Balance(
        node=name,
        stage=plant.get("stage", plant["kind"]),
        row=row[1] if row else "",
        taken=taken,
        given=shipped,
        gap=gap,
        fill=tonnes / typical(plant["capacity"]),
    )


def buyers_of(network: Network) -> Iterator[Balance]:
    """Balance the buyers of a region together: what arrives is what they use."""
    regions: dict[str, list[str]] = defaultdict(list)
    for name, buyer in network.buyers.items():
        kind = "NM" if buyer["material"].endswith("_oxide") else "B"
        regions[f"{kind}_{buyer['region'].upper()}"].append(name)
    for row, names in regions.items():
        taken = network.contained(pair for name in names for pair in network.arriving(name))
        used = network.contained((network.buyers[n]["material"], typical(network.buyers[n]["demand"])) for n in names)
        gap = {e: taken[e] - used[e] for e in ELEMENTS}
        yield Balance(row, "buyer", row, taken, used, gap, 0.0)


def data_of(balance: Balance, table: dict[str, Vector]) -> tuple[Vector, Vector]:
    """Give the model's figure and the data's, as the data counts: ore recovered, oxide sold, metal bought."""
    nothing = dict.fromkeys(ELEMENTS, math.nan)
    ours = balance.taken if balance.stage in ("metal", "magnet", "buyer") else balance.given
    if balance.stage == "mine":
        ours = {e: ORE_RECOVERY * t for e, t in ours.items()}
    return ours, table.get(balance.row, nothing)


def difference(ours: float, theirs: float) -> str:
    """Write the difference from the data in per cent."""
    return f"{100 * (ours / theirs - 1):+7.1f}" if theirs and not math.isnan(theirs) else "      -"


def print_table(balances: list[Balance], table: dict[str, Vector]) -> None:
    """Print every node, three elements to a line."""
    print(
        f"{'':28}{'fill':>5}" + "".join(f" | {e + ' in':>10}{'out':>9}{'gap':>9}{'data':>9}{'%':>7}" for e in ELEMENTS)
    )
    stage = ""
    for balance in balances:
        if balance.stage != stage:
            stage = balance.stage
            print(stage)
        ours, theirs = data_of(balance, table)
        cells = (
            f" | {balance.taken[e]:10.1f}{balance.given[e]:9.1f}{balance.gap[e]:9.1e}{theirs[e]:9.1f}"
            f"{difference(ours[e], theirs[e])}"
            for e in ELEMENTS
        )
        print(f"  {balance.node:26}{balance.fill:5.2f}" + "".join(cells))


def print_stages(balances: list[Balance], table: dict[str, Vector]) -> None:
    """Print the sums by stage, as the data counts them."""
    print(f"\n{'stage, as the data counts':28}" + "".join(f" | {e:>10}{'data':>9}{'%':>7}" for e in ELEMENTS))
    for stage in dict.fromkeys(balance.stage for balance in balances):
        pairs = [data_of(one, table) for one in balances if one.stage == stage and one.row in table]
        sums = {e: (math.fsum(p[0][e] for p in pairs), math.fsum(p[1][e] for p in pairs)) for e in ELEMENTS}
        cells = (f" | {ours:10.1f}{theirs:9.1f}{difference(ours, theirs)}" for ours, theirs in sums.values())
        print(f"{stage:28}" + "".join(cells))


def read_data() -> dict[str, Vector]:
    """Read the data's own figures by node."""
    columns = {"ndpr": "NdPr_ox_t_2024", "dy": "Dy_ox_t_2024", "tb": "Tb_ox_t_2024"}
    with (HERE / "data_2024" / "nodes.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: {e: float(row[c]) for e, c in columns.items()} for row in csv.DictReader(file)}


def balances_of(document: dict[str, Any]) -> list[Balance]:
    """Balance every plant, then the buyers by region."""
    network = Network(document)
    plants = [balance_of(network, name) for name, one in network.facilities.items() if one["kind"] != "stockpile"]
    return [*plants, *buyers_of(network)]


def main() -> int:
    """Print the tables; return 1 if something does not balance."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "world_2024.yaml"
    with path.open(encoding="utf-8") as file:
        balances = balances_of(yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    table = read_data()
    print_table(balances, table)
    print_stages(balances, table)
    worst = max(balances, key=lambda one: one.worst)
    print(f"\nworst gap: {worst.worst:.1e} of what passes, at {worst.node}")
    failed = [one.node for one in balances if not (one.worst <= TOLERANCE and one.fill <= 1)]
    print("does not balance: " + ", ".join(failed) if failed else "balances")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
