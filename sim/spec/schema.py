"""The JSON Schema of scenario files, for completion and types in editors."""

from __future__ import annotations

from sim.documents import Json
from sim.spec.scenario import Scenario

SET_BY_THE_READER = ("policy", "policy_facilities")


def file_schema() -> Json:
    """Return the schema of one file.

    A file may extend others and say only what differs, so nothing but its version is required here; `sim check` finds
    what the whole of a scenario lacks.
    """
    schema = _lenient(Scenario.model_json_schema())
    assert isinstance(schema, dict)
    for key in SET_BY_THE_READER:
        del schema["properties"][key]
    name = {"type": "string"}
    schema["properties"]["extends"] = {
        "anyOf": [name, {"type": "array", "items": name}],
        "description": "Shipped names, or paths relative to this file, that this file is laid over.",
    }
    return schema | {"$schema": "https://json-schema.org/draft/2020-12/schema", "required": ["schema_version"]}


def _lenient(node: object) -> object:
    """Drop every `required`, so that an overlay of a part is a part."""
    if isinstance(node, dict):
        return {
            key: _lenient(value) for key, value in node.items() if not (key == "required" and isinstance(value, list))
        }
    if isinstance(node, list):
        return [_lenient(item) for item in node]
    return node
