"""Run on one engine while a better one is prepared, then switch to that one.

The switch happens between two calls and takes no time. The better engine was opened,
compiled if needed, and compared with the processor in a separate thread. Recurrent
state is part of the inputs, so the performance continues without a break.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from .engine import Engine, GraphError, Spec, Tensors
from .runtimes import DeviceError

CLOSE_S: Final = 0.3
"""How long to wait for a compiler to stop."""


class SwitchingEngine:
    """Implements `Engine`."""

    inputs: tuple[Spec, ...]
    outputs: tuple[Spec, ...]

    def __init__(
        self,
        first: Engine,
        better: Callable[[threading.Event], Engine],
        report: Callable[[str], None],
    ) -> None:
        """Start with `first`, and open the better engine in a thread.

        Args:
            first: runs the graph from now on; closed by this object.
            better: opens the other engine, which must be for the same graph. It gets an
                event that is set when it should stop. It raises DeviceError or
                GraphError.
            told: called from the other thread with one sentence: which engine runs from
                now on, or why nothing changes.
        """
        self.inputs, self.outputs = first.inputs, first.outputs
        self.device = first.device
        """Description of the engine in use."""
        self._serving: Engine = first
        self._ready: Engine | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._report = report
        self._thread = threading.Thread(
            target=self._open, args=(better,), name="engine"
        )
        self._thread.start()

    def run(self, feeds: Tensors) -> Tensors:
        """Run once, on the better engine as soon as it is ready."""
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
        """Stop opening the better engine, and free both. Safe to call twice.

        If stopping takes longer than `CLOSE_S`, the other thread frees the better
        engine.
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
                self._report(f"{self._serving.device} stays in use: {error}")
            return
        if (opened.inputs, opened.outputs) != (self.inputs, self.outputs):
            opened.close()
            self._report(
                f"{self._serving.device} stays in use: the faster engine has other "
                "inputs or outputs"
            )
            return
        with self._lock:
            late = self._stop.is_set()
            if not late:
                self._ready = opened
        if late:
            opened.close()
            return
        self._report(f"{opened.device} takes over from {self._serving.device}")
