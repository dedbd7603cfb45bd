"""What the whole process is set to while faces are followed."""

from __future__ import annotations

import gc
import sys

import cv2
from threadpoolctl import threadpool_limits

SWITCH_S = 0.0005
"""How long a thread may keep Python to itself: the monitor's drawing must not hold
up a frame. The interpreter's default is 5 ms, a third of a frame at 60 fps."""


def settle() -> None:
    """Set it, once all parts are open."""
    # What start-up made lives until the end: no collection looks at it again.
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_S)
    # Our arrays are small. With two cores OpenBLAS's idle threads, spinning for the
    # next product, cost 0.7 of a core and held up MediaPipe (measured).
    threadpool_limits(1, user_api="blas")
    cv2.setNumThreads(1)
