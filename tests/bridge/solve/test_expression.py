from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bridge.errors import ModelError
from bridge.solve.expression import ExpressionReader, open_expression
from bridge.solve.tracker import Landmarks
from engines.runtime.engine import Spec, Tensors
from engines.runtime.graphs import EXPRESSION
from tests.engines.face.test_crop import picture, points


class Counting:
    """An engine that answers with how often it was asked, in a reused array."""

    device = "none"
    inputs: tuple[Spec, ...] = EXPRESSION.inputs
    outputs: tuple[Spec, ...] = EXPRESSION.outputs

    def __init__(self) -> None:
        self.fed: list[npt.NDArray[np.float32]] = []
        self.closed = False
        self._out = np.zeros((1, 8), np.float32)

    def run(self, feeds: Tensors) -> Tensors:
        self.fed.append(feeds["face"])
        self._out[:] = len(self.fed)
        return {"probabilities": self._out}

    def close(self) -> None:
        self.closed = True


def test_each_answer_is_the_callers_own() -> None:
    engine = Counting()
    reader = ExpressionReader(engine)
    colour = np.repeat(picture()[..., None], 3, axis=2)
    face = Landmarks(points(120.0, 160.0, 120.0), 320, 240)
    first, second = reader(colour, face), reader(colour, face)
    assert (first == 1).all()
    assert (second == 2).all()
    assert first.shape == (8,)
    np.testing.assert_array_equal(engine.fed[0], engine.fed[1])
    assert engine.fed[0].shape == EXPRESSION.inputs[0].shape
    reader.close()
    assert engine.closed


def test_the_shipped_weights_answer_in_probabilities() -> None:
    reader = open_expression()
    colour = np.repeat(picture()[..., None], 3, axis=2)
    found = reader(colour, Landmarks(points(120.0, 160.0, 120.0), 320, 240))
    assert found.sum() == pytest.approx(1.0, abs=1e-5)
    assert (found >= 0).all()
    reader.close()


def test_missing_weights_end_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest.toml: cannot be read.*expression"):
        open_expression(tmp_path)
