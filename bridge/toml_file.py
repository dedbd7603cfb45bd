"""Reads TOML files that users write: settings and profiles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from protocols.errors import DecodeError
from protocols.text import decode_toml

from .errors import ConfigError


def read_toml(path: Path, absent: str) -> dict[str, Any]:
    """Return a file's tables.

    Args:
        path: the file; it may have a byte order mark or be UTF-16.
        absent: the message if the file does not exist.

    Raises:
        ConfigError: the file is missing, cannot be read or is not valid TOML.
    """
    try:
        return decode_toml(path.read_bytes())
    except FileNotFoundError:
        raise ConfigError(f"{path}: {absent}") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    except DecodeError as error:
        raise ConfigError(f"{path}: cannot be read as TOML: {error}") from None
