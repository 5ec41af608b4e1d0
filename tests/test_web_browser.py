"""The what-if page in a real browser, on the smallest chain: what a planner sees, clicks and types."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from test_web_serving import PATIENCE_S, serving, small

BAN = "c-oxide-ban.duration"
FUTURES = 96


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a scenario file of our own that runs in a second."""
    return small(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def address(chromium: str, own: Path) -> Iterator[str]:
    """Return the address of the page, served for all tests of this module."""
    with serving(own) as (_, found):
        yield found


class Watched:
    """A page of its own browser, and all that went wrong on it."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.context = browser.new_context(
            **({"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"} | options)
        )
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", lambda one: self.complaints.append(one.text) if one.type == "error" else None)
        self.page.on("pageerror", lambda one: self.complaints.append(str(one)))
        self.page.on("request", lambda one: None if self.is_ours(one.url, address) else self.outside.append(one.url))

    @staticmethod
    def is_ours(url: str, address: str) -> bool:
        """Tell whether a request stays here."""
        return url.startswith((address, "data:"))

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for something to be so on the page."""
        end = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end, self.page.inner_text("body")
            self.page.wait_for_timeout(30)

    def done(self, futures: int = FUTURES) -> None:
        """Wait until so many futures are on the page."""
        self.until(lambda: int(self.page.get_attribute("body", "data-futures") or 0) >= futures)

    def days_short(self) -> float:
        """Return the days short of Japan's buyers, as the table shows them."""
        row = self.page.locator("#short tr", has=self.page.locator("th", has_text=re.compile("^Japan$")))
        return float(row.locator("td").nth(1).inner_text()) if row.count() else 0.0


def ailments(page: Any) -> list[str]:
    """Return what axe finds wrong for those who do not see, or do not see well."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def test_the_page_in_a_browser(browser: Any, address: str) -> None:
    """It loads without a complaint or a word to another host, a longer ban is worse, and axe finds nothing."""
    seen = Watched(browser, address)
    seen.page.goto(address)
    seen.done()
    before = seen.days_short()
    seen.page.focus(f"[id='{BAN}']")
    for _ in range(4):
        seen.page.keyboard.press("PageUp")
    seen.until(lambda: "duration=" in seen.page.url)
    seen.done()

    assert seen.days_short() > before > 0
    assert ailments(seen.page) == []
    assert (seen.complaints, seen.outside) == ([], [])
    seen.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_it_can_be_read_by_all(browser: Any, address: str, width: int, scheme: str) -> None:
    """Narrow or wide, light or dark, alone or beside a held setting: nothing runs over the edge, axe is content."""
    seen = Watched(browser, address, viewport={"width": width, "height": 844}, color_scheme=scheme)
    for link in ("", "?oxide-ban.duration=150&held.scenario=own"):
        seen.page.goto(address + link)
        seen.done()
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert ailments(seen.page) == []
    assert seen.complaints == []
    seen.context.close()


@pytest.mark.slow
def test_the_keyboard_is_enough(browser: Any, address: str) -> None:
    """By keys alone one moves a slider, holds the setting, moves on, and is told how they differ."""
    seen = Watched(browser, address)
    seen.page.goto(address)
    seen.done()
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.className") == "skip"

    def tab_to(id: str) -> None:
        for _ in range(60):
            if seen.page.evaluate("document.activeElement.id") == id:
                return
            seen.page.keyboard.press("Tab")
        pytest.fail(f"no way to {id} by keys")

    tab_to("hold")
    seen.page.keyboard.press("Enter")
    seen.until(lambda: seen.page.is_visible("#held"))
    seen.page.focus("#scenario")
    tab_to(BAN)
    seen.page.keyboard.press("Home")
    seen.done()
    seen.until(lambda: seen.page.locator("#short .way.less, #glance .way.less").count() > 0)

    assert seen.page.get_attribute(f"[id='{BAN}']", "aria-valuetext") == "0 days"
    assert seen.page.evaluate("document.activeElement.id") == BAN
    assert "done" in seen.page.inner_text("[role=status]")
    assert seen.complaints == []
    seen.context.close()


@pytest.mark.slow
def test_two_browsers_do_not_disturb_each_other(browser: Any, address: str) -> None:
    """Each has the numbers of its own setting, and those who ask the same get the same."""
    settings = ("oxide-ban.duration=10", "oxide-ban.duration=160", "oxide-ban.duration=10")
    people = [Watched(browser, address) for _ in settings]
    for one, setting in zip(people, settings, strict=True):
        one.page.goto(f"{address}?{setting}")
    for one in people:
        one.done()
    short, long, again = (one.days_short() for one in people)

    assert short == again < long
    assert [one.page.input_value(f"[id='{BAN}']") for one in people] == ["10", "160", "10"]
    for one in people:
        one.context.close()


@pytest.mark.slow
def test_a_link_and_a_reload_restore_the_setting(browser: Any, address: str) -> None:
    """A page that is loaded again in mid-run stands where it stood, and so does a link that was sent on."""
    seen = Watched(browser, address)
    seen.page.goto(f"{address}?oxide-ban.duration=77&oxide-ban.leak=0.33&held.oxide-ban.leak=0.9")
    seen.page.reload()
    seen.done()
    other = Watched(browser, address)
    other.page.goto(seen.page.url)
    other.done()

    for one in (seen, other):
        assert one.page.input_value(f"[id='{BAN}']") == "77"
        assert one.page.inner_text("#held-words") == "Oxide ban, leaks through: 90 %"
    assert seen.days_short() == other.days_short()
    assert (seen.complaints, seen.outside) == ([], [])
    seen.context.close()
    other.context.close()


@pytest.mark.slow
def test_sliders_go_back_and_settings_swap(browser: Any, address: str) -> None:
    """What was moved can be given back, one by one and all together; held and shown settings change places."""
    seen = Watched(browser, address)
    seen.page.goto(f"{address}?oxide-ban.duration=150&held.oxide-ban.duration=30")
    seen.done()
    longer = seen.days_short()
    seen.page.click("#swap")
    seen.until(lambda: seen.page.input_value(f"[id='{BAN}']") == "30")
    seen.done()
    assert seen.days_short() < longer
    seen.page.click("#let-go")
    seen.until(lambda: "held." not in seen.page.url)
    seen.page.click("button.back:visible")
    seen.until(lambda: "duration" not in seen.page.url)
    assert seen.page.input_value(f"[id='{BAN}']") == "90"
    assert seen.complaints == []
    seen.context.close()


@pytest.mark.slow
def test_downloads_are_files(browser: Any, address: str, tmp_path: Path) -> None:
    """Every file can be taken away, and none of them opens on the page's own address."""
    seen = Watched(browser, address)
    seen.page.goto(address)
    seen.done()
    for id, end in (("scenario", "yaml"), ("report", "html"), ("parquet", "parquet"), ("csv", "csv")):
        with seen.page.expect_download() as taken:
            seen.page.click(f"#get-{id}")
        assert taken.value.suggested_filename == f"own.what_if.{end}"
        taken.value.save_as(tmp_path / end)
        assert (tmp_path / end).stat().st_size > 1000
    seen.context.close()


@pytest.mark.slow
def test_a_page_outlives_its_server(browser: Any, chromium: str, own: Path) -> None:
    """When the server is killed the page says so; when it is back the page goes on, with the setting it had."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serving(own, port) as (process, address):
        seen = Watched(browser, address)
        seen.page.goto(address)
        seen.done()
        process.kill()
        process.wait()
        seen.page.focus(f"[id='{BAN}']")
        seen.page.keyboard.press("End")
        seen.until(lambda: "does not answer" in seen.page.inner_text("#trouble"))
    with serving(own, port):
        seen.done()
        assert seen.page.is_hidden("#trouble")
        assert seen.page.input_value(f"[id='{BAN}']") == "240"
        seen.context.close()
