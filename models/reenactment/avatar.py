"""Heads drawn with a solver's weights, and what came of a clip.

weights (52,) -> Avatar.draw -> picture -> FaceMesh -> measures
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from engines.drawing.camera import Camera, Pose
from engines.face.mesh import Picture
from models.data.rendered.appearance import Lighting, Look
from models.data.rendered.head import HEAD_FILE, LANDMARKS, Head, fit_reach, load_head
from models.data.rendered.renderer import cast, render
from models.data.rendered.textures import unroll
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT

Indices = npt.NDArray[np.intp]

CAMERA: Final = Camera(400, 400, 760.0)
AHEAD: Final = Pose(z=-0.55)
"""The head fills 280 of the picture's 400 rows."""

PLAIN: Final = Lighting(
    key=(0.25, 0.45, 1.0),
    key_strength=1.7,
    fill_strength=0.7,
    rim_strength=0.5,
    shadows=False,
)
"""Light from the front without cast shadows, in which a tracker sees most."""

TEXTURE: Final = 768
"""Texels a side of the painted skin."""


class Avatar(Protocol):
    """A head that is drawn from the front, always in the same light."""

    name: str
    """For captions and reports."""

    def draw(self, weights: Floats) -> Picture:
        """Return (H, W, 3) uint8 BGR, always of the same size.

        Args:
            weights: (52,) float32 in `ARKIT` order, 0 to 1. Gaze is in them.
        """


class AverageHead:
    """Implements `Avatar` with the average head of ICT-FaceKit.

    Its lips touch at rest and at mouthClose = jawOpen, its lids at eyeBlink 1, as ARKit
    means these curves.
    """

    name = "average head"

    def __init__(self, head: Head) -> None:
        """Paint a head; about 3 s.

        Args:
            head: from `load_head`.
        """
        self.head = fit_reach(shut_lips(head))
        # Four layers of hair are drawn twice as fast as twelve; no measure needs hair.
        look = Look(hair_layers=4)
        self._actor = cast(self.head, look, unroll(self.head, TEXTURE))

    def draw(self, weights: Floats) -> Picture:
        """Implement `Avatar`: (400, 400, 3), about 40 ms."""
        return render(self._actor, weights, AHEAD, CAMERA, PLAIN)


def shut_lips(head: Head) -> Head:
    """Return the head with lips that touch at rest, by a small part of mouthClose.

    ICT-FaceKit's stand open by 1.6 % of the mouth's width and show teeth. A tracker
    would see every avatar's lips apart that is not pressed shut.
    """
    close = head.shapes[ARKIT.index("mouthClose")]
    upper, lower = LANDMARKS[61:64], LANDMARKS[[67, 66, 65]]
    gap = float((head.neutral[upper, 1] - head.neutral[lower, 1]).mean())
    closing = float((close[lower, 1] - close[upper, 1]).mean())
    share = np.float32(max(0.0, gap) / max(closing, 1e-4))
    return replace(head, neutral=head.neutral + share * close)


def open_average_head(data: Path) -> AverageHead:
    """Return the average head.

    Args:
        data: holds ict_facekit/ict_facekit.npz.

    Raises:
        OSError: the file cannot be read.
        FileError: it is damaged, or an archive of something else.
    """
    return AverageHead(load_head(data / HEAD_FILE))


@dataclass(frozen=True, slots=True, eq=False)
class Reenacted:
    """One clip, and what avatars did with each solver's weights.

    n pictures of the clip were kept, for example every fourth. The M measures are those
    of `measures.NAMES`, in its order; NaN where no face was found.
    """

    path: Path
    """Of the clip; `clips.frames(path)` yields all its pictures again."""
    kept: Indices
    """(n,) numbers of the kept pictures in the clip, from 0, rising."""
    seconds: Numbers
    """(n,) when each of them is shown."""
    actor: Numbers
    """(n, M) measures of the actor."""
    weights: dict[str, Floats]
    """By solver, (n, 52) in `ARKIT` order, 0 to 1; NaN where it saw no face."""
    avatar: dict[str, Numbers]
    """By solver, (n, M) measures of the avatar drawn with its weights."""

    @property
    def name(self) -> str:
        """The clip's name without its folder and suffix."""
        return self.path.stem
