"""The answer in two sentences: who runs short, how long and when; and what prices do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from sim.documents import Json
from sim.report import words
from sim.results.metrics import LOSSES, OUTPUT_LOST

Hit = TypeVar("Hit")

GLANCE_PRIORITY = "priority:1"
EVER, IN_FORCE, ATTRIBUTABLE = "peak_multiple", "peak_in_force_multiple", "attributable_peak"
CLEARLY_HIGHER = 1.25
"""A peak this many times another is worth a word of its own; years of mere noise make about 1.2."""
NAMED_AT_MOST = 6


class Peak(NamedTuple):
    """How high one price goes in one market."""

    priced: str
    market: str
    p50: float
    p95: float


def answer(summary: Json) -> tuple[str, str]:
    """Return the two sentences that a planner reads first."""
    return _shortage_sentence(summary), _price_sentence(summary)


def short_buyers(summary: Json) -> list[tuple[str, Json]]:
    """Return the buyers that are short in any future, those that lose most production-days first."""
    ever = [item for item in summary["buyers"].items() if item[1]["probability_of_shortage"]["mean"] > 0]
    return sorted(ever, key=lambda item: -item[1]["lost_production_days"]["mean"])


def foremost(short: Sequence[Hit], aimed: Callable[[Hit], bool]) -> tuple[Hit, str]:
    """Return whom a planner asks about first of those that are short, the worst first, and in what it stands out.

    Where controls name whom they are `aimed` at, that is one of these.
    """
    one = next(filter(aimed, short), short[0])
    return one, "hit hardest" if one is short[0] else "hit hardest of those at whom controls are aimed"


def hardest_hit(summary: Json) -> tuple[Json, str]:
    """Return the buyer that a planner asks about first, of those that are short, and in what it stands out."""
    aimed = summary.get("aimed_at", ())
    return foremost([buyer for _, buyer in short_buyers(summary)], lambda buyer: buyer["region"] in aimed)


def by_region(summary: Json) -> list[tuple[str, list[Json]]]:
    """Return the buyers that are short in at least 5 of 100 futures by region's name, the worst first in each.

    A buyer has its `id`, and as its `use` its name without that of the region.
    """
    regions: dict[str, list[Json]] = {}
    for id, buyer in short_buyers(summary):
        if buyer["shortage_days"]["p95"] > 0:
            region = summary["names"]["regions"].get(buyer["region"], buyer["region"])
            use = words.sentence(buyer["name"].removeprefix(f"{region} "))
            regions.setdefault(region, []).append(buyer | {"id": id, "use": use})
    return list(regions.items())


def the_others(summary: Json) -> str:
    """Count the buyers that `by_region` leaves out; empty where there are none."""
    ever = short_buyers(summary)
    seldom = len(ever) - sum(len(buyers) for _, buyers in by_region(summary))
    never = len(summary["buyers"]) - len(ever)
    parts = [f"{seldom} in fewer than 5 of 100 futures"] if seldom else []
    parts += [f"{never} never"] if never else []
    return f"Other buyers short: {', '.join(parts)}." if parts else ""


def short_because_dear(summary: Json) -> str:
    """Name the buyers of `by_region` that forgo more for the price than they are refused; empty without any."""
    dear = [
        buyer["name"]
        for _, buyers in by_region(summary)
        for buyer in buyers
        if buyer["priced_out_t"]["mean"] > buyer["unmet_t"]["mean"]
    ]
    if not dear:
        return ""
    return f"Short because it is dear, not because it is refused: {words.listed(dear, NAMED_AT_MOST)}."


def losses(summary: Json) -> str:
    """Say what output was lost, for want and for its price, and what that means to its buyers; empty without any."""
    lost, want, dear, welfare = (summary[metric.name]["mean"] for metric in LOSSES)
    if not lost:
        return ""
    said = f"Output lost: {words.usd(lost)} on average, {words.usd(summary[OUTPUT_LOST.name]['p95'])} at p95"
    if not dear:
        return f"{said}."
    return (
        f"{said}. Of the mean, {words.usd(want)} could not be had and {words.usd(dear)} was given up because it was "
        f"dear. Counting the latter by what it was worth to its buyers beyond the old price, welfare lost is "
        f"{words.usd(welfare)}."
    )


def has_peaks_in_force(summary: Json) -> bool:
    """Say whether it is known how high any price goes while a control stands."""
    return any(
        stats[IN_FORCE]["p50"] is not None for markets in summary["prices"].values() for stats in markets.values()
    )


def peaks(summary: Json, metric: str = EVER) -> list[Peak]:
    """Return how high each price goes, ever or in force, the highest first."""
    found = [
        Peak(priced, market, stats[metric]["p50"], stats[metric]["p95"])
        for priced, markets in summary["prices"].items()
        for market, stats in markets.items()
        if stats[metric]["p50"] is not None
    ]
    return sorted(found, key=lambda peak: -peak.p50)


def glance(summary: Json) -> list[tuple[str, str, str]]:
    """Return the few figures to take away: the figure, what it is, and how sure it is."""
    any_short, limit = summary["any_buyer"]["probability_of_shortage"], summary["within_limit"]
    tiles = [(words.percent(any_short["mean"]), "chance that somebody runs short", _shares(any_short))]
    if short_buyers(summary):
        buyer, hit = hardest_hit(summary)
        days = buyer["shortage_days"]
        tile = f"days short on average: {buyer['name']}, {hit}"
        tiles.append((words.count(days["mean"]), tile, f"95 % interval {words.interval(days['ci95'])}"))
    if GLANCE_PRIORITY in limit["priorities"]:
        chance = limit["priorities"][GLANCE_PRIORITY]
        tile = f"chance that no priority 1 buyer is short more than {limit['limit_d']} days"
        tiles.append((words.percent(chance["mean"]), tile, _shares(chance)))
    metric, when = (IN_FORCE, " while the control stands") if has_peaks_in_force(summary) else (EVER, "")
    for peak in peaks(summary, metric)[:1]:
        ci95 = summary["prices"][peak.priced][peak.market][metric]["p50_ci95"]
        tile = f"median peak of the {_thing(summary, peak.priced)} price{when}, {_market(summary, peak.market)}"
        sure = f"95 % interval {words.interval(ci95, digits=1)}"
        tiles.append((words.multiple(peak.p50), tile, sure))
    return tiles


def _shares(chance: Json) -> str:
    return f"95 % interval {words.interval(chance['ci95'], 100, 1)} %"


def _shortage_sentence(summary: Json) -> str:
    short = short_buyers(summary)
    if not short:
        return f"No buyer runs short in any of the {words.count(summary['replications'])} futures simulated."
    (buyer, stands_out), chance = hardest_hit(summary), summary["any_buyer"]["probability_of_shortage"]["mean"]
    name, days = buyer["name"], buyer["shortage_days"]
    hit = f"somebody runs short; {name} is {stands_out}"
    if len(short) == 1:
        hit = f"{name} runs short, and nobody else ever does"
    return (
        f"In {words.of_100(chance)} {hit}: {words.count(days['mean'])} days on average, "
        f"{words.count(days['p95'])} or more in the worst 5 of 100{_first_day(summary, buyer)}{_dearest(short, buyer)}."
    )


def _dearest(short: list[tuple[str, Json]], named: Json) -> str:
    """Say who loses the most output, where that is not who was named: a small buyer may be hit hardest."""
    buyer = max((buyer for _, buyer in short), key=lambda buyer: buyer["output_lost_usd"]["mean"])
    if buyer is named:
        return ""
    return f"; {buyer['name']} loses the most output, {words.usd(buyer['output_lost_usd']['mean'])} on average"


def _first_day(summary: Json, buyer: Json) -> str:
    """Say when the shortage begins: in the middle future, or in the early ones where most are never short."""
    first, since = buyer["first_shortage_day"], buyer["first_shortage_since_disruption_d"]
    name, often = ("p50", "in the median future") if first["p50"] is not None else ("p05", "in the earliest 5 of 100")
    if first[name] is None:
        return ""
    after = since[name]
    delay = f", {words.count(after)} days after the disruption," if after is not None and after > 0 else ""
    return f", beginning on {words.date(summary['start_date'], first[name])}{delay} {often}"


def _price_sentence(summary: Json) -> str:
    if has_peaks_in_force(summary):
        return _price_in_force_sentence(summary)
    found = peaks(summary)
    if not found:
        return "Prices are not part of this scenario."
    top = found[0]
    elsewhere = [peak for peak in found if peak.priced == top.priced and peak.market != top.market]
    there = "".join(f"; {_market(summary, peak.market)} at {words.multiple(peak.p50)}" for peak in elsewhere)
    thing = words.sentence(_thing(summary, top.priced))
    return (
        f"{thing} peaks at {words.multiple(top.p50)} its opening price {_market(summary, top.market)} in the "
        f"median future and at {words.multiple(top.p95)} or more in the worst 5 of 100{there}."
    )


def _price_in_force_sentence(summary: Json) -> str:
    """Say what holds while a control stands, and where prices only rise once it is gone."""
    found = peaks(summary, IN_FORCE)
    top = found[0]
    elsewhere = [peak for peak in found if peak.priced == top.priced and peak.market != top.market]
    there = "".join(f", {words.multiple(peak.p50)} {_market(summary, peak.market)}" for peak in elsewhere)
    later = "".join(_rise_once_lifted(summary, peak) for peak in elsewhere)
    return (
        f"While the control stands, {_thing(summary, top.priced)} peaks at {words.multiple(top.p50)} its opening "
        f"price {_market(summary, top.market)} in the median future ({words.multiple(top.p95)} or more in the worst "
        f"5 of 100){there}{later}."
    )


def _rise_once_lifted(summary: Json, in_force: Peak) -> str:
    """Say that a price peaks after the control, where that is clearly higher, not noise, and the control ends."""
    stats = summary["prices"][in_force.priced][in_force.market]
    ever, attributable = stats[EVER]["p50"], stats[ATTRIBUTABLE]["p50"]
    least = ever if attributable is None else min(ever, attributable)
    if summary["control_end_day"]["p50"] is None or least < CLEARLY_HIGHER * in_force.p50:
        return ""
    market = summary["names"]["markets"].get(in_force.market, in_force.market)
    return f"; after it is lifted stocks refill and {market} peaks at {words.multiple(ever)}"


def _thing(summary: Json, id: str) -> str:
    return str(summary["names"]["materials"].get(id, id))


def _market(summary: Json, id: str) -> str:
    return f"on the {summary['names']['markets'].get(id, id)} market"
