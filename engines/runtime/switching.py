"""One engine serves while a better one is made ready; then that one serves.

A switch is between two calls and takes no time: the better engine was opened, compiled
if need be, and tried against the processor on a thread of its own. Recurrent state goes
with the feeds, so the performance goes on where it was.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from .engine import Engine, GraphError, Spec, Tensors
from .runtimes import DeviceError

CLOSE_S: Final = 0.3
"""For a compiler to hear that it is not wanted any more."""


class SwitchingEngine:
    """Implements `Engine`."""

    inputs: tuple[Spec, ...]
    outputs: tuple[Spec, ...]

    def __init__(
        self,
        first: Engine,
        better: Callable[[threading.Event], Engine],
        told: Callable[[str], None],
    ) -> None:
        """Begin with `first`, and open the better one meanwhile.

        Args:
            first: serves from now on; closed here.
            better: opens the other, which must be for the same graph; given an event
                that is set when it should give up. Raises DeviceError or GraphError.
            told: takes one sentence, from the other thread: what serves from now on,
                or why nothing changes.
        """
        self.inputs, self.outputs = first.inputs, first.outputs
        self.device = first.device
        """What serves now."""
        self._serving: Engine = first
        self._ready: Engine | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._told = told
        self._thread = threading.Thread(
            target=self._open, args=(better,), name="engine"
        )
        self._thread.start()

    def run(self, feeds: Tensors) -> Tensors:
        """Execute once, on the better engine as soon as there is one."""
        if self._ready is not None:
            with self._lock:
                left, self._ready = self._ready, None
                if left is not None:
                    self._serving, left = left, self._serving
                    self.device = self._serving.device
            if left is not None:
                left.close()
        return self._serving.run(feeds)

    def close(self) -> None:
        """Give up what is being opened, and free both. Safe to call twice.

        What takes longer than `CLOSE_S` to be given up is freed by its own thread.
        """
        self._stop.set()
        self._thread.join(CLOSE_S)
        with self._lock:
            ready, self._ready = self._ready, None
        if ready is not None:
            ready.close()
        self._serving.close()

    def _open(self, better: Callable[[threading.Event], Engine]) -> None:
        try:
            opened = better(self._stop)
        except (DeviceError, GraphError) as error:
            if not self._stop.is_set():
                self._told(f"{self._serving.device} goes on: {error}")
            return
        if (opened.inputs, opened.outputs) != (self.inputs, self.outputs):
            opened.close()
            self._told(f"{self._serving.device} goes on: the other has another graph")
            return
        with self._lock:
            late = self._stop.is_set()
            if not late:
                self._ready = opened
        if late:
            opened.close()
            return
        self._told(f"{opened.device} takes over from {self._serving.device}")
