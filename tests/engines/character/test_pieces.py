from __future__ import annotations

import numpy as np
import pytest

from engines.character.pieces import connected
from protocols.arrays import Ints


def edges(*pairs: tuple[int, int]) -> Ints:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def test_pieces_count_in_the_order_of_their_first_nodes() -> None:
    found = connected(edges((4, 0), (5, 2), (2, 3)), 6)
    assert found.tolist() == [0, 1, 2, 2, 0, 2]


def test_without_edges_every_node_is_a_piece() -> None:
    assert connected(edges(), 4).tolist() == [0, 1, 2, 3]
    assert connected(edges(), 0).tolist() == []


def test_an_edge_may_be_told_twice_and_lead_back() -> None:
    assert connected(edges((1, 1), (0, 2), (2, 0)), 3).tolist() == [0, 1, 0]


@pytest.mark.parametrize("seed", range(3))
def test_a_long_way_is_one_piece_in_whatever_order(seed: int) -> None:
    way = np.random.default_rng(seed).permutation(20_000)
    found = connected(np.stack([way[:-1], way[1:]], axis=1), len(way))
    assert not found.any()


@pytest.mark.parametrize("count", [10, 100, 600, 2000])
def test_numbers_are_those_of_scipy(count: int) -> None:
    sparse = pytest.importorskip("scipy.sparse", reason="compares with SciPy")
    csgraph = pytest.importorskip("scipy.sparse.csgraph", reason="compares with SciPy")
    some = np.random.default_rng(count).integers(0, 1000, (500, 2)) % count
    graph = sparse.coo_matrix((np.ones(500), tuple(some.T)), shape=(count, count))
    _, expected = csgraph.connected_components(graph, directed=False)
    np.testing.assert_array_equal(connected(some, count), expected)
