"""A person with a browser that runs no script: opens pages, fills in their forms, sends them.

A form is sent as the page has it, hidden fields included, so that a test meets what a person
meets; a field the page does not have cannot be filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx2
from starlette.testclient import TestClient

from api.demo.world import DEMO_PASSWORD
from tests.support.instance import BASE_URL, Instance

Part = tuple[str | None, str] | tuple[str | None, bytes, str | None]
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


@dataclass
class Element:
    """An element of a page with what is below it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def find_all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Elements below this one, in the order of the page."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                is_tag = not tag or child.tag == tag
                if is_tag and all(child.attributes.get(k) == v for k, v in attributes.items()):
                    found.append(child)
                found += child.find_all(tag, **attributes)
        return found

    @property
    def text(self) -> str:
        """What a reader reads, blanks as one."""
        parts = [c if isinstance(c, str) else c.text for c in self.children]
        return " ".join(" ".join(parts).split())

    @property
    def raw_text(self) -> str:
        """The text as it stands."""
        return "".join(c if isinstance(c, str) else c.raw_text for c in self.children)


class _Tree(HTMLParser):
    """Builds the tree and refuses what no browser would read as it was written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"attribute twice in <{tag}>: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> ends <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(html: str) -> Element:
    """The tree of a page; fails where elements do not nest."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    assert len(tree.open) == 1, f"never closed: {[e.tag for e in tree.open[1:]]}"
    return tree.root


@dataclass(frozen=True)
class Page:
    """An answer as a person sees it."""

    response: httpx2.Response
    root: Element

    @property
    def status(self) -> int:
        """HTTP status."""
        return int(self.response.status_code)

    @property
    def path(self) -> str:
        """Where the browser ended up."""
        return urlsplit(str(self.response.url)).path

    @property
    def text(self) -> str:
        """Everything a reader reads on it."""
        return self.root.text

    def form(self, target: str, /, **fields: str) -> Element:
        """The form that is sent there and has these hidden values."""
        for form in self.root.find_all("form"):
            if form.attributes.get("action") != target:
                continue
            values = {e.attributes.get("name"): e.attributes.get("value") for e in controls(form)}
            if all(values.get(name) == value for name, value in fields.items()):
                return form
        raise AssertionError(f"no form to {target} with {fields} on {self.path}")

    def has_form(self, target: str, /, **fields: str) -> bool:
        """Whether there is such a form."""
        try:
            self.form(target, **fields)
        except AssertionError:
            return False
        return True


def controls(form: Element) -> list[Element]:
    """Everything in a form that can send a value."""
    return [e for e in form.find_all() if e.tag in {"input", "select", "textarea", "button"}]


def form_values(form: Element) -> dict[str, str]:
    """What a browser sends when nothing is filled in."""
    values: dict[str, str] = {}
    for control in controls(form):
        name, kind = control.attributes.get("name"), control.attributes.get("type", "")
        if not name or control.tag == "button" or kind == "file":
            continue
        if kind in {"radio", "checkbox"}:
            if "checked" in control.attributes:
                values[name] = control.attributes.get("value", "on")
        elif control.tag == "select":
            options = control.find_all("option")
            chosen = [o for o in options if "selected" in o.attributes] or options[:1]
            values[name] = chosen[0].attributes["value"] if chosen else ""
        elif control.tag == "textarea":
            values[name] = control.raw_text.removeprefix("\n")
        else:
            values[name] = control.attributes.get("value", "")
    return values


class Browser:
    """One person's browser on an instance."""

    def __init__(self, instance: Instance, language: str = "en") -> None:
        self.http = TestClient(instance.app, base_url=BASE_URL, raise_server_exceptions=False)
        self.headers = {
            "Accept": "text/html",
            "Accept-Language": language,
            "Origin": BASE_URL,
            "Sec-Fetch-Site": "same-origin",
        }

    def open(self, path: str) -> Page:
        """A page, redirects followed."""
        return self._page(self.http.get(path, headers=self._safe_headers()))

    def fetch(self, path: str) -> httpx2.Response:
        """A file, no redirect followed."""
        headers = self._safe_headers()
        return self.http.get(path, headers=headers, follow_redirects=False)

    def send(
        self,
        page: Page,
        action: str,
        typed: Mapping[str, str] | None = None,
        *,
        file: tuple[str, bytes, str] | None = None,
        button: tuple[str, str] | None = None,
        which: Mapping[str, str] | None = None,
    ) -> Page:
        """Fills in the form of a page and sends it.

        Args:
            page: Where the form stands.
            action: Where it is sent to.
            typed: What is filled in, by name; each must be a field of the form.
            file: Name, content and type of the file chosen.
            button: Name and value of the button pressed.
            which: Hidden values that tell the form from others to the same address.
        """
        form = page.form(action, **(which or {}))
        values = form_values(form)
        names = {control.attributes.get("name") for control in controls(form)}
        for name, value in (typed or {}).items():
            assert name in names, (
                f"the form to {action} has no field {name}: {sorted(map(str, names))}"
            )
            values[name] = value
        if button is not None:
            values[button[0]] = button[1]
        is_multipart = form.attributes.get("enctype") == "multipart/form-data"
        assert file is None or is_multipart, "a file needs a multipart form"
        if is_multipart:
            parts: list[tuple[str, Part]] = [(n, (None, value)) for n, value in values.items()]
            if file is not None:
                parts.append(("file", file))
            response = self.http.post(action, files=parts, headers=self.headers)
        else:
            response = self.http.post(action, data=values, headers=self.headers)
        return self._page(response)

    def sign_in(self, email: str, password: str = DEMO_PASSWORD) -> Page:
        """Signs in on the sign-in page."""
        page = self.open("/sign-in")
        return self.send(page, "/sign-in", {"email": email, "password": password})

    def _safe_headers(self) -> dict[str, str]:
        return {name: value for name, value in self.headers.items() if name != "Origin"}

    def _page(self, response: httpx2.Response) -> Page:
        is_page = response.headers.get("content-type", "").startswith("text/html")
        return Page(response, parsed(response.text) if is_page else Element("", {}))


def signed_in(instance: Instance, person: str, language: str = "en") -> Browser:
    """The browser of a person of the demonstration."""
    browser = Browser(instance, language)
    page = browser.sign_in(f"{person}@specimen.example")
    assert page.status == 200, page.text
    assert page.path != "/sign-in", page.text
    return browser


def links(page: Page) -> list[str]:
    """Every address on our own instance a page leads to, without fragment."""
    found = []
    for anchor in page.root.find_all("a"):
        address = urljoin(str(page.response.url), anchor.attributes.get("href", ""))
        parts = urlsplit(address)
        if f"{parts.scheme}://{parts.netloc}" == BASE_URL:
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return list(dict.fromkeys(found))
