"""Keep a builder's timings of a card's kernels between builds.

TensorRT times many kernels for every layer, which takes most of a build. The timings of
one graph also serve the next graph and later builds. The file is kept with the plans,
under the same rules (`cache.py`). There is one file per version, card and driver.

Timings only save time: if they cannot be kept, a build continues without them.
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
"""Largest file in bytes; a larger one is deleted."""

WAIT_S: Final = 5.0
"""Longest wait for another program that reads or writes the file, which takes
milliseconds."""


class KernelTimings:
    """One file of timings. Threads and processes may share it."""

    def __init__(self, folder: Path, key: TimingsKey) -> None:
        """Prepare; nothing is read or written yet.

        Args:
            folder: of a `PlanCache`, which has checked its owner.
            key: what the timings depend on.
        """
        self.problems: list[str] = []
        """Sentences about problems; usually none."""
        self._path = folder / f"{key.digest()}.timings"
        self._key = key.plain()

    def read(self) -> bytes:
        """Return the kept timings; empty if there are none or they were damaged."""
        try:
            with hold(self._path.with_suffix(".lock"), patience(WAIT_S)):
                return self._read()
        except (DeviceError, OSError) as error:
            self.problems.append(f"{self._path}: not used ({error})")
            return b""

    def merge(self, combine: Callable[[bytes], bytes]) -> None:
        """Keep the result of `combine` for the timings that are kept now, which may be
        empty."""
        try:
            with hold(self._path.with_suffix(".lock"), patience(WAIT_S)):
                before = self._read()
                after = combine(before)
                if len(after) > LARGEST:
                    self._path.unlink(missing_ok=True)
                elif after != before:
                    write_kept(self._path, after, self._key, {})
        except (DeviceError, OSError) as error:
            self.problems.append(f"{self._path}: not kept ({error})")

    def _read(self) -> bytes:
        content = read_kept(self._path, self._key, self.problems)
        if content is None:
            return b""
        mark_used(self._path)
        return content
