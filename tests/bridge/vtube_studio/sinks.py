"""Sinks of VTube Studio, for its tests."""

from __future__ import annotations

from collections.abc import Callable

from bridge.sinks.mailbox import MailboxSink
from bridge.vtube_studio.plugin import Plugin
from protocols.frame import FaceFrame
from protocols.timecode import Timecode
from tests.bridge.fakes import PATIENCE_S, until

TIME = Timecode(0, 0.0, 60)
SECOND = 30
"""Frames of `face` in a second."""

Told = Callable[[], list[str]]
"""Returns what was logged so far."""


class Sinks:
    """Opens sinks, and closes them all."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.opened: list[MailboxSink] = []

    def __call__(self, *, defaults: bool = False) -> MailboxSink:
        plugin = Plugin("127.0.0.1", self.port, defaults)
        sink = MailboxSink(
            f"vts={plugin.where}",
            plugin.connect,
            close_limit_s=PATIENCE_S,
            interrupt=plugin.stop.set,
        )
        self.opened.append(sink)
        return sink

    def close(self) -> None:
        for sink in self.opened:
            sink.close()
            assert not sink._thread.is_alive()


def deliver(sink: MailboxSink, frame: FaceFrame) -> None:
    """Send a frame and wait until the sink has done with it."""
    before = sink.sent + sink.failed
    sink.send(frame, TIME)
    until(lambda: sink.sent + sink.failed > before, PATIENCE_S)
