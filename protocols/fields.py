"""Read a msgpack map from an untrusted sender; each value is checked when it is
read."""

from __future__ import annotations

from typing import Any, Final

import msgpack
import numpy as np
import numpy.typing as npt

from .channels import Vector
from .errors import DecodeError

MAX_BYTES: Final = 65_536
"""Largest size of a map in bytes."""
MAX_ITEMS: Final = 1024
"""Largest number of items in any list or map, also in unknown ones, so that nested ones
cannot multiply."""

_FLOAT: Final = np.dtype("<f4")


class Fields:
    """The fields of one map; each method reads one or raises DecodeError.

    Keys that are not read are ignored, so that later versions may add some.
    """

    def __init__(self, part: str, data: bytes, *versions: int) -> None:
        """Unpack a map and check that its `v` is one of these versions.

        Args:
            part: who reads, for messages: `native`.
            data: the map.
            versions: those that are understood.

        Raises:
            DecodeError: no msgpack map, too large, or of another version.
        """
        self._part = part
        if len(data) > MAX_BYTES:
            raise self._error(f"{len(data)} bytes, at most {MAX_BYTES}")
        try:
            found = msgpack.unpackb(
                data,
                max_array_len=MAX_ITEMS,
                max_map_len=MAX_ITEMS,
            )
        # msgpack raises ValueError for broken, nested or truncated input; OverflowError
        # comes from its timestamp extension.
        except (ValueError, OverflowError, msgpack.UnpackException) as error:
            raise self._error(
                f"no msgpack: {str(error) or type(error).__name__}"
            ) from None
        if not isinstance(found, dict):
            raise self._error(f"a {type(found).__name__}, expected a map")
        self._found: dict[Any, Any] = found
        self.version = self.integer("v")
        """The map's own version."""
        if self.version not in versions:
            known = " or ".join(map(str, versions))
            raise self._error(f"version {self.version}, expected {known}")

    def has(self, name: str) -> bool:
        """Return True if the map has this key, for keys that later versions added."""
        return name in self._found

    def integer(self, name: str, low: int = 0) -> int:
        """Return an int of at least `low`; msgpack limits it to 64 bits."""
        value = self._get(name)
        if type(value) is not int or value < low:
            raise self._error(f"{name} is {_seen(value)}, expected an int from {low}")
        return value

    def share(self, name: str) -> float:
        """Return a float of 0 to 1."""
        value = self._get(name)
        if not isinstance(value, float) or not 0.0 <= value <= 1.0:
            raise self._error(f"{name} is {_seen(value)}, expected a float of 0 to 1")
        return value

    def flag(self, name: str) -> bool:
        """Return a bool."""
        value = self._get(name)
        if not isinstance(value, bool):
            raise self._error(f"{name} is {_seen(value)}, expected a bool")
        return value

    def text(self, name: str, longest: int) -> str:
        """Return a string of 1 to `longest` characters."""
        value = self._get(name)
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            raise self._error(
                f"{name} is {_seen(value)}, expected 1 to {longest} characters"
            )
        return value

    def floats(self, name: str, size: int) -> Vector:
        """Return (size,) finite float32 from little-endian bytes."""
        read: Vector = self._numbers(name, size, _FLOAT).astype(np.float32)
        if not np.isfinite(read).all():
            raise self._error(f"{name} has numbers that are not finite")
        return read

    def shares(self, name: str, size: int, stored: np.dtype[Any] = _FLOAT) -> Vector:
        """Return (size,) float32 of 0 to 1 from bytes of a stored type."""
        found = self._numbers(name, size, stored)
        # A NaN may not be widened: a signalling one makes numpy warn.
        if not np.isnan(found).any():
            read: Vector = found.astype(np.float32)
            if read.min() >= 0.0 and read.max() <= 1.0:
                return read
        raise self._error(f"{name} has numbers that are not within 0 to 1")

    def items(self, name: str, kinds: tuple[type, ...]) -> list[Any]:
        """Return a list of values of exactly these types."""
        value = self._get(name)
        if not isinstance(value, list) or tuple(map(type, value)) != kinds:
            wanted = ", ".join(kind.__name__ for kind in kinds)
            raise self._error(f"{name} is {_seen(value)}, expected [{wanted}]")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of strings."""
        value = self._get(name)
        if not isinstance(value, list) or not all(type(item) is str for item in value):
            raise self._error(f"{name} is {_seen(value)}, expected strings")
        return tuple(value)

    def table(self, name: str) -> dict[str, str]:
        """Return a map of strings to strings."""
        value = self._get(name)
        if not isinstance(value, dict) or not all(
            type(item) is str for pair in value.items() for item in pair
        ):
            raise self._error(f"{name} is {_seen(value)}, expected a map of strings")
        return value

    def _numbers(
        self, name: str, size: int, stored: np.dtype[Any]
    ) -> npt.NDArray[np.floating[Any]]:
        value = self._get(name)
        count = stored.itemsize * size
        if not isinstance(value, bytes) or len(value) != count:
            raise self._error(f"{name} is {_seen(value)}, expected {count} bytes")
        return np.frombuffer(value, dtype=stored)

    def _get(self, name: str) -> object:
        if name not in self._found:
            raise self._error(f"{name} is missing")
        return self._found[name]

    def _error(self, fact: str) -> DecodeError:
        return DecodeError(f"{self._part}: {fact}")


def _seen(value: object) -> str:
    """Return a short description of a value; repr of a nested one could exhaust the
    stack."""
    if isinstance(value, int | float | str | bytes | None):
        return f"{value!r:.40}"
    return f"a {type(value).__name__}"
