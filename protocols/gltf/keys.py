"""Turns channels of an animation into the tables and numbers of a glTF file."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from protocols.arrays import Floats, Numbers
from protocols.export.turns import continuous

from .animation import NEAR_PLACE, NEAR_TURN, NEAR_WEIGHT, needed

_FLOAT: Final = 5126
_SHAPES: Final = {1: "SCALAR", 3: "VEC3", 4: "VEC4"}


class Keys:
    """Collects channels on one list of times; keys that are not needed are left out.

    Channels that keep the same keys share an accessor of times, which states its least
    and largest number, as glTF requires.
    """

    def __init__(
        self,
        times: Floats,
        *,
        stepped: bool = False,
        size: int = 0,
        views: int = 0,
        accessors: int = 0,
    ) -> None:
        """Begin without a channel.

        Args:
            times: (F,) seconds, rising.
            stepped: True if values stay until the next key.
            size: bytes that the buffer has already, a multiple of 4.
            views: number of buffer views that the file has already.
            accessors: number of accessors that it has already.
        """
        self._times, self._stepped = times, stepped
        self._size, self._first_view, self._first = size, views, accessors
        self._inputs: dict[bytes, int] = {}
        self._parts: list[bytes] = []
        self.views: list[dict[str, Any]] = []
        """The new buffer views."""
        self.accessors: list[dict[str, Any]] = []
        """The new accessors."""
        self._channels: list[dict[str, Any]] = []
        self._samplers: list[dict[str, Any]] = []

    @property
    def data(self) -> bytes:
        """The new numbers; they belong at the end of the buffer."""
        return b"".join(self._parts)

    def weights(self, node: int, values: Floats) -> None:
        """Add (F, K) weights of the K morph targets of a node's mesh."""
        self._add(node, "weights", values, NEAR_WEIGHT, 1)

    def turns(self, node: int, values: Numbers) -> None:
        """Add (F, 4) rotations; they need not have unit length."""
        unit = values / np.linalg.norm(values, axis=1, keepdims=True)
        self._add(node, "rotation", continuous(unit), NEAR_TURN, 4)

    def places(
        self, node: int, values: Floats | Numbers, within: float | None = None
    ) -> None:
        """Add (F, 3) translations.

        Args:
            node: that moves.
            values: in the file's units.
            within: largest error of a number; None is a share of the whole movement.
        """
        if within is None:
            within = NEAR_PLACE * float(np.ptp(values, axis=0).max())
        self._add(node, "translation", values, within, 3)

    def animation(self, name: str) -> dict[str, Any]:
        """Return the animation of all channels."""
        return {"name": name, "channels": self._channels, "samplers": self._samplers}

    def _add(
        self,
        node: int,
        path: str,
        values: Floats | Numbers,
        within: float,
        width: int,
    ) -> None:
        at = needed(values, self._times, within, stepped=self._stepped)
        times = self._times[at]
        known = times.tobytes()
        if known not in self._inputs:
            bounds = {"min": [float(times[0])], "max": [float(times[-1])]}
            self._inputs[known] = self._numbers(times, 1, bounds)
        target = {"node": node, "path": path}
        self._channels.append({"sampler": len(self._samplers), "target": target})
        self._samplers.append(
            {
                "input": self._inputs[known],
                "interpolation": "STEP" if self._stepped else "LINEAR",
                "output": self._numbers(values[at], width, {}),
            }
        )

    def _numbers(
        self, values: Floats | Numbers, width: int, bounds: dict[str, list[float]]
    ) -> int:
        """Append numbers, `width` to an element; return the index of the accessor."""
        data = np.ascontiguousarray(values, dtype="<f4").tobytes()
        self.accessors.append(
            {
                "bufferView": self._first_view + len(self.views),
                "componentType": _FLOAT,
                "count": values.size // width,
                "type": _SHAPES[width],
                **bounds,
            }
        )
        self.views.append(
            {"buffer": 0, "byteOffset": self._size, "byteLength": len(data)}
        )
        self._parts.append(data)
        self._size += len(data)
        return self._first + len(self.accessors) - 1
