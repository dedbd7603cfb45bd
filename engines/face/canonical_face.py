"""The reference face that every tracked face is aligned to.

`canonical_face.npy` beside this file is ours. It is the mean of what the tracker
reports for the neutral faces of fourteen rendered people (ICT-FaceKit, MIT, see
NOTICE), made symmetric, with size, place and upright direction of the rendered surface.
Its depth is the tracker's, as is that of the faces it is compared with.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

COUNT: Final = 478

CANONICAL: Final[npt.NDArray[np.float64]] = np.load(
    Path(__file__).with_name("canonical_face.npy")
).astype(np.float64)
"""(478, 3) centimetres, +X the actor's left, +Y up, +Z out of the face; the origin is
midway between the centres of the eyeballs, which are 6.2 cm apart."""
CANONICAL.setflags(write=False)
