import base64
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import ConfigError
from bridge.shape.profile import (
    BoneRange,
    CurveRange,
    NeutralFace,
    Profile,
    Ranges,
    encode_points,
    load_profile,
)
from bridge.shape.profile_file import profile_text, write_profile
from engines.face.canonical_face import CANONICAL
from protocols.channels import ARKIT, CHANNELS

FACE = CANONICAL.astype(np.float32)


def test_the_file_is_small_and_says_what_it_changes(tmp_path: Path) -> None:
    profile = Profile(
        name='Anna, "desk"',
        curves={
            "jawOpen": CurveRange(gain=1.23456, offset=-0.02),
            "eyeBlinkLeft": CurveRange(),
            "brow*": CurveRange(dead_zone=0.05),
        },
        bones={"head": BoneRange(gain=0.8)},
    )
    path = tmp_path / "me.toml"
    write_profile(path, profile, "Of Tuesday.\n\nSecond line.")
    assert path.read_text("utf-8") == (
        "# Of Tuesday.\n"
        "#\n"
        "# Second line.\n"
        'name = "Anna, \\"desk\\""\n'
        "\n"
        "[curves]\n"
        "jawOpen = { gain = 1.235, offset = -0.02 }\n"
        '"brow*" = { dead_zone = 0.05 }\n'
        "\n"
        "[bones]\n"
        "head = { gain = 0.8 }\n"
    )
    assert load_profile(path).name == 'Anna, "desk"'


def test_the_neutral_face_comes_back_within_a_tenth_of_a_millimetre(
    tmp_path: Path,
) -> None:
    path = tmp_path / "me.toml"
    write_profile(path, Profile(neutral=NeutralFace(points=encode_points(FACE))))
    points = load_profile(path).neutral_points()
    assert points is not None and points.shape == (478, 3)
    assert points.dtype == np.float32
    assert np.abs(points - FACE).max() < 0.01
    assert Profile().neutral_points() is None


def test_a_line_that_was_wrapped_by_hand_is_still_read() -> None:
    text = encode_points(FACE)
    wrapped = "\n".join(text[i : i + 76] for i in range(0, len(text), 76))
    points = Profile(neutral=NeutralFace(points=wrapped)).neutral_points()
    assert points is not None and np.abs(points - FACE).max() < 0.01


def far(value: float) -> str:
    points = FACE.copy()
    points[7, 1] = value
    return encode_points(points)


@pytest.mark.parametrize(
    ("points", "part"),
    [
        ("no base64 at all", "is not valid base64"),
        ("ä", "is not valid base64"),
        (encode_points(FACE)[:-4], "2865 bytes, expected 2868 (478 points"),
        (base64.b64encode(b"").decode(), "0 bytes, expected 2868"),
        (far(np.nan), "not finite"),
        (far(-np.inf), "not finite"),
        (far(60.0), "50 cm"),
    ],
)
def test_a_damaged_neutral_face_is_a_sentence(
    tmp_path: Path, points: str, part: str
) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(f'[neutral]\npoints = "{points}"\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_profile(path)
    told = str(caught.value)
    assert told.startswith(f"{path}: neutral: the neutral face ") and part in told
    assert told.endswith("write it again with `facewire calibrate`")


ranges = st.builds(
    CurveRange,
    gain=st.floats(0, 10),
    offset=st.floats(-1, 1),
    dead_zone=st.floats(0, 1, exclude_max=True),
    low=st.floats(0, 0.5),
    high=st.floats(0.5, 1),
) | st.just(CurveRange())
patterns = st.sampled_from((*ARKIT, "*", "eye*", "*Left", "mouth[SF]*"))
profiles = st.builds(
    Profile,
    name=st.text(st.characters(exclude_categories=["Cs"])),
    curves=st.dictionaries(patterns, ranges, max_size=6),
    bones=st.dictionaries(
        st.sampled_from(("head", "neck", "*Eye", "*")),
        st.builds(BoneRange, gain=st.floats(-10, 10)) | st.just(BoneRange()),
        max_size=4,
    ),
    neutral=st.sampled_from(
        (
            None,
            NeutralFace(points=encode_points(FACE)),
            NeutralFace(points=encode_points(FACE), expression=(0.5, *(7 * [0.0625]))),
        )
    ),
)


@given(profiles, st.integers(0, 2**32 - 1))
def test_every_profile_comes_back(
    tmp_path_factory: pytest.TempPathFactory, profile: Profile, seed: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "again.toml"
    write_profile(path, profile, "again")
    again = load_profile(path)
    assert again.name == profile.name and again.neutral == profile.neutral
    # What was rounded once is the same ever after.
    assert profile_text(again, "again") == path.read_text("utf-8")
    rounded = Profile(
        curves={key: _round(row) for key, row in profile.curves.items()},
        bones={k: BoneRange(gain=round(b.gain, 3)) for k, b in profile.bones.items()},
    )
    vector = np.random.default_rng(seed).random(len(CHANNELS)).astype(np.float32)
    assert np.array_equal(Ranges(again)(vector), Ranges(rounded)(vector))


def _round(row: CurveRange) -> CurveRange:
    values = {key: round(value, 3) for key, value in row}
    values["dead_zone"] = min(values["dead_zone"], 0.999)
    return CurveRange(**values)


def test_what_was_there_stays_when_it_cannot_be_replaced(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"me\.toml: cannot be written \(No such"):
        write_profile(tmp_path / "absent" / "me.toml", Profile())
    folder = tmp_path / "folder.toml"
    (folder / "full").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"folder\.toml: cannot be written \("):
        write_profile(folder, Profile())
    assert [at.name for at in tmp_path.iterdir()] == ["folder.toml"]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    path.write_text("what was there before, and longer than what comes")
    write_profile(path, Profile(name="a"))
    assert path.read_text() == 'name = "a"\n'
    assert [at.name for at in tmp_path.iterdir()] == ["me.toml"]
