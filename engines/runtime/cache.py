"""Compiled plans, kept between runs.

A plan is code: whoever can write it runs what they like in this process. So the folder
is its owner's alone (0700), a plan is loaded only if its own hash is the one that was
written beside it, and nothing else is ever deserialised.

    KEY.plan     the plan
    KEY.timings  what a builder knows of the card (`kernel_timings.py`)
    KEY.json     size and sha256 of either, the whole key, what is known of the build
    KEY.lock     held while a plan is looked for, built or tried; stays
    KEY.bad      what was damaged, foreign, or refused; the newest one only

Files are written whole or not at all. When the folder holds more than its cap, those
go that were not used for longest.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import platformdirs

from engines.file_lock import hold

from .plan_files import (
    check_owned,
    mark_used,
    put_aside,
    read_about,
    read_kept,
    write_kept,
)
from .plan_key import PlanKey
from .runtimes import DeviceError

CAP: Final = 1 << 30
"""Bytes of plans that are kept."""

T = TypeVar("T")


class PlanRefused(Exception):
    """A plan does not deserialise, is another graph's, or computes something else."""


@dataclass(frozen=True, slots=True)
class Made:
    """A plan that was just built."""

    content: bytes
    about: Mapping[str, Any]
    """What is known of the build, as JSON would have it."""


@dataclass(frozen=True, slots=True)
class Obtained(Generic[T]):
    """What a plan was turned into, and where it came from."""

    value: T
    built: bool
    """False where a kept plan served."""
    told: tuple[str, ...]
    """Sentences on what went wrong on the way; usually none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A plan in the folder, as `list` shows it."""

    path: Path
    size: int
    used_ns: int
    """Since 1970, when it last served."""
    key: dict[str, Any]
    about: dict[str, Any]


def cache_folder() -> Path:
    """Return where plans are kept: in $FACEWIRE_HOME or the platform's cache."""
    given = os.environ.get("FACEWIRE_HOME")
    base = Path(given) if given else platformdirs.user_cache_path("facewire")
    return base / "plans"


class PlanCache:
    """A folder of plans. Threads and processes may share it."""

    def __init__(self, folder: Path | None = None, cap: int = CAP) -> None:
        """Make the folder if need be.

        Args:
            folder: unset, `cache_folder()`.
            cap: bytes of plans that are kept.

        Raises:
            DeviceError: it cannot be made, or others could have written to it.
        """
        self.folder = cache_folder() if folder is None else folder
        self._cap = cap
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.name == "posix":
                check_owned(self.folder)
        except OSError as error:
            raise DeviceError(
                f"{self.folder}: plans cannot be kept here ({error.strerror}); "
                "set FACEWIRE_HOME to a folder that can be written"
            ) from error

    def obtain(
        self,
        key: PlanKey,
        make: Callable[[], Made],
        accept: Callable[[bytes], T],
        stopped: Callable[[], bool] = lambda: False,
    ) -> Obtained[T]:
        """Return what `accept` makes of the kept plan, or of one built now.

        A kept plan that is damaged or not accepted is put aside and built once more.
        One process builds a key at a time; others wait for it and use what it built.

        Args:
            key: what the plan must be for.
            make: builds it.
            accept: turns a plan's bytes into what is needed, or raises PlanRefused.
            stopped: asked while another process builds.

        Raises:
            DeviceError: `stopped` while waiting, and whatever `make` raises.
            PlanRefused: the plan that was just built is not accepted.
        """
        told: list[str] = []
        path = self.folder / f"{key.digest()}.plan"
        with hold(path.with_suffix(".lock"), stopped):
            content = read_kept(path, key.plain(), told)
            if content is not None:
                try:
                    value = accept(content)
                except PlanRefused as refused:
                    put_aside(path, str(refused), told)
                else:
                    mark_used(path)
                    return Obtained(value, False, tuple(told))
            made = make()
            value = accept(made.content)
            try:
                write_kept(path, made.content, key.plain(), made.about)
            except OSError as error:
                told.append(
                    f"{self.folder}: the plan cannot be kept ({error.strerror}); it "
                    "is built again next time"
                )
            self._trim(path)
        return Obtained(value, True, tuple(told))

    def entries(self) -> list[Entry]:
        """Return the plans that are kept and readable, last used first."""
        return self._found("*.plan")

    def _found(self, *patterns: str) -> list[Entry]:
        found = []
        for path in (one for each in patterns for one in self.folder.glob(each)):
            about = read_about(path.with_suffix(".json"))
            try:
                status = path.stat()
            except OSError:  # another process took it away
                continue
            if about is not None:
                found.append(
                    Entry(
                        path,
                        status.st_size,
                        status.st_mtime_ns,
                        about["key"],
                        about["about"],
                    )
                )
        return sorted(found, key=lambda entry: -entry.used_ns)

    def clear(self) -> tuple[int, int]:
        """Delete all plans, also those put aside, and timings.

        Returns how many plans, and their bytes.
        """
        count = size = 0
        for path in sorted(self.folder.iterdir()):
            if path.suffix in (".plan", ".bad"):
                size += path.lstat().st_size
                count += 1
                path.unlink(missing_ok=True)
            elif path.suffix in (".json", ".new", ".timings"):
                path.unlink(missing_ok=True)
        return count, size

    def _trim(self, keep: Path) -> None:
        kept = self._found("*.plan", "*.timings")
        total = sum(entry.size for entry in kept)
        for entry in reversed(kept):
            if total <= self._cap:
                return
            if entry.path != keep:
                entry.path.unlink(missing_ok=True)
                entry.path.with_suffix(".json").unlink(missing_ok=True)
                total -= entry.size
