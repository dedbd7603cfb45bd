from pathlib import Path

import numpy as np
import pytest

from models.data.photographs.fer2013 import (
    PRIVATE,
    PUBLIC,
    TRAINING,
    majority,
    read_faces,
    read_folders,
    targets,
)
from tests.models.faces import made_up, write_csv, write_folders


def votes(**counts: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    names = (
        *("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear"),
        *("contempt", "unknown", "nf"),
    )
    row = np.zeros((1, 10), np.float32)
    for name, count in counts.items():
        row[0, names.index(name)] = count
    return row


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (votes(happiness=6, neutral=4), 1),
        (votes(happiness=5, neutral=5), -1),  # exactly half is not a majority
        # Single votes go first: 4 of 10, but 4 of the 6 that count.
        (votes(fear=4, neutral=2, sadness=1, anger=1, disgust=1, surprise=1), 6),
        (votes(unknown=7, happiness=3), -1),
        (votes(nf=10), -1),
        (votes(), -1),
        (votes(**dict.fromkeys(("neutral", "fear", "anger"), 1)), -1),
    ],
)
def test_the_majority_rule(
    given: np.ndarray[tuple[int, int], np.dtype[np.float32]], expected: int
) -> None:
    assert majority(given).tolist() == [expected]


def test_targets_drop_single_votes_and_doubtful_faces() -> None:
    found = targets(votes(happiness=6, neutral=2, anger=1, unknown=1))
    assert found[0].tolist() == pytest.approx([0.25, 0.75, 0, 0, 0, 0, 0, 0])
    assert not targets(votes(nf=6, happiness=4)).any()
    assert not targets(votes()).any()


def test_the_published_tables(tmp_path: Path) -> None:
    faces = made_up(24)
    faces.votes[5] = 0
    faces.images[7] = faces.images[3]
    write_csv(tmp_path, faces)
    found = read_faces(tmp_path)
    np.testing.assert_array_equal(found.images, faces.images)
    np.testing.assert_array_equal(found.label, faces.label)
    np.testing.assert_array_equal(found.usage, faces.usage)
    np.testing.assert_array_equal(found.votes, faces.votes)
    assert found.group[7] == found.group[3]
    assert len(set(found.group.tolist())) == 23


def test_tables_that_do_not_belong_together(tmp_path: Path) -> None:
    write_csv(tmp_path, made_up(12))
    table = tmp_path / "fer2013new.csv"
    table.write_text("\n".join(table.read_text().splitlines()[:-1]))
    with pytest.raises(ValueError, match="11 rows"):
        read_faces(tmp_path)


def test_a_short_row_is_named(tmp_path: Path) -> None:
    (tmp_path / "fer2013.csv").write_text("emotion,pixels,Usage\n3,1 2 3,Training\n")
    with pytest.raises(ValueError, match=r"fer2013.csv:2: not 2304 grey levels"):
        read_faces(tmp_path)


def test_class_folders(tmp_path: Path) -> None:
    faces = made_up(42)
    write_folders(tmp_path, faces, ("train", "validation", "test"))
    found = read_faces(tmp_path)
    for usage in (TRAINING, PUBLIC, PRIVATE):
        one, other = found.split(usage), faces.split(usage)
        assert len(one) == len(other)
        assert sorted(one.label) == sorted(other.label)
    assert not found.votes.any()


def test_without_a_validation_folder_a_tenth_is_held_out(tmp_path: Path) -> None:
    faces = made_up(240)
    write_folders(tmp_path, faces, ("train", "train", "test"))
    (tmp_path / "train" / "happy" / "broken.png").write_bytes(b"not a picture")
    messages: list[str] = []
    found = read_folders(tmp_path, messages.append)
    learn, held = len(found.split(TRAINING)), len(found.split(PUBLIC))
    assert held == pytest.approx((learn + held) / 10, abs=8)
    assert len(set(found.split(PUBLIC).label.tolist())) == 7
    assert len(messages) == 1
    assert "broken.png: cannot be read" in messages[0]


def test_an_archive_is_found_and_blank_faces_teach_nothing(tmp_path: Path) -> None:
    faces = made_up(24)
    faces.images[0] = 9
    faces.usage[0] = TRAINING
    (tmp_path / "fer2013").mkdir()
    missing = faces.votes.astype(np.int8)
    missing[3] = -1
    np.savez(
        tmp_path / "fer2013" / "fer2013_48.npz",
        images=faces.images,
        label=faces.label,
        usage=faces.usage,
        ferplus_votes=missing,
        dup_group=faces.group,
    )
    found = read_faces(tmp_path)
    assert not found.votes[3].any()
    assert len(found.for_training()) == len(found.split(TRAINING)) - 1


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neither"):
        read_faces(tmp_path)
