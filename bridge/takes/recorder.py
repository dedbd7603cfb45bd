"""Records what is sent: the stream hands frames over, somebody says when.

    frames ── publish ──▶ TakeThread (its thread) ──▶ <Slate>_<NNN>.mcap
    images ── see ─────▶ Video (its thread) ──▶ <Slate>_<NNN>.mp4

A clock that jumps back ends the take, and the next one begins with the very frame:
time rises within a file.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bridge.capture.source import Image
from bridge.config import Config
from bridge.errors import TakeError
from protocols.frame import FaceFrame
from protocols.timecode import Timecode

from .disk import Disk
from .status import Status, status_of
from .store import check_slate, next_number, take_path, video_path
from .take import About
from .take_thread import TakeThread
from .waiting import HELD_S, STILL_S, STOP_S, wait_for_takes

logger = logging.getLogger(__name__)


VIDEO_FPS: Final = 30.0
"""Of a reference video, where the camera is left to choose its rate."""


@dataclass(frozen=True, slots=True)
class TakeSettings:
    """What is recorded where."""

    folder: Path
    """Made when the first take begins."""
    slate: str = "Take"
    number: int = 0
    """Of the first take; 0 is the next that is free, as it is for those after it."""
    fps: float = 0.0
    """Of the reference video; 0 makes none."""


def take_settings(config: Config) -> TakeSettings:
    """Return what the settings say of recording."""
    record = config.record
    fps = config.capture.fps or VIDEO_FPS
    return TakeSettings(
        record.folder, record.slate, record.number, fps if record.video else 0.0
    )


class Recorder:
    """Starts and stops takes from any thread; `publish` and `see` never wait."""

    def __init__(
        self,
        settings: TakeSettings,
        about: About,
        *,
        disk: Disk | None = None,
    ) -> None:
        """Prepare; `start` records.

        Args:
            settings: what holds where `start` is told nothing else.
            about: what is known of all recordings; their names and times are filled
                in.
            disk: what stands for the system.
        """
        self._settings = settings
        self._about = about
        self._disk = disk or Disk()
        self._take: TakeThread | None = None
        self._ended: list[TakeThread] = []
        self._failure = ""
        self._closed = self._waited = False
        # Held by whoever starts and stops, which may wait for the disk.
        self._control = threading.Lock()
        # Held to exchange the take, never for long: the stream takes it too.
        self._swap = threading.Lock()

    def publish(self, frame: FaceFrame, time: Timecode) -> None:
        """Record a frame, if anything is being recorded. From one thread at a time."""
        take = self._take
        if take is None:
            return
        if take.jumped(frame):
            take = self._next(take)
        take.put(frame, time)

    def see(self, image: Image) -> None:
        """Put an image into the reference video, if one is being made."""
        take = self._take
        if take is not None:
            take.show(image)

    def start(
        self,
        *,
        slate: str | None = None,
        number: int | None = None,
        folder: Path | None = None,
    ) -> Status:
        """Begin a take; what is not given is as it was.

        Raises:
            TakeError: one is being recorded, there is such a take already, the slate
                is no name, or the folder cannot be written to.
        """
        with self._control:
            if self._closed:
                raise TakeError("facewire is ending; nothing more is recorded")
            if self.status().recording:
                raise TakeError(f"{self.status().sentence()}: stop that take first")
            settings = self._settings
            settings = replace(
                settings,
                slate=settings.slate if slate is None else slate,
                number=settings.number if number is None else number,
                folder=settings.folder if folder is None else folder,
            )
            check_slate(settings.slate)
            take = self._load(settings)
            try:
                settings.folder.mkdir(parents=True, exist_ok=True)
                take.open()
            except OSError as error:
                raise TakeError(
                    f"{settings.folder}: cannot record here "
                    f"({error.strerror or error}); choose another folder"
                ) from None
            self._settings = replace(settings, number=0)
            if not self._exchange(take):
                take.cancel()
                raise TakeError("facewire is ending; nothing more is recorded")
            return self.status()

    def stop(self) -> Status:
        """End the take and wait until it is whole.

        Raises:
            TakeError: nothing is being recorded; why, if it stopped by itself.
        """
        with self._control:
            status = self.status()
            if not status.recording:
                raise TakeError(status.error or "nothing is being recorded")
            return self._finish()

    def toggle(self) -> None:
        """Start, or stop what is being recorded; a problem is logged."""
        try:
            if self.status().recording:
                self.stop()
            else:
                self.start()
        except TakeError as error:
            logger.error("x %s", error)

    def status(self) -> Status:
        """Return what is going on. Never waits."""
        take = self._take
        if take is None:
            take = self._ended[-1] if self._ended else None
            return Status() if take is None else status_of(take, recording=False)
        return status_of(take, recording=not take.error)

    def close(self, step: Callable[[], object] = lambda: None) -> None:
        """End everything, for good. Safe to call twice.

        Waits for a disk that is slow, not for one that takes nothing.

        Args:
            step: called whenever it has taken something.
        """
        if self._waited:
            return
        self._closed = True
        # A start or stop that waits for such a disk holds it.
        held = self._control.acquire(timeout=HELD_S)
        try:
            self._exchange(None)
            wait_for_takes(self._ended, STILL_S, step)
            self._waited = True
            for take in self._ended:
                if take.busy and not take.written.is_set() and not take.error:
                    take.give_up()
                self._failure = _failed(take) or self._failure
        finally:
            if held:
                self._control.release()

    def rescue(self, seconds: float) -> bool:
        """End everything in a hurry, without a lock; True if all of it is written."""
        self._closed = True
        takes = [take for take in (*self._ended, self._take) if take is not None]
        for take in takes:
            take.end()
        wait_for_takes(takes, seconds)
        return all(take.written.is_set() for take in takes)

    @property
    def failure(self) -> str:
        """Why the latest take, or its video, that ended by itself did; empty if none
        has."""
        take = self._take
        return (take and _failed(take)) or self._failure

    def _finish(self) -> Status:
        self._exchange(None)
        wait_for_takes(self._ended, STOP_S)
        for take in self._ended:
            if take.busy:
                logger.warning("- %s: the disk is slow; still being written", take.path)
            self._failure = _failed(take) or self._failure
        return self.status()

    def _exchange(self, take: TakeThread | None) -> bool:
        """Go on with another take, or none; False once all is closed."""
        with self._swap:
            if self._closed and take is not None:
                return False
            self._retire()
            if take is not None:
                take.start()
            self._take = take
            return True

    def _retire(self) -> None:
        old, self._take = self._take, None
        if old is not None:
            old.end()
            for take in self._ended:
                self._failure = _failed(take) or self._failure
            # Whoever asks is told of the last; those before may still be writing.
            self._ended = [take for take in self._ended if take.busy] + [old]

    def _next(self, take: TakeThread) -> TakeThread:
        """Go on with a new take, which is opened by its own thread."""
        new = self._load(self._settings)
        with self._swap:
            if self._take is not take or self._closed:
                return take
            self._retire()
            new.start()
            self._take = new
        logger.warning("- the clock has jumped back: the next take begins")
        return new

    def _load(self, settings: TakeSettings) -> TakeThread:
        def choose() -> tuple[Path, About]:
            number = settings.number or next_number(settings.folder, settings.slate)
            path = take_path(settings.folder, settings.slate, number)
            for there in (path, video_path(path)) if settings.number else ():
                if there.exists():
                    raise TakeError(f"{there}: exists already and is kept")
            about = replace(
                self._about,
                slate=settings.slate,
                number=number,
                started=datetime.now(UTC).isoformat(timespec="milliseconds"),
                video=video_path(path).name if settings.fps else "",
                origin="recorded",
            )
            return path, about

        return TakeThread(choose, fps=settings.fps, disk=self._disk)


def _failed(take: TakeThread) -> str:
    return take.error or take.video_error
