"""Reads the TOML files that people write: settings and profiles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from protocols.errors import DecodeError
from protocols.text import decode_toml

from .errors import ConfigError


def read_toml(path: Path, absent: str) -> dict[str, Any]:
    """Return a file's tables, or raise ConfigError with one sentence.

    Args:
        path: of the file; a byte order mark and UTF-16 are no hindrance.
        absent: what to say where there is none.
    """
    try:
        return decode_toml(path.read_bytes())
    except FileNotFoundError:
        raise ConfigError(f"{path}: {absent}") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    except DecodeError as error:
        raise ConfigError(f"{path}: not a readable TOML file: {error}") from None
