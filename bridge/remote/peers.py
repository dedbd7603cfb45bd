"""Remembers which controller wants its answers where. Bounded."""

from __future__ import annotations

from typing import Final

from protocols.remote import Address

MOST: Final = 8
"""Largest number of controllers; a further one replaces the one set longest ago."""


class Peers:
    """The send targets of the controllers. Not thread-safe.

    The app has a single target, and its last sender wins. Here each controller has its
    own, so two of them do not take each other's answers away.
    """

    def __init__(self, first: Address | None = None) -> None:
        """Begin with the target of the settings, if there is one."""
        self._first = first
        self._targets: dict[Address, Address] = {}

    def set(self, sender: Address, target: Address) -> None:
        """Send what this sender asks for to a target from now on."""
        self._targets.pop(sender, None)
        while len(self._targets) >= MOST:
            del self._targets[next(iter(self._targets))]
        self._targets[sender] = target

    def answers_to(self, sender: Address) -> Address:
        """Return where the answers for a sender go.

        A controller may use another socket for each command, so if the sender itself
        has set no target, the last one that was set from its machine counts, and then
        the last one of all, as in the app. Without any target it is the sender itself.
        """
        if sender in self._targets:
            return self._targets[sender]
        for other, target in reversed(self._targets.items()):
            if other[0] == sender[0]:
                return target
        return self.all()[-1] if self.all() else sender

    def all(self) -> tuple[Address, ...]:
        """Return every target once, oldest first: these get what nobody asked for."""
        known = tuple(dict.fromkeys(self._targets.values()))
        if known or self._first is None:
            return known
        return (self._first,)
