"""How long each stage lasts while no face is seen, and after it returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Absence:
    """The stages of an absence: hold, ease to rest, and blend back in. Seconds."""

    hold_s: float = 0.5
    """After the face is lost, its pose is kept, or its performance goes on, this
    long."""
    ease_s: float = 1.0
    """Then the character eases to rest over this time."""
    return_s: float = 0.2
    """A face that returns is blended in over this time."""
    idle: bool = True
    """At rest, a performed character breathes, sways and blinks; False keeps it still
    and neutral. A character without motion generator is always still."""

    def way_to_rest(self, gone_s: float) -> float:
        """Return the way to rest: up to 0 while held, 1 and more at rest.

        Args:
            gone_s: since the face was lost, seconds.
        """
        return (gone_s - self.hold_s) / max(self.ease_s, 1e-6)
