"""What a builder measured of a card's kernels, kept between builds.

TensorRT times many kernels for every layer, which is most of a build. What it measured
for one graph serves the next, and a graph that is built again. The file lies among the
plans and under their rules (`cache.py`); it is one for a version, a card and a driver.

Timings only save time: where they cannot be kept, a build goes on without.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from engines.file_lock import hold, patience

from .plan_files import mark_used, read_kept, write_kept
from .plan_key import TimingsKey
from .runtimes import DeviceError

LARGEST: Final = 32 << 20
"""Bytes; beyond, they are begun anew."""

WAIT_S: Final = 5.0
"""For another program that reads or writes them, which takes milliseconds."""


class KernelTimings:
    """One file of timings. Threads and processes may share it."""

    def __init__(self, folder: Path, key: TimingsKey) -> None:
        """Read and write nothing yet.

        Args:
            folder: of a `PlanCache`, which has checked whose it is.
            key: what they are of.
        """
        self.told: list[str] = []
        """Sentences on what went wrong; usually none."""
        self._path = folder / f"{key.digest()}.timings"
        self._key = key.plain()

    def read(self) -> bytes:
        """Return what is kept; empty if nothing is, or it was damaged."""
        try:
            with hold(self._path.with_suffix(".lock"), patience(WAIT_S)):
                return self._read()
        except (DeviceError, OSError) as error:
            self.told.append(f"{self._path}: not used ({error})")
            return b""

    def merge(self, combine: Callable[[bytes], bytes]) -> None:
        """Keep what `combine` makes of what is kept by now, which may be empty."""
        try:
            with hold(self._path.with_suffix(".lock"), patience(WAIT_S)):
                before = self._read()
                after = combine(before)
                if len(after) > LARGEST:
                    self._path.unlink(missing_ok=True)
                elif after != before:
                    write_kept(self._path, after, self._key, {})
        except (DeviceError, OSError) as error:
            self.told.append(f"{self._path}: not kept ({error})")

    def _read(self) -> bytes:
        content = read_kept(self._path, self._key, self.told)
        if content is None:
            return b""
        mark_used(self._path)
        return content
