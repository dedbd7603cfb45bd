"""One take being recorded: a short queue, and the thread that writes it.

The stream hands its frames over and goes on; a few times a second the thread takes what
is there and gives it to the system, so that little is lost if the process dies.
"""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from bridge.capture.source import Image
from bridge.clock import ClockNs, monotonic_ns
from protocols.frame import FaceFrame
from protocols.take import Picture
from protocols.timecode import Timecode
from protocols.wording import counted

from .disk import DiskFile, File, free_bytes
from .store import video_path
from .take import About
from .video import Video
from .write import TakeWriter

logger = logging.getLogger(__name__)

GAP_S: Final = 0.2
"""Between two writes: so much a killed process loses, and what a write takes."""

SYNC_NS: Final = 1_000_000_000
"""Between two waits for the disk: so much a power cut loses. They take their time."""

QUEUED: Final = 2048
"""Frames that wait for a slow disk: 17 s of one face at 120 fps."""

LOW_BYTES: Final = 64 << 20
"""With less room on the disk a recording ends while it still can in good order."""

LATE_NS: Final = 100_000_000
"""A frame that is so much earlier than the last of its face was late; earlier than
that, and the clock has jumped."""

TRIES: Final = 8
"""So often a number is chosen anew, where recorders share a folder."""

JOIN_S: Final = 5.0
"""The last frames are written in this time, or the thread is left behind."""


class Shot(NamedTuple):
    """A frame and when it was handed over."""

    frame: FaceFrame
    time: Timecode
    sent_ns: int


@dataclass(frozen=True, slots=True)
class Disk:
    """What a tape needs of the system; tests have their own."""

    open: Callable[[Path], File] = DiskFile
    """Makes a new file, or raises OSError."""
    room: Callable[[Path], int] = free_bytes
    """Returns the bytes that are free in a folder, or raises OSError."""
    clock_ns: ClockNs = monotonic_ns


