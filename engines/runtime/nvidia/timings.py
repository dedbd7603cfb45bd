"""TensorRT's timing cache: lent to a build, and kept with what the build has added.

For TensorRT alone. In TensorRT-RTX the calls are there, do nothing, and look for
a card.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Timings(Protocol):
    """Where timings are kept; `engines.runtime.kernel_timings` does."""

    def read(self) -> bytes:
        """Return what is kept; may be empty."""

    def merge(self, combine: Callable[[bytes], bytes]) -> None:
        """Keep what `combine` makes of what is kept by now."""


def lend(config: Any, timings: Timings) -> Any:
    """Give a build the kept timings; return them, which must outlive the build.

    What is of another card is not taken, and what cannot be read is empty: both are
    measured anew.
    """
    lent = config.create_timing_cache(timings.read())
    if lent is None or not config.set_timing_cache(lent, False):
        lent = config.create_timing_cache(b"")
        config.set_timing_cache(lent, False)
    return lent


def keep(config: Any, lent: Any, timings: Timings) -> None:
    """Keep what was lent with what a build has added.

    Another program may have written meanwhile; its timings are taken in.
    """

    def combine(newest: bytes) -> bytes:
        if newest:
            # False where it is of another card; then only ours are kept.
            lent.combine(config.create_timing_cache(newest), False)
        return bytes(lent.serialize())

    timings.merge(combine)
