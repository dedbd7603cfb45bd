"""Solves a video as the daemon does, and keeps the frames that would be sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack

from bridge.clock import monotonic_ns
from bridge.config import Config
from bridge.errors import CaptureError
from bridge.feeds.open import Closing, Given, open_feed
from bridge.idle import hold_over
from bridge.metrics import Stopwatch
from bridge.pipeline import Pipeline
from bridge.shape.motion import open_motion
from bridge.shape.profile import Profile, load_profile
from bridge.takes.take import Take

from .gathered import Gathered

Progress = Callable[[float], object]
"""Called with the seconds of the video that were done so far."""


def solve_footage(
    config: Config, subject: str, seconds: float | None, progress: Progress
) -> Take:
    """Return the frames of the first face in a video, moved by the generator.

    Args:
        config: the settings; its source is a file, at pace "fast".
        subject: name of the face.
        seconds: stop after this time of the video; None goes to its end.
        progress: called after each picture.

    Raises:
        CaptureError: the video cannot be read, or shows no face.
        BridgeError: a network cannot be opened.
    """
    gathered, watch = Gathered(), Stopwatch()
    with ExitStack() as stack:
        profile = Profile()
        if config.shape.profile is not None:
            profile = load_profile(config.shape.profile)
        feed = open_feed(
            config,
            (subject,),
            profile,
            watch,
            Given(),
            Closing(stack, stack),
            monotonic_ns,
        )
        motion = open_motion(config)
        stack.callback(motion.close)
        pipeline = Pipeline(
            [motion.shaper(subject, profile)], feed.timelines, [gathered], watch
        )
        stop, seen = threading.Event(), False
        while (solved := feed.read()) is not None:
            at_s = solved.captured_ns / 1e9
            if seconds is not None and at_s > seconds:
                break
            if solved.after_gap:
                hold_over(pipeline, None, solved.captured_ns, stop)
            pipeline.show(solved)
            seen = seen or bool(solved.frames)
            progress(at_s)
    if not seen:
        raise CaptureError(
            f"{config.capture.source}: no face was found in any picture; expected a "
            "face that is at least 100 pixels large"
        )
    return gathered.take()
