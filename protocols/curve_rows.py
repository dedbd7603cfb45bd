"""The curves that a wire carries, and their names: rows of (name, source).

By default a wire carries all 52 ARKit weights in wire order. A character with other
names gets other rows: one row per name, and one source may feed several names.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .channels import ARKIT, INDEX

Rows = Sequence[tuple[str, str]]
"""(name on the wire, name of the ARKit weight that it carries), in sending order."""

ARKIT_ROWS: Rows = tuple((name, name) for name in ARKIT)


def sources(rows: Rows) -> npt.NDArray[np.intp]:
    """Return the index of each row's weight in a vector.

    Raises:
        ValueError: a name is empty, has a NUL or is repeated, or a source is not a
            weight.
    """
    names = [name for name, _ in rows]
    for name, source in rows:
        if not name or "\0" in name:
            raise ValueError(f"curves: {name!r} is no name, expected some characters")
        if source not in ARKIT:
            raise ValueError(
                f"curves: {name!r} has the source {source!r}, expected one of the 52 "
                "ARKit weights, as jawOpen"
            )
        if names.count(name) > 1:
            raise ValueError(f"curves: {name!r} comes twice, expected each name once")
    return np.array([INDEX[source] for _, source in rows], dtype=np.intp)
