"""The pipeline thread's loop: read the feed, send, keep held faces alive.

With `shape.rate` frames are sent at a rate of their own: by an output thread, or, for a
file at full speed, between the images, by the file's own timeline.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from .capture.black import BlackHint
from .clock import ClockNs
from .config import Config
from .feeds.feed import Feed, Solved
from .idle import IDLE_HZ, QUIET_S, hold_over
from .metrics import Stopwatch
from .orders.desk import OrderDesk
from .pacer import Grid, Output
from .pipeline import Pipeline
from .takes.recorder import Recorder

ORDERS_S: Final = 0.1
"""Seconds: orders are carried out at least so often while nothing comes."""


class FrameLoop:
    """Takes everything a feed gives through the pipeline, until it ends."""

    def __init__(
        self,
        config: Config,
        feed: Feed,
        pipeline: Pipeline,
        orders: OrderDesk,
        recorder: Recorder,
        watch: Stopwatch,
        *,
        stop: threading.Event,
        failed: Callable[[BaseException], None],
        clock_ns: ClockNs,
    ) -> None:
        """Prepare; `run` works, in a thread of its own.

        Args:
            config: says at which rate frames are sent.
            feed: is read.
            pipeline: sends.
            orders: carried out between two readings of the feed.
            recorder: gets images for the reference video.
            watch: of the pipeline.
            stop: ends `run`.
            failed: told what the output thread raised.
            clock_ns: monotonic nanoseconds.
        """
        self._feed = feed
        self._pipeline = pipeline
        self._orders = orders
        self._recorder = recorder
        self._watch = watch
        self._stop = stop
        self._clock_ns = clock_ns
        rate, tick = config.shape.rate, pipeline.tick
        # A file at full speed has no clock to go by, and replays to the same bytes.
        self._fast = feed.own_time and config.capture.pace == "fast"
        self._grid = Grid(tick, rate) if rate and self._fast else None
        self._output: Output | None = None
        if rate and not self._fast:
            self._output = Output(tick, rate, failed=failed, clock_ns=clock_ns)
        self._black = BlackHint(feed.name, live=not feed.own_time)

    def start_output(self) -> None:
        """Start the output thread, if there is one."""
        if self._output is not None:
            self._output.start()

    def stop_output(self, timeout_s: float) -> bool:
        """End the output thread, waiting at most so long; False if it did not end."""
        return self._output is None or self._output.stop(timeout_s)

    def run(self) -> None:
        """Send the newest faces; while none come, keep the held ones alive."""
        last_ns, wait_s = self._clock_ns(), QUIET_S
        while not self._stop.is_set():
            solved = self._read(wait_s)
            if solved is not None:
                self._show(solved)
                last_ns, wait_s = solved.arrived_ns, QUIET_S
            elif self._feed.ended:
                break
            else:
                self._pipeline.idle(self._clock_ns() - last_ns)
                self._sync()
                wait_s = 1.0 / IDLE_HZ
        self._black.end()
        if self._grid is not None:
            self._grid.before(self._pipeline.now_ns + 1)

    def _read(self, wait_s: float) -> Solved | None:
        """Return the next faces, or None after `wait_s`; orders do not wait for it."""
        while True:
            self._orders.apply()
            solved = self._feed.read(min(wait_s, ORDERS_S))
            wait_s -= ORDERS_S
            if solved is not None or wait_s <= 0.0:
                return solved
            if self._feed.ended or self._stop.is_set():
                return None

    def _show(self, solved: Solved) -> None:
        """Send solved faces, after what a file has to send before them."""
        if solved.after_gap and self._fast:
            hold_over(self._pipeline, self._grid, solved.captured_ns, self._stop)
        if self._grid is not None:
            self._grid.before(solved.captured_ns)
            self._watch.resume()
        self._pipeline.show(solved)
        if solved.image is not None:
            self._black.see(solved.image, self._watch.tracked)
        self._sync()
        if solved.image is not None:
            self._recorder.see(solved.image)

    def _sync(self) -> None:
        """Tell the output, if there is one, that a frame is ready."""
        if self._output is not None:
            self._output.follow(self._pipeline.now_ns)
