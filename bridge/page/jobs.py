"""Long work that pages ask for: one piece at a time, with progress for every page."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Final

from bridge.errors import BridgeError, ConfigError
from protocols.wording import shown

from .child import Child, Work
from .running import Tell

logger = logging.getLogger(__name__)

STEP: Final = 0.01
"""Progress is told when this share more is done."""

Done = Callable[[Any], str]
"""Takes the result, in the job's thread, and returns a sentence about it."""


class Jobs:
    """Runs one piece of work at a time, each in a process of its own."""

    def __init__(self, tell: Tell) -> None:
        """Be idle.

        Args:
            tell: sends a message to every page.
        """
        self._tell = tell
        self._lock = threading.Lock()
        self._number = 0
        self._title = ""
        self._child: Child | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def begin(
        self,
        title: str,
        work: Work,
        argument: object,
        done: Done,
        limit_s: float | None = None,
        last: Callable[[], object] = lambda: None,
    ) -> int:
        """Begin a job, and return its number.

        Args:
            title: of what is done, for people.
            work: runs in the process.
            argument: for the work.
            done: gets its result.
            limit_s: most seconds.
            last: called at the end of a job that was begun, however it ended.

        Raises:
            ConfigError: another job runs.
        """
        with self._lock:
            if self._closed:
                raise ConfigError("nothing was begun: facewire is ending")
            if self._title:
                raise ConfigError(
                    f"nothing was begun: {self._title} is not finished yet; wait for it"
                )
            self._title = title
            self._number += 1
            number = self._number
            try:
                child = self._child = Child(work, argument)
            except OSError as error:
                self._title = ""
                raise BridgeError(f"{title}: cannot be begun ({error})") from None
            self._thread = threading.Thread(
                target=self._run,
                args=(number, title, child, done, limit_s, last),
                name="page job",
                daemon=True,
            )
            self._thread.start()
        return number

    def close(self) -> None:
        """End the job that runs. Safe to call twice."""
        with self._lock:
            self._closed = True
            child, thread = self._child, self._thread
        if child is not None:
            child.stop()
        if thread is not None:
            thread.join(5.0)

    def _run(
        self,
        number: int,
        title: str,
        child: Child,
        done: Done,
        limit_s: float | None,
        last: Callable[[], object],
    ) -> None:
        share = told = 0.0

        def progress(part: float) -> None:
            nonlocal share, told
            share += part
            if share - told >= STEP:
                told = share
                self._report(number, title, share)

        self._report(number, title, 0.0)
        ok, sentence = False, ""
        try:
            sentence = done(child.result(progress, limit_s))
            ok = True
        except BridgeError as error:
            sentence = "; ".join(str(error).splitlines()) or "it failed"
        except Exception as error:
            logger.exception("x monitor: %s failed", title)
            sentence = f"it failed: {error or type(error).__name__}"
        last()
        with self._lock:
            self._title, self._child = "", None
        self._report(number, title, 1.0, done=True, ok=ok, sentence=sentence)

    def _report(
        self,
        number: int,
        title: str,
        share: float,
        *,
        done: bool = False,
        ok: bool = True,
        sentence: str = "",
    ) -> None:
        self._tell(
            {
                "type": "progress",
                "job": number,
                "title": title,
                "share": round(min(share, 1.0), 3),
                "done": done,
                "ok": ok,
                "sentence": shown(sentence, 400),
            }
        )
