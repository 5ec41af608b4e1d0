"""The strict reader: scenario files in, a frozen `Scenario` out, or one clear problem per mistake."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import Problem, ScenarioError
from sim.spec import refusals, shipped
from sim.spec.chain import POLICIES, SCENARIOS, Part, read_chain
from sim.spec.checks import check
from sim.spec.digest import digest
from sim.spec.figures import figures
from sim.spec.finding import Finding, dotted, shown
from sim.spec.finding import Path as FieldPath
from sim.spec.merging import Overlay, without_nulls
from sim.spec.nodes import Node
from sim.spec.scenario import Scenario
from sim.spec.sources import read_sources
from sim.spec.yaml_strict import refusal

LISTED_AT_MOST = 50
_POLICY_NAME = re.compile(r"[a-z0-9_-]+")
_READERS_OWN = ("policy", "policy_facilities")
# What a policy may not touch: whose futures these are, and the yardstick they are measured with.
_BEYOND_POLICY = ("name", "question", "start_date", "horizon_d", "measures", "policy_facilities")


@dataclass(frozen=True, eq=False)
class ReadScenario:
    """A scenario as it was read, with all that a manifest must keep of the reading."""

    scenario: Scenario
    files: tuple[Path, ...]
    """The files it was read from, in the order in which they were laid over each other."""
    resolved: dict[str, Any]
    """The data that made the scenario, as JSON has them; they validate to it again."""
    overrides: tuple[str, ...]
    """What a later file changed in an earlier one: `path: old -> new`."""
    digest: str
    """blake2b-128 of the resolved data. The order of keys counts, as it does for recipes and piles."""
    world_digest: str
    """The same of what the policy is laid over: runs with the same one may be compared."""
    sources: dict[str, dict[str, Any]]
    """The sources that the scenario cites: key -> title, address, accessed."""


def read_scenario(name_or_path: str, policy: str | None = None) -> ReadScenario:
    """Read a scenario, and a policy over it; both are a path or a shipped name."""
    world = read_chain(name_or_path, SCENARIOS)
    if _is_whole(world):
        return _read_whole(world[0], policy or shipped.NO_POLICY)
    for part in world:
        _refuse_keys(part, _READERS_OWN, "a scenario without it: policies are named by --policy")
    name, measures = _read_policy(policy or shipped.NO_POLICY)

    overlay = Overlay()
    root = without_nulls(world[0].root)
    root = _laid(overlay, root, world[1:])
    before = root
    root = _laid(overlay, root, measures)
    resolved = _resolved(root.plain(), name, _facilities(before))

    parts = [*world, *measures]
    folders = {part.path.parent: None for part in (world[-1], *measures[-1:])}
    return _read(resolved, root, parts, folders, overlay, before)


def _read(
    resolved: dict[str, Any],
    root: Node,
    parts: Sequence[Part],
    folders: Iterable[Path],
    overlay: Overlay,
    world: Node | None = None,
) -> ReadScenario:
    """Check what was read; `world` is what a policy is laid over, where they are told apart."""
    flaws = [*(flaw for part in parts for flaw in part.flaws), *overlay.flaws]
    try:
        scenario, sources = _checked(resolved, flaws, folders)
    except _RefusedError as refused:
        raise _error(refused.findings, root, [part.root.place.file for part in parts]) from None
    files = tuple(part.path for part in parts)
    digests = digest(resolved), digest(resolved if world is None else world.plain())
    return ReadScenario(scenario, files, resolved, tuple(overlay.log), *digests, sources)


def _is_whole(world: Sequence[Part]) -> bool:
    """Tell whether this is a scenario written out in full, policy and all (see sim.spec.writing)."""
    return len(world) == 1 and all(key in world[0].root.children for key in _READERS_OWN)


def _read_whole(part: Part, policy: str) -> ReadScenario:
    """Read a scenario that names its policy and what that added; no other can be laid over it."""
    if policy != shipped.NO_POLICY:
        _refuse_keys(part, ["policy"], "no --policy over it: the file is written out with a policy of its own")
    root = without_nulls(part.root)
    resolved = {"schema_version": 1, **root.plain()}
    added, known = resolved.get("policy_facilities"), _facilities(root)
    for id in added if isinstance(added, list) else ():
        if id not in known:
            place = root.children["policy_facilities"].place
            raise refusal("reference", shown(id), "ids of facilities", place, "policy_facilities")
    return _read(resolved, root, [part], [part.path.parent], Overlay())


def with_values(read: ReadScenario, values: Mapping[FieldPath, float | Sequence[float]], why: str) -> ReadScenario:
    """Return the scenario with some of its figures taken as certain, each in its own unit; `why` is their origin.

    A sequence is taken as equally likely values, which move together with the other sequences. It is checked as a
    scenario that was read is. A path is one that `sim.spec.figures.figures` yields.
    """
    forms = {p: {"among": list(v)} if isinstance(v, Sequence) else {"value": v} for p, v in values.items()}
    return _changed(read, forms, why, kept=("unit",))


def with_forms(read: ReadScenario, forms: Mapping[FieldPath, Mapping[str, Any]], why: str) -> ReadScenario:
    """Return the scenario with another value or distribution in some of its figures; `why` is their origin.

    A form is as in a file, `{"value": 3}` or `{"uniform": [1, 2]}`, in the figure's own unit; what the figure is
    multiplied with stays. It is checked as a scenario that was read is.
    """
    return _changed(read, forms, why, kept=("unit", "times"))


def _changed(
    read: ReadScenario, forms: Mapping[FieldPath, Mapping[str, Any]], why: str, kept: Sequence[str]
) -> ReadScenario:
    resolved = json.loads(json.dumps(read.resolved))
    for path, form in forms.items():
        quantity = reduce(lambda node, step: node[step], path, resolved)
        left = {key: quantity[key] for key in kept if quantity.get(key) is not None}
        quantity.clear()
        quantity.update({**form, **left, "assumed": why})
    try:
        scenario = _validated(resolved, [])
        _refuse(check(scenario, read.sources))
    except _RefusedError as refused:
        found = refused.findings[:LISTED_AT_MOST]
        raise ScenarioError([Problem(f.code, dotted(f.path), f.found, f.advice, why) for f in found]) from None
    values = [[dotted(path), dict(form)] for path, form in forms.items()]
    world = digest({"world": read.world_digest, "values": values})
    return replace(read, scenario=scenario, resolved=resolved, digest=digest(resolved), world_digest=world)


class _RefusedError(Exception):
    """What was found wrong, before it is put in its place."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.findings = findings


