"""Opens sinks from their settings, with a route for each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from bridge.shape.finish import Finish, finished, finishes
from bridge.wires.settings import Target
from bridge.wires.table import WIRES
from protocols.frame import FaceFrame
from protocols.timecode import Timecode

from .fitting import Fitting
from .sink import Sink
from .udp import UdpSink

if TYPE_CHECKING:
    from bridge.characters.live import LiveCharacter

CLOSE_S: Final = 0.1
"""How long `close` waits for a send. A working sink sends within a millisecond."""


class Route:
    """A sink, with its faces, its frame rate and the last changes to its frames."""

    def __init__(
        self,
        sink: Sink,
        subjects: Iterable[str],
        *,
        rate: float = 0.0,
        finish: tuple[Finish, ...] = (),
        fitting: Callable[[LiveCharacter | None], Fitting] | None = None,
    ) -> None:
        """Send to an open sink.

        Args:
            sink: the receiver.
            subjects: names of its faces.
            rate: frames per second at most; 0 sends every frame.
            finish: the last changes to its frames.
            fitting: returns what the route does for another character.
        """
        self.sink = sink
        self._fitting = fitting
        self._finish = finish
        self._gap_ns = round(1e9 / rate) if rate else 0
        self._due_ns = dict.fromkeys(subjects, 0)
        # libzmq aborts if a ZeroMQ socket is closed while another thread sends on it.
        self._sending = threading.Lock()
        self._closed = False
        self.named: Callable[[FaceFrame], FaceFrame] | None = None
        """Gives a frame the name of its sender. Set it before the first frame."""

    def publish(self, frame: FaceFrame, time: Timecode) -> None:
        """Send the frame if the sink sends this face, it is due, and this is open."""
        if frame.subject in self._due_ns and self._due(frame):
            with self._sending:
                if self._closed:
                    return
                if self._finish:
                    vector, doubt = finished(self._finish, frame.vector, frame.doubt)
                    frame = replace(frame, vector=vector, doubt=doubt)
                if self.named is not None:
                    frame = self.named(frame)
                self.sink.send(frame, time)

    def fitting(self, character: LiveCharacter | None) -> Fitting:
        """Prepare what this route does for another character; None is the actor.

        This takes milliseconds, so do not call it on the pipeline's thread.
        """
        return (
            Fitting(self._finish) if self._fitting is None else self._fitting(character)
        )

    def wear(self, fitting: Fitting) -> None:
        """Send for another character from the next frame on. From any thread."""
        with self._sending:
            self._finish = fitting.finish
            if fitting.encode is not None and isinstance(self.sink, UdpSink):
                self.sink.encode_by(fitting.encode)

    def close(self) -> None:
        """Close the sink, from any thread; later frames are not sent.

        Safe to call twice. A sink whose `send` does not return stays open.
        """
        self._closed = True
        if self._sending.acquire(timeout=CLOSE_S):
            try:
                self.sink.close()
            finally:
                self._sending.release()

    def _due(self, frame: FaceFrame) -> bool:
        if not self._gap_ns:
            return True
        early_ns = self._due_ns[frame.subject] - frame.captured_ns
        # Tolerate a quarter of the gap: for 30 of 60 fps every second frame must be
        # sent, but a camera's timing varies by microseconds.
        if self._gap_ns // 4 < early_ns <= 2 * self._gap_ns:
            return False
        in_step = abs(early_ns) <= self._gap_ns
        start_ns = self._due_ns[frame.subject] if in_step else frame.captured_ns
        self._due_ns[frame.subject] = start_ns + self._gap_ns
        return True


def open_routes(
    wanted: Sequence[Target],
    subjects: Sequence[str],
    character: LiveCharacter | None = None,
) -> list[Route]:
    """Open every sink; on SinkError, close those that are already open.

    Args:
        wanted: the sinks.
        subjects: names of the faces.
        character: what the frames are fitted to, after the sink's own mirror: its
            gains and limits are those of its own left and right.
    """
    routes: list[Route] = []
    try:
        for target in wanted:
            faces = subjects[target.face - 1 :][:1] if target.face else subjects
            sink = open_sink(target, faces, character)
            routes.append(route_of(sink, target, faces, character))
    except BaseException:
        for route in routes:
            route.close()
        raise
    return routes


def route_of(
    sink: Sink,
    target: Target,
    faces: Sequence[str],
    character: LiveCharacter | None,
) -> Route:
    """Return the route of an open sink.

    Args:
        sink: sends the frames.
        target: its settings.
        faces: names of the faces that it sends.
        character: see `open_routes`.
    """
    return Route(
        sink,
        faces,
        rate=target.rate,
        finish=_finish(target, character),
        fitting=partial(_fitting, target, faces),
    )


def _finish(target: Target, character: LiveCharacter | None) -> tuple[Finish, ...]:
    fit = () if character is None else (character.finish,)
    return (*finishes(mirror=target.mirror), *fit)


def _fitting(
    target: Target, subjects: Sequence[str], character: LiveCharacter | None
) -> Fitting:
    encoder = WIRES[target.kind].encoder_for
    return Fitting(
        _finish(target, character),
        None if encoder is None else encoder(target, subjects, character),
    )


def open_sink(
    target: Target, subjects: Sequence[str], character: LiveCharacter | None = None
) -> Sink:
    """Open one sink, or raise SinkError."""
    wire = WIRES[target.kind]
    if character is not None and wire.open_for_character is not None:
        return wire.open_for_character(target, subjects, character)
    return wire.open_sink(target, subjects)
