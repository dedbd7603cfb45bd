"""The connected pieces of a graph."""

from __future__ import annotations

import numpy as np

from protocols.arrays import Ints


def connected(edges: Ints, count: int) -> Ints:
    """Return (count,) the number of each node's piece.

    Pieces are numbered from 0, in the order of their first nodes.

    Every node holds the number of a node of its piece. In each round an edge lowers
    what both of its ends hold, and what the nodes hold whose numbers these are; then
    each node takes what is held by the node whose number it holds. At the end all nodes
    of a piece hold the lowest number (FastSV: Zhang, Azad and Hu, SIAM Conference on
    Parallel Processing, 2020).

    Args:
        edges: (E, 2) nodes, 0 to count - 1.
        count: of the nodes.
    """
    a, b = edges[:, 0], edges[:, 1]
    held = np.arange(count)
    while True:
        before = held.copy()
        at_a, at_b = before[a], before[b]
        np.minimum.at(held, at_a, at_b)
        np.minimum.at(held, at_b, at_a)
        np.minimum.at(held, a, at_b)
        np.minimum.at(held, b, at_a)
        held = np.minimum(held, held[held])
        if np.array_equal(held, before):
            break
    _, numbers = np.unique(held, return_inverse=True)
    found: Ints = numbers.reshape(-1).astype(np.int64)
    return found
