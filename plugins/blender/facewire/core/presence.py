"""How much of a face shows: it fades to neutral when nobody is heard."""

from __future__ import annotations


class Presence:
    """Follows one actor. 1 shows the whole face, 0 the neutral one."""

    def __init__(self) -> None:
        self.share = 0.0
        """0 to 1."""
        self._now_ns: int | None = None

    def step(self, here: bool, now_ns: int, fade_s: float) -> float:
        """Return the new share.

        Args:
            here: whether the actor was heard within the timeout.
            now_ns: this machine's monotonic clock.
            fade_s: seconds from one to the other; 0: at once.
        """
        last_ns, self._now_ns = self._now_ns, now_ns
        step = 1.0
        if fade_s > 0.0:
            step = 0.0 if last_ns is None else (now_ns - last_ns) / 1e9 / fade_s
        if here:
            self.share = min(1.0, self.share + step)
        else:
            self.share = max(0.0, self.share - step)
        return self.share
