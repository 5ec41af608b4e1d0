"""Which mechanisms the fit to 2010-2011 needs: `python -m verification.needed` switches them off, one at a time.

Parameters stay as they were fitted with all of them on, so that what is lost is what the mechanism itself gives; what
others could make up for if they were fitted anew is not seen.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from sim.spec import shipped
from sim.spec.reading import ReadScenario
from sim.spec.reading_episode import read_episode
from sim.spec.scenario import Scenario
from sim.studies.backtest.document import backtest, ratio
from sim.studies.backtest.run import play, read_scenarios

Document = dict[str, Any]


def _nothing(whole: Document) -> None:
    """Leave all as it is."""


def _no_speculation(whole: Document) -> None:
    del whole["speculation"]


def _no_hoarding(whole: Document) -> None:
    whole["parameters"]["fear"] = {"value": 0, "unit": "multiple", "assumed": "switched off"}


def _no_slow_decay(whole: Document) -> None:
    del whole["prices"]["decay"]


def _no_backlog(whole: Document) -> None:
    del whole["backlog_share"]


def _no_response(whole: Document) -> None:
    whole["parameters"]["response"] = {"value": 0, "unit": "multiple", "assumed": "switched off"}


def _no_jumps(whole: Document) -> None:
    for disruption in whole["disruptions"].values():
        disruption.pop("price_jump", None)


def _without(*parts: str) -> Callable[[Document], None]:
    def switch(whole: Document) -> None:
        for name in [name for name in whole["disruptions"] if any(part in name for part in parts)]:
            del whole["disruptions"][name]

    return switch


SWITCHES: dict[str, Callable[[Document], None]] = {
    "all on": _nothing,
    "no speculation": _no_speculation,
    "no hoarding on news": _no_hoarding,
    "prices fall as fast as they rise": _no_slow_decay,
    "no backlog": _no_backlog,
    "use does not answer to price": _no_response,
    "no jumps of prices on news": _no_jumps,
    "no quotas": _without("quota_of"),
    "no embargo, no halt for others": _without("embargo", "halt"),
    "no campaign against undeclared mines": _without("campaign"),
}


def switched(read: ReadScenario, switch: Callable[[Document], None]) -> ReadScenario:
    """Return the scenario with something switched off."""
    whole = json.loads(json.dumps(read.resolved))
    switch(whole)
    return replace(read, scenario=Scenario.model_validate_json(json.dumps(whole)), resolved=whole)


def main() -> None:
    """Print a row per mechanism: how many fitted targets lie in the band, the score, and three ratios."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("-n", type=int, default=512)
    n = arguments.parse_args().n
    episodes = [read_episode(name) for name in shipped.episode_names()]
    fitted = [one for one in episodes if any(target.fitted for target in one.episode.targets.values())]
    told = ("imports_november", "imports_december", "dy_2011", "dy_china_september_2011", "price_abroad", "price_china")
    print(f"| switched off | inside | CRPS | {' | '.join(told)} |\n|{'---|' * (3 + len(told))}")
    reads = read_scenarios(fitted)
    for label, switch in SWITCHES.items():
        found = [(one.episode, play(switched(reads[one.episode.scenario], switch), n, 1)) for one in fitted]
        score = backtest(found, seed=1)["fitted"]
        medians = [
            f"{np.median(ratio(episode.targets[name], results)):.2f}"
            for episode, results in found
            for name in told
            if name in episode.targets
        ]
        print(
            f"| {label} | {score['inside']} of {score['targets']} | {score['crps']:.2f} | {' | '.join(medians)} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
