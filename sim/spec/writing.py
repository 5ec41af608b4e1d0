"""A scenario written out in full as YAML, which the reader reads back to the same data: policy, changes and all."""

from __future__ import annotations

from typing import Any

import yaml

from sim.spec.scalars import NotFiniteError, resolve

WIDTH = 120


def written(resolved: dict[str, Any], head: str = "") -> str:
    """Return the resolved data of a `ReadScenario` as YAML, under a comment of any number of lines."""
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    return comment + yaml.dump(
        resolved, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=WIDTH
    )


class _Dumper(yaml.SafeDumper):
    """Quotes what the strict reader would take for anything but a text; never uses anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if _is_text(text) else '"')


def _is_text(text: str) -> bool:
    try:
        return text.isprintable() and isinstance(resolve(text), str)
    except NotFiniteError:
        return False


_Dumper.add_representer(str, _text)
