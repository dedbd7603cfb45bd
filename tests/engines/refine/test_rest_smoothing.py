import numpy as np

from engines.refine.rest_smoothing import REACH, smoothed_at_rest


def test_a_face_at_rest_stops_trembling() -> None:
    rng = np.random.default_rng(0)
    values = (0.4 + 0.002 * rng.standard_normal((400, 3))).astype(np.float32)

    out = smoothed_at_rest(values)

    third = np.abs(np.diff(values, n=3, axis=0)).mean()
    assert np.abs(np.diff(out, n=3, axis=0)).mean() < 0.05 * third
    np.testing.assert_allclose(out.mean(axis=0), values.mean(axis=0), atol=1e-4)


def test_what_moves_is_left_alone() -> None:
    at = np.arange(400)[:, None] / 60.0
    values = (0.5 + 0.5 * at + 0.01 * np.sin(40.0 * at)).astype(np.float32)

    np.testing.assert_allclose(
        smoothed_at_rest(values)[20:-20], values[20:-20], atol=1e-6
    )


def test_a_signal_moves_while_others_rest() -> None:
    rng = np.random.default_rng(1)
    values = (0.4 + 0.002 * rng.standard_normal((400, 2))).astype(np.float32)
    values[200:, 0] += 0.5

    out = smoothed_at_rest(values)

    assert abs(out[199, 0] - values[199, 0]) < 1e-3 > abs(out[200, 0] - values[200, 0])
    assert out[190:210, 1].std() < 0.3 * values[190:210, 1].std()


def test_slow_drifts_stay() -> None:
    at = np.arange(600)[:, None] / 60.0
    values = (0.2 + 0.04 * at).astype(np.float32)

    np.testing.assert_allclose(
        smoothed_at_rest(values)[30:-30], values[30:-30], atol=1e-5
    )


def test_nothing_beyond_its_reach_counts() -> None:
    rng = np.random.default_rng(2)
    values = rng.random((500, 2)).astype(np.float32) * 0.05
    other = values.copy()
    other[250 + REACH :] = 0.9

    np.testing.assert_allclose(
        smoothed_at_rest(values)[:250], smoothed_at_rest(other)[:250], atol=1e-6
    )


def test_a_single_sample_is_itself() -> None:
    values = np.full((1, 58), 0.3, np.float32)

    np.testing.assert_array_equal(smoothed_at_rest(values), values)
