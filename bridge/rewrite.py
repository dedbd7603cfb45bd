"""Replaces a small file in one step, so that no reader ever finds half of it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from .errors import ConfigError


def rewrite(path: Path, data: bytes) -> None:
    """Write a file in one step. An existing file is replaced and keeps its rights.

    Args:
        path: a file in an existing folder; a link is followed.
        data: all of it.

    Raises:
        ConfigError: it cannot be written; an existing file is unchanged.
    """
    name = None
    try:
        place = path.resolve()
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if place.exists():
            shutil.copymode(place, name)
        Path(name).replace(place)
    except (OSError, RuntimeError) as error:
        if name is not None:
            Path(name).unlink(missing_ok=True)
        told = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"{path}: cannot be written ({told})") from None
