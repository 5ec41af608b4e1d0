"""What a browser shows of a setting, and of another held beside it: fragments of HTML with all text escaped."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.documents import Json
from sim.report import words
from sim.results.subjects import Subject, buyer_subjects
from sim.web import controls, pictures
from sim.web.figures import days_of, figure, glance, hardest_hit, lost_of, regions_hit
from sim.web.sight import Sight

BUYERS_LISTED = 8


def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(words=words, said=controls.said, spoken=controls.spoken)
    return found


TEMPLATES = _environment()
"""The templates of the page; whatever is put into them is escaped."""


def fragments(now: Sight, held: Sight | None) -> dict[str, str]:
    """Return every part of the page that changes with the futures done, by the id of its place."""
    sights = [sight for sight in (now, held) if sight is not None]
    figures = glance(now, held)
    parts: dict[str, Json] = {
        "headline": {"figures": figures[:2]},
        "glance": {"figures": figures},
        "short": {"sections": _short(now, held)},
        "prices": {"charts": pictures.prices(now, held)},
        "delivered": {"charts": pictures.delivered(now, held)},
        "piles": {"charts": pictures.piles(now, held)},
    }
    common: Json = {
        "compared": held is not None,
        "shade": _shade(now),
        "until": _until(now.scenario.start_date.isoformat(), sights),
    }
    template = TEMPLATES.get_template("parts.html.j2")
    return {name: template.render(part=name, **common, **values) for name, values in parts.items()}


def _until(start_date: str, sights: list[Sight]) -> str | None:
    """Return the date up to which the first days are known; None where all are."""
    return None if all(sight.whole for sight in sights) else words.date(start_date, min(one.days for one in sights))


def _shade(sight: Sight) -> str:
    span = sight.controls_stand()
    if span is None:
        return "No control is in force in the median future."
    start, end = (words.date(sight.scenario.start_date.isoformat(), day) for day in span)
    return f"Shaded: controls in force in the median future, {start} to {end}."


def _short(now: Sight, held: Sight | None) -> list[Json]:
    """Return regions and buyers that run short, with their days short and what they lose."""
    found = {
        "Regions, their buyers pooled": regions_hit(now),
        "Buyers hit hardest": hardest_hit(now, buyer_subjects(now.scenario), BUYERS_LISTED),
    }
    sights = [sight for sight in (now, held) if sight is not None and sight.days == now.days]
    most = pictures.short_most(sights, [subject for subjects in found.values() for subject in subjects])
    return [
        {
            "title": title,
            "rows": [_row(now, held, subject, pictures.bars(sights, subject, most)) for subject in subjects],
        }
        for title, subjects in found.items()
        if subjects
    ]


def _row(now: Sight, held: Sight | None, subject: Subject, bars: list[Markup]) -> Json:
    return {
        "name": subject.name,
        "days": figure(subject.name, now, held, days_of(subject), "d"),
        "lost": figure(subject.name, now, held, lost_of(subject), "d"),
        "p95": words.count(pictures.p95(lost_of(subject)(now))),
        "bars": bars,
    }
