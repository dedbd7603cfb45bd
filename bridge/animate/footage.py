"""Solves a video as the daemon does, and keeps the frames that would be sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from bridge.clock import monotonic_ns
from bridge.config import Config
from bridge.errors import CaptureError
from bridge.feeds.feed import Solved
from bridge.feeds.open import Closing, Given, open_feed
from bridge.idle import hold_over
from bridge.metrics import Stopwatch
from bridge.pipeline import Pipeline
from bridge.shape.motion import open_motion
from bridge.shape.profile import Profile, load_profile
from bridge.takes.take import Take

from .facing import as_seen
from .gathered import Gathered

Progress = Callable[[], object]
"""Called after each picture."""


def solve_footage(
    config: Config,
    subject: str,
    seconds: float | None,
    progress: Progress,
    *,
    placed: bool = False,
) -> Take:
    """Return the frames of the first face in a video, moved by the generator.

    Args:
        config: the settings; its source is a file, at pace "fast".
        subject: name of the face.
        seconds: stop after this time of the video; None goes to its end.
        progress: called while it works.
        placed: True to keep the head's position and its direction from the camera, as
            the daemon sends them; False to turn the head as the pictures show it.

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
            pipeline.show(solved if placed else _as_seen(solved))
            seen = seen or bool(solved.frames)
            progress()
    if not seen:
        raise CaptureError(
            f"{config.capture.source}: no face was found in any picture; expected a "
            "face that is at least 100 pixels large"
        )
    return gathered.take()


def _as_seen(solved: Solved) -> Solved:
    frames = {
        place: replace(frame, vector=as_seen(frame.vector))
        for place, frame in solved.frames.items()
    }
    return replace(solved, frames=frames)
