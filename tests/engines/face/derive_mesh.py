"""Records what MediaPipe's own FaceMesh finds, so that ours can be compared without it.

    python -m tests.engines.face.derive_mesh

needs mediapipe 0.10.21. It writes the points of some pictures of the bundled clip.
"""

from pathlib import Path
from typing import Final

import cv2
import numpy as np

import bridge
from engines.face.mediapipe_mesh import MediaPipeGraph
from engines.face.mesh import Points
from tests.footage import pictures

CLIP: Final = Path(bridge.__file__).parent / "assets" / "demo.mp4"
REFERENCE: Final = Path(__file__).parents[2] / "data" / "mesh" / "demo.npz"
PICTURES: Final = 300
EVERY: Final = 15


def main() -> None:
    """Write the reference."""
    graph = MediaPipeGraph()
    kept: dict[str, Points] = {}
    for index, _, picture in pictures(CLIP):
        if index >= PICTURES:
            break
        points = graph.find(
            np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
        )
        # Each with the one before it, around which the graph has looked.
        if index % EVERY in (0, EVERY - 1):
            assert points is not None, index
            kept[str(index)] = points
    graph.close()
    REFERENCE.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(REFERENCE, **kept)


if __name__ == "__main__":
    main()
