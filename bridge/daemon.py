"""The running bridge: its threads, and their end.

capture thread ── Latest ── pipeline thread        main thread: live table, signals
                                 │
                           output thread, if `shape.rate` is set

The pipeline thread reads a feed and sends its faces. A feed of packets needs no
capture thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

from .assembly import Parts, open_parts
from .capture.source import Source
from .clock import ClockNs, monotonic_ns
from .config import Config
from .feeds.names import Named
from .feeds.open import Given
from .frame_loop import FrameLoop
from .metrics import Stopwatch
from .mix.asked import joined, names_of, parts_of, wait_ms_of
from .orders.open import open_orders
from .page.tap import Tap
from .pipeline import Pipeline, Publishes
from .process import settle
from .shape.motion import Motion
from .solve.open import OpenedSolver
from .solve.tracker import Tracker
from .threads import ended

logger = logging.getLogger(__name__)

JOIN_S = 0.25
"""How long `stop` waits for a thread, which may be blocked in a driver."""


class Daemon:
    """Runs a configuration. Start it once, stop it once."""

    def __init__(
        self,
        config: Config,
        *,
        tracker: Tracker | None = None,
        solver: OpenedSolver | None = None,
        motion: Motion | None = None,
        source: Source | None = None,
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Open sinks, source, tracker and networks, or close what was opened and raise.

        Args:
            config: the settings.
            tracker: used instead of the tracker that the solver needs.
            solver: used instead of the configured solver; closed with the other parts.
            motion: used instead of the configured motion stage; closed with the other
                parts.
            source: used instead of config.capture.source.
            clock_ns: monotonic nanoseconds.

        Raises:
            BridgeError: a part cannot be opened; the sentence says which and why.
        """
        self.config = config
        self.watch = Stopwatch(clock_ns)
        self.subjects = config.subject_names()
        self._clock_ns = clock_ns
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="pipeline", daemon=True)
        given = Given(tracker, solver, source)
        with ExitStack() as stack:
            parts = open_parts(
                config, self.subjects, self.watch, given, motion, clock_ns
            )
            stack.callback(parts.close)
            self._put_together(parts)
            stack.pop_all()

    def _put_together(self, parts: Parts) -> None:
        config = self.config
        self._parts = parts
        self.routes = parts.routes
        self.character = parts.character
        self.remote_targets = parts.targets
        self.feed, self.recorder = parts.feed, parts.recorder
        self.solver, self.motion = parts.feed.solver, parts.motion
        self._shapers = [
            parts.motion.shaper(subject, parts.profile) for subject in self.subjects
        ]
        self.timecode = parts.timecode
        self.tap = Tap(self.subjects, self._clock_ns)
        recorded: Publishes = self.recorder
        names = names_of(self.feed)
        if names is not None:
            recorded = Named(self.recorder, names.named)
        self.pipeline = Pipeline(
            self._shapers,
            parts.timecode.timelines,
            [*self.routes, recorded, self.tap],
            self.watch,
            paced=config.shape.rate > 0 or config.timecode.genlock,
            senders=parts.timecode.senders,
        )
        self.orders = open_orders(
            config,
            parts.profile,
            self._shapers,
            self.feed,
            self.pipeline.shaping,
            self.recorder,
            motion=parts.motion.name,
            routes=parts.routes,
        )
        self._loop = FrameLoop(
            config,
            self.feed,
            self.pipeline,
            self.orders,
            self.recorder,
            self.watch,
            self.tap,
            stop=self._stop,
            failed=self._fail,
            clock_ns=self._clock_ns,
            look=parts.timecode.reference.look,
        )

    def start(self) -> None:
        """Start capturing and sending."""
        settle()
        self._thread.start()
        self._loop.start_output()

    @property
    def running(self) -> bool:
        """False once the source has ended, something broke, or `stop` was called."""
        return not self._stop.is_set()

    @property
    def dropped(self) -> int:
        """Images or packets that a newer one replaced before they were used."""
        return self.feed.dropped

    @property
    def guarded(self) -> int:
        """Number of times that the solver's network has contradicted the landmarks."""
        return sum(actor.guarded for actor in self.feed.actors)

    @property
    def motion_guarded(self) -> int:
        """Number of times that One-Euro has replaced the generator, all faces."""
        return sum(shaper.guarded for shaper in self._shapers)

    def wait(self, timeout_s: float) -> bool:
        """Wait for the end, at most `timeout_s`; return `running`."""
        self._stop.wait(timeout_s)
        return self.running

    @property
    def exit_code(self) -> int:
        """The exit code of the error that ended the daemon, until `stop` raises it;
        else 0."""
        code: int = getattr(self._failure, "exit_code", 1)
        return 0 if self._failure is None else code

    def stop(self, step: Callable[[], object] = lambda: None) -> None:
        """End all threads and close all parts in order. Safe to call twice.

        Engines stay open while a thread still uses one.

        Args:
            step: called when a part has ended, and while a slow part makes progress.

        Raises:
            BaseException: the error that ended the capture or the pipeline, if any.
        """
        self._stop.set()
        self.feed.close()
        busy = not ended(self._thread, JOIN_S)
        busy = not self._loop.stop_output(JOIN_S) or busy
        busy = not joined(self.feed) or busy
        if busy:
            logger.warning("- an image was still being solved; it was not sent")
        step()
        self.recorder.close(step)
        self._parts.close(in_use=busy)
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def stats(self) -> dict[str, Any]:
        """Return the figures for `--stats`: counts, latency, solver, sinks."""
        watch = self.watch
        return {
            "source": self.feed.name,
            "frames": watch.frames,
            "dropped": self.dropped,
            "missing": self.feed.missing,
            "tracked_share": watch.tracked / watch.frames if watch.frames else 0.0,
            "latency_ms": watch.latency_ms(),
            "overhead_ms": watch.overhead_ms(),
            "solver": {"name": self.solver.name, "guarded": self.guarded},
            "motion": {
                "name": self.motion.name,
                "rate": self.config.shape.rate,
                "guarded": self.motion_guarded,
            },
            "sinks": {
                route.sink.name: {
                    "sent": route.sink.sent,
                    "failed": route.sink.failed,
                }
                for route in self.routes
            },
            "timecode": {
                "rate": str(self.config.timecode.rate),
                "genlock": self.config.timecode.genlock,
                **self.timecode.reference.told(),
            },
            "recording": asdict(self.recorder.status()),
            "mix": [one.as_json() for one in parts_of(self.feed)],
            "mix_wait_ms": wait_ms_of(self.feed),
        }

    def _run(self) -> None:
        """Run the loop until the end; an error ends the daemon and is reported."""
        try:
            self._loop.run()
        except BaseException as error:
            self._fail(error)
        finally:
            self._stop.set()
            self.orders.close()

    def _fail(self, error: BaseException) -> None:
        # During the end, parts are closed; errors from their last use are expected.
        if not self._stop.is_set():
            self._failure = error
        self._stop.set()
