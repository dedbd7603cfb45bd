"""The face that exported takes are shown on: 468 points of a tracker, 52 morphs.

The tracker's points are laid on ICT-FaceKit's average head and moved as that surface
moves (MIT, see NOTICE). 68 of them are landmarks of the head as well; a thin-plate
spline through those carries the others near their places, and the nearest point of
the skin is taken. The triangles are the three-cycles of the tracker's own edges.

Behind the holes of that mesh stand a dark mouth, a tongue and two eyeballs, so that an
open mouth shows no background and the eyes can turn with their bones.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.interpolate import RBFInterpolator
from scipy.spatial import cKDTree

from engines.face.canonical_face import CANONICAL
from protocols.arrays import Ints
from protocols.channels import BONES, INDEX

from .head import HEAD_FILE, LANDMARKS, Head, Material, fit_reach, load_head
from .morph_parts import BROWS, LIPS, SKIN, Floats, Part, eye, mouth, tongue

FACE: Final = 468
"""Points of the mesh; the ten of the irises belong to no triangle."""

MARKED: Final = (
    *(162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454),
    *(389, 71, 63, 105, 66, 107, 336, 296, 334, 293, 301, 168, 197, 5, 4, 75, 97, 2),
    *(326, 305, 33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380, 61, 39, 37),
    *(0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87),
)
"""The tracker's points that stand where `LANDMARKS` do, in that order."""

UPPER_RIM: Final = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
"""The edge of the upper lip, from the actor's right to the left."""
LOWER_RIM: Final = (324, 318, 402, 317, 14, 87, 178, 88, 95)
"""That of the lower lip, on the way back."""

FINE: Final = 6
"""Points along a triangle's side that may be the nearest: half a millimetre."""
FOLLOWS_JAW: Final = -0.25
"""Share of the chin's way down that tells the lower lip from the upper."""


def make_rig(data: Path, out: Path) -> Path:
    """Write face_rig.npz, in metres from the middle between the eyes.

    points     (n, 3) float32
    triangles  (t, 3) uint16, anticlockwise from outside
    morphs     (52, n, 3) float16, at weight 1, in `ARKIT` order
    colours    (n, 3) uint8, sRGB
    bones      (n,) uint8, index in `BONES` of the one that carries the point

    Args:
        data: holds ict_facekit/ict_facekit.npz.
        out: a folder, made where it is absent.

    Returns:
        The path of the file.

    Raises:
        OSError: a file cannot be read or written.
        KeyError: the file holds something else.
    """
    head = fit_reach(load_head(data / HEAD_FILE))
    face = lay_face(head)
    parts = [
        face,
        mouth(face, UPPER_RIM + LOWER_RIM),
        tongue(head),
        eye(head, 0),
        eye(head, 1),
    ]
    starts = np.cumsum([0, *(len(part.points) for part in parts[:-1])])
    middle = head.eyes[:, :3].mean(axis=0)
    out.mkdir(parents=True, exist_ok=True)
    path = out / "face_rig.npz"
    np.savez_compressed(
        path,
        points=(np.concatenate([p.points for p in parts]) - middle).astype("<f4"),
        triangles=np.concatenate(
            [p.triangles + start for p, start in zip(parts, starts, strict=True)]
        ).astype("<u2"),
        morphs=np.concatenate([p.morphs for p in parts], axis=1).astype("<f2"),
        colours=np.concatenate([p.colours for p in parts]),
        bones=np.concatenate(
            [np.full(len(p.points), BONES.index(p.bone), np.uint8) for p in parts]
        ),
    )
    return path


