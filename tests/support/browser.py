"""A real browser on a really served instance: Chromium, uvicorn on a port of its own, axe.

Nothing here skips: where Chromium is missing, the tests that need it fail with what to install.
The browser lives for one module of tests, because Playwright keeps an event loop running in the
main thread and other modules start their own.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from api.context import open_context
from api.demo.world import DEMO_PASSWORD
from tests.support.instance import Instance, Template, running, seeded_instance, settings_of
from tests.support.source_tree import ROOT

CHROMIUM = Path("/usr/bin/chromium")
DESKTOP, PHONE = (1280, 900), (390, 844)
WCAG_22_AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")
STOP_SECONDS = 10
SCREENSHOTS = ROOT / ".tanbiao/screenshots"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    assert CHROMIUM.exists(), f"{CHROMIUM} is missing: apt-get install chromium libatomic1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(frozen=True)
class Site:
    """A served instance: the way in for a browser and, beside it, for the API."""

    url: str
    instance: Instance


@contextmanager
def served(template: Template, folder: Path) -> Iterator[Site]:
    """A fresh instance served by uvicorn on a free port, ended when the block ends.

    It has the template's inventory and keys of its own: an issuer's name is made of its address.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = settings_of(folder, url)
    seeded = seeded_instance(settings, template)
    keyring = open_context(settings).signers()
    made = replace(template, folder=folder, keyring=keyring, seeded=seeded)
    with running(settings, made) as instance:
        server = uvicorn.Server(
            uvicorn.Config(instance.app, log_level="warning", server_header=False)
        )
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield Site(url, instance)
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)
            listening.close()


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, sqlite_instance_template: Template
) -> Iterator[Site]:
    """One served instance for all browser tests; each makes what it changes."""
    with served(sqlite_instance_template, tmp_path_factory.mktemp("site") / "instance") as found:
        yield found


@dataclass
class Window:
    """One person's window, and everything in it that a page should never do.

    Attributes:
        page: The tab.
        origin: Scheme, host and port of the site.
        troubles: Dialogs, errors on the console (Chromium reports refused content there),
            violations of the content security policy and requests to any other host.
    """

    page: Page
    origin: str
    troubles: list[str] = field(default_factory=list)

    @property
    def context(self) -> BrowserContext:
        """Cookies and storage of this window."""
        return self.page.context

    def open(self, path: str, *, status: int | None = 200) -> Page:
        """A page of the site, which must answer so; None: whatever it answers."""
        answer = self.page.goto(self.origin + path)
        assert answer is not None
        assert status in {None, answer.status}, f"{path} answered {answer.status}"
        return self.page

    def watch(self) -> None:
        """Begins to write down what should never happen."""
        self.page.on("dialog", self._refuse)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("request", lambda request: self._check(request.url))

    def width(self) -> int:
        """How wide the page is, in CSS pixels."""
        found: int = self.page.evaluate("document.documentElement.scrollWidth")
        return found

    def _refuse(self, dialog: Any) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note(self, message: ConsoleMessage) -> None:
        is_answer = message.text.startswith("Failed to load resource: the server responded")
        if message.type in {"error", "warning"} and not is_answer:
            self.troubles.append(f"{message.type}: {message.text}")

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "data" and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.troubles.append(f"request to another host: {url}")


REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation",
  (e) => console.error(`refused by policy: ${e.effectiveDirective} ${e.blockedURI}`));"""


@contextmanager
def a_window(
    chromium: Browser,
    site: Site,
    size: tuple[int, int] = DESKTOP,
    language: str = "en",
    *,
    has_script: bool = True,
) -> Iterator[Window]:
    """A fresh profile: no cookie, nothing stored."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        java_script_enabled=has_script,
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    context.add_init_script(REPORT_VIOLATIONS)
    window = Window(context.new_page(), site.url)
    window.watch()
    try:
        yield window
    finally:
        context.close()


def sign_in(window: Window, person: str) -> None:
    """Signs in on the sign-in page, with Enter in the last field."""
    page = window.open("/sign-in")
    page.locator("#email").fill(f"{person}@specimen.example")
    page.locator("#password").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def photograph(page: Page, path: str, device: str) -> None:
    """Keeps what the page looks like, under a name without the ids of this run."""
    name = re.sub(r"[a-z]{3}_[0-9a-z]{26}", "id", path).strip("/").replace("/", "-")
    name = re.sub(r"[^a-z0-9-]+", "-", name.lower()) or "start"
    page.screenshot(path=SCREENSHOTS / f"{name}-{device}.png", full_page=True)


def faults_for_assistive_technology(page: Page, scheme: str = "light") -> list[str]:
    """What axe finds against WCAG 2.2 AA, with every folded part unfolded."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    rules: dict[str, Any] = {"runOnly": {"type": "tag", "values": list(WCAG_22_AA)}}
    if scheme == "dark":  # the same document: only its colours differ
        rules = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    found = Axe().run(page, options={**rules, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
