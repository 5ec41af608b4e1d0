"""Pages of results in a real browser: no complaint, no request, nothing that axe finds, and charts that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command_line import SIX_NODE
from test_web_browser import Watched, ailments

import sim

pytestmark = pytest.mark.slow

LOOKS = {
    "desk": {"viewport": {"width": 1440, "height": 1000}},
    "dark": {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    """The pages of a run, a comparison, a sweep and a future."""
    folder = tmp_path_factory.mktemp("pages")
    ban = sim.load("export_ban", "joint_pooled")
    sim.run(ban, folder / "run", n=24)
    sim.compare(
        [sim.load("export_ban", name) for name in ("none", "joint_pooled")], folder / "compare", n=8, twin=False
    )
    sim.sweep(sim.load(str(SIX_NODE)), ["disruptions.oxide-ban.duration=60:180:60"], folder / "sweep", n=8, twin=False)
    return {kind: folder / kind / "report.html" for kind in ("run", "compare", "sweep")}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("kind", ["run", "compare", "sweep"])
def test_a_page_opens_from_disk(kind, look, pages, browser):
    """At both widths, light and dark: no complaint, no request, nothing wider than the screen, nothing axe finds."""
    seen = Watched(browser, pages[kind].as_uri(), **LOOKS[look])
    seen.page.goto(pages[kind].as_uri())

    assert ailments(seen.page) == []
    assert (seen.complaints, seen.outside) == ([], [])
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= LOOKS[look]["viewport"]["width"]
    assert pages[kind].stat().st_size < 6 * 2**20
    seen.context.close()


def test_charts_are_read_off_zoomed_and_thinned(pages, browser):
    """By keyboard: arrows read values, plus looks closer at all charts over time, Escape shows all; lines go."""
    seen = Watched(browser, pages["run"].as_uri())
    seen.page.goto(pages["run"].as_uri())
    chart = seen.page.locator("section:has(#when) svg.chart").first
    plots = seen.page.locator("section:has(#when) svg.plot, section:has(#prices) svg.plot")
    whole = plots.evaluate_all("all => all.map(one => one.getAttribute('viewBox'))")
    chart.focus()
    seen.page.keyboard.press("ArrowRight")
    told = seen.page.locator(".readout:not(:empty)").inner_text()
    seen.page.keyboard.press("+")
    closer = plots.evaluate_all("all => all.map(one => one.getAttribute('viewBox'))")
    seen.page.keyboard.press("Escape")

    assert re.fullmatch(r"\d+ \w{3} \d{4}: \d+ % \(90 of 100: \d+ % to \d+ %\)", told)
    assert all(one != other for one, other in zip(whole, closer, strict=True))
    assert plots.evaluate_all("all => all.map(one => one.getAttribute('viewBox'))") == whole

    legend = seen.page.locator("section:has(#prices) button.toggle").first
    legend.focus()
    seen.page.keyboard.press("Space")
    assert legend.get_attribute("aria-pressed") == "false"
    assert seen.page.locator("section:has(#prices) g.fan.off").count() == 1
    assert (seen.complaints, seen.outside) == ([], [])
    seen.context.close()


def test_flows_are_chosen_one_at_a_time(pages, browser):
    """Before or during, one element or all: one picture stands, the one asked for."""
    seen = Watched(browser, pages["run"].as_uri())
    seen.page.goto(pages["run"].as_uri())
    shown = seen.page.locator("[data-picture]:visible h3")

    assert shown.all_inner_texts() == ["All together, before the disruption"]
    seen.page.get_by_role("button", name="During it").click()
    seen.page.get_by_role("button", name="Dy", exact=True).click()
    assert shown.all_inner_texts() == ["Dy, during it"]
    seen.context.close()


def test_without_script_a_page_stands_as_it_is(pages, browser):
    """A preview that runs no script shows every chart, and flows before and during."""
    seen = Watched(browser, pages["run"].as_uri(), java_script_enabled=False)
    seen.page.goto(pages["run"].as_uri())

    assert seen.page.locator("svg.chart").count() > 10
    assert seen.page.locator("[data-picture]:visible").count() == 2
    seen.context.close()


def test_a_page_says_what_stands_in_it_on_paper(pages, browser):
    """Printed, it has every buyer, and no button."""
    seen = Watched(browser, pages["run"].as_uri())
    seen.page.goto(pages["run"].as_uri())
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    seen.page.emulate_media(media="print")

    assert seen.page.get_by_text("Line stop, early (p05)").first.is_visible()
    assert seen.page.locator("nav, .choices, button.reset").locator("visible=true").count() == 0
    seen.context.close()
