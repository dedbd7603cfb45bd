from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("torch", reason="clips are read by modules of training")

from models.expression.passages import Passage, name_passages, parse_passage
from models.expression.stills import POSED, Answered, Still, find_stills
from tests.models.expression.readings import SAD, clip, likely


def test_a_passage_is_called_by_the_majority_of_its_frames() -> None:
    rows = [likely(sadness=0.9)] * 60 + [likely(happiness=0.9)] * 60
    wanted = [Passage(0.0, 2.0, "disgust"), Passage(2.0, 4.0, "happiness")]
    first, second = name_passages(clip(rows), wanted)
    assert first.frames == second.frames == 60
    assert first.read == {"sadness": 1.0} and second.read == {"happiness": 1.0}
    # Held names come later, the most frequent first.
    assert list(second.held) == ["happiness", "sadness"]
    (nothing,) = name_passages(clip(rows), [Passage(9.0, 10.0, "fear")])
    assert (nothing.frames, nothing.read, nothing.held) == (0, {}, {})


def test_passages_are_written_as_seconds_and_a_name() -> None:
    assert parse_passage("0.5:4=fear") == Passage(0.5, 4.0, "fear")


@pytest.mark.parametrize("text", ["", "1:2", "2:1=fear", "1:2=joy", "a:b=fear", "1=2"])
def test_another_passage_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected START:END=NAME"):
        parse_passage(text)


def test_labelled_pictures_are_found_by_kind(tmp_path: Path) -> None:
    picture = np.zeros((8, 8, 3), np.uint8)
    for name in (
        "synth/Expression_sad_01",
        "synth/Expression_grim_02",
        "stills/hum_b-4",
    ):
        path = tmp_path / f"{name}.jpg"
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), picture)
    (made,) = find_stills(tmp_path, "made")
    assert made.label == "sadness"
    (posed,) = find_stills(tmp_path, "posed")
    assert posed.label == POSED["hum_b-4"] == "happiness"
    with pytest.raises(ValueError, match="no made picture"):
        find_stills(tmp_path / "stills", "made")


def test_answers_are_counted_by_label() -> None:
    stills = tuple(Still(Path(name), name) for name in ("sadness", "sadness", "anger"))
    read = np.stack([likely(sadness=0.9)] * 3)
    assert read.argmax(axis=1).tolist() == [SAD] * 3
    answered = Answered(stills, read, 1)
    assert answered.right() == (2, 3)
    assert answered.right("anger") == (0, 1)
