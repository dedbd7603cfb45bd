"""Records one take: a short queue, and the thread that writes it.

The pipeline thread puts frames into the queue and continues. Five times a second the
writing thread writes the queued frames, so little is lost if the process dies.
"""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bridge.capture.source import Image
from protocols.frame import FaceFrame
from protocols.take import Picture
from protocols.timecode import Timecode
from protocols.wording import counted

from .disk import LOW_BYTES, Disk, File
from .disk_sync import DiskSync
from .queue import Queue
from .store import video_path
from .take import About
from .video import Video
from .write import TakeWriter

logger = logging.getLogger(__name__)

GAP_S: Final = 0.2
"""Time between two writes. A killed process loses this much, plus one write."""

SYNC_NS: Final = 1_000_000_000
"""Time between two syncs. A power failure loses this much, plus one sync."""

QUEUED: Final = 2048
"""Longest queue, in frames, for a slow disk: 17 s of one face at 120 fps."""

TRIES: Final = 8
"""Attempts to find a free number when several recorders share a folder."""


class TakeThread:
    """Writes one take in its own thread. `put` and `show` never block or raise.

    `open` may do both. If it is not called, the thread opens the file.
    """

    def __init__(
        self,
        choose: Callable[[], tuple[Path, About]],
        *,
        fps: float = 0.0,
        disk: Disk | None = None,
    ) -> None:
        """Prepare a take; nothing is written yet.

        Args:
            choose: returns the path and the description when the file is created; may
                raise OSError or BridgeError.
            fps: frame rate of the reference video; 0 records no video.
            disk: the system functions; tests replace them.
        """
        self.path: Path | None = None
        self.about = About()
        self.error = ""
        """Why writing failed; empty while it works."""
        self.written = threading.Event()
        """Set once everything has been passed to the operating system."""
        self._choose = choose
        self._fps = fps
        self._disk = disk or Disk()
        self._started_ns = self._synced_ns = self._disk.clock_ns()
        self._ended_ns: int | None = None
        self._writer: TakeWriter | None = None
        self._disk_sync: DiskSync | None = None
        self._video: Video | None = None
        self._kept = self._steps = 0
        self._queue = Queue(QUEUED)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="take", daemon=True)

    @property
    def frames(self) -> int:
        """Frames accepted; after an error, the frames in the file."""
        return self._queue.frames

    @property
    def dropped(self) -> int:
        """Frames dropped because the queue was full or the frame was late."""
        return self._queue.dropped

    @property
    def seconds(self) -> float:
        """Seconds from the start to the end, or until now."""
        ended_ns = self._ended_ns
        if ended_ns is None:
            ended_ns = self._disk.clock_ns()
        return (ended_ns - self._started_ns) / 1e9

    @property
    def busy(self) -> bool:
        """True while the thread runs."""
        return self._thread.is_alive()

    @property
    def progress(self) -> int:
        """A counter that rises with each completed write."""
        return self._steps + self.pictures + self.written.is_set()

    @property
    def pictures(self) -> int:
        """Pictures in the reference video so far."""
        return self._video.written if self._video else 0

    @property
    def pictures_dropped(self) -> int:
        """Pictures that are missing because the encoder had no time."""
        return self._video.dropped if self._video else 0

    @property
    def video_error(self) -> str:
        """Why the reference video failed; empty while it works."""
        return self._video.error if self._video else ""

    def open(self) -> None:
        """Create the file now, so that the caller gets the errors.

        Raises:
            OSError: the file exists or cannot be written, or the disk is nearly full.
            BridgeError: `choose` raised it.
        """
        file, path, about = self._make()
        try:
            self._writer = TakeWriter(file, about)
        except BaseException:
            file.close()
            path.unlink(missing_ok=True)
            raise
        self._disk_sync = DiskSync(file, path.parent, self._disk)
        self.path, self.about = path, about
        if self._fps:
            self._video = Video(
                video_path(path), self._fps, self._queue.mark, self._disk.open
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
                # Another recorder has just used the number.
                if not left:
                    raise
        raise AssertionError("unreachable")

    def cancel(self) -> None:
        """Remove the file that `open` created. Call it instead of `start`."""
        assert self._disk_sync is not None and self.path is not None
        if self._video is not None:
            self._video.close()
        self._disk_sync.close()
        self.path.unlink(missing_ok=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def jumped(self, frame: FaceFrame) -> bool:
        """Return True if a frame shows that the clock jumped back."""
        # A take that failed must not start again without a command.
        return not self.error and self._queue.jumped(frame)

    def put(self, frame: FaceFrame, time: Timecode) -> None:
        """Queue a frame, or drop and count it. Call it from one thread at a time."""
        if not self.error:
            self._queue.put(frame, time, self._disk.clock_ns())

    def show(self, image: Image) -> None:
        """Add a picture to the reference video if one is being recorded."""
        video = self._video
        if video is not None and not self.error:
            video.show(image)

    def end(self) -> None:
        """Tell the thread to write what is queued and to finish the file."""
        if self._ended_ns is None:
            self._ended_ns = self._disk.clock_ns()
        self._stop.set()

    def wait(self, timeout_s: float) -> None:
        """Wait until the thread has ended, at most `timeout_s`."""
        self._thread.join(timeout_s)

    def give_up(self) -> None:
        """Report that the rest is lost, because the process ends before the write."""
        self._tell(TimeoutError("the disk no longer accepts data"), "")

    def _run(self) -> None:
        try:
            if self._writer is None:
                self.open()
            full = False
            while not full and not self._stop.wait(GAP_S):
                self._write()
                full = self._look_after()
            # Write frames first, because pictures take longer.
            self._write()
            if self._video is not None:
                self._video.close()
            self._write()
            self._end()
            if full:
                self._tell(_full())
        except Exception as error:
            self._fail(error)
        finally:
            if self._disk_sync is not None:
                self._disk_sync.close()

    def _write(self) -> None:
        assert self._writer is not None
        waiting, count = self._queue.take(), 0
        for item in waiting:
            if isinstance(item, Picture):
                self._writer.picture(item)
            else:
                self._writer.add(item.frame, item.time, sent_ns=item.sent_ns)
                count += 1
        if waiting:
            self._writer.flush()
            self._kept += count
            self._steps += 1

    def _look_after(self) -> bool:
        """Request a sync once a second; return True if the disk is nearly full."""
        assert self._disk_sync is not None
        if self._disk_sync.error is not None:
            raise self._disk_sync.error
        now_ns = self._disk.clock_ns()
        if now_ns - self._synced_ns >= SYNC_NS:
            self._synced_ns = now_ns
            self._disk_sync.request()
        return self._disk_sync.low

    def _end(self) -> None:
        assert self._writer is not None and self._disk_sync is not None
        self._writer.close()
        # A frame may have been queued after the last write; it is not in the file.
        self._queue.frames = self._kept
        self.written.set()
        self._disk_sync.close()
        if self._disk_sync.error is not None:
            raise self._disk_sync.error
        told = f"{counted(self.frames, 'frame')}{_lost(self.dropped)}"
        if self._video is not None:
            told += f"; {counted(self.pictures, 'picture')}"
            told += _lost(self.pictures_dropped)
        logger.info("- recorded %s: %s", self.path, told)

    def _fail(self, error: Exception) -> None:
        if self._writer is not None and not self.written.is_set():
            self._writer.abandon()
        self._tell(error)
        if self._video is not None:
            self._video.close()

    def _tell(self, error: Exception, then: str = "; streaming continues") -> None:
        fact = error.strerror if isinstance(error, OSError) else None
        where = self.path.name if self.path else "a take"
        self.error = (
            f"recording {where} stopped after {counted(self._kept, 'frame')}: "
            f"{fact or error or type(error).__name__}"
        )
        self._queue.give_up(self._kept)
        self.end()
        logger.error("x %s%s", self.error, then)


def _lost(count: int) -> str:
    return f", {count} dropped" if count else ""


def _full() -> OSError:
    return OSError(
        errno.ENOSPC,
        f"less than {LOW_BYTES >> 20} MB are free on the disk; free some space",
    )