def lay_face(head: Head) -> Part:
    """Return the tracker's 468 points where they lie on the head's skin."""
    corners, shares, faces = _samples(head)
    at = np.einsum("nc,nck->nk", shares, head.neutral[corners].astype(np.float64))
    moves = head.shapes * head.reach[:, None, None]
    jaw = moves[INDEX["jawOpen"], :, 1]
    drop = (jaw[corners] * shares).sum(axis=1) / -jaw.min()

    scale = np.linalg.norm(head.eyes[0, :3] - head.eyes[1, :3]) / 6.2
    laid = CANONICAL[:FACE] * scale + head.eyes[:, :3].mean(axis=0)
    marked = np.array(MARKED)
    carry = RBFInterpolator(
        laid[marked], head.neutral[LANDMARKS] - laid[marked], smoothing=1e-6
    )
    wanted = laid + carry(laid)
    nearest = cKDTree(at).query(wanted)[1]
    # Closed lips lie upon each other: the nearest point may be of the wrong one.
    for rim, mine in (
        (UPPER_RIM[1:-1], drop > FOLLOWS_JAW),
        (LOWER_RIM, drop < FOLLOWS_JAW),
    ):
        own = np.flatnonzero(mine)
        nearest[list(rim)] = own[cKDTree(at[own]).query(wanted[list(rim)])[1]]
    corners, shares = corners[nearest], shares[nearest]
    morphs = np.einsum("nc,mnck->mnk", shares, moves[:, corners].astype(np.float64))
    points = at[nearest]
    triangles = tessellation()
    outward = np.cross(
        points[triangles[:, 1]] - points[triangles[:, 0]],
        points[triangles[:, 2]] - points[triangles[:, 0]],
    )
    skin = faces[nearest[triangles]].mean(axis=1)
    turned = (outward * skin).sum(axis=1) < 0
    triangles[turned] = triangles[turned][:, ::-1]
    return Part(points, triangles, morphs, _face_colours())


def tessellation() -> Ints:
    """Return (852, 3): what the tracker's edges enclose, in either direction."""
    from mediapipe.python.solutions.face_mesh_connections import FACEMESH_TESSELATION

    beside: dict[int, set[int]] = {at: set() for at in range(FACE)}
    for a, b in FACEMESH_TESSELATION:
        beside[a].add(b)
        beside[b].add(a)
    rounds = {
        tuple(sorted((a, b, c)))
        for a in beside
        for b in beside[a]
        for c in beside[a] & beside[b]
    }
    sides: dict[tuple[int, ...], int] = {}
    for a, b, c in rounds:
        for side in ((a, b), (b, c), (a, c)):
            sides[side] = sides.get(side, 0) + 1
    # An edge belongs to two triangles at most. Two rounds, one a nostril, have three
    # edges that belong to three: they enclose other triangles and are none.
    return np.array(
        sorted(
            (a, b, c)
            for a, b, c in rounds
            if min(sides[a, b], sides[b, c], sides[a, c]) < 3
        )
    )


def _samples(head: Head) -> tuple[Ints, Floats, Floats]:
    """Return (n, 3) corners and shares of points on the skin, and (n, 3) normals."""
    triangles = head.triangles[head.materials == Material.SKIN]
    side = np.arange(FINE + 1)
    u, v = (grid.ravel() for grid in np.meshgrid(side, side))
    inside = u + v <= FINE
    grid = np.column_stack([FINE - u - v, u, v])[inside] / FINE
    corners = np.repeat(triangles, len(grid), axis=0)
    a, b, c = (head.neutral[triangles[:, k]] for k in range(3))
    normals = np.repeat(np.cross(b - a, c - a), len(grid), axis=0)
    return corners, np.tile(grid, (len(triangles), 1)), normals


def _face_colours() -> npt.NDArray[np.uint8]:
    from mediapipe.python.solutions import face_mesh_connections as mesh

    colours = np.tile(np.array(SKIN, np.uint8), (FACE, 1))
    brows = mesh.FACEMESH_LEFT_EYEBROW | mesh.FACEMESH_RIGHT_EYEBROW
    colours[sorted({at for edge in brows for at in edge})] = BROWS
    # From the rim outward as far as the lips' outline, which is theirs as well.
    rim = set(UPPER_RIM + LOWER_RIM)
    outline = {at for edge in mesh.FACEMESH_LIPS for at in edge} - rim
    lips, edge = set(rim), set(rim)
    while edge:
        next_to = {b for a, b in mesh.FACEMESH_TESSELATION if a in edge}
        next_to |= {a for a, b in mesh.FACEMESH_TESSELATION if b in edge}
        edge = next_to - lips - outline
        lips |= edge
    colours[sorted(lips | outline)] = LIPS
    return colours
