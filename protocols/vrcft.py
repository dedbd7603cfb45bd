"""VRCFaceTracking's parameters of an avatar: what is sent where, and in which form.

    <address>/v2/JawOpen            f      a float
    <address>/v2/JawOpen1, 2, 4 ..  T, F   the same in bits: with n of them, the value
                                           times 2^n, rounded down; all set from
                                           0.99999 on
    <address>/v2/JawOpenNegative    T, F   true below 0; without it, 0 is the least
    <address>/v2/JawOpen            T, F   true below 0.5; never, for a base shape or a
                                           simplified one
    EyeTrackingActive, ExpressionTrackingActive, LipTrackingActive
                                    T, F   true while there is a face

An avatar declares the parameters that it has. A prefix before "v2/" is the avatar's own
choice, such as FT/v2/JawOpen. The forms and their oddities are VRCFaceTracking's,
because avatars are made for it: the bits are scaled by how many there are, not by the
largest one.

Bits keep their level until the value has left it by a tenth of a step, so that a value
between two steps does not flicker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from .unified import INDEX, NAMES, PLAIN

PARAMETERS: Final = "/avatar/parameters/"
Kind = Literal["float", "bool", "int"]

STATUS: Final = ("EyeTrackingActive", "ExpressionTrackingActive", "LipTrackingActive")
MOST: Final = 1024
"""Parameters of an avatar that are looked at; VRChat allows a few hundred."""
LONGEST: Final = 256
"""Characters of an address."""

FULL: Final = 0.99999
"""From here on all bits are set."""
MARGIN: Final = 0.1
"""Of a step: how far a value may leave its level before the bits change."""
BELOW: Final = 0.5
"""A plain bool is true below it."""

_TAIL: Final = re.compile(
    r"(?:^|/)v2/(?P<name>[A-Za-z]+(?:/[A-Za-z]+)?)(?P<bit>\d{1,3})?$", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter of an avatar that other programs may set."""

    address: str
    """Where to send it, such as /avatar/parameters/FT/v2/JawOpen."""
    kind: Kind


@dataclass(frozen=True, slots=True)
class Bits:
    """The bools of one parameter, as one number."""

    at: int
    """Place of the value in `NAMES`."""
    bits: tuple[tuple[str, int], ...]
    """Address and place of each bit, the lowest has place 0."""
    negative: str | None
    """Address of the sign."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an avatar is sent."""

    floats: tuple[tuple[str, int], ...] = ()
    """Address, and place of the value in `NAMES`."""
    bits: tuple[Bits, ...] = ()
    below: tuple[tuple[str, int, float], ...] = ()
    """Plain bools: address, place, and what the value must be below."""
    status: tuple[str, ...] = ()
    """Addresses that say whether there is a face."""

    @property
    def count(self) -> int:
        """Number of values that are sent, a parameter in bits counting once."""
        return len(self.floats) + len(self.bits) + len(self.below)

    def moves(self, *endings: str) -> bool:
        """Return True if a value is sent whose name contains one of these."""
        places = (
            *(at for _, at in self.floats),
            *(one.at for one in self.bits),
            *(at for _, at, _ in self.below),
        )
        return any(ending in NAMES[at] for at in places for ending in endings)


def everything(prefix: str = "") -> Plan:
    """Return a plan of all values as floats.

    Args:
        prefix: before "v2/", as FT/.
    """
    start = f"{PARAMETERS}{prefix}"
    return Plan(
        tuple((f"{start}v2/{name}", at) for name, at in INDEX.items()),
        status=tuple(f"{start}{name}" for name in STATUS),
    )


def plan(declared: Iterable[Declared]) -> Plan:
    """Return what is sent to an avatar with these parameters.

    Addresses that cannot be one, and kinds that do not fit, are left out.
    """
    floats: dict[str, int] = {}
    below: dict[str, tuple[int, float]] = {}
    groups: dict[tuple[str, int], _Group] = {}
    status: list[str] = []
    for one in list(declared)[:MOST]:
        if not _is_address(one.address):
            continue
        if one.kind == "bool" and one.address.rpartition("/")[2] in STATUS:
            status.append(one.address)
            continue
        match = _TAIL.search(one.address)
        if match is None:
            continue
        start = one.address[: match.start("name")]
        name, bit = match["name"], match["bit"]
        if one.kind == "float" and bit is None and name in INDEX:
            floats[one.address] = INDEX[name]
        elif one.kind == "bool":
            _bool(one.address, start, name, bit, groups, below)
    return Plan(
        tuple(floats.items()),
        tuple(group.made() for group in groups.values() if group.bits),
        tuple((address, at, limit) for address, (at, limit) in below.items()),
        tuple(dict.fromkeys(status)),
    )


@dataclass(slots=True)
class _Group:
    at: int
    bits: dict[int, str] = field(default_factory=dict)
    negative: str | None = None

    def made(self) -> Bits:
        return Bits(
            self.at,
            tuple((self.bits[place], place) for place in sorted(self.bits)),
            self.negative,
        )


def _bool(
    address: str,
    start: str,
    name: str,
    bit: str | None,
    groups: dict[tuple[str, int], _Group],
    below: dict[str, tuple[int, float]],
) -> None:
    """Sort a bool into the groups, or into the plain ones."""
    whole = name.removesuffix("Negative")
    if bit is None and name in INDEX:
        below[address] = (INDEX[name], 0.0 if name in PLAIN else BELOW)
    elif whole in INDEX:
        group = groups.setdefault((start, INDEX[whole]), _Group(INDEX[whole]))
        if bit is None:
            group.negative = address
        elif name == whole and (place := _place(int(bit))) is not None:
            group.bits[place] = address


def _place(number: int) -> int | None:
    """Return the place of a bit, None for a number that is no power of two."""
    place = number.bit_length() - 1
    return place if number == 1 << max(place, 0) and place < 8 else None


def _is_address(address: str) -> bool:
    return (
        address.startswith("/")
        and len(address) <= LONGEST
        and "\0" not in address
        and address.isprintable()
    )


class Levels:
    """The bits of one avatar. Keeps their levels, so that they do not flicker."""

    def __init__(self, groups: Sequence[Bits]) -> None:
        self._groups = groups
        self._level: list[int | None] = [None] * len(groups)
        self._negative = [False] * len(groups)

    def __call__(self, values: Sequence[float]) -> Mapping[str, bool]:
        """Return every bool by its address.

        Args:
            values: in the order of `NAMES`.
        """
        out: dict[str, bool] = {}
        for i, group in enumerate(self._groups):
            steps = 1 << len(group.bits)
            value = values[group.at]
            if group.negative is None:
                value = max(value, 0.0)
            elif abs(value) * steps >= MARGIN or not value:
                self._negative[i] = value < 0.0
            level = self._level[i] = _level(abs(value), steps, self._level[i])
            all_set = level >= steps
            for address, place in group.bits:
                out[address] = all_set or bool(level >> place & 1)
            if group.negative is not None:
                out[group.negative] = self._negative[i]
        return out


def _level(value: float, steps: int, before: int | None) -> int:
    """Return the level of a value, 0 to `steps`; the last one means all bits."""
    if value > FULL:
        return steps
    scaled = value * steps
    if before is None or before == steps:
        return int(scaled)
    stays = before - MARGIN <= scaled < before + 1 + MARGIN
    return before if stays else int(scaled)
