"""Keep compiled plans between runs.

A plan contains code: anybody who can write a plan can run code in this process. So only
its owner may access the folder (mode 0700). A plan is loaded only if its hash equals
the one that was written beside it, and nothing else is ever deserialised.

    KEY.plan     the plan
    KEY.timings  kernel timings of a graphics card (`kernel_timings.py`)
    KEY.json     size and sha256 of the file, the whole key, facts about the build
    KEY.lock     held while a plan is read, built or tried; stays on disk
    KEY.bad      a file that was damaged, for another key, or refused; the newest only

Files are written whole or not at all. When the folder exceeds its limit, the files that
were not used for the longest time are deleted.
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
"""Largest total size of the kept plans, in bytes."""

T = TypeVar("T")


class PlanRefused(Exception):
    """A plan cannot be deserialised, is for another graph, or computes wrong
    results."""


@dataclass(frozen=True, slots=True)
class Made:
    """A plan that was just built."""

    content: bytes
    about: Mapping[str, Any]
    """Facts about the build, as JSON values."""


@dataclass(frozen=True, slots=True)
class Obtained(Generic[T]):
    """The result of `accept`, and where the plan came from."""

    value: T
    built: bool
    """False if a kept plan was used."""
    problems: tuple[str, ...]
    """Sentences about problems on the way; usually none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A plan in the folder, as `list` shows it."""

    path: Path
    size: int
    used_ns: int
    """Last use, in nanoseconds since 1970."""
    key: dict[str, Any]
    about: dict[str, Any]


def cache_folder() -> Path:
    """Return the folder of plans: in $FACEWIRE_HOME or in the platform's cache
    folder."""
    given = os.environ.get("FACEWIRE_HOME")
    base = Path(given) if given else platformdirs.user_cache_path("facewire")
    return base / "plans"


class PlanCache:
    """A folder of plans. Threads and processes may share it."""

    def __init__(self, folder: Path | None = None, cap: int = CAP) -> None:
        """Create the folder if it does not exist.

        Args:
            folder: None means `cache_folder()`.
            cap: largest total size of the kept plans, in bytes.

        Raises:
            DeviceError: the folder cannot be made, or others could have written to it.
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
        """Return the result of `accept` for the kept plan, or for one built now.

        A kept plan that is damaged or refused is put aside and built once more. Only
        one process builds a key at a time; others wait and use its plan.

        Args:
            key: what the plan must be for.
            make: builds the plan.
            accept: turns a plan's bytes into the result, or raises PlanRefused.
            stopped: called while another process builds; True stops waiting.

        Raises:
            DeviceError: `stopped` returned True while waiting, or `make` raised it.
            PlanRefused: the plan that was just built is refused.
        """
        problems: list[str] = []
        path = self.folder / f"{key.digest()}.plan"
        with hold(path.with_suffix(".lock"), stopped):
            content = read_kept(path, key.plain(), problems)
            if content is not None:
                try:
                    value = accept(content)
                except PlanRefused as refused:
                    put_aside(path, str(refused), problems)
                else:
                    mark_used(path)
                    return Obtained(value, False, tuple(problems))
            made = make()
            value = accept(made.content)
            try:
                write_kept(path, made.content, key.plain(), made.about)
            except OSError as error:
                problems.append(
                    f"{self.folder}: the plan cannot be kept ({error.strerror}); it "
                    "is built again next time"
                )
            self._trim(path)
        return Obtained(value, True, tuple(problems))

    def entries(self) -> list[Entry]:
        """Return the kept plans that can be read, last used first."""
        return self._found("*.plan")

    def _found(self, *patterns: str) -> list[Entry]:
        found = []
        for path in (one for each in patterns for one in self.folder.glob(each)):
            about = read_about(path.with_suffix(".json"))
            try:
                status = path.stat()
            except OSError:  # another process deleted it
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

        Returns the number of plans and their bytes.
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
