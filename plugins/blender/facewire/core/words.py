"""The state of a connection in words for people."""

from __future__ import annotations

from .face import Face
from .receiver import Receiver

CLOSED = "Closed; press Connect"
RETRYING = "Not open; trying again"
WAITING = "Open; no face has arrived yet"
RECEIVING = "Receiving"
HELD = "Receiving; no face is seen, the last pose is held"
SILENT = "No face for a while; neutral"


def state(receiver: Receiver | None, name: str, face: Face | None, here: bool) -> str:
    """Return how a connection is.

    Args:
        receiver: None if it is closed.
        name: the actor that is wanted; empty for the first one.
        face: the one that is shown.
        here: False if that actor was silent for longer than the timeout.
    """
    if receiver is None:
        return CLOSED
    if not receiver.is_open:
        return RETRYING
    others = [subject.name for subject in receiver.subjects.all()]
    if not others:
        return WAITING
    if face is None:
        return f"Other actors arrive, but not {name}: {', '.join(others)[:200]}"
    if not here:
        return SILENT
    return RECEIVING if face.tracked else HELD


def held(face: Face) -> str:
    """Return which expression a face holds."""
    return f"Holds {face.mood}" if face.mood else "The held expression is not known"


def counted(receiver: Receiver) -> str:
    """Return what has arrived, in one line."""
    count = receiver.statistics
    lost = sum(subject.lost for subject in receiver.subjects.all())
    return (
        f"{count.frames} faces, {lost} lost, {receiver.subjects.late} late, "
        f"{count.refused} refused"
    )
