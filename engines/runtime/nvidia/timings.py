"""Give TensorRT's timing cache to a build, and keep it with what the build added.

This is for TensorRT only. In TensorRT-RTX the same calls do nothing except look for a
card.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Timings(Protocol):
    """Storage of timings; see `engines.runtime.kernel_timings`."""

    def read(self) -> bytes:
        """Return the kept timings; may be empty."""

    def merge(self, combine: Callable[[bytes], bytes]) -> None:
        """Keep the result of `combine` for the timings that are kept now."""


def lend(config: Any, timings: Timings) -> Any:
    """Give the kept timings to a build; return them, because they must outlive the
    build.

    Timings of another card are refused, and unreadable ones are replaced by empty ones;
    the build then measures again.
    """
    lent = config.create_timing_cache(timings.read())
    if lent is None or not config.set_timing_cache(lent, False):
        lent = config.create_timing_cache(b"")
        config.set_timing_cache(lent, False)
    return lent


def keep(config: Any, lent: Any, timings: Timings) -> None:
    """Keep the timings together with what a build added.

    If another program wrote timings in the meantime, they are included.
    """

    def combine(newest: bytes) -> bytes:
        if newest:
            # combine returns False for another card; then only ours are kept.
            lent.combine(config.create_timing_cache(newest), False)
        return bytes(lent.serialize())

    timings.merge(combine)
