"""Recordings for tests: made from numbers, the same every run."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from bridge.takes.take import About, Recording, Take
from protocols.channels import ARKIT, CHANNELS, EXPRESSIONS, WEIGHTS_SLICE
from protocols.frame import FaceFrame
from protocols.timecode import Timeline

FRAME_NS = 16_666_667
TIMELINE = Timeline(Fraction(60))


def take(subject: str = "anna", count: int = 3, *, seed: int = 0) -> Take:
    """A take of numbers that any wire may carry, with a gap and a lost face."""
    rng = np.random.default_rng(seed)
    index = np.arange(count) + (np.arange(count) > 1)
    captured_ns = 1_000_000_000 + index * FRAME_NS + seed
    vectors = rng.normal(0.0, 0.3, (count, len(CHANNELS))).astype(np.float32)
    vectors[:, WEIGHTS_SLICE] = np.clip(vectors[:, WEIGHTS_SLICE], 0.0, 1.0)
    shares = rng.random((count, len(EXPRESSIONS))).astype(np.float32)
    return Take(
        subject,
        captured_ns,
        index,
        vectors,
        shares / shares.sum(axis=1, keepdims=True),
        rng.random(count).astype(np.float32),
        np.arange(count) % 5 != 1,
        tuple(TIMELINE.at(int(at)) for at in captured_ns),
    )


def doubting(subject: str = "anna", count: int = 3, *, seed: int = 0) -> Take:
    """The take with a doubt, which is unknown in every seventh frame."""
    rng = np.random.default_rng(seed)
    doubts = rng.random((count, len(ARKIT))).astype(np.float16).astype(np.float32)
    doubts[::7] = np.nan
    return replace(take(subject, count, seed=seed), doubts=doubts)


def recording(*takes: Take, about: About | None = None) -> Recording:
    return Recording(about or ABOUT, takes or (take(),))


ABOUT = About(
    slate="12A",
    number=3,
    started="2026-01-02T03:04:05+00:00",
    software="facewire 0.1.0; solver learned",
    source="camera:0",
    settings='subjects = ["ännä"]\n',
    profile="[curves]\n",
    video="12A_003.mp4",
    origin="recorded",
    notes="a\nb",
)


def frame_of(made: Take, i: int) -> FaceFrame:
    return FaceFrame(
        int(made.index[i]),
        int(made.captured_ns[i]),
        made.subject,
        made.vectors[i].copy(),
        made.expressions[i].copy(),
        float(made.confidence[i]),
        bool(made.tracked[i]),
    )


def same(a: Take, b: Take) -> None:
    """Assert that two takes are equal, bit for bit."""
    assert a.subject == b.subject and a.timecodes == b.timecodes
    for name in (
        *("captured_ns", "index", "vectors", "expressions", "confidence", "tracked"),
    ):
        one, other = getattr(a, name), getattr(b, name)
        assert one.dtype == other.dtype, name
        np.testing.assert_array_equal(one, other, err_msg=name)
    assert (a.doubts is None) == (b.doubts is None)
    if a.doubts is not None and b.doubts is not None:
        np.testing.assert_array_equal(a.doubts, b.doubts)