def _laid(overlay: Overlay, root: Node, parts: Iterable[Part]) -> Node:
    for part in parts:
        root = overlay.lay(root, part.root)
    return root


def _refuse_keys(part: Part, keys: Iterable[str], allowed: str) -> None:
    found = [(key, part.root.children[key].place) for key in keys if key in part.root.children]
    if found:
        raise ScenarioError([Problem("reserved", k, f"'{k}'", allowed, p.file, p.line) for k, p in found])


def _read_policy(reference: str) -> tuple[str, list[Part]]:
    """Return the policy's name and its files, reduced to the sections they lay over the scenario."""
    if reference == shipped.NO_POLICY:
        return reference, []
    parts = read_chain(reference, POLICIES)
    for part in parts:
        _refuse_keys(part, _BEYOND_POLICY, "a policy without it: it changes what we do, not the question")
    names = [_policy_name(part) for part in parts]
    return names[-1], [_sections(part) for part in parts]


def _sections(part: Part) -> Part:
    own = ("policy", "description")
    kept = {key: node for key, node in part.root.children.items() if key not in own}
    return Part(part.path, Node(kept, part.root.place), part.flaws)


def _policy_name(part: Part) -> str:
    node = part.root.children.get("policy")
    allowed = "policy: a short name in lower-case letters, digits, _ and -"
    if node is None:
        raise refusal("missing", "nothing", allowed, part.root.place, "policy")
    name = node.value
    if not isinstance(name, str) or not _POLICY_NAME.fullmatch(name) or name == shipped.NO_POLICY:
        raise refusal("id", shown(node.plain()), f"{allowed}, but 'none'", node.place, "policy")
    return name


def _facilities(root: Node) -> Mapping[str, Node]:
    facilities = root.children.get("facilities")
    return facilities.children if facilities is not None else {}


def _resolved(data: dict[str, Any], policy: str, known: Mapping[str, Node]) -> dict[str, Any]:
    facilities = data.get("facilities")
    added = [one for one in facilities if one not in known] if isinstance(facilities, dict) else []
    return {"schema_version": 1, **data, "policy": policy, "policy_facilities": added}


def _checked(
    resolved: dict[str, Any], flaws: list[Finding], folders: Iterable[Path]
) -> tuple[Scenario, dict[str, dict[str, Any]]]:
    scenario = _validated(resolved, flaws)
    cited = {quantity.source for _, quantity in figures(scenario)} - {None}
    sources = read_sources(folders) if cited else {}
    _refuse([*flaws, *check(scenario, sources)])
    return scenario, {key: source for key, source in sources.items() if key in cited}


def _validated(resolved: dict[str, Any], flaws: list[Finding]) -> Scenario:
    try:
        # As JSON: its strict mode takes lists for tuples, texts for dates, and else nothing for another.
        return Scenario.model_validate_json(json.dumps(resolved), strict=True)
    except ValidationError as error:
        raise _RefusedError([*flaws, *_not_following_from(flaws, refusals.findings(error))]) from None


def _refuse(found: Sequence[Finding]) -> None:
    if found:
        raise _RefusedError(found)


def _not_following_from(flaws: list[Finding], found: list[Finding]) -> Iterable[Finding]:
    """Leave out what is only wrong because an unreadable value was left out."""
    gaps = [flaw.path for flaw in flaws if flaw.code in ("empty", "not-finite")]
    around = {gap[:length] for gap in gaps for length in range(len(gap) + 1)}
    return (one for one in found if one.path not in around)


def _error(found: Sequence[Finding], root: Node, files: list[str]) -> ScenarioError:
    """Put the findings in their places, in the order of files and lines, and cut a very long list short."""
    order = {file: number for number, file in enumerate(files)}
    places = [one.place or root.locate(one.path) for one in found]
    lines = [(order.get(place.file, len(files)), place.line) for place in places]
    inline = [one for _, one in sorted(zip(lines, found, strict=True), key=lambda pair: pair[0])]
    problems = [root.problem(one) for one in inline[:LISTED_AT_MOST]]
    if len(found) > LISTED_AT_MOST:
        rest = f"{len(found) - LISTED_AT_MOST} more problems"
        problems.append(Problem("more", "", rest, "mend those above first"))
    return ScenarioError(problems)
