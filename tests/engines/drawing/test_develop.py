from __future__ import annotations

import numpy as np

from engines.drawing.develop import develop


def test_development_keeps_black_and_never_passes_white() -> None:
    light = np.array([[[0, 0, 0], [1e9, 1e9, 1e9]]], dtype=np.float32)
    np.testing.assert_array_equal(develop(light)[0], [[0, 0, 0], [255, 255, 255]])
