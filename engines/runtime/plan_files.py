"""Read and write plans and timings on disk: owner, descriptions, whole files.

A file's description lies beside it and ends in `.json`; see `cache.py`.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .runtimes import DeviceError


def check_owned(folder: Path) -> None:
    """Raise DeviceError if others could have written to the folder; else make it
    0700."""
    status = folder.lstat()
    if (
        not stat.S_ISDIR(status.st_mode)
        or status.st_uid != os.getuid()
        or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    ):
        raise DeviceError(
            f"{folder}: other users may have written here, and a plan contains code; "
            "delete the folder, and facewire creates it again"
        )
    if stat.S_IMODE(status.st_mode) != stat.S_IRWXU:
        folder.chmod(stat.S_IRWXU)


def read_about(path: Path) -> dict[str, Any] | None:
    """Return a file's description; None if there is none or it is damaged."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    kinds = {"sha256": str, "size": int, "key": dict, "about": dict}
    if not isinstance(found, dict) or not all(
        isinstance(found.get(name), kind) for name, kind in kinds.items()
    ):
        return None
    return found


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that readers never see half of it; raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_kept(path: Path, key: Mapping[str, Any], problems: list[str]) -> bytes | None:
    """Return the file's bytes; None if there is no file or it was changed.

    Args:
        path: of the file; its description is beside it and ends in `.json`.
        key: what the file must be for.
        told: gets a sentence if the file was put aside; its name then ends in `.bad`.
    """
    if not path.is_symlink() and not path.exists():
        return None
    about = read_about(path.with_suffix(".json"))
    if about is None:
        put_aside(path, "its description is missing or damaged", problems)
        return None
    if about["key"] != key:
        put_aside(path, "it was built for something else", problems)
        return None
    try:
        if path.is_symlink() or path.stat().st_size != about["size"]:
            put_aside(path, "it has another size than was written", problems)
            return None
        content = path.read_bytes()
    except OSError as error:
        put_aside(path, f"it cannot be read ({error.strerror})", problems)
        return None
    if hashlib.sha256(content).hexdigest() != about["sha256"]:
        put_aside(path, "its sha256 is not the one that was written", problems)
        return None
    return content


def put_aside(path: Path, why: str, problems: list[str]) -> None:
    """Rename a file so that nothing loads it, and add a sentence to `problems`."""
    try:
        path.replace(path.with_suffix(".bad"))
        path.with_suffix(".json").unlink(missing_ok=True)
    except OSError as error:
        problems.append(
            f"{path}: not used, {why}; it cannot be put aside ({error.strerror})"
        )
        return
    problems.append(f"{path.with_suffix('.bad')}: put aside, {why}; built again")


def write_kept(
    path: Path, content: bytes, key: Mapping[str, Any], about: Mapping[str, Any]
) -> None:
    """Write a file and its description, each whole or not at all; raises OSError."""
    described = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "key": dict(key),
        "about": dict(about),
    }
    write_whole(path, content)
    text = json.dumps(described, indent=2, ensure_ascii=False)
    write_whole(path.with_suffix(".json"), text.encode())


def mark_used(path: Path) -> None:
    """Mark a file as used now; the files unused for the longest time are deleted
    first."""
    try:
        os.utime(path)
    except OSError:  # the time only affects which files are deleted first
        return
