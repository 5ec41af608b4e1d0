"""What pydantic refuses, said in the trade's words: one finding per mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.spec.finding import Finding, Path, nearest, shown
from sim.spec.kinds import kinds
from sim.spec.scenario import Scenario

_TAGGED = ("facilities", "disruptions")  # their entries have kinds, which pydantic puts into its paths
_OWN = (
    "quantity",
    "origin",
    "outage",
    "bounds",
    "hoarding",
    "weights",
    "closure",
    "response",
    "project",
    "offtake",
)  # raised by sim.spec itself, in words of its own
_READERS_KEYS = ("extends",)

KindAt = Callable[[Path], Any]
"""From the path of a field, as pydantic has it, to the type it should have."""

_WANTED = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "a text; quote what looks like a number",
    "dict": "a mapping of keys to values",
    "tuple": "a list",
    "date": "a day, YYYY-MM-DD",
}
_QUANTITY = "a quantity, such as {value: 14, unit: d, source: key} or {uniform: [10, 20], unit: d, assumed: why}"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def findings(error: ValidationError, model: type[BaseModel] = Scenario) -> list[Finding]:
    """Return one finding per mistake in what should be a `model`, in the order of the fields."""
    kind_at = partial(_kind_at, model)
    errors = error.errors(include_url=False)
    misspelt = {(*loc[:-1], name) for loc, name in _misspellings(errors)}
    kept = (e for e in errors if e["type"] != "missing" or e["loc"] not in misspelt)
    return [_finding(kind_at, e["type"], e["loc"], e["input"], e.get("ctx", {}), e["msg"]) for e in kept]


def _misspellings(errors: Any) -> Iterator[tuple[Path, str]]:
    """Pair each unknown key with the missing one it was meant to be, so that one slip gives one message."""
    unknown = [e["loc"] for e in errors if e["type"] == "extra_forbidden"]
    missing: dict[Path, list[str]] = {}
    for e in errors:
        if e["type"] == "missing":
            missing.setdefault(e["loc"][:-1], []).append(str(e["loc"][-1]))
    for loc in unknown:
        absent = missing.get(loc[:-1], [])
        meant = nearest(str(loc[-1]), absent) if absent else ""
        yield from ((loc, name) for name in absent if meant.startswith(f"did you mean '{name}'"))


def _finding(kind_at: KindAt, kind: str, loc: Path, found: Any, ctx: Mapping[str, Any], text: str) -> Finding:
    path = _without_tag(loc)
    if kind == "extra_forbidden":
        key = str(path[-1])
        return Finding(path, "unknown-key", f"'{key}'", "", None, key, _keys(kind_at, loc[:-1]))
    if kind == "missing":
        if isinstance(path[-1], int):
            return Finding(path[:-1], "type", shown(found), _numbers(kind_at(loc[:-1])))
        return Finding(path, "missing", "nothing", f"the key '{path[-1]}'")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _kind(path, found, kind_at(loc))
    if kind == "unit":
        return Finding((*path, "unit"), "unit", shown(found["unit"]), text)
    if kind in _OWN:
        return Finding(path, kind, _summary(found), text)
    code, allowed = _built_in(kind, kind_at(loc), found, ctx, text)
    return Finding(path, code, shown(found), allowed)


def _built_in(kind: str, wanted: Any, found: Any, ctx: Mapping[str, Any], text: str) -> tuple[str, str]:
    bounds = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
    words = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    if kind in bounds:
        return "bounds", f"{words[bounds[kind]]} {ctx[bounds[kind]]}"
    if kind == "string_pattern_mismatch":
        return "id", "lower-case letters, digits and _ only"
    if kind == "literal_error":
        names = [str(value) for value in get_args(_bare(wanted))]
        return "choice", nearest(str(found), names)
    if kind == "too_short":
        return "missing", "at least one entry"
    if kind == "too_long":
        return "type", _numbers(wanted)
    if kind == "model_type":
        return "type", _quantity(found) if ctx.get("class_name") == "Quantity" else _WANTED["dict"]
    if kind == "tuple_type" and isinstance(found, str):
        word = shown(found).strip('"')
        return "type", f"a list, such as [{word}]"
    return "type", _WANTED.get(kind.split("_")[0], text)


def _quantity(found: Any) -> str:
    """Say how a quantity is written, and to who wrote a date how days are told."""
    is_date = isinstance(found, str) and _DATE.fullmatch(found)
    return f"days counted from start_date: {_QUANTITY}" if is_date else _QUANTITY


def _kind(path: Path, found: Any, wanted: Any) -> Finding:
    names = list(kinds(wanted))
    if "kind" not in found:
        return Finding((*path, "kind"), "missing", "nothing", f"the key 'kind', {nearest('', names)}")
    return Finding((*path, "kind"), "kind", shown(found["kind"]), nearest(str(found["kind"]), names))


def _summary(found: Any) -> str:
    """Name the keys of what was found rather than quote it: the messages are about which keys there are."""
    numbers = {key: found[key] for key in ("value", "uniform", "triangular", "exponential", "among") if key in found}
    keys = ", ".join(found)
    return f"{shown(numbers)} with the keys {keys}" if numbers else f"the keys {keys}"


def _numbers(wanted: Any) -> str:
    return f"a list of {len(get_args(_bare(wanted)))} numbers"


def _without_tag(loc: Path) -> Path:
    return loc[:2] + loc[3:] if loc and loc[0] in _TAGGED else loc


def _keys(kind_at: KindAt, loc: Path) -> list[str]:
    """Return the keys that a mapping may have."""
    model = _bare(kind_at(loc))
    names = [field.alias or name for name, field in model.model_fields.items()]
    if loc:
        return names
    return [*_READERS_KEYS, *(name for name in names if name not in ("policy", "policy_facilities"))]


def _kind_at(model: type[BaseModel], loc: Path) -> Any:
    """Return the type that the specs give to the field at pydantic's path, its kind tag included."""
    kind: Any = model
    for step in loc:
        kind = _step(kind, step)
    return kind


def _step(marked: Any, step: str | int) -> Any:
    kind = _bare(marked)
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    if get_origin(kind) is tuple:
        return get_args(kind)[0]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return next((f.annotation for name, f in kind.model_fields.items() if (f.alias or name) == step), str)
    return kinds(marked)[str(step)]


def _bare(kind: Any) -> Any:
    """Take off `Annotated` and `| None`."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    options = [option for option in get_args(kind) if option is not type(None)]
    if get_origin(kind) in (Union, type(int | str)) and len(options) == 1:
        return _bare(options[0])
    return kind
