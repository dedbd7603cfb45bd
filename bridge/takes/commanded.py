"""Runs take orders (start, stop) on a recorder, and reports its state."""

from __future__ import annotations

import os
from pathlib import Path

from bridge.orders.order import Answer, StartTake, StopTake, TakeOrder
from protocols.wording import counted

from .recorder import Recorder
from .status import Status


def carry_out(recorder: Recorder, order: TakeOrder) -> Answer:
    """Start or stop a take, and return the new state. May wait for a disk.

    Raises:
        BridgeError: the command cannot be run; the message says why.
    """
    match order:
        case StartTake():
            status = recorder.start(
                slate=order.slate, number=order.number, folder=order.folder
            )
            return Answer(True, _going_on(status), _state(status))
        case StopTake():
            status = recorder.stop()
            return Answer(True, _recorded(status), _state(status))


def take_status(recorder: Recorder) -> Answer:
    """Return the state of the recorder. Never waits."""
    status = recorder.status()
    return Answer(True, _going_on(status), _state(status))


def _recorded(status: Status) -> str:
    told = f"{counted(status.frames, 'frame')}{_lost(status.dropped)}"
    if status.pictures or status.pictures_dropped:
        told += f"; {counted(status.pictures, 'picture')}"
        told += _lost(status.pictures_dropped)
    if status.video_error:
        told += f"; {status.video_error}"
    return f"recorded {_full(status)}: {told}"


def _going_on(status: Status) -> str:
    if status.recording:
        return f"{status.sentence()} into {_full(status)}"
    return status.error or "nothing is being recorded"


def _lost(count: int) -> str:
    return f", {count} dropped" if count else ""


def _full(status: Status) -> str:
    """Return the full path, because the client may run in another folder."""
    return str(Path(status.file).absolute()) if status.file else ""


def _state(status: Status) -> dict[str, str]:
    return {
        "recording": "yes" if status.recording else "no",
        "file": _full(status),
        "frames": str(status.frames),
        "dropped": str(status.dropped),
        "pictures": str(status.pictures),
        "pictures_dropped": str(status.pictures_dropped),
        "seconds": f"{status.seconds:.3f}",
        "error": status.error,
        "video_error": status.video_error,
        "pid": str(os.getpid()),
    }
