"""Sentences about a backtest, the same on the terminal and on its page."""

from __future__ import annotations

from sim.documents import Json


def answer(document: Json) -> str:
    """Return how well the model does, what was fitted apart from what was not."""
    fitted, left_out = document["fitted"], document["left_out"]
    told = [
        f"Of {one['targets']} targets {kind}, {one['inside']} lie in the model's 5-95 % band"
        for one, kind in ((fitted, "that parameters were fitted to"), (left_out, "that they were not"))
        if one["targets"]
    ]
    return "; ".join(told) + "."


def skill(score: Json) -> str:
    """Return how a group of targets scores against a forecast that nothing changes."""
    if not score["targets"]:
        return ""
    return f"CRPS {score['crps']:.2f}, of a forecast that nothing changes {score['crps_no_change']:.2f}"


def basis(document: Json) -> str:
    """Return what the answer rests on."""
    lines = [
        f"{name}: {skill(document[key])}."
        for name, key in (("Fitted", "fitted"), ("Not fitted", "left_out"))
        if document[key]["targets"]
    ]
    return (
        f"{document['replications']} futures, seed {document['seed']}; they differ in chance and in parameters. "
        + " ".join(lines)
        + " CRPS: continuous ranked probability score of the log of the ratio, lower is better."
    )


def ratio(value: float) -> str:
    """Return a ratio with two digits that count."""
    return f"{value:.3g}" if value >= 0.995 else f"{value:.2f}"
