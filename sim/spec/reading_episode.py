"""The strict reader of episodes: a file in, a frozen `Episode` out, or one clear problem per mistake."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sim.errors import ScenarioError
from sim.spec import refusals, shipped
from sim.spec.chain import Shelf, named
from sim.spec.episode import Episode
from sim.spec.finding import Finding
from sim.spec.sources import read_sources
from sim.spec.yaml_strict import read_yaml

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
EPISODES = Shelf("episode", shipped.find_episode, shipped.episode_names)


@dataclass(frozen=True, eq=False)
class ReadEpisode:
    """An episode as it was read."""

    episode: Episode
    sources: dict[str, dict[str, Any]]
    """The sources that its observations cite: key -> title, address, accessed."""


def read_episode(reference: str) -> ReadEpisode:
    """Read an episode, a path or a shipped name; raise `ScenarioError` with every problem found."""
    path, name = named(reference, EPISODES)
    document = read_yaml(path, name)
    found = list(document.flaws)
    sources: dict[str, dict[str, Any]] = {}
    try:
        episode = Episode.model_validate_json(json.dumps(document.root.plain()), strict=True)
    except ValidationError as error:
        found += refusals.findings(error, Episode)
    else:
        sources = read_sources([path.parent])
        found += _flaws(episode, sources)
    if found:
        raise ScenarioError([document.root.problem(one) for one in found])
    cited = {target.observed.source for target in episode.targets.values()}
    return ReadEpisode(episode, {key: source for key, source in sources.items() if key in cited})


def _flaws(episode: Episode, sources: dict[str, Any]) -> Iterator[Finding]:
    for key, target in episode.targets.items():
        path = ("targets", key)
        for side, mean in (("of", target.of), ("over", target.over)):
            first, last = mean.months
            if not (MONTH.fullmatch(first) and MONTH.fullmatch(last) and first <= last):
                yield Finding((*path, side, "months"), "months", f"{first} to {last}", "the first and last, as 2010-09")
        for name, quantity in (("observed", target.observed), ("error", target.error)):
            if quantity.value is None or quantity.value <= 0:
                yield Finding((*path, name), "constant", str(quantity), "a constant above 0")
            if quantity.source is not None and quantity.source not in sources:
                source = quantity.source
                yield Finding((*path, name, "source"), "reference", f"'{source}'", "", None, source, list(sources))
