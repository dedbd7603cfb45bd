"""Read one clip, picture by picture, as players show it, and report what is missing.

This is the only reader of video files: the daemon, its calibration and the training
tools all use it. A picture that cannot be decoded is left out, and later pictures keep
their time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import cv2

from protocols.container.contents import Contents, Turn

from .opencv import Capture, Pixels, grab, open_capture, retrieve
from .reasons import contents_of, why_unreadable
from .shown import STRAIGHT, AsShown, quarter_turn
from .tally import Tally, judge, missing_sentence
from .timeline import Timeline


class Picture(NamedTuple):
    """One picture, and when it is shown."""

    due_ns: int
    """Nanoseconds from 0, strictly rising."""
    pixels: Pixels
    after_gap: bool = False
    """True if the pause before was so long that a face may be in another pose."""


Pictures = Generator[Picture, None, None]

Tell = Callable[[str], None]
"""Called with a sentence about the clip, without the clip's name."""

Open = Callable[[str, int, Sequence[int]], Capture | None]
"""Opens a path with one of OpenCV's backends and parameters; see `open_capture`."""

BY_CARD: Final = (cv2.CAP_PROP_HW_ACCELERATION, cv2.VIDEO_ACCELERATION_ANY)
"""Lets FFmpeg decode on the graphics card, which can decode AV1; the FFmpeg in OpenCV's
wheels cannot."""

NATIVE: Final = {"win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}
"""The decoders of the operating system, for the same reason."""

EXACT: Final = ("AVI",)
"""Containers for which OpenCV's picture count is exact. For MP4 and MOV this package
counts, because their edit lists leave pictures out."""

LARGEST_FPS: Final = 1000.0
"""Highest frame rate of a video. The cover of a song is a picture at 90,000."""

LARGEST_COUNT: Final = 1 << 32

SPARE_TRIES: Final = 1000
"""Grabs that may fail in a row, beyond the pictures that are still expected. At the end
of a file a grab takes microseconds; only this tells the end from damage."""

MOST_TRIES: Final = 100_000
"""Upper limit whatever the file claims: one hour at 30 per second without a whole
picture."""

MOST_COLD_TRIES: Final = 3000
"""The same before the first picture, where the codec is a likelier cause than
damage."""


class ClipError(ValueError):
    """No picture can be read from a file; the sentence says why, without the file's
    name."""


class Clip:
    """A video file. One thread reads it."""

    def __init__(
        self, path: Path, tell: Tell = lambda _: None, opens: Open = open_capture
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            path: of the file.
            tell: called with sentences about gaps, damage and missing pictures.
            opens: opens a file with a backend.
        """
        self.path = path
        self.missing = 0
        """Pictures that could not be read, as far as the file has been read."""
        self._tell = tell
        self._opens = opens
        self._contents: Contents | None = None
        self._timeline: Timeline | None = None
        self._judged = False

    def play(self) -> Pictures:
        """Yield the pictures once through; if played again, time continues.

        Raises:
            ClipError: no picture can be read.
        """
        if self._contents is None:
            self._contents = contents_of(self.path)
        opened = False
        for backend, parameters in _ways():
            # The path is absolute, because FFmpeg would read "take:1.mp4" as a
            # protocol. The backend is explicit, because OpenCV would read digits in a
            # name as a picture sequence.
            capture = self._opens(str(self.path.absolute()), backend, parameters)
            if capture is None:
                continue
            opened = True
            try:
                if (yield from self._read(capture)):
                    return
            finally:
                capture.release()
            if self._contents.video is False:
                break
        raise ClipError(why_unreadable(self.path, self._contents, opened))

    def _read(self, capture: Capture) -> Generator[Picture, None, bool]:
        """Yield the pictures of an open file; return True if there was any."""
        contents = self._contents
        assert contents is not None
        fps, count = capture.get(cv2.CAP_PROP_FPS), _count(capture)
        if contents.video is False and fps > LARGEST_FPS:
            return False
        stated = count if contents.kind in EXACT else contents.pictures
        length_s = contents.length_s
        if not length_s and count and 0.0 < fps <= LARGEST_FPS:
            length_s = count / fps
        if self._timeline is None:
            self._timeline = Timeline(fps, length_s)
        timeline = self._timeline
        timeline.restart()
        tally, failed = Tally(timeline.interval_ns), 0
        shown = AsShown(capture, self._turn(contents, capture))
        ended = False
        try:
            while failed < _patience(tally.taken, stated or count or 0):
                pixels, stamp_ms = None, 0.0
                if grab(shown):
                    stamp_ms = shown.get(cv2.CAP_PROP_POS_MSEC)
                    pixels = retrieve(shown)
                if pixels is None:
                    failed += 1
                    continue
                timeline.skip(failed)
                due_ns = timeline.place(stamp_ms)
                gap = tally.take(due_ns - timeline.begin_ns, failed)
                if gap is not None and not failed:
                    self._say(str(gap))
                failed = 0
                self.missing = max(self.missing, tally.undecodable)
                yield Picture(due_ns, pixels, gap is not None)
            ended = True
        finally:
            missing, sentence = tally.inside, ""
            if ended:
                missing, sentence = judge(tally, contents, stated, length_s)
            elif missing:
                sentence = missing_sentence(missing, tally.taken + missing) + " so far"
            if tally.taken and not self._judged:
                self.missing = missing
                self._say(sentence)
            self._judged = self._judged or ended
        return tally.taken > 0

    def _turn(self, contents: Contents, capture: Capture) -> Turn:
        if contents.turn is not None:
            return contents.turn
        degrees = capture.get(cv2.CAP_PROP_ORIENTATION_META)
        turn = quarter_turn(degrees)
        if turn is None:
            self._say(
                f"asks for a rotation of {degrees:g} degrees, expected a multiple of "
                "90; it is shown without rotation"
            )
        return turn or STRAIGHT

    def _say(self, sentence: str) -> None:
        """Call `tell`, but only the first time through."""
        if sentence and not self._judged:
            self._tell(sentence)


def _ways() -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the backends and parameters to try, in order."""
    yield cv2.CAP_FFMPEG, ()
    yield cv2.CAP_FFMPEG, BY_CARD
    if sys.platform in NATIVE:
        yield NATIVE[sys.platform], ()


def count_pictures(path: Path) -> int:
    """Return how many pictures a file seems to have; 0 if unknown."""
    capture = open_capture(str(path.absolute()), cv2.CAP_FFMPEG)
    if capture is None:
        return 0
    try:
        return _count(capture) or 0
    finally:
        capture.release()


def _count(capture: Capture) -> int | None:
    """Return OpenCV's picture count; None if it does not know."""
    count = capture.get(cv2.CAP_PROP_FRAME_COUNT)
    return int(count) if 0 < count < LARGEST_COUNT else None


def _patience(taken: int, expected: int) -> int:
    """Return how many failed tries in a row mean the end of the file."""
    most = MOST_TRIES if taken else MOST_COLD_TRIES
    return min(max(0, expected - taken) + SPARE_TRIES, most)
