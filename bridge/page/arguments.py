"""The arguments of a page's request, checked one by one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from bridge.errors import ConfigError
from protocols.wording import shown

LONGEST: Final = 200
"""Characters of a text, unless a verb says otherwise."""


class Arguments:
    """Reads arguments by name. Every method raises ConfigError for a wrong one.

    Take all of them, then call `end`: what is left over is unknown.
    """

    def __init__(self, verb: str, given: Mapping[str, Any]) -> None:
        """Read the arguments of a verb.

        Args:
            verb: for messages.
            given: JSON values by name.
        """
        self.verb = verb
        self._given = dict(given)

    def has(self, name: str) -> bool:
        """Return True if an argument is there and not null."""
        return self._given.get(name) is not None

    def text(
        self, name: str, default: str | None = None, longest: int = LONGEST
    ) -> str:
        """Return a text of at most `longest` characters."""
        value = self._take(name, default)
        if not isinstance(value, str):
            raise self._wrong(name, value, "a text")
        if len(value) > longest:
            raise ConfigError(
                f"{self.verb}: {name} has {len(value)} characters, expected at most "
                f"{longest}"
            )
        if not value.isprintable():
            raise self._wrong(name, value, "printable characters")
        return value

    def number(
        self, name: str, low: float, high: float, default: float | None = None
    ) -> float:
        """Return a number from `low` to `high`."""
        value = self._take(name, default)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not low <= value <= high or not math.isfinite(value):
            raise self._wrong(name, value, f"a number from {low:g} to {high:g}")
        return float(value)

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number from `low` to `high`."""
        value = self._take(name, default)
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not low <= value <= high:
            raise self._wrong(name, value, f"a whole number from {low} to {high}")
        return int(value)

    def flag(self, name: str, default: bool | None = None) -> bool:
        """Return True or False."""
        value = self._take(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, value, "true or false")
        return value

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        """Return at most `most` texts."""
        value = self._take(name, None)
        if (
            not isinstance(value, list)
            or len(value) > most
            or not all(isinstance(one, str) and len(one) <= LONGEST for one in value)
        ):
            raise self._wrong(name, value, f"a list of at most {most} texts")
        return tuple(value)

    def plain(self, name: str) -> str | None:
        """Return a text, number or flag as text, as orders read it; None if absent."""
        if not self.has(name):
            self._given.pop(name, None)
            return None
        value = self._given[name]
        if isinstance(value, bool):
            del self._given[name]
            return str(value).lower()
        if isinstance(value, int | float):
            del self._given[name]
            return repr(value)[:LONGEST]
        return self.text(name)

    def end(self) -> None:
        """Refuse arguments that nobody has taken."""
        if self._given:
            told = ", ".join(shown(name, 40) for name in sorted(self._given)[:5])
            raise ConfigError(f"{self.verb}: unknown argument {told}")

    def _take(self, name: str, default: object) -> Any:
        value = self._given.pop(name, None)
        if value is None:
            value = default
        if value is None:
            raise ConfigError(f"{self.verb}: {name} is missing")
        return value

    def _wrong(self, name: str, value: object, expected: str) -> ConfigError:
        told = shown(repr(value)[:60], 40) if _short(value) else "a value"
        return ConfigError(f"{self.verb}: {name} is {told}, expected {expected}")


def _short(value: object) -> bool:
    # Python refuses to print an integer of thousands of digits.
    return not (isinstance(value, int) and abs(value) > 1 << 64)
