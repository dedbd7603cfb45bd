"""The pipeline thread's loop: reads the feed, sends frames, and sends held faces.

With `shape.rate`, frames are sent at that rate: by an output thread, or, for a file at
full speed, between the images, on the file's own timeline.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from .capture.black import BlackHint
from .clock import ClockNs, Offset, read_offset
from .config import Config
from .feeds.feed import Feed, Solved
from .idle import IDLE_HZ, QUIET_S, hold_over
from .metrics import Stopwatch
from .orders.desk import OrderDesk
from .pacer import Grid, Output, Timed
from .page.tap import Tap
from .pipeline import Pipeline
from .takes.recorder import Recorder
from .timecode.genlock import LockedOutput

ORDERS_S: Final = 0.1
"""Longest time between two executions of orders while the feed gives nothing."""


class FrameLoop:
    """Passes a feed's faces to the pipeline, until the feed ends."""

    def __init__(
        self,
        config: Config,
        feed: Feed,
        pipeline: Pipeline,
        orders: OrderDesk,
        recorder: Recorder,
        watch: Stopwatch,
        tap: Tap,
        *,
        stop: threading.Event,
        failed: Callable[[BaseException], None],
        clock_ns: ClockNs,
        look: Callable[[], Offset] = read_offset,
    ) -> None:
        """Prepare the loop; call `run` in its own thread.

        Args:
            config: has the rate of sent frames.
            feed: provides faces.
            pipeline: sends frames.
            orders: executed between two reads of the feed.
            recorder: gets images for the reference video.
            watch: the stopwatch of the pipeline.
            tap: shows faces to open pages.
            stop: ends `run`.
            failed: called with an error of the output thread.
            clock_ns: monotonic nanoseconds.
            look: compares it with the time of day that the timecode follows.
        """
        self._feed = feed
        self._pipeline = pipeline
        self._orders = orders
        self._recorder = recorder
        self._watch = watch
        self._tap = tap
        self._stop = stop
        self._clock_ns = clock_ns
        rate, tick = config.shape.rate, pipeline.tick
        genlock = config.timecode.genlock
        # A file at full speed uses no clock, so that it replays to equal bytes.
        self._fast = feed.own_time and config.capture.pace == "fast"
        self._grid = Grid(tick, rate) if rate and self._fast else None
        self._output: Timed | None = None
        if genlock:
            self._output = LockedOutput(
                tick,
                config.timecode.rate,
                look,
                failed=failed,
                own_time=feed.own_time,
                clock_ns=clock_ns,
            )
        elif rate and not self._fast:
            self._output = Output(tick, rate, failed=failed, clock_ns=clock_ns)
        self._black = BlackHint(feed.name, live=not feed.own_time)

    def start_output(self) -> None:
        """Start the output thread, if there is one."""
        if self._output is not None:
            self._output.start()

    def stop_output(self, timeout_s: float) -> bool:
        """End the output thread; return False if it takes longer than `timeout_s`."""
        return self._output is None or self._output.stop(timeout_s)

    def run(self) -> None:
        """Send the newest faces; while there are none, send held faces."""
        last_ns, wait_s = self._clock_ns(), QUIET_S
        if not self._feed.own_time:
            self._pipeline.begin(last_ns)
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
        """Return the next faces, or None after `wait_s`; execute orders meanwhile."""
        while True:
            self._orders.apply()
            solved = self._feed.read(min(wait_s, ORDERS_S))
            wait_s -= ORDERS_S
            if solved is not None or wait_s <= 0.0:
                return solved
            if self._feed.ended or self._stop.is_set():
                return None

    def _show(self, solved: Solved) -> None:
        """Send solved faces, after the frames that a file must send before them."""
        if solved.after_gap and self._fast:
            hold_over(self._pipeline, self._grid, solved.captured_ns, self._stop)
        if self._grid is not None:
            self._grid.before(solved.captured_ns)
            self._watch.resume()
        self._tap.see(solved)
        self._pipeline.show(solved)
        if solved.image is not None:
            self._black.see(solved.image, self._watch.tracked)
        self._sync()
        if solved.image is not None:
            self._recorder.see(solved.image)

    def _sync(self) -> None:
        """Tell the output thread, if there is one, that a frame is ready."""
        if self._output is not None:
            self._output.follow(self._pipeline.now_ns)
