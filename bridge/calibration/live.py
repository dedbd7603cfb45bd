"""A live calibration: prompts a person in front of a camera and records the face."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bridge.capture.source import Source
from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import BridgeError
from bridge.solve.tracker import Tracker

from .script import Move
from .session import PATIENCE_S, WAIT_S, Moment, Session
from .take import Reads, Solves, Take

Show = Callable[[Moment], None]


def take_live(
    source: Source,
    tracker: Tracker,
    actor: Solves,
    moves: Sequence[Move],
    show: Show,
    clock_ns: ClockNs = monotonic_ns,
    read: Reads | None = None,
) -> Take:
    """Prompt a person through the moves and return the take.

    Args:
        source: a camera or stream.
        tracker: finds the face.
        actor: a new actor; this sets its neutral face.
        moves: the script, with "learn" before "rest" before "move".
        show: called for every picture, and after every wait without one.
        clock_ns: monotonic nanoseconds.
        read: identifies expressions; None leaves them out.

    Raises:
        BridgeError: the source ended, no face was seen for `PATIENCE_S`, or the face
            was not calm during the rest prompts.
    """
    session = Session(source.name, actor, moves, read)
    seen_ns = clock_ns()
    while not session.walk.done:
        image = source.read(WAIT_S)
        if image is None and source.ended:
            raise BridgeError(
                f"{source.name}: ended before the last move; expected a camera or a "
                "live stream; check the connection and calibrate again"
            )
        if image is None:
            moment = session.miss()
        else:
            moment = session.see(image, tracker.track(image.pixels, image.captured_ns))
        if session.seen:
            seen_ns = clock_ns()
        show(moment)
        if clock_ns() - seen_ns > PATIENCE_S * 1e9:
            raise unseen(source.name)
    return session.take()


def unseen(source: str) -> BridgeError:
    """Return the error of a calibration that has seen no face for too long."""
    return BridgeError(
        f"{source}: no face for {PATIENCE_S:g} s; check that the camera sees you and "
        "that there is light on your face"
    )
