"""The gain of one curve in a profile, as a knob sets it."""

from __future__ import annotations

from fnmatch import fnmatchcase

from bridge.errors import ConfigError
from protocols.channels import ARKIT

from .profile import CurveRange, Profile


def range_of(profile: Profile, curve: str) -> CurveRange:
    """Return the range of a curve: of the last row that matches its name."""
    found = CurveRange()
    for pattern, row in profile.curves.items():
        if fnmatchcase(curve, pattern):
            found = row
    return found


def with_gain(profile: Profile, curve: str, gain: float) -> Profile:
    """Return the profile with another gain of one curve; all else stays.

    Args:
        profile: of a person or a character.
        curve: its ARKit name.
        gain: 0 to 10.

    Raises:
        ConfigError: there is no such curve, or the gain is out of range.
    """
    if curve not in ARKIT:
        raise ConfigError(f"gain: {curve[:60]!r} is no curve; expected one of the 52")
    # The condition is negated, so that NaN fails it too.
    if not 0.0 <= gain <= 10.0:
        raise ConfigError(f"gain: got {gain:g}, expected 0 to 10")
    row = range_of(profile, curve).model_copy(update={"gain": gain})
    # The last row that matches applies, so the new one must be last.
    rows = {name: old for name, old in profile.curves.items() if name != curve}
    return profile.model_copy(update={"curves": rows | {curve: row}})


def gains_of(profile: Profile) -> dict[str, float]:
    """Return the gain of each curve whose gain is not 1."""
    gains = ((name, range_of(profile, name).gain) for name in ARKIT)
    return {name: gain for name, gain in gains if gain != 1.0}
