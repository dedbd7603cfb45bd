"""Work for the processes of tests."""

from __future__ import annotations

import os
import threading

from bridge.errors import CharacterError
from bridge.page.child import Progress


def double(argument: int, progress: Progress) -> int:
    os.write(1, b"nobody sees this")
    for _ in range(4):
        progress(0.25)
    return 2 * argument


def refuse(argument: str, progress: Progress) -> None:
    raise CharacterError(f"{argument}: is no character")


def fail(argument: str, progress: Progress) -> None:
    raise RuntimeError("a bug")


def crash(argument: str, progress: Progress) -> None:
    os._exit(3)


def wait(argument: float, progress: Progress) -> None:
    progress(0.5)
    threading.Event().wait(argument)
