"""Pages of the manual that are made from the code: keys of a scenario, the command line, what a run writes.

What stands there cannot drift from what the program does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.cli import get_docs_for_click

from sim.cli import app
from sim.results.metrics import (
    ANY_MEMBER_METRICS,
    COST_PARTS,
    ORIGIN_METRICS,
    PRICE_METRICS,
    SUBJECT_METRICS,
    WHOLE_METRICS,
    Metric,
)
from sim.spec.scenario import Scenario
from sim.spec.schema import file_schema

Json = dict[str, Any]


def write_pages(folder: Path) -> None:
    """Write the pages beside those that are written by hand."""
    for name, text in {"scenario": scenario_page(), "command_line": command_page(), "results": results_page()}.items():
        (folder / f"{name}.md").write_text(text, "utf-8")


def scenario_page() -> str:
    """Return every key of a scenario file with its meaning, section by section."""
    schema, whole = file_schema(), Scenario.model_json_schema()
    parts = {"A scenario file": schema | {"required": whole["required"]}}
    parts |= {
        name: part | {"required": whole["$defs"][name].get("required", ())} for name, part in schema["$defs"].items()
    }
    return "\n".join(["# Keys of a scenario", "", SCENARIO_HEAD, *(_section(*part) for part in parts.items())])


SCENARIO_HEAD = """\
Made from the same models that read a file; `sim schema` prints them as JSON Schema for editors. A file that extends
others says only what differs; keys with a star must stand in the whole.
"""


def _section(name: str, schema: Json) -> str:
    about = "" if schema.get("$schema") else schema.get("description", "")
    kind = schema["properties"].get("kind", {}).get("const")
    title = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize() + (f" (`kind: {kind}`)" if kind else "")
    rows = [_row(key, one, needed=key in schema["required"]) for key, one in schema["properties"].items()]
    return "\n".join([f"({name.lower()})=", f"## {title}", "", about, "", *HEAD, *rows, ""])


HEAD = ("| key | takes | means |", "|---|---|---|")


def _row(key: str, schema: Json, *, needed: bool) -> str:
    means = schema.get("description", "").replace("|", "\\|").replace("\n", " ")
    absent = f" Absent: `{_plain(schema['default'])}`." if schema.get("default") else ""
    return f"| `{key}`{' *' if needed else ''} | {' or '.join(dict.fromkeys(_takes(schema)))} | {means}{absent} |"


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _takes(schema: Json) -> Iterator[str]:
    """Say what a value may be, a phrase per alternative."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        yield f"[{name}](#{name.lower()})"
    elif "const" in schema:
        yield f"`{schema['const']}`"
    elif "enum" in schema:
        yield from (f"`{one}`" for one in schema["enum"])
    elif alternatives := schema.get("anyOf") or schema.get("oneOf"):
        for one in alternatives:
            yield from _takes(one)
    elif schema.get("type") == "array":
        items = schema.get("items") or {"type": "value"}
        yield f"list of {' or '.join(dict.fromkeys(_takes(items)))}"
    elif isinstance(inner := schema.get("additionalProperties"), dict):
        yield f"id: {' or '.join(dict.fromkeys(_takes(inner)))}"
    elif schema.get("type") != "null":
        yield f"{schema.get('format') or schema.get('type', 'value')}{_bounds(schema)}"


def _bounds(schema: Json) -> str:
    signs = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}
    said = [f"{word} {schema[key]:,}" for key, word in signs.items() if key in schema]
    return f", {', '.join(said)}" if said else ""


def command_page() -> str:
    """Return the help of every verb."""
    group = typer.main.get_command(app)
    text = get_docs_for_click(obj=group, ctx=typer.Context(group, info_name="sim"), name="sim")
    return "# Command line\n" + text[text.index("\n") :]


def results_page() -> str:
    """Return the page of what a run writes, every column of a future with its unit."""
    columns = [line for subject, kinds in COLUMNS.items() for line in _columns(subject, kinds)]
    return (Path(__file__).parent / "results_head.md").read_text("utf-8") + "\n".join(columns) + "\n"


COLUMNS = {
    "A buyer (`jp.ev`) or a group with its tonnes pooled (`region:jp`, `end_use:ev`, `priority:1`)": SUBJECT_METRICS,
    "A group in which any member counts (`region:jp:any`)": ANY_MEMBER_METRICS,
    "A priced thing in a market (`dy_oxide@world`)": PRICE_METRICS,
    "What a region receives (`origin:jp`)": ORIGIN_METRICS,
    "The whole (`all`)": (*WHOLE_METRICS, *COST_PARTS),
}


def _columns(subject: str, kinds: tuple[Metric, ...]) -> list[str]:
    rows = [f"| `{one.name}` | {one.unit} | {one.about} | {_worst(one)} |" for one in kinds]
    return ["", f"## {subject}", "", "| metric | unit | counts | worst |", "|---|---|---|---|", *rows]


def _worst(metric: Metric) -> str:
    return metric.worst + ("; null is never" if metric.is_day else "")
