"""The app in a real browser: Debian's Chromium, driven by Playwright.

Nothing sleeps for a fixed time: every wait is for something that the page shows. A page that writes an error to the
console, fails a request, or calls another host fails its test. Without Chromium the tests are skipped; with CI=true
its absence is a failure.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

START_S = 120.0
WAIT_MS = 60_000
_PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")
"""Streamlit looks for its server beside the page first, where an address names one; there it is not."""
expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the app as a reader starts it, from another directory; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "app", *options], stdout=out, stderr=out, cwd=log.parent)
    try:
        _wait_until_healthy(process, f"http://127.0.0.1:{port}/_stcore/health", lambda: log.read_text())
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, said: Callable[[], str]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the server stopped at once:\n{said()}")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
            if answer.read() == b"ok":
                return
        time.sleep(0.05)
    pytest.fail(f"the server is not healthy after {START_S:.0f} s:\n{said()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        missing = "no chromium: apt-get install chromium, or set CHROMIUM to its path"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield one
        one.close()


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """Give a page of its own; what goes wrong in it fails the test at the end."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-US", color_scheme="light", reduced_motion="reduce"
    )
    context.set_default_timeout(WAIT_MS)
    one, faults = context.new_page(), []

    def asked(request: Request) -> None:
        if not request.url.startswith((server, "data:", "blob:")):
            faults.append(f"left the machine: {request.url}")

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a chunk that is cancelled when the page is left is no fault
            faults.append(f"request: {request.url} {request.failure}")

    def told(message: ConsoleMessage) -> None:
        if message.type == "error" and not _PROBE.search(message.location["url"]):
            faults.append(f"console: {message.text}")

    one.on("console", told)
    one.on("pageerror", lambda error: faults.append(f"script: {error}"))
    one.on("request", asked)
    one.on("requestfailed", failed)
    yield one
    context.close()
    assert not faults, "\n".join(faults)


class App:
    """What a reader does with the app, with the right waits."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def open(self, address: str = "") -> float:
        """Load a page; give the seconds until its first run has ended."""
        began = time.perf_counter()
        self.page.goto(f"{self.url}/{address}")
        self.idle()
        return time.perf_counter() - began

    def idle(self) -> None:
        """Wait until the page is connected and no run is under way."""
        shell = self.page.get_by_test_id("stApp")
        expect(shell).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=WAIT_MS)
        expect(shell).to_have_attribute("data-test-script-state", "notRunning", timeout=WAIT_MS)
        expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=WAIT_MS)
        expect(self.page.get_by_test_id("stException")).to_have_count(0)

    def choose(self, label: str, option: str) -> None:
        """Pick an option of a select box; typing brings it into a long list's view."""
        box = self.page.get_by_role("combobox", name=label)
        box.click()
        box.fill(option)
        self.page.get_by_role("option", name=option).click()

    def shows(self, text: str | re.Pattern[str]) -> None:
        """Wait until the page shows a text."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=WAIT_MS)

    def timed(self, action: Callable[[], object], text: str) -> float:
        """Give the seconds from an action until the page shows a text."""
        began = time.perf_counter()
        action()
        self.shows(text)
        return time.perf_counter() - began


@pytest.fixture
def app(page: Page, server: str) -> App:
    return App(page, server)