class Tape:
    """A file that frames are put on. `put` and `show` never wait and never raise.

    Only `open` may; without it the thread opens the file.
    """

    def __init__(
        self,
        choose: Callable[[], tuple[Path, About]],
        *,
        fps: float = 0.0,
        disk: Disk | None = None,
    ) -> None:
        """Prepare; nothing is written yet.

        Args:
            choose: says which file and what to tell in it, at the time it is made;
                may raise OSError or BridgeError.
            fps: of the reference video; 0 makes none.
            disk: what stands for the system.
        """
        self.path: Path | None = None
        self.about = About()
        self.frames = 0
        """Frames taken; after an error, those that are in the file."""
        self.dropped = 0
        """Frames for which there was no room in the queue, and late ones."""
        self.error = ""
        """A sentence, once nothing more can be written."""
        self._choose = choose
        self._fps = fps
        self._disk = disk or Disk()
        self._started_ns = self._synced_ns = self._disk.clock_ns()
        self._ended_ns: int | None = None
        self._writer: TakeWriter | None = None
        self._file: File | None = None
        self._video: Video | None = None
        self._kept = 0
        self._last_ns: dict[str, int] = {}
        self._lock = threading.Lock()
        self._waiting: list[Shot | Picture] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="take", daemon=True)

    @property
    def seconds(self) -> float:
        """From the beginning to the end, or to now."""
        ended_ns = self._ended_ns
        if ended_ns is None:
            ended_ns = self._disk.clock_ns()
        return (ended_ns - self._started_ns) / 1e9

    @property
    def busy(self) -> bool:
        """True while the thread is at work."""
        return self._thread.is_alive()

    @property
    def pictures(self) -> int:
        """Pictures in the reference video so far."""
        return self._video.written if self._video else 0

    @property
    def pictures_dropped(self) -> int:
        """Pictures that are not in it, for want of time."""
        return self._video.dropped if self._video else 0

    @property
    def video_error(self) -> str:
        """A sentence, once no more pictures can be written."""
        return self._video.error if self._video else ""

    def open(self) -> None:
        """Make the file now, so that the caller hears of what is wrong.

        Raises:
            OSError: it exists, cannot be written, or there is little room.
            BridgeError: what `choose` raised.
        """
        file, path, about = self._make()
        try:
            self._writer = TakeWriter(file, about)
        except BaseException:
            file.close()
            path.unlink(missing_ok=True)
            raise
        self._file, self.path, self.about = file, path, about
        if self._fps:
            self._video = Video(
                video_path(path), self._fps, self._mark, self._disk.open
            )
        logger.info("- recording %s", path)

    def _make(self) -> tuple[File, Path, About]:
        for left in reversed(range(TRIES)):
            path, about = self._choose()
            if self._disk.room(path.parent) < LOW_BYTES:
                raise _full()
            try:
                return self._disk.open(path), path, about
            except FileExistsError:
                # Somebody else has just taken the number.
                if not left:
                    raise
        raise AssertionError("unreachable")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def jumped(self, frame: FaceFrame) -> bool:
        """Return True if a frame is of a time before the last of its face."""
        last_ns = self._last_ns.get(frame.subject)
        # What has stopped for an error is not to begin anew by itself.
        return (
            last_ns is not None
            and frame.captured_ns < last_ns - LATE_NS
            and not self.error
        )

    def put(self, frame: FaceFrame, time: Timecode) -> None:
        """Take a frame, or drop and count it. From one thread at a time."""
        if self.error:
            return
        last_ns = self._last_ns.get(frame.subject)
        if last_ns is not None and frame.captured_ns <= last_ns:
            self.dropped += 1
            return
        shot = Shot(frame, time, self._disk.clock_ns())
        with self._lock:
            if len(self._waiting) >= QUEUED:
                self.dropped += 1
                return
            self._waiting.append(shot)
            self.frames += 1
        self._last_ns[frame.subject] = frame.captured_ns

    def show(self, image: Image) -> None:
        """Take a picture for the reference video, if one is made."""
        video = self._video
        if video is not None and not self.error:
            video.show(image)

    def end(self) -> None:
        """Have the thread write what waits, and end the file."""
        if self._ended_ns is None:
            self._ended_ns = self._disk.clock_ns()
        self._stop.set()

    def close(self) -> None:
        """Wait for the end. Safe to call twice."""
        self.end()
        self._thread.join(JOIN_S)
        if self._thread.is_alive():
            logger.warning("x %s: the disk is slow; left unfinished", self.path)

    def _mark(self, picture: Picture) -> None:
        """Keep what the video has; not dropped for want of room, as few are behind."""
        with self._lock:
            self._waiting.append(picture)

    def _run(self) -> None:
        try:
            if self._writer is None:
                self.open()
            full = False
            while not full and not self._stop.wait(GAP_S):
                self._write()
                full = self._look_after()
            if self._video is not None:
                self._video.close()
            self._write()
            self._end()
            if full:
                self._tell(_full())
        except Exception as error:
            self._fail(error)
        finally:
            if self._file is not None:
                self._file.close()

    def _write(self) -> None:
        assert self._writer is not None
        with self._lock:
            waiting, self._waiting = self._waiting, []
        count = 0
        for item in waiting:
            if isinstance(item, Picture):
                self._writer.picture(item)
            else:
                self._writer.add(item.frame, item.time, sent_ns=item.sent_ns)
                count += 1
        if waiting:
            self._writer.flush()
            self._kept += count

    def _look_after(self) -> bool:
        """Once a second: have the disk keep it all; True where it is nearly full."""
        assert self._file is not None and self.path is not None
        now_ns = self._disk.clock_ns()
        if now_ns - self._synced_ns < SYNC_NS:
            return False
        self._synced_ns = now_ns
        self._file.sync()
        return self._disk.room(self.path.parent) < LOW_BYTES

    def _end(self) -> None:
        assert self._writer is not None and self._file is not None
        self._writer.close()
        self._file.sync()
        # One more may have been handed over while the thread came to its end.
        self.frames = self._kept
        told = f"{counted(self.frames, 'frame')}{_lost(self.dropped)}"
        if self._video is not None:
            told += f"; {counted(self.pictures, 'picture')}"
            told += _lost(self.pictures_dropped)
        logger.info("- recorded %s: %s", self.path, told)

    def _fail(self, error: Exception) -> None:
        if self._writer is not None:
            self._writer.abandon()
        self._tell(error)
        if self._video is not None:
            self._video.close()

    def _tell(self, error: Exception) -> None:
        fact = error.strerror if isinstance(error, OSError) else None
        where = self.path.name if self.path else "a take"
        with self._lock:
            self.dropped += self.frames - self._kept
            self.frames = self._kept
            self._waiting = []
            self.error = (
                f"recording {where} stopped after {counted(self._kept, 'frame')}: "
                f"{fact or error or type(error).__name__}"
            )
        self.end()
        logger.error("x %s; the stream goes on", self.error)


def _lost(count: int) -> str:
    return f", {count} dropped" if count else ""


def _full() -> OSError:
    return OSError(errno.ENOSPC, f"less than {LOW_BYTES >> 20} MB are free on the disk")
