"""Moves a script by the daemon's motion stage: timing, style, body."""

from __future__ import annotations

from fractions import Fraction

from bridge.config import Config
from bridge.shape.motion import open_motion
from bridge.shape.profile import Profile
from bridge.takes.take import Take
from protocols.arrays import Floats, Numbers
from protocols.timecode import Timeline

from .gathered import Gathered, frames_at


def stage(
    config: Config,
    subject: str,
    times: Numbers,
    vectors: Floats,
    expressions: Floats,
    rate: Fraction,
) -> Take:
    """Return the frames that the daemon would send for these solved frames.

    Args:
        config: the settings, with the style.
        subject: name of the face; breath and sway depend on it.
        times: (F,) seconds, rising.
        vectors: (F, 85) as solved.
        expressions: (F, 8) probabilities.
        rate: frames per second of the timecode.

    Raises:
        BridgeError: the motion network cannot be opened.
    """
    motion, timeline, out = open_motion(config), Timeline(rate), Gathered()
    try:
        shaper = motion.shaper(subject, Profile())
        for frame in frames_at(subject, times, vectors, expressions, rate).frames:
            shown = shaper.keep(frame)
            out.publish(shown, timeline.at(frame.captured_ns))
    finally:
        motion.close()
    return out.take()
