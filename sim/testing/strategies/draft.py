"""A scenario that is being drawn: its parts so far, and how more are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st

from sim.testing.quantities import Spec, exponential, q, triangular, uniform

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[T]], T]
OXIDE_CONTENT = {"ndpr": 1.0, "dy": 1.0, "tb": 1.0}
METAL_CONTENT = {"ndpr": 1.17, "dy": 1.147}
ASSAYS = (
    {"ndpr": 0.2, "dy": 0.01, "tb": 0.002},
    {"ndpr": 0.16, "dy": 0.04, "tb": 0.006},
    {"ndpr": 0.25, "dy": 0.004, "tb": 0.001},
)
GRADES = {"magnet_std": {"ndpr": 0.35, "dy": 0.011}, "magnet_hot": {"ndpr": 0.3, "dy": 0.055}}
TRANSITS = (
    q(1, "d"), q(4, "d"), q(2, "week"), uniform(2, 9, "d"), triangular(5, 10, 30, "d"), exponential(6, "d")
)  # fmt: skip
COVERS = (q(5, "d"), q(15, "d"), q(0, "d"), uniform(5, 30, "d"), q(40, "d"))
NERVOUS: Spec = {"times": "nerves"}
"""What multiplies a figure with the one parameter that drawn scenarios have."""
HABITS = (
    "spot", "backlog", "catch_up", "long_elasticity", "contract_lag", "floor", "thrifty_buyer", "thrifty_maker",
    "idle", "growth_until", "doubt", "speculation", "decay",
)  # fmt: skip
"""What firms may do besides, floors under prices, and doubt about how both answer."""


class Draft:
    """A scenario that is being drawn, as the plain dict it will be read from."""

    def __init__(self, draw: Draw[Any], max_facilities: int, horizon: int, *, calm: bool) -> None:
        self.draw = draw
        self.horizon = horizon
        self.calm = calm
        self.with_tb = self.pick(False, True)
        self.regions = self.pick(("cn", "jp"), ("cn", "jp", "us"))
        self.facilities: dict[str, Spec] = {}
        self.buyers: dict[str, Spec] = {}
        self.lanes: dict[str, Spec] = {}
        self.disruptions: dict[str, Spec] = {}
        self.responses: dict[str, Spec] = {}
        self.projects: dict[str, Spec] = {}
        self.floors: dict[str, Spec] = {}
        self.makers_of: dict[str, list[str]] = {}
        """Material -> the facilities that ship it."""
        self.grows = not calm and self.pick(False, True)
        self.left = 0 if horizon > 365 else max_facilities - 4
        self.has_swarf = False
        self.habits: list[str] = draw(st.lists(st.sampled_from(HABITS), max_size=3, unique=True))

    def pick(self, *menu: T) -> T:
        """Draw from a menu."""
        drawn: T = self.draw(st.sampled_from(menu))
        return drawn

    def number_of(self, *menu: int) -> int:
        """Draw a number of facilities of a stage, one at least, while the allowance lasts."""
        number = self.pick(*[n for n in menu if n - 1 <= self.left])
        self.left -= number - 1
        return number

    @property
    def oxides(self) -> list[str]:
        """The separated elements' oxides."""
        return ["ndpr_oxide", "dy_oxide", *(["tb_oxide"] if self.with_tb else [])]

    @property
    def elements(self) -> list[str]:
        """What is balanced."""
        return [oxide.removesuffix("_oxide") for oxide in self.oxides] + ["other"]

    def materials(self) -> dict[str, Spec]:
        """Return every material with its content."""
        found = {oxide: _material("oxide", {oxide.removesuffix("_oxide"): 1.0}) for oxide in self.oxides}
        for element, content in METAL_CONTENT.items():
            found[f"{element}_metal"] = _material("metal", {element: content})
        for grade, parts in GRADES.items():
            found[grade] = _material("magnet", parts)
        found["swarf"] = _material("scrap", GRADES["magnet_std"])
        for number, assay in enumerate(ASSAYS):
            parts = {e: c for e, c in assay.items() if e in self.elements}
            found[f"conc{number}"] = _material("concentrate", parts | {"other": 1 - sum(parts.values())})
        return found

    def doubted(self, plain: Spec, *doubted: Spec) -> Spec:
        """Return what is certain, or in doubt where there is any."""
        return self.pick(*doubted) if "doubt" in self.habits else plain

    def answer(self) -> Spec:
        """Draw from when firms answer to a price; at opening prices they never do."""
        return {
            "starts_at": q(self.pick(1.02, 1.3), "multiple"),
            "full_at": q(self.pick(1.5, 3.0), "multiple"),
            "lag": q(self.pick(10, 1, 60), "d"),
        }

    @property
    def grades(self) -> list[str]:
        """The magnets that somebody buys, in order of the file."""
        bought = {buyer["material"] for buyer in self.buyers.values()}
        return [grade for grade in GRADES if grade in bought]

    @property
    def magnets_tpd(self) -> float:
        """All magnets bought per day."""
        wanted = [b["demand"]["value"] for b in self.buyers.values() if b["material"] in GRADES]
        return float(sum(wanted)) / 365

    def named(self, stage: str) -> list[str]:
        """Return the facilities of a stage, whose names begin with it."""
        return [name for name in self.facilities if name.startswith(stage)]

    def users_of(self, material: str) -> list[str]:
        """Return whom a pile of this material may serve: all of them, or the first."""
        users = [
            name
            for name, plant in self.facilities.items()
            if any(material in recipe["inputs"] for recipe in plant.get("recipes", {}).values())
        ]
        users += [name for name, buyer in self.buyers.items() if buyer["material"] == material]
        return users[: self.pick(1, 4)]

    def lane(self, seller: str, receiver: str, material: str) -> Spec:
        """Draw a lane."""
        return {"from": seller, "to": receiver, "material": material, "transit": self.pick(*TRANSITS)}


def _material(form: str, content: dict[str, float]) -> Spec:
    return {"form": form, "content": {element: q(part, "t/t") for element, part in content.items()}}
