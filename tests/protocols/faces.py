"""Frames for the wire tests: a face with some channels set and the rest at rest."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from protocols.channels import ARKIT, CHANNELS, EXPRESSIONS, INDEX, Vector
from protocols.frame import FaceFrame
from protocols.timecode import Timecode

NOON = Timecode(frame=12 * 3600 * 60, subframe=0.25, rate_num=60, rate_den=1)


def face(
    index: int = 0,
    *,
    subject: str = "face",
    tracked: bool = True,
    confidence: float = 1.0,
    expression: dict[str, float] | None = None,
    also: Mapping[str, float] | None = None,
    **channels: float,
) -> FaceFrame:
    """`head__y=0.1` or `also={"head.y": 0.1}` set a channel; 1/64 s a frame."""
    vector = np.zeros(len(CHANNELS), dtype=np.float32)
    for name, value in [*channels.items(), *(also or {}).items()]:
        vector[INDEX[name.replace("__", ".")]] = value
    probabilities = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    for name, value in (expression or {}).items():
        probabilities[EXPRESSIONS.index(name)] = value
    return FaceFrame(
        index=index,
        captured_ns=index * 15_625_000,
        subject=subject,
        vector=vector,
        expression=probabilities,
        confidence=confidence,
        tracked=tracked,
    )


def ramp() -> FaceFrame:
    """Every channel different, and all of them exact in a float32."""
    vector: Vector = (np.arange(len(CHANNELS)) / 128).astype(np.float32)
    expression: Vector = (np.arange(len(EXPRESSIONS)) / 32).astype(np.float32)
    return FaceFrame(64, 1_000_000_000, "face", vector, expression, 0.75)


def doubting() -> FaceFrame:
    """The ramp with a doubt: every curve different, all exact in a float16."""
    return replace(ramp(), doubt=(np.arange(len(ARKIT)) / 64).astype(np.float32))


def broken() -> FaceFrame:
    """Nothing in it is a number that may be sent."""
    vector = np.full(len(CHANNELS), np.nan, dtype=np.float32)
    vector[:10], vector[60:70] = np.inf, -np.inf
    expression = np.full(len(EXPRESSIONS), np.inf, dtype=np.float32)
    doubt = np.full(len(ARKIT), np.nan, dtype=np.float32)
    doubt[:3] = np.inf, -np.inf, -1.0
    return FaceFrame(0, 0, "face", vector, expression, float("nan"), doubt=doubt)
