"""Where a timecode lies on a scene's timeline.

Blender's timeline ends at frame 1,048,574, and a day has more frames than that. So a
scene keeps the timecode of its frame 0, as HH:MM:SS:FF at its own rate.
"""

from __future__ import annotations

import re
from typing import Final

LAST_FRAME: Final = 1_048_574
"""Of Blender's timeline; the first one is the same below 0."""
DAY_S: Final = 86_400

_TEXT: Final = re.compile(r"(\d{1,2})[:;](\d{1,2})[:;](\d{1,2})[:;.](\d{1,3})")


def zero_text(seconds: float, frame: float, fps: float) -> str:
    """Return the timecode of frame 0, if a timecode shall lie on a frame.

    Args:
        seconds: of the timecode, since midnight.
        frame: the frame on which it shall lie.
        fps: frames per second of the scene.
    """
    zero = round(seconds * fps - frame) % max(1, round(DAY_S * fps))
    nominal = _nominal(fps)
    whole, frames = divmod(zero, nominal)
    minutes, second = divmod(whole, 60)
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}:{second:02}:{frames:02}"


def zero_seconds(text: str, fps: float) -> float:
    """Return seconds since midnight of a text HH:MM:SS:FF.

    Raises:
        ValueError: it is no timecode of that rate.
    """
    found = _TEXT.fullmatch(text.strip())
    parts = [int(part) for part in found.groups()] if found else [99] * 4
    hours, minutes, seconds, frames = parts
    nominal = _nominal(fps)
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= nominal:
        raise ValueError(
            f"timecode {text!r}: expected HH:MM:SS:FF, with FF below {nominal}"
        )
    whole = (hours * 60 + minutes) * 60 + seconds
    return (whole * nominal + frames) / fps


def frame_of(seconds: float, zero_s: float, fps: float) -> float:
    """Return the frame of a timecode, also a part of one; the nearer one at midnight.

    Args:
        seconds: of the timecode, since midnight.
        zero_s: of frame 0, likewise.
        fps: frames per second of the scene.
    """
    away_s = (seconds - zero_s + DAY_S / 2) % DAY_S - DAY_S / 2
    return away_s * fps


def _nominal(fps: float) -> int:
    """Return the frames that a timecode counts in a second."""
    return max(1, -int(-fps // 1))
