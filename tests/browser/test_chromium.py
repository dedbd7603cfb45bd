"""The driver of the browser itself, on a page of a few lines."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from .chromium import BrowserFailed, Chromium, Page

PAGE = """<!doctype html><html lang=en><title>Tried</title>
<meta http-equiv="Content-Security-Policy" content="img-src 'self'">
<link rel=icon href="data:,"><main><h1>Tried</h1><button>Press</button><input>
<div style="width: 90px; height: 90px"></div></main>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "index.html").write_text(PAGE)
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join(10)


@pytest.fixture
def page(chromium: Chromium, served: str) -> Iterator[Page]:
    page = Page(chromium, "tried", served)
    yield page
    page.close()


def test_it_runs_functions_in_a_page(page: Page) -> None:
    assert page.run("(a) => [document.title, a]", 3) == ["Tried", 3]


def test_it_waits_no_longer_than_asked(page: Page) -> None:
    with pytest.raises(BrowserFailed, match=r"after 0.1 s .* false"):
        page.until("() => false", seconds=0.1)


def test_it_says_which_page_is_not_open(chromium: Chromium) -> None:
    with pytest.raises(BrowserFailed, match="no page is open under the name nobody"):
        chromium.ask("reload", name="nobody")


def test_it_reports_errors_and_refused_pictures(page: Page) -> None:
    page.run("() => setTimeout(() => { throw new Error('on purpose'); })")
    page.run("() => { new Image().src = 'http://elsewhere.example/a.png'; }")
    page.until("() => new Promise((done) => setTimeout(() => done(true), 50))")
    faults = "\n".join(page.faults())
    assert "on purpose" in faults and "policy: img-src" in faults


def test_it_finds_a_field_without_a_label(page: Page) -> None:
    found = page.ask("axe")
    assert any(line.startswith("label: input") for line in found), found


def test_it_tells_what_the_keyboard_has_reached(page: Page) -> None:
    page.ask("press", key="Tab")
    assert page.ask("focus")["label"] == "Press"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["sh", "-c", "trap '' TERM; sleep 60"], "no answer in 0.2 s; killed"),
        (["sh", "-c", "echo worn out >&2"], "the driver has ended: worn out"),
    ],
)
def test_a_driver_that_hangs_or_ends_is_told(command: list[str], reason: str) -> None:
    with pytest.raises(BrowserFailed, match=f"start: {reason}"):
        Chromium(command, start_s=0.2 if "0.2 s" in reason else 10.0, end_s=0.2)
