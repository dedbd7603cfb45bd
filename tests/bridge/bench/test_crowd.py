import numpy as np
import pytest

from bridge.bench.crowd import LAG, Crowd, grid
from bridge.capture.source import Image
from tests.bridge.fakes import ListSource


def images(count: int) -> list[Image]:
    return [
        Image(n, n * 10, n * 10, np.full((2, 4, 3), n, dtype=np.uint8))
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("faces", "shape"), [(1, (2, 4)), (2, (2, 8)), (3, (4, 8)), (4, (4, 8))]
)
def test_copies_stand_in_a_grid(faces: int, shape: tuple[int, int]) -> None:
    whole = grid([np.full((2, 4, 3), n + 1, dtype=np.uint8) for n in range(faces)])
    assert whole.shape[:2] == shape
    corners = [int(value) for value in whole[::2, ::4, 0].ravel()]
    assert corners == [*range(1, faces + 1), *[0] * (len(corners) - faces)]


def test_each_copy_is_later_than_the_one_before() -> None:
    crowd = Crowd(ListSource(images(2 * LAG + 2)), 3)
    assert crowd.own_time
    found = []
    while (image := crowd.read()) is not None:
        found.append((image.index, *image.pixels[::2, ::4, 0].ravel().tolist()[:3]))
    assert found[0] == (0, 0, 0, 0)
    assert found[LAG] == (LAG, LAG, 0, 0)
    assert found[-1] == (2 * LAG + 1, 2 * LAG + 1, LAG + 1, 1)
    assert crowd.ended
    crowd.close()
