"""What a recorder does on a command from outside."""

from __future__ import annotations

import os
from pathlib import Path

from bridge.errors import BridgeError
from protocols.control import Reply, Request
from protocols.wording import counted

from .recorder import Recorder
from .status import Status
from .store import LAST_NUMBER


def obey(recorder: Recorder, request: Request) -> Reply:
    """Do what was asked, and say what is going on then.

    Raises:
        BridgeError: it cannot be done; the sentence says why.
    """
    if request.do == "start":
        arguments = request.arguments
        if unknown := set(arguments) - {"slate", "number", "folder"}:
            raise BridgeError(f"start: no such argument: {', '.join(sorted(unknown))}")
        status = recorder.start(
            slate=arguments.get("slate"),
            number=_number(arguments.get("number")),
            folder=_folder(arguments.get("folder")),
        )
    elif request.do == "stop":
        status = recorder.stop()
    else:
        status = recorder.status()
    return Reply(True, _told(request.do, status), _state(status))


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 7 and int(text)):
        raise BridgeError(f"start: number {text!r}, expected 1 to {LAST_NUMBER}")
    return int(text)


def _folder(text: str | None) -> Path | None:
    if text is None:
        return None
    # The daemon's own folder is not the one of whoever asks.
    if not Path(text).is_absolute() or "\0" in text:
        raise BridgeError(f"start: folder {text!r}, expected a full path")
    return Path(text)


def _told(do: str, status: Status) -> str:
    if do == "stop":
        told = f"{counted(status.frames, 'frame')}{_lost(status.dropped)}"
        if status.pictures or status.pictures_dropped:
            told += f"; {counted(status.pictures, 'picture')}"
            told += _lost(status.pictures_dropped)
        if status.video_error:
            told += f"; {status.video_error}"
        return f"recorded {_full(status)}: {told}"
    if status.recording:
        return f"{status.sentence()} into {_full(status)}"
    return status.error or "nothing is being recorded"


def _lost(count: int) -> str:
    return f", {count} dropped" if count else ""


def _full(status: Status) -> str:
    """Return where the file is; whoever asks may be in another folder."""
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
