# A copy of protocols/arrays.py, made by plugins/blender/copies.py.
"""Array types, by element. Shapes and units are given where the types are used."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
"""Between stages, and into and out of networks."""
Numbers = npt.NDArray[np.float64]
"""Where float32 is not precise enough: fits, statistics, times."""
Ints = npt.NDArray[np.int64]
Indices = npt.NDArray[np.int32]
"""Of vertices and triangles, where many are kept."""
Mask = npt.NDArray[np.bool_]
