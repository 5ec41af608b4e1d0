"""What all tests share: the browser, and a loud word where there is none."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

NO_BROWSER = "NO BROWSER: chromium or playwright is missing, so the what-if page was not tried in one"
NO_NUMBA = "NO NUMBA: the extra `fast` is missing, so the compiled days were not tried"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

settings.register_profile("calm", deadline=None)  # the machine may have other work: no test is about the clock
settings.load_profile("calm")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # behind a shell's `&`; processes of tests would ignore it, too
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return where the browser is; tests that need one are skipped without it, and the last lines say so."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        pytest.skip(NO_BROWSER)
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    return CHROMIUM


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Return the browser, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly, at the end, how many tests were skipped for want of a browser."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.section("browser tests", sep="!", red=True, bold=True)
        terminalreporter.line(f"{NO_BROWSER}: {len(skipped)} tests skipped.", red=True, bold=True)
    uncompiled = [report for report in terminalreporter.stats.get("skipped", []) if NO_NUMBA in str(report.longrepr)]
    if uncompiled:
        terminalreporter.section("compiled days", sep="!", red=True, bold=True)
        terminalreporter.line(f"{NO_NUMBA}: {len(uncompiled)} tests skipped.", red=True, bold=True)
    no_disk = [report for report in terminalreporter.stats.get("skipped", []) if "NO MOUNT" in str(report.longrepr)]
    if no_disk:
        terminalreporter.section("tests of disks", sep="!", red=True, bold=True)
        terminalreporter.line(f"no small or read-only disk could be mounted: {len(no_disk)} tests skipped.", red=True)
