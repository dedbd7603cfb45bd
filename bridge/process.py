"""Process-wide settings while faces are tracked."""

from __future__ import annotations

import gc
import sys

import cv2
from threadpoolctl import threadpool_limits

SWITCH_S = 0.0005
"""Longest time that a thread holds the GIL while others wait, so that the live table
does not delay a frame. Python's default is 5 ms, a third of a frame at 60 fps."""


def settle() -> None:
    """Apply the settings. Call it once all parts are open."""
    # Objects from the start-up live until the end, so exclude them from collections.
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_S)
    # Our arrays are small. On two cores, OpenBLAS's idle threads, which spin while they
    # wait for work, used 0.7 of a core and delayed MediaPipe (measured).
    threadpool_limits(1, user_api="blas")
    cv2.setNumThreads(1)
