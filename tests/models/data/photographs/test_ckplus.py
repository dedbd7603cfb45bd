from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from models.data.photographs.ckplus import EMOTIONS, folds, read_ckplus

Gray = npt.NDArray[np.uint8]


def write(folder: Path, people: int = 12, frames: int = 5) -> None:
    """The official layout: each person has one sequence with a label and one without.

    A frame's grey level tells who and when: 10 * person + frame.
    """
    (folder / "Emotion").mkdir(parents=True)
    for person in range(people):
        who = f"S{person + 5:03d}"
        for sequence in ("001", "002"):
            path = folder / "cohn-kanade-images" / who / sequence
            path.mkdir(parents=True)
            for frame in range(1, frames + 1):
                image = np.full((49, 64), 10 * person + frame, np.uint8)
                name = f"{who}_{sequence}_{frame:08d}.png"
                cv2.imwrite(str(path / name), image)
            labels = folder / "Emotion" / who / sequence
            labels.mkdir(parents=True)
            if sequence == "001":
                name = f"{who}_{sequence}_{frames:08d}_emotion.txt"
                emotion = person % len(EMOTIONS) + 1
                (labels / name).write_text(f"   {emotion:.7e}\n")


def middle(image: Gray) -> Gray | None:
    return image[:48, :48]


def test_the_last_three_frames_of_labelled_sequences(tmp_path: Path) -> None:
    write(tmp_path)
    found = read_ckplus(tmp_path, middle)
    assert len(found) == 12 * 3
    assert found.images[:3, 0, 0].tolist() == [3, 4, 5]
    assert found.images[3:6, 0, 0].tolist() == [13, 14, 15]
    assert found.label[:6].tolist() == [0, 0, 0, 1, 1, 1]
    assert found.subject[:4] == ("S005", "S005", "S005", "S006")
    assert found.missed == 0


def test_frames_without_a_face_are_counted(tmp_path: Path) -> None:
    write(tmp_path, people=2)
    found = read_ckplus(tmp_path, lambda im: None if im[0, 0] == 4 else im[:48, :48])
    assert len(found) == 5
    assert found.missed == 1


def test_nobody_stands_in_two_folds() -> None:
    subject = tuple(f"S{i % 23:03d}" for i in range(200))
    fold = folds(subject, 10)
    for who in set(subject):
        assert len({f for f, s in zip(fold, subject, strict=True) if s == who}) == 1
    assert set(fold.tolist()) == set(range(10))
    people = [
        len({s for f, s in zip(fold, subject, strict=True) if f == k})
        for k in range(10)
    ]
    assert max(people) - min(people) <= 1


@pytest.mark.parametrize("text", ["", "happy", "0.0", "8.0", "2.5", "nan"])
def test_a_label_that_is_none(tmp_path: Path, text: str) -> None:
    write(tmp_path, people=1)
    next(tmp_path.glob("Emotion/*/001/*.txt")).write_text(text)
    with pytest.raises(ValueError, match=r"_emotion\.txt"):
        read_ckplus(tmp_path, middle)


def test_another_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cohn-kanade-images"):
        read_ckplus(tmp_path, middle)


@pytest.mark.usefixtures("one_thread")
def test_the_experiment_runs_on_it(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the network needs torch")
    from models.expression.ckplus import judge_ckplus
    from models.expression.network import ExpressionNet, Shape

    write(tmp_path, people=14)
    rng = np.random.default_rng(0)

    def textured(image: Gray) -> Gray:
        """A texture for each emotion, so that the folds can be told apart."""
        wave = (int(image[0, 0]) // 10) % len(EMOTIONS) + 1
        row = 120 + 100 * np.sin(np.arange(48) * wave / 3)
        noise = rng.normal(0, 4, (48, 48))
        out: Gray = np.clip(row + noise, 0, 255).astype(np.uint8)
        return out

    tiny = ExpressionNet(Shape(widths=(8, 8, 8, 8), depths=(1, 1, 1, 1)))
    found = judge_ckplus(tmp_path, tiny, textured, count=2)
    assert set(found) == {"network", "lbp_svm", "hog_svm", "haar_svm"}
    assert found["hog_svm"][0] > 0.9
