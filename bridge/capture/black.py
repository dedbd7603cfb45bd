"""Logs a hint if no face is found because the picture is black."""

from __future__ import annotations

import logging
from typing import Final

from .source import Image, Pixels

logger = logging.getLogger(__name__)

AFTER_NS: Final = 2_000_000_000
"""Time of black images before the hint, as cameras may start with black ones."""

LOOK_NS: Final = 250_000_000
"""Time between two checked pictures."""

DARK: Final = 16
"""Largest value of a black pixel, of 255, as a covered lens is noisy. A picture is
black if at most one pixel in a hundred is lighter."""

EVERY: Final = 8
"""Every n-th pixel is checked, in each direction."""


class BlackHint:
    """Warns once if the pictures are black and no face is found in them."""

    def __init__(self, source: str, *, live: bool) -> None:
        """Watch a source.

        Args:
            source: display name of the source.
            live: True for a camera or a stream.
        """
        self._source = source
        self._live = live
        self._since_ns: int | None = None
        self._looked_ns = -LOOK_NS
        self._tracked = 0
        self._lit = False
        """True once a picture was not black."""
        self._told = False

    def see(self, image: Image, tracked: int) -> None:
        """Check an image after it was solved.

        Args:
            image: the newest image.
            tracked: number of images so far in which a face was found.
        """
        if self._told:
            return
        if tracked != self._tracked:
            self._tracked, self._since_ns, self._lit = tracked, None, True
            return
        now_ns = image.captured_ns
        if now_ns - self._looked_ns < LOOK_NS:
            return
        self._looked_ns = now_ns
        if not is_black(image.pixels):
            self._since_ns, self._lit = None, True
        elif self._since_ns is None:
            self._since_ns = now_ns
        elif now_ns - self._since_ns >= AFTER_NS:
            self._tell()

    def end(self) -> None:
        """Warn at the end of a black clip that was too short for the warning before."""
        black = self._since_ns is not None and not self._lit
        if black and not self._live and not self._told:
            self._tell()

    def _tell(self) -> None:
        self._told = True
        hint = (
            "check that the lens is not covered and that no other program uses the "
            "camera"
            if self._live
            else "check that it is the right file"
        )
        logger.warning(
            "%s: no face is found, because the picture is black; %s", self._source, hint
        )


def is_black(pixels: Pixels) -> bool:
    """Return whether a picture is black."""
    sample = pixels[::EVERY, ::EVERY].max(axis=2)
    return bool((sample > DARK).mean() <= 0.01)
