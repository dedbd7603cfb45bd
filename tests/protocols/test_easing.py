from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from protocols.easing import least_jerk, smoothstep


@pytest.mark.parametrize("curve", [smoothstep, least_jerk])
def test_a_curve_is_clamped_rises_and_is_level_at_its_ends(
    curve: Callable[[float], float],
) -> None:
    assert (curve(-1), curve(0), curve(0.5), curve(1), curve(2)) == (0, 0, 0.5, 1, 1)
    values = [curve(i / 100) for i in range(101)]
    assert values == sorted(values)
    assert curve(0.01) < 0.001 and curve(0.99) > 0.999


@pytest.mark.parametrize("curve", [smoothstep, least_jerk])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_array_keeps_its_type_and_has_every_numbers_value(
    curve: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]],
    dtype: type[np.float64],
) -> None:
    x = np.linspace(-0.5, 1.5, 41).astype(dtype)
    values = curve(x)
    assert values.dtype == dtype and values.shape == x.shape
    each = [curve(value) for value in x.tolist()]
    np.testing.assert_allclose(values, each, atol=1e-6)
