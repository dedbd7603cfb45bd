"""Rendered faces with one expression each."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("scipy", reason="rendering needs SciPy")

from models.data.files import FileError
from models.data.rendered.curve_tables import POSED
from models.data.rendered.person import open_studio
from models.data.rendered.posed import (
    TIMES,
    Posed,
    contact_sheet,
    join,
    make_posed_person,
    pose_face,
    read_posed,
    save_posed,
)
from protocols.channels import ARKIT, EXPRESSIONS, INDEX
from tests.models.data.dataset import dataset


def some(n: int = 24) -> Posed:
    rng = np.random.default_rng(1)
    images = rng.integers(0, 255, (n, 48, 48)).astype(np.uint8)
    return Posed(images, np.arange(n) % len(EXPRESSIONS), np.arange(n) // 8)


def mean_weights(expression: str) -> dict[str, float]:
    rng = np.random.default_rng(3)
    faces = np.array([pose_face(expression, rng) for _ in range(200)])
    assert faces.min() >= 0.0 and faces.max() <= 1.0
    return dict(zip(ARKIT, faces.mean(axis=0).tolist(), strict=True))


def test_every_expression_has_its_muscles() -> None:
    assert tuple(POSED) == tuple(TIMES) == EXPRESSIONS
    shown = {
        "happiness": "mouthSmileLeft",
        "surprise": "browOuterUpLeft",
        "sadness": "mouthFrownLeft",
        "anger": "browDownRight",
        "disgust": "noseSneerLeft",
        "fear": "mouthStretchRight",
        "contempt": "mouthDimpleLeft",
    }
    means = {name: mean_weights(name) for name in EXPRESSIONS}
    for expression, curve in shown.items():
        most = max(EXPRESSIONS, key=lambda name: means[name][curve])
        assert most == expression, curve
    calm = {k: v for k, v in means["neutral"].items() if not k.startswith("eye")}
    assert max(calm.values()) < 0.05


def test_contempt_is_on_one_side_and_on_either() -> None:
    rng = np.random.default_rng(4)
    faces = np.array([pose_face("contempt", rng) for _ in range(100)])
    left, right = (faces[:, INDEX[f"mouthDimple{side}"]] for side in ("Left", "Right"))
    assert (np.abs(left - right) > 0.15).all()
    assert 0.3 < (left > right).mean() < 0.7


def test_faces_survive_their_file(tmp_path: Path) -> None:
    faces = join([some(), some(8)])
    save_posed(tmp_path / "posed.npz", faces)
    found = read_posed(tmp_path / "posed.npz")
    assert len(found) == 32
    np.testing.assert_array_equal(found.images, faces.images)
    np.testing.assert_array_equal(found.expression, faces.expression)
    np.testing.assert_array_equal(found.person, faces.person)
    assert not list(tmp_path.glob("*.part"))


def test_other_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "posed.npz"
    save_posed(path, some())
    whole = path.read_bytes()
    for size in range(0, len(whole), 997):
        path.write_bytes(whole[:size])
        with pytest.raises(FileError, match=r"posed\.npz"):
            read_posed(path)
    faces = some()
    wrong: tuple[dict[str, Any], ...] = (
        {"images": faces.images},
        {"images": faces.images[:, :40], "expression": faces.expression},
        {"images": faces.images, "expression": faces.expression + 1},
        {"images": faces.images, "expression": faces.expression[1:]},
    )
    for arrays in wrong:
        np.savez(path, **{"person": faces.person, **arrays})
        with pytest.raises(FileError, match=r"posed\.npz"):
            read_posed(path)


def test_the_sheet_has_an_expression_a_row() -> None:
    sheet = contact_sheet(some(), columns=4)
    assert sheet.shape == (8 * 48, 4 * 48)
    assert sheet[:, : 3 * 48].any() and not sheet[:, 3 * 48 :].any()


@pytest.mark.slow
def test_a_person_is_rendered_with_every_expression() -> None:
    data = dataset("ict_facekit/ict_facekit.npz").parent.parent
    dataset("arkit_takes")
    studio = open_studio(data, "train")
    faces = make_posed_person(studio, 5)
    again = make_posed_person(studio, 5)
    np.testing.assert_array_equal(faces.images, again.images)
    assert set(faces.expression) == set(range(len(EXPRESSIONS)))
    assert (faces.person == 5).all()
    assert faces.images.std(axis=(1, 2)).min() > 5
    studio.graph.close()
