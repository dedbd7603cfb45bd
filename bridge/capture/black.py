"""A hint for whoever wonders why no face is seen: the picture is black."""

from __future__ import annotations

import logging
from typing import Final

from .source import Image, Pixels

logger = logging.getLogger(__name__)

AFTER_NS: Final = 2_000_000_000
"""Black for so long, by the images' own time: cameras may start in the dark."""

LOOK_NS: Final = 250_000_000
"""Between two looks at a picture."""

DARK: Final = 16
"""Of 255. A covered lens is noisy, and black is 0 once decoded: but for one pixel in a
hundred none of it is lighter."""

EVERY: Final = 8
"""One pixel of so many is looked at, in each direction."""


class BlackHint:
    """Says once that pictures are black, when no face is seen in them."""

    def __init__(self, source: str, *, live: bool) -> None:
        """Take the source's name, and whether it is a camera or a stream."""
        self._source = source
        self._live = live
        self._since_ns: int | None = None
        self._looked_ns = -LOOK_NS
        self._tracked = 0
        self._lit = False
        """Whether any picture was not black."""
        self._told = False

    def see(self, image: Image, tracked: int) -> None:
        """Look at an image after it was solved.

        Args:
            image: the newest.
            tracked: in how many images a face was seen so far.
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
        """Say it at the end of a clip too short to have said it before."""
        black = self._since_ns is not None and not self._lit
        if black and not self._live and not self._told:
            self._tell()

    def _tell(self) -> None:
        self._told = True
        hint = (
            "is the lens covered, or does another program hold the camera?"
            if self._live
            else "is it the right file?"
        )
        logger.warning(
            "%s: no face is seen, and the picture is black: %s", self._source, hint
        )


def is_black(pixels: Pixels) -> bool:
    """Return whether there is nothing to see in a picture."""
    sample = pixels[::EVERY, ::EVERY].max(axis=2)
    return bool((sample > DARK).mean() <= 0.01)
