"""From an actor's frame to what one character gets.

    retarget = Retarget(character, mapping)
    fitted = retarget.fit(vector)                        for every wire
    retarget.names, retarget.values(fitted, expression, ns)        for VMC
    retarget.posture(fitted, expression, ns)             for pictures and files

All tables are prepared once; a frame is a few products of arrays.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from engines.expression.held import Rule
from protocols.arrays import Floats
from protocols.bones import HEAD_CHAIN, REST_POSITIONS
from protocols.channels import ARKIT, INDEX, WEIGHTS_SLICE, Vector
from protocols.rotation import Triple

from .character import Character, Posture
from .drives import COUNT, PRESET, Driven, driven
from .emotions import Emotions
from .expressions import Expressions
from .fitting import Fit
from .joints import Joints
from .mapping import EMOTIONS, VISEMES, Drive, Mapping
from .skeleton import rest_positions, skeleton
from .sources import blink, vowels
from .sums import summed
from .wire_names import WireNames, reachable

_52: Final = len(ARKIT)
_FORWARD: Final = INDEX["jawForward"]


class Retarget:
    """What one character gets. Not thread-safe: emotions have a past.

    Two faces, or two wires, need one each.
    """

    def __init__(
        self, character: Character, mapping: Mapping, rule: Rule | None = None
    ) -> None:
        """Prepare the tables.

        Args:
            character: what is moved.
            mapping: what moves it. Targets and bones that the character does not have
                are left out, and named by `unknown`.
            rule: when its emotions begin and end.
        """
        scene = character.scene
        self.driven = _driven(character, mapping)
        """The drives that act in a posture."""
        sent = _driven(character, reachable(character, mapping))
        bones = skeleton(scene, mapping.bones)
        self.fit: Final = Fit(mapping, self.driven, set(bones))
        """Returns the (85,) vector that the character needs for an actor's. It leaves
        its argument as it is and has no state; any thread may call it."""
        self.bones = {b: node for b, node in bones.items() if b in self.fit.bones}
        """The node of each bone that turns."""
        places = rest_positions(scene, bones, mapping.facing)
        places = {bone: places[bone] for bone in self.bones}
        if not any(bone in self.bones for bone in HEAD_CHAIN):
            places["head"] = REST_POSITIONS["head"]
        self.rest_positions: dict[str, Triple] = places
        """Metres from the bone above, for VMC: +X left, +Y up, +Z forward. A head
        alone has a typical adult's head bone here, which carries its turn."""
        self.mapping = mapping
        self._joints = Joints(scene, bones, self.bones, mapping.facing)
        self._expressions = Expressions(character, self.driven)
        self._wire = WireNames(character, sent)
        lost = [text for bone, text in mapping.bones.items() if bone not in bones]
        self.unknown = (*self._expressions.unknown, *lost)
        """Targets and bones of the mapping that the character does not have, or that
        carry no head."""
        # A source has the same drive in both; it may act in one of them alone.
        drives = sent.drives | self.driven.drives
        # Without a drive of its own, blink serves two curves that share a shape.
        made = [drives.get("blink", Drive("blink", ()))]
        made += [drives[name] for name in PRESET[1:] if name in drives]
        self._made = [(PRESET.index(drive.source), drive) for drive in made]
        self._vowels = any(name in drives for name in VISEMES)
        emotions = [name for name in EMOTIONS if name in drives]
        self._emotions = Emotions(emotions, rule) if emotions else None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of `values`, as receivers of VMC know them."""
        return self._wire.names

    @property
    def nodes(self) -> tuple[int, ...]:
        """The nodes that a posture may turn or move."""
        return self._joints.nodes

    @property
    def by_clip(self) -> int:
        """How many of the names are expressions of a VRM."""
        return self._wire.by_clip

    def values(self, vector: Vector, expression: Vector, ns: int) -> Floats:
        """Return a value for each of `names`, 0 to 1.

        Args:
            vector: (85,), fitted.
            expression: (8,) probabilities.
            ns: time of the frame, nanoseconds; only differences count.
        """
        return self._wire(self._sources(vector, expression, ns))

    def posture(self, vector: Vector, expression: Vector, ns: int) -> Posture:
        """Return the character's posture.

        Args:
            vector: (85,), fitted.
            expression: (8,) probabilities.
            ns: time of the frame, nanoseconds; only differences count.
        """
        weights = self._expressions(self._sources(vector, expression, ns))
        forward = float(vector[_FORWARD]) if "jaw" in self.bones else 0.0
        return Posture(weights, *self._joints(vector, forward))

    def perform(self, vector: Vector, expression: Vector, ns: int) -> Posture:
        """Return the posture for an actor's own vector: `posture` after `fit`."""
        return self.posture(self.fit(vector), expression, ns)

    def _sources(self, vector: Vector, expression: Vector, ns: int) -> Floats:
        """Return the (63,) values of the sources, see `drives.py`."""
        out = np.zeros(COUNT, dtype=np.float32)
        out[:_52] = vector[WEIGHTS_SLICE]
        weights = out[:_52].tolist()
        made = [blink(weights)]
        made += vowels(weights) if self._vowels else [0.0] * len(VISEMES)
        if self._emotions is not None:
            made += self._emotions(expression, ns)
        else:
            made += [0.0] * len(EMOTIONS)
        for at, drive in self._made:
            value = drive.gain * made[at]
            out[_52 + at] = min(max(value, drive.low), drive.high)
        return out


def _driven(character: Character, mapping: Mapping) -> Driven:
    auto = mapping.emotions == "auto"
    return driven(mapping, summed(character, mapping) if auto else ())
