"""Hand-made features of faces: what the network is compared with.

All are taken from the 64 x 64 face that the network sees, before standardisation; each
is blind to the gain and offset of light in its own way.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
from scipy import sparse

from engines.face.crop import SIZE, whole

Images = npt.NDArray[np.uint8]
Features = npt.NDArray[np.float32]

GRID: Final = 6
PATTERNS: Final = 59
"""Uniform patterns of 8 neighbours, and one bin for all others."""
HAAR: Final = 1500


def lbp(images: Images) -> Features:
    """Local binary patterns: (n, 4248) float32.

    Non-rotation-invariant uniform patterns of 8 neighbours at radius 1 and 2 (Ojala et
    al. 2002; Shan et al. 2009 for faces), counted in 6 x 6 cells; square roots of the
    shares, so that the linear kernel is the Hellinger one.
    """
    from skimage.feature import local_binary_pattern as patterns_of

    patterns: Any = patterns_of

    edge = np.linspace(0, SIZE, GRID + 1).astype(int)
    cell = np.digitize(np.arange(SIZE), edge[1:-1])
    cells = (cell[:, None] * GRID + cell[None, :]) * PATTERNS
    out = np.empty((len(images), 2, GRID * GRID * PATTERNS), np.float32)
    for i, image in enumerate(images):
        face = cv2.resize(image, (SIZE, SIZE))
        for j, radius in enumerate((1, 2)):
            code = patterns(face, 8, radius, method="nri_uniform")
            place = cells + code.astype(np.int64)
            out[i, j] = np.bincount(place.ravel(), minlength=out.shape[2])
    out /= (SIZE / GRID) ** 2
    roots: Features = np.sqrt(out.reshape(len(images), -1))
    return roots


def hog(images: Images) -> Features:
    """Histograms of oriented gradients: (n, 1764) float32.

    Dalal and Triggs 2005: 9 bins, 8 x 8 pixels a cell, 2 x 2 cells a block.
    """
    descriptor = cv2.HOGDescriptor((SIZE, SIZE), (16, 16), (8, 8), (8, 8), 9)
    faces = (cv2.resize(image, (SIZE, SIZE)) for image in images)
    found = [np.asarray(descriptor.compute(face)).ravel() for face in faces]
    out: Features = np.stack(found).astype(np.float32)
    return out


def haar(images: Images) -> Features:
    """Differences of sums over rectangles: (n, 1500) float32.

    Viola and Jones 2001: two, three or four rectangles side by side, at random places
    of random size (the same for every face), from the integral image of the
    standardised face.
    """
    table = haar_table()
    out = np.empty((len(images), HAAR), np.float32)
    for start in range(0, len(images), 2048):
        faces = whole(images[start : start + 2048])[:, 0]
        sums = np.zeros((len(faces), SIZE + 1, SIZE + 1), np.float32)
        sums[:, 1:, 1:] = faces.cumsum(axis=1).cumsum(axis=2)
        out[start : start + len(faces)] = (table @ sums.reshape(len(faces), -1).T).T
    return out


def haar_table(seed: int = 0) -> Any:
    """Return sparse (1500, 65 * 65): weights of the integral image's corners."""
    rng = np.random.default_rng(seed)
    table = sparse.lil_matrix((HAAR, (SIZE + 1) ** 2), dtype=np.float32)
    kinds = ((1, 2), (2, 1), (1, 3), (3, 1), (2, 2))
    for row in range(HAAR):
        down, across = kinds[row % len(kinds)]
        high = int(rng.integers(3, SIZE // down // 2 + 1))
        wide = int(rng.integers(3, SIZE // across // 2 + 1))
        top = int(rng.integers(0, SIZE - high * down + 1))
        left = int(rng.integers(0, SIZE - wide * across + 1))
        area = float(high * wide)
        # In threes the middle counts double, so that even grey gives zero.
        weight = [1.0, -2.0, 1.0] if max(down, across) == 3 else [1.0, -1.0]
        for i in range(down):
            for j in range(across):
                sign = weight[i] * weight[j] if down == across else weight[i + j]
                for y, x, corner in ((0, 0, 1), (0, 1, -1), (1, 0, -1), (1, 1, 1)):
                    at = (top + (i + y) * high) * (SIZE + 1) + left + (j + x) * wide
                    table[row, at] += sign * corner / area
    return table.tocsr()
