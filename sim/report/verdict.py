"""Which policy is better and how sure, in one to three sentences, from compare.json."""

from __future__ import annotations

from sim.documents import Json
from sim.report import words

TOTAL = "buyer_shortage_days"
COUNTED = "its piles: purchases, storage, capital and delivery less sales and what is left"
SAVES = "saves"
"""What stands for the cost per day avoided where money is clearly saved, too: a figure below 0 ranks nothing."""
EVEN = 1.05
"""A variance ratio below it would be told as once as many futures, or fewer: pairing gains nothing."""


def verdict(comparison: Json) -> list[str]:
    """Return the sentences that a planner reads first."""
    first = comparison["ranking"]["order"][0]
    said = [_best(comparison), _how_often(comparison, first), _elsewhere(comparison, first)]
    said += [_price(comparison, first), _transfers(comparison)]
    return [sentence for sentence in said if sentence]


def cost_per_day(cost: Json) -> str:
    """Say what a shortage day avoided costs, without its interval."""
    if cost["mean"] is None:
        return words.NONE
    return SAVES if cost["ci95"][1] < 0 else words.usd(cost["mean"])


def costs(comparison: Json) -> dict[str, Json]:
    """Return what a buyer-day avoided costs under every policy but the baseline."""
    found = comparison["differences"].items()
    return {policy: difference["cost_per_shortage_day_avoided"][TOTAL] for policy, difference in found}


def why_undefined(comparison: Json) -> list[str]:
    """Say of each policy without a cost per day avoided why it has none."""
    return [
        f"{policy}: cost per day avoided is not defined, for {cost['reason']}."
        for policy, cost in costs(comparison).items()
        if cost["reason"]
    ]


def pairing(comparison: Json) -> str:
    """Say how many times more futures it would take without pairing; empty where that is not known."""
    found = (difference["objective"]["variance_ratio"] for difference in comparison["differences"].values())
    ratios = [ratio for ratio in found if ratio is not None]
    if not ratios:
        return ""
    if max(ratios) < EVEN:
        return "Futures of its own for every policy would tell as much."
    least, most = words.count(min(ratios)), words.count(max(ratios))
    times = least if least == most else f"{least} to {most}"
    return f"Futures of its own for every policy would have to be {times} times as many."


def _best(comparison: Json) -> str:
    ranking, objective = comparison["ranking"], comparison["objective"]
    first, unit = ranking["order"][0], objective["unit"]
    mean = words.amount(comparison["results"][first]["objective"]["mean"], unit)
    on_average = f"{mean} {objective['name']} on average"
    pairs = [pair for pair in ranking["pairs"] if pair["ahead"] == first]
    if _all_equal(comparison):
        return f"{words.listed([first, *ranking['equal_to_first']])} are equal in every future: {on_average}."
    sure = f"at {words.percent(ranking['confidence'])} confidence"
    if not ranking["settled"]:
        return f"Which is best is not settled {sure}: {_lead(first, on_average, pairs, unit)}. {_to_settle(comparison)}"
    worse = [_behind(pair, unit) for pair in pairs if pair["state"] == "worse"]
    close = [pair["behind"] for pair in pairs if pair["state"] == "no_better"]
    than = f", {words.listed(worse)}" if worse else ""
    if not close:
        return f"{first} is best, {sure}: {on_average}{than}."
    zone = words.amount(ranking["indifference"], unit)
    return (
        f"{first} leads with {on_average}{than}; {words.listed(close)} may be as good, but {sure} better by no more "
        f"than {zone}."
    )


def _behind(pair: Json, unit: str) -> str:
    by, low = words.amount(pair["mean"], unit), words.amount(pair["low"], unit)
    return f"{by} {'fewer' if unit == 'd' else 'less'} than {pair['behind']} (at least {low})"


def _lead(first: str, on_average: str, pairs: list[Json], unit: str) -> str:
    open_ones = [
        f"{pair['behind']}, {words.amount(pair['mean'], unit)} behind" for pair in pairs if pair["state"] == "open"
    ]
    return f"{first} leads with {on_average}, but {words.listed(open_ones)}, may be better"


def _to_settle(comparison: Json) -> str:
    more, n = comparison["ranking"]["more_futures"], comparison["replications"]
    if n == 1:
        return "A single future says what can happen, and nothing about how likely that is."
    if more is None:
        return "No number of futures in sight would settle it; say with --indifference which lead does not matter."
    return f"About {words.count(more)} more futures would (-n {n + more})."


def _how_often(comparison: Json, first: str) -> str:
    if _all_equal(comparison):
        return ""
    chance = comparison["results"][first]["probability_best"]
    low, high = (words.percent(bound) for bound in chance["ci95"])
    return f"It is the best in {words.of_100(chance['mean'])} (95 % interval {low} to {high})."


def _elsewhere(comparison: Json, first: str) -> str:
    """Name the families of futures in which another policy leads."""
    leads = {family["name"]: family["ranking"] for family in comparison["families"].values()}
    others = [
        f"{ranking['order'][0]} in those {name}"
        for name, ranking in leads.items()
        if first not in (ranking["order"][0], *ranking["equal_to_first"])
    ]
    return f"Others lead in a part of the futures: {words.listed(others)}." if others else ""


def _price(comparison: Json, first: str) -> str:
    """Say what the best costs against the baseline, and what that buys where it is known to buy anything."""
    baseline = comparison["baseline"]
    if first == baseline or _all_equal(comparison):
        return ""
    difference, cost = comparison["differences"][first], costs(comparison)[first]
    extra = difference["policy_cost_usd"]["mean"]
    if not extra:
        return "" if extra is None else f"Against {baseline} nothing it does is counted as cost."
    spent = f"costs {words.usd(abs(extra))} {'more' if extra > 0 else 'less'}"
    if cost["mean"] is None:
        return f"Against {baseline} it {spent} ({COUNTED})."
    days = f"Against {baseline} it avoids {words.count(-difference[TOTAL]['mean'])} buyer-days of shortage and {spent}"
    if extra < 0:
        return f"{days} ({COUNTED})."
    return f"{days}, {words.usd(cost['mean'])} per day avoided ({words.amounts(cost['ci95'], 'usd')}; {COUNTED})."


def _transfers(comparison: Json) -> str:
    """Say what policies pay out beside their cost: support of projects, top-ups of price floors."""
    means = {
        policy: (comparison["results"][policy].get("policy_transfers_usd") or {}).get("mean")
        for policy in comparison["policies"]
    }
    paid = [f"{policy} {words.usd(mean)}" for policy, mean in means.items() if mean]
    return f"Paid out besides, as transfers: {words.listed(paid, at_most=12)}." if paid else ""


def _all_equal(comparison: Json) -> bool:
    return len(comparison["ranking"]["equal_to_first"]) == len(comparison["policies"]) - 1
