"""Looks at a character as at a face: draws it once, and finds a tracker's points."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import numpy as np

from engines.character.character import Character, rest
from engines.character.geometry import Reference, Seen
from engines.character.landmarks import FACE, find_places
from engines.character.surface import surface
from engines.drawing.camera import project
from engines.drawing.draw import View, camera, draw, in_view
from engines.drawing.drawable import drawable

VIEW: Final = View(width=768, height=768, fine=1)


@cache
def reference() -> Reference:
    """Return the face whose curves are known: ICT-FaceKit's at a tracker's points."""
    asset = resources.files("bridge") / "assets" / "face_rig.npz"
    with asset.open("rb") as file, np.load(file) as data:
        points, morphs = data["points"][:FACE], data["morphs"][:, :FACE]
    return Reference(points.astype(np.float64), morphs.astype(np.float64))


def look(character: Character, facing: int) -> Seen | None:
    """Return where a tracker's points lie; None if it finds no face on the picture.

    Args:
        character: it is drawn at rest, from the front.
        facing: as in `Mapping`.
    """
    # The networks take time to load; names alone do without them.
    from bridge.solve.own_tracker import open_own_tracker

    subject = drawable(character, facing)
    picture = draw(subject, rest(character), VIEW)
    tracker = open_own_tracker()
    try:
        found = tracker.track(picture)
    finally:
        tracker.close()
    if not found:
        return None
    skin = surface(character, facing)
    in_scene = skin.points * [facing, 1.0, facing]
    shown = in_view(subject, in_scene.astype(np.float32), VIEW)
    pixels = project(shown, camera(VIEW)).astype(np.float64)
    return Seen(find_places(skin, pixels, found[0].points), reference())
