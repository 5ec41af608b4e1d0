"""The picture of one future as a file: an SVG for a slide, or a page with the story under it."""

from __future__ import annotations

import secrets
from pathlib import Path

from sim.documents import write_text
from sim.errors import OptionError, ResultsError
from sim.report.page import render_plain
from sim.tracing import timeline
from sim.tracing.run import Trace

SUFFIXES = (".svg", ".html")


def check_picture(out: Path) -> None:
    """Refuse, before anything is run, a file that cannot be drawn."""
    if out.suffix.lower() not in SUFFIXES:
        raise OptionError(f"{out}: a timeline ends in {' or '.join(SUFFIXES)}")


def write_picture(trace: Trace, out: Path) -> None:
    """Write the picture, whole or not at all."""
    check_picture(out)
    picture = timeline.draw(trace.heading(), timeline.rows(trace.events, trace.series, trace.scenario), trace.scenario)
    text = str(picture) if out.suffix.lower() == ".svg" else _page(trace, picture)
    fresh = out.with_name(f".{secrets.token_hex(4)}-unfinished")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_text(fresh, text)
        fresh.replace(out)
    except OSError as error:
        raise ResultsError(f"the timeline could not be written to {out}: {error}") from error
    finally:
        fresh.unlink(missing_ok=True)


def _page(trace: Trace, picture: str) -> str:
    story = trace.lines()
    return render_plain(
        "tracing/page.html.j2",
        title=trace.heading(),
        scenario=trace.scenario,
        picture=picture,
        legend=timeline.legend(trace.scenario, trace.events),
        account=trace.account(),
        story=story[: len(story) - len(trace.account())],
    )
