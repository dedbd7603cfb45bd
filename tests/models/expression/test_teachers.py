"""A trained network teaches a smaller one."""

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs torch")

import torch

from models.data.files import FileError
from models.expression.network import ExpressionNet, Shape, wider
from models.expression.recipe import Recipe
from models.expression.teachers import Teachers
from models.expression.train import train
from models.training import checkpoint
from tests.models.faces import made_up

SMALL = Shape(widths=(8, 8), depths=(1, 1), dropout=0.0)
LARGE = Shape(widths=(16, 16), depths=(1, 1), dropout=0.0)
QUICK = Recipe(
    epochs=8, batch=16, warm_up=5, ema=0.9, sizes=((1.0, 32),), lr=0.05, taught=1.0
)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("teacher")
    train(made_up(240), out, replace(QUICK, epochs=12), LARGE, threads=1)
    return out


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another teacher, of another seed and hardly trained."""
    out = tmp_path_factory.mktemp("other")
    train(made_up(240), out, replace(QUICK, epochs=1, seed=5), LARGE, threads=1)
    return out


def test_teachers_answer_in_turn(teacher: Path, other: Path) -> None:
    faces = torch.randn(5, 1, 32, 32)
    prior = torch.linspace(-1.0, 0.0, 8)
    expected = []
    for run in (teacher, other):
        net = ExpressionNet(LARGE)
        checkpoint.fill(net, run)
        net.eval()
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            seven, eight = net(faces)
        expected.append((seven.float().softmax(1), (eight.float() + prior).softmax(1)))
    assert (expected[0][0] - expected[1][0]).abs().max() > 0.05
    both = Teachers([teacher, other], CPU)
    for wanted in (*expected, *expected):
        found = both.targets(faces, prior)
        for one, known in zip(found, wanted, strict=True):
            torch.testing.assert_close(one, known, atol=2e-2, rtol=0)
            assert torch.allclose(one.sum(1), torch.ones(5), atol=1e-5)


def test_a_network_learns_from_answers_alone(teacher: Path, tmp_path: Path) -> None:
    """With `taught` 1 the labels count for nothing, and are wrong here."""
    faces = made_up(240)
    wrong = replace(faces, label=(faces.label + 1) % 7)
    found = train(
        replace(wrong), tmp_path, replace(QUICK, epochs=12), SMALL, teachers=[teacher]
    )
    assert found["teachers"] == [str(teacher)]
    # PublicTest's labels are wrong as well, so its FER+ majority judges.
    assert found["metrics"]["ferplus_public"] > 0.6


def test_no_teachers_are_false() -> None:
    assert not Teachers([], CPU)


def test_an_unfinished_teacher_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"run\.json"):
        Teachers([tmp_path], CPU)


def test_a_teacher_of_another_kind_is_told(teacher: Path, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"shape": {"hidden": 3}}')
    with pytest.raises(FileError, match="another network"):
        Teachers([tmp_path], CPU)


@pytest.mark.parametrize(
    ("times", "widths"),
    [(1.0, (32, 64, 128, 256)), (1.5, (48, 96, 192, 384)), (0.25, (8, 16, 32, 64))],
)
def test_width_multiplies_the_channels(times: float, widths: tuple[int, ...]) -> None:
    assert wider(times) == replace(Shape(), widths=widths)
