"""A real Chromium, driven by Node. `npm ci --prefix tests/browser` installs the driver.

Debian's package is `chromium`; FACEWIRE_CHROMIUM names another program.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

HERE = Path(__file__).resolve().parent
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
START_S: Final = 90.0
LONGEST_S: Final = 90.0
"""Limit of one command. Every wait inside the driver is shorter."""
END_S: Final = 10.0
"""How long the end may take before it is forced."""


class BrowserFailed(AssertionError):
    """The browser did not do what a command asked; the sentence says what."""


class Chromium:
    """Sends commands to the driver, one at a time."""

    def __init__(
        self, command: list[str], start_s: float = START_S, end_s: float = END_S
    ) -> None:
        """Start the driver, which starts the browser.

        Raises:
            BrowserFailed: it has not started in `start_s` seconds and was killed.
        """
        self._end_s = end_s
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A group of its own, so that all of it can be ended.
            start_new_session=True,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._said: list[str] = []
        self._threads = [
            threading.Thread(target=self._read_answers, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        try:
            self.version = str(self._answer("start", start_s))
        except BaseException:
            self.close()
            raise

    def ask(self, verb: str, **arguments: Any) -> Any:
        """Do one command of `driver.mjs` and return its value.

        Raises:
            BrowserFailed: it failed, or did not end in time and was killed.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"verb": verb, **arguments}) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise self._ended(verb) from None
        return self._answer(verb, LONGEST_S)

    def close(self) -> None:
        """End the driver and the browser, by force if they do not end by themselves."""
        process = self._process
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        for sign in (None, signal.SIGTERM, signal.SIGKILL):
            if sign is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(self._end_s)
                break
        for thread in self._threads:
            thread.join(END_S)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    def _answer(self, verb: str, limit_s: float) -> Any:
        try:
            line = self._lines.get(timeout=limit_s)
        except queue.Empty:
            self.close()
            raise BrowserFailed(f"{verb}: no answer in {limit_s:g} s; killed") from None
        if line is None:
            raise self._ended(verb)
        answer = json.loads(line)
        if not answer["ok"]:
            raise BrowserFailed(f"{verb}: {answer['value']}")
        return answer["value"]

    def _read_answers(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        self._said.extend(self._process.stderr)

    def _ended(self, verb: str) -> BrowserFailed:
        self._threads[1].join(END_S)
        said = "".join(self._said)[-2000:]
        return BrowserFailed(f"{verb}: the driver has ended: {said}")


class Page:
    """One open page of the browser."""

    def __init__(self, browser: Chromium, name: str, url: str, **look: Any) -> None:
        """Open a page. `look`: width, height, scheme (light, dark), `before`, a script
        that runs first."""
        self._browser, self._name = browser, name
        self.ask("open", url=url, **look)

    def ask(self, verb: str, **arguments: Any) -> Any:
        """Do one command of `driver.mjs` on this page."""
        return self._browser.ask(verb, name=self._name, **arguments)

    def run(self, source: str, argument: Any = None) -> Any:
        """Return what a JavaScript function returns in the page."""
        return self.ask("run", source=source, argument=argument)

    def until(self, source: str, argument: Any = None, seconds: float = 60.0) -> Any:
        """Wait until a JavaScript function returns something true, and return that."""
        return self.ask("until", source=source, argument=argument, seconds=seconds)

    def click(self, selector: str) -> None:
        """Click an element once it can be clicked."""
        self.ask("click", selector=selector)

    def faults(self) -> list[str]:
        """Return errors and warnings of the console and reports of the policy."""
        found: list[str] = self.ask("faults")
        return found

    def close(self) -> None:
        """Close the page."""
        self.ask("close")


@contextlib.contextmanager
def open_chromium() -> Iterator[Chromium]:
    """Start the browser, or skip the test with the reason."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine; the driver of the browser is for Node 20")
    if not (HERE / "node_modules" / "playwright-core").is_dir():
        pytest.skip("no driver; `npm ci --prefix tests/browser` installs it")
    found = (shutil.which(name) for name in NAMES)
    program = os.environ.get("FACEWIRE_CHROMIUM") or next(filter(None, found), None)
    if program is None:
        pytest.skip("no Chromium: `apt install chromium`, or set FACEWIRE_CHROMIUM")
    browser = Chromium([node, str(HERE / "driver.mjs"), program])
    try:
        yield browser
    finally:
        browser.close()
