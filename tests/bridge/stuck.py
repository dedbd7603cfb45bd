"""The command with something stuck: python -m tests.bridge.stuck WHAT run ...

picture   every picture takes more than a second
warning   every picture is worth a warning, logged by the thread of the stream
main      the main thread waits in the system, and no signal gets it out of there
start     likewise, while parts are opened
patient   as main, and an orderly end may take an hour
open      a file cannot be opened: the call does not return
write     nothing is written after the first few times
sync      the disk never says that it has kept a file
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from bridge import cli, ending, live_settings
from bridge.capture.source import Pixels
from bridge.feeds import open as feed
from bridge.solve.face_tracker import FaceTracker
from bridge.takes.disk import DiskFile

STUCK = "stuck"
"""What the main thread writes before it is."""


def hang(*_: object, **__: object) -> Any:
    """Wait for ever, and hear no signal: a system call that does not return."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    reader = os.pipe()[0]
    said = False
    while True:
        try:
            if not said:
                said = True
                os.write(1, f"{STUCK}\n".encode())
            os.read(reader, 1)
        except KeyboardInterrupt:
            # It came just before the call that does not return.
            continue


def every_picture(before: Callable[[], object], after: Callable[[], object]) -> None:
    track = FaceTracker.track

    def tracked(self: FaceTracker, pixels: Pixels, captured_ns: int = 0) -> Any:
        before()
        found = track(self, pixels, captured_ns)
        after()
        # As a graph does that was closed meanwhile; the real one may crash.
        if self._close is None:
            raise RuntimeError("tracker: used after close")
        return found

    FaceTracker.track = tracked  # type: ignore[method-assign]


def prepare(what: str) -> None:
    never = threading.Event().wait
    match what:
        case "picture":
            every_picture(lambda: None, lambda: time.sleep(1.2))
        case "warning":
            logger = logging.getLogger("bridge.sinks.sink")
            every_picture(lambda: logger.warning("x a sink: trying again"), int)
        case "main" | "patient":
            live_settings.LiveSettings.look = hang  # type: ignore
            if what == "patient":
                ending.Ending.__init__.__kwdefaults__["limit_s"] = 3600.0  # type: ignore
        case "start":
            feed.open_tracker = hang  # type: ignore
        case "open":
            DiskFile.__init__ = lambda self, path: never()  # type: ignore
        case "sync":
            DiskFile.sync = lambda self: never()  # type: ignore
        case "write":
            write, count = DiskFile.write, iter(range(3))

            def some(self: DiskFile, data: bytes) -> Any:
                return never() if next(count, None) is None else write(self, data)

            DiskFile.write = some  # type: ignore
        case _:
            raise ValueError(what)


if __name__ == "__main__":
    prepare(sys.argv.pop(1))
    cli.main()
