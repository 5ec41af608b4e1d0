"""Vulnerabilities in words: which loss hurts most, whom, and in what world it was tried."""

from __future__ import annotations

from sim.documents import Json
from sim.report import words
from sim.report.verdict import TOTAL

KINDS = {"facility": "plant", "country": "country's exports", "lane": "lane"}


def answer(document: Json) -> str:
    """Say which loss hurts most, by how much, and whom."""
    worst = document["losses"][0] if document["losses"] else None
    if worst is None or worst[TOTAL]["mean"] <= 0:
        return f"None of the {len(document['losses'])} losses leaves anybody short for longer on average."
    said = f"Losing {loss_name(worst)} for {words.count(document['loss']['days'])} days hurts most"
    days, lost = worst[TOTAL], worst["output_lost_usd"]
    between = "" if days["ci95"][0] is None else f" (95 % interval {words.interval(days['ci95'])})"
    hit = words.listed([document["names"][id] for id in worst["hit_most"]])
    return (
        f"{said}: {words.count(days['mean'])} buyer-days of shortage more{between} and output worth "
        f"{words.usd(lost['mean'])} lost. Hit most: {hit}."
    )


def loss_name(loss: Json) -> str:
    """Say what is lost; a country is told apart from a plant of its name."""
    return f"the exports of {loss['name']}" if loss["kind"] == "country" else words.short_name(loss["name"])


def basis(document: Json) -> str:
    """Say what was run, and in what world."""
    kinds = [loss["kind"] for loss in document["losses"]]
    counted = [
        f"{kinds.count(kind)} {_plural(word, kinds.count(kind))}" for kind, word in KINDS.items() if kind in kinds
    ]
    policy = "" if document["policy"] == "none" else f", policy {document['policy']}"
    start, days = document["loss"]["start_day"], document["loss"]["days"]
    return (
        f"{words.listed(counted)}, each lost from day {words.count(start)} for {words.count(days)} days: the same "
        f"{words.count(document['replications'])} futures of {words.count(document['days'])} days from "
        f"{words.date(document['start_date'], 0)}, with and without it{policy}, seed {document['seed']}."
    )


def world(document: Json) -> str:
    """Say what was taken out of the scenario, so that a loss is tried alone, and what still happens by chance."""
    fails = "plants fail by chance as in the scenario" if document["kept"] else "no plant fails besides"
    if not document["left_out"]:
        return f"The scenario has no controls or other disruptions on given days; {fails}."
    return f"Tried without the scenario's own {words.listed(document['left_out'], 6)}; {fails}."


def _plural(word: str, count: int) -> str:
    if count == 1:
        return word
    return "countries' exports" if word.startswith("country") else f"{word}s"
