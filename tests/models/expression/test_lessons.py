"""Photographs and rendered faces as one set, and what rendered ones teach."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("scipy", reason="rendering needs SciPy")

from typer.testing import CliRunner, Result

from engines.face.crop import whole
from models.cli import app
from models.data.photographs.fer2013 import TRAINING, majority, targets
from models.data.rendered.posed import Posed, save_posed
from models.expression.lessons import NO_LABEL, lessons
from models.expression.network import ExpressionNet, Shape, logits
from models.expression.recipe import Recipe
from models.expression.train import train
from models.training import checkpoint
from protocols.channels import EXPRESSIONS
from tests.models.faces import made_up, write_csv

CONTEMPT = EXPRESSIONS.index("contempt")
SMALL = Shape(widths=(8, 8), depths=(1, 1), dropout=0.0)
QUICK = Recipe(epochs=10, batch=16, warm_up=5, ema=0.9, sizes=((1.0, 32),), lr=0.05)


def striped(n: int, seed: int = 0) -> Posed:
    """Faces of contempt that have diagonal stripes, which no class of `made_up` has."""
    y, x = np.mgrid[-1:1:48j, -1:1:48j]
    noise = np.random.default_rng(seed).integers(60, 120, (n, 48, 48))
    images = (noise + 60 + 60 * np.cos(9 * (x + y))).astype(np.uint8)
    return Posed(images, np.full(n, CONTEMPT), np.arange(n))


def test_photographs_alone_stay_as_they_are() -> None:
    faces = made_up(60)
    found = lessons(faces)
    assert found.faces is faces
    np.testing.assert_array_equal(found.wanted[:, :-1], targets(faces.votes))
    assert (found.wanted[:, -1] == 1).all()


def test_rendered_faces_are_marked_and_labelled() -> None:
    faces = made_up(60)
    n = len(EXPRESSIONS)
    rendered = Posed(striped(n).images, np.arange(n), np.arange(n))
    found = lessons(faces, rendered)
    assert len(found) == 60 + n and (found.wanted[60:, -1] == 0).all()
    np.testing.assert_array_equal(found.faces.label[60:], [6, 3, 5, 4, 0, 1, 2, -1])
    np.testing.assert_array_equal(majority(found.faces.votes[60:]), np.arange(n))
    np.testing.assert_allclose(found.wanted[60:, :-1].sum(axis=1), 1.0, rtol=1e-6)
    assert (found.faces.usage[60:] == TRAINING).all()
    assert len(set(found.faces.group)) == len(found)
    assert found.faces.label[-1] == NO_LABEL


def test_a_network_learns_an_expression_from_rendered_faces_alone(
    tmp_path: Path,
) -> None:
    faces = made_up(240)
    # `made_up` calls its seventh class both fear and contempt.
    faces.votes[:, CONTEMPT] = 0
    run = train(faces, tmp_path, QUICK, SMALL, threads=1, rendered=striped(80))
    assert (run["training_faces"], run["rendered_faces"]) == (160, 80)
    net = ExpressionNet(SMALL)
    checkpoint.fill(net, tmp_path)
    _, eight = logits(net, whole(striped(20, seed=1).images, 32))
    assert (eight.argmax(axis=1) == CONTEMPT).mean() > 0.8
    assert run["metrics"]["ferplus_public"] > 0.6


def test_what_teachers_say_of_rendered_faces_is_not_learned(tmp_path: Path) -> None:
    """They know nothing of contempt here, and would unteach it."""
    faces = made_up(240)
    faces.votes[:, CONTEMPT] = 0
    train(faces, tmp_path / "teacher", QUICK, SMALL, threads=1)
    run = tmp_path / "run"
    certain = replace(QUICK, taught=1.0)
    train(
        *(faces, run, certain, SMALL),
        threads=1,
        teachers=[tmp_path / "teacher"],
        rendered=striped(80),
    )
    net = ExpressionNet(SMALL)
    checkpoint.fill(net, run)
    _, eight = logits(net, whole(striped(20, seed=1).images, 32))
    assert (eight.argmax(axis=1) == CONTEMPT).mean() > 0.8


def test_the_command_learns_from_a_file_of_rendered_faces(tmp_path: Path) -> None:
    write_csv(tmp_path, made_up(60))
    save_posed(tmp_path / "posed.npz", striped(16))
    (tmp_path / "none.npz").write_bytes(b"PK")

    def run(rendered: str) -> Result:
        words = ["train", "expression", "--data", str(tmp_path), "--whole"]
        words += [
            "--out",
            str(tmp_path / "run"),
            "--rendered",
            str(tmp_path / rendered),
        ]
        words += ["--epochs", "1", "--batch", "16", "--threads", "1", "--width", "0.25"]
        return CliRunner().invoke(app, words)

    wrong = run("none.npz")
    assert wrong.exit_code == 1 and "not a complete .npz file" in wrong.output
    assert not (tmp_path / "run").exists()
    right = run("posed.npz")
    assert right.exit_code == 0, right.output
    described = checkpoint.described(tmp_path / "run")
    assert (described["training_faces"], described["rendered_faces"]) == (40, 16)
