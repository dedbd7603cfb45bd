import numpy as np
import pytest

from protocols.channels import ARKIT, CHANNELS, EXPRESSIONS, Vector
from protocols.frame import NO_EXPRESSION, FaceFrame


def vector(size: int = len(CHANNELS)) -> Vector:
    return np.zeros(size, dtype=np.float32)


def test_a_frame_owns_its_vector() -> None:
    frame = FaceFrame(0, 0, "face", vector())
    with pytest.raises(ValueError, match="read-only"):
        frame.vector[0] = 1.0


def test_unknown_expression_is_no_distribution() -> None:
    frame = FaceFrame(0, 0, "face", vector())
    assert frame.expression is NO_EXPRESSION
    assert frame.expression.sum() == 0.0
    assert frame.expression.shape == (len(EXPRESSIONS),)


@pytest.mark.parametrize(
    "wrong",
    [vector(84), vector().astype(np.float64), vector().reshape(1, -1)],
    ids=["short", "float64", "matrix"],
)
def test_a_wrong_vector_is_refused_with_both_shapes(wrong: Vector) -> None:
    with pytest.raises(ValueError, match=r"frame 7: vector .* float32 \(85,\)"):
        FaceFrame(7, 0, "face", wrong)


def test_a_wrong_expression_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expression .* expected float32 \(8,\)"):
        FaceFrame(7, 0, "face", vector(), vector(7))


def test_a_doubt_is_unknown_unless_it_is_given_and_then_belongs_to_the_frame() -> None:
    assert FaceFrame(0, 0, "face", vector()).doubt is None
    doubt = np.full(len(ARKIT), 0.25, dtype=np.float32)
    frame = FaceFrame(0, 0, "face", vector(), doubt=doubt)
    assert frame.doubt is doubt and not doubt.flags.writeable


def test_a_wrong_doubt_is_refused() -> None:
    with pytest.raises(ValueError, match=r"doubt is float32 .* float32 \(52,\)"):
        FaceFrame(7, 0, "face", vector(), doubt=vector(85))
