"""Records the frames that are sent, when started by a command, a key or a setting.

    frames ── publish ──▶ TakeThread (its thread) ──▶ <Slate>_<NNN>.mcap
    images ── see ─────▶ Video (its thread) ──▶ <Slate>_<NNN>.mp4

Time must rise within a file. If the clock jumps back, the take ends, and the frame that
shows the jump is the first of the next take.
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
"""Frame rate of the reference video, if the settings leave the camera's rate open."""


@dataclass(frozen=True, slots=True)
class TakeSettings:
    """Where takes are recorded, and how they are named."""

    folder: Path
    """Created when the first take starts."""
    slate: str = "Take"
    number: int = 0
    """Number of the first take; 0 is the next free one. Later takes count on."""
    fps: float = 0.0
    """Frame rate of the reference video; 0 records no video."""


def take_settings(config: Config) -> TakeSettings:
    """Return the take settings of a configuration."""
    record = config.record
    fps = config.capture.fps or VIDEO_FPS
    return TakeSettings(
        record.folder, record.slate, record.number, fps if record.video else 0.0
    )


class Recorder:
    """Starts and stops takes from any thread; `publish` and `see` never block."""

    def __init__(
        self,
        settings: TakeSettings,
        about: About,
        *,
        disk: Disk | None = None,
    ) -> None:
        """Create a recorder; `start` begins to record.

        Args:
            settings: the defaults for the arguments of `start`.
            about: the description of all recordings; each take's name and time are
                added to it.
            disk: the system functions; tests replace them.
        """
        self._settings = settings
        self._about = about
        self._disk = disk or Disk()
        self._take: TakeThread | None = None
        self._ended: list[TakeThread] = []
        self._failure = ""
        self._closed = self._waited = False
        # Held while a take starts or stops, which may wait for the disk.
        self._control = threading.Lock()
        # Held briefly while the take is replaced; the pipeline thread needs it too.
        self._swap = threading.Lock()

    def publish(self, frame: FaceFrame, time: Timecode) -> None:
        """Record a frame if a take is running. Call it from one thread at a time."""
        take = self._take
        if take is None:
            return
        if take.jumped(frame):
            take = self._next(take)
        take.put(frame, time)

    def see(self, image: Image) -> None:
        """Add an image to the reference video if one is being recorded."""
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
        """Start a take; arguments that are None keep their last value.

        Raises:
            TakeError: a take is running, the take exists already, the slate is not a
                valid name, or the folder is not writable.
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
            take = self._new_take(settings)
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
        """End the take and wait until it is written.

        Raises:
            TakeError: no take is running; if it stopped because of an error, the
                message says why.
        """
        with self._control:
            status = self.status()
            if not status.recording:
                raise TakeError(status.error or "nothing is being recorded")
            return self._finish()

    def toggle(self) -> None:
        """Start a take, or stop the running one; errors are logged."""
        try:
            if self.status().recording:
                self.stop()
            else:
                self.start()
        except TakeError as error:
            logger.error("x %s", error)

    def status(self) -> Status:
        """Return the recorder's state. Never blocks."""
        take = self._take
        if take is None:
            take = self._ended[-1] if self._ended else None
            return Status() if take is None else status_of(take, recording=False)
        return status_of(take, recording=not take.error)

    def close(self, step: Callable[[], object] = lambda: None) -> None:
        """End all takes; no new one can start. Safe to call twice.

        Waits for a slow disk, but not for one without progress.

        Args:
            step: called after each progress of the disk.
        """
        if self._waited:
            return
        self._closed = True
        # A start or stop that waits for a hanging disk holds this lock.
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
        """End all takes quickly, without locks; return True if all are written."""
        self._closed = True
        takes = [take for take in (*self._ended, self._take) if take is not None]
        for take in takes:
            take.end()
        wait_for_takes(takes, seconds)
        return all(take.written.is_set() for take in takes)

    @property
    def failure(self) -> str:
        """Why the last failed take, or its video, stopped; empty if none failed."""
        take = self._take
        return (take and _failed(take)) or self._failure

    def _finish(self) -> Status:
        self._exchange(None)
        wait_for_takes(self._ended, STOP_S)
        for take in self._ended:
            if take.busy:
                logger.warning(
                    "- %s: the disk is slow; the take is still being written", take.path
                )
            self._failure = _failed(take) or self._failure
        return self.status()

    def _exchange(self, take: TakeThread | None) -> bool:
        """Replace the running take by another or none; return False once closed."""
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
            # `status` reports the last take; earlier ones may still be writing.
            self._ended = [take for take in self._ended if take.busy] + [old]

    def _next(self, take: TakeThread) -> TakeThread:
        """Continue with a new take; its own thread opens the file."""
        new = self._new_take(self._settings)
        with self._swap:
            if self._take is not take or self._closed:
                return take
            self._retire()
            new.start()
            self._take = new
        logger.warning("- the clock jumped back; a new take starts")
        return new

    def _new_take(self, settings: TakeSettings) -> TakeThread:
        def choose() -> tuple[Path, About]:
            number = settings.number or next_number(settings.folder, settings.slate)
            path = take_path(settings.folder, settings.slate, number)
            for there in (path, video_path(path)) if settings.number else ():
                if there.exists():
                    raise TakeError(
                        f"{there}: exists already and is not overwritten; choose "
                        "another number or slate"
                    )
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
