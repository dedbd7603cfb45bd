"""Starts, stops and saves the guided calibration of pages."""

from __future__ import annotations

import threading
from pathlib import Path

from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import ConfigError
from bridge.feeds.feed import Solved
from bridge.feeds.table import is_packets
from bridge.orders.order import SetProfile
from bridge.shape.profile_file import write_profile

from .arguments import Arguments
from .guide import Guide, OpenActor, open_actor
from .running import Running, Verbs
from .saving import PROFILE, new_path
from .visitor import Reply, Visitor

SECONDS = 20.0
"""For all moves together, as `facewire calibrate` has it."""


class GuideVerbs:
    """Guides one person at a time."""

    def __init__(
        self,
        running: Running,
        folder: Path,
        open_actor: OpenActor = open_actor,
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Serve a daemon.

        Args:
            running: the daemon.
            folder: where a new profile is made.
            open_actor: solves the face that is calibrated.
            clock_ns: monotonic nanoseconds.
        """
        self._running = running
        self._folder = folder
        self._open_actor = open_actor
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._guide: Guide | None = None

    def verbs(self) -> Verbs:
        """Return the verbs that this part does."""
        return {
            "guide start": self._start,
            "guide stop": self._stop,
            "guide save": self._save,
        }

    def see(self, solved: Solved) -> None:
        """Take what the pipeline has solved. Never blocks."""
        guide = self._guide
        if guide is not None:
            guide.see(solved)

    def left(self, visitor: Visitor) -> None:
        """End the calibration of a page that was closed."""
        with self._lock:
            guide = self._guide
            if guide is None or guide.visitor is not visitor:
                return
            self._guide = None
        guide.close()

    def close(self) -> None:
        """End the calibration that runs. Safe to call twice."""
        with self._lock:
            guide, self._guide = self._guide, None
        if guide is not None:
            guide.close()

    def _start(self, given: Arguments, visitor: Visitor) -> Reply:
        subjects = self._running.subjects
        subject = given.text("subject", subjects[visitor.face])
        seconds = given.number("seconds", 10.0, 300.0, SECONDS)
        given.end()
        config = self._running.config
        if subject not in subjects:
            raise ConfigError(
                f"guide start: no face is named {subject!r}; known: "
                f"{', '.join(subjects)}"
            )
        if is_packets(config.capture.source):
            raise ConfigError(
                "guide start: another program solves the faces of this run; calibrate "
                "there"
            )
        with self._lock:
            if self._guide is not None and self._guide.running:
                raise ConfigError("guide start: another calibration runs already")
            self._guide = Guide(
                visitor,
                subjects.index(subject),
                subject,
                config,
                seconds,
                self._open_actor,
                self._clock_ns,
            )
        return Reply(True, "look into the camera and do what is asked")

    def _stop(self, given: Arguments, visitor: Visitor) -> Reply:
        given.end()
        self._mine(given.verb, visitor)
        self.left(visitor)
        return Reply(True, "the calibration was stopped; nothing was changed")

    def _save(self, given: Arguments, visitor: Visitor) -> Reply:
        name = given.text("name", "")
        given.end()
        guide = self._mine(given.verb, visitor)
        result = guide.result
        if result is None:
            raise ConfigError("guide save: the calibration has no result yet")
        orders = self._running.orders
        used = next(s.profile for s in orders.settings if s.subject == guide.subject)
        path = Path(used)
        if name or not used:
            path = new_path(given.verb, self._folder, name or PROFILE, ".toml")
        if path.exists() and str(path.absolute()) != used:
            raise ConfigError(
                f"guide save: {path} exists already and is not the profile in use; "
                "give another name"
            )
        write_profile(path, result.profile, result.comment)
        where = str(path.absolute())
        answer = orders.ask(SetProfile(result.profile, where, guide.subject))
        if not answer.ok:
            raise ConfigError(f"wrote {path}, but it is not used: {answer.sentence}")
        return Reply(True, f"wrote {path} and uses it", {"file": where})

    def _mine(self, verb: str, visitor: Visitor) -> Guide:
        guide = self._guide
        if guide is None or guide.visitor is not visitor:
            raise ConfigError(f"{verb}: no calibration runs here; start one")
        return guide
