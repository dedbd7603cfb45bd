"""Cut a TCP stream of iFacialMocap or Facemotion3D into frames.

A frame is the text of ifacialmocap.py, followed by `___iFacialMocap` or
`___FACEMOTION3D`. No length is sent, so a text that grows too long is dropped up to the
next end.
"""

from __future__ import annotations

import re
from typing import Final

from .ifacialmocap import ENDS, MAX_TEXT

_END: Final = re.compile("|".join(map(re.escape, ENDS)).encode())
_LONGEST: Final = max(map(len, ENDS))


class Frames:
    """Collects a stream; holds at most `MAX_TEXT` bytes and the start of an end."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._lost = False
        self.dropped = 0
        """Frames that were too long."""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the texts of the frames that these bytes complete."""
        self._text += data
        frames, start = [], 0
        for end in _END.finditer(self._text):
            if self._lost or end.start() - start > MAX_TEXT:
                self.dropped += 1
                self._lost = False
            else:
                frames.append(bytes(self._text[start : end.start()]))
            start = end.end()
        del self._text[:start]
        if len(self._text) > MAX_TEXT + _LONGEST:
            # Keep what may be the beginning of an end.
            del self._text[: -_LONGEST + 1]
            self._lost = True
        return frames
