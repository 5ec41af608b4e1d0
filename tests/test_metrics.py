"""What is counted besides what is shipped."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sim import extensions
from sim.errors import ExtensionError
from sim.results import metrics
from sim.results.metrics import Metric


class Count:
    """What the engine can count with."""

    metrics: tuple[Metric, ...] = ()

    def __init__(self, world: Any) -> None:
        """Look at a world."""

    def note_day(self, world: Any, day: int, shipped: Any) -> None:
        """Take note of a day."""

    def columns(self, world: Any) -> dict[str, Any]:
        """Have counted nothing."""
        return {}


def counting(names: list[str]) -> type[Count]:
    """Return what counts so."""
    return type("Own", (Count,), {"metrics": tuple(Metric(name, "d", "so") for name in names)})


def installed(monkeypatch: pytest.MonkeyPatch, **named: Any) -> None:
    """Let packages be there that count so."""
    monkeypatch.setattr(extensions, "loaded", lambda group: named if group == "metrics" else {})
    monkeypatch.setattr(extensions, "refused", lambda *words: ExtensionError(", ".join(words)))


def test_what_packages_count_comes_in_the_order_of_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them may count several things."""
    installed(monkeypatch, queues=counting(["queue_d", "queue_t"]), ships=counting(["ships"]))

    assert [metric.name for metric in metrics.added()] == ["queue_d", "queue_t", "ships"]


@pytest.mark.parametrize("named", [{"queues": ["shortage_days"]}, {"one": ["queue_d"], "queues": ["queue_d"]}])
def test_no_two_things_are_counted_under_one_name(monkeypatch: pytest.MonkeyPatch, named: dict[str, list[str]]) -> None:
    """Neither what is shipped nor another package's; it is said which, and whose."""
    installed(monkeypatch, **{name: counting(names) for name, names in named.items()})

    with pytest.raises(
        ExtensionError, match=f"^metrics, queues, counts '{named['queues'][0]}', as something else does$"
    ):
        metrics.added()


@pytest.mark.parametrize(
    "what", [len, counting([]), type("Bare", (Count,), {"metrics": [Metric("queue_d", "d", "so")]})]
)
def test_what_nobody_could_count_with_is_refused(monkeypatch: pytest.MonkeyPatch, what: Any) -> None:
    """A function, a class that counts nothing, or says so in the wrong way."""
    installed(monkeypatch, queues=what)
    why = "is no class" if what is len else "has no `metrics`, a tuple of `sim.results.metrics.Metric`"

    with pytest.raises(ExtensionError, match=f"^metrics, queues, {re.escape(why)}$"):
        metrics.added()


def test_a_count_that_does_not_look_at_days_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said whose it is, and what it lacks."""
    blind = type("Blind", (), {"metrics": counting(["queue_d"]).metrics, "__init__": lambda self, world: None})
    installed(monkeypatch, queues=blind)

    with pytest.raises(ExtensionError, match=r"^metrics, queues, has no `note_day\(self, world, day, shipped\)`"):
        metrics.added()
